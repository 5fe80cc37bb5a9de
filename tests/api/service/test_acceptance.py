"""Accepted plans hold their air against all other operators, who see it as held and no more."""

import datetime as dt
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.jobs import carry_out, solve
from api.service import Service
from api.store.base import new_id, now
from api.store.engine import writing
from api.store.holdings import Flier, held_by_others, which_hold
from api.store.operators import ensure_operator
from api.store.plans import PlanResult, StoredPlan
from api.store.requests import StoredRequest
from api.worker import Answer
from tests.api.service.asking import (
    asked_plan,
    code_of,
    ended_plan,
    fault_codes,
    order,
    request,
    stored_request,
)
from tests.api.service.conftest import local_client
from tests.api.service.credentials import header_of

DAY = {"day": "2026-11-24"}


class Here:
    """A job that is done in this process, one at a time: a child takes seconds to import it all."""

    _TURN = Lock()

    def __init__(self, work: Callable[..., Any], job: Any) -> None:
        self._work, self._job = work, job

    def hear(self, within_s: float) -> Answer[Any]:
        """Return what the job comes to, however long that takes."""
        with self._TURN:
            return Answer(self._work(self._job, lambda *_: None))


@contextmanager
def here(work: Callable[..., Any], job: Any) -> Iterator[Here]:
    yield Here(work, job)


@pytest.fixture
def working(service: Service, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """Yield a client of a service whose plans are made in this process, which gives no way."""
    monkeypatch.setattr(carry_out, "child", here)
    monkeypatch.setattr(solve, "GIVES_WAY", 0)
    with local_client(service) as found:
        yield found


def with_drone(name: str) -> dict[str, Any]:
    """Return the sample's fleet with its drone under another name."""
    fleet = request()["fleet"]
    return {**fleet, "drones": [{**fleet["drones"][0], "id": name}]}


def accepted(client: Any, **parts: Any) -> str:
    """Have a plan made of the sample request with other parts, accept it and return its id."""
    plan = str(asked_plan(client, request=stored_request(client, **parts))["id"])
    assert ended_plan(client, plan)["state"] == "done"
    answer = client.post(f"/v1/plans/{plan}/accept")
    assert answer.status_code == 200, answer.text
    return plan


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


def test_plans_of_other_drones_stand_beside_each_other(working: TestClient) -> None:
    """One operator's squads fly by plans of their own, clear of each other; nobody else is told."""
    first = accepted(working, fleet=with_drone("D1"))
    second = accepted(working, fleet=with_drone("D2"))
    held = working.get(f"/v1/plans/{second}/held").json()
    assert held["air"]
    assert working.get(f"/v1/plans/{first}").json()["accepted_at"] is not None
    assert working.get("/v1/held", params=DAY).json()["air"] == []

    third = accepted(working, fleet=with_drone("D1"))
    accepted_at = {
        each: working.get(f"/v1/plans/{each}").json()["accepted_at"]
        for each in (first, second, third)
    }
    assert [each for each, at in accepted_at.items() if at is None] == [first]


def test_what_is_held_near_midnight_is_held_on_both_days(service: Service) -> None:
    """Of the day before and after, what lies within two minutes of midnight, and no more of it."""
    spans = [
        ["2026-11-24T12:00:00+08:00", "2026-11-24T12:00:30+08:00"],
        ["2026-11-24T23:59:00+08:00", "2026-11-24T23:59:40+08:00"],
    ]
    air = {"area": [[114, 22], [114.1, 22], [114.1, 22.1]], "lower_amsl_m": 60, "upper_amsl_m": 90}
    seats = {"site": "HK-B8", "kind": "pads", "spans": spans[:1]}
    holdings = {"schema_version": "1", "air": [{**air, "spans": spans}], "seats": [seats]}
    _hold(service, dt.date(2026, 11, 24), holdings)

    def seen(day: int, operator: str = "heron", drones: frozenset[str] | None = None) -> Any:
        with service.sessions() as session:
            flier = Flier(operator, dt.date(2026, 11, day), drones)
            found = held_by_others(session, flier)
            assert which_hold(session, flier) == found.plans
        return None if found.json is None else json.loads(found.json)

    assert seen(24)["air"][0]["spans"] == spans
    assert seen(25) == {"schema_version": "1", "air": [{**air, "spans": spans[1:]}], "seats": []}
    assert seen(23) is None
    assert seen(26) is None
    assert seen(25, "kite") is None
    assert seen(25, "kite", frozenset({"D1"}))["air"][0]["spans"] == spans[1:]
    assert seen(24, "kite", frozenset({"D1"})) is None
    assert seen(24, "kite", frozenset({"D2"}))["air"][0]["spans"] == spans


@pytest.mark.parametrize("day", ["0001-01-01", "1999-12-31", "2100-01-01", "9999-12-31"])
def test_what_is_held_on_a_day_without_plans_is_not_asked(client: TestClient, day: str) -> None:
    answer = client.get("/v1/held", params={"day": day})
    assert code_of(answer) == (422, "INVALID_INPUT")


def _hold(service: Service, day: dt.date, holdings: dict[str, Any]) -> None:
    """Store an accepted plan of the operator kite, of drone D1, that holds something."""
    with writing(service.sessions) as session:
        ensure_operator(session, "kite")
        asked = StoredRequest(
            id=new_id(),
            operator="kite",
            created_at=now(),
            day=day,
            hash="0" * 64,
            orders=0,
            drones=1,
            content=json.dumps({"fleet": with_drone("D1")}).encode(),
        )
        plan = StoredPlan(
            id=new_id(),
            operator="kite",
            request=asked.id,
            day=day,
            edition="0" * 64,
            time_limit_s=1,
            seed=1,
            deterministic=False,
            gap=0.0,
            created_at=now(),
            accepted_at=now(),
        )
        for each in (asked, plan):
            session.add(each)
            session.flush()
        found = {"document": b"{}", "summary": b"{}", "holdings": json.dumps(holdings).encode()}
        session.add(PlanResult(plan=plan.id, **found))
