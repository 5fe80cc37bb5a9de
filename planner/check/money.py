"""What sorties and the plan cost, in integer cents, and what the bound claims."""

import math
from collections.abc import Iterator

from planner.check.day import Day
from planner.check.legs import energy_wh
from planner.check.orders import carriages
from planner.check.sortie import Flown
from planner.check.violation import Violation
from planner.plan.plan import Plan

_GAP = 1e-4
_ENERGY_WH = 0.01


def check_sortie_cost(flown: Flown, day: Day) -> Iterator[Violation]:
    """Yield breaches of COST in what a sortie says that it costs."""
    cost, prices = flown.sortie.cost, day.request.fleet.prices
    begin, end = flown.sortie.stops[0].arrive, flown.sortie.stops[-1].depart
    time_s = int((end - begin).total_seconds())
    time_cents = _up(time_s * prices.drone_minute_cents, 60)
    yield from _equal(flown.place, "drone time", cost.drone_time_cents, time_cents)
    late_cents = 0
    for each in carriages(flown, day):
        late_s = math.ceil((each.unload.end - each.order.due).total_seconds())
        price = prices.late_minute_cents.get(each.order.priority, 0)
        late_cents += _up(max(0, late_s) * price, 60)
    yield from _equal(flown.place, "lateness", cost.lateness_cents, late_cents)
    if any(flight.stalled_over is not None for flight in flown.flights):
        return
    total_wh = sum(energy_wh(flown, index) for index in range(len(flown.flights)))
    slack_wh = _ENERGY_WH * len(flown.flights)
    least, most = (
        math.ceil((total_wh + slack) * prices.energy_kwh_cents / 1000)
        for slack in (-slack_wh, slack_wh)
    )
    if not least <= cost.energy_cents <= most:
        yield from _equal(flown.place, "energy", cost.energy_cents, most)


def check_cost(plan: Plan, day: Day) -> Iterator[Violation]:
    """Yield breaches of COST in the plan's totals, its bound and gap."""
    prices, cost = day.request.fleet.prices, plan.cost
    parts = [sortie.cost for sortie in plan.sorties]
    drones = {sortie.drone for sortie in plan.sorties}
    unserved = [
        day.request.orders_by_id[each.order]
        for each in plan.unserved
        if each.order in day.request.orders_by_id
    ]
    totals = {
        "drone time": (cost.drone_time_cents, sum(part.drone_time_cents for part in parts)),
        "energy": (cost.energy_cents, sum(part.energy_cents for part in parts)),
        "lateness": (cost.lateness_cents, sum(part.lateness_cents for part in parts)),
        "drone days": (cost.drone_days_cents, prices.drone_day_cents * len(drones)),
        "unserved orders": (
            cost.unserved_cents,
            sum(prices.unserved_cents.get(order.priority, 0) for order in unserved),
        ),
        "total": (
            cost.total_cents,
            cost.drone_time_cents
            + cost.energy_cents
            + cost.lateness_cents
            + cost.drone_days_cents
            + cost.unserved_cents,
        ),
    }
    for what, (found, right) in totals.items():
        yield from _equal("cost", what, found, right)
    yield from _bound(plan)


def _bound(plan: Plan) -> Iterator[Violation]:
    total, bound = plan.cost.total_cents, plan.bound.lower_bound_cents
    if bound > total:
        yield Violation(
            "COST", "bound", "it is over the cost", f"{bound} cents", f"at most {total} cents"
        )
        return
    gap = (total - bound) / total if total else 0.0
    if not abs(plan.bound.gap - gap) <= _GAP:
        yield Violation(
            "COST",
            "bound",
            "the gap is not that of cost and bound",
            f"{plan.bound.gap:.4f}",
            f"{gap:.4f}",
        )


def _up(value: int, divisor: int) -> int:
    """Return a quotient rounded up, exactly."""
    return -(-value // divisor)


def _equal(place: str, what: str, found: int, right: int) -> Iterator[Violation]:
    if found != right:
        yield Violation(
            "COST",
            place,
            f"{what} is not what the plan costs",
            f"{found} cents",
            f"{right} cents",
        )
