"""The difference of two networks as JSON values, and as GeoJSON with old and new shapes."""

from collections.abc import Iterator
from typing import Any

from geodata.content import shown
from geodata.editions.diff import FeatureChange, FieldChange, NetworkDiff, ShapeChange
from geodata.formats.statement import statement
from geodata.geojson import write_geometry
from geodata.network import Network

_METRES = ("moved_m", "length_change_m")


def diff_json(diff: NetworkDiff) -> dict[str, Any]:
    """Return a difference as JSON values, without the shapes; metres to the centimetre."""
    return {
        "equal": diff.equal,
        "old_edition": diff.old_edition,
        "new_edition": diff.new_edition,
        "network": _fields(diff.info),
        "features": [
            {
                "change": each.kind,
                "layer": each.layer,
                "id": each.id,
                "name": each.name,
                "fields": _fields(each.fields),
                "geometry": None if each.shape is None else _metres(each.shape),
            }
            for each in diff.features
        ],
    }


def diff_geojson(diff: NetworkDiff, new: Network) -> dict[str, Any]:
    """Return a difference as a GeoJSON FeatureCollection, WGS-84 lon/lat.

    A feature that was added or removed stands once, and so does one of which only fields changed.
    Of one that moved, the new and the old shape stand apart, told by the property `state`.
    """
    return {
        "type": "FeatureCollection",
        **statement(new),
        "old_edition": diff.old_edition,
        "network_fields": _fields(diff.info),
        "features": [feature for change in diff.features for feature in _features(change)],
    }


def change_text(change: FieldChange) -> str:
    """Return a field's change in one line: "pads: 4 → 9"."""
    return f"{change.field}: {shown(change.old)} → {shown(change.new)}"


def shape_text(shape: ShapeChange) -> str:
    """Return a geometry's change in one line: "moved 40.0 m, 12.3 m longer"."""
    length_m = shape.length_change_m
    if abs(length_m) < 0.05:
        return f"moved {shape.moved_m:.1f} m"
    return (
        f"moved {shape.moved_m:.1f} m, {abs(length_m):.1f} m "
        f"{'longer' if length_m > 0 else 'shorter'}"
    )


def _fields(changes: tuple[FieldChange, ...]) -> list[dict[str, Any]]:
    return [{"field": each.field, "old": each.old, "new": each.new} for each in changes]


def _metres(shape: ShapeChange) -> dict[str, float]:
    return {name: round(getattr(shape, name), 2) for name in _METRES}


def _features(change: FeatureChange) -> Iterator[dict[str, Any]]:
    states = {"new": change.new_shape, "old": change.old_shape}
    if change.kind == "changed" and change.shape is None:
        del states["old"]
    for state, shape in states.items():
        if shape is None:
            continue
        yield {
            "type": "Feature",
            "properties": {
                "change": change.kind,
                "state": state,
                "layer": change.layer,
                "id": change.id,
                "name": change.name,
                "fields": "; ".join(change_text(each) for each in change.fields),
                **(_metres(change.shape) if change.shape else dict.fromkeys(_METRES)),
            },
            "geometry": write_geometry(shape),
        }
