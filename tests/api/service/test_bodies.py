"""What a request may be before anything reads it: limits, gzip, ids, headers, problems."""

import gzip
import re

import pytest
from starlette.testclient import TestClient

from api.settings import Settings
from tests.api.service.asking import code_of

UUID = "0f0e0d0c-0b0a-4908-8706-050403020100"


MOST = Settings().body_most_bytes


def test_a_body_over_the_limit_is_refused_before_it_is_read(plain: TestClient) -> None:
    body = b" " * (MOST + 1)
    assert code_of(plain.post("/v1/none", content=body)) == (413, "BODY_TOO_LARGE")


def test_a_body_without_a_length_is_cut_off_at_the_limit(plain: TestClient) -> None:
    parts = (b" " * 2**20 for _ in range(MOST // 2**20 + 1))
    assert code_of(plain.post("/v1/none", content=parts)) == (413, "BODY_TOO_LARGE")


def test_a_gzip_bomb_is_refused(plain: TestClient) -> None:
    bomb = gzip.compress(b"0" * (MOST + 1))
    assert len(bomb) < 2**16
    answer = plain.post("/v1/none", content=bomb, headers={"Content-Encoding": "gzip"})
    assert code_of(answer) == (413, "BODY_TOO_LARGE")


def test_a_broken_gzip_body_is_refused(plain: TestClient) -> None:
    for body in (b"plain", gzip.compress(b"{}")[:-4], gzip.compress(b"{}") + b"more"):
        answer = plain.post("/v1/none", content=body, headers={"Content-Encoding": "gzip"})
        assert code_of(answer) == (400, "NOT_GZIP")


def test_an_encoding_that_is_not_read_is_refused(plain: TestClient) -> None:
    answer = plain.post("/v1/none", content=b"{}", headers={"Content-Encoding": "br"})
    assert code_of(answer) == (415, "ENCODING_UNKNOWN")
    assert answer.headers["Accept-Encoding"] == "gzip"


def test_every_answer_has_a_request_id_and_a_uuid_of_the_caller_is_kept(plain: TestClient) -> None:
    assert plain.get("/healthz", headers={"X-Request-Id": UUID}).headers["x-request-id"] == UUID
    made = plain.get("/none", headers={"X-Request-Id": "made up\x7f"})
    assert re.fullmatch("[0-9a-f-]{36}", made.headers["x-request-id"])
    assert made.json()["instance"] == f"urn:uuid:{made.headers['x-request-id']}"


def test_no_answer_may_be_sniffed_framed_or_read_from_another_origin(plain: TestClient) -> None:
    for path in ("/healthz", "/none"):
        headers = plain.get(path, headers={"Origin": "https://elsewhere.example"}).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "access-control-allow-origin" not in headers


def test_what_is_not_there_and_what_is_not_allowed_are_problems(plain: TestClient) -> None:
    assert code_of(plain.get("/none")) == (404, "NOT_FOUND")
    refused = plain.delete("/healthz")
    assert code_of(refused) == (405, "METHOD_NOT_ALLOWED")
    assert refused.headers["allow"] == "GET, HEAD"


def test_large_answers_are_packed_for_who_can_unpack(plain: TestClient) -> None:
    packed = plain.get("/v1/rules", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.get("/v1/rules", headers={"Accept-Encoding": ""}).headers


def test_a_rule_is_explained_and_an_unknown_one_is_not_found(plain: TestClient) -> None:
    assert plain.get("/v1/rules/CUSTOMS_CLOSED").json()["remedy"]
    assert code_of(plain.get("/v1/rules/NONE")) == (404, "NOT_FOUND")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/healthz", 200),
        ("/v1/rules", 200),
        ("/v1/plans", 200),
        ("/none", 404),
        ("/v1/routes", 405),
    ],
)
def test_head_is_answered_as_get_is_without_the_body(
    plain: TestClient, path: str, status: int
) -> None:
    """RFC 9110, section 9.3.2: the same status and headers, packed or not."""
    for packed in ("gzip", ""):
        asked = {"Accept-Encoding": packed, "X-Request-Id": UUID}
        got, head = plain.get(path, headers=asked), plain.head(path, headers=asked)
        assert (head.status_code, head.content) == (status, b"")
        assert head.headers == got.headers


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/v1/orders", "GET, HEAD, POST"),
        ("POST", "/v1/orders/0123456789abcdef0123456789abcdef", "DELETE, GET, HEAD"),
        ("GET", "/v1/routes", "POST"),
        ("PUT", "/ogc/drafts/crane/collections/zones/items", "GET, HEAD, OPTIONS, POST"),
        (
            "POST",
            "/ogc/drafts/crane/collections/zones/items/Z",
            "DELETE, GET, HEAD, OPTIONS, PATCH, PUT",
        ),
        ("DELETE", "/ogc/collections/zones/items", "GET, HEAD, OPTIONS"),
    ],
)
def test_a_method_that_is_not_allowed_is_told_which_are(
    plain: TestClient, method: str, path: str, allowed: str
) -> None:
    """RFC 9110, section 15.5.6: `Allow` names all methods of the address."""
    answer = plain.request(method, path)
    assert code_of(answer) == (405, "METHOD_NOT_ALLOWED")
    assert answer.headers["Allow"] == allowed
