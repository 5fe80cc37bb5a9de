"""Over the boundary: how often, with which goods in which state of clearance, and when empty."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from geodata.features import Side
from geodata.schedule import contains
from planner.check.day import Day
from planner.check.orders import Carriage, carriages
from planner.check.sortie import Crossing, Flown
from planner.check.stops import CLEARANCES
from planner.check.violation import Violation
from planner.request.order import Order
from planner.rules import customs


@dataclass(frozen=True, slots=True)
class _Cleared:
    """A clearance: at which stop (from 0), and its kind."""

    stop: int
    kind: str


def check_crossings(flown: Flown, day: Day) -> Iterator[Violation]:
    """Yield breaches of CROSSINGS and EMPTY_CROSSING."""
    for (origin, far), times in Counter(
        (c.origin_side, c.far_side) for c in flown.crossings
    ).items():
        if times > 1:
            yield Violation(
                "CROSSINGS",
                flown.place,
                f"it crosses from {origin} to {far} too often",
                f"{times} times",
                "once",
            )
    for leg, times in Counter(crossing.leg for crossing in flown.crossings).items():
        if times > 1:
            message = "one leg crosses the boundary more than once"
            yield Violation("CROSSINGS", flown.leg_place(leg), message, f"{times} times", "once")
    hours = day.windows(day.rulebook.customs.empty_crossing.hours)
    for leg in sorted({crossing.leg for crossing in flown.crossings}):
        stops = flown.sortie.stops[leg], flown.sortie.stops[leg + 1]
        begin, end = day.seconds(stops[0].depart), day.seconds(stops[1].arrive)
        if not flown.aboard[leg] and not contains(hours, begin, end):
            yield Violation(
                "EMPTY_CROSSING",
                flown.leg_place(leg),
                "an empty drone crosses outside the hours for it",
                day.span(begin, end),
                day.hours(hours),
            )


def check_sequence(flown: Flown, day: Day) -> Iterator[Violation]:
    """Yield breaches of CUSTOMS_SEQUENCE."""
    carried = {each.order.id: each for each in carriages(flown, day)}
    cleared = _clearances(flown, day)
    for order_id, clearances in sorted(cleared.items()):
        yield from _kinds(day.request.orders_by_id[order_id], clearances, flown, day)
    for each in carried.values():
        order = each.order
        sides = day.network.side_of(order.origin), day.network.side_of(order.destination)
        if sides[0] != sides[1]:
            yield from _order(each, cleared.get(order.id, []), flown, day)
        elif order.id in cleared:
            yield Violation(
                "CUSTOMS_SEQUENCE",
                f"{flown.place} order {order.id}",
                "an order within one side is not cleared",
                ", ".join(clearance.kind for clearance in cleared[order.id]),
                "no clearance",
            )
    for crossing in flown.crossings:
        for order in flown.aboard[crossing.leg]:
            if order.id in carried:
                yield from _aboard(crossing, order, cleared.get(order.id, []), flown, day)


def _clearances(flown: Flown, day: Day) -> dict[str, list[_Cleared]]:
    """Return the clearances at checkpoints by order, in order of events."""
    found: dict[str, list[_Cleared]] = {}
    for index, stop in enumerate(flown.sortie.stops):
        for event in stop.events:
            if event.kind in CLEARANCES and stop.place in day.network.checkpoints:
                clearance = _Cleared(index, event.kind)
                found.setdefault(event.order or "", []).append(clearance)
    return found


def _kinds(order: Order, clearances: list[_Cleared], flown: Flown, day: Day) -> Iterator[Violation]:
    """Each clearance is what the checkpoint does for goods from that side."""
    origin_side = day.network.side_of(order.origin)
    for each in clearances:
        checkpoint = day.network.checkpoints[flown.sortie.stops[each.stop].place]
        right = customs.event_kind(checkpoint, origin_side)
        if each.kind != right:
            yield Violation(
                "CUSTOMS_SEQUENCE",
                f"{flown.stop_place(each.stop)} order {order.id}",
                f"{checkpoint.id} does not clear goods from {origin_side} this way",
                each.kind,
                right,
            )


def _order(
    carriage: Carriage, clearances: list[_Cleared], flown: Flown, day: Day
) -> Iterator[Violation]:
    """Cross-border orders clear export then import, or both at once, between their ends."""
    place = f"{flown.place} order {carriage.order.id}"
    kinds = [each.kind for each in clearances]
    if kinds not in (["export", "import"], ["joint"]):
        yield Violation(
            "CUSTOMS_SEQUENCE",
            place,
            "its clearances are not those of a crossing",
            ", ".join(kinds) or "none",
            "export, import; or joint",
        )
        return
    if not carriage.load_stop < clearances[0].stop <= clearances[-1].stop < carriage.unload_stop:
        yield Violation(
            "CUSTOMS_SEQUENCE", place, "it is cleared while it is not on board", ", ".join(kinds)
        )
        return
    for index in range(clearances[0].stop, clearances[-1].stop):
        stop = flown.sortie.stops[index].place
        if stop not in day.network.checkpoints:
            yield Violation(
                "CUSTOMS_SEQUENCE",
                flown.stop_place(index),
                f"order {carriage.order.id} lands between export and import clearance",
                stop,
                "a checkpoint",
            )


def _aboard(
    crossing: Crossing, order: Order, clearances: list[_Cleared], flown: Flown, day: Day
) -> Iterator[Violation]:
    """Goods on board go to the far side; they have left customs, or land at a joint checkpoint."""
    place = f"{flown.leg_place(crossing.leg)} order {order.id}"
    ends: tuple[Side, Side] = (
        day.network.side_of(order.origin),
        day.network.side_of(order.destination),
    )
    if ends != (crossing.origin_side, crossing.far_side):
        yield Violation(
            "CUSTOMS_SEQUENCE",
            place,
            "it crosses the boundary though it does not go there",
            f"{crossing.origin_side} to {crossing.far_side}",
            " to ".join(ends),
        )
        return
    before = [each for each in clearances if each.stop <= crossing.leg]
    at_landing = [each for each in clearances if each.stop == crossing.leg + 1]
    if not before and [each.kind for each in at_landing] != ["joint"]:
        yield Violation(
            "CUSTOMS_SEQUENCE",
            place,
            "it crosses uncleared on a leg that does not land at the joint checkpoint clearing it",
            "uncleared",
            "export or joint clearance before, or joint clearance at the landing",
        )
