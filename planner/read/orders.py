"""Orders from records of plain values: types and ranges first, then what fields mean together."""

import datetime as dt
import json
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace

from pydantic import ValidationError

from geodata.faults import Fault
from geodata.field_faults import Path, Records, type_faults
from geodata.nearest import did_you_mean, nearest_few
from geodata.network import Network
from planner.read.files import Document
from planner.read.item import Item, identifiers, items, listed, names_of
from planner.request.order import ORDERS, Declaration, Order
from planner.rules.rulebook import Rulebook

_RECORDS: Records = {(): Order, ("declarations",): Declaration}


@dataclass(frozen=True, slots=True)
class Known:
    """What a request may refer to. `midnight` begins the planned day; None if no day was read."""

    network: Network
    rulebook: Rulebook
    midnight: dt.datetime | None


def read_orders(document: Document, known: Known, faults: list[Fault]) -> tuple[Order, ...] | None:
    """Return the orders in a document; None if a field has a fault of type, which is added.

    An order goes by its row, or without rows by its id or its place in the list.
    """
    records = listed(document.value)
    names = document.names or names_of(records)
    for item in items(records, names, document.source, faults):
        _check_places(item, known.network)
        _check_times(item, known)
        _check_declarations(item, known.rulebook)

    def locate(loc: Path) -> tuple[str, Path]:
        return (names[loc[0]], loc[1:]) if loc and isinstance(loc[0], int) else ("", loc)

    try:
        return ORDERS.validate_json(json.dumps(document.value), strict=True)
    except ValidationError as error:
        for path, fault in type_faults(error, document.source, _RECORDS, locate):
            if not (fault.code == "FIELD_MISSING" and path[1:] and path[1] in document.absent):
                faults.append(fault)
    return None


def check_bonds(document: Document, faults: list[Fault]) -> None:
    """Add the faults of what orders of a whole request say of each other."""
    records = listed(document.value)
    names = document.names or names_of(records)
    known = set(identifiers(records))
    ends: dict[str, tuple[Item, tuple[str | None, str | None]]] = {}
    # Ids met twice have been told already.
    for item in items(records, names, document.source, []):
        item = replace(item, faults=faults)
        for other in listed(item.record.get("not_with")):
            if isinstance(other, str):
                _check_other(item, "not_with", other, known)
        other = item.text("after")
        if other is not None:
            _check_other(item, "after", other, known)
        box, way = item.text("box"), (item.text("origin"), item.text("destination"))
        if box is not None:
            first, expected = ends.setdefault(box, (item, way))
            if way != expected:
                message = f"the orders of a box share both ends, and {first.place.item} has others"
                limit = " to ".join(map(str, expected))
                item.add("box", "BOX_ENDS", message, limit)
    _check_circles(records, names, document.source, faults)


def _check_circles(
    records: list[object], names: Sequence[str], source: str, faults: list[Fault]
) -> None:
    """Add a fault for each order that waits for itself by way of others."""
    before = {item.text("id"): item.text("after") for item in items(records, names, source, [])}
    for item in items(records, names, source, []):
        own, seen = item.text("id"), set[str | None]()
        other = before.get(own)
        while other is not None and other != own and other not in seen:
            seen.add(other)
            other = before.get(other)
        if own is not None and other == own and seen:
            way = " after ".join(str(each) for each in (own, *sorted(map(str, seen))))
            message = f"the orders wait for each other: {way}"
            replace(item, faults=faults).add("after", "AFTER_ITSELF", message, "no circle")


def _check_other(item: Item, field: str, other: str, known: Set[str | None]) -> None:
    """Add a fault unless a field names another order of the request."""
    if other == item.text("id") or other not in known:
        message = f"{other} is no other order of the request"
        item.add(field, "UNKNOWN_ORDER", message, "the id of another order")


def check_vertiport(item: Item, field: str, network: Network) -> None:
    """Add a fault if a field names no vertiport of the network."""
    name = item.text(field)
    if name is None or name in network.vertiports:
        return
    if name in network.checkpoints:
        message = "is a checkpoint; goods and drones start and end at vertiports"
    else:
        message = f"the network has no such vertiport{did_you_mean(name, network.vertiports)}"
    item.add(field, "UNKNOWN_VERTIPORT", message, _some(name, network))


def _some(name: str, network: Network) -> str:
    """Return the vertiports whose ids are most like a name, and how many there are besides."""
    near = nearest_few(name, network.vertiports)
    others = len(network.vertiports) - len(near)
    return ", ".join(near) + (f" and {others} others" if others else "")


def check_on_day(item: Item, field: str, found: dt.datetime | None, known: Known) -> None:
    """Add a fault if the time found in a field does not lie on the planned day."""
    if found is None or known.midnight is None:
        return
    end = known.midnight + dt.timedelta(days=1)
    if not known.midnight <= found <= end:
        limit = f"{known.midnight.isoformat()} to {end.isoformat()}"
        item.add(field, "TIME_NOT_ON_DAY", "does not lie on the planned day", limit)


def _check_places(item: Item, network: Network) -> None:
    check_vertiport(item, "origin", network)
    check_vertiport(item, "destination", network)
    origin = item.text("origin")
    if origin is not None and origin == item.text("destination"):
        item.add("destination", "SAME_PLACE", "the order ends where it begins", "another vertiport")


def _check_times(item: Item, known: Known) -> None:
    ready, due = item.span("ready", "due")
    check_on_day(item, "ready", ready, known)
    check_on_day(item, "due", due, known)


def _check_declarations(item: Item, rulebook: Rulebook) -> None:
    documents = rulebook.customs.documents
    lodged: set[str] = set()
    for declaration in item.within("declarations"):
        declaration.instant("lodged_at")
        document = declaration.text("document")
        if document is None:
            continue
        if document not in documents:
            message = f"the customs rules know no such document{did_you_mean(document, documents)}"
            declaration.add("document", "UNKNOWN_DOCUMENT", message, ", ".join(documents))
        elif document in lodged:
            message = "is lodged more than once for this order"
            declaration.add("document", "DOCUMENT_TWICE", message, "once")
        lodged.add(document)
