"""What the capacity between two sides is held to."""

import datetime as dt

from geodata.faults import InvalidInput
from geodata.features import Side
from geodata.field_faults import Place
from geodata.network import Network
from planner.capacity.capacity import Bottleneck, Capacities
from planner.capacity.question import MIX, CapacityQuestion, park_vertiports
from planner.routetest.expect_route import between, within
from planner.routetest.fields import Bounds
from planner.routetest.outcome import Miss, Outcome, Why, merged
from planner.routetest.records import CapacityCase
from planner.routetest.refresh import down, moved, up
from planner.routetest.scene import Scene

_CODES = {"air": "BLOCK_CONFLICT", "pads": "PAD_CAPACITY", "bays": "BAY_CAPACITY"}


def capacity_outcome(case: CapacityCase, scene: Scene, now: dt.datetime | None) -> Outcome:
    """Return what comes of a capacity case; raises InvalidInput if it cannot be asked."""
    asked = case.capacity
    moment = asked.at or now
    if moment is None or asked.origin == asked.destination:
        place = Place("capacity")
        if moment is None:
            message = "neither it nor the clock gives a time"
            raise InvalidInput([place.fault("at", "FIELD_MISSING", message)])
        message = "is the side that they leave"
        raise InvalidInput([place.fault("to", "SAME_PLACE", message, value=asked.destination)])
    total = sum(asked.goods.values())
    shares = {goods: weight / total for goods, weight in asked.goods.items()} or MIX
    ends = (_ends(scene.network, asked.origin), _ends(scene.network, asked.destination))
    capacities = Capacities(
        scene.instance, CapacityQuestion(*ends, shares, asked.mass, asked.returns)
    )
    hour = scene.instant(moment).hour
    found = capacities.hour(hour, "there")
    flights, bounds = round(found.total, 1), case.expect.flights_per_hour
    missed: tuple[Miss, ...] = ()
    if not within(flights, bounds):
        expected = between(bounds, lambda each: f"{each:g}")
        came = f"{flights:g}" + (f": {found.longest.reason}" if found.longest.reason else "")
        missed = (Miss("flights_per_hour", f"{expected} loaded flights an hour", came),)
    rules = frozenset([case.protects] if case.protects else ())
    return Outcome(
        misses=missed,
        touched=merged({"rule": rules, "hour": frozenset({f"{hour:02}"})}),
        came=f"{flights:g} loaded flights an hour",
        refreshed={"flights_per_hour": _refreshed(bounds, flights)} if missed else {},
        why=tuple(_why(each) for each in found.longest.bottlenecks) if missed else (),
        scene=scene,
    )


def _ends(network: Network, side: Side) -> tuple[str, ...]:
    """Return the vertiports within the parks of a side, or all of the side's if there are none."""
    every = tuple(name for name, port in network.vertiports.items() if port.side == side)
    return park_vertiports(network, side) or every


def _refreshed(bounds: Bounds[float], flights: float) -> object:
    return moved(bounds, flights, lambda each: down(each, 1), lambda each: up(each, 1))


def _why(limit: Bottleneck) -> Why:
    room = limit.room
    values = f"{room.name}, {limit.use:.0%} taken"
    return Why(_CODES[room.kind], values, f"one more: {limit.gain:+.1f} flights an hour")
