"""Moving whole feature records between a file's datum and vertical reference and the network's."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, TypeVar, get_args, get_origin, get_type_hints

import numpy as np
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.codes import fault
from geodata.datum.datum import WGS84, HorizontalDatum, from_wgs84, horizontal_datum, to_wgs84
from geodata.datum.vertical import (
    LOOP_LONLAT,
    REACH_M,
    HeightMove,
    height_move,
    network_reference,
    vertical_reference,
)
from geodata.faults import Fault, InvalidInput
from geodata.features import LAYERS, Amsl, Corridor, Feature, Lane, NetworkInfo
from geodata.geojson import DECIMALS

Record = TypeVar("Record", bound=Feature | Lane)

HEIGHT_DECIMALS = 6
"""Decimals of a metre that are kept of a moved height: sums of floats are rounded no further."""


@dataclass(frozen=True)
class Relocated:
    """Features moved to another datum; `lonlat` is in degrees or metres, as that datum has it.

    `faults` are warnings: `HEIGHT_UNCERTAIN` where heights moved by an offset that is not exact.
    """

    features: Mapping[str, tuple[Feature, ...]]
    lonlat: Mapping[str, BaseGeometry]
    faults: tuple[Fault, ...]


def relocate(
    features: Mapping[str, Sequence[Feature]],
    lonlat: Mapping[str, BaseGeometry],
    *,
    crs: str | None,
    vertical: str | None,
    info: NetworkInfo,
    source: str = "import",
) -> Relocated:
    """Return features moved from a stated datum to WGS-84 and the network's vertical reference.

    `features` maps layers to records, `lonlat` feature ids to shapes, x before y, in `crs`.
    Moved are the shapes, and every height above mean sea level: fields annotated `Amsl`, and
    limits whose `_reference` beside them says AMSL. Heights above ground, widths and the like
    stay. A corridor's gate is in degrees by its field's name: it moves as the shapes do where the
    datum is in degrees, and is WGS-84 where it is a grid. `source` names the file in faults.

    Raises `InvalidInput` if the datum is not stated, or the reference is not though heights need
    it, or either is unknown, or heights would have to be moved too far from the Loop.
    """
    there = _vertical_name(features, vertical, source)
    here = network_reference(info).name if there is not None else None
    datum = horizontal_datum(crs, source)
    move = height_move(there, here) if there and here else None
    return _moved(features, lonlat, datum, move, inward=True, source=source)


def relocate_back(
    features: Mapping[str, Sequence[Feature]],
    lonlat: Mapping[str, BaseGeometry],
    *,
    crs: str | None,
    vertical: str | None,
    info: NetworkInfo,
    source: str = "export",
) -> Relocated:
    """Return features of a network moved to a datum and vertical reference, for an export.

    `relocate` gives them back to 1 mm. What is moved and what is raised is as it says.
    """
    there = _vertical_name(features, vertical, source)
    here = network_reference(info).name if there is not None else None
    datum = horizontal_datum(crs, source)
    move = height_move(here, there) if there and here else None
    return _moved(features, lonlat, datum, move, inward=False, source=source)


def _vertical_name(
    features: Mapping[str, Sequence[Feature]], vertical: str | None, source: str
) -> str | None:
    """Return the reference's name; None if nothing is stated and no height needs it."""
    if vertical is None and not any(
        _has_heights(each) for listed in features.values() for each in listed
    ):
        return None
    return vertical_reference(vertical, source).name


def _moved(
    features: Mapping[str, Sequence[Feature]],
    lonlat: Mapping[str, BaseGeometry],
    datum: HorizontalDatum,
    move: HeightMove | None,
    *,
    inward: bool,
    source: str,
) -> Relocated:
    shift = to_wgs84 if inward else from_wgs84
    ids = list(lonlat)
    shapes = dict(zip(ids, shift([lonlat[each] for each in ids], datum.name), strict=True))
    records = {layer: tuple(listed) for layer, listed in features.items()}
    if datum.unit == "degrees" and datum.name != WGS84:
        records = {
            layer: _with_gates(listed, datum, inward=inward) for layer, listed in records.items()
        }
    if move is None or move.source == move.target:
        return Relocated(records, shapes, ())
    high = [each for listed in records.values() for each in listed if _has_heights(each)]
    if not high:
        return Relocated(records, shapes, ())
    _refuse_far(high, shapes if inward else lonlat, source)
    records = {
        layer: tuple(raised(each, move.offset_m) for each in listed)
        for layer, listed in records.items()
    }
    return Relocated(records, shapes, (_uncertain(move, source),))


