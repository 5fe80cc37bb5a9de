"""OR-Tools' routing library, built up as its pickup-and-delivery guide does.

The guide's model (pairs on one vehicle, pickup first, arc costs) with its guides' time windows,
capacities and penalties: https://developers.google.com/optimization/routing. Every quantity is a
registered matrix or vector, so that no Python runs inside the search.
"""

from collections.abc import Iterable

from ortools.constraint_solver import pywrapcp
from ortools.constraint_solver.routing_enums_pb2 import (
    FirstSolutionStrategy,
    LocalSearchMetaheuristic,
)

from geodata.schedule import DAY_S
from tests.bench.given import Given
from tests.bench.routes import Route

NEIGHBORS = 0.05
"""Share of the nearest visits that its moves look at."""


def ortools_sisr_routes(given: Given, seconds: float) -> list[Route]:
    """Return routes after `seconds` at the library's best for such days: ruin and recreate.

    Strings of neighbouring visits are removed (SISR) and inserted again at least cost, accepted by
    simulated annealing. `SolveWithParameters` ignores such a search, so it is asked for by name.
    """
    if not given.jobs or not given.trips:
        return []
    model = _Model(given)
    ask = pywrapcp.DefaultRoutingSearchParameters()
    ask.first_solution_strategy = FirstSolutionStrategy.Value.Value("LOCAL_CHEAPEST_INSERTION")
    ask.ls_operator_neighbors_ratio = NEIGHBORS
    ask.time_limit.FromMilliseconds(int(1000 * seconds))
    ask.use_iterated_local_search = True
    search = ask.iterated_local_search_parameters
    search.improve_perturbed_solution = False
    ruin = search.ruin_recreate_parameters.ruin_strategies.add().sisr
    ruin.max_removed_sequence_size, ruin.avg_num_removed_visits, ruin.bypass_factor = 10, 10, 0.5
    search.reference_solution_acceptance_strategy.simulated_annealing.automatic_temperatures = True
    found = model.routing.SolveWithIteratedLocalSearch(ask)
    return [] if found is None else list(model.routes(found))


def ortools_routes(given: Given, strategy: str, seconds: float) -> list[Route]:
    """Return routes after `seconds` of guided local search from a first solution by `strategy`."""
    if not given.jobs or not given.trips:
        return []
    model = _Model(given)
    ask = pywrapcp.DefaultRoutingSearchParameters()
    ask.first_solution_strategy = FirstSolutionStrategy.Value.Value(strategy)
    ask.local_search_metaheuristic = LocalSearchMetaheuristic.Value.Value("GUIDED_LOCAL_SEARCH")
    ask.time_limit.FromMilliseconds(int(1000 * seconds))
    found = model.routing.SolveWithParameters(ask)
    return [] if found is None else list(model.routes(found))


