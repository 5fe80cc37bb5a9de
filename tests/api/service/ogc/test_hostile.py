"""Hostile bodies: whatever is sent, the answer is a documented one and the draft stays readable."""

import gzip
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from api.service import Service
from geodata.features import LAYERS
from tests.api.service.ogc.conftest import Draft
from tests.api.service.ogc.test_change import obstacle
from tests.geodata.small import small_network

SMALL = small_network()
GEOJSON = {"Content-Type": "application/geo+json"}
MERGE = {"Content-Type": "application/merge-patch+json"}
ANSWERS = {200, 201, 400, 404, 409, 413, 415, 422}
DEEP = 100_000


def whole(client: TestClient, draft: Draft) -> None:
    """Assert that every layer of a draft can be read, checked and is valid JSON."""
    for layer in LAYERS:
        answer = client.get(draft.items(layer))
        assert answer.status_code == 200, answer.text
        assert len(answer.json()["features"]) == answer.json()["numberMatched"]
    assert client.get(f"/v1/network/drafts/{draft.name}/findings").status_code == 200
    assert client.get(f"/v1/network/drafts/{draft.name}/diff").status_code == 200


def text_of(change: dict[str, Any]) -> bytes:
    return json.dumps({**obstacle(), **change}).encode()


def geometry(coordinates: str, kind: str = "Point") -> bytes:
    """Return a crane whose coordinates are written so."""
    body = text_of({"geometry": {"type": kind, "coordinates": "HERE"}})
    return body.replace(b'"HERE"', coordinates.encode())


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 422, "FILE_EMPTY"),
        (b"null", 422, "WRONG_TYPE"),
        (b"[]", 422, "WRONG_TYPE"),
        (b"{", 422, "SYNTAX"),
        (b"\xff\xfe{\x00}\x00", 422, "NOT_UTF8"),
        (b"\xef\xbb\xbf" + text_of({}), 422, "BYTE_ORDER_MARK"),
        (b"[" * DEEP, 422, "NESTED_TOO_DEEPLY"),
        (b'{"a":' * DEEP + b"1" + b"}" * DEEP, 422, "NESTED_TOO_DEEPLY"),
        (geometry("[" * 30 + "1" + "]" * 30), 422, "GEOMETRY_COORDINATES"),
        (b'{"type": "Feature", "type": "Feature"}', 422, "KEY_TWICE"),
        (b"9" * 10_000, 422, "SYNTAX"),
        (geometry("[NaN, 22.5]"), 422, "NOT_FINITE"),
        (geometry("[Infinity, 22.5]"), 422, "NOT_FINITE"),
        (geometry("[1e400, 22.5]"), 422, "NOT_FINITE"),
        (geometry("[1e308, 22.5]"), 422, "COORDINATE_RANGE"),
        (geometry(f"[{10**400}, 22.5]"), 422, "GEOMETRY_COORDINATES"),
        (geometry('["114", "22"]'), 422, "GEOMETRY_COORDINATES"),
        (geometry("[true, false]"), 422, "GEOMETRY_COORDINATES"),
        (
            geometry(f"[{'[114.07,22.51],' * 100_000}[1,1]]", "LineString"),
            422,
            "TOO_MANY_POSITIONS",
        ),
        (geometry("[" + "[114,22]," * 3 + "[114,22]]", "LineString"), 422, "LINE_NOT_SIMPLE"),
        (text_of({}).replace(b"30.0", b"NaN"), 422, "NOT_FINITE"),
        (text_of({}).replace(b"30.0", b"1e999"), 422, "NOT_FINITE"),
        (text_of({}).replace(b"Tower crane", rb"\ud800"), 422, "SYNTAX"),
        (text_of({}).replace(b"Tower crane", rb"a\u0000b"), 422, "WRONG_FORMAT"),
        (text_of({}).replace(b"Tower crane", b"x" * 17_000_000), 413, "BODY_TOO_LARGE"),
    ],
)
def test_a_hostile_body_is_refused(
    client: TestClient, draft: Draft, body: bytes, status: int, code: str
) -> None:
    """With the code that the same fault has in a file, within a moment, and nothing is stored."""
    answer = client.post(draft.items("obstacles"), content=body, headers=GEOJSON)
    assert answer.status_code == status, answer.text[:500]
    found = answer.json()
    assert code in {found["code"], *(each["code"] for each in found["faults"])}, found
    assert client.get(draft.items("obstacles", "HK-CRANE")).status_code == 404


def test_a_gzip_bomb_is_not_unpacked(client: TestClient, draft: Draft) -> None:
    """128 MiB in 128 kB: 413 at the limit, whatever the packed size is."""
    packed = gzip.compress(b" " * 2**27, 6)
    assert len(packed) < 2**18
    headers = {**GEOJSON, "Content-Encoding": "gzip"}
    answer = client.post(draft.items("obstacles"), content=packed, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "BODY_TOO_LARGE")
    small = gzip.compress(text_of({}))
    assert client.post(draft.items("obstacles"), content=small, headers=headers).status_code == 201


@pytest.mark.parametrize(
    "name",
    [
        "\u202eenarc",
        "\u2066a\u2069",
        "塔式起重机",
        "برج",
        "🏗️",
        "a'b;--",
        '"</script>',
        "x" * 10_000,
        "{{7*7}}",
    ],
)
def test_text_of_any_kind_comes_back_as_it_was_sent(
    client: TestClient, draft: Draft, name: str
) -> None:
    """Also that which turns its direction; in features, in findings, in differences."""
    body = json.dumps(obstacle(name=name))
    assert client.post(draft.items("obstacles"), content=body, headers=GEOJSON).status_code == 201
    assert client.get(draft.items("obstacles", "HK-CRANE")).json()["properties"]["name"] == name
    found = client.get(draft.items("obstacles"), params={"name": name}).json()
    assert [each["id"] for each in found["features"]] == ["HK-CRANE"]
    difference = client.get(f"/v1/network/drafts/{draft.name}/diff").json()
    assert [each["name"] for each in difference["features"]] == [name]
    whole(client, draft)


