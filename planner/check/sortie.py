"""A sortie that holds together, with what follows from it: who is on board, how it flies."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from geodata.features import Side
from planner.check.cruise import at_cruise, check_cruise
from planner.check.day import Day
from planner.check.flight import Flight
from planner.check.violation import Violation
from planner.plan.plan import Leg, Sortie
from planner.request.fleet import Drone, DroneType
from planner.request.order import Order


@dataclass(frozen=True, slots=True)
class Crossing:
    """A passage over the boundary: on which leg (from 0), and which way."""

    leg: int
    origin_side: Side
    far_side: Side


@dataclass(frozen=True, eq=False)
class Flown:
    """A sortie whose parts are all known and joined, and its flights as they must be.

    `kind` is the drone's type at the sortie's cruise.
    `aboard[i]` are the orders on board on leg i, by id; `flights[i]` is leg i flown from the
    stop's departure.
    """

    sortie: Sortie
    drone: Drone
    kind: DroneType
    aboard: tuple[tuple[Order, ...], ...]
    flights: tuple[Flight, ...]
    crossings: tuple[Crossing, ...]
    sides: tuple[Side, ...]

    @property
    def place(self) -> str:
        """Where in the plan."""
        return f"sortie {self.sortie.id}"

    def leg_place(self, index: int) -> str:
        """Return where in the plan a leg is."""
        return f"{self.place} leg {index + 1}"

    def stop_place(self, index: int, event: int | None = None) -> str:
        """Return where in the plan a stop, or an event of it, is."""
        where = f"{self.place} stop {index + 1}"
        return where if event is None else f"{where} event {event + 1}"

    def loaded(self, day: Day) -> list[Order]:
        """Return the orders loaded, each once, in order of loading."""
        events = (event for stop in self.sortie.stops for event in stop.events)
        ids = dict.fromkeys(event.order for event in events if event.kind == "load")
        return [day.request.orders_by_id[order_id] for order_id in ids if order_id is not None]


def unsound(sortie: Sortie, day: Day) -> list[Violation]:
    """Return what keeps a sortie from being checked further: unknown ids and loose ends."""
    return [
        *_drone(sortie, day),
        *check_cruise(sortie, day),
        *_path(sortie, day),
        *_instants(sortie),
        *_orders(sortie, day),
    ]


def _drone(sortie: Sortie, day: Day) -> Iterator[Violation]:
    drone = day.request.drones.get(sortie.drone)
    place = f"sortie {sortie.id}"
    if drone is None:
        yield Violation("DRONE_OVERLAP", place, "its drone is not in the fleet", sortie.drone)
    elif drone.type not in day.request.types:
        yield Violation("DRONE_OVERLAP", place, "its drone's type is not in the fleet", drone.type)


def _path(sortie: Sortie, day: Day) -> Iterator[Violation]:
    place = f"sortie {sortie.id}"
    unknown = [stop.place for stop in sortie.stops if stop.place not in day.network.sites]
    for name in unknown:
        yield Violation("LEG_BROKEN", place, "it stops where there are no pads", name, "a site")
    stops, legs = len(sortie.stops), len(sortie.legs)
    if stops < 2 or legs != stops - 1:
        yield Violation(
            "LEG_BROKEN", place, "legs and stops do not alternate", f"{legs} legs, {stops} stops"
        )
    elif not unknown:
        for index, leg in enumerate(sortie.legs):
            ends = sortie.stops[index].place, sortie.stops[index + 1].place
            yield from _chain(leg, ends, day, f"{place} leg {index + 1}")


def _chain(leg: Leg, ends: tuple[str, str], day: Day, place: str) -> Iterator[Violation]:
    unknown = [lane_id for lane_id in leg.lanes if lane_id not in day.network.lanes]
    for lane_id in unknown:
        yield Violation("LEG_BROKEN", place, "the network has no such lane", lane_id, "a lane")
    if unknown:
        return
    if not leg.lanes:
        yield Violation("LEG_BROKEN", place, "it has no lanes", "none", "a chain of lanes")
        return
    begins, finishes = zip(*(day.network.lane_ends(lane_id) for lane_id in leg.lanes), strict=True)
    if (begins[0], finishes[-1]) != ends:
        found = f"{begins[0]} to {finishes[-1]}"
        yield Violation(
            "LEG_BROKEN", place, "its lanes do not join its stops", found, " to ".join(ends)
        )
    for end, begin in zip(finishes[:-1], begins[1:], strict=True):
        if end != begin or end not in day.network.waypoints:
            yield Violation(
                "LEG_BROKEN",
                place,
                "a lane must begin where the one before ends, at a waypoint",
                f"{end}, then {begin}",
                "one waypoint",
            )


def _instants(sortie: Sortie) -> Iterator[Violation]:
    for index, stop in enumerate(sortie.stops):
        place = f"sortie {sortie.id} stop {index + 1}"
        events = (instant for event in stop.events for instant in (event.start, event.end))
        yield from _whole("STOP_ORDER", place, (stop.arrive, stop.depart, *events))
    for index, leg in enumerate(sortie.legs):
        holds = (instant for hold in leg.holds for instant in (hold.enter, hold.exit))
        yield from _whole("LEG_TIMES", f"sortie {sortie.id} leg {index + 1}", tuple(holds))


def _whole(code: str, place: str, instants: tuple[dt.datetime, ...]) -> Iterator[Violation]:
    broken = [instant for instant in instants if instant.microsecond]
    if broken:
        yield Violation(
            code, place, "instants are whole seconds", broken[0].isoformat(), "whole seconds"
        )


def _orders(sortie: Sortie, day: Day) -> Iterator[Violation]:
    for index, stop in enumerate(sortie.stops):
        for number, event in enumerate(stop.events):
            place = f"sortie {sortie.id} stop {index + 1} event {number + 1}"
            if event.kind in ("preflight", "swap", "charge"):
                if event.order is not None:
                    yield Violation("STOP_ORDER", place, f"a {event.kind} is of no order")
            elif event.order not in day.request.orders_by_id:
                yield Violation(
                    "ORDER_COUNT",
                    place,
                    "the request has no such order",
                    str(event.order),
                    "an order of the request",
                )


def follow(sortie: Sortie, day: Day) -> Flown:
    """Return a sound sortie with what follows from its stops and lanes."""
    drone = day.request.drones[sortie.drone]
    kind = at_cruise(day.request.types[drone.type], sortie.cruise_m_s)
    flights = tuple(
        day.flyer.fly(kind, leg.lanes, day.seconds(stop.depart))
        for leg, stop in zip(sortie.legs, sortie.stops, strict=False)
    )
    corridors = [day.network.lanes[lane_id][0] for leg in sortie.legs for lane_id in leg.lanes]
    sides = {side for each in corridors for side in (each.start_side, each.end_side)}
    return Flown(
        sortie=sortie,
        drone=drone,
        kind=kind,
        aboard=tuple(_aboard(sortie, day)),
        flights=flights,
        crossings=tuple(_crossings(sortie, day)),
        sides=tuple(sorted(sides)),
    )


def _aboard(sortie: Sortie, day: Day) -> Iterator[tuple[Order, ...]]:
    on_board: set[str] = set()
    for stop in sortie.stops[:-1]:
        for event in stop.events:
            if event.kind == "load" and event.order is not None:
                on_board.add(event.order)
            elif event.kind == "unload" and event.order is not None:
                on_board.discard(event.order)
        yield tuple(day.request.orders_by_id[order_id] for order_id in sorted(on_board))


def _crossings(sortie: Sortie, day: Day) -> Iterator[Crossing]:
    for index, leg in enumerate(sortie.legs):
        for lane_id in leg.lanes:
            corridor, lane = day.network.lanes[lane_id]
            if corridor.start_side == corridor.end_side:
                continue
            sides = corridor.start_side, corridor.end_side
            origin_side, far_side = sides if lane.direction == "forward" else sides[::-1]
            yield Crossing(index, origin_side, far_side)
