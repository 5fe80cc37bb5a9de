"""The part of a network that the other checks can work on: known CRS, unique ids, sound shapes."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pyproj
import pyproj.exceptions
from shapely.geometry.base import BaseGeometry

from geodata.check.shapes import middle_of, shape_faults
from geodata.check.unread import Unread
from geodata.codes import fault
from geodata.faults import Fault, errors
from geodata.features import Corridor, Feature, NetworkInfo
from geodata.network import Network

INFO_FILE = "network.json"


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
    used: list[tuple[str, str, str]] = []
    for layer, members in features.items():
        for member in members:
            used.append((member.id, layer, "id"))
            if isinstance(member, Corridor):
                used += [
                    (lane.id, f"{layer} {member.id}", f"lanes[{number}].id")
                    for number, lane in enumerate(member.lanes)
                ]
    times = Counter(identifier for identifier, _, _ in used)
    places = {
        identifier: ", ".join(sorted({place for each, place, _ in used if each == identifier}))
        for identifier, count in times.items()
        if count > 1
    }
    return [
        fault(
            "DUPLICATE_ID",
            place.split()[0],
            identifier,
            field,
            value=f"{times[identifier]} times: {places[identifier]}",
        )
        for identifier, place, field in used
        if identifier in places
    ]


def sound_part(network: Network, unread: Unread) -> tuple[Network, Unread, list[Fault]]:
    """Return the network without unsound features, what is then unread, and why."""
    found = duplicate_ids(network.features)
    middle = middle_of(network.lonlat.values())
    features: dict[str, tuple[Feature, ...]] = {}
    shapes: dict[str, BaseGeometry] = {}
    dropped: dict[str, str] = {}
    for layer, members in network.features.items():
        kept = []
        for member in members:
            if member.id in shapes:
                continue  # a duplicate, reported above; the first one stands for all
            shape = network.lonlat[member.id]
            faults = list(shape_faults(layer, member.id, shape, middle))
            found += faults
            if errors(faults):
                dropped[member.id] = layer
            else:
                shapes[member.id] = shape
                kept.append(member)
        features[layer] = tuple(kept)
    sound = replace(network, features=features, lonlat=shapes)
    return sound, unread.and_features(dropped, dropped.values()), found
