"""Coordinate reference systems: the right place, the right order of axes, both ways."""

from typing import Any

import numpy as np
import pyproj
import pytest
import shapely
from starlette.testclient import TestClient

from api.http.ogc.crs import CRS84, CRS_LIST
from geodata.geojson import DECIMALS
from geodata.network import Network
from planner.testing.layout import point
from tests.api.service.ogc.conftest import Draft
from tests.geodata.small import small_network

SMALL: Network = small_network()
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"


def at(client: TestClient, url: str, crs: str) -> Any:
    """Return a point's coordinates in a CRS, as they are sent."""
    answer = client.get(url, params={"crs": crs})
    assert answer.headers["content-crs"] == f"<{crs}>"
    return answer.json()["geometry"]["coordinates"]


def test_hong_kong_grid_is_northing_before_easting(client: TestClient) -> None:
    """EPSG:2326 has its northing first, and so has the answer; by PROJ's own way from WGS-84."""
    place = SMALL.lonlat["HK-V1"]
    x, y = (float(each) for each in shapely.get_coordinates(place)[0])
    wanted = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:2326").transform(y, x)
    found = at(client, "/ogc/collections/vertiports/items/HK-V1", f"{EPSG}2326")
    assert found == pytest.approx(wanted, abs=1e-4)
    assert 841_000 < found[0] < 842_000 < 843_000
    assert 824_000 < found[1] < 826_000


def test_cgcs2000_and_wgs84_are_latitude_first(client: TestClient) -> None:
    """EPSG:4490 and EPSG:4326 have the latitude first, CRS84 the longitude."""
    url = "/ogc/collections/vertiports/items/HK-V1"
    lon, lat = at(client, url, CRS84)
    assert at(client, url, f"{EPSG}4326") == [lat, lon]
    assert at(client, url, f"{EPSG}4490") == pytest.approx([lat, lon], abs=1e-6)


def test_between_cgcs2000_and_hong_kong_the_way_goes_through_wgs84(client: TestClient) -> None:
    """PROJ alone, between the two, takes their datums as equal and is some 300 m off."""
    url = "/ogc/collections/vertiports/items/HK-V1"
    found = np.array(at(client, url, f"{EPSG}2326"))
    given = at(client, url, f"{EPSG}4490")
    naive = pyproj.Transformer.from_crs("EPSG:4490", "EPSG:2326").transform(*given)
    assert 200 < np.hypot(*(found - naive)) < 400


@pytest.mark.parametrize("crs", CRS_LIST)
def test_what_is_read_in_a_crs_can_be_written_in_it(
    client: TestClient, draft: Draft, crs: str
) -> None:
    """A feature sent back as it came is where it was, to one of the last decimal that is kept."""
    for layer, identifier in (("vertiports", "SZ-V1"), ("zones", "SZ-STRIP"), ("corridors", "X-A")):
        url = draft.items(layer, identifier)
        given = client.get(url, params={"crs": crs}).json()
        del given["links"]
        answer = client.put(url, json=given, headers={"Content-Crs": f"<{crs}>"})
        assert answer.status_code == 200, answer.text
        assert (answer.json()["found"], answer.json()["settled"]) == ([], [])
        again = shapely.geometry.shape(client.get(url).json()["geometry"])
        assert shapely.equals_exact(again, SMALL.lonlat[identifier], 1.5 * 10**-DECIMALS)


def test_axes_the_wrong_way_round_are_refused(client: TestClient, draft: Draft) -> None:
    """Latitude sent for longitude is a place far away, and the draft stays as it was."""
    url = draft.items("vertiports", "SZ-V1")
    given = client.get(url).json()
    given["geometry"]["coordinates"].reverse()
    answer = client.put(url, json=given)
    assert answer.status_code == 422
    assert [each["code"] for each in answer.json()["faults"]] == ["AXES_SWAPPED"]
    right = client.put(url, json=given, headers={"Content-Crs": f"<{EPSG}4326>"})
    assert right.status_code == 200


@pytest.mark.parametrize("crs", CRS_LIST)
def test_a_box_is_taken_in_its_crs(client: TestClient, crs: str) -> None:
    """A box around one place, in the order of the CRS's axes, finds that place alone."""
    asked = client.get("/ogc/collections/vertiports/items/SZ-V1", params={"crs": crs})
    one, two = asked.json()["geometry"]["coordinates"]
    reach = 1e-4 if abs(one) < 1000 else 10
    box = f"{one - reach},{two - reach},{one + reach},{two + reach}"
    found = client.get(
        "/ogc/collections/vertiports/items", params={"bbox": box, "bbox-crs": crs, "crs": crs}
    ).json()["features"]
    assert [each["id"] for each in found] == ["SZ-V1"]
    assert found[0]["geometry"]["coordinates"] == [one, two]


def test_a_crs_that_is_not_offered_is_refused(client: TestClient, draft: Draft) -> None:
    """Nothing is guessed, neither in the address nor in `Content-Crs`."""
    url = draft.items("vertiports", "SZ-V1")
    given = client.get(url).json()
    for headers in ({"Content-Crs": "<urn:ogc:def:crs:EPSG::27700>"}, {"Content-Crs": ""}):
        answer = client.put(url, json=given, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (400, "CRS_UNKNOWN")
    assert client.get(url, params={"crs": "EPSG:2326"}).status_code == 400


def test_a_patch_of_the_geometry_is_in_its_crs(client: TestClient, draft: Draft) -> None:
    """As QGIS moves a point in a layer of the Hong Kong grid."""
    url = draft.items("spot_heights", "SZ-H1")
    wanted = point(-1990, 1990)
    (place,) = SMALL.projection.to_metric(np.array([wanted]))
    patch = {"geometry": {"type": "Point", "coordinates": [place.y, place.x]}}
    headers = {"Content-Type": "application/merge-patch+json", "Content-Crs": f"{EPSG}2326"}
    assert client.patch(url, json=patch, headers=headers).status_code == 200
    lon, lat = client.get(url).json()["geometry"]["coordinates"]
    assert (lon, lat) == pytest.approx((wanted.x, wanted.y), abs=1.5e-7)
