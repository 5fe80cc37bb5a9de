"""Reading features: every layer, page by page, by place, time and field; what cannot be asked."""

from typing import Any

import pytest
import shapely
from starlette.testclient import TestClient

from api.service import Service
from geodata.edit import find_feature
from geodata.faults import Fault
from geodata.features import LAYERS
from geodata.read import read_feature
from planner.testing.layout import box, point
from tests.api.service.ogc.conftest import Draft
from tests.geodata.small import small_network

SMALL = small_network()
MERGE = {"Content-Type": "application/merge-patch+json"}


def pages(client: TestClient, url: str, **asked: Any) -> list[dict[str, Any]]:
    """Return all pages from a first one on."""
    found = [client.get(url, params=asked)]
    while True:
        assert found[-1].status_code == 200, found[-1].text
        links = {each["rel"]: each["href"] for each in found[-1].json()["links"]}
        if "next" not in links:
            return [each.json() for each in found]
        found.append(client.get(links["next"]))


def ids(client: TestClient, layer: str, root: str = "/ogc", **asked: Any) -> list[str]:
    """Return the ids of the features that a question finds."""
    found = pages(client, f"{root}/collections/{layer}/items", **asked)
    listed = [str(each["id"]) for page in found for each in page["features"]]
    assert {page["numberMatched"] for page in found} == {len(listed)}
    return listed


@pytest.mark.parametrize("root", ["/ogc", "draft", f"/ogc/editions/{SMALL.edition}"])
def test_every_layer_is_read_as_it_is(client: TestClient, draft: Draft, root: str) -> None:
    """Under each kind of root, fields and shapes are those of the network, to the last decimal."""
    root = draft.root if root == "draft" else root
    for layer in LAYERS:
        (page,) = pages(client, f"{root}/collections/{layer}/items")
        faults: list[Fault] = []
        for each in page["features"]:
            feature, shape, _ = read_feature(layer, "", each, faults)
            assert feature == find_feature(SMALL, layer, each["id"])
            assert shape is not None
            assert shapely.equals_exact(shape, SMALL.lonlat[each["id"]])
        assert not faults
        assert page["numberReturned"] == len(SMALL.layer(layer)) > 0


@pytest.mark.parametrize("root", ["/ogc", "draft"])
def test_pages_follow_each_other(client: TestClient, draft: Draft, root: str) -> None:
    """Every feature stands on one page, in the order of ids; links keep what was asked."""
    root = draft.root if root == "draft" else root
    found = pages(client, f"{root}/collections/corridors/items", limit=5, width_m=40)
    assert [page["numberReturned"] for page in found] == [5, 5, 3]
    listed = [each["id"] for page in found for each in page["features"]]
    assert listed == [each.id for each in SMALL.layer("corridors")]
    assert "width_m=40" in found[0]["links"][1]["href"]


def test_pages_of_a_draft_show_its_edits_in_order(client: TestClient, draft: Draft) -> None:
    """What was added, changed and removed stands where its id belongs, on pages of one too."""
    assert client.delete(draft.items("vertiports", "HK-V2")).status_code == 200
    patch = {"properties": {"pads": 9}}
    assert client.patch(draft.items("vertiports", "HK-V1"), json=patch, headers=MERGE).is_success
    new = client.get(draft.items("vertiports", "SZ-V1")).json()
    new["properties"]["id"] = new["id"] = "M-V1"
    assert client.post(draft.items("vertiports"), json=new).status_code == 201
    for limit in (1, 2, 10):
        assert ids(client, "vertiports", draft.root, limit=limit) == [
            "HK-V1",
            "M-V1",
            "SZ-V1",
            "SZ-V2",
        ]
    assert ids(client, "vertiports", draft.root, pads=9) == ["HK-V1"]
    assert ids(client, "vertiports") == ["HK-V1", "HK-V2", "SZ-V1", "SZ-V2"]


