"""The squads nearest to what a sortie is to do."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from planner.arrays import Floats, Ints
from planner.day.instance import Instance, Squad
from planner.day.tour import Step, Unflyable
from planner.dispatch.tour_rules import MOST_CROSSINGS, check_load
from planner.fly.gaps import CHOICE
from planner.fly.records import Records
from planner.rules.permission import is_emergency
from planner.rules.sharing import first_apart

NEAREST_SQUADS = 3
"""Squads that are compared where there is no time for all."""


class Nearest:
    """The squads of an instance, compared by how long they fly to a job's way and home from it."""

    def __init__(self, instance: Instance) -> None:
        self._instance, legs = instance, instance.legs
        self._kinds = {squad.kind.id: squad.kind for squad in instance.squads}
        of_kind = np.array([squad.kind.id for squad in instance.squads])
        self._of_kind = {kind: np.flatnonzero(of_kind == kind) for kind in self._kinds}
        self._base: Ints = np.array([legs.row[squad.base] for squad in instance.squads])
        self._first = [numbers[0] for numbers in instance.flocks]
        self._ways: dict[tuple[str, str, int], tuple[Floats, Floats, list[int]]] = {}

    def squads(self, group: Sequence[int], most: int) -> list[tuple[int, int, int]]:
        """Return up to so many squads that may carry jobs, the nearest first.

        The drone loads the first job first and unloads the last one last. Each with when a drone is
        to start, s of the day, and what it flies there and home, s. The squads of a flock, which
        are the same drones, count as one. Where winds or closures keep some back when the jobs are
        ready, those that fly then come first, and others after them from when on they may.
        """
        instance, legs = self._instance, self._instance.legs
        jobs = [instance.jobs[job] for job in group]
        origin, destination = jobs[0].order.origin, jobs[-1].order.destination
        ready_s = max(job.ready_s for job in jobs if job.order.origin == origin)
        latest_s = max(ready_s, min(job.latest_s for job in jobs))
        found, seen = list[tuple[int, int, int]](), set[int]()
        for step in range(legs.step(ready_s), legs.step(latest_s) + 1):
            there_s, away_s, order = self._by_way(origin, destination, step)
            from_s = max(ready_s, legs.steps[step])
            for flock in order:
                if len(seen) == most:
                    return found
                squad = instance.at_own_cruise[flock]
                if flock in seen or not all(instance.fits(squad, job) for job in jobs):
                    continue
                seen.add(flock)
                for number in instance.flocks[flock]:
                    if np.isfinite(away_s[number]):
                        squad = instance.squads[number]
                        before_s = min(int(there_s[number]), from_s) + squad.kind.preflight_s
                        found.append(
                            (number, max(squad.from_s, from_s - before_s), int(away_s[number]))
                        )
        return found

    def choices(self, steps: tuple[Step, ...], squads: int) -> Records:
        """Return which of so many squads may do some steps, from when on; none if none may."""
        instance, group = self._instance, [step.job for step in steps if step.load]
        orders = [instance.jobs[job].order for job in group]
        if len(group) > instance.rules.max_orders_per_sortie:
            return np.empty(0, dtype=CHOICE)
        if len(group) > 1 and first_apart(instance.rules, orders) is not None:
            return np.empty(0, dtype=CHOICE)
        jobs = [instance.jobs[job] for job in group]
        sides = {side for job in jobs for side in (job.origin_side, job.destination_side)}
        emergency, found = is_emergency(orders), list[tuple[int, int, int, int, int]]()
        for number, start_s, away_s in self.squads(group, squads):
            squad = instance.squads[number]
            takeoff_s = instance.earliest_takeoff_s(frozenset(sides | {squad.base_side}), emergency)
            if takeoff_s is not None and _may_do(instance, squad, steps):
                found.append((number, squad.flock, start_s, takeoff_s, away_s))
        return np.array(found, dtype=CHOICE)

    def _by_way(self, origin: str, destination: str, step: int) -> tuple[Floats, Floats, list[int]]:
        """Return what squads fly there, and there and home, s; and flocks, the nearest first."""
        way = origin, destination, step
        if way not in self._ways:
            there_s, home_s = (
                self._legs_s(place, step, home)
                for place, home in ((origin, False), (destination, True))
            )
            away_s = there_s + home_s
            nearest_s = np.minimum.reduceat(away_s, self._first)
            order = np.argsort(nearest_s, kind="stable")
            self._ways[way] = there_s, away_s, order[np.isfinite(nearest_s[order])].tolist()
        return self._ways[way]

    def _legs_s(self, place: str, step: int, home: bool) -> Floats:
        """Return the seconds from each squad's base to a place, or from there to the base."""
        legs, found = self._instance.legs, np.full(len(self._base), np.inf)
        if place not in legs.row:
            return found
        at = legs.row[place]
        for kind, squads in self._of_kind.items():
            seconds = legs.sites_s(self._kinds[kind], step)
            bases = self._base[squads]
            found[squads] = seconds[at, bases] if home else seconds[bases, at]
        return found


def _may_do(instance: Instance, squad: Squad, steps: tuple[Step, ...]) -> bool:
    """Tell whether a squad's drone takes up what is loaded, and may cross as often."""
    aboard, sides = list[int](), [squad.base_side]
    try:
        for step in steps:
            job = instance.jobs[step.job]
            if step.load:
                aboard.append(step.job)
                check_load(instance, squad, aboard)
            else:
                aboard.remove(step.job)
            sides.append(job.origin_side if step.load else job.destination_side)
    except Unflyable:
        return False
    sides.append(squad.base_side)
    return sum(here != there for here, there in pairwise(sides)) <= MOST_CROSSINGS
