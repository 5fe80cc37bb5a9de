"""Each clearance of a sortie on its own: place, hours, class, regime, time and documents."""

from collections.abc import Iterator

from geodata.schedule import contains
from planner.check.day import Day
from planner.check.sortie import Flown
from planner.check.stops import CLEARANCES
from planner.check.violation import Violation
from planner.plan.plan import Event
from planner.rules import customs


def check_clearances(flown: Flown, day: Day) -> Iterator[Violation]:
    """Yield breaches of the CUSTOMS, DECLARATION and DOCUMENT codes, save of the sequence."""
    for index, stop in enumerate(flown.sortie.stops):
        for number, event in enumerate(stop.events):
            if event.kind in CLEARANCES and stop.place in day.network.checkpoints:
                place = flown.stop_place(index, number)
                yield from _hours(event, stop.place, place, day)
                yield from _terms(event, stop.place, place, day)
            elif event.kind not in CLEARANCES and event.regime is not None:
                yield Violation(
                    "CUSTOMS_SERVICE",
                    flown.stop_place(index, number),
                    "only clearances have a regime",
                    event.regime,
                    "none",
                )


def _hours(event: Event, checkpoint_id: str, place: str, day: Day) -> Iterator[Violation]:
    hours = day.windows(day.network.checkpoints[checkpoint_id].hours)
    begin, end = day.seconds(event.start), day.seconds(event.end)
    if not contains(hours, begin, end):
        yield Violation(
            "CUSTOMS_CLOSED",
            place,
            f"{checkpoint_id} does not clear then",
            day.span(begin, end),
            day.hours(hours),
        )


def _terms(event: Event, checkpoint_id: str, place: str, day: Day) -> Iterator[Violation]:
    order = day.request.orders_by_id[event.order or ""]
    checkpoint = day.network.checkpoints[checkpoint_id]
    rules = day.rulebook.customs
    mode = rules.modes.get(checkpoint.clearance_mode)
    if order.goods not in rules.goods or mode is None:
        yield Violation(
            "CUSTOMS_SERVICE",
            place,
            "the rulebook does not know the goods class or the clearance mode",
            f"{order.goods}, {checkpoint.clearance_mode}",
            "classes and modes of the rulebook",
        )
        return
    terms = customs.clearance(rules, order, checkpoint, day.network.side_of(order.origin))
    for refusal in terms.refusals:
        if refusal.code != "GOODS_PROHIBITED":  # told once for the sortie
            values = ", ".join(f"{name} {value}" for name, value in refusal.values)
            yield Violation(refusal.code, place, f"order {order.id} is not cleared here", values)
    if event.regime != terms.regime:
        yield Violation(
            "CUSTOMS_SERVICE",
            place,
            f"order {order.id} is cleared under another regime",
            str(event.regime),
            terms.regime,
        )
    took_s = (event.end - event.start).total_seconds()
    if took_s < terms.service_s:
        yield Violation(
            "CUSTOMS_SERVICE",
            place,
            f"the clearance of order {order.id} is too short",
            f"{took_s:.0f} s",
            f"{terms.service_s} s",
        )
    if terms.earliest is not None and event.start < terms.earliest:
        yield Violation(
            "DECLARATION_LATE",
            place,
            f"{terms.earliest_document} of order {order.id} is lodged too late for it",
            day.clock(day.seconds(event.start)),
            f"from {day.clock(day.exact(terms.earliest))}",
        )
    if terms.latest is not None and event.start > terms.latest:
        yield Violation(
            "DECLARATION_EARLY",
            place,
            f"{terms.latest_document} of order {order.id} is lodged too early for it",
            day.clock(day.seconds(event.start)),
            f"until {day.clock(day.exact(terms.latest))}",
        )
