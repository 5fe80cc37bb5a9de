"""Fleet and weather from plain values: types and ranges first, then what fields mean together."""

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from itertools import pairwise
from typing import TypeVar, get_args
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter, ValidationError

from geodata.faults import Fault
from geodata.field_faults import Path, Place, Records, type_faults
from geodata.nearest import did_you_mean
from geodata.network import Network
from planner.energy import cruise_power_w
from planner.read.files import Document
from planner.read.item import FIRST_YEAR, LAST_YEAR, Item, identifiers, items, listed, names_of
from planner.read.orders import Known, check_on_day, check_vertiport
from planner.request.fleet import (
    FLEET,
    Charging,
    Cruise,
    Drone,
    DroneType,
    Fleet,
    Permission,
    Prices,
    Rules,
)
from planner.request.order import Priority
from planner.request.weather import WEATHER, Weather, WeatherWarning, Wind
from planner.rules.rulebook import Permissions

R = TypeVar("R", Fleet, Weather)
_DATE = TypeAdapter(dt.date)
_TYPE = TypeAdapter(DroneType)
_FLEET_RECORDS: Records = {
    (): Fleet,
    ("types",): DroneType,
    ("types", "charging"): Charging,
    ("types", "cruises"): Cruise,
    ("drones",): Drone,
    ("permissions",): Permission,
    ("prices",): Prices,
    ("rules",): Rules,
}
_WEATHER_RECORDS: Records = {(): Weather, ("winds",): Wind, ("warnings",): WeatherWarning}
_SHORTEST_FLIGHT_S = 60
"""A full battery that lasts a shorter time, with nothing on board, is in the wrong unit."""


def midnight_of(fleet: Document | None, timezone: str) -> dt.datetime | None:
    """Return the first instant of the day that a fleet document plans; None if it has none."""
    day = fleet.value.get("day") if fleet and isinstance(fleet.value, Mapping) else None
    try:
        found = _DATE.validate_json(json.dumps(day), strict=True)
    except ValidationError:
        return None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        return None
    return dt.datetime.combine(found, dt.time(0), ZoneInfo(timezone))


def read_fleet(document: Document, known: Known, faults: list[Fault]) -> Fleet | None:
    """Return the fleet in a document; None if a field has a fault of type, which is added."""
    fleet = _typed(FLEET, _FLEET_RECORDS, document, faults)
    if isinstance(document.value, Mapping):
        whole = Item(document.value, Place(document.source), faults)
        _check_day(whole, known)
        for item in _items("types", whole):
            _check_type(item)
        for item in _items("drones", whole):
            _check_drone(item, listed(whole.record.get("types")), known)
        for item in _items("permissions", whole):
            _check_permission(item, known.rulebook.permissions)
        _check_prices(whole)
    return fleet


def read_weather(document: Document, faults: list[Fault]) -> Weather | None:
    """Return the weather in a document; None if a field has a fault of type, which is added."""
    weather = _typed(WEATHER, _WEATHER_RECORDS, document, faults)
    if isinstance(document.value, Mapping):
        whole = Item(document.value, Place(document.source), faults)
        for item in _items("warnings", whole):
            item.span("since", "until")
        _check_winds(_items("winds", whole))
    return weather


def _typed(
    adapter: TypeAdapter[R], records: Records, document: Document, faults: list[Fault]
) -> R | None:
    def locate(loc: Path) -> tuple[str, Path]:
        match loc:
            case (str(field), int(number), *rest) if isinstance(document.value, Mapping):
                return names_of(listed(document.value.get(field)), field)[number], tuple(rest)
        return "", loc

    try:
        return adapter.validate_json(json.dumps(document.value), strict=True)
    except ValidationError as error:
        faults.extend(fault for _, fault in type_faults(error, document.source, records, locate))
    return None


def _items(field: str, whole: Item) -> Iterator[Item]:
    records = listed(whole.record.get(field))
    return items(records, names_of(records, field), whole.place.source, whole.faults)


def _check_day(item: Item, known: Known) -> None:
    planned_at = item.instant("planned_at")
    if known.midnight is None:
        if item.text("day") is not None:
            limit = f"a date in the years {FIRST_YEAR} to {LAST_YEAR}"
            item.add("day", "OUT_OF_RANGE", "no plan is made for this day", limit)
    elif planned_at is not None and planned_at >= known.midnight + dt.timedelta(days=1):
        limit = f"before {(known.midnight + dt.timedelta(days=1)).isoformat()}"
        item.add("planned_at", "TIME_NOT_ON_DAY", "the planned day is over by then", limit)


