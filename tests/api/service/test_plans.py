"""A plan is asked for, made, followed, exported and cancelled."""

import csv
import io
import json
import time
from typing import Any
from xml.etree import ElementTree

import pytest
from starlette.testclient import TestClient

from api.jobs.solve import read_content
from api.service import Service
from api.store.engine import writing
from api.store.plans import PlanResult
from api.store.requests import StoredRequest
from planner.certify import certify_plan
from planner.plan.certificate import CERTIFICATE
from planner.plan.plan import PLAN
from planner.rules.rulebook import shipped_rulebook
from tests.api.service.asking import BUSY, asked_plan, code_of, ended_plan, order, stored_request
from tests.api.service.postgres import await_true

KML = "application/vnd.google-earth.kml+xml"


def test_a_plan_is_made_followed_and_exported(working: TestClient, service: Service) -> None:
    waits = working.post("/v1/orders", json=order(id="HOPELESS", declarations=[]))
    asked = asked_plan(working, waiting_orders=True)
    with working.stream("GET", f"/v1/plans/{asked['id']}/events") as stream:
        lines = list(stream.iter_lines())
    kinds = [line.removeprefix("event: ") for line in lines if line.startswith("event: ")]
    assert kinds[:-1] == ["progress"] * (len(kinds) - 1)
    assert kinds[-1] == "end"
    data = [json.loads(line[6:]) for line in lines if line.startswith("data: ")]
    shares = [each["progress"]["share"] for each in data]
    assert shares == sorted(shares)
    plan = working.get(f"/v1/plans/{asked['id']}").json()
    assert (plan["state"], plan["problem"], data[-1]) == ("done", None, plan)
    exports_say_the_same(working, f"/v1/plans/{plan['id']}/result")
    certificate_proves(working, plan, service)
    assert working.get(waits.headers["Location"]).json()["state"] == "waiting"
    assert working.get(f"/v1/plans/{plan['id']}/summary").json()["violations"] == []
    checked = working.post(f"/v1/plans/{plan['id']}/check")
    assert checked.json() == {"edition": plan["edition"], "violations": []}


def certificate_proves(client: TestClient, plan: dict[str, Any], service: Service) -> None:
    """See that it is as `hetao certify` reads it, and of this plan and its request."""
    address = f"/v1/plans/{plan['id']}/certificate"
    found = client.get(address)
    proof = CERTIFICATE.validate_json(found.content, strict=True)
    made = PLAN.validate_json(client.get(f"/v1/plans/{plan['id']}/result").content)
    network, rulebook = service.networks.find(plan["edition"]), shipped_rulebook()
    with service.sessions() as session:
        content = session.get_one(StoredRequest, plan["request"]).content
    asked = read_content(content, network, rulebook)
    assert certify_plan(proof, made, network, asked, rulebook) == []
    again = {"If-None-Match": found.headers["etag"]}
    assert client.get(address, headers=again).status_code == 304
    with writing(service.sessions) as session:
        session.get_one(PlanResult, plan["id"]).certificate = None
    assert code_of(client.get(address)) == (404, "NOT_FOUND")


def exports_say_the_same(client: TestClient, address: str) -> None:
    found = client.get(address, headers={"Accept": "text/html;q=0.5, */*;q=0.1"})
    assert found.headers["content-type"] == "application/json"
    plan = PLAN.validate_json(found.content)
    legs = [leg for sortie in plan.sorties for leg in sortie.legs]
    assert [each.order for each in plan.unserved] == ["HOPELESS"]
    geojson = client.get(address, headers={"Accept": "application/geo+json"}).json()
    kinds = [each["properties"]["kind"] for each in geojson["features"]]
    assert kinds.count("leg") == len(legs)
    rows = list(csv.DictReader(io.StringIO(client.get(f"{address}.csv").text)))
    assert [row["lanes"].split() for row in rows] == [list(leg.lanes) for leg in legs]
    kml = client.get(address, headers={"Accept": f"{KML}, text/csv;q=0.9"})
    assert kml.headers["content-type"] == KML
    spans = ElementTree.fromstring(kml.text).iter("{http://www.opengis.net/kml/2.2}TimeSpan")
    assert len(list(spans)) == len(legs)
    assert code_of(client.get(address, headers={"Accept": "text/html"})) == (406, "NOT_ACCEPTABLE")
    tag = found.headers["etag"]
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304


def solving_plan(client: TestClient, request: str) -> str:
    """Ask for a plan that takes ten minutes, and return its id once there is a best so far."""
    plan = str(asked_plan(client, request=request, time_limit_s=600)["id"])

    def solving() -> bool:
        return str(client.get(f"/v1/plans/{plan}").json()["progress"]["stage"]) == "improve"

    await_true(solving, 300)
    return plan


