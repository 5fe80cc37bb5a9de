"""Changing a draft: what is accepted, what it breaks, what is refused, who was faster."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.drafting import Drafting
from api.http.ogc.changes import merged
from api.service import Service
from geodata.check import check_network
from planner.testing.layout import point
from tests.api.service.ogc.conftest import Draft
from tests.geodata.small import small_network

SMALL = small_network()
MERGE = {"Content-Type": "application/merge-patch+json"}


def obstacle(identifier: str = "HK-CRANE", **more: Any) -> dict[str, Any]:
    """Return a crane as GeoJSON, far from everything."""
    at = point(1900, -1700)
    return {
        "type": "Feature",
        "properties": {
            "id": identifier,
            "name": "Tower crane",
            "source": "site visit",
            "confidence": "surveyed",
            "kind": "tower",
            "top_m": 30.0,
            "top_reference": "AGL",
            **more,
        },
        "geometry": {"type": "Point", "coordinates": [at.x, at.y]},
    }


def codes(answer: Any, part: str = "faults") -> list[str]:
    return sorted({each["code"] for each in answer.json()[part]})


def test_a_feature_is_added_changed_and_removed(client: TestClient, draft: Draft) -> None:
    """Each answer says what the draft has come to; the published network stays as it is."""
    added = client.post(draft.items("obstacles"), json=obstacle())
    assert added.status_code == 201
    url = added.headers["location"]
    assert url == f"http://localhost{draft.items('obstacles', 'HK-CRANE')}"
    assert added.json() == {
        "id": "HK-CRANE",
        "draft": draft.name,
        "version": 1,
        "found": [],
        "settled": [],
    }
    assert client.get(url).json()["properties"]["radius_m"] == 0.0
    replaced = client.put(url, json=obstacle(radius_m=5.0))
    assert (replaced.status_code, replaced.json()["version"]) == (200, 2)
    changed = client.patch(url, json={"properties": {"top_m": 45.5}}, headers=MERGE)
    assert (changed.status_code, changed.json()["version"]) == (200, 3)
    found = client.get(url).json()["properties"]
    assert (found["radius_m"], found["top_m"]) == (5.0, 45.5)
    assert client.get("/ogc/collections/obstacles/items/HK-CRANE").status_code == 404
    removed = client.delete(url)
    assert (removed.status_code, removed.json()["version"]) == (200, 4)
    for answer in (client.get(url), client.delete(url), client.put(url, json=obstacle())):
        assert answer.status_code == 404


def test_what_a_change_breaks_is_told_and_taken_back(client: TestClient, draft: Draft) -> None:
    """A rule that does not hold for now refuses nothing; a change tells what it broke or mended."""
    url = draft.items("waypoints", "SZ-WA")
    feature = client.get(url).json()
    gone = client.delete(url)
    assert gone.status_code == 200
    assert "UNKNOWN_REFERENCE" in codes(gone, "found")
    back = client.post(draft.items("waypoints"), json=feature)
    assert back.status_code == 201
    assert (codes(back, "found"), codes(back, "settled")) == ([], codes(gone, "found"))


def test_findings_are_those_of_the_whole_check(
    client: TestClient, draft: Draft, service: Service
) -> None:
    """After edits of every kind, also by another process, the check in memory is the whole one."""
    client.delete(draft.items("waypoints", "SZ-WA"))
    client.post(draft.items("obstacles"), json=obstacle())
    other = Drafting(service.editions)
    other.edit(draft.name, "obstacles", "HK-HILL", lambda _: None)
    client.patch(
        draft.items("obstacles", "HK-CRANE"), json={"properties": {"top_m": 400}}, headers=MERGE
    )
    info, checked = service.drafting.checked(draft.name)
    content = service.editions.draft(draft.name).reading.network
    assert content is not None
    assert list(checked.findings) == check_network(content) != []
    assert (info.version, info.edits) == (4, 3)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"type": "Point"}, "NOT_A_FEATURE"),
        ({"properties": None}, "NOT_A_FEATURE"),
        ({"properties": []}, "NOT_A_FEATURE"),
        ({"id": "OTHER"}, "FEATURE_ID"),
        ({"geometry": None}, "GEOMETRY_MISSING"),
        ({"geometry": {"type": "MultiPoint", "coordinates": [[114, 22.5]]}}, "GEOMETRY_TYPE"),
        ({"geometry": {"type": "Point", "coordinates": [114]}}, "GEOMETRY_COORDINATES"),
        (
            {"geometry": {"type": "Point", "coordinates": [114, 22.5, 9]}},
            "HEIGHT_WITHOUT_REFERENCE",
        ),
        ({"geometry": {"type": "Point", "coordinates": [10, 50]}}, "COORDINATE_FAR"),
        (
            {
                "geometry": {
                    "type": "LineString",
                    "coordinates": [
                        [114.06, 22.52],
                        [114.07, 22.53],
                        [114.06, 22.53],
                        [114.07, 22.52],
                    ],
                }
            },
            "LINE_NOT_SIMPLE",
        ),
    ],
)
def test_what_could_stand_in_no_network_is_refused(
    client: TestClient, draft: Draft, change: dict[str, Any], code: str
) -> None:
    """The draft stays as it was, and the fault is named with its place."""
    answer = client.post(draft.items("obstacles"), json={**obstacle(), **change})
    assert (answer.status_code, codes(answer)) == (422, [code])
    assert client.get(draft.items("obstacles")).json()["numberMatched"] == len(
        SMALL.layer("obstacles")
    )


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("top_m", "high", "WRONG_TYPE"),
        ("top_m", 1e9, "OUT_OF_RANGE"),
        ("colour", "red", "FIELD_UNKNOWN"),
        ("kind", "crane", "UNKNOWN_VALUE"),
        ("name", "a\0b", "WRONG_FORMAT"),
        ("id", "lower case", "WRONG_FORMAT"),
        ("id", None, "WRONG_TYPE"),
    ],
)
def test_fields_are_read_as_those_of_files(
    client: TestClient, draft: Draft, field: str, value: object, code: str
) -> None:
    """With the codes of docs/network.md."""
    answer = client.post(draft.items("obstacles"), json=obstacle(**{field: value}))
    assert (answer.status_code, codes(answer)) == (422, [code])


def test_all_faults_are_listed_at_once(client: TestClient, draft: Draft) -> None:
    given = obstacle(top_m="high", colour="red")
    given["geometry"] = {"type": "Point", "coordinates": [1]}
    answer = client.post(draft.items("obstacles"), json=given)
    assert codes(answer) == ["FIELD_UNKNOWN", "GEOMETRY_COORDINATES", "WRONG_TYPE"]


def test_an_id_stands_once_over_all_layers(client: TestClient, draft: Draft) -> None:
    """Neither twice in a layer nor in two."""
    for identifier in ("HK-HILL", "SZ-V1"):
        answer = client.post(draft.items("obstacles"), json=obstacle(identifier))
        assert (answer.status_code, answer.json()["code"]) == (409, "FEATURE_EXISTS")


def test_an_id_cannot_be_changed(client: TestClient, draft: Draft) -> None:
    """The address names the feature; a body that names another is refused."""
    url = draft.items("obstacles", "HK-HILL")
    for answer in (
        client.put(url, json=obstacle("OTHER")),
        client.patch(url, json={"properties": {"id": "OTHER"}}, headers=MERGE),
    ):
        assert (answer.status_code, codes(answer)) == (422, ["FEATURE_ID"])


def test_a_feature_need_not_repeat_the_id_of_its_address(client: TestClient, draft: Draft) -> None:
    """As QGIS replaces a feature whose properties have no id; a new one may say it beside them."""
    given = obstacle()
    del given["properties"]["id"]
    url = draft.items("obstacles", "HK-HILL")
    assert client.put(url, json=given).status_code == 200
    assert client.get(url).json()["properties"]["id"] == "HK-HILL"
    assert client.post(draft.items("obstacles"), json=given).status_code == 422
    assert client.post(draft.items("obstacles"), json={**given, "id": "NEW"}).status_code == 201


def test_rings_are_turned_as_geojson_has_them(client: TestClient, draft: Draft) -> None:
    """A polygon drawn clockwise is the same area: direction is no content."""
    url = draft.items("zones", "HK-NATURE")
    given = client.get(url).json()
    given["geometry"]["coordinates"][0].reverse()
    assert client.put(url, json=given).json()["found"] == []
    assert client.get(url).json()["geometry"]["coordinates"] != given["geometry"]["coordinates"]


def test_lists_may_come_as_the_text_of_their_json(client: TestClient, draft: Draft) -> None:
    """GIS without such fields keep a corridor's lanes as a text; what is no list stays a fault."""
    url = draft.items("corridors", "SZ-1")
    lanes = '[{"id": "SZ-1-F", "direction": "forward", "height_amsl_m": 62}]'
    answer = client.patch(url, json={"properties": {"lanes": lanes}}, headers=MERGE)
    assert answer.status_code == 200
    (lane,) = client.get(url).json()["properties"]["lanes"]
    assert (lane["height_amsl_m"], lane["band_m"]) == (62.0, 10.0)
    for wrong in ("{}", "[", "lanes", "[1]"):
        answer = client.patch(url, json={"properties": {"lanes": wrong}}, headers=MERGE)
        assert (answer.status_code, codes(answer)) == (422, ["WRONG_TYPE"])


