"""Zones put together from the parts that other formats hold them in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import shapely
from shapely.geometry.base import BaseGeometry

from geodata.features import Zone
from geodata.formats.imported import Imported
from geodata.formats.uas_report import Report

LAYER = "zones"
_ID_LENGTH = 32


@dataclass(frozen=True, slots=True)
class Part:
    """A zone's record with one of its shapes, and how many shapes it had when it was exported."""

    zone: Zone
    shape: BaseGeometry
    parts: int = 1


def joined(parts: Iterable[Part], report: Report) -> Imported:
    """Return an import of zones: equal records are one, others get ids that are free.

    The faults are all of the report's, whichever item they are about.
    """
    of_zone: dict[Zone, list[Part]] = {}
    for part in parts:
        of_zone.setdefault(part.zone, []).append(part)
    zones: dict[str, Zone] = {}
    lonlat: dict[str, BaseGeometry] = {}
    for zone, group in of_zone.items():
        place = report.on(zone.id)
        if len(group) < group[0].parts:
            found = f"{len(group)} of {group[0].parts}"
            place.warn("IMPORT_PART_MISSING", "parts", found, "the parts found")
        name = _free_id(zone.id, zones)
        if name != zone.id:
            place.warn("IMPORT_ID_CHANGED", "identifier", f"{zone.id} again", name)
        zones[name] = replace(zone, id=name)
        lonlat[name] = whole([part.shape for part in group])
    ordered = tuple(zones[name] for name in sorted(zones))
    return Imported({LAYER: ordered}, lonlat, tuple(sorted(set(report.faults))))


def numbered_id(base: str, suffix: str) -> str:
    """Return an id with a suffix, the id cut short if need be."""
    return f"{base[: _ID_LENGTH - len(suffix)]}{suffix}"


def _free_id(wanted: str, taken: Mapping[str, Zone]) -> str:
    name, number = wanted, 2
    while name in taken:
        name, number = numbered_id(wanted, f"-{number}"), number + 1
    return name


def whole(shapes: Sequence[BaseGeometry]) -> BaseGeometry:
    """Return the polygons of a zone as one shape; those that share an edge are merged."""
    polygons = list(shapely.get_parts(list(shapes)))
    if len(polygons) == 1:
        return polygons[0]
    together = shapely.MultiPolygon(polygons)
    if together.is_valid:
        return together
    merged = shapely.get_parts(shapely.union_all(polygons))
    wound = [shapely.geometry.polygon.orient(each) for each in merged]
    return wound[0] if len(wound) == 1 else shapely.MultiPolygon(wound)
