"""Small random days that ask for all at once: charging, boxes, orders apart, returns, ends."""

from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import Any

from geodata.network import Network
from planner.request.fleet import Charging
from planner.request.order import Order
from planner.request.request import Request
from tests.geodata.small import changed, small_network
from tests.planner.days import BASES, random_request


def asked_at_random(
    draw: Random, orders: int, drones: int, **rules: Any
) -> tuple[Network, Request]:
    """Return a small day with boxes, returns, charging and the rest wherever chance has it."""
    given = small_network()
    for base in BASES:
        if draw.random() < 0.5:
            fields = {"chargers": draw.choice((1, 2)), "charger_kw": draw.choice((1.0, 20.0))}
            given = changed(given, base, battery_swap=False, **fields)
    segregated = draw.choice(((), (("document", "general"), ("bonded", "bonded"))))
    asked = random_request(draw, orders, drones, segregated=segregated, **rules)
    charging = Charging(power_w=draw.choice((800.0, 5000.0)), taper_from=0.8, taper_factor=0.5)
    fleet = replace(
        asked.fleet,
        types=tuple(replace(each, charging=charging) for each in asked.fleet.types),
        drones=tuple(
            replace(each, ends_at=draw.choice((None, None, "SZ-V2", "HK-V1", "HK-V2")))
            for each in asked.fleet.drones
        ),
    )
    return given, replace(asked, fleet=fleet, orders=tuple(_bound(draw, asked.orders)))


def _bound(draw: Random, orders: tuple[Order, ...]) -> Iterator[Order]:
    """Yield orders of which some share a box, come after ones before, or keep apart from them."""
    first = orders[0]
    for number, each in enumerate(orders):
        found = each
        if number and draw.random() < 0.4:
            ends = {"origin": first.origin, "destination": first.destination}
            found = replace(found, **ends, box=f"OF-{first.id}", mass_kg=found.mass_kg / 2)
        else:
            first = each
        earlier = draw.choice(orders[:number]).id if number else None
        if earlier and draw.random() < 0.3:
            found = replace(found, after=earlier, after_s=draw.choice((0, 300)))
        elif earlier and draw.random() < 0.2:
            found = replace(found, not_with=(earlier,))
        yield found
