"""A plan made at other prices of lateness, priced as its request says."""

import math
from dataclasses import replace

from planner.plan.plan import Bound, Plan, Sortie
from planner.request.request import Request


def dearer_lateness(request: Request, times: int) -> Request:
    """Return a request with lateness so many times as dear."""
    prices = request.fleet.prices
    dear = {priority: times * cents for priority, cents in prices.late_minute_cents.items()}
    prices = replace(prices, late_minute_cents=dear)
    return replace(request, fleet=replace(request.fleet, prices=prices))


def priced_by(plan: Plan, request: Request) -> Plan:
    """Return a plan as one of a request that differs by its prices of lateness alone.

    Nothing is known of its bound then.
    """
    sorties = tuple(
        replace(each, cost=replace(each.cost, lateness_cents=_late_cents(each, request)))
        for each in plan.sorties
    )
    late_cents = sum(each.cost.lateness_cents for each in sorties)
    total_cents = plan.cost.total_cents - plan.cost.lateness_cents + late_cents
    return replace(
        plan,
        request=request.hash,
        sorties=sorties,
        cost=replace(plan.cost, lateness_cents=late_cents, total_cents=total_cents),
        bound=Bound(lower_bound_cents=0, gap=float(total_cents > 0), method="none"),
    )


def _late_cents(sortie: Sortie, request: Request) -> int:
    """Return what the orders handed over late cost, each rounded up."""
    prices, total = request.fleet.prices.late_minute_cents, 0
    for event in (event for stop in sortie.stops for event in stop.events):
        if event.kind == "unload" and event.order is not None:
            order = request.orders_by_id[event.order]
            late_s = max(0, math.ceil((event.end - order.due).total_seconds()))
            total += -(-late_s * prices[order.priority] // 60)
    return total
