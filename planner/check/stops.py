"""What happens on the pads of a sortie: the right events, in order, in full, without loitering."""

import math
from collections.abc import Iterator
from typing import Literal

from planner.check.charging import curve
from planner.check.day import Day
from planner.check.fleet import goes_away
from planner.check.legs import energy_wh
from planner.check.sortie import Flown
from planner.check.violation import Violation
from planner.plan.plan import Event, Stop

CLEARANCES = ("export", "import", "joint")
WORK = ("unload", "load", *CLEARANCES)
"""What a drone lands for between the ends of a sortie."""

_ROUNDING_S = 0.05
"""What rounded energies of legs may change in the time of a charge, s."""


def check_stops(flown: Flown, day: Day) -> Iterator[Violation]:
    """Yield breaches of STOP_ORDER, STOP_IDLE and PAD_WAIT."""
    last = len(flown.sortie.stops) - 1
    for index, stop in enumerate(flown.sortie.stops):
        yield from _sequence(flown, index, day)
        yield from _kinds(flown, index)
        for number, event in enumerate(stop.events):
            yield from _place(event, stop, flown.stop_place(index, number), day)
        if 0 < index < last:
            if not any(event.kind in WORK for event in stop.events):
                place = flown.stop_place(index)
                yield Violation("STOP_IDLE", place, "it lands for nothing", stop.place)
            yield from _wait(stop, flown.stop_place(index), day)


def _sequence(flown: Flown, index: int, day: Day) -> Iterator[Violation]:
    """Events follow each other between arrive and depart; the sortie's ends are its events'."""
    stop = flown.sortie.stops[index]
    free = stop.arrive
    for number, event in enumerate(stop.events):
        if event.start < free or event.end < event.start:
            yield Violation(
                "STOP_ORDER",
                flown.stop_place(index, number),
                "an event starts once the one before, or the landing, is over",
                day.span(day.seconds(event.start), day.seconds(event.end)),
                f"from {day.clock(day.seconds(free))}",
            )
        free = max(free, event.end)
    if stop.depart < free:
        yield Violation(
            "STOP_ORDER",
            flown.stop_place(index),
            "it departs before its events are over",
            day.clock(day.seconds(stop.depart)),
            f"from {day.clock(day.seconds(free))}",
        )
    first, last = index == 0, index == len(flown.sortie.stops) - 1
    if first and stop.events and stop.events[0].start != stop.arrive:
        yield Violation(
            "STOP_ORDER",
            flown.stop_place(index),
            "a sortie begins with the start of its preflight",
            day.clock(day.seconds(stop.arrive)),
            day.clock(day.seconds(stop.events[0].start)),
        )
    if last and stop.events and stop.events[-1].end != stop.depart:
        yield Violation(
            "STOP_ORDER",
            flown.stop_place(index),
            "a sortie ends with the end of its swap or charge",
            day.clock(day.seconds(stop.depart)),
            day.clock(day.seconds(stop.events[-1].end)),
        )


def _kinds(flown: Flown, index: int) -> Iterator[Violation]:
    """Preflight first of all, swap or charge last of all, unloading before loading."""
    stop = flown.sortie.stops[index]
    kinds = [event.kind for event in stop.events]
    if index == 0 and kinds[:1] == ["preflight"]:
        kinds = kinds[1:]
    if index == len(flown.sortie.stops) - 1 and kinds[-1:] in (["swap"], ["charge"]):
        kinds = kinds[:-1]
    extra = [kind for kind in kinds if kind in ("preflight", "swap", "charge")]
    for kind in extra:
        allowed = "at the start of a sortie" if kind == "preflight" else "at its end"
        yield Violation(
            "STOP_ORDER", flown.stop_place(index), f"a {kind} is out of place", kind, allowed
        )
    loads = [kind for kind in kinds if kind in ("unload", "load")]
    if loads != sorted(loads, reverse=True):
        yield Violation(
            "STOP_ORDER",
            flown.stop_place(index),
            "a drone unloads before it loads",
            ", ".join(loads),
            "unload, then load",
        )


def _place(event: Event, stop: Stop, place: str, day: Day) -> Iterator[Violation]:
    """Each event happens where it can."""
    if event.kind in CLEARANCES:
        if stop.place not in day.network.checkpoints:
            yield Violation(
                "STOP_ORDER",
                place,
                "goods are cleared at checkpoints",
                stop.place,
                "a checkpoint",
            )
        return
    if event.order is None:
        return
    order = day.request.orders_by_id[event.order]
    right = order.origin if event.kind == "load" else order.destination
    if stop.place != right:
        yield Violation(
            "STOP_ORDER", place, f"order {order.id} is {event.kind}ed elsewhere", stop.place, right
        )


def _wait(stop: Stop, place: str, day: Day) -> Iterator[Violation]:
    busy_s = sum((event.end - event.start).total_seconds() for event in stop.events)
    wait_s = (stop.depart - stop.arrive).total_seconds() - busy_s
    if wait_s > day.rules.max_wait_s:
        yield Violation(
            "PAD_WAIT",
            place,
            "it keeps the pad too long beyond its events",
            f"{wait_s:.0f} s",
            f"{day.rules.max_wait_s} s",
        )


def check_turnaround(flown: Flown, day: Day) -> Iterator[Violation]:
    """Yield breaches of SWAP_TIME and CHARGE_TIME: preflight first, swap or charge last, in full.

    Of a flight that cannot be flown no charge follows, and a drone that has gone where it ends its
    day is not made ready.
    """
    stops, kind = flown.sortie.stops, flown.kind
    yield from _full(stops[0].events[:1], "preflight", kind.preflight_s, flown.stop_place(0))
    charging = curve(kind, day.network.vertiports.get(stops[-1].place))
    last, place = stops[-1].events[-1:], flown.stop_place(len(stops) - 1)
    if goes_away(flown):
        return
    if charging is None:
        yield from _full(last, "swap", kind.swap_s, place)
    elif all(flight.stalled_over is None for flight in flown.flights):
        used_wh = sum(energy_wh(flown, index) for index in range(len(flown.flights)))
        yield from _full(last, "charge", charging.seconds(used_wh) - _ROUNDING_S, place)


def _full(
    events: tuple[Event, ...],
    kind: Literal["preflight", "swap", "charge"],
    least_s: float,
    place: str,
) -> Iterator[Violation]:
    code = "CHARGE_TIME" if kind == "charge" else "SWAP_TIME"
    if not events or events[0].kind != kind:
        found = events[0].kind if events else "nothing"
        yield Violation(code, place, f"the {kind} is missing", found, kind)
        return
    took_s = (events[0].end - events[0].start).total_seconds()
    if took_s < least_s:
        yield Violation(
            code, place, f"the {kind} is too short", f"{took_s:.0f} s", f"{math.ceil(least_s)} s"
        )
