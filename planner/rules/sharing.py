"""Which orders must ride in one sortie, and which may not."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

from planner.request.fleet import Rules
from planner.request.order import Order


def boxes(orders: Iterable[Order]) -> Mapping[str, tuple[str, ...]]:
    """Return the orders of each box, by id."""
    found: dict[str, tuple[str, ...]] = {}
    for order in orders:
        if order.box is not None:
            found[order.box] = (*found.get(order.box, ()), order.id)
    return found


def keeps_apart(rules: Rules, orders: Iterable[Order]) -> bool:
    """Tell whether any two of some orders may be kept apart at all."""
    return bool(rules.segregated) or any(order.not_with for order in orders)


def apart(rules: Rules, one: Order, other: Order) -> bool:
    """Tell whether two orders may not share a sortie: by name, or by their goods."""
    if other.id in one.not_with or one.id in other.not_with:
        return True
    goods = {one.goods, other.goods}
    return any(set(pair) == goods for pair in rules.segregated)


def first_apart(rules: Rules, orders: Sequence[Order]) -> tuple[Order, Order] | None:
    """Return the first two of some orders that may not share a sortie, if there are any."""
    return next((pair for pair in combinations(orders, 2) if apart(rules, *pair)), None)
