"""The shapes of zones from other formats: polygons and circles, mended where that is safe."""

import math
from collections.abc import Mapping

import numpy as np
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.faults import Fault
from geodata.formats.uas_limits import number
from geodata.formats.uas_report import Report
from geodata.geojson import DECIMALS, Floats, read_geometry
from geodata.limits import POSITIONS_MAX

CHORD_ERROR_M = 0.5
"""How far a polygon may stand outside the circle that it is drawn about."""

_SIDES_MIN, _SIDES_MAX = 16, 720
_GEODESIC = pyproj.Geod(ellps="WGS84")


def read_shape(geometry: object, field: str, report: Report) -> BaseGeometry | None:
    """Return a polygon in lon/lat from GeoJSON, an ED-318 or an ED-269 circle; None if faulty."""
    if isinstance(geometry, Mapping):
        extent = geometry.get("extent")
        if geometry.get("type") == "Point" and isinstance(extent, Mapping):
            return _circle(geometry.get("coordinates"), extent.get("radius"), field, report)
        if geometry.get("type") == "Circle":
            return _circle(geometry.get("center"), geometry.get("radius"), field, report)
    found: list[Fault] = []
    shape = read_geometry(report.source, report.item, geometry, ("Polygon", "MultiPolygon"), found)
    for each in found:
        if each.code in ("RING_OPEN", "HEIGHT_WITHOUT_REFERENCE"):
            taken = "closed" if each.code == "RING_OPEN" else "without heights"
            report.warn("IMPORT_SHAPE_MENDED", field, each.value, taken)
        else:
            report.error(each.code, field, each.value, each.limit)
    return None if shape is None else sound(shape, field, report)


def _circle(centre: object, radius: object, field: str, report: Report) -> BaseGeometry | None:
    radius_m = number(radius, f"{field}.radius", report)
    if radius_m is None or radius_m <= 0:
        report.error("OUT_OF_RANGE", f"{field}.radius", f"{radius}", "more than 0 m")
        return None
    listed = centre if isinstance(centre, list) else []
    lonlat = [number(each, field, report) for each in listed[:2]]
    if len(lonlat) < 2 or lonlat[0] is None or lonlat[1] is None:
        report.error("GEOMETRY_COORDINATES", field, f"{centre}")
        return None
    lon, lat = lonlat[0], lonlat[1]
    if abs(lat) > 90 >= abs(lon):
        report.warn("IMPORT_AXES_SWAPPED", field, f"{lon:g}, {lat:g}", "lon, lat")
        lon, lat = lat, lon
    return sound(circle(lon, lat, radius_m, field, report), field, report)


def circle(lon: float, lat: float, radius_m: float, field: str, report: Report) -> shapely.Polygon:
    """Return a polygon about a circle on the WGS-84 ellipsoid, none of the circle outside it."""
    sides = sides_about(radius_m)
    outer_m = radius_m / math.cos(math.pi / sides)
    found = f"circle of {radius_m:g} m"
    taken = f"{sides} sides, up to {outer_m - radius_m:.2f} m outside"
    report.warn("IMPORT_CIRCLE", field, found, taken)
    azimuths = np.linspace(360.0, 0.0, sides, endpoint=False)
    return shapely.Polygon(about(lon, lat, outer_m, azimuths))


def sides_about(radius_m: float) -> int:
    """Return how many sides keep a polygon about a circle within `CHORD_ERROR_M` of it."""
    needed = math.pi / math.acos(radius_m / (radius_m + CHORD_ERROR_M))
    return min(max(math.ceil(needed), _SIDES_MIN), _SIDES_MAX)


def about(lon: float, lat: float, radius_m: float | Floats, azimuths_deg: Floats) -> Floats:
    """Return lon/lat of points at distances and azimuths (degrees, clockwise of north)."""
    count = len(azimuths_deg)
    at = np.full(count, lon), np.full(count, lat)
    ends = _GEODESIC.fwd(*at, azimuths_deg, np.broadcast_to(radius_m, count))
    return np.round(np.column_stack(ends[:2]), DECIMALS)


def sound(shape: BaseGeometry, field: str, report: Report) -> BaseGeometry | None:
    """Return a lon/lat polygon with axes in order, valid and anticlockwise; None if none is."""
    count = int(shapely.get_num_coordinates(shape))
    if count > POSITIONS_MAX:
        report.error("TOO_MANY_POSITIONS", field, f"{count:,}")
        return None
    at = shapely.get_coordinates(shape)
    if (np.abs(at[:, 1]) > 90).any() and (np.abs(at) <= [90, 180]).all():
        report.warn("IMPORT_AXES_SWAPPED", field, f"{at[0, 0]:g}, {at[0, 1]:g}", "lon, lat")
        shape = shapely.transform(shape, lambda lonlat: lonlat[:, ::-1])
        at = shapely.get_coordinates(shape)
    if (np.abs(at) > [180, 90]).any():
        worst = at[(np.abs(at) > [180, 90]).any(axis=1)][0]
        report.error("COORDINATE_RANGE", field, f"{worst[0]:g}, {worst[1]:g}")
        return None
    if not shape.is_valid:
        report.warn("IMPORT_SHAPE_MENDED", field, shapely.is_valid_reason(shape), "made valid")
        shape = shapely.make_valid(shape, method="structure", keep_collapsed=False)
    polygons = [each for each in shapely.get_parts(shape) if each.geom_type == "Polygon"]
    if not polygons or sum(each.area for each in polygons) == 0:
        report.error("RING_AREA", field)
        return None
    wound = [shapely.geometry.polygon.orient(each) for each in polygons]
    return wound[0] if len(wound) == 1 else shapely.MultiPolygon(wound)
