"""A network as one GeoPackage: every layer, the lanes, what holds for all, styles and forms."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from geodata.codes import fault
from geodata.faults import Fault, InvalidInput
from geodata.features import Corridor
from geodata.formats.columns import Column
from geodata.formats.gpkg_describe import describe_columns
from geodata.formats.gpkg_layout import (
    GEOMETRY_COLUMN,
    INFO,
    LANE_KEY,
    LANES,
    LAYER_TABLES,
    Table,
)
from geodata.formats.gpkg_styles import write_styles
from geodata.formats.statement import statement
from geodata.geojson import rounded
from geodata.network import Network

_DTYPES: Mapping[str, Any] = {
    "text": object,
    "list": object,
    "number": np.float64,
    "integer": np.int64,
    "boolean": np.bool_,
}
_BLANK = {"text": "", "list": "", "number": 0.0, "integer": 0, "boolean": False}

Row = Mapping[str, Any]


def write_gpkg(network: Network, path: Path) -> None:
    """Write a network into a new GeoPackage, in WGS-84 (EPSG:4326), lon before lat.

    Rows are sorted by id. `read_gpkg` gives the same features and shapes back, coordinates to 7
    decimals, save that a multipolygon of one part is a polygon. The file says its datum, vertical
    reference and edition in its metadata. Raises `InvalidInput` if a text holds U+0000, which a
    GeoPackage would cut; pyogrio's `DataSourceError` or `OSError` if the file cannot be written.
    """
    faults = _unstorable(network)
    if faults:
        raise InvalidInput(faults)
    said = statement(network)
    _write_table(path, INFO, [asdict(network.info)], None, said)
    for table in LAYER_TABLES:
        features = [
            each
            for each in sorted(network.layer(table.layer), key=lambda each: each.id)
            if network.lonlat[each.id].geom_type in table.kinds
        ]
        shapes = np.array([network.lonlat[each.id] for each in features], dtype=object)
        _write_table(path, table, [asdict(each) for each in features], shapes, said)
    _write_table(path, LANES, _lane_rows(network), None, said)
    with closing(sqlite3.connect(path)) as file, file:
        describe_columns(file)
        write_styles(file)


def _lane_rows(network: Network) -> list[Row]:
    return [
        {LANE_KEY[0]: corridor.id, LANE_KEY[1]: number, **asdict(lane)}
        for corridor in sorted(network.layer("corridors"), key=lambda each: each.id)
        if isinstance(corridor, Corridor)
        for number, lane in enumerate(corridor.lanes, start=1)
    ]


def _write_table(
    path: Path,
    table: Table,
    rows: Sequence[Row],
    shapes: Any,
    said: Mapping[str, str],
) -> None:
    from pyogrio import raw

    spatial = shapes is not None
    data = [_values(column, rows) for column in table.columns]
    raw.write(
        path,
        shapely.to_wkb(_stored(shapes, table)) if spatial else None,
        [values for values, _ in data],
        [column.name for column in table.columns],
        field_mask=[empty for _, empty in data],
        layer=table.name,
        driver="GPKG",
        geometry_type=table.geometry if spatial else None,
        crs="EPSG:4326" if spatial else None,
        dataset_options={"VERSION": "1.2"},  # the newest that desktop GIS of ten years all open
        layer_options={"GEOMETRY_NAME": GEOMETRY_COLUMN, "SPATIAL_INDEX": "YES"} if spatial else {},
        dataset_metadata=dict(said) if table is INFO else None,
        layer_metadata=dict(said) if spatial else None,
    )


def _values(column: Column, rows: Sequence[Row]) -> tuple[Any, Any]:
    """Return a column's values, and where it has none."""
    found = [row[column.name] for row in rows]
    empty = np.array([each is None for each in found], dtype=bool)
    if column.kind == "list":
        found = [json.dumps(each, ensure_ascii=False) for each in found]
    filled = [_BLANK[column.kind] if each is None else each for each in found]
    return np.array(filled, dtype=_DTYPES[column.kind]), empty


def _stored(shapes: Any, table: Table) -> Any:
    """Return shapes as a table holds them: coordinates to 7 decimals, polygons as parts of one."""
    stored = shapely.transform(shapes, rounded)
    if table.geometry == "MultiPolygon":
        single = shapely.get_type_id(stored) == shapely.GeometryType.POLYGON
        stored[single] = [shapely.MultiPolygon([each]) for each in stored[single]]
    return stored


def _unstorable(network: Network) -> list[Fault]:
    """Return a fault for each text with U+0000, at which the end of a text is read."""
    return [
        fault("TEXT_UNSTORABLE", layer, feature.id, name, value="U+0000")
        for layer, features in network.features.items()
        for feature in features
        for name, value in asdict(feature).items()
        if "\\u0000" in json.dumps(value)
    ] + [
        fault("TEXT_UNSTORABLE", "network.json", "", name, value="U+0000")
        for name, value in asdict(network.info).items()
        if "\0" in value
    ]
