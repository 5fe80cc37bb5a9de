"""Accepted plans hold their air against all other operators, who see it as held and no more."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from api.service import Service
from tests.api.service.asking import (
    asked_plan,
    code_of,
    ended_plan,
    fault_codes,
    order,
    stored_request,
)
from tests.api.service.credentials import header_of

DAY = {"day": "2026-11-24"}


class As:
    """A client with an operator's key."""

    def __init__(self, client: TestClient, headers: dict[str, str]) -> None:
        self._client, self._headers = client, headers

    def __getattr__(self, method: str) -> Any:
        def ask(address: str, **asked: Any) -> Any:
            return getattr(self._client, method)(address, headers=self._headers, **asked)

        return ask


def test_who_is_first_to_accept_holds_the_air(service: Service, working: TestClient) -> None:
    kite, heron = (As(working, header_of(service, name)) for name in ("kite", "heron"))
    first, second = asked_plan(kite)["id"], asked_plan(heron)["id"]
    assert ended_plan(kite, first)["state"] == ended_plan(heron, second)["state"] == "done"

    assert kite.post(f"/v1/plans/{first}/accept").json()["accepted_at"]
    held = heron.get("/v1/held", params=DAY).json()
    assert held["air"]
    assert {"kite", "O-17", "D1", first} & set(str(held).replace("'", " ").split()) == set()
    assert kite.get("/v1/held", params=DAY).json()["air"] == []

    refused = heron.post(f"/v1/plans/{second}/accept")
    assert code_of(refused) == (409, "HELD_BY_OTHERS")
    assert set(fault_codes(refused)) == {"HELD_BY_OTHERS"}

    again = asked_plan(heron, request=stored_request(heron))["id"]
    assert ended_plan(heron, again)["state"] == "done"
    assert heron.get(f"/v1/plans/{again}/held").json() == held
    assert heron.post(f"/v1/plans/{again}/check").json()["violations"] == []
    assert heron.post(f"/v1/plans/{again}/accept").status_code == 200
    assert code_of(heron.delete(f"/v1/plans/{again}")) == (409, "PLAN_IN_USE")

    assert kite.post(f"/v1/plans/{first}/release").json()["accepted_at"] is None
    assert heron.get("/v1/held", params=DAY).json()["air"] == []


@pytest.mark.parametrize("action", ["accept", "summary"])
def test_a_plan_that_is_not_done_cannot_be_accepted(client: TestClient, action: str) -> None:
    plan = asked_plan(client)["id"]
    ask = client.get if action == "summary" else client.post
    assert code_of(ask(f"/v1/plans/{plan}/{action}")) == (409, "PLAN_NOT_DONE")


def test_accepting_again_takes_the_place_of_the_plan_before(
    working: TestClient,
) -> None:
    waiting = working.post("/v1/orders", json=order(id="A")).headers["Location"]
    first = asked_plan(working, waiting_orders=True)
    assert ended_plan(working, first["id"])["state"] == "done"
    second = asked_plan(working, request=stored_request(working))
    assert ended_plan(working, second["id"])["state"] == "done"
    working.post(f"/v1/plans/{first['id']}/accept")
    assert working.post(f"/v1/plans/{second['id']}/accept").status_code == 200
    assert working.get(f"/v1/plans/{first['id']}").json()["accepted_at"] is None
    # The plan in force does not have the order, so it waits for the next one.
    assert working.get(waiting).json()["state"] == "waiting"
