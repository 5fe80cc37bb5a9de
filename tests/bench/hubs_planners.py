"""Planners of orders between hubs: ours, commiv and OR-Tools' routing library."""

import numpy as np
from commiv import solve_pdptw  # type: ignore[import-untyped]
from ortools.constraint_solver import pywrapcp
from ortools.constraint_solver.routing_enums_pb2 import (
    FirstSolutionStrategy,
    LocalSearchMetaheuristic,
)

from planner.arrays import Ints
from planner.strings.problem import UNBOUNDED, Classes, Problem, make_problem
from planner.strings.search import Effort, search
from planner.strings.state import State, trips_of
from tests.bench.hubs import CAPACITY, HORIZON_S, LEFT_OUT, SERVICE_S, VEHICLE, Hubs, Route

SEED = 1
LATEST_S = 2 * HORIZON_S
"""No route ends later."""


def problem_of(hubs: Hubs) -> Problem:
    """Return the problem: a place beside the hubs, from and to which travel is nothing."""
    orders = len(hubs.load)
    travel = np.pad(hubs.travel_s, ((0, 1), (0, 1)))
    one = np.ones(1, dtype=np.int64)
    classes = Classes(
        most_jobs=one * orders,
        most_trips=one,
        longest=one * UNBOUNDED,
        fixed=one * VEHICLE,
        trip=0 * one,
        time=0 * one,
        reload=0 * one,
        open=0 * one,
        close=one * LATEST_S,
        depot=one * (len(travel) - 1),
    )
    nodes = (
        _both(hubs.origin, hubs.target),
        _both(hubs.ready_s, hubs.ready_s),
        _both(hubs.due_s, hubs.due_s),
        np.full(2 * orders, SERVICE_S),
    )
    return make_problem(
        classes,
        capacity=np.array([[CAPACITY]], dtype=np.int64),
        kind=np.zeros(hubs.vehicles, dtype=np.int64),
        travel=travel[None],
        cost=travel[None],
        draws=np.zeros((0, 1, *travel.shape), dtype=np.int64),
        limits=np.zeros((1, 0), dtype=np.int64),
        nodes=np.column_stack(nodes),
        jobs=np.tile(np.array([1, 0, LEFT_OUT]), (orders, 1)),
        load=hubs.load[:, None],
        beside=np.full_like(hubs.load[:, None], UNBOUNDED),
        suits=np.ones((1, orders), dtype=bool),
    )


def our_routes(hubs: Hubs, effort: Effort) -> list[Route]:
    """Return the routes of the search by strings."""
    return routes_of(search(problem_of(hubs), effort))


def routes_of(state: State) -> list[Route]:
    """Return the routes of a state of `problem_of`."""
    return [[(node >> 1, node % 2 == 0) for node in nodes] for _, nodes in trips_of(state)]


def commiv_routes(hubs: Hubs, seconds: float) -> list[Route]:
    """Return commiv's routes: vehicles cost what they do here, their number is not told.

    Its depot is a place from and to which travel is nothing.
    """
    orders = len(hubs.load)
    place = np.concatenate(([len(hubs.travel_s)], _both(hubs.origin, hubs.target)))
    travel = np.pad(hubs.travel_s, ((0, 1), (0, 1)))[np.ix_(place, place)]
    found = solve_pdptw(
        travel,
        list(range(1, 2 * orders + 1, 2)),
        list(range(2, 2 * orders + 1, 2)),
        hubs.load.tolist(),
        CAPACITY,
        [0, *_both(hubs.ready_s, hubs.ready_s).tolist()],
        [LATEST_S, *_both(hubs.due_s, hubs.due_s).tolist()],
        [0, *([SERVICE_S] * (2 * orders))],
        seed=SEED,
        veh_penalty=VEHICLE,
        wall_ms=round(1000 * seconds),
        iters=1_000_000_000,
    )
    return [[((node - 1) >> 1, node % 2 == 1) for node in route] for route in found.routes]


def ortools_routes(
    hubs: Hubs, seconds: float, strategy: str, neighbors_ratio: float | None
) -> list[Route]:
    """Return OR-Tools' routes after guided local search; all it knows is registered as arrays."""
    orders = len(hubs.load)
    place = np.concatenate(([len(hubs.travel_s)], _both(hubs.origin, hubs.target)))
    travel = np.pad(hubs.travel_s, ((0, 1), (0, 1)))[np.ix_(place, place)]
    manager = pywrapcp.RoutingIndexManager(len(place), hubs.vehicles, 0)
    routing = pywrapcp.RoutingModel(manager)
    routing.SetArcCostEvaluatorOfAllVehicles(routing.RegisterTransitMatrix(travel.tolist()))
    routing.SetFixedCostOfAllVehicles(VEHICLE)
    service = np.array([0, *([SERVICE_S] * (2 * orders))])
    clock = routing.RegisterTransitMatrix((travel + service[:, None]).tolist())
    routing.AddDimension(clock, LATEST_S, LATEST_S, False, "time")
    change = [0, *_both(hubs.load, -hubs.load).tolist()]
    loads = routing.RegisterUnaryTransitVector(change)
    routing.AddDimension(loads, 0, CAPACITY, True, "load")
    time, solver = routing.GetDimensionOrDie("time"), routing.solver()
    for order in range(orders):
        load, unload = (manager.NodeToIndex(2 * order + each) for each in (1, 2))
        routing.AddPickupAndDelivery(load, unload)
        solver.Add(routing.VehicleVar(load) == routing.VehicleVar(unload))
        solver.Add(time.CumulVar(load) <= time.CumulVar(unload))
        for index in (load, unload):
            time.CumulVar(index).SetRange(int(hubs.ready_s[order]), int(hubs.due_s[order]))
        routing.AddDisjunction([load], LEFT_OUT)
        routing.AddDisjunction([unload], 0)
    ask = pywrapcp.DefaultRoutingSearchParameters()
    ask.first_solution_strategy = FirstSolutionStrategy.Value.Value(strategy)
    ask.local_search_metaheuristic = LocalSearchMetaheuristic.Value.Value("GUIDED_LOCAL_SEARCH")
    if neighbors_ratio is not None:
        ask.ls_operator_neighbors_ratio = neighbors_ratio
    ask.time_limit.FromMilliseconds(round(1000 * seconds))
    found = routing.SolveWithParameters(ask)
    return [] if found is None else _ortools_read(manager, routing, found, hubs.vehicles)


def _ortools_read(
    manager: pywrapcp.RoutingIndexManager,
    routing: pywrapcp.RoutingModel,
    found: pywrapcp.Assignment,
    vehicles: int,
) -> list[Route]:
    routes = []
    for vehicle in range(vehicles):
        index, route = found.Value(routing.NextVar(routing.Start(vehicle))), []
        while not routing.IsEnd(index):
            node = manager.IndexToNode(index)
            route.append(((node - 1) >> 1, node % 2 == 1))
            index = found.Value(routing.NextVar(index))
        routes.append(route)
    return routes


def _both(one: Ints, two: Ints) -> Ints:
    """Return entries of two arrays in turn."""
    found: Ints = np.column_stack((one, two)).ravel()
    return found
