"""A network's zones as the pieces that UAS zone files hold: one volume, one country each."""

import base64
import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.features import Side, Zone
from geodata.formats.statement import statement
from geodata.formats.uas_extras import KEY, extras_of
from geodata.formats.uas_limits import read_limits
from geodata.formats.uas_read import plain_fields
from geodata.formats.uas_report import Report
from geodata.geojson import DECIMALS
from geodata.network import Network
from geodata.schedule import Calendar

IDENTIFIER = re.compile(r"[A-Z0-9_-]{1,7}")
"""What ED-269 and ED-318 allow as a zone's identifier."""

NO_CEILING_M = 99_999
"""Written where a zone has no upper limit, as the formats ask for a number; Switzerland's too."""

SHORT_TEXT = 200
"""Longest text of ED-269, and of ED-318's short texts, in characters."""

_GRID_DEG = 10.0**-DECIMALS
_SLIVER_M = 1.0
"""What lies across the boundary and is thinner than this is rounding: the zone is not cut."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One polygon of a zone on one side of the boundary; `part` of `parts`, from 1."""

    zone: Zone
    side: Side
    shape: shapely.Polygon
    part: int
    parts: int
    identifier: str


def pieces_of(network: Network) -> list[Piece]:
    """Return the zones' pieces in order of their ids, each with its identifier.

    A zone over the boundary is cut along it. The cuts' corners are rounded to 7 decimals.
    """
    left = network.sides.left
    cutter = network.projection.to_lonlat(np.array([left]))[0]
    found: list[tuple[Zone, int, list[tuple[Side, shapely.Polygon]]]] = []
    for zone in sorted(network.zones.values(), key=lambda each: each.id):
        polygons = list(_by_side(network, zone, cutter))
        found.append((zone, len(polygons), polygons))
    named = identifiers((zone.id, parts) for zone, parts, _ in found)
    return [
        Piece(zone, side, shape, part, parts, named[zone.id, part])
        for zone, parts, polygons in found
        for part, (side, shape) in enumerate(polygons, start=1)
    ]


def _by_side(
    network: Network, zone: Zone, left: BaseGeometry
) -> Iterator[tuple[Side, shapely.Polygon]]:
    sides = network.sides
    for polygon, metric in zip(
        shapely.get_parts(network.lonlat[zone.id]),
        shapely.get_parts(network.metric[zone.id]),
        strict=True,
    ):
        on_left = not _is_sliver(metric.intersection(sides.left))
        if not on_left or _is_sliver(metric.difference(sides.left)):
            yield sides.left_side if on_left else sides.right_side, _wound(polygon)
            continue
        inside = shapely.intersection(polygon, left, grid_size=_GRID_DEG)
        outside = shapely.difference(polygon, left, grid_size=_GRID_DEG)
        for side, shape in ((sides.left_side, inside), (sides.right_side, outside)):
            for part in shapely.get_parts(shape):
                if part.geom_type == "Polygon" and part.area > 0:
                    yield side, _wound(part)


def _is_sliver(shape_m: BaseGeometry) -> bool:
    """Tell whether no part of a metric shape is as wide as `_SLIVER_M`."""
    return bool(shape_m.buffer(-_SLIVER_M / 2).is_empty)


def _wound(polygon: BaseGeometry) -> shapely.Polygon:
    """Return a polygon with its outer ring anticlockwise and its corners rounded."""
    rounded = shapely.transform(polygon, lambda lonlat: np.round(lonlat, DECIMALS))
    return shapely.geometry.polygon.orient(rounded)


def identifiers(zones: Iterable[tuple[str, int]]) -> Mapping[tuple[str, int], str]:
    """Return an identifier for each part (from 1) of zones given as (id, number of parts).

    A zone of one part keeps an id that is short enough; else the identifier is the first 35 bits
    of a SHA-256 of id and part in base 32, so that it stays the same whatever else is exported.
    """
    listed = list(zones)
    found = {(zone, 1): zone for zone, parts in listed if parts == 1 and IDENTIFIER.fullmatch(zone)}
    taken = set(found.values())
    for zone, parts in listed:
        for part in range(1, parts + 1):
            if (zone, part) not in found:
                made = (_digest(f"{zone}/{part}/{again}") for again in count())
                found[zone, part] = next(each for each in made if each not in taken)
                taken.add(found[zone, part])
    return found


def _digest(text: str) -> str:
    return base64.b32encode(hashlib.sha256(text.encode()).digest())[:7].decode()


def shortened(text: str, length: int = SHORT_TEXT) -> str:
    """Return a text cut to a length in characters."""
    return text if len(text) <= length else f"{text[: length - 1]}…"


def message(zone: Zone) -> str:
    """Return what a person reads of a zone: its use, its times if not always, its note."""
    times = "" if zone.schedule == "24/7" else f" Active {zone.schedule}, local time UTC+8."
    return shortened(f"Not for navigation.{times} {zone.note or ''}".rstrip())


def said_of(network: Network) -> list[str]:
    """Return the statement of an export as short texts, each with its subject."""
    return [
        shortened(f"{subject.replace('_', ' ')}: {words}")
        for subject, words in statement(network).items()
    ]


def any_day(network: Network) -> Calendar:
    """Return the network's place and time zone, for what holds in any week."""
    return network.calendar(dt.date(2024, 1, 1))


def extended_properties(
    piece: Piece, fields: Mapping[str, Any], limits: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what the standard fields and limits of a piece leave unsaid of its zone."""
    unheard = Report("", [])
    read = read_limits(limits, "", unheard)
    assert read is not None, "the formats' limits were written by us"
    plain = plain_fields(fields, read, piece.side, unheard)
    assert plain is not None, "none of our kinds is without restriction"
    return {KEY: extras_of(piece.zone, piece.part, piece.parts, plain)}


def document_text(head: Mapping[str, Any], features: Sequence[Mapping[str, Any]]) -> str:
    """Return a JSON document of `head` and then `features`, one of them a line."""
    opening = json.dumps(head, ensure_ascii=False, indent=1).removesuffix("\n}")
    lines = ",\n".join(json.dumps(each, ensure_ascii=False, allow_nan=False) for each in features)
    return f'{opening},\n "features": [\n{lines}\n]}}\n'