def _check_type(item: Item) -> None:
    names = [each.name for each in fields(DroneType)]
    for name in listed(item.record.get("estimated")):
        if isinstance(name, str) and name not in names:
            message = f"a drone type has no field {name}{did_you_mean(name, names)}"
            item.add("estimated", "FIELD_UNKNOWN", message, ", ".join(names))
    _check_cruises(item)
    try:
        kind = _TYPE.validate_json(json.dumps(item.record), strict=True)
    except ValidationError:
        return
    power_w = cruise_power_w(kind, payload_kg=0)
    if kind.battery_wh * 3600 < _SHORTEST_FLIGHT_S * power_w:
        lasts_s = kind.battery_wh * 3600 / power_w
        message = (
            f"a full battery lasts {lasts_s:.0f} s at the {power_w:.0f} W of the empty drone; "
            "is it in Wh?"
        )
        limit = f"at least {power_w * _SHORTEST_FLIGHT_S / 3600:.0f} Wh"
        item.add("battery_wh", "OUT_OF_RANGE", message, limit)


def _check_cruises(item: Item) -> None:
    """Add a fault for each cruise at an airspeed that the type has already."""
    seen = {item.number("airspeed_m_s"): "the type's own"}
    for number, cruise in enumerate(item.within("cruises")):
        airspeed_m_s = cruise.number("airspeed_m_s")
        if airspeed_m_s is not None and airspeed_m_s in seen:
            message = f"this airspeed is {seen[airspeed_m_s]}"
            others = ", ".join(f"{each:g}" for each in seen if each is not None)
            cruise.add("airspeed_m_s", "CRUISE_TWICE", message, f"none of {others}")
        seen.setdefault(airspeed_m_s, f"that of cruises[{number}]")


def _check_drone(item: Item, records: list[object], known: Known) -> None:
    types = [each for each in identifiers(records) if each is not None]
    kind = item.text("type")
    if kind is not None and kind not in types:
        message = f"the fleet has no such drone type{did_you_mean(kind, types)}"
        item.add("type", "UNKNOWN_TYPE", message, ", ".join(types))
    check_vertiport(item, "base", known.network)
    check_vertiport(item, "ends_at", known.network)
    _check_base(item, kind, records, known.network)
    for field, found in zip(
        ("available_from", "available_until"),
        item.span("available_from", "available_until"),
        strict=True,
    ):
        check_on_day(item, field, found, known)


def _check_base(item: Item, kind: str | None, types: list[object], network: Network) -> None:
    """Add a fault if a drone cannot be made ready again at its base."""
    base = network.vertiports.get(item.text("base") or "")
    if base is None or base.battery_swap:
        return
    charged = {
        each.get("id")
        for each in types
        if isinstance(each, Mapping) and each.get("charging") is not None
    }
    bases = [each.id for each in network.vertiports.values() if each.battery_swap]
    if not base.chargers:
        bases += [each.id for each in network.vertiports.values() if each.chargers]
        message = "has neither battery swap nor chargers, so it can be no base"
    elif kind is None or kind in charged:
        return
    else:
        message = f"has no battery swap, and type {kind} cannot be charged (charging)"
    item.add("base", "NO_BATTERY_SWAP", message, ", ".join(sorted(set(bases))))


def _check_permission(item: Item, rules: Permissions) -> None:
    side, kind = item.text("side"), item.text("kind")
    held = {rule.kind for rule in rules.required if rule.side == side}
    for rule in rules.filings:
        if rule.side == side:
            held |= {rule.kind, rule.standing_kind or "", rule.standing_filing or ""} - {""}
    kinds = sorted(held)
    if kind is not None and kinds and kind not in kinds:
        message = f"the rules of {side} know no such permission{did_you_mean(kind, kinds)}"
        item.add("kind", "UNKNOWN_PERMISSION", message, ", ".join(kinds))
    item.instant("filed_at")
    item.span("valid_from", "valid_until")


def _check_prices(whole: Item) -> None:
    for prices in whole.inside("prices"):
        for field in ("late_minute_cents", "unserved_cents"):
            for price in prices.inside(field):
                for priority in get_args(Priority):
                    if priority not in price.record:
                        message = "a price must be given for every priority"
                        limit = ", ".join(get_args(Priority))
                        price.add(priority, "PRICE_MISSING", message, limit)


def _check_winds(winds: Iterable[Item]) -> None:
    bands: dict[tuple[float, float], list[tuple[dt.datetime, dt.datetime, Item]]] = {}
    for item in winds:
        since, until = item.span("since", "until")
        lower, upper = item.number("lower_amsl_m"), item.number("upper_amsl_m")
        if lower is None or upper is None:
            continue
        if upper <= lower:
            message = "must be above lower_amsl_m"
            item.add("upper_amsl_m", "BAND_REVERSED", message, f"more than {lower:g}")
        elif since and until and since < until:
            bands.setdefault((lower, upper), []).append((since, until, item))
    for band in bands.values():
        band.sort(key=lambda each: each[:2])
        for (_, until, before), (since, _, item) in pairwise(band):
            if since < until:
                message = f"{before.place.item} gives another wind for this band and time"
                item.add("since", "WINDS_OVERLAP", message, f"{until.isoformat()} or later")
