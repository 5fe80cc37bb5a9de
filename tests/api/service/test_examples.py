"""Every body that the API's description shows can be sent as it stands."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.api.service.asking import stored_request

ELSEWHERE = {
    "publishDraft",  # a draft without an edit is not published
    "findCapacity",  # seconds in a process of their own: tests/api/service/network
    "findImpact",
    "suggestCorridor",
}


def examples(document: dict[str, Any]) -> dict[str, tuple[str, str, str, Any]]:
    """Return method, path, type and example of each body by operation; None: it has no example."""
    schemas = document["components"]["schemas"]
    found = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            content = operation.get("requestBody", {}).get("content", {})
            for media_type, described in content.items():
                named = described["schema"].get("$ref", "").rsplit("/", 1)[-1]
                example = described.get("example", schemas.get(named, {}).get("example"))
                found[operation["operationId"]] = (method, path, media_type, example)
    return found


def test_every_body_has_an_example(plain: TestClient) -> None:
    found = examples(plain.get("/openapi.json").json())
    assert [name for name, (*_, example) in found.items() if example is None] == []


def test_every_example_is_taken(plain: TestClient, subtests: pytest.Subtests) -> None:
    """In the order of the description; the names in addresses and references are put in."""
    found = examples(plain.get("/openapi.json").json())
    request = stored_request(plain)
    for name, (method, path, media_type, example) in found.items():
        if name in ELSEWHERE:
            continue
        if name == "createPlan":
            example = {**example, "request": request}
        at = path.format(draft="crane", layer="obstacles", feature="SZ-CRANE-1")
        with subtests.test(name):
            headers = {"Content-Type": media_type}
            answer = plain.request(method, at, json=example, headers=headers)
            assert answer.is_success, answer.text
