"""Asking the service: stored requests, plans that are done, and what a problem says."""

import copy
from typing import Any

from starlette.testclient import TestClient

from api.http.samples import ORDER, REQUEST
from tests.api.service.postgres import await_true


def order(**fields: Any) -> dict[str, Any]:
    """Return the sample order with other fields."""
    return copy.deepcopy(ORDER) | fields


def request(**parts: Any) -> dict[str, Any]:
    """Return the sample request with other parts."""
    return copy.deepcopy(REQUEST) | parts


def with_consignees(**consignee: Any) -> dict[str, Any]:
    """Return the sample request with a consignee for each of its orders."""
    return request(orders=[each | {"consignee": consignee} for each in request()["orders"]])


def stored_request(client: TestClient, **parts: Any) -> str:
    """Store a request and return its id."""
    answer = client.post("/v1/requests", json=request(**parts))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def of_orders(count: int) -> dict[str, Any]:
    """Return the sample request with so many orders that are alike."""
    return request(orders=[order(id=f"O-{number}") for number in range(count)])


BUSY = of_orders(12)
"""A day of more orders than its drone can serve: no plan of it is soon proven to be the best."""


def asked_plan(client: TestClient, **fields: Any) -> dict[str, Any]:
    """Ask for a plan, of the sample request if no other is named, and return it."""
    fields = {"time_limit_s": 0.3} | fields
    if "request" not in fields:
        fields["request"] = stored_request(client)
    answer = client.post("/v1/plans", json=fields)
    assert answer.status_code == 202, answer.text
    return dict(answer.json())


def ended_plan(client: TestClient, plan: str, seconds: float = 300) -> dict[str, Any]:
    """Wait until a plan has ended, and return it; the first waits for the compiler too."""

    def ended() -> bool:
        return client.get(f"/v1/plans/{plan}").json()["state"] not in ("queued", "running")

    await_true(ended, seconds)
    return dict(client.get(f"/v1/plans/{plan}").json())


def code_of(answer: Any) -> tuple[int, str]:
    """Return status and code of an answer that is a problem."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    found = answer.json()
    assert found["status"] == answer.status_code
    return answer.status_code, found["code"]


def fault_codes(answer: Any) -> list[str]:
    """Return the codes of the faults that a problem lists."""
    return [each["code"] for each in answer.json()["faults"]]