@pytest.mark.parametrize(
    "path",
    [
        "/ogc/drafts/..%2f..%2fetc/collections",
        "/ogc/drafts/%00/collections",
        "/ogc/drafts/a%0d%0aX-Evil:%201/collections",
        "/ogc/collections/zones/items/%00",
        "/ogc/collections/zones/items/..%2f..",
        "/ogc/collections/zones/items/" + "x" * 65,
        "/ogc/collections/%F0%9F%8F%97/items",
        "/ogc/editions/" + "0" * 65,
    ],
)
def test_a_hostile_address_is_no_place(client: TestClient, path: str) -> None:
    """404 or 422, without a header that was not meant."""
    answer = client.get(path)
    assert answer.status_code in (404, 422), answer.text
    assert "x-evil" not in answer.headers


def test_a_hostile_header_is_refused(client: TestClient, draft: Draft) -> None:
    url = draft.items("obstacles", "HK-HILL")
    for headers in (
        {"Content-Crs": "<" * 10_000},
        {"Content-Crs": "http://www.opengis.net/def/crs/EPSG/0/2326\t"},
        {"If-Match": '"' * 5_000},
        {"If-Match": "W/,,,,"},
    ):
        answer = client.patch(url, json={}, headers={**MERGE, **headers})
        assert answer.status_code in ANSWERS | {412}, answer.text


_SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**30), 10**30),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(["SZ-V1", "HK-HILL", "SZ", "AMSL", "tower", "24/7", "Point", "Feature"]),
)
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)
_FIELDS = sorted(
    {field for kind in LAYERS.values() for field in kind.__dataclass_fields__} | {"colour"}
)
_POSITION = st.lists(
    st.one_of(st.floats(), st.floats(114, 114.2), st.floats(22.4, 22.6), _SCALARS), max_size=4
)
_GEOMETRY = st.one_of(
    _VALUES,
    st.fixed_dictionaries(
        {
            "type": st.sampled_from(
                [
                    "Point",
                    "LineString",
                    "Polygon",
                    "MultiPolygon",
                    "MultiPoint",
                    "GeometryCollection",
                ]
            ),
            "coordinates": st.one_of(
                _VALUES,
                _POSITION,
                st.lists(_POSITION, max_size=6),
                st.lists(st.lists(_POSITION, max_size=6), max_size=2),
            ),
        }
    ),
)
_DOCUMENT = st.one_of(
    _VALUES,
    st.fixed_dictionaries(
        {
            "type": st.sampled_from(["Feature", "FeatureCollection", None]),
            "properties": st.one_of(
                _VALUES, st.dictionaries(st.sampled_from(_FIELDS), _VALUES, max_size=12)
            ),
            "geometry": _GEOMETRY,
        },
        optional={"id": _SCALARS, "crs": _VALUES, "bbox": _VALUES},
    ),
)


def test_no_body_breaks_the_service(service: Service, client: TestClient, draft: Draft) -> None:
    """Random documents and patches for random layers: documented answers, a draft that reads."""

    @settings(max_examples=150)
    @given(
        layer=st.sampled_from(sorted(LAYERS)),
        method=st.sampled_from(["POST", "PUT", "PATCH"]),
        document=_DOCUMENT,
        merged=st.booleans(),
        row=st.integers(0, 100),
    )
    def fuzz(layer: str, method: str, document: Any, merged: bool, row: int) -> None:
        members = SMALL.layer(layer)
        identifier = members[row % len(members)].id
        url = draft.items(layer, None if method == "POST" else identifier)
        if merged and isinstance(document, dict) and method != "PATCH":
            known = client.get(draft.items(layer, identifier))
            if known.status_code == 200 and isinstance(document.get("properties"), dict):
                sent = known.json()
                document = {
                    **sent,
                    "properties": {**sent["properties"], **document["properties"]},
                }
        headers = MERGE if method == "PATCH" else GEOJSON
        answer = client.request(method, url, content=json.dumps(document), headers=headers)
        assert answer.status_code in ANSWERS, (answer.status_code, answer.text)

    fuzz()
    whole(client, draft)


_QUERIES = st.dictionaries(
    st.sampled_from(
        ["bbox", "bbox-crs", "crs", "datetime", "limit", "after", "f", "side", "top_m", "id", "x"]
    ),
    st.one_of(
        st.text(max_size=30),
        st.floats().map(str),
        st.integers().map(str),
        st.lists(st.floats(), min_size=4, max_size=6).map(lambda each: ",".join(map(str, each))),
        st.datetimes().map(lambda each: each.isoformat() + "Z"),
        st.sampled_from(
            [
                "http://www.opengis.net/def/crs/EPSG/0/2326",
                "http://www.opengis.net/def/crs/EPSG/0/4490",
                "114,22,115,23",
                "800000,800000,850000,850000",
                "../..",
            ]
        ),
    ),
    max_size=4,
)


def test_no_query_breaks_the_service(client: TestClient) -> None:
    """Random queries of random layers are answered with 200 or 400."""

    @settings(max_examples=150)
    @given(layer=st.sampled_from(sorted(LAYERS)), query=_QUERIES)
    def fuzz(layer: str, query: dict[str, str]) -> None:
        answer = client.get(f"/ogc/collections/{layer}/items", params=query)
        assert answer.status_code in (200, 400), (query, answer.text)

    fuzz()
