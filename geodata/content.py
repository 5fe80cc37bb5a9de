"""What is content in a network and what is only its writing: fields and shapes in one form.

Two networks are the same edition if and only if these forms are equal. Order carries no meaning:
that of features, of a corridor's lanes (known by their ids) and of lists, which are sets. In a
polygon, where a ring starts, which way it runs and the order of holes and parts do not matter
either, nor whether a single polygon is written as a MultiPolygon. A line's direction is content:
lanes and the sides of the boundary follow from it.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt
import shapely

from geodata.features import LAYERS, Corridor, Feature, Lane, NetworkInfo
from geodata.geojson import rounded

Value: TypeAlias = str | float | bool | tuple[str, ...] | None
"""What a field holds; tuples are sorted sets."""

R = TypeVar("R", bound=Feature | NetworkInfo)
Shapes: TypeAlias = npt.NDArray[Any]

_JSON = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
_FIELDS: Mapping[type, tuple[str, ...]] = {
    kind: tuple(field.name for field in fields(kind) if field.name != "lanes")
    for kind in (*LAYERS.values(), NetworkInfo)
}
_LATER: Mapping[str, Value] = {"chargers": 0, "charger_kw": None}
"""Fields that came after the first editions: at these values they are left out of the hash, so that
networks that do without them keep theirs."""

_LANE_FIELDS = tuple(field.name for field in fields(Lane) if field.name != "id")
_AREAS = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)


def field_values(record: Feature | NetworkInfo) -> dict[str, Value]:
    """Return a record's values by field name; a lane's stand under `lanes[ID].field`."""
    found: dict[str, Value] = {}
    for name in _FIELDS[type(record)]:
        value = getattr(record, name)
        found[name] = tuple(sorted(set(value))) if isinstance(value, tuple) else value
    if isinstance(record, Corridor):
        for lane in sorted(record.lanes, key=lambda each: each.id):
            found |= {f"lanes[{lane.id}].{name}": getattr(lane, name) for name in _LANE_FIELDS}
    return found


def record_of(kind: type[R], values: Mapping[str, Any]) -> R:
    """Return the record of a class that holds these values, as `field_values` gives them."""
    names = {field.name for field in fields(kind)}
    found = {name: value for name, value in values.items() if name in names}
    if "lanes" in names:
        found["lanes"] = tuple(
            Lane(id=lane, **{name: values[f"lanes[{lane}].{name}"] for name in _LANE_FIELDS})
            for lane in lane_ids(values)
        )
    return kind(**found)


def lane_ids(names: Iterable[str]) -> list[str]:
    """Return the ids of the lanes that names of a corridor's values speak of, sorted."""
    return sorted({name[6 : name.index("]")] for name in names if name.startswith("lanes[")})


def shown(value: Any) -> str:
    """Return a field's value, or a GeoJSON geometry, as a person reads it."""
    if isinstance(value, tuple):
        return ", ".join(value) or "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        positions = shapely.get_coordinates(shapely.geometry.shape(value))
        lon, lat = positions[0]
        more = f" and {len(positions) - 1} more" if len(positions) > 1 else ""
        return f"{value['type']} {lon:.7f}, {lat:.7f}{more}"
    return "null" if value is None else f"{value:.10g}" if isinstance(value, float) else str(value)


def canonical_shapes(shapes: Shapes | Sequence[shapely.Geometry]) -> Shapes:
    """Return an array of lon/lat shapes in the form that shapes of one content share.

    Coordinates are rounded to 7 decimals of a degree, as they are written; heights are dropped.
    """
    flat = shapely.force_2d(np.array(shapes, dtype=object))
    found: Shapes = shapely.transform(flat, lambda at: rounded(at) + 0.0)  # no -0.0
    areas = np.isin(shapely.get_type_id(found), _AREAS)
    found[areas] = shapely.normalize(found[areas])
    multi = shapely.get_type_id(found) == shapely.GeometryType.MULTIPOLYGON
    single = multi & (shapely.get_num_geometries(found) == 1)
    found[single] = shapely.get_geometry(found[single], 0)
    return found


def edition_of(
    info: NetworkInfo,
    features: Mapping[str, tuple[Feature, ...]],
    lonlat: Mapping[str, shapely.Geometry],
) -> str:
    """Return the SHA-256, in hexadecimal, of a network's content."""
    digest = hashlib.sha256(_canonical_json(info))
    for layer in sorted(features):
        members = sorted(features[layer], key=lambda each: each.id)
        shapes = canonical_shapes([lonlat[each.id] for each in members])
        forms = shapely.to_wkb(shapes, byte_order=1)
        for member, form in zip(members, forms, strict=True):
            digest.update(layer.encode())
            digest.update(_canonical_json(member))
            digest.update(form)
    return digest.hexdigest()


def _number(value: float) -> float | bool:
    return value if isinstance(value, bool) else float(value) + 0.0


def _canonical_json(record: Feature | NetworkInfo) -> bytes:
    """Return a record's values as JSON; 2 and 2.0 are one number, and so are 0 and -0."""
    values = {
        name: _number(value) if isinstance(value, int | float) else value
        for name, value in field_values(record).items()
        if name not in _LATER or value != _LATER[name]
    }
    return _JSON.encode(values).encode()
