"""PyVRP: optional shipments with prizes, vehicle types by squad and trip.

https://pyvrp.org. It knows no soft windows, no limit on waiting, no longest time under way and no
number of orders of a trip, only of orders aboard at once; an order's window ends when it is due.
Its reloads empty a vehicle between trips, but its limits hold for a vehicle's whole route, so trips
are vehicles here, whose battery can then be told.
"""

from collections import Counter
from collections.abc import Iterable

import numpy as np
from pyvrp import Model, ProblemData, Solution, solve  # type: ignore[import-untyped]
from pyvrp.stop import MaxRuntime  # type: ignore[import-untyped]

from planner.request.fleet import DroneType
from tests.bench.given import NEVER_S, Given, Ints, Trip
from tests.bench.routes import Route

MINUTE = 60
"""Its costs are integers by the second, those of a request cents by the minute."""

SEED = 1


def pyvrp_routes(given: Given, seconds: float) -> list[Route]:
    """Return PyVRP's routes after `seconds`."""
    if not given.jobs or not given.trips:
        return []
    model, trips = Model(), sorted(Counter(given.trips).items(), key=lambda each: str(each[0]))
    places = [model.add_location(0, 0) for _ in given.nodes]
    depots = [model.add_depot(places[at]) for at in range(len(given.bases))]
    prices = given.instance.prices
    for place, job in enumerate(given.jobs):
        order, node = given.instance.jobs[job].order, given.pickup(place)
        load, unload = given.nodes[node], given.nodes[node + 1]
        model.add_shipment(
            places[node],
            places[node + 1],
            load.from_s,
            max(load.from_s, load.due_s),
            load.service_s,
            unload.from_s,
            max(unload.from_s, unload.due_s),
            unload.service_s,
            amount=[round(order.mass_kg * 1000), round(order.volume_l * 10), 1],
            prize=prices.unserved_cents[order.priority] * MINUTE,
            required=False,
        )
    # Squads that fly alike and may carry the same orders share what they fly.
    profiles, flown = dict[tuple[str, frozenset[int]], object](), list[Ints]()
    for trip, count in trips:
        squad = given.instance.squads[trip.squad]
        base = depots[given.bases.index(squad.base)]
        barred = frozenset(job for job in given.jobs if trip.squad not in given.squads_for[job])
        if (alike := (squad.kind.id, barred)) not in profiles:
            profiles[alike] = model.add_profile()
            flown.append(_flown(given, squad.kind, barred))
        model.add_vehicle_type(
            count,
            [
                round(squad.kind.payload_kg * 1000),
                round(squad.kind.volume_l * 10),
                given.instance.rules.max_orders_per_sortie,
            ],
            base,
            base,
            fixed_cost=(squad.kind.preflight_s + squad.kind.swap_s) * prices.drone_minute_cents,
            tw_early=trip.from_s,
            tw_late=trip.until_s,
            max_distance=trip.airborne_s,
            unit_distance_cost=prices.drone_minute_cents,
            profile=profiles[alike],
        )
    # The model's own matrices are made of an object for each edge: too many for a large day.
    data = ProblemData(
        model.locations, [], model.depots, model.vehicle_types, flown, flown, [], model.shipments
    )
    found = solve(data, MaxRuntime(seconds), seed=SEED, collect_stats=False, display=False)
    return list(_routes(given, [trip for trip, _ in trips], found.best))


def _flown(given: Given, kind: DroneType, barred: frozenset[int]) -> Ints:
    """Return seconds in the air from node to node; to orders that are barred there are none."""
    airborne = given.airborne(kind).copy()
    for place, job in enumerate(given.jobs):
        if job in barred:
            airborne[:, given.pickup(place)] = NEVER_S
    np.fill_diagonal(airborne, 0)
    return airborne


def _routes(given: Given, trips: list[Trip], found: Solution) -> Iterable[Route]:
    """Yield the trips that a solution uses; one that it knows to break a limit is not flown."""
    for route in found.routes():
        if not route.is_feasible():
            continue
        trip = trips[route.vehicle_type()]
        steps = tuple(
            given.step(given.pickup(each.idx) + int(each.is_delivery()))
            for each in route.schedule()
            if each.is_shipment()
        )
        kind = given.instance.squads[trip.squad].kind
        yield Route(trip.squad, route.start_time() - kind.preflight_s, steps)