@pytest.mark.parametrize(
    ("layer", "asked", "wanted"),
    [
        ("vertiports", {"side": "SZ"}, ["SZ-V1", "SZ-V2"]),
        ("vertiports", {"pads": 4}, ["HK-V1", "SZ-V1"]),
        ("vertiports", {"pads": "4", "side": "HK"}, ["HK-V1"]),
        ("vertiports", {"battery_swap": "false"}, ["HK-V2", "SZ-V2"]),
        ("checkpoints", {"goods": "bonded"}, ["HK-C1", "SZ-C1"]),
        ("checkpoints", {"joint": "true"}, ["HK-J1"]),
        ("corridors", {"approved_zones": "SZ-STRIP", "end": "HK-WA"}, ["X-A"]),
        ("zones", {"lower_m": "91.44"}, ["HK-CEILING"]),
        ("zones", {"kind": "nothing"}, []),
        ("obstacles", {"id": "HK-HILL"}, ["HK-HILL"]),
        ("obstacles", {"name": "%"}, []),
    ],
)
def test_features_are_found_by_their_fields(
    client: TestClient, layer: str, asked: dict[str, Any], wanted: list[str]
) -> None:
    """Several fields must all hold; of a list, one of its values is enough."""
    assert ids(client, layer, **asked) == wanted


def test_features_are_found_by_place(client: TestClient) -> None:
    """A feature counts if it meets the box, edges included; one whose own box only does not."""
    west, south, east, north = box(-1001, 999, -999, 1001).bounds
    assert ids(client, "vertiports", bbox=f"{west},{south},{east},{north}") == ["SZ-V1"]
    assert ids(client, "vertiports", bbox=f"{west},{south},0,{east},{north},9") == ["SZ-V1"]
    at = point(-1000, 1000)
    assert ids(client, "vertiports", bbox=f"{at.x},{at.y},{at.x},{at.y}") == ["SZ-V1"]
    inside = box(-990, 410, -910, 500).bounds  # within the box of corridor SZ-1, beside its line
    assert ids(client, "corridors", bbox=",".join(map(str, inside))) == []
    assert ids(client, "corridors", bbox="113,22,115,23") == [
        each.id for each in SMALL.layer("corridors")
    ]
    assert ids(client, "vertiports", bbox="170,-10,-170,10") == []
    assert len(ids(client, "vertiports", bbox="114,22,-170,23")) == 4


@pytest.mark.parametrize(
    ("layer", "datetime", "found", "missing"),
    [
        ("zones", "2026-05-04T10:30:00+08:00", {"SZ-EVENT", "HK-NATURE"}, set()),
        ("zones", "2026-05-04T02:30:00Z", {"SZ-EVENT"}, set()),
        ("zones", "2026-05-04T11:00:00+08:00", {"HK-NATURE"}, {"SZ-EVENT"}),
        ("zones", "2026-05-04T09:00:00+08:00/2026-05-04T10:00:00+08:00", {"SZ-EVENT"}, set()),
        ("zones", "2026-05-04T11:00:00+08:00/2026-05-05T09:59:59+08:00", set(), {"SZ-EVENT"}),
        ("zones", "2026-05-04T11:00:00+08:00/..", {"SZ-EVENT"}, set()),
        ("zones", "../2026-05-04T11:00:00+08:00", {"SZ-EVENT"}, set()),
        ("zones", "/", {"SZ-EVENT"}, set()),
        ("vertiports", "2026-05-04T23:00:00+08:00", {"SZ-V1"}, {"SZ-V2", "HK-V2"}),
        ("obstacles", "2026-05-04T23:00:00+08:00", {"HK-HILL"}, set()),
    ],
)
def test_features_are_found_by_when_they_are_open(
    client: TestClient, layer: str, datetime: str, found: set[str], missing: set[str]
) -> None:
    """A zone counts while it is active, a site while it is open, what has no hours always."""
    listed = set(ids(client, layer, datetime=datetime))
    assert found <= listed
    assert not missing & listed


