"""What a plan comes to, as one document and as tables."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.console import Console

from api.console import print_table

if TYPE_CHECKING:
    from planner.check import Violation
    from planner.plan import Plan, Use
    from planner.request import Request

BUSIEST = 5


def summarise(
    plan: "Plan", request: "Request", violations: "Iterable[Violation]"
) -> dict[str, Any]:
    """Return the summary of a plan as a JSON document; money in integer cents."""
    late = _late(plan, request)
    codes = Counter(each.reasons[0].code for each in plan.unserved)
    return {
        "edition": plan.edition,
        "request": plan.request,
        "orders": {
            "all": len(request.orders),
            "on_time": len(request.orders) - len(late) - len(plan.unserved),
            "late": len(late),
            "unserved": len(plan.unserved),
        },
        "late": late,
        "unserved_by_code": dict(sorted(codes.items(), key=lambda item: (-item[1], item[0]))),
        "unserved": [
            {"order": each.order, "reasons": [asdict(reason) for reason in each.reasons]}
            for each in plan.unserved
        ],
        "sorties": len(plan.sorties),
        "drones_used": len({sortie.drone for sortie in plan.sorties}),
        "drones": len(request.fleet.drones),
        "currency": request.fleet.prices.currency,
        "cost": asdict(plan.cost),
        "bound": asdict(plan.bound),
        "violations": [asdict(violation) for violation in violations],
        "filings": len(plan.filings),
        "assumptions": list(plan.assumptions),
        "busiest_checkpoints": _busiest(plan.utilisation, "bays"),
        "busiest_lanes": _busiest(plan.utilisation, "lane"),
    }


def _late(plan: "Plan", request: "Request") -> list[str]:
    """Return the ids of the orders handed over after they were due."""
    handed_over = {
        event.order: event.end
        for sortie in plan.sorties
        for stop in sortie.stops
        for event in stop.events
        if event.kind == "unload"
    }
    return sorted(
        order.id
        for order in request.orders
        if order.id in handed_over and handed_over[order.id] > order.due
    )


def _busiest(uses: "Sequence[Use]", kind: str) -> list[dict[str, Any]]:
    chosen = [each for each in uses if each.kind == kind and each.busy_s > 0]
    chosen.sort(key=lambda each: (-each.share, each.resource))
    return [asdict(each) for each in chosen[:BUSIEST]]


def print_summary(summary: dict[str, Any], console: Console) -> None:
    """Print a summary as a person reads it."""
    orders, bound, currency = summary["orders"], summary["bound"], summary["currency"]
    print_table(
        console,
        ("Orders", "", ""),
        [
            ("on time", orders["on_time"], f"of {orders['all']}"),
            ("late", orders["late"], " ".join(summary["late"])),
            ("unserved", orders["unserved"], ""),
            *(
                (f"  {code}", count, _orders_with(summary["unserved"], code))
                for code, count in summary["unserved_by_code"].items()
            ),
        ],
    )
    console.print()
    cost = summary["cost"]
    print_table(
        console,
        ("Cost", currency),
        [
            ("drone time", _money(cost["drone_time_cents"])),
            ("energy", _money(cost["energy_cents"])),
            ("drone days", _money(cost["drone_days_cents"])),
            ("lateness", _money(cost["lateness_cents"])),
            ("unserved orders", _money(cost["unserved_cents"])),
            ("total", _money(cost["total_cents"])),
            ("lower bound", _money(bound["lower_bound_cents"])),
            ("gap", f"{bound['gap']:.2%}"),
        ],
    )
    console.print()
    for title, key in (
        ("Busiest checkpoints", "busiest_checkpoints"),
        ("Busiest lanes", "busiest_lanes"),
    ):
        rows = [
            (use["resource"], f"{use['share']:.0%}", f"{use['busy_s'] / 3600:.1f} h", use["peak"])
            for use in summary[key]
        ]
        if rows:
            print_table(console, (title, "share of capacity", "held", "peak"), rows)
            console.print()
    console.print(
        f"{summary['sorties']} sorties by {summary['drones_used']} of {summary['drones']} drones, "
        f"{summary['filings']} filings to make, "
        f"{len(summary['assumptions'])} assumptions in use"
    )
    broken = summary["violations"]
    if broken:
        console.print(f"check: {len(broken)} violations", style="red")
    else:
        console.print("check: every rule holds", style="green")


def _orders_with(unserved: Sequence[dict[str, Any]], code: str) -> str:
    """Return the orders whose first reason is `code`, shortened."""
    ids = [each["order"] for each in unserved if each["reasons"][0]["code"] == code]
    return " ".join(ids[:6]) + (" ..." if len(ids) > 6 else "")


def _money(cents: int) -> str:
    return f"{cents / 100:,.2f}"
