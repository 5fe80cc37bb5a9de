"""Single orders wait for the next plan of their day."""

from starlette.testclient import TestClient

from tests.api.service.asking import asked_plan, code_of, fault_codes, order, stored_request


def test_an_order_waits_until_a_plan_takes_it_up(client: TestClient) -> None:
    created = client.post("/v1/orders", json=order(id="A"))
    assert created.status_code == 201
    assert created.json()["state"] == "waiting"
    other = client.post("/v1/orders", json=order(id="B")).json()["id"]
    assert client.delete(f"/v1/orders/{other}").status_code == 204
    base = stored_request(client)
    plan = asked_plan(client, request=base, waiting_orders=True)
    shown = client.get(created.headers["Location"]).json()
    assert (shown["state"], shown["plan"]) == ("planned", plan["id"])
    request = client.get(f"/v1/requests/{plan['request']}").json()
    assert [each["id"] for each in request["content"]["orders"]] == ["O-17", "A"]
    assert plan["request"] != base


def test_a_plan_takes_up_no_order_unless_it_is_asked_to(client: TestClient) -> None:
    client.post("/v1/orders", json=order(id="A"))
    base = stored_request(client)
    assert asked_plan(client, request=base)["request"] == base
    assert client.get("/v1/orders", params={"state": "waiting"}).json()["items"]


def test_orders_of_a_cancelled_plan_wait_again(client: TestClient) -> None:
    created = client.post("/v1/orders", json=order(id="A"))
    plan = asked_plan(client, waiting_orders=True)
    client.post(f"/v1/plans/{plan['id']}/cancel")
    assert client.get(created.headers["Location"]).json()["state"] == "waiting"


def test_an_order_that_a_plan_took_up_is_not_withdrawn(client: TestClient) -> None:
    created = client.post("/v1/orders", json=order(id="A"))
    asked_plan(client, waiting_orders=True)
    assert code_of(client.delete(created.headers["Location"])) == (409, "ORDER_PLANNED")


def test_an_id_is_taken_once_a_day(client: TestClient) -> None:
    assert client.post("/v1/orders", json=order()).status_code == 201
    assert code_of(client.post("/v1/orders", json=order())) == (409, "ORDER_ID_TAKEN")
    tomorrow = order(ready="2026-11-25T09:30:00+08:00", due="2026-11-25T10:00:00+08:00")
    assert client.post("/v1/orders", json=tomorrow).json()["day"] == "2026-11-25"


def test_the_day_of_an_order_is_the_networks_local_day(client: TestClient) -> None:
    late = order(ready="2026-11-24T16:30:00+00:00", due="2026-11-24T17:00:00+00:00")
    assert client.post("/v1/orders", json=late).json()["day"] == "2026-11-25"
    over = order(ready="2026-11-24T15:30:00+00:00", due="2026-11-24T17:00:00+00:00")
    assert fault_codes(client.post("/v1/orders", json=over)) == ["TIME_NOT_ON_DAY"]


def test_all_faults_of_an_order_are_listed(client: TestClient) -> None:
    answer = client.post("/v1/orders", json=order(origin="NONE", mass_kg=0, ready="now"))
    assert {each["field"] for each in answer.json()["faults"]} == {"origin", "mass_kg", "ready"}
    for body in ([], "order", 7, {}):
        assert code_of(client.post("/v1/orders", json=body))[0] == 422


def test_orders_are_listed_by_day_and_state(client: TestClient) -> None:
    for number in range(3):
        client.post("/v1/orders", json=order(id=f"A{number}"))
    listed = client.get("/v1/orders", params={"day": "2026-11-24", "state": "waiting"}).json()
    assert [each["order"]["id"] for each in listed["items"]] == ["A2", "A1", "A0"]
    assert client.get("/v1/orders", params={"day": "2026-11-25"}).json()["items"] == []