def test_hours_that_cannot_be_read_count(client: TestClient, draft: Draft) -> None:
    """A draft may have such; its feature is not hidden."""
    patch = {"properties": {"schedule": "now and then"}}
    answer = client.patch(draft.items("zones", "SZ-EVENT"), json=patch, headers=MERGE)
    assert answer.status_code == 200, answer.text
    assert [each["code"] for each in answer.json()["found"]] == ["HOURS_SYNTAX"]
    listed = ids(client, "zones", draft.root, datetime="2026-05-04T11:00:00Z")
    assert "SZ-EVENT" in listed


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("colour=red", "PARAMETER_UNKNOWN"),
        ("lanes=X", "PARAMETER_UNKNOWN"),
        ("limit=0", "LIMIT"),
        ("limit=-1", "LIMIT"),
        ("limit=many", "LIMIT"),
        ("limit=1&limit=2", "PARAMETER_TWICE"),
        ("width_m=wide", "FIELD_VALUE"),
        ("width_m=nan", "FIELD_VALUE"),
        ("bbox=1,2,3", "BBOX"),
        ("bbox=a,b,c,d", "BBOX"),
        ("bbox=1,2,inf,4", "BBOX"),
        ("bbox=1,4,2,3", "BBOX"),
        ("bbox=1,2,3,4&bbox-crs=EPSG:2326", "CRS_UNKNOWN"),
        ("bbox-crs=nowhere", "CRS_UNKNOWN"),
        ("crs=http://www.opengis.net/def/crs/EPSG/0/27700", "CRS_UNKNOWN"),
        ("datetime=yesterday", "DATETIME"),
        ("datetime=2026-05-04", "DATETIME"),
        ("datetime=2026-05-04T10:00:00", "DATETIME"),
        ("datetime=2026-05-05T00:00:00Z/2026-05-04T00:00:00Z", "DATETIME"),
        ("datetime=a/b/c", "DATETIME"),
        ("datetime=9999-12-31T23:59:59Z/..", "DATETIME"),
        ("f=html", "FORMAT_UNKNOWN"),
        ("name=%00", "PARAMETER_VALUE"),
    ],
)
def test_what_cannot_be_asked_is_answered_400(client: TestClient, query: str, code: str) -> None:
    """OGC 17-069r4, 7.15.1: also a parameter that is not known."""
    answer = client.get(f"/ogc/collections/corridors/items?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, code)


@pytest.mark.parametrize(
    "path",
    [
        "/ogc/collections/nothing",
        "/ogc/collections/nothing/items",
        "/ogc/collections/zones/items/NOTHING",
        "/ogc/collections/zones/items/SZ-V1",
        "/ogc/editions/0123456789",
        "/ogc/drafts/nobody",
    ],
)
def test_what_is_not_there_is_answered_404(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_page_is_never_longer_than_the_most(client: TestClient) -> None:
    """OGC 17-069r4, 7.15.2: more is not refused; the page is as long as may be."""
    assert client.get("/ogc/collections/zones/items?limit=999999").status_code == 200


def test_links_lead_to_what_they_say(client: TestClient, draft: Draft) -> None:
    """Every link of every document under every kind of root is answered, as the type it names."""
    for root in ("/ogc", draft.root, f"/ogc/editions/{SMALL.edition}"):
        seen, left = set[str](), [(f"http://localhost{root}", "application/json")]
        while left:
            url, media_type = left.pop()
            if url in seen:
                continue
            seen.add(url)
            answer = client.get(url)
            assert (answer.status_code, answer.headers["content-type"]) == (200, media_type), url
            document = answer.json()
            links = document.get("links", [])
            links += [x for each in document.get("collections", ()) for x in each["links"]]
            left += [(each["href"], each["type"]) for each in links]
        assert len(seen) == 4 + 4 * len(LAYERS)


def test_a_feature_that_is_known_is_not_sent_again(client: TestClient) -> None:
    """The ETag of a published feature holds as long as its edition is the newest."""
    url = "/ogc/collections/zones/items/SZ-EVENT"
    first = client.get(url)
    again = client.get(url, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = client.get(url, headers={"If-None-Match": '"other"'})
    assert other.content == first.content


def test_the_extent_is_that_of_the_features(client: TestClient, service: Service) -> None:
    """In longitude and latitude, around all of them and no more; a layer of none has none."""
    found = client.get("/ogc/collections").json()["collections"]
    for each in found:
        shapes = [SMALL.lonlat[one.id] for one in SMALL.layer(each["id"])]
        (given,) = each["extent"]["spatial"]["bbox"]
        assert given == shapely.total_bounds(shapes).tolist()
