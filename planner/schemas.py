"""JSON Schemas of a request's files, a plan and a certificate, and the tables of docs/formats.md.

All come from the records. `python -m planner.schemas docs/formats.md` brings the tables of that
page up to date.
"""

import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from pydantic import TypeAdapter

from geodata import markdown
from planner.plan import certificate, plan
from planner.read.codes import INPUT_CODES
from planner.request import fleet, held, order, weather
from planner.routetest.records import SUITE

Name = Literal["orders", "fleet", "weather", "held", "plan", "certificate", "route-test"]

VERSION = "1"
"""Raised whenever a file that was valid no longer is, or means something else."""

_ADAPTERS: Mapping[Name, TypeAdapter[Any]] = MappingProxyType(
    {
        "orders": order.ORDERS,
        "fleet": fleet.FLEET,
        "weather": weather.WEATHER,
        "held": held.HELD,
        "plan": plan.PLAN,
        "certificate": certificate.CERTIFICATE,
        "route-test": SUITE,
    }
)
_RECORDS: Mapping[Name, tuple[type, ...]] = MappingProxyType(
    {
        "orders": (order.Order, order.Declaration),
        "fleet": (
            fleet.Fleet,
            fleet.DroneType,
            fleet.Charging,
            fleet.Cruise,
            fleet.Drone,
            fleet.Permission,
            fleet.Prices,
            fleet.Rules,
        ),
        "weather": (weather.Weather, weather.Wind, weather.WeatherWarning),
        "held": (held.Held, held.HeldAir, held.HeldSeats),
        "plan": (
            plan.Plan,
            plan.Options,
            plan.Sortie,
            plan.Stop,
            plan.Event,
            plan.Leg,
            plan.Hold,
            plan.SortieCost,
            plan.Unserved,
            plan.Reason,
            plan.Cost,
            plan.Bound,
            plan.Filing,
            plan.Use,
        ),
        "certificate": (
            certificate.Certificate,
            certificate.Branch,
            certificate.OrderRow,
            certificate.SquadRows,
            certificate.LinkRow,
        ),
    }
)


def schema(name: Name) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a file.

    One of a request, plan.json, certificate.json or a `*.route.yaml`.

    That of fleet.json holds for fleet.yaml too. What ties fields to each other, to the network and
    to the rules, no schema can say; `read_request` and `check_plan` do.
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:hetao:{name}:{VERSION}",
        **_ADAPTERS[name].json_schema(),
        "title": f"Hetao {name}, version {VERSION}",
    }


def with_tables(page: str) -> str:
    """Return docs/formats.md with its tables of fields and of faults made anew."""
    faults = [f"| `{code}` | {meaning} |" for code, meaning in INPUT_CODES.items()]
    tables: dict[str, str] = {name: _fields(records) for name, records in _RECORDS.items()}
    tables["faults"] = "\n".join(["| code | what is wrong |", "| --- | --- |", *faults])
    return markdown.with_tables(page, tables)


def _fields(records: tuple[type, ...]) -> str:
    parts = []
    for record in records:
        meaning = TypeAdapter(record).json_schema()["description"].strip()
        parts += [f"### {record.__name__}", meaning, markdown.field_table(record)]
    return "\n\n".join(parts)


def main() -> None:
    """Bring the tables of the page named on the command line up to date."""
    page = Path(sys.argv[1])
    page.write_text(with_tables(page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
