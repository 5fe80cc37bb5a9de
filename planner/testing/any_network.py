"""Networks made up by hypothesis: every layer, every kind of shape, odd texts, nulls, heights.

Their fields and shapes are sound; they keep none of the rules between features.
"""

from dataclasses import fields
from typing import Any, get_args

import numpy as np
import shapely
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry

from geodata.features import GEOMETRY, LAYERS, Corridor, Feature, GoodsClass, Lane, NetworkInfo
from geodata.formats.columns import Column, columns_of
from geodata.network import Network

INFO = NetworkInfo(
    schema_version="1",
    name="Generated 生成",
    metric_crs="EPSG:2326",
    vertical_datum="AMSL, made up",
    timezone="Asia/Hong_Kong",
    licence="none",
    notice="Made up for tests.",
)
_TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=12)
_IDS = st.from_regex(r"\A[A-Z0-9][A-Z0-9.-]{0,8}\Z")
_LON = st.floats(114.0, 114.2).map(lambda each: round(each, 7))
_LAT = st.floats(22.4, 22.6).map(lambda each: round(each, 7))


@st.composite
def any_networks(draw: st.DrawFn) -> Network:
    """Return a network of up to three features a layer, their ids and those of lanes unique."""
    counts = {layer: draw(st.integers(0, 3)) for layer in LAYERS}
    wanted = sum(counts.values()) + 4 * counts["corridors"]
    ids = iter(draw(st.lists(_IDS, min_size=wanted, max_size=wanted, unique=True)))
    features: dict[str, tuple[Feature, ...]] = {}
    lonlat: dict[str, BaseGeometry] = {}
    for layer, count in counts.items():
        members = [draw(_features(layer, next(ids), ids)) for _ in range(count)]
        features[layer] = tuple(sorted(members, key=lambda each: each.id))
        for member in members:
            lonlat[member.id] = draw(_shapes(draw(st.sampled_from(GEOMETRY[layer]))))
    return Network(INFO, features, lonlat)


@st.composite
def _features(draw: st.DrawFn, layer: str, identifier: str, ids: Any) -> Feature:
    kind = LAYERS[layer]
    values = {column.name: draw(_values(column)) for column in columns_of(kind)}
    if kind is Corridor:
        lanes = range(draw(st.integers(1, 4)))
        values["lanes"] = tuple(draw(_lanes(next(ids))) for _ in lanes)
    assert values.keys() == {each.name for each in fields(kind)}
    return kind(**{**values, "id": identifier})


@st.composite
def _lanes(draw: st.DrawFn, identifier: str) -> Lane:
    values = {column.name: draw(_values(column)) for column in columns_of(Lane)}
    return Lane(**{**values, "id": identifier})


def _values(column: Column) -> st.SearchStrategy[Any]:
    found: st.SearchStrategy[Any]
    if column.kind == "list":
        found = st.lists(
            st.sampled_from(get_args(GoodsClass)) if column.codes else _IDS, min_size=1, max_size=3
        ).map(tuple)
    elif column.codes:
        found = st.sampled_from(column.codes)
    elif column.kind == "text":
        found = _IDS if column.pattern else _TEXTS
    elif column.kind == "boolean":
        found = st.booleans()
    elif column.kind == "integer":
        found = st.integers(int(column.low or 0), int(column.high or 100))
    else:
        low = -1e6 if column.low is None else column.low
        high = 1e6 if column.high is None else column.high
        numbers = st.floats(low, high, exclude_min=column.low_open)
        found = numbers.map(lambda each: each + 0.0)  # SQLite has no -0, nor has an edition
    return st.none() | found if column.nullable else found


@st.composite
def _shapes(draw: st.DrawFn, kind: str) -> BaseGeometry:
    if kind == "Point":
        return shapely.Point(draw(_LON), draw(_LAT))
    if kind == "LineString":
        at = draw(st.lists(st.tuples(_LON, _LAT), min_size=2, max_size=5, unique=True))
        return shapely.LineString(at)
    if kind == "Polygon":
        return draw(_polygons())
    parts = [draw(_polygons()) for _ in range(draw(st.integers(2, 3)))]
    return shapely.MultiPolygon(parts)


@st.composite
def _polygons(draw: st.DrawFn) -> shapely.Polygon:
    lon, lat = draw(_LON), draw(_LAT)
    size = draw(st.floats(0.001, 0.05))
    box = shapely.box(lon, lat, lon + size, lat + size)
    holes = [box.buffer(-size / 3).exterior] if draw(st.booleans()) else []
    found = shapely.transform(
        shapely.Polygon(box.exterior, holes), lambda lonlat: np.round(lonlat, 7)
    )
    assert isinstance(found, shapely.Polygon)
    return found if draw(st.booleans()) else found.reverse()
