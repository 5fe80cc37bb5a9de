"""Which table of a GeoPackage holds what of a network.

A layer of one kind of shape is a table of its own name. Polygons stand in a MultiPolygon table,
so that a part can be added to one. Obstacles take three tables, for a desktop GIS styles and edits
a table only if all its shapes are of one kind. A corridor's lanes are rows of a table of their own,
and what holds for the whole network is the one row of another.
"""

from dataclasses import dataclass

from geodata.features import GEOMETRY, LAYERS, Lane, NetworkInfo
from geodata.formats.columns import Column, columns_of

GEOMETRY_COLUMN = "geom"
LANE_KEY = ("corridor", "number")
"""Columns of a lane that tell its corridor, and its place among the corridor's lanes, from 1."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its name, columns, and for a layer the type of its geometry column.

    `kinds` are the geometry types of a network's shapes that it takes.
    """

    name: str
    columns: tuple[Column, ...]
    layer: str = ""
    geometry: str = ""
    kinds: tuple[str, ...] = ()


def _layer_tables(layer: str) -> tuple[Table, ...]:
    columns, kinds = columns_of(LAYERS[layer]), GEOMETRY[layer]
    if layer == "obstacles":
        names = {"Point": "points", "LineString": "lines", "Polygon": "areas"}
        return tuple(
            Table(f"obstacle_{names[kind]}", columns, layer, kind, (kind,)) for kind in kinds
        )
    geometry = "MultiPolygon" if "MultiPolygon" in kinds else kinds[0]
    return (Table(layer, columns, layer, geometry, kinds),)


_KEY_COLUMNS = (
    Column(
        name=LANE_KEY[0],
        kind="text",
        required=True,
        nullable=False,
        alias="corridor",
        meaning="id of the lane's corridor",
    ),
    Column(
        name=LANE_KEY[1],
        kind="integer",
        required=False,
        nullable=False,
        alias="number",
        meaning="place among the corridor's lanes; rows without one come last",
        low=1,
    ),
)
LAYER_TABLES: tuple[Table, ...] = tuple(table for layer in LAYERS for table in _layer_tables(layer))
LANES = Table("lanes", (*_KEY_COLUMNS, *columns_of(Lane)))
INFO = Table("network", columns_of(NetworkInfo))
TABLES: tuple[Table, ...] = (INFO, *LAYER_TABLES, LANES)
