"""Horizontal datums: round trips, values from elsewhere, and the traps on the way."""

import geocoordinates_ffi as oracle
import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.datum.datum import (
    DATUMS,
    WGS84,
    from_wgs84,
    horizontal_datum,
    points_to_wgs84,
    to_wgs84,
)
from geodata.datum.gcj02 import (
    bd09_to_wgs84,
    gcj02_shift,
    gcj02_to_wgs84,
    wgs84_to_bd09,
    wgs84_to_gcj02,
)
from geodata.faults import InvalidInput

LOOP = np.array([[114.07, 22.52]])
"""A point of the Loop, lon/lat."""

LON, LAT = st.floats(113.5, 114.6), st.floats(22.1, 22.9)
"""Shenzhen and Hong Kong."""


def gap_m(here: np.ndarray, there: np.ndarray) -> np.ndarray:
    """Return the distance of points in WGS-84 degrees, m."""
    return np.asarray(pyproj.Geod(ellps="WGS84").inv(*here.T, *there.T)[2])


def azimuth(here: np.ndarray, there: np.ndarray) -> float:
    return float(pyproj.Geod(ellps="WGS84").inv(*here.T, *there.T)[0][0])


@pytest.mark.parametrize("name", DATUMS)
@given(lon=LON, lat=LAT)
@settings(max_examples=50)
def test_there_and_back_is_within_a_millimetre(name: str, lon: float, lat: float) -> None:
    (there,) = from_wgs84([shapely.Point(lon, lat)], name)
    (back,) = to_wgs84([there], name)
    assert gap_m(np.array([[lon, lat]]), shapely.get_coordinates(back))[0] < 0.001


@pytest.mark.parametrize("name", ["GCJ02", "BD09"])
def test_the_inverse_of_an_obfuscated_datum_is_within_a_hundredth_of_a_millimetre(
    name: str,
) -> None:
    """One step back, as web pages do it, is up to 2 m off: the control."""
    grid = np.stack(np.meshgrid(np.linspace(113.8, 114.4, 25), np.linspace(22.4, 22.7, 25)), -1)
    points = grid.reshape(-1, 2)
    there, back = {
        "GCJ02": (wgs84_to_gcj02, gcj02_to_wgs84),
        "BD09": (wgs84_to_bd09, bd09_to_wgs84),
    }[name]
    assert gap_m(points, back(there(points))).max() < 1e-5
    one_step = there(points) - gcj02_shift(there(points))
    assert gap_m(points, one_step).max() > 1


def test_the_obfuscated_datums_agree_with_an_independent_library() -> None:
    """`geocoordinates`, written in Rust, to a hundredth of a millimetre, both ways."""
    rng = np.random.default_rng(20)
    points = np.column_stack((rng.uniform(113.5, 114.6, 100), rng.uniform(22.1, 22.9, 100)))
    other = [oracle.Wgs84(lat=lat, lon=lon) for lon, lat in points]
    gcj = np.array([(each.lon, each.lat) for each in map(oracle.wgs84_to_gcj02, other)])
    bd = np.array([(each.lon, each.lat) for each in map(oracle.wgs84_to_bd09, other)])
    assert gap_m(wgs84_to_gcj02(points), gcj).max() < 1e-5
    assert gap_m(wgs84_to_bd09(points), bd).max() < 1e-5
    refined = [oracle.bd09_to_wgs84_refined(oracle.wgs84_to_bd09(each)) for each in other]
    theirs = np.array([(each.lon, each.lat) for each in refined])
    assert gap_m(bd09_to_wgs84(bd), theirs).max() < 1e-4


def test_the_shift_at_hetao_is_606_m_towards_the_east_south_east() -> None:
    assert gap_m(LOOP, wgs84_to_gcj02(LOOP))[0] == pytest.approx(606, abs=1)
    assert azimuth(LOOP, wgs84_to_gcj02(LOOP)) == pytest.approx(119.6, abs=0.5)
    assert gap_m(LOOP, wgs84_to_bd09(LOOP))[0] == pytest.approx(1244, abs=5)


def test_the_grid_has_the_values_that_the_lands_department_gives() -> None:
    """Its transformation service: 835411.431 E 817266.016 N; 845000 E 822200 N."""
    grid = np.array([[835411.431, 817266.016], [845000.0, 822200.0]])
    theirs = np.array([[114.168562005, 22.294313001], [114.261638616, 22.338847842]])
    assert gap_m(points_to_wgs84(grid, "EPSG:2326"), theirs).max() < 0.002


