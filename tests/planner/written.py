"""A request that is right, as the texts of its files, for tests to change and to read."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any

from geodata.faults import Fault, InvalidInput
from planner.read.request import parse_request
from planner.request.request import Request
from planner.rules.rulebook import shipped_rulebook
from tests.geodata.small import small_network

Json = dict[str, Any]
DAY = "2026-11-24"


def at(clock: str, day: str = DAY) -> str:
    """Return a time of the planned day as it is written."""
    return f"{day}T{clock}:00+08:00"


def order(**changes: Any) -> Json:
    """Return an order from SZ to HK with its documents; a change to None leaves the field out."""
    fields = {
        "id": "O1",
        "origin": "SZ-V1",
        "destination": "HK-V2",
        "mass_kg": 2.5,
        "volume_l": 6.0,
        "goods": "general",
        "ready": at("09:00"),
        "due": at("10:30"),
        "declarations": [
            {"document": "CN_EXPORT_DECLARATION", "lodged_at": at("15:00", "2026-11-23")},
            {"document": "HK_CARGO_INFORMATION", "lodged_at": at("15:00", "2026-11-23")},
        ],
    } | changes
    return {name: value for name, value in fields.items() if value is not None}


def fleet(**changes: Any) -> Json:
    """Return a fleet of one type and one drone."""
    kind = {
        "id": "T10",
        "name": "Type 10",
        "source": "made up for tests",
        "empty_mass_kg": 20,
        "payload_kg": 10,
        "volume_l": 50,
        "battery_wh": 1500,
        "power_coefficient_w_per_kg15": 15,
        "airspeed_m_s": 14,
        "climb_m_s": 4,
        "descent_m_s": 3,
        "wind_limit_m_s": 12,
        "swap_s": 180,
    }
    drone = {
        "id": "D1",
        "type": "T10",
        "base": "SZ-V1",
        "available_from": at("07:00"),
        "available_until": at("21:00"),
        "registered": ["SZ", "HK"],
        "goods": ["document", "general"],
    }
    fields = {
        "schema_version": "1",
        "day": DAY,
        "planned_at": at("10:00", "2026-11-23"),
        "types": [kind],
        "drones": [drone],
    } | changes
    return {name: value for name, value in fields.items() if value is not None}


def typed(**changes: Any) -> Json:
    """Return the fleet with changes to its type."""
    (kind,) = fleet()["types"]
    return fleet(types=[{key: each for key, each in (kind | changes).items() if each is not None}])


def manned(**changes: Any) -> Json:
    """Return the fleet with changes to its drone."""
    (drone,) = fleet()["drones"]
    return fleet(
        drones=[{key: each for key, each in (drone | changes).items() if each is not None}]
    )


def wind(**changes: Any) -> Json:
    """Return an hour of wind in one band."""
    fields = {
        "since": at("09:00"),
        "until": at("10:00"),
        "lower_amsl_m": 0,
        "upper_amsl_m": 100,
        "from_degrees": 80,
        "speed_m_s": 4,
    }
    return fields | changes


def weather(*winds: Json, **changes: Any) -> Json:
    """Return weather of the given winds."""
    return {"schema_version": "1", "source": "made up for tests", "winds": list(winds)} | changes


def files(
    orders: object = None, day: object = None, air: object = None, **named: bytes | str
) -> dict[str, bytes]:
    """Return the files of a request: one good order, the good fleet, no weather, but for changes.

    `named` are files by name, with `_` for the dot.
    """
    contents: dict[str, bytes] = {}
    if not {"orders_csv", "orders_json"} & named.keys():
        contents["orders.json"] = json.dumps([order()] if orders is None else orders).encode()
    if not {"fleet_yaml", "fleet_json"} & named.keys():
        contents["fleet.json"] = json.dumps(fleet() if day is None else day).encode()
    if air is not None:
        contents["weather.json"] = json.dumps(air).encode()
    for name, content in named.items():
        text = content if isinstance(content, bytes) else content.encode()
        contents[name.replace("_", ".")] = text
    return contents


def read(contents: dict[str, bytes]) -> Request:
    """Return the request in the files, over the small network and the shipped rules."""
    return parse_request(contents, small_network(), shipped_rulebook())


def faults_of(contents: dict[str, bytes]) -> list[Fault]:
    """Return the faults of files; none if they are a request."""
    try:
        read(contents)
    except InvalidInput as invalid:
        return list(invalid.faults)
    return []


def found(contents: dict[str, bytes]) -> list[tuple[str, str, str, str]]:
    """Return what each fault says of its place: source, item, field and code."""
    return [(each.source, each.item, each.field, each.code) for each in faults_of(contents)]


def table(*orders: Json, delimiter: str = ",", edit: Callable[[str], str] = str) -> str:
    """Return orders as CSV with the columns of the first."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer.writerow(orders[0])
    for each in orders:
        writer.writerow([_cell(value) for value in each.values()])
    return edit(text.getvalue())


def _cell(value: object) -> str:
    if isinstance(value, list):
        return " ".join(f"{each['document']}@{each['lodged_at']}" for each in value)
    return str(value).lower() if isinstance(value, bool) else str(value)
