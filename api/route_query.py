"""A route query from the command line's words: one order, a fleet and the weather of a day."""

import datetime as dt
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geodata.faults import Fault, InvalidInput

if TYPE_CHECKING:
    from geodata.network import Network
    from planner.request import Request
    from planner.rulebook import Rulebook

_PARAMETERS = {
    "origin": "FROM",
    "destination": "TO",
    "ready": "--depart",
    "due": "--depart",
    "mass_kg": "--mass",
    "volume_l": "--volume",
    "goods": "--goods",
    "priority": "--priority",
    "declarations": "--document",
}
"""Which parameter of the command line a field of the order comes from."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Consignment:
    """What is to be carried, in the words of the command line."""

    origin: str
    destination: str
    depart: str
    mass_kg: float
    volume_l: float
    goods: str
    priority: str
    sealed: bool
    documents: tuple[str, ...]
    documents_in_time: bool


def read_query(
    consignment: Consignment,
    fleet: Path,
    weather: Path | None,
    network: "Network",
    rulebook: "Rulebook",
) -> "Request":
    """Return a request with the consignment as its one order.

    `fleet` is a folder with fleet.yaml or fleet.json, `weather` a file; calm without one. Raises
    InvalidInput with every fault, those of the consignment under the parameter's name, and OSError
    if a file cannot be read.
    """
    from planner.read_request import FILES, parse_request

    contents = {"orders.json": json.dumps([_order(consignment)]).encode()}
    for name in FILES["fleet"]:
        if (fleet / name).exists():
            contents[name] = (fleet / name).read_bytes()
    if weather is not None:
        contents["weather.json"] = weather.read_bytes()
    try:
        request = parse_request(contents, network, rulebook)
    except InvalidInput as invalid:
        raise InvalidInput(_as_parameters(invalid.faults)) from None
    if consignment.documents or not consignment.documents_in_time:
        return request
    return _with_documents(request, network, rulebook)


def _order(consignment: Consignment) -> dict[str, Any]:
    """Return the consignment as an order of orders.json; its due time plays no part."""
    ready = due = consignment.depart
    try:
        instant = dt.datetime.fromisoformat(consignment.depart)
    except ValueError:
        pass
    else:
        ready, due = instant.isoformat(), (instant + dt.timedelta(seconds=1)).isoformat()
    return {
        "id": "ROUTE",
        "origin": consignment.origin,
        "destination": consignment.destination,
        "mass_kg": consignment.mass_kg,
        "volume_l": consignment.volume_l,
        "goods": consignment.goods,
        "ready": ready,
        "due": due,
        "priority": consignment.priority,
        "sealed": consignment.sealed,
        "declarations": [_declaration(each) for each in consignment.documents],
    }


def _declaration(given: str) -> dict[str, str]:
    """Return CODE@TIME as a declaration."""
    document, _, lodged_at = given.partition("@")
    return {"document": document, "lodged_at": lodged_at}


def _as_parameters(faults: tuple[Fault, ...]) -> list[Fault]:
    """Return faults with those of the order under the parameter that they come from, each once."""
    found: dict[tuple[str, ...], Fault] = {}
    for fault in sorted(faults, key=lambda each: each.field == "due"):
        if fault.source == "orders.json":
            field = _PARAMETERS.get(fault.field.partition("[")[0], fault.field)
            fault = replace(fault, source="", item="", field=field)
        found.setdefault((fault.source, fault.item, fault.field, fault.code), fault)
    return list(found.values())


def _with_documents(request: "Request", network: "Network", rulebook: "Rulebook") -> "Request":
    """Return the request with the documents of its one order lodged in time for all the day."""
    from planner.consignment import lodged_in_time

    (order,) = request.orders
    sides = network.side_of(order.origin), network.side_of(order.destination)
    midnight = network.calendar(request.fleet.day).midnight
    declarations = lodged_in_time(rulebook.customs, order.goods, *sides, midnight)
    return replace(request, orders=(replace(order, declarations=declarations),))
