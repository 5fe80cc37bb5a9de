"""Orders that come after others: loaded once these are handed over."""

import datetime as dt
from collections.abc import Iterator

from planner.check.day import Day
from planner.check.violation import Violation
from planner.plan.plan import Plan


def check_after(plan: Plan, day: Day) -> Iterator[Violation]:
    """Yield breaches of ORDER_AFTER over the whole plan, broken sorties included."""
    over = {
        event.order: event.end
        for sortie in plan.sorties
        for stop in sortie.stops
        for event in stop.events
        if event.kind == "unload"
    }
    for sortie in plan.sorties:
        for stop in sortie.stops:
            for event in stop.events:
                order = day.request.orders_by_id.get(event.order or "")
                if event.kind != "load" or order is None or order.after is None:
                    continue
                place = f"sortie {sortie.id} order {order.id}"
                if order.after not in over:
                    message = f"order {order.after}, which it comes after, is left out"
                    yield Violation("ORDER_AFTER", place, message)
                    continue
                first = over[order.after] + dt.timedelta(seconds=order.after_s)
                if event.start < first:
                    yield Violation(
                        "ORDER_AFTER",
                        place,
                        f"it is loaded too early after order {order.after}",
                        day.clock(day.seconds(event.start)),
                        f"from {day.clock(day.exact(first))}",
                    )