@pytest.mark.parametrize(
    ("layer", "field", "text", "value"),
    [
        ("obstacles", "accuracy_m", "0.5", 0.5),
        ("obstacles", "radius_m", "7", 7.0),
        ("vertiports", "pads", "3", 3),
        ("vertiports", "battery_swap", "false", False),
        ("obstacles", "note", "7", "7"),
    ],
)
def test_what_a_gis_takes_for_text_is_meant(
    client: TestClient, draft: Draft, layer: str, field: str, text: str, value: object
) -> None:
    """QGIS 3.40 takes a field that is empty in all that it has seen for text."""
    url = draft.items(layer, "HK-HILL" if layer == "obstacles" else "HK-V1")
    answer = client.patch(url, json={"properties": {field: text}}, headers=MERGE)
    assert answer.status_code == 200, answer.text
    found = client.get(url).json()["properties"][field]
    assert (type(found), found) == (type(value), value)


@pytest.mark.parametrize(
    ("field", "text"), [("pads", "3.5"), ("pads", "true"), ("battery_swap", "0"), ("pads", "NaN")]
)
def test_a_text_that_is_no_such_value_stays_a_fault(
    client: TestClient, draft: Draft, field: str, text: str
) -> None:
    url = draft.items("vertiports", "HK-V1")
    answer = client.patch(url, json={"properties": {field: text}}, headers=MERGE)
    assert (answer.status_code, codes(answer)) == (422, ["WRONG_TYPE"])


