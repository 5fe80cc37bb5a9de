"""Requests are stored whole, without a fault, and seen by their operator alone."""

from starlette.testclient import TestClient

from api.service import Service
from api.store.base import now
from api.store.engine import writing
from api.store.operators import Operator
from api.store.requests import StoredRequest
from tests.api.service.asking import code_of, fault_codes, order, request, stored_request


def test_a_request_comes_back_as_it_was_given(client: TestClient) -> None:
    created = client.post("/v1/requests", json=request())
    assert created.status_code == 201
    shown = client.get(created.headers["Location"]).json()
    assert shown["content"]["orders"][0]["id"] == order()["id"]
    assert shown["content"]["fleet"]["drones"][0]["charge"] == 1
    assert {**shown, "content": None} == {**created.json(), "content": None}


def test_all_faults_are_listed_and_nothing_is_stored(client: TestClient) -> None:
    broken = request(orders=[order(origin="NOWHERE"), order(id="O 2", mass_kg=-1)])
    answer = client.post("/v1/requests", json=broken)
    assert code_of(answer) == (422, "INVALID_INPUT")
    places = {(each["source"], each["field"]) for each in answer.json()["faults"]}
    assert places == {("orders", "origin"), ("orders", "id"), ("orders", "mass_kg")}
    assert client.get("/v1/requests").json()["items"] == []


def test_a_part_that_is_unknown_or_missing_is_a_fault(client: TestClient) -> None:
    assert fault_codes(client.post("/v1/requests", json=request(wether={}))) == ["FIELD_UNKNOWN"]
    assert fault_codes(client.post("/v1/requests", json={"orders": []})) == ["FILE_MISSING"]
    assert fault_codes(client.post("/v1/requests", json=[])) == ["FIELD_TYPE"]


def test_a_body_that_is_no_json_of_ours_is_refused(client: TestClient) -> None:
    def sent(body: bytes, kind: str = "application/json") -> tuple[int, str]:
        answer = client.post("/v1/requests", content=body, headers={"Content-Type": kind})
        return code_of(answer)

    assert sent(b"{}", "text/plain") == (415, "TYPE_UNKNOWN")
    for body in (b"", b"{", b"\xff", b'{"a": 1, "a": 2}', b"[" * 100_000, b'"\\ud800"'):
        assert sent(body) == (422, "INVALID_INPUT")
    assert sent(b'{"orders": NaN, "fleet": 1e999}')[0] == 422


def test_pages_hold_every_request_once_newest_first(client: TestClient) -> None:
    made = [stored_request(client) for _ in range(5)]
    found, cursor = list[str](), ""
    while cursor is not None:
        page = client.get(
            "/v1/requests", params={"limit": 2} | ({"cursor": cursor} if cursor else {})
        ).json()
        found += [each["id"] for each in page["items"]]
        cursor = page["next"]
    assert found == made[::-1]


def test_a_cursor_that_no_page_gave_is_refused(client: TestClient) -> None:
    for cursor in ("x", "AAAA", "MjAyNi0xMS0yNFQwMDowMDowMCsw", "é"):
        assert code_of(client.get("/v1/requests", params={"cursor": cursor}))[0] == 422


def test_a_reader_that_has_the_newest_state_gets_no_body(client: TestClient) -> None:
    address = f"/v1/requests/{stored_request(client)}"
    tag = client.get(address).headers["etag"]
    again = client.get(address, headers={"If-None-Match": f'"other", {tag}'})
    assert (again.status_code, again.content) == (304, b"")


def test_another_operators_request_is_not_there(client: TestClient, service: Service) -> None:
    mine = stored_request(client)
    with writing(service.sessions) as session:
        session.add(Operator(id="other", created_at=now()))
        session.flush()
        stored = session.get_one(StoredRequest, mine)
        stored.operator = "other"
    for answer in (
        client.get(f"/v1/requests/{mine}"),
        client.delete(f"/v1/requests/{mine}"),
        client.post("/v1/plans", json={"request": mine}),
    ):
        assert code_of(answer) == (404, "NOT_FOUND")
    assert client.get("/v1/requests").json()["items"] == []


def test_a_request_that_a_plan_is_made_of_stays(client: TestClient) -> None:
    used, unused = stored_request(client), stored_request(client)
    client.post("/v1/plans", json={"request": used})
    assert code_of(client.delete(f"/v1/requests/{used}")) == (409, "REQUEST_IN_USE")
    assert client.delete(f"/v1/requests/{unused}").status_code == 204
    assert code_of(client.get(f"/v1/requests/{unused}")) == (404, "NOT_FOUND")
