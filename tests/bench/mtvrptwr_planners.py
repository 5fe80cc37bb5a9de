"""Planners of multi-trip routing with release dates: ours, PyVRP and OR-Tools' routing library."""

from collections.abc import Callable

import numpy as np
from ortools.constraint_solver import pywrapcp
from ortools.constraint_solver.routing_enums_pb2 import (
    FirstSolutionStrategy,
    LocalSearchMetaheuristic,
)
from pyvrp import Model  # type: ignore[import-untyped]
from pyvrp.stop import MaxRuntime  # type: ignore[import-untyped]

from planner.strings.problem import UNBOUNDED, Classes, Problem, make_problem
from planner.strings.search import Effort, search
from planner.strings.state import State, trips_of
from tests.bench.mtvrptwr import Day, Instance

SEED = 1
TRIPS = 12
"""Trips of a vehicle at most, far more than any published solution has."""

ORTOOLS_TRIPS = 8
"""Trips of a vehicle that OR-Tools is given: as many as any published solution has."""

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
        furthest=one * UNBOUNDED,
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
        nodes=np.repeat(np.column_stack(deliveries), 2, axis=0),
        jobs=np.column_stack((0 * release, release, np.full(customers, UNSERVED))),
        load=instance.demand[1:, None],
        beside=np.full_like(instance.demand[1:, None], UNBOUNDED),
        suits=np.ones((1, customers), dtype=bool),
    )


def our_days(
    instance: Instance, effort: Effort, met: Callable[[State], None] = lambda state: None
) -> list[Day]:
    """Return the days of the search by strings."""
    return days_of(search(problem_of(instance), effort, met=met))


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


def ortools_days(instance: Instance, seconds: float) -> list[Day]:
    """Return OR-Tools' days: a vehicle a trip, trips of a vehicle one after the other.

    It knows neither trips nor releases. So a trip is a vehicle of its own, which ends before the
    next one of the same vehicle begins; and a dimension that never changes along a trip, its
    departure, is no less than the release of any stop.
    """
    nodes, vehicles = len(instance.demand), instance.vehicles * ORTOOLS_TRIPS
    manager = pywrapcp.RoutingIndexManager(nodes, vehicles, 0)
    routing = pywrapcp.RoutingModel(manager)
    distance = routing.RegisterTransitMatrix(instance.travel.tolist())
    routing.SetArcCostEvaluatorOfAllVehicles(distance)
    service = np.full(nodes, instance.service)
    service[0] = 0
    clock = routing.RegisterTransitMatrix((instance.travel + service[:, None]).tolist())
    close = int(instance.due[0])
    routing.AddDimension(clock, close, close, False, "time")
    routing.AddConstantDimensionWithSlack(0, close, 0, False, "departure")
    load = routing.RegisterUnaryTransitVector(instance.demand.tolist())
    routing.AddDimension(load, 0, instance.capacity, True, "load")
    time, departure = (routing.GetDimensionOrDie(each) for each in ("time", "departure"))
    solver = routing.solver()
    for node in range(1, nodes):
        index = manager.NodeToIndex(node)
        time.CumulVar(index).SetRange(int(instance.ready[node]), int(instance.due[node]))
        departure.CumulVar(index).SetMin(int(instance.release[node]))
        routing.AddDisjunction([index], UNSERVED)
    for trip in range(vehicles):
        start = routing.Start(trip)
        solver.Add(departure.CumulVar(start) <= time.CumulVar(start))
        if trip % ORTOOLS_TRIPS:
            solver.Add(time.CumulVar(routing.End(trip - 1)) <= time.CumulVar(start))
    ask = pywrapcp.DefaultRoutingSearchParameters()
    ask.first_solution_strategy = FirstSolutionStrategy.Value.Value("LOCAL_CHEAPEST_INSERTION")
    ask.local_search_metaheuristic = LocalSearchMetaheuristic.Value.Value("GUIDED_LOCAL_SEARCH")
    ask.time_limit.FromMilliseconds(round(1000 * seconds))
    found = routing.SolveWithParameters(ask)
    days: list[list[list[int]]] = [[] for _ in range(instance.vehicles)]
    for trip in range(vehicles if found is not None else 0):
        index, stops = found.Value(routing.NextVar(routing.Start(trip))), list[int]()
        while not routing.IsEnd(index):
            stops.append(manager.IndexToNode(index))
            index = found.Value(routing.NextVar(index))
        if stops:
            days[trip // ORTOOLS_TRIPS].append(stops)
    return days
