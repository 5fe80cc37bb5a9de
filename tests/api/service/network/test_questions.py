"""Impact, capacity and suggestions over HTTP: what the library says, in a process of its own."""

import asyncio
import multiprocessing
import os
import signal
import time
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from api.http.network import questions
from api.service import open_service
from api.settings import Settings
from geodata.write import write_network
from tests.api.service.conftest import local_client
from tests.geodata.small import small_network

MERGE = {"Content-Type": "application/merge-patch+json"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Yield a client of a service of the small network, with a draft that closes both crossings."""
    folder = tmp_path_factory.mktemp("questions")
    write_network(small_network(), folder / "network")
    settings = Settings(data=folder / "data", network=folder / "network")
    service = open_service(settings, open_locally=True)
    found = local_client(service)
    found.post("/v1/network/drafts", json={"name": "closed"})
    for crossing in ("X-A", "X-B"):
        assert found.delete(f"/ogc/drafts/closed/collections/corridors/items/{crossing}").is_success
    yield found
    service.engine.dispose()


def test_capacity_by_hour(client: TestClient) -> None:
    """There, back and both, with what limits each."""
    asked = {"hours": [12], "shares": {"general": 1}, "from": ["SZ-V1"], "to": ["HK-V1"]}
    answer = client.post("/v1/network/capacity", json=asked)
    assert answer.status_code == 200, answer.text
    (hour,) = answer.json()["hours"]
    assert hour["there"]["flights"] > 0
    assert hour["both"]["limits"]


def test_capacity_between_places_that_are_none(client: TestClient) -> None:
    """Each is named; so is an end on the side of the other."""
    for asked, values in (
        ({"from": ["SZ-V9", "SZ-V1"], "to": ["HK-V9"]}, ["HK-V9", "SZ-V9"]),
        ({"from": ["SZ-V1"], "to": ["SZ-V2"]}, ["SZ and SZ"]),
    ):
        answer = client.post("/v1/network/capacity", json=asked)
        assert answer.status_code == 422
        assert sorted(each["value"] for each in answer.json()["faults"]) == values


def test_impact_of_a_draft(client: TestClient) -> None:
    """Every way across is lost, and either of the corridors that went would bring it back."""
    asked = {"new": "draft:closed", "goods": ["general"], "departures": ["09:00:00"]}
    answer = client.post("/v1/network/impact", json=asked)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert [each["ids"] for each in found["edits"]] == [["X-A"], ["X-B"]]
    assert {each["change"] for each in found["routes"]} == {"lost"}
    assert all(sorted(each["causes"]) == [[0], [1]] for each in found["routes"])
    wrong = client.post("/v1/network/impact", json={**asked, "departures": ["10:00", "09:00"]})
    assert wrong.status_code == 422


def test_a_suggested_corridor_can_be_added_to_a_draft(client: TestClient) -> None:
    """What is suggested is a feature that a draft takes as it stands, and breaks no rule."""
    asked = {"from": "SZ-V1", "to": "SZ-C1", "alternatives": 0, "cross_lanes": True}
    answer = client.post("/v1/network/suggest", json=asked)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert found["suggestions"], found["reasons"]
    feature = {name: found["suggestions"][0][name] for name in ("type", "properties", "geometry")}
    client.post("/v1/network/drafts", json={"name": "suggested"})
    added = client.post("/ogc/drafts/suggested/collections/corridors/items", json=feature)
    assert added.status_code == 201, added.text
    assert [each for each in added.json()["found"] if each["severity"] == "error"] == []


def test_a_suggestion_between_places_that_are_none(client: TestClient) -> None:
    """The question itself has faults."""
    answer = client.post("/v1/network/suggest", json={"from": "NOWHERE", "to": "SZ-C1"})
    assert answer.status_code == 422
    assert [each["code"] for each in answer.json()["faults"]] == ["UNKNOWN_REFERENCE"]


def test_a_question_that_takes_too_long_is_given_up(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """503, and its process is gone; the room that it took is free again."""
    # No process has begun by then, however quick the machine and the question are.
    monkeypatch.setattr(questions, "MARGIN_S", 60.0)
    monkeypatch.setattr(questions, "LEAST_S", 0.01)
    asked = {"new": "draft:closed", "departures": ["09:00:00"]}
    for _ in range(questions.AT_ONCE + 1):
        answer = client.post("/v1/network/impact", json=asked)
        assert (answer.status_code, answer.json()["code"]) == (503, "TIME_LIMIT")


def test_more_questions_than_there_is_room_for_are_turned_away(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """429 with the time to wait."""
    for _ in range(questions.AT_ONCE):
        assert questions._ROOM.acquire(blocking=False)
    try:
        answer = client.post("/v1/network/suggest", json={"from": "SZ-V1", "to": "SZ-C1"})
    finally:
        for _ in range(questions.AT_ONCE):
            questions._ROOM.release()
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "10")


def sleeps(job: object, report: object) -> dict[str, object]:
    """Take longer than any test."""
    time.sleep(600)
    return {}


def dies(job: object, report: object) -> dict[str, object]:
    """End as a process does that the system kills."""
    os.kill(os.getpid(), signal.SIGKILL)
    return {}


def test_a_question_is_given_up_when_who_asked_has_gone(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its process ends, and its room is free again; nobody waits for the time limit of 57 s."""
    monkeypatch.setattr(questions.jobs, "suggest", sleeps)
    body = b'{"from": "SZ-V1", "to": "SZ-C1"}'
    heard = [{"type": "http.request", "body": body}, {"type": "http.disconnect"}]

    async def receive() -> dict[str, object]:
        return heard.pop(0)

    async def send(message: object) -> None:
        pass

    async def ask() -> None:
        headers = [(b"host", b"localhost"), (b"content-type", b"application/json")]
        scope = {
            "type": "http",
            "method": "POST",
            "path": "/v1/network/suggest",
            "headers": headers,
        }
        scope |= {"query_string": b"", "http_version": "1.1", "scheme": "http"}
        async with asyncio.timeout(45):
            await client.app(scope, receive, send)

    asyncio.run(ask())
    assert multiprocessing.active_children() == []
    for _ in range(questions.AT_ONCE):
        assert questions._ROOM.acquire(blocking=False)
    for _ in range(questions.AT_ONCE):
        questions._ROOM.release()


def test_a_question_whose_process_is_killed_is_answered(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """503 that says so, and no defect."""
    monkeypatch.setattr(questions.jobs, "suggest", dies)
    answer = client.post("/v1/network/suggest", json={"from": "SZ-V1", "to": "SZ-C1"})
    assert (answer.status_code, answer.json()["code"]) == (503, "WORKER_LOST")
