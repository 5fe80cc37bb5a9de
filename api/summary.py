"""What a plan comes to, as one document and as tables."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.console import Console

from api.console import print_table

if TYPE_CHECKING:
    from planner.check import Violation
    from planner.plan.plan import Plan, Use
    from planner.request.request import Request

BUSIEST = 5
"""How many checkpoints and how many lanes a summary names."""

LISTED = 10
"""How many unserved orders are printed with their reasons."""

SHOWN = 6
"""How many ids or violations are printed before the rest is left to the files."""


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
    tables = (_orders, _unserved, _cost, _busy) if summary["unserved"] else (_orders, _cost, _busy)
    for table in tables:
        table(summary, console)
        console.print()
    drones = f"{summary['drones_used']} of {summary['drones']} drones"
    console.print(f"{summary['sorties']} sorties by {drones}")
    console.print(f"filings to make: {summary['filings']}")
    console.print(f"assumptions in use: {len(summary['assumptions'])}")
    broken = summary["violations"]
    for each in broken[:SHOWN]:
        console.print(f"{each['code']} {each['place']}: {each['message']}", markup=False)
    if broken:
        console.print(f"check: violations: {len(broken)}; hetao check lists them", style="red")
    else:
        console.print("check: every rule holds", style="green")
    console.print("bound: hetao certify proves it")


def _orders(summary: dict[str, Any], console: Console) -> None:
    orders = summary["orders"]
    codes = (f"{code} {count}" for code, count in summary["unserved_by_code"].items())
    rows = [
        ("on time", orders["on_time"], f"of {orders['all']}"),
        ("late", orders["late"], _listed(summary["late"])),
        ("unserved", orders["unserved"], ", ".join(codes)),
    ]
    print_table(console, ("Orders", "", ""), rows, right=(1,))


def _unserved(summary: dict[str, Any], console: Console) -> None:
    rows = []
    for each in summary["unserved"][:LISTED]:
        for number, reason in enumerate(each["reasons"]):
            values = ", ".join(f"{name} {value}" for name, value in reason["values"].items())
            why = f"{values}: {reason['remedy']}" if values else reason["remedy"]
            rows.append(("" if number else each["order"], reason["code"], why))
    print_table(console, ("Unserved", "Rule", "What decided: what would help"), rows)
    more = len(summary["unserved"]) - LISTED
    if more > 0:
        console.print(f"and {more} more, in plan.json")


def _cost(summary: dict[str, Any], console: Console) -> None:
    cost, bound = summary["cost"], summary["bound"]
    rows = [
        ("drone time", _money(cost["drone_time_cents"]), ""),
        ("energy", _money(cost["energy_cents"]), ""),
        ("drone days", _money(cost["drone_days_cents"]), ""),
        ("lateness", _money(cost["lateness_cents"]), ""),
        ("unserved orders", _money(cost["unserved_cents"]), ""),
        ("total", _money(cost["total_cents"]), ""),
        ("lower bound", _money(bound["lower_bound_cents"]), bound["method"]),
        ("gap", f"{bound['gap']:.2%}", ""),
    ]
    print_table(console, ("Cost", summary["currency"], ""), rows, right=(1,))


def _busy(summary: dict[str, Any], console: Console) -> None:
    rows = [
        (use["resource"], f"{use['share']:.0%}", f"{use['busy_s'] / 3600:.1f} h", use["peak"])
        for use in (*summary["busiest_checkpoints"], *summary["busiest_lanes"])
    ]
    headings = ("Busiest checkpoints and lanes", "of capacity", "held", "peak")
    print_table(console, headings, rows, right=(1, 2, 3))


def _listed(ids: Sequence[str]) -> str:
    """Return the first few ids in words."""
    return " ".join(ids[:SHOWN]) + (" ..." if len(ids) > SHOWN else "")


def _money(cents: int) -> str:
    return f"{cents / 100:,.2f}"
