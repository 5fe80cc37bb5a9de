"""The part of a network that the other checks can work on: known CRS, unique ids, sound shapes."""

from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import pyproj
import pyproj.exceptions

from geodata.check.shapes import middle_of, shape_faults, suspects
from geodata.check.unread import Unread
from geodata.codes import fault
from geodata.faults import Fault, errors
from geodata.features import Corridor, Feature, NetworkInfo
from geodata.network import Network

INFO_FILE = "network.json"

_NAMED = 5
"""Places of a duplicate id that are named."""


def info_faults(info: NetworkInfo) -> list[Fault]:
    """Return what is wrong with `network.json` beyond its fields' types."""
    found: list[Fault] = []
    try:
        crs = pyproj.CRS.from_user_input(info.metric_crs)
    except pyproj.exceptions.CRSError:
        found.append(fault("CRS_UNKNOWN", INFO_FILE, "", "metric_crs", value=info.metric_crs))
    else:
        units = {axis.unit_name for axis in crs.axis_info}
        if not crs.is_projected or units != {"metre"}:
            value = f"{info.metric_crs}, {crs.name}, {', '.join(sorted(units))}"
            found.append(fault("CRS_UNKNOWN", INFO_FILE, "", "metric_crs", value=value))
    try:
        ZoneInfo(info.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        found.append(fault("TIMEZONE_UNKNOWN", INFO_FILE, "", "timezone", value=info.timezone))
    return found


def duplicate_ids(features: Mapping[str, Sequence[Feature]]) -> list[Fault]:
    """Return a fault for every feature or lane whose id another one has as well."""
    times = Counter(chain.from_iterable(map(ids_of, chain.from_iterable(features.values()))))
    twice = {identifier for identifier, count in times.items() if count > 1}
    if not twice:
        return []
    used: dict[str, list[tuple[str, str, str]]] = {identifier: [] for identifier in twice}
    for layer, members in features.items():
        for member in members:
            first, *lanes = ids_of(member)
            if first in twice:
                used[first].append((layer, layer, "id"))
            for number, lane in enumerate(lanes):
                if lane in twice:
                    used[lane].append((layer, f"{layer} {member.id}", f"lanes[{number}].id"))
    found = []
    for identifier, places in used.items():
        value = _places(places)
        found += [
            fault("DUPLICATE_ID", layer, identifier, field, value=value)
            for layer, _, field in places
        ]
    return found


def ids_of(member: Feature) -> tuple[str, ...]:
    """Return a feature's id, and those of its lanes."""
    if isinstance(member, Corridor):
        return (member.id, *(lane.id for lane in member.lanes))
    return (member.id,)


def _places(places: Sequence[tuple[str, str, str]]) -> str:
    named = sorted({place for _, place, _ in places})
    more = f" and {len(named) - _NAMED} more" if len(named) > _NAMED else ""
    return f"{len(places)} times: {', '.join(named[:_NAMED])}{more}"


def sound_part(network: Network, unread: Unread) -> tuple[Network, Unread, list[Fault]]:
    """Return the network without unsound features, what is then unread, and why."""
    found = duplicate_ids(network.features)
    unsound = unsound_features(network)
    found += chain.from_iterable(unsound.values())
    dropped = {each: faults[0].source for each, faults in unsound.items() if errors(faults)}
    sound = without_features(network, dropped) if found else network
    return sound, unread.and_features(dropped, dropped.values()), found


def unsound_features(network: Network) -> dict[str, list[Fault]]:
    """Return what is wrong with features' lon/lat shapes by themselves, by feature id."""
    members: dict[str, str] = {}
    for layer, features in network.features.items():
        for member in features:
            members.setdefault(member.id, layer)
    shapes = np.fromiter((network.lonlat[each] for each in members), dtype=object)
    middle = middle_of(shapes)
    ids = list(members)
    found = {
        ids[row]: list(shape_faults(members[ids[row]], ids[row], shapes[row], middle))
        for row in np.flatnonzero(suspects(shapes, middle))
    }
    return {identifier: faults for identifier, faults in found.items() if faults}


def without_features(network: Network, dropped: Container[str]) -> Network:
    """Return the network without some features; of those with one id, only the first is kept."""
    seen: set[str] = set()
    features: dict[str, tuple[Feature, ...]] = {}
    for layer, members in network.features.items():
        kept = []
        for member in members:
            if member.id not in seen and member.id not in dropped:
                kept.append(member)
            seen.add(member.id)
        features[layer] = tuple(kept)
    shapes = {each: shape for each, shape in network.lonlat.items() if each not in dropped}
    return replace(network, features=features, lonlat=shapes)
