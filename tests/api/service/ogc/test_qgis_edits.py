"""What QGIS 3.40 and later send when somebody edits, request by request.

Taken from its source (src/providers/wfs/oapif: qgsoapifprovider.cpp, qgsoapifcreatefeaturerequest,
qgsoapifpatchfeaturerequest, qgsoapifputfeaturerequest, qgsoapifdeletefeaturerequest). QGIS itself
is run in test_clients.py where it is at hand.
"""

import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from planner.testing.layout import point
from tests.api.service.ogc.conftest import Draft
from tests.geodata.small import small_network

PART_2 = "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs"
SCHEMAS = "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/schemas"
SCHEMA_REL = "http://www.opengis.net/def/rel/ogc/1.0/schema"
GEOJSON = {"Content-Type": "application/geo+json"}
MERGE = {"Content-Type": "application/merge-patch+json"}

SMALL = small_network()


def test_it_finds_out_what_it_may_do(client: TestClient, draft: Draft) -> None:
    """QgsOapifProvider::init and computeCapabilities: everything that editing needs is offered."""
    landing = client.get(draft.root).json()
    links = {each["rel"]: each["href"] for each in landing["links"]}
    definition = client.get(links["service-desc"]).json()
    limit = definition["components"]["parameters"]["limit"]["schema"]
    assert (limit["default"], limit["maximum"]) == (500, 5000)
    classes = client.get(links["conformance"]).json()["conformsTo"]
    assert {PART_2, SCHEMAS} <= set(classes)
    url = f"{links['data']}/obstacles"
    collection = client.get(url).json()
    schemas = [each for each in collection["links"] if each["rel"] == SCHEMA_REL]
    fields = client.get(schemas[0]["href"]).json()["properties"]
    assert [name for name, each in fields.items() if each.get("x-ogc-role")] == ["geometry", "id"]
    assert (fields["top_m"]["type"], fields["name_zh"]["type"]) == ("number", "string")
    first = client.get(f"{url}/items?limit=10").json()
    assert first["numberMatched"] == len(SMALL.layer("obstacles"))
    allow = client.options(f"{url}/items").headers["allow"].split(", ")
    assert "POST" in allow
    identifier = first["features"][0]["id"]
    allow = client.options(f"{url}/items/{identifier}").headers["allow"].split(", ")
    assert {"PUT", "PATCH", "DELETE"} <= set(allow)


def sent(identifier: str) -> dict[str, Any]:
    """Return a crane as QgsJsonExporter writes it: no id beside, six decimals, every field."""
    at = point(1900, -1700)
    return {
        "geometry": {"coordinates": [round(at.x, 6), round(at.y, 6)], "type": "Point"},
        "properties": {
            "accuracy_m": None,
            "confidence": "surveyed",
            "id": identifier,
            "kind": "tower",
            "name": "Tower crane",
            "name_zh": None,
            "note": None,
            "radius_m": None,
            "source": "site visit",
            "top_m": 30.0,
            "top_reference": "AGL",
        },
        "type": "Feature",
    }


def test_it_adds_a_feature_and_reads_it_back(client: TestClient, draft: Draft) -> None:
    """QgsOapifCreateFeatureRequest: the id is what follows `/items/` in `Location`."""
    body = json.dumps(sent("HK-CRANE"))
    answer = client.post(draft.items("obstacles"), content=body, headers=GEOJSON)
    assert answer.status_code == 201
    identifier = answer.headers["location"].rsplit("/items/", 1)[1]
    assert identifier == "HK-CRANE"
    again = client.get(f"{draft.items('obstacles')}/{identifier}").json()
    assert again["properties"]["top_m"] == 30.0


def test_it_moves_a_feature(client: TestClient, draft: Draft) -> None:
    """QgsOapifPatchFeatureRequest with a geometry, and nothing else is touched."""
    url, at = draft.items("obstacles", "HK-HILL"), point(1810, -1790)
    before = client.get(url).json()["properties"]
    body = json.dumps({"geometry": {"type": "Point", "coordinates": [at.x, at.y]}})
    assert client.patch(url, content=body, headers=MERGE).status_code == 200
    after = client.get(url).json()
    assert after["properties"] == before
    assert after["geometry"]["coordinates"] == [at.x, at.y]


def test_it_changes_fields(client: TestClient, draft: Draft) -> None:
    """QgsOapifPatchFeatureRequest with fields: the shape stays to the last bit, null clears."""
    url = draft.items("obstacles", "HK-BLOCK")
    before = client.get(url).json()["geometry"]
    for fields in ({"top_m": 71.5, "note": "measured"}, {"note": None}):
        body = json.dumps({"properties": fields})
        assert client.patch(url, content=body, headers=MERGE).status_code == 200
    after = client.get(url).json()
    assert after["geometry"] == before
    assert (after["properties"]["top_m"], after["properties"]["note"]) == (71.5, None)


def test_it_replaces_a_feature_whole_where_it_cannot_patch(
    client: TestClient, draft: Draft
) -> None:
    """QgsOapifPutFeatureRequest of older versions: the id beside the properties, or in both."""
    url = draft.items("obstacles", "HK-HILL")
    for body in ({**sent("HK-HILL"), "id": "HK-HILL"}, {**_without_id(), "id": "HK-HILL"}):
        answer = client.put(url, content=json.dumps(body), headers=GEOJSON)
        assert answer.status_code == 200, answer.text


def _without_id() -> dict[str, Any]:
    given = sent("HK-HILL")
    del given["properties"]["id"]
    return given


def test_it_sends_the_hong_kong_grid_with_its_axes(client: TestClient, draft: Draft) -> None:
    """In a layer opened in EPSG:2326 it names the CRS and puts the northing first."""
    url = draft.items("obstacles", "HK-HILL")
    crs = "http://www.opengis.net/def/crs/EPSG/0/2326"
    east, north = 827_800.0, 840_700.0
    body = json.dumps({"geometry": {"type": "Point", "coordinates": [north, east]}})
    answer = client.patch(url, content=body, headers={**MERGE, "Content-Crs": crs})
    assert answer.status_code == 200, answer.text
    found = client.get(url, params={"crs": crs}).json()["geometry"]["coordinates"]
    assert found == pytest.approx([north, east], abs=0.02)


def test_it_edits_a_corridor_whose_lanes_it_does_not_know(client: TestClient, draft: Draft) -> None:
    """Fields that it cannot edit stay: a patch names only what was changed."""
    url = draft.items("corridors", "SZ-5")
    lanes = client.get(url).json()["properties"]["lanes"]
    body = json.dumps({"properties": {"width_m": 42.0}})
    assert client.patch(url, content=body, headers=MERGE).status_code == 200
    found = client.get(url).json()["properties"]
    assert (found["width_m"], found["lanes"]) == (42.0, lanes)


def test_it_deletes_a_feature(client: TestClient, draft: Draft) -> None:
    """QgsOapifDeleteFeatureRequest: any success will do, with a body or without."""
    url = draft.items("obstacles", "HK-HILL")
    assert client.delete(url).is_success
    assert client.get(url).status_code == 404