def test_null_is_the_default_where_a_field_cannot_be_null(client: TestClient, draft: Draft) -> None:
    """GIS send every field of a new feature, most of them null; what must be said still must."""
    given = obstacle(radius_m=None, note=None, accuracy_m=None)
    assert client.post(draft.items("obstacles"), json=given).status_code == 201
    found = client.get(draft.items("obstacles", "HK-CRANE")).json()["properties"]
    assert (found["radius_m"], found["note"]) == (0.0, None)
    answer = client.post(draft.items("obstacles"), json=obstacle("OTHER", top_m=None))
    assert (answer.status_code, codes(answer)) == (422, ["WRONG_TYPE"])


def test_published_features_cannot_be_changed(client: TestClient) -> None:
    """There is no such method outside of drafts, and `Allow` says which there are."""
    url = "/ogc/collections/obstacles/items"
    for answer in (
        client.post(url, json=obstacle()),
        client.put(f"{url}/HK-HILL", json=obstacle()),
        client.patch(f"{url}/HK-HILL", json={}, headers=MERGE),
        client.delete(f"{url}/HK-HILL"),
    ):
        assert answer.status_code == 405
    assert client.options(url).headers["allow"] == "GET, HEAD, OPTIONS"
    assert client.options(f"{url}/HK-HILL").headers["allow"] == "GET, HEAD, OPTIONS"


def test_a_draft_says_what_can_be_done(client: TestClient, draft: Draft) -> None:
    """QGIS asks before it lets anybody edit; in an empty layer, about a feature that is none."""
    assert client.options(draft.items("zones")).headers["allow"] == "GET, HEAD, POST, OPTIONS"
    for identifier in ("SZ-STRIP", "unknown_id"):
        allow = client.options(draft.items("zones", identifier)).headers["allow"]
        assert allow == "GET, HEAD, PUT, PATCH, DELETE, OPTIONS"


@pytest.mark.parametrize("media_type", ["text/plain", "application/xml", ""])
def test_a_body_of_another_type_is_refused(
    client: TestClient, draft: Draft, media_type: str
) -> None:
    for method, url in (
        ("POST", draft.items("obstacles")),
        ("PUT", draft.items("obstacles", "HK-HILL")),
        ("PATCH", draft.items("obstacles", "HK-HILL")),
    ):
        answer = client.request(method, url, content=b"{}", headers={"Content-Type": media_type})
        assert (answer.status_code, answer.json()["code"]) == (415, "MEDIA_TYPE")


