"""Reading a request's files: all of them, all faults, one pass.

A request is `orders.csv` or `orders.json`, `fleet.yaml` or `fleet.json`, `weather.json` unless the
day is calm, and `held.json` if others hold a part of the air. docs/formats.md describes them.
"""

from collections.abc import Callable, Mapping
from pathlib import Path, PurePath
from typing import Literal

from geodata.faults import Fault, InvalidInput
from geodata.field_faults import Place
from geodata.network import Network
from planner.read.files import Document, decode, parse_json, parse_yaml, read_bytes
from planner.read.fleet import midnight_of, read_fleet, read_weather
from planner.read.held import read_held
from planner.read.orders import Known, check_bonds, read_orders
from planner.read.orders_csv import parse_csv
from planner.request.held import FREE
from planner.request.request import Request
from planner.request.weather import CALM
from planner.rules.rulebook import Rulebook

Part = Literal["orders", "fleet", "weather", "held"]
FILES: Mapping[Part, tuple[str, ...]] = {
    "orders": ("orders.csv", "orders.json"),
    "fleet": ("fleet.yaml", "fleet.json"),
    "weather": ("weather.json",),
    "held": ("held.json",),
}
"""The names that each part of a request may have."""

OPTIONAL: tuple[Part, ...] = ("weather", "held")
"""Parts that may be left out."""

_PARSERS: Mapping[str, Callable[[str, str, list[Fault]], Document | None]] = {
    ".csv": parse_csv,
    ".json": parse_json,
    ".yaml": parse_yaml,
}


def read_request(folder: Path, network: Network, rulebook: Rulebook) -> Request:
    """Return the request in a folder. Raises InvalidInput with every fault of every file."""
    faults: list[Fault] = []
    try:
        names = sorted(each.name for each in folder.iterdir())
    except OSError as error:
        message = f"the folder cannot be read: {error.strerror}"
        raise InvalidInput([Place(str(folder)).fault("", "FILE_UNREADABLE", message)]) from None
    known = {name for choices in FILES.values() for name in choices}
    contents = {
        name: read_bytes(folder / name, faults) if name in known else None for name in names
    }
    return _request(contents, network, rulebook, faults)


def parse_request(contents: Mapping[str, bytes], network: Network, rulebook: Rulebook) -> Request:
    """Return the request in files given by name. Raises InvalidInput with every fault."""
    return _request(contents, network, rulebook, [])


def _request(
    contents: Mapping[str, bytes | None],
    network: Network,
    rulebook: Rulebook,
    faults: list[Fault],
) -> Request:
    """Return the request; `faults` are those met so far, None the content of an unread file."""
    orders_document = _document("orders", contents, faults)
    fleet_document = _document("fleet", contents, faults)
    weather_document = _document("weather", contents, faults)
    held_document = _document("held", contents, faults)
    known = Known(network, rulebook, midnight_of(fleet_document, network.info.timezone))
    orders = read_orders(orders_document, known, faults) if orders_document else None
    if orders_document:
        check_bonds(orders_document, faults)
    fleet = read_fleet(fleet_document, known, faults) if fleet_document else None
    weather = read_weather(weather_document, faults) if weather_document else CALM
    held = read_held(held_document, faults) if held_document else FREE
    if faults or orders is None or fleet is None or weather is None or held is None:
        raise InvalidInput(faults)
    return Request(orders, fleet, weather, held)


def _document(
    part: Part, contents: Mapping[str, bytes | None], faults: list[Fault]
) -> Document | None:
    """Return what the file of a part says; None, with a fault if it must be there."""
    choices = FILES[part]
    present = [name for name in choices if name in contents]
    if len(present) > 1:
        message = f"{' and '.join(present)} are both there; keep one"
        faults.append(Place(present[0]).fault("", "FILE_TWICE", message))
        return None
    if not present:
        others = sorted(name for name in contents if PurePath(name).stem == part)
        found = f"; {', '.join(others)} is not read" if others else ""
        if others or part not in OPTIONAL:
            message = f"there is no {' or '.join(choices)}{found}"
            faults.append(Place(choices[0]).fault("", "FILE_MISSING", message))
        return None
    name = present[0]
    content = contents[name]
    text = None if content is None else decode(name, content, faults)
    return None if text is None else _PARSERS[PurePath(name).suffix](name, text, faults)
