"""What rides together: boxes whole and at one stop each way, and nothing that is kept apart."""

from collections.abc import Iterator
from itertools import combinations

from planner.check.day import Day
from planner.check.orders import carriages
from planner.check.sortie import Flown
from planner.check.violation import Violation


def check_boxes(flown: Flown, day: Day) -> Iterator[Violation]:
    """Yield breaches of BOX_SPLIT: one for each box of which a sortie carries a part."""
    carried = {each.order.id: each for each in carriages(flown, day)}
    for box in sorted({each.order.box for each in carried.values() if each.order.box is not None}):
        whole = {order.id for order in day.request.orders if order.box == box}
        here = [each for each in carried.values() if each.order.box == box]
        stops = {(each.load_stop, each.unload_stop) for each in here}
        if len(here) < len(whole) or len(stops) > 1:
            yield Violation(
                "BOX_SPLIT",
                f"{flown.place} box {box}",
                "its orders do not ride together from one stop to one other",
                ", ".join(sorted(each.order.id for each in here)),
                f"all of {', '.join(sorted(whole))}",
            )


def check_apart(flown: Flown, day: Day) -> Iterator[Violation]:
    """Yield breaches of ORDERS_APART: one for each two orders that may not share a sortie."""
    for one, other in combinations(sorted(flown.loaded(day), key=lambda each: each.id), 2):
        named = one.id in other.not_with or other.id in one.not_with
        pairs = ((one.goods, other.goods), (other.goods, one.goods))
        if named or any(pair in day.rules.segregated for pair in pairs):
            yield Violation(
                "ORDERS_APART",
                flown.place,
                "it carries orders that are kept apart",
                f"{one.id} ({one.goods}) and {other.id} ({other.goods})",
                "one of them",
            )