def test_a_plan_that_is_told_to_finish_is_the_best_so_far(working: TestClient) -> None:
    """Or the first one, if nobody has begun to make it."""
    busy = working.post("/v1/requests", json=BUSY).json()["id"]
    for plan in (
        solving_plan(working, busy),
        str(asked_plan(working, request=busy, time_limit_s=600)["id"]),
    ):
        for _ in range(2):
            answer = working.post(f"/v1/plans/{plan}/finish")
            assert answer.status_code == 202, answer.text
        ended = ended_plan(working, plan)
        assert (ended["state"], ended["problem"]) == ("done", None)
        assert working.post(f"/v1/plans/{plan}/check").json()["violations"] == []
        assert working.get(f"/v1/plans/{plan}/summary").json()["sorties"] > 0
        assert working.post(f"/v1/plans/{plan}/finish").json() == ended


def test_a_plan_that_is_cancelled_stays_so_whatever_else_is_asked(client: TestClient) -> None:
    plan = asked_plan(client)["id"]
    assert client.post(f"/v1/plans/{plan}/finish").json()["state"] == "queued"
    for _ in range(2):
        assert client.post(f"/v1/plans/{plan}/cancel").json()["state"] == "cancelled"
        assert client.post(f"/v1/plans/{plan}/finish").json()["state"] == "cancelled"


def test_a_running_plan_is_cancelled_within_two_seconds(working: TestClient) -> None:
    busy = working.post("/v1/requests", json=BUSY).json()["id"]
    plan = solving_plan(working, busy)
    began = time.monotonic()
    assert working.post(f"/v1/plans/{plan}/cancel").status_code == 202
    assert ended_plan(working, plan)["state"] == "cancelled"
    assert time.monotonic() - began < 10  # 2 s on a quiet machine: the bench measures it
    for part in ("result", "summary", "certificate"):
        assert code_of(working.get(f"/v1/plans/{plan}/{part}")) == (409, "PLAN_NOT_DONE")


def test_head_does_not_wait_for_the_events_of_a_plan(client: TestClient) -> None:
    """Nobody makes this one, so its events never end."""
    found = client.head(f"/v1/plans/{asked_plan(client)['id']}/events")
    assert (found.status_code, found.content) == (200, b"")
    assert found.headers["content-type"].startswith("text/event-stream")


def test_a_queued_plan_is_cancelled_at_once_and_stays_so(client: TestClient) -> None:
    plan = asked_plan(client)["id"]
    for _ in range(2):
        assert client.post(f"/v1/plans/{plan}/cancel").json()["state"] == "cancelled"
    assert client.get(f"/v1/plans/{plan}").json()["problem"]["code"] == "CANCELLED"


def test_too_many_plans_at_once_are_refused_with_when_to_try_again(
    client: TestClient, service: Service
) -> None:
    request = stored_request(client)
    for _ in range(service.settings.plans_at_once):
        plan = asked_plan(client, request=request)["id"]
    refused = client.post("/v1/plans", json={"request": request})
    assert code_of(refused) == (429, "PLANS_AT_ONCE")
    assert int(refused.headers["Retry-After"]) > 0
    client.post(f"/v1/plans/{plan}/cancel")
    asked_plan(client, request=request)


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"time_limit_s": 0}, 422),
        ({"time_limit_s": 4000}, 422),
        ({"seed": 2**31}, 422),
        ({"request": "0" * 32}, 404),
        ({"edition": "0" * 64}, 404),
        ({"tme_limit_s": 3}, 422),
    ],
)
def test_what_cannot_be_planned_is_refused(
    client: TestClient, fields: dict[str, object], status: int
) -> None:
    asked = {"request": stored_request(client)} | fields
    assert code_of(client.post("/v1/plans", json=asked))[0] == status
    assert client.get("/v1/plans").json()["items"] == []


def test_plans_are_listed_by_state_and_deleted_once_ended(client: TestClient) -> None:
    queued, ended = asked_plan(client)["id"], asked_plan(client)["id"]
    client.post(f"/v1/plans/{ended}/cancel")
    listed = client.get("/v1/plans", params={"state": "cancelled"}).json()["items"]
    assert [each["id"] for each in listed] == [ended]
    assert code_of(client.delete(f"/v1/plans/{queued}")) == (409, "PLAN_IN_USE")
    assert client.delete(f"/v1/plans/{ended}").status_code == 204
    assert code_of(client.get(f"/v1/plans/{ended}")) == (404, "NOT_FOUND")
