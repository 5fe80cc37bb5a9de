"""From the datum and vertical reference that a file is in to those of the network."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import shapely
from shapely.geometry.base import BaseGeometry

from geodata.codes import fault
from geodata.datum.datum import WGS84, horizontal_datum
from geodata.datum.relocate import relocate
from geodata.datum.vertical import network_reference
from geodata.faults import Fault, InvalidInput
from geodata.features import Feature, NetworkInfo
from geodata.formats.imported import Imported
from geodata.geojson import rounded


@dataclass(frozen=True, slots=True)
class Stated:
    """What a person states of a file: its datum, its vertical reference; None: as the file says."""

    crs: str | None = None
    vertical: str | None = None


@dataclass(frozen=True)
class Found:
    """Features as they stand in one file or table, and what it says of itself, if anything.

    `shapes` maps feature ids to shapes, x before y, in `crs`. `vertical_datum` is what its AMSL
    heights count from, in the words of a network's `vertical_datum`.
    """

    source: str
    features: Mapping[str, Sequence[Feature]]
    shapes: Mapping[str, BaseGeometry]
    crs: str | None
    vertical_datum: str | None


def to_network(
    found: Iterable[Found], stated: Stated, info: NetworkInfo, *, whole: bool = False
) -> Imported:
    """Return features of files or tables moved to WGS-84 and the network's vertical reference.

    Coordinates are rounded to 7 decimals of a degree, as the network's are written. What is stated
    goes before what a file says, with a warning where the two differ. The faults are those of
    `geodata.datum.relocate`: a datum or reference that nobody stated, or that is unknown. `whole`
    says that `info` is the file's own.
    """
    features: dict[str, tuple[Feature, ...]] = {}
    lonlat: dict[str, BaseGeometry] = {}
    faults: list[Fault] = []
    for each in found:
        try:
            moved, shapes, warnings = _moved(each, stated, info)
        except InvalidInput as invalid:
            faults += invalid.faults
            continue
        faults += warnings
        for layer, listed in moved.items():
            features[layer] = (*features.get(layer, ()), *listed)
        for identifier, shape in shapes.items():
            lonlat.setdefault(identifier, shapely.transform(shape, rounded))
    ordered = {
        layer: tuple(sorted(listed, key=lambda each: each.id)) for layer, listed in features.items()
    }
    return Imported(ordered, lonlat, tuple(faults), info if whole else None)


def _moved(
    found: Found, stated: Stated, info: NetworkInfo
) -> tuple[Mapping[str, Sequence[Feature]], Mapping[str, BaseGeometry], list[Fault]]:
    crs = stated.crs or found.crs
    warnings = _overridden(found, stated)
    vertical = stated.vertical
    if vertical is None and found.vertical_datum == info.vertical_datum:
        if crs == WGS84:
            return found.features, found.shapes, warnings
        # Heights stay as they are, even above a datum that no offset is known for.
        info, vertical = replace(info, vertical_datum="AMSL"), "AMSL"
    vertical = vertical or _reference(found, info)
    moved = relocate(
        found.features,
        found.shapes,
        crs=crs,
        vertical=vertical,
        info=info,
        source=found.source,
    )
    return moved.features, moved.lonlat, [*warnings, *moved.faults]


def _reference(found: Found, info: NetworkInfo) -> str | None:
    """Return the name of the reference that a file's own words name; None if it has none."""
    if found.vertical_datum is None:
        return None
    return network_reference(replace(info, vertical_datum=found.vertical_datum)).name


def _overridden(found: Found, stated: Stated) -> list[Fault]:
    if stated.crs is None or found.crs is None:
        return []
    name = horizontal_datum(stated.crs).name
    if name == found.crs:
        return []
    value = f"{name}, where the file says {found.crs}"
    return [fault("DATUM_OVERRIDDEN", found.source, "", "crs", value=value)]
