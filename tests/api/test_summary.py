"""A summary says of each unserved order which rules decided, by which values, and what helps."""

import io
from typing import Any

from rich.console import Console

from api.summary import LISTED, print_summary


def summary(*unserved: dict[str, Any]) -> dict[str, Any]:
    """Return the summary of a plan that serves nothing and leaves these orders out."""
    codes = [each["reasons"][0]["code"] for each in unserved]
    costs = ("drone_time", "energy", "drone_days", "lateness", "unserved", "total")
    return {
        "orders": {
            "all": len(unserved),
            "on_time": 0,
            "late": 0,
            "unserved": len(unserved),
        },
        "late": [],
        "unserved_by_code": {code: codes.count(code) for code in codes},
        "unserved": list(unserved),
        "sorties": 0,
        "drones_used": 0,
        "drones": 1,
        "currency": "HKD",
        "cost": {f"{each}_cents": 0 for each in costs},
        "bound": {"lower_bound_cents": 0, "gap": 0.0, "method": "none"},
        "violations": [],
        "filings": 0,
        "assumptions": [],
        "busiest_checkpoints": [],
        "busiest_lanes": [],
    }


def left_out(order: str, *reasons: tuple[str, dict[str, Any], str]) -> dict[str, Any]:
    named = [{"code": code, "values": values, "remedy": help} for code, values, help in reasons]
    return {"order": order, "reasons": named}


def printed(found: dict[str, Any]) -> list[str]:
    text = io.StringIO()
    print_summary(found, Console(file=text, width=110))
    return [" ".join(line.split()) for line in text.getvalue().splitlines()]


def test_an_unserved_order_is_listed_with_each_rule_its_values_and_what_helps() -> None:
    lines = printed(
        summary(
            left_out(
                "O7",
                ("DOCUMENT_MISSING", {"document": "CN_MANIFEST", "at": "CP-A"}, "lodge it"),
                ("SITE_CLOSED", {}, "another time"),
            ),
        )
    )
    assert "unserved 1 DOCUMENT_MISSING 1" in lines
    at = lines.index("O7 DOCUMENT_MISSING document CN_MANIFEST, at CP-A: lodge it")
    assert lines[at + 1] == "SITE_CLOSED another time"


def test_a_plan_that_serves_all_lists_none() -> None:
    assert not any(line.startswith("Unserved") for line in printed(summary()))


def test_of_many_unserved_orders_the_first_are_listed_and_the_rest_counted() -> None:
    orders = [left_out(f"O{number}", ("FLEET_BUSY", {}, "wait")) for number in range(LISTED + 3)]
    lines = printed(summary(*orders))
    assert sum("FLEET_BUSY wait" in line for line in lines) == LISTED
    assert "and 3 more, in plan.json" in lines
    assert f"unserved {LISTED + 3} FLEET_BUSY {LISTED + 3}" in lines