class _Model:
    """The routing model of a problem."""

    def __init__(self, given: Given) -> None:
        self.given = given
        self.instance = given.instance
        self.kinds = [self.instance.squads[trip.squad].kind for trip in given.trips]
        bases = [given.bases.index(self.instance.squads[trip.squad].base) for trip in given.trips]
        self.manager = pywrapcp.RoutingIndexManager(len(given.nodes), len(bases), bases, bases)
        self.routing = pywrapcp.RoutingModel(self.manager)
        self._add_times()
        self._add_windows()
        self._add_loads()
        for place, job in enumerate(given.jobs):
            self._add_order(place, job)

    def routes(self, found: pywrapcp.Assignment) -> Iterable[Route]:
        """Yield the trips that a solution uses."""
        routing = self.routing
        time = routing.GetDimensionOrDie("time")
        for at, trip in enumerate(self.given.trips):
            index, steps = found.Value(routing.NextVar(routing.Start(at))), []
            while not routing.IsEnd(index):
                steps.append(self.given.step(self.manager.IndexToNode(index)))
                index = found.Value(routing.NextVar(index))
            if steps:
                off_s = found.Min(time.CumulVar(routing.Start(at)))
                yield Route(trip.squad, off_s - self.kinds[at].preflight_s, tuple(steps))

    def _add_times(self) -> None:
        """Add the cost of minutes, the time of day, and the time in the air of a battery."""
        cents = self.instance.prices.drone_minute_cents
        service = [node.service_s for node in self.given.nodes]
        air, clock, cost = {}, {}, {}
        for kind in self.instance.request.types.values():
            flown = self.given.airborne(kind)
            register = self.routing.RegisterTransitMatrix
            air[kind.id] = register(flown.tolist())
            clock[kind.id] = register((flown.T + service).T.tolist())
            cost[kind.id] = register((flown * cents // 60).tolist())
        for at, kind in enumerate(self.kinds):
            self.routing.SetArcCostEvaluatorOfVehicle(cost[kind.id], at)
            turn_s = kind.preflight_s + kind.swap_s
            self.routing.SetFixedCostOfVehicle(turn_s * cents // 60, at)
        clocks = [clock[kind.id] for kind in self.kinds]
        wait_s = self.instance.rules.max_wait_s
        self.routing.AddDimensionWithVehicleTransits(clocks, wait_s, DAY_S, False, "time")
        airs = [air[kind.id] for kind in self.kinds]
        limits = [trip.airborne_s for trip in self.given.trips]
        self.routing.AddDimensionWithVehicleTransitAndCapacity(airs, 0, limits, True, "air")

    def _add_windows(self) -> None:
        """Add when a trip and a stop may be."""
        time = self.routing.GetDimensionOrDie("time")
        for at, trip in enumerate(self.given.trips):
            for end in (self.routing.Start(at), self.routing.End(at)):
                time.CumulVar(end).SetRange(trip.from_s, trip.until_s)
        for number, node in enumerate(self.given.nodes[len(self.given.bases) :]):
            index = self.manager.NodeToIndex(number + len(self.given.bases))
            time.CumulVar(index).SetRange(node.from_s, node.until_s)

    def _add_loads(self) -> None:
        """Add mass, volume and the number of orders of a trip."""
        orders = [self.instance.jobs[job].order for job in self.given.jobs]
        grams = [round(order.mass_kg * 1000) for order in orders]
        decilitres = [round(order.volume_l * 10) for order in orders]
        most = self.instance.rules.max_orders_per_sortie
        self._add_load(
            "mass",
            [(each, -each) for each in grams],
            [round(kind.payload_kg * 1000) for kind in self.kinds],
        )
        self._add_load(
            "volume",
            [(each, -each) for each in decilitres],
            [round(kind.volume_l * 10) for kind in self.kinds],
        )
        self._add_load("orders", [(1, 0)] * len(orders), [most] * len(self.kinds))

    def _add_load(self, name: str, pairs: list[tuple[int, int]], limits: list[int]) -> None:
        changes = [0] * len(self.given.bases) + [each for pair in pairs for each in pair]
        vector = self.routing.RegisterUnaryTransitVector(changes)
        self.routing.AddDimensionWithVehicleCapacity(vector, 0, limits, True, name)

    def _add_order(self, place: int, job: int) -> None:
        """Add a pair: one vehicle, pickup first, its price if left out, its lateness."""
        order, prices = self.instance.jobs[job].order, self.instance.prices
        node = self.given.pickup(place)
        load, unload = self.manager.NodeToIndex(node), self.manager.NodeToIndex(node + 1)
        routing, solver = self.routing, self.routing.solver()
        time = routing.GetDimensionOrDie("time")
        routing.AddPickupAndDelivery(load, unload)
        solver.Add(routing.VehicleVar(load) == routing.VehicleVar(unload))
        solver.Add(time.CumulVar(load) <= time.CumulVar(unload))
        if order.max_under_way_s is not None:
            service_s = self.given.nodes[node + 1].service_s - order.load_s
            longest_s = order.max_under_way_s - service_s
            solver.Add(time.CumulVar(unload) - time.CumulVar(load) <= longest_s)
        routing.AddDisjunction([load], prices.unserved_cents[order.priority])
        routing.AddDisjunction([unload], 0)
        due_s = self.given.nodes[node + 1].due_s
        late = max(1, round(prices.late_minute_cents[order.priority] / 60))
        time.SetCumulVarSoftUpperBound(unload, due_s, late)
        may = self.given.squads_for[job]
        vehicles = [at for at, trip in enumerate(self.given.trips) if trip.squad in may]
        for index in (load, unload):
            routing.VehicleVar(index).SetValues([-1, *vehicles])
