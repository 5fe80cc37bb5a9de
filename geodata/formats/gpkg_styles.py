"""How QGIS draws and edits each table: colours, labels and forms, kept in the file itself."""

import sqlite3
from collections.abc import Mapping
from types import MappingProxyType

from geodata.formats.gpkg_layout import GEOMETRY_COLUMN, TABLES
from geodata.formats.qml import Look, Properties, Stroke, style_qml

_CREATE = """
CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256),
  f_table_schema TEXT(256), f_table_name TEXT(256), f_geometry_column TEXT(256),
  styleName TEXT(30), styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, description TEXT,
  owner TEXT(30), ui TEXT(30), update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now'))
);
INSERT INTO gpkg_contents (table_name, data_type, identifier)
  VALUES ('layer_styles', 'attributes', 'layer_styles');
"""
_METRES = "RenderMetersInMapUnits"
"""QGIS's unit for sizes in metres on the ground, whatever the layer's CRS."""


def _line(colour: str, width_mm: float, style: str = "solid") -> Stroke:
    return Stroke(
        "SimpleLine",
        {
            "line_color": colour,
            "line_width": f"{width_mm}",
            "line_style": style,
            "capstyle": "flat",
        },
    )


def _fill(fill: str, outline: str, width_mm: float = 0.4, pattern: str = "solid") -> Stroke:
    return Stroke(
        "SimpleFill",
        {
            "color": fill,
            "style": pattern,
            "outline_color": outline,
            "outline_width": f"{width_mm}",
            "outline_style": "solid",
        },
    )


def _marker(name: str, colour: str, size_mm: float, outline: str = "40,40,40,255") -> Stroke:
    properties: Properties = {
        "name": name,
        "color": colour,
        "size": f"{size_mm}",
        "outline_color": outline,
        "outline_width": "0.3",
    }
    return Stroke("SimpleMarker", properties)


_BAND = Stroke(
    "SimpleLine",
    {
        "line_color": "33,113,181,70",
        "line_width": "40",
        "line_width_unit": _METRES,
        "capstyle": "flat",
        "joinstyle": "round",
    },
    {"outlineWidth": '"width_m"'},
)
"""A corridor in its full width on the ground."""

_NEVER = "228,26,28"
LOOKS: Mapping[str, Look] = MappingProxyType(
    {
        "parks": Look(
            "fill",
            {
                "SZ": [_fill("102,166,30,40", "82,136,20,200")],
                "HK": [_fill("27,158,119,40", "20,120,90,200")],
            },
            attribute="side",
        ),
        "boundary": Look("line", {"": [_line("60,60,60,255", 0.8, "dash dot")]}),
        "zones": Look(
            "fill",
            {
                "prohibited": [_fill(f"{_NEVER},130", f"{_NEVER},255", 0.5, "b_diagonal")],
                "restricted": [_fill("255,127,0,130", "255,127,0,255", 0.5, "f_diagonal")],
                "permission": [_fill("152,78,163,25", "152,78,163,160", 0.3)],
                "ceiling": [_fill("0,0,0,0", "120,120,120,150", 0.3, "no")],
            },
            attribute="kind",
        ),
        "corridors": Look("line", {"": [_BAND, _line("8,69,148,255", 0.35)]}),
        "waypoints": Look("marker", {"": [_marker("circle", "255,255,255,255", 1.6)]}),
        "obstacle_points": Look("marker", {"": [_marker("triangle", "166,86,40,255", 2.4)]}),
        "obstacle_lines": Look("line", {"": [_line("166,86,40,255", 0.6, "dash")]}),
        "obstacle_areas": Look("fill", {"": [_fill("166,86,40,110", "166,86,40,255")]}),
        "spot_heights": Look(
            "marker", {"": [_marker("cross", "90,90,90,255", 1.8, "90,90,90,255")]}
        ),
        "vertiports": Look(
            "marker", {"": [_marker("square", "255,221,51,255", 3.2)]}, label='"id"'
        ),
        "checkpoints": Look(
            "marker", {"": [_marker("diamond", "77,175,74,255", 4.2)]}, label='"id"'
        ),
    }
)
"""How each layer's table is drawn."""


def write_styles(file: sqlite3.Connection) -> None:
    """Add the table of styles that QGIS looks for to a GeoPackage without one."""
    file.executescript(_CREATE)
    file.executemany(
        "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, "
        "f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, description, owner, ui) "
        "VALUES ('', '', ?, ?, ?, ?, '', 1, 'hetao', '', NULL)",
        [
            (
                table.name,
                GEOMETRY_COLUMN if table.geometry else "",
                table.name,
                style_qml(LOOKS.get(table.name), table.columns),
            )
            for table in TABLES
        ],
    )
