"""Commiv: pickups and deliveries by ruin and recreate (SISR).

https://github.com/grechman/Commiv. It knows one depot, one speed, one load, no skills, no hours of
vehicles and no order left out. So every squad's orders are a problem of their own, an order with
the squad of most drones that may carry it; orders that do not fit alone are left to be rescued; a
route is as long as a trip; how many drones there are is not told, for its fleet bounds routes, not
trips at a time.
"""

import math
from collections.abc import Iterable

import numpy as np
from commiv import InfeasibleError, solve_pdptw  # type: ignore[import-untyped]

from geodata.schedule import DAY_S
from tests.bench.given import TRIP_S, Given, Ints
from tests.bench.routes import Route

SEED = 1
ITERATIONS = 1_000_000_000
"""More than any time is enough for: the wall time ends it."""

FULL = 3600
"""A full load; any share of one by a number of orders is whole."""


def commiv_routes(given: Given, seconds: float) -> list[Route]:
    """Return its routes; each squad's problem has a share of `seconds` by its number of orders."""
    squads = given.instance.squads
    places: dict[int, list[int]] = {}
    for place, job in enumerate(given.jobs):
        squad = max(given.squads_for[job], key=lambda each: (len(squads[each].drones), -each))
        places.setdefault(squad, []).append(place)
    return [
        route
        for squad, own in sorted(places.items())
        for route in _routes(given, squad, own, seconds * len(own) / len(given.jobs))
    ]


def _routes(given: Given, squad: int, places: list[int], seconds: float) -> Iterable[Route]:
    """Yield the routes of a squad's orders."""
    drones = given.instance.squads[squad]
    kind, base = drones.kind, given.bases.index(drones.base)
    airborne = given.airborne(kind)
    limit_s = min(TRIP_S - kind.preflight_s - kind.swap_s, DAY_S)
    places = [
        place for place in places if _fits(given, airborne, base, place, drones.from_s, limit_s)
    ]
    if not places:
        return
    nodes = [base, *(given.pickup(place) + end for place in places for end in (0, 1))]
    orders = [given.instance.jobs[given.jobs[place]].order for place in places]
    ready, due, service = [0], [drones.until_s], [0]
    for number in nodes[1:]:
        node = given.nodes[number]
        ready.append(max(node.from_s, drones.from_s))
        due.append(max(ready[-1], node.due_s))
        service.append(node.service_s)
    try:
        found = solve_pdptw(
            airborne[np.ix_(nodes, nodes)].tolist(),
            list(range(1, len(nodes), 2)),
            list(range(2, len(nodes), 2)),
            [
                math.ceil(
                    FULL
                    * max(
                        order.mass_kg / kind.payload_kg,
                        order.volume_l / kind.volume_l,
                        1 / given.instance.rules.max_orders_per_sortie,
                    )
                )
                for order in orders
            ],
            FULL,
            ready,
            due,
            service,
            seed=SEED,
            veh_penalty=kind.preflight_s + kind.swap_s,
            max_route_duration=limit_s,
            wall_ms=max(1, round(1000 * seconds)),
            iters=ITERATIONS,
        )
    except InfeasibleError:
        return
    for route in found.routes:
        steps = tuple(given.step(nodes[each]) for each in route)
        first = given.nodes[nodes[route[0]]]
        off_s = max(drones.from_s, first.from_s - int(airborne[base, nodes[route[0]]]))
        yield Route(squad, max(0, off_s - kind.preflight_s), steps)


def _fits(given: Given, airborne: Ints, base: int, place: int, from_s: int, limit_s: int) -> bool:
    """Tell whether an order fits alone, as one is not left out."""
    node = given.pickup(place)
    load, unload = given.nodes[node], given.nodes[node + 1]
    out, over, home = (
        int(airborne[one, two]) for one, two in ((base, node), (node, node + 1), (node + 1, base))
    )
    loaded_s = max(load.from_s, from_s + out)
    there_s = max(unload.from_s, loaded_s + load.service_s + over)
    took_s = out + there_s - loaded_s + unload.service_s + home
    return loaded_s <= load.due_s and there_s <= unload.due_s and took_s <= limit_s
