"""Networks laid out in plain metres east and north of a point in the Loop, for tests."""

from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.features import GoodsClass, NetworkInfo
from geodata.projection import Projection

METRIC_CRS = "EPSG:2326"
ORIGIN_M = (826_000.0, 842_500.0)
"""Hong Kong 1980 Grid easting and northing of the layout's (0, 0)."""

INFO = NetworkInfo(
    schema_version="1",
    name="Small test network",
    metric_crs=METRIC_CRS,
    vertical_datum="HKPD",
    timezone="Asia/Hong_Kong",
    licence="CC0-1.0",
    notice="Made up for tests; no place in it exists.",
)
ALL_GOODS: tuple[GoodsClass, ...] = (
    "document",
    "general",
    "bonded",
    "research",
    "biological",
    "strategic",
)


def lonlat(*shapes_m: BaseGeometry) -> list[BaseGeometry]:
    """Return shapes laid out in metres as lon/lat, to 7 decimals."""
    moved = shapely.transform(np.array(shapes_m), lambda xy: xy + np.array(ORIGIN_M))
    degrees = Projection(METRIC_CRS).to_lonlat(moved)
    return list(shapely.transform(degrees, lambda xy: np.round(xy, 7)))


def point(x_m: float, y_m: float) -> shapely.Point:
    """Return a point of the layout in lon/lat."""
    (shape,) = lonlat(shapely.Point(x_m, y_m))
    assert isinstance(shape, shapely.Point)
    return shape


def line(*points_m: tuple[float, float]) -> BaseGeometry:
    """Return a line of the layout in lon/lat."""
    return lonlat(shapely.LineString(points_m))[0]


def box(west_m: float, south_m: float, east_m: float, north_m: float) -> BaseGeometry:
    """Return a rectangle of the layout in lon/lat, anticlockwise."""
    return lonlat(shapely.box(west_m, south_m, east_m, north_m))[0]


def said(identifier: str) -> dict[str, Any]:
    """Return what every made-up feature says of itself."""
    return {
        "id": identifier,
        "name": f"Test feature {identifier}",
        "source": "made up for tests",
        "confidence": "illustrative",
    }
