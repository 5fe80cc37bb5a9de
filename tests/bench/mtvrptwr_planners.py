"""Planners of multi-trip routing with release dates: ours and PyVRP.

OR-Tools' routing library knows neither trips nor releases. Added as constraints of its solver, by
reload stops with a dimension for a trip's departure or by a vehicle for each trip, its filters do
not see them and it served 0 to 52 of 100 customers in 30 s, so it is left out.
"""

import numpy as np
from pyvrp import Model  # type: ignore[import-untyped]
from pyvrp.stop import MaxRuntime  # type: ignore[import-untyped]

from planner.strings.problem import UNBOUNDED, Classes, Problem, make_problem
from planner.strings.search import Effort, search
from planner.strings.state import State, trips_of
from tests.bench.mtvrptwr import Day, Instance

SEED = 1
TRIPS = 12
"""Trips of a vehicle at most, far more than any published solution has."""

UNSERVED = 1_000_000
"""More than any detour: every customer must be served."""


def problem_of(instance: Instance) -> Problem:
    """Return the problem: a class, and jobs that are loaded at the depot."""
    customers = len(instance.demand) - 1
    one = np.ones(1, dtype=np.int64)
    classes = Classes(
        most_jobs=one * customers,
        most_trips=one * TRIPS,
        longest=one * UNBOUNDED,
        fixed=0 * one,
        trip=0 * one,
        time=0 * one,
        reload=0 * one,
        open=one * instance.ready[0],
        close=one * instance.due[0],
        depot=0 * one,
    )
    service = np.full(customers, instance.service)
    deliveries = (np.arange(1, customers + 1), instance.ready[1:], instance.due[1:], service)
    release = instance.release[1:]
    return make_problem(
        classes,
        capacity=one[:, None] * instance.capacity,
        kind=np.zeros(instance.vehicles, dtype=np.int64),
        travel=instance.travel[None],
        cost=instance.travel[None],
        draws=np.zeros((0, 1, *instance.travel.shape), dtype=np.int64),
        limits=np.zeros((1, 0), dtype=np.int64),
        nodes=np.repeat(np.column_stack(deliveries), 2, axis=0),
        jobs=np.column_stack((0 * release, release, np.full(customers, UNSERVED))),
        load=instance.demand[1:, None],
        beside=np.full_like(instance.demand[1:, None], UNBOUNDED),
        suits=np.ones((1, customers), dtype=bool),
    )


def our_days(instance: Instance, effort: Effort) -> list[Day]:
    """Return the days of the search by strings."""
    return days_of(search(problem_of(instance), effort))


def days_of(state: State) -> list[Day]:
    """Return the days of a state of `problem_of`."""
    days: dict[int, list[list[int]]] = {}
    for vehicle, nodes in trips_of(state):
        days.setdefault(vehicle, []).append([(node >> 1) + 1 for node in nodes])
    return list(days.values())


def pyvrp_days(instance: Instance, seconds: float) -> list[Day]:
    """Return PyVRP's days: reloads at the depot, releases told for each customer."""
    model = Model()
    places = [model.add_location(0, 0) for _ in instance.demand]
    depot = model.add_depot(places[0])
    for at in range(1, len(places)):
        model.add_client(
            places[at],
            delivery=[int(instance.demand[at])],
            service_duration=instance.service,
            tw_early=int(instance.ready[at]),
            tw_late=int(instance.due[at]),
            release_time=int(instance.release[at]),
        )
    model.add_vehicle_type(
        instance.vehicles,
        [instance.capacity],
        depot,
        depot,
        tw_early=int(instance.ready[0]),
        tw_late=int(instance.due[0]),
        reload_depots=[depot],
        max_reloads=TRIPS - 1,
    )
    for one in range(len(places)):
        for two in range(len(places)):
            leg = int(instance.travel[one, two])
            model.add_edge(places[one], places[two], leg, leg)
    found = model.solve(MaxRuntime(seconds), seed=SEED, collect_stats=False, display=False).best
    if not found.is_feasible():
        return []
    days = []
    for route in found.routes():
        trips: list[list[int]] = []
        for stop in route.schedule():
            if stop.is_depot():
                trips.append([])
            else:
                trips[-1].append(stop.idx + 1)
        days.append([trip for trip in trips if trip])
    return days
