"""Small problems for the search by strings, and a slow judge of days, without its code."""

from dataclasses import dataclass
from itertools import pairwise
from random import Random

import numpy as np

from planner.strings.problem import UNBOUNDED, Classes, Problem, make_problem

Trip = tuple[int, ...]
Day = tuple[Trip, ...]


def random_problem(seed: int, jobs: int = 6, vehicles: int = 3) -> Problem:
    """Return a problem of two classes: pairs and deliveries, releases, sorts, limits and prices."""
    draw = Random(seed)
    at = np.array([[draw.randint(0, 20), draw.randint(0, 20)] for _ in range(6)])
    apart = np.abs(at[:, None] - at[None]).sum(axis=2)
    travel = np.stack((apart, 2 * apart)).astype(np.int64)

    def two(low: int, high: int) -> np.ndarray:
        return np.array([draw.randint(low, high) for _ in range(2)], dtype=np.int64)

    paired = np.array([draw.random() < 0.5 for _ in range(jobs)])
    nodes = []
    for _ in range(2 * jobs):
        ready = draw.randint(0, 120)
        nodes.append([draw.randrange(6), ready, ready + draw.randint(20, 120), draw.randint(0, 5)])
    release = np.array([0 if each else draw.randint(0, 80) for each in paired])
    price = np.array([draw.randint(50, 900) for _ in range(jobs)])
    sort = np.array([draw.randrange(2) for _ in range(jobs)])
    load = np.array([[draw.randint(1, 5), 1 - each, each] for each in sort], dtype=np.int64)
    load = load.reshape(-1, 3)
    beside = np.array([[UNBOUNDED, (1 - each) * 99, each * 99] for each in sort])
    limited = draw.random() < 0.5
    return make_problem(
        Classes(
            most_jobs=two(2, 5),
            most_trips=two(1, 3),
            longest=two(60, 150) if limited else np.full(2, UNBOUNDED),
            fixed=two(0, 50),
            trip=two(0, 9),
            time=two(0, 2),
            reload=two(0, 9),
            open=two(0, 30),
            close=two(200, 300),
            depot=two(0, 5),
        ),
        capacity=np.array([[10, 99, 99], [6, 99, 99]], dtype=np.int64),
        kind=np.array([draw.randrange(2) for _ in range(vehicles)], dtype=np.int64),
        travel=travel,
        cost=3 * travel,
        draws=np.stack((travel, np.stack((apart > 9, apart > 5)).astype(np.int64)))[: 2 * limited],
        limits=np.column_stack((two(40, 150), two(2, 4)))[:, : 2 * limited],
        nodes=np.array(nodes, dtype=np.int64).reshape(-1, 4),
        jobs=np.column_stack((paired, release, price)).astype(np.int64),
        load=load,
        beside=beside.astype(np.int64).reshape(-1, 3),
        suits=np.array([draw.random() < 0.9 for _ in range(2 * jobs)], dtype=bool).reshape(2, -1),
    )


@dataclass(frozen=True)
class Judge:
    """Walks days second by second, from a problem's figures alone."""

    problem: Problem

    def cost(self, vehicle: int, day: Day) -> int | None:
        """Return what a vehicle's day costs, None if it breaks a rule."""
        problem, kind = self.problem, int(self.problem.kind[vehicle])
        names = Classes._fields
        rules = dict(zip(names, problem.classes[kind].tolist(), strict=True))
        if len(day) > rules["most_trips"]:
            return None
        clock, total = rules["open"], rules["fixed"] if day else 0
        for trip in day:
            if not self._holds(kind, trip, rules["most_jobs"]):
                return None
            way = [rules["depot"], *(int(problem.nodes[node, 0]) for node in trip), rules["depot"]]
            legs = [int(problem.travel[kind, one, two]) for one, two in pairwise(way)]
            released = max(int(problem.jobs[node >> 1, 1]) for node in trip)
            ready = max(clock, released)
            end = self._end(trip, legs, ready, rules["close"])
            if end is None:
                return None
            lasts = [
                late - begin
                for begin in range(ready, rules["close"] + 1)
                if (late := self._end(trip, legs, begin, rules["close"])) is not None
            ]
            if min(lasts) > rules["longest"]:
                return None
            for draws, limit in zip(problem.draws[:, kind], problem.limits[kind], strict=True):
                if sum(int(draws[one, two]) for one, two in pairwise(way)) > limit:
                    return None
            total += rules["trip"] + rules["time"] * min(lasts)
            total += sum(int(problem.cost[kind, one, two]) for one, two in pairwise(way))
            clock = end + rules["reload"]
        return total

    def _end(self, trip: Trip, legs: list[int], begin: int, close: int) -> int | None:
        clock = begin
        for node, leg in zip(trip, legs, strict=False):
            _, ready, due, service = self.problem.nodes[node].tolist()
            clock = max(clock + leg, ready)
            if clock > due:
                return None
            clock += service
        clock += legs[-1]
        return clock if clock <= close else None

    def _holds(self, kind: int, trip: Trip, most_jobs: int) -> bool:
        problem = self.problem
        jobs = {node >> 1 for node in trip}
        if len(jobs) > most_jobs or not all(problem.suits[kind, job] for job in jobs):
            return False
        aboard = {job for job in jobs if not problem.jobs[job, 0]}
        for node in (None, *trip):
            if node is not None and node % 2 == 0:
                aboard.add(node >> 1)
            elif node is not None:
                if node >> 1 not in aboard:
                    return False
                aboard.remove(node >> 1)
            now = problem.load[sorted(aboard)].sum(axis=0)
            if (now > problem.capacity[kind]).any():
                return False
            for job in aboard:
                if (now - problem.load[job] > problem.beside[job]).any():
                    return False
        return not aboard

    def insertions(self, day: Day, job: int) -> list[Day]:
        """Return every day that a job more makes of one."""
        pair = bool(self.problem.jobs[job, 0])
        own = (2 * job, 2 * job + 1) if pair else (2 * job + 1,)
        found = [(*day[:at], own, *day[at:]) for at in range(len(day) + 1)]
        for at, trip in enumerate(day):
            for last in range(len(trip) + 1):
                for first in range(last + 1) if pair else [0]:
                    grown = [*trip[:last], 2 * job + 1, *trip[last:]]
                    if pair:
                        grown.insert(first, 2 * job)
                    found.append((*day[:at], tuple(grown), *day[at + 1 :]))
        return found