def test_proj_by_itself_is_304_m_off_from_cgcs2000_to_the_hong_kong_grid() -> None:
    """It takes the datums as equal and says so by an accuracy of -1 alone; ours go by WGS-84."""
    straight = pyproj.Transformer.from_crs("EPSG:4490", "EPSG:2326", always_xy=True)
    assert straight.accuracy == -1
    cgcs2000 = from_wgs84([shapely.Point(LOOP[0])], "EPSG:4490")
    (ours,) = from_wgs84(to_wgs84(cgcs2000, "EPSG:4490"), "EPSG:2326")
    off_m = shapely.Point(straight.transform(*LOOP[0])).distance(ours)
    assert off_m == pytest.approx(304, abs=1)


def test_no_step_of_any_datum_is_a_guess_of_projs() -> None:
    for datum in DATUMS.values():
        for source, target in zip(datum.chain, datum.chain[1:], strict=False):
            step = pyproj.Transformer.from_crs(source, target, allow_ballpark=False)
            assert "ballpark" not in step.description.lower()
    with pytest.raises(pyproj.exceptions.ProjError):
        pyproj.Transformer.from_crs("EPSG:4490", "EPSG:2326", allow_ballpark=False)


def test_cgcs2000_is_taken_as_wgs84_to_the_last_digit() -> None:
    assert to_wgs84([shapely.Point(LOOP[0])], "CGCS2000") == [shapely.Point(LOOP[0])]


def test_positions_keep_their_heights() -> None:
    shapes = [
        shapely.LineString([(114.07, 22.52, 5), (114.08, 22.53, 7.5)]),
        shapely.Point(114, 22),
    ]
    line, point = from_wgs84(shapes, "EPSG:2326")
    assert shapely.get_coordinates(line, include_z=True)[:, 2].tolist() == [5, 7.5]
    assert not point.has_z


def test_x_comes_before_y_in_every_datum() -> None:
    for name, datum in DATUMS.items():
        (x, y) = shapely.get_coordinates(from_wgs84([shapely.Point(LOOP[0])], name))[0]
        if datum.unit == "degrees":
            assert (x, y) == pytest.approx((114.07, 22.52), abs=0.02)
    (east, north) = shapely.get_coordinates(from_wgs84([shapely.Point(LOOP[0])], "EPSG:2326"))[0]
    assert (round(east), round(north)) == (825273, 842262)


@pytest.mark.parametrize(
    ("alias", "name"),
    [
        ("wgs84", WGS84),
        ("CRS84", WGS84),
        ("cgcs2000", "EPSG:4490"),
        (" epsg:2326 ", "EPSG:2326"),
        ("GCJ-02", "GCJ02"),
        ("baidu", "BD09"),
    ],
)
def test_a_datum_goes_by_several_names(alias: str, name: str) -> None:
    assert horizontal_datum(alias).name == name


def test_a_datum_that_is_not_stated_is_refused_with_the_choices() -> None:
    with pytest.raises(InvalidInput) as refused:
        horizontal_datum(None, "points.csv")
    (fault,) = refused.value.faults
    assert (fault.code, fault.source) == ("DATUM_NOT_STATED", "points.csv")
    assert fault.limit == ", ".join(DATUMS)


def test_an_unknown_datum_is_refused_with_the_nearest() -> None:
    with pytest.raises(InvalidInput) as refused:
        to_wgs84([shapely.Point(0, 0)], "GJC02")
    (fault,) = refused.value.faults
    assert fault.code == "DATUM_UNKNOWN"
    assert "did you mean GCJ" in fault.message


@pytest.mark.parametrize(
    ("crs", "at"),
    [(WGS84, (825922, 841951)), ("GCJ02", (22.5, 114.1)), ("EPSG:2326", (float("nan"), 0))],
)
def test_a_coordinate_that_cannot_be_in_the_datum_is_refused(
    crs: str, at: tuple[float, float]
) -> None:
    with pytest.raises(InvalidInput) as refused:
        to_wgs84([shapely.Point(114, 22), shapely.Point(at)], crs)
    (fault,) = refused.value.faults
    assert fault.code == "COORDINATE_RANGE"
