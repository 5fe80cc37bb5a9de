"""OpenAir, the text of airspaces that glider computers and many viewers read: written here.

After "SeeYou OpenAir file format specification" 2.1.0 of Naviter
(github.com/naviter/seeyou_file_formats), which extends the WinPilot format of 1998.
"""

import json
from collections.abc import Iterator, Mapping

import numpy as np
import shapely
import shapely.ops
from shapely.geometry.base import BaseGeometry

from geodata.features import Zone, ZoneKind
from geodata.formats.openair_altitude import altitude_text
from geodata.formats.openair_read import EXTRAS, airspace_fields, read_openair
from geodata.formats.openair_shape import point_text
from geodata.formats.statement import statement
from geodata.formats.uas_extras import extras_of
from geodata.geojson import DECIMALS
from geodata.network import Network

__all__ = ["openair_text", "read_openair"]

_TYPE_OF: Mapping[ZoneKind, str] = {
    "prohibited": "P",
    "restricted": "R",
    "permission": "R",
    "ceiling": "R",
}


def openair_text(network: Network) -> str:
    """Return a network's zones as OpenAir: an airspace for each polygon, holes cut open.

    Points are degrees and minutes of WGS-84 to some 2 mm; limits are whole feet, rounded outward.
    What OpenAir has no place for stands in a comment of each airspace, for `read_openair`.
    """
    said = [
        f"{subject.replace('_', ' ')}: {words}" for subject, words in statement(network).items()
    ]
    head = ["VERSION: 2.0", "WRITTEN_BY: hetao", *said]
    blocks = ["\n".join(f"*{' '.join(line.split())}" for line in head)]
    for zone in sorted(network.zones.values(), key=lambda each: each.id):
        polygons = list(_simple(network.lonlat[zone.id]))
        blocks += [
            _airspace(zone, polygon, part, len(polygons))
            for part, polygon in enumerate(polygons, start=1)
        ]
    return "\n\n".join(blocks) + "\n"


def _airspace(zone: Zone, polygon: shapely.Polygon, part: int, parts: int) -> str:
    lines = _lines(zone)
    extras = extras_of(zone, part, parts, airspace_fields("\n".join(lines)))
    ring = shapely.get_coordinates(shapely.geometry.polygon.orient(polygon, -1).exterior)
    points = [f"DP {point_text(lon, lat)}" for lon, lat in ring]
    return "\n".join([*lines, f"{EXTRAS}{json.dumps(extras, ensure_ascii=False)}", *points])


def _lines(zone: Zone) -> list[str]:
    """Return the lines of an airspace before its outline.

    OpenAir has no weekly times: they stand in the name, where pilots look for them.
    """
    times = "" if zone.schedule == "24/7" else f" [{zone.schedule}]"
    return [
        "AC UNC",
        f"AY {_TYPE_OF[zone.kind]}",
        f"AN {' '.join(zone.name.replace('*', ' ').split())}{times}",
        f"AH {altitude_text(zone.upper_m, zone.upper_reference, upper=True)}",
        f"AL {altitude_text(zone.lower_m, zone.lower_reference, upper=False)}",
    ]


def _simple(shape: BaseGeometry) -> Iterator[shapely.Polygon]:
    """Yield a shape's polygons without holes: one with a hole is cut in two through it."""
    for polygon in shapely.get_parts(shape):
        if not polygon.interiors:
            yield polygon
            continue
        _, south, _, north = polygon.bounds
        middle = round(shapely.Polygon(polygon.interiors[0]).representative_point().x, DECIMALS)
        cut = shapely.LineString([(middle, south - 1), (middle, north + 1)])
        for half in shapely.ops.split(polygon, cut).geoms:
            yield from _simple(shapely.transform(half, lambda at: np.round(at, DECIMALS)))
