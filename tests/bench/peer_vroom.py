"""VROOM through pyvroom: shipments with skills, amounts, windows and priorities.

It knows no soft windows, no limit on waiting and no longest time under way: an order's window ends
when it is due. Priorities stand for the prices of what is left out; VROOM serves by them before it
looks at cost. https://github.com/VROOM-Project/vroom/blob/master/docs/API.md
"""

import datetime as dt
from collections.abc import Iterable

import vroom  # type: ignore[import-untyped]
from vroom.solution.solution import Solution  # type: ignore[import-untyped]

from tests.bench.given import Given, Node
from tests.bench.routes import Route

THREADS = 2
EXPLORATION = 5
"""The widest that VROOM offers."""

STEPS = ("pickup", "delivery")


def vroom_routes(given: Given, seconds: float) -> list[Route]:
    """Return VROOM's routes; it is asked to end within `seconds`."""
    if not given.jobs or not given.trips:
        return []
    model = vroom.Input()
    for kind in given.instance.request.types.values():
        model.set_durations_matrix(kind.id, given.airborne(kind))
    # Orders that the same squads may carry share a skill.
    may = [given.squads_for[job] for job in given.jobs]
    skills = {squads: at for at, squads in enumerate(sorted(set(may), key=sorted))}
    for at in range(len(given.trips)):
        squad = given.trips[at].squad
        model.add_vehicle(_vehicle(given, at, {skills[each] for each in skills if squad in each}))
    for place, squads in enumerate(may):
        model.add_job(_shipment(given, place, skills[squads]))
    limit = dt.timedelta(seconds=seconds)
    found = model.solve(exploration_level=EXPLORATION, nb_threads=THREADS, timeout=limit)
    return list(_routes(given, found))


def _vehicle(given: Given, at: int, skills: set[int]) -> vroom.Vehicle:
    trip = given.trips[at]
    squad, prices = given.instance.squads[trip.squad], given.instance.prices
    kind, base = squad.kind, given.bases.index(squad.base)
    turn_s = kind.preflight_s + kind.swap_s
    return vroom.Vehicle(
        at,
        start=base,
        end=base,
        profile=kind.id,
        capacity=[round(kind.payload_kg * 1000), round(kind.volume_l * 10)],
        skills=skills,
        time_window=vroom.TimeWindow(trip.from_s, trip.until_s),
        costs=vroom.VehicleCosts(
            fixed=turn_s * prices.drone_minute_cents // 60,
            per_hour=prices.drone_minute_cents * 60,
        ),
        max_tasks=2 * given.instance.rules.max_orders_per_sortie,
        max_travel_time=trip.airborne_s,
    )


def _shipment(given: Given, place: int, skill: int) -> vroom.Shipment:
    node = given.pickup(place)
    order = given.instance.jobs[given.jobs[place]].order
    prices = given.instance.prices.unserved_cents
    return vroom.Shipment(
        _step(given.nodes[node], node),
        _step(given.nodes[node + 1], node + 1),
        amount=[round(order.mass_kg * 1000), round(order.volume_l * 10)],
        skills={skill},
        priority=round(100 * prices[order.priority] / max(*prices.values(), 1)),
    )


def _step(node: Node, number: int) -> vroom.ShipmentStep:
    window = vroom.TimeWindow(node.from_s, max(node.from_s, node.due_s))
    return vroom.ShipmentStep(number, number, default_service=node.service_s, time_windows=[window])


def _routes(given: Given, found: Solution) -> Iterable[Route]:
    """Yield the trips that a solution uses."""
    frame = found.routes
    for at, rows in frame.groupby("vehicle_id", sort=True):
        trip = given.trips[int(at)]
        steps = tuple(
            given.step(int(number)) for number in rows.loc[rows["type"].isin(STEPS), "id"]
        )
        kind = given.instance.squads[trip.squad].kind
        yield Route(trip.squad, int(rows["arrival"].iloc[0]) - kind.preflight_s, steps)
