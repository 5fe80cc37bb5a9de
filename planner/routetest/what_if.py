"""What-ifs: edits of a network's hours and goods and of the weather, made for one test."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from geodata.edit import with_feature, without_feature
from geodata.faults import Fault, InvalidInput
from geodata.features import Checkpoint, Corridor, Feature, Vertiport, Zone
from geodata.field_faults import Place
from geodata.nearest import did_you_mean
from geodata.network import Network
from geodata.schedule import parse_error
from planner.request.weather import Weather, WeatherWarning, Wind
from planner.routetest.records import WarningEdit, When, WindEdit

if TYPE_CHECKING:
    from planner.routetest.scene import Scene

Timed = Corridor | Vertiport | Checkpoint | Zone
"""What is open, or active, at some hours."""

NEVER = "off"
"""The opening_hours expression of what is closed at all times."""

_LOWEST_M, _HIGHEST_M = -50.0, 3000.0


@dataclass(frozen=True, slots=True)
class Edited:
    """A network and a weather after edits, and the lanes that are closed all day."""

    network: Network
    weather: Weather
    shut: frozenset[str]


def edited(plain: "Scene", when: When) -> Edited:
    """Return what comes of what-ifs; raises InvalidInput with all that they name wrongly."""
    network, faults = plain.network, list[Fault]()
    shut, hours = set[str](), dict[str, str]()
    for name in when.close:
        if name in network.lanes:
            shut.add(name)
        elif name in network.waypoints:
            ends = network.corridors.values()
            hours.update({each.id: NEVER for each in ends if name in (each.start, each.end)})
        elif name in network.corridors or name in network.sites:
            hours[name] = NEVER
        elif name in network.zones:
            message = "a zone is not closed but activated; or set its hours to off"
            faults.append(_fault("close", "UNKNOWN_REFERENCE", message, name))
        else:
            faults.append(
                _unknown("close", name, (*network.lanes, *network.corridors, *network.places))
            )
    for name in when.activate:
        if name not in network.zones:
            faults.append(_unknown("activate", name, tuple(network.zones)))
        hours[name] = "24/7"
    for name, expression in when.hours.items():
        wrong = parse_error(expression)
        if wrong:
            faults.append(_fault(f"hours.{name}", "SCHEDULE", wrong, expression))
        elif _timed(network, name) is None:
            known = (*network.corridors, *network.sites, *network.zones)
            faults.append(_unknown("hours", name, known))
        hours[name] = expression
    for name in when.clears:
        if name not in network.checkpoints:
            faults.append(_unknown("clears", name, tuple(network.checkpoints)))
    if faults:
        raise InvalidInput(faults)
    for name, goods in when.clears.items():
        checkpoint = replace(network.checkpoints[name], goods=goods)
        network = with_feature(network, checkpoint, network.lonlat[name])
    for name, expression in hours.items():
        feature = _timed(network, name)
        assert feature is not None
        network = with_feature(network, with_hours(feature, expression), network.lonlat[name])
    weather = plain.request.weather
    if when.wind:
        weather = replace(weather, winds=tuple(_wind(plain, each) for each in when.wind))
    if when.warning:
        warnings = (*weather.warnings, *(_warning(plain, each) for each in when.warning))
        weather = replace(weather, warnings=warnings)
    return Edited(network, weather, frozenset(shut))


def _timed(network: Network, name: str) -> Timed | None:
    """Return the feature of a name that has hours or a schedule."""
    return (
        network.corridors.get(name)
        or network.vertiports.get(name)
        or network.checkpoints.get(name)
        or network.zones.get(name)
    )


def with_hours(feature: Timed, expression: str) -> Feature:
    """Return a feature with other hours, or a zone with another schedule."""
    if isinstance(feature, Zone):
        return replace(feature, schedule=expression)
    return replace(feature, hours=expression)


def _span(
    plain: "Scene", since: dt.time | dt.datetime | None, until: dt.time | dt.datetime | None
) -> tuple[dt.datetime, dt.datetime]:
    """Return a stretch of the day; without a begin or an end, to that of the day."""
    begin = plain.instant(since or dt.time(0))
    end = plain.instant(until) if until else plain.instant(dt.time(0)) + dt.timedelta(days=1)
    if end <= begin:
        message = "until is not after since"
        raise InvalidInput([_fault("until", "TIMES_REVERSED", message, end.isoformat())])
    return begin, end


def _wind(plain: "Scene", edit: WindEdit) -> Wind:
    since, until = _span(plain, edit.since, edit.until)
    return Wind(
        since=since,
        until=until,
        lower_amsl_m=_LOWEST_M if edit.above is None else edit.above,
        upper_amsl_m=_HIGHEST_M if edit.below is None else edit.below,
        from_degrees=edit.from_degrees % 360,
        speed_m_s=edit.speed,
    )


def _warning(plain: "Scene", edit: WarningEdit) -> WeatherWarning:
    since, until = _span(plain, edit.since, edit.until)
    return WeatherWarning(kind=edit.kind, since=since, until=until)


def _fault(field: str, code: str, message: str, value: str) -> Fault:
    return Place("when").fault(field, code, message, value=value)


def _unknown(field: str, name: str, known: tuple[str, ...]) -> Fault:
    message = f"the network has none of this id{did_you_mean(name, known)}"
    return _fault(field, "UNKNOWN_REFERENCE", message, name)


def without_lanes(network: Network, lanes: frozenset[str]) -> Network:
    """Return a network without some lanes, and without the corridors that have no other."""
    for name, corridor in network.corridors.items():
        left = tuple(lane for lane in corridor.lanes if lane.id not in lanes)
        if not left:
            network = without_feature(network, name)
        elif len(left) < len(corridor.lanes):
            network = with_feature(network, replace(corridor, lanes=left), network.lonlat[name])
    return network


def names(when: When) -> Iterator[str]:
    """Yield the ids of the features that what-ifs edit."""
    yield from when.close
    yield from when.activate
    yield from when.hours
    yield from when.clears