def raised(record: Record, offset_m: float) -> Record:
    """Return a record with every height above mean sea level raised by `offset_m`."""
    changes: dict[str, Any] = {
        name: round(getattr(record, name) + offset_m, HEIGHT_DECIMALS) for name in _heights(record)
    }
    if isinstance(record, Corridor):
        changes["lanes"] = tuple(raised(lane, offset_m) for lane in record.lanes)
    return replace(record, **changes) if changes else record


def _has_heights(record: Feature) -> bool:
    return isinstance(record, Corridor) or any(_heights(record))


def _heights(record: Feature | Lane) -> Iterator[str]:
    """Yield the fields of a record that hold a height above mean sea level now."""
    for name, reference in _HEIGHT_FIELDS[type(record)].items():
        counts_from = "AMSL" if reference is None else getattr(record, reference)
        if counts_from == "AMSL" and getattr(record, name) is not None:
            yield name


def _height_fields(kind: type) -> Mapping[str, str | None]:
    """Return the fields that may hold a height AMSL, each with the field that says so, if any."""
    hints = get_type_hints(kind, include_extras=True)
    found: dict[str, str | None] = {}
    for name, hint in hints.items():
        reference = f"{name.removesuffix('_m')}_reference"
        if reference in hints:
            found[name] = reference
        elif _is_amsl(hint):
            found[name] = None
    return found


def _is_amsl(hint: object) -> bool:
    """Tell whether a field's type is `Amsl`, or `Amsl` with a description of its own."""
    marks = get_args(Amsl)[1:]
    return get_origin(hint) is Annotated and all(mark in get_args(hint) for mark in marks)


_HEIGHT_FIELDS = {kind: _height_fields(kind) for kind in (*LAYERS.values(), Lane)}


def _with_gates(
    listed: Sequence[Feature], datum: HorizontalDatum, *, inward: bool
) -> tuple[Feature, ...]:
    """Return features with the gates of corridors moved, all at once.

    A gate that comes in is rounded as coordinates are written, so that one that went out before
    comes back the same to the last digit.
    """
    gates = [
        (each.gate_lon, each.gate_lat)
        if isinstance(each, Corridor) and each.gate_lon is not None and each.gate_lat is not None
        else None
        for each in listed
    ]
    shift = to_wgs84 if inward else from_wgs84
    moved = iter(shift([shapely.Point(gate) for gate in gates if gate is not None], datum.name))
    return tuple(
        each if gate is None else _with_gate(each, next(moved), DECIMALS if inward else None)
        for each, gate in zip(listed, gates, strict=True)
    )


def _with_gate(record: Feature, gate: BaseGeometry, decimals: int | None) -> Feature:
    ((lon, lat),) = shapely.get_coordinates(gate)
    changes: dict[str, Any] = {"gate_lon": float(lon), "gate_lat": float(lat)}
    if decimals is not None:
        changes = {name: round(degrees, decimals) for name, degrees in changes.items()}
    return replace(record, **changes)


def _refuse_far(
    records: Sequence[Feature], lonlat: Mapping[str, BaseGeometry], source: str
) -> None:
    """Raise `InvalidInput` for features with heights where the offsets do not hold."""
    known = [each.id for each in records if each.id in lonlat]
    at, owner = shapely.get_coordinates([lonlat[each] for each in known], return_index=True)
    start = np.broadcast_to(LOOP_LONLAT, at.shape)
    gap_m = pyproj.Geod(ellps="WGS84").inv(start[:, 0], start[:, 1], at[:, 0], at[:, 1])[2]
    far = {known[index]: gap for index, gap in zip(owner, gap_m, strict=True) if gap > REACH_M}
    if far:
        raise InvalidInput(
            fault("VERTICAL_FAR", source, each, "geometry", value=f"{gap / 1000:.0f} km away")
            for each, gap in far.items()
        )


def _uncertain(move: HeightMove, source: str) -> Fault:
    message = (
        f"Heights were moved from {move.source} to {move.target} by {move.offset_m:+.2f} m, which "
        f"is known to {move.uncertainty_m:.2f} m."
    )
    value = f"{move.offset_m:+.2f} m ± {move.uncertainty_m:.2f} m"
    return fault("HEIGHT_UNCERTAIN", source, "", "vertical", value=value, message=message)
