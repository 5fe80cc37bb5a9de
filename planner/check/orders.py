"""Orders: each once and in full, in its times."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from planner.check.day import Day
from planner.check.sortie import Flown
from planner.check.violation import Violation
from planner.plan.plan import Event, Plan
from planner.request.order import Order
from planner.rules.codes import RULES


@dataclass(frozen=True, slots=True)
class Carriage:
    """An order carried in a sortie: where (stops counted from 0) and when it gets on and off."""

    order: Order
    load_stop: int
    load: Event
    unload_stop: int
    unload: Event


def carriages(flown: Flown, day: Day) -> list[Carriage]:
    """Return the orders that a sortie loads once and then unloads once."""
    found = []
    for order in flown.loaded(day):
        loads, unloads = _events(flown, order, "load"), _events(flown, order, "unload")
        if len(loads) == len(unloads) == 1 and loads[0][0] < unloads[0][0]:
            found.append(Carriage(order, *loads[0], *unloads[0]))
    return found


def _events(flown: Flown, order: Order, kind: str) -> list[tuple[int, Event]]:
    return [
        (index, event)
        for index, stop in enumerate(flown.sortie.stops)
        for event in stop.events
        if event.kind == kind and event.order == order.id
    ]


def check_order_times(flown: Flown, day: Day) -> Iterator[Violation]:
    """Yield breaches of ORDER_READY, ORDER_DUE and ORDER_UNDER_WAY."""
    for each in carriages(flown, day):
        order = each.order
        load_place = f"{flown.stop_place(each.load_stop)} order {order.id}"
        unload_place = f"{flown.stop_place(each.unload_stop)} order {order.id}"
        if each.load.start < order.ready:
            yield Violation(
                "ORDER_READY",
                load_place,
                "it is loaded before it is ready",
                day.clock(day.seconds(each.load.start)),
                f"from {day.clock(day.exact(order.ready))}",
            )
        yield from _full("ORDER_READY", each.load, order.load_s, load_place)
        yield from _full("ORDER_DUE", each.unload, order.unload_s, unload_place)
        late_s = (each.unload.end - order.due).total_seconds()
        if late_s > day.rules.max_late_s:
            yield Violation(
                "ORDER_DUE",
                unload_place,
                "it is handed over too late",
                f"{late_s:.0f} s after due",
                f"{day.rules.max_late_s} s",
            )
        under_way_s = (each.unload.end - each.load.end).total_seconds()
        if order.max_under_way_s is not None and under_way_s > order.max_under_way_s:
            yield Violation(
                "ORDER_UNDER_WAY",
                unload_place,
                "it is under way too long",
                f"{under_way_s:.0f} s",
                f"{order.max_under_way_s} s",
            )


def _full(code: str, event: Event, least_s: int, place: str) -> Iterator[Violation]:
    took_s = (event.end - event.start).total_seconds()
    if took_s < least_s:
        yield Violation(
            code, place, f"its {event.kind}ing is too short", f"{took_s:.0f} s", f"{least_s} s"
        )


def check_order_count(plan: Plan, day: Day) -> Iterator[Violation]:
    """Yield breaches of ORDER_COUNT over the whole plan, broken sorties included."""
    loads: Counter[str] = Counter()
    unloads: Counter[str] = Counter()
    for sortie in plan.sorties:
        on_board: set[str] = set()
        for event in (event for stop in sortie.stops for event in stop.events):
            if event.order is None or event.order not in day.request.orders_by_id:
                continue
            place = f"sortie {sortie.id} order {event.order}"
            if event.kind == "load":
                loads[event.order] += 1
                on_board.add(event.order)
            elif event.kind == "unload":
                unloads[event.order] += 1
                if event.order not in on_board:
                    yield Violation("ORDER_COUNT", place, "it is unloaded but not on board")
                on_board.discard(event.order)
        for order_id in sorted(on_board):
            place = f"sortie {sortie.id} order {order_id}"
            yield Violation("ORDER_COUNT", place, "it is loaded but not unloaded")
    left_out = Counter(each.order for each in plan.unserved)
    for order_id in sorted(day.request.orders_by_id):
        served = loads[order_id], unloads[order_id]
        times = left_out[order_id]
        if (served, times) not in (((1, 1), 0), ((0, 0), 1)):
            yield Violation(
                "ORDER_COUNT",
                f"order {order_id}",
                "it is neither served once nor listed once as unserved",
                f"loaded {served[0]}, unloaded {served[1]}, listed as unserved {times} times",
                "served once, or listed once",
            )
    yield from _unserved(plan, day)


def _unserved(plan: Plan, day: Day) -> Iterator[Violation]:
    for each in plan.unserved:
        place = f"unserved {each.order}"
        if each.order not in day.request.orders_by_id:
            yield Violation("ORDER_COUNT", place, "the request has no such order", each.order)
        codes = [reason.code for reason in each.reasons]
        if not codes or any(code not in RULES for code in codes):
            yield Violation(
                "ORDER_COUNT", place, "its reasons are not rules", ", ".join(codes), "a rule's code"
            )