def test_who_changes_what_somebody_else_has_changed_is_told(
    client: TestClient, draft: Draft
) -> None:
    """If-Match with the ETag of a state that is no more: 412, and the feature stays as it is."""
    url = draft.items("obstacles", "HK-HILL")
    seen = client.get(url).headers["etag"]
    metric = client.get(url, params={"crs": "http://www.opengis.net/def/crs/EPSG/0/2326"})
    patch = {"properties": {"top_m": 111.0}}
    first = client.patch(url, json=patch, headers={**MERGE, "If-Match": seen})
    assert first.status_code == 200
    for tag in (seen, metric.headers["etag"], '"nonsense"'):
        late = client.patch(
            url, json={"properties": {"top_m": 1.0}}, headers={**MERGE, "If-Match": tag}
        )
        assert (late.status_code, late.json()["code"]) == (412, "STATE_CHANGED")
        assert client.delete(url, headers={"If-Match": tag}).status_code == 412
        assert (
            client.put(url, json=obstacle("HK-HILL"), headers={"If-Match": tag}).status_code == 412
        )
    assert client.get(url).json()["properties"]["top_m"] == 111.0
    other = draft.items("obstacles", "HK-BLOCK")
    tag = client.get(other).headers["etag"]
    assert client.patch(other, json=patch, headers={**MERGE, "If-Match": tag}).status_code == 200
    assert client.delete(url, headers={"If-Match": first.headers["etag"]}).status_code == 200
    assert client.delete(other, headers={"If-Match": "*"}).status_code == 200


def test_of_two_editors_in_a_race_one_wins(client: TestClient, draft: Draft) -> None:
    """Both have read the same state and write at once: one is answered 200, the other 412."""
    url = draft.items("obstacles", "HK-HILL")
    for _ in range(5):
        seen = client.get(url).headers["etag"]
        gate = threading.Barrier(2)

        def write(top_m: float, seen: str = seen, gate: threading.Barrier = gate) -> int:
            gate.wait()
            patch = {"properties": {"top_m": top_m}}
            return client.patch(url, json=patch, headers={**MERGE, "If-Match": seen}).status_code

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(write, (10.0, 20.0))) == [200, 412]


def test_editors_on_two_servers_lose_nothing(service: Service, draft: Draft) -> None:
    """Without If-Match every edit counts, whichever process makes it and whatever it remembers."""
    servers = [Drafting(service.editions) for _ in range(2)]

    def work(number: int) -> None:
        for count in range(5):
            at = point(1000 + 20 * count, -1700 + 20 * number)
            new = replace(SMALL.obstacles["HK-HILL"], id=f"N-{number}-{count}")
            servers[number % 2].edit(
                draft.name, "obstacles", new.id, lambda _, what=(new, at): what
            )

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    network = service.editions.draft(draft.name).reading.network
    assert network is not None
    assert len(network.layer("obstacles")) == len(SMALL.layer("obstacles")) + 20
    assert service.drafting.checked(draft.name)[0].version == 20


@pytest.mark.parametrize(
    ("target", "patch", "wanted"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a", "b"], ["c", "d"], ["c", "d"]),
        ({"a": "b"}, ["c"], ["c"]),
        ({"a": "foo"}, None, None),
        ({"a": "foo"}, "bar", "bar"),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_a_merge_patch_does_what_its_standard_says(
    target: object, patch: object, wanted: object
) -> None:
    """The examples of RFC 7396, appendix A."""
    assert merged(target, patch) == wanted


def test_a_feature_sent_again_under_its_key_is_added_once(client: TestClient, draft: Draft) -> None:
    """The same answer to the last byte, and one edit; another body under the key is refused."""
    key = {"Idempotency-Key": f"crane-{draft.name}"}
    first = client.post(draft.items("obstacles"), json=obstacle(), headers=key)
    again = client.post(draft.items("obstacles"), json=obstacle(), headers=key)
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["Idempotency-Replayed"] == "true"
    for name in ("Location", "ETag"):
        assert again.headers[name] == first.headers[name]
    assert client.get(f"/v1/network/drafts/{draft.name}").json()["version"] == 1
    other = client.post(draft.items("obstacles"), json=obstacle(top_m=31.0), headers=key)
    assert (other.status_code, other.json()["code"]) == (409, "IDEMPOTENCY_KEY_TAKEN")


def test_of_one_feature_sent_many_times_at_once_one_is_added(
    client: TestClient, draft: Draft
) -> None:
    key = {"Idempotency-Key": f"crane-{draft.name}"}

    def send(_: int) -> tuple[int, bytes]:
        answer = client.post(draft.items("obstacles"), json=obstacle(), headers=key)
        return answer.status_code, answer.content

    with ThreadPoolExecutor(6) as pool:
        answers = set(pool.map(send, range(6)))
    assert {status for status, _ in answers} == {201}
    assert len(answers) == 1
    assert client.get(f"/v1/network/drafts/{draft.name}").json()["version"] == 1
