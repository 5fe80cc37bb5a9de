"""A route query from its asker's words: one order, a fleet and the weather of a day."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from geodata.faults import Fault, InvalidInput
from geodata.nearest import did_you_mean

if TYPE_CHECKING:
    from geodata.network import Network
    from planner.request.request import Request
    from planner.rules.rulebook import Rulebook

COMMAND_LINE: Mapping[str, str] = {
    "origin": "FROM",
    "destination": "TO",
    "ready": "--depart",
    "due": "--depart",
    "mass_kg": "--mass",
    "volume_l": "--volume",
    "goods": "--goods",
    "priority": "--priority",
    "declarations": "--document",
    "drone": "--drone",
    "cruise_m_s": "--cruise",
}
"""Which parameter of the command line a field of the order comes from."""

BODY: Mapping[str, str] = {
    "origin": "from",
    "destination": "to",
    "ready": "depart",
    "due": "depart",
}
"""The same for a query over HTTP, where these differ."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Consignment:
    """What is to be carried, in the asker's words."""

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
    drone: str | None = None
    cruise_m_s: float | None = None


def read_query(
    consignment: Consignment, folder: Path | None, network: "Network", rulebook: "Rulebook"
) -> "Request":
    """Return a request with the consignment as its one order.

    Fleet and weather are those of the request in `folder`; without one, the fleet is that of the
    shipped sample, on the day of departure, in calm air. Raises InvalidInput with every fault,
    those of the consignment under the parameter's name, and OSError if a file cannot be read.
    """
    faults = list[Fault]()
    try:
        base = fleet_and_weather(folder, network, rulebook)
    except InvalidInput as invalid:
        faults, base = list(invalid.faults), None
    day = departure_day(consignment, network)
    if base is not None and folder is None and day is not None:
        base = replace(base, fleet=replace(base.fleet, day=day))
    return with_consignment(consignment, base, network, rulebook, COMMAND_LINE, faults)


def departure_day(consignment: Consignment, network: "Network") -> dt.date | None:
    """Return the local day of departure; None if the time cannot be read."""
    instant = _instant(consignment.depart)
    if instant is None:
        return None
    return instant.astimezone(ZoneInfo(network.info.timezone)).date()


def with_consignment(
    consignment: Consignment,
    base: "Request | None",
    network: "Network",
    rulebook: "Rulebook",
    names: Mapping[str, str],
    faults: Iterable[Fault] = (),
) -> "Request":
    """Return a request with the consignment as its one order; `faults` are those met so far.

    `names` says what the asker calls the fields of an order. Raises InvalidInput with every fault;
    without a `base` there must be one.
    """
    from planner.read.files import Document
    from planner.read.orders import Known, read_orders

    midnight = network.calendar(base.fleet.day).midnight if base is not None else None
    known = Known(network, rulebook, midnight)
    found = list[Fault]()
    order = _order(consignment, _instant(consignment.depart))
    orders = read_orders(Document("", [order]), known, found)
    faults = [*faults, *_as_parameters(found, names)]
    if base is not None:
        faults += not_in_fleet(consignment, base, names)
    if faults or base is None or orders is None:
        raise InvalidInput(faults)
    request = replace(base, orders=orders)
    if consignment.documents or not consignment.documents_in_time:
        return request
    return _with_documents(request, network, rulebook)


def not_in_fleet(
    consignment: Consignment, base: "Request", names: Mapping[str, str]
) -> Iterator[Fault]:
    """Yield the fault of a drone type that the fleet lacks, or else of a cruise that it does.

    A cruise is that of the type that is asked for, or of any. `names` as of `with_consignment`.
    """
    from planner.air.cruise import cruising

    drone, types = consignment.drone, tuple(base.types)
    if drone is not None and drone not in types:
        yield Fault(
            source="",
            item="",
            field=names.get("drone", "drone"),
            code="UNKNOWN_TYPE",
            value=drone,
            limit=", ".join(types),
            message=f"the fleet has no such drone type{did_you_mean(drone, types)}",
        )
        return
    kinds = base.types.values() if drone is None else (base.types[drone],)
    cruises = sorted({each.airspeed_m_s for kind in kinds for each in cruising(kind)})
    if consignment.cruise_m_s is not None and consignment.cruise_m_s not in cruises:
        yield Fault(
            source="",
            item="",
            field=names.get("cruise_m_s", "cruise_m_s"),
            code="UNKNOWN_CRUISE",
            value=f"{consignment.cruise_m_s:g}",
            limit=", ".join(f"{each:g}" for each in cruises),
            message=f"{drone or 'the fleet'} has no such cruise, m/s",
        )


def taken_as_given(
    consignment: Consignment, of_request: bool, request: "Request"
) -> tuple[str, ...]:
    """Return what the answer takes as given because the query does not say it.

    `of_request`: fleet and weather are those of a request that it names.
    """
    found = []
    if not of_request:
        found.append(
            "No request is named: the fleet is the shipped sample's, the air is calm, and flight "
            "permissions and the deadlines of their filings are not looked at."
        )
    (order,) = request.orders
    if order.declarations and not consignment.documents:
        listed = ", ".join(
            f"{each.document} by {each.lodged_at.isoformat()}" for each in order.declarations
        )
        found.append(f"Documents are taken as lodged: {listed}.")
    return tuple(found)


def fleet_and_weather(folder: Path | None, network: "Network", rulebook: "Rulebook") -> "Request":
    """Return the request in a folder, or else the shipped sample's fleet, without orders.

    The sample's drones that have no base in the network are left out.
    """
    from planner.read.request import FILES, parse_request
    from planner.sample.sample import shipped_fleet

    if folder is None:
        return shipped_fleet(network)
    names = FILES["fleet"] + FILES["weather"]
    contents = {name: (folder / name).read_bytes() for name in names if (folder / name).exists()}
    return parse_request(contents | {"orders.json": b"[]"}, network, rulebook)


def _instant(given: str) -> dt.datetime | None:
    """Return a time that says its zone, in a year that is planned for; None for any other text."""
    from planner.read.item import FIRST_YEAR, LAST_YEAR

    try:
        found = dt.datetime.fromisoformat(given)
    except ValueError:
        return None
    planned = found.tzinfo is not None and FIRST_YEAR <= found.year <= LAST_YEAR
    return found if planned else None


def _order(consignment: Consignment, instant: dt.datetime | None) -> dict[str, Any]:
    """Return the consignment as an order of orders.json; its due time plays no part."""
    ready = due = consignment.depart
    if instant is not None:
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


def _as_parameters(faults: Iterable[Fault], names: Mapping[str, str]) -> list[Fault]:
    """Return faults of the order under the parameter that they come from, each once."""
    found: dict[tuple[str, str], Fault] = {}
    for fault in sorted(faults, key=lambda each: each.field == "due"):
        field = names.get(fault.field.partition("[")[0], fault.field)
        found.setdefault((field, fault.code), replace(fault, source="", item="", field=field))
    return list(found.values())


def _with_documents(request: "Request", network: "Network", rulebook: "Rulebook") -> "Request":
    """Return the request with the documents of its one order lodged in time for all the day."""
    from planner.route.consignment import lodged_in_time

    (order,) = request.orders
    sides = network.side_of(order.origin), network.side_of(order.destination)
    midnight = network.calendar(request.fleet.day).midnight
    declarations = lodged_in_time(rulebook.customs, order.goods, *sides, midnight)
    return replace(request, orders=(replace(order, declarations=declarations),))
