"""Route queries over HTTP answer what `hetao route` answers."""

import json
import subprocess
import sys

import pytest
from starlette.testclient import TestClient

from api import cli
from api.http.samples import MATRIX, ROUTE
from tests.api.service.asking import code_of, fault_codes, order, stored_request


def test_a_route_is_that_of_the_command_line(
    plain: TestClient, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["--depart", str(ROUTE["depart"]), "--mass", "2.5", "--goods", "biological", "--json"]
    assert cli.run(["route", "SZ-HOSPITAL", "HK-B8", *asked]) == 0
    answer = plain.post("/v1/routes", json=ROUTE)
    assert answer.json() == json.loads(capsys.readouterr().out)
    assert answer.json()["routes"]


def test_alternatives_differ(plain: TestClient) -> None:
    routes = plain.post("/v1/routes", json=ROUTE | {"alternatives": 2}).json()["routes"]
    lanes = [[lane["lane"] for leg in route["legs"] for lane in leg["lanes"]] for route in routes]
    assert len(lanes) == 3
    assert lanes[0] != lanes[1] != lanes[2]


def test_no_route_is_an_answer_with_reasons_and_what_would_help(plain: TestClient) -> None:
    answer = plain.post("/v1/routes", json=ROUTE | {"documents_in_time": False}).json()
    assert answer["routes"] == []
    assert {each["code"] for each in answer["reasons"]} == {"DOCUMENT_MISSING"}
    assert answer["changes"]


def test_every_fault_of_a_query_is_named_in_the_words_of_the_body(plain: TestClient) -> None:
    answer = plain.post("/v1/routes", json=ROUTE | {"from": "SZ-HOSPITAI", "mass_kg": -1})
    assert code_of(answer) == (422, "INVALID_INPUT")
    assert {each["field"] for each in answer.json()["faults"]} == {"from", "mass_kg"}
    unread = plain.post("/v1/routes", json=ROUTE | {"depart": "tomorrow"})
    assert [each["field"] for each in unread.json()["faults"]] == ["depart"]


def test_an_unknown_drone_type_cruise_and_field_are_faults(plain: TestClient) -> None:
    assert fault_codes(plain.post("/v1/routes", json=ROUTE | {"drone": "ark-4"})) == [
        "UNKNOWN_TYPE"
    ]
    assert fault_codes(plain.post("/v1/routes", json=ROUTE | {"cruise_m_s": 99})) == [
        "UNKNOWN_CRUISE"
    ]
    assert fault_codes(plain.post("/v1/routes", json=ROUTE | {"speed": 1})) == ["EXTRA_FORBIDDEN"]


def test_a_query_on_a_stored_request_flies_its_fleet_and_asks_for_permissions(
    client: TestClient,
) -> None:
    request = stored_request(client)
    answer = client.post("/v1/routes", json=ROUTE | {"request": request}).json()
    assert {route["drone_type"] for route in answer["routes"]} == {"ark-40"}
    assert not any("No request" in each for each in answer["given"])
    gone = client.post("/v1/routes", json=ROUTE | {"request": "0" * 32})
    assert code_of(gone) == (404, "NOT_FOUND")


def test_a_matrix_holds_the_quickest_route_of_each_pair(plain: TestClient) -> None:
    answer = plain.post("/v1/routes/matrix", json=MATRIX).json()
    for row, origin in zip(answer["cells"], answer["from"], strict=True):
        for cell, destination in zip(row, answer["to"], strict=True):
            query = {"from": origin, "to": destination, "depart": MATRIX["depart"]}
            (route,) = plain.post("/v1/routes", json=query).json()["routes"]
            assert cell["landing"] == route["landing"]
            assert cell["distance_m"] == route["distance_m"]


def test_a_matrix_says_why_a_pair_has_no_route_and_where_there_is_nothing_to_fly(
    plain: TestClient,
) -> None:
    asked = MATRIX | {"to": ["SZ-HOSPITAL", "HK-B8"], "documents_in_time": False}
    cells = plain.post("/v1/routes/matrix", json=asked).json()["cells"]
    assert cells[0][0] is None
    assert cells[0][1]["codes"] == ["DOCUMENT_MISSING"]
    assert cells[0][1]["landing"] is None


def test_a_matrix_of_unknown_places_or_too_many_pairs_is_refused(plain: TestClient) -> None:
    answer = plain.post("/v1/routes/matrix", json=MATRIX | {"from": ["SZ-HOSPITAI", "NONE"]})
    assert fault_codes(answer) == ["UNKNOWN_VERTIPORT"] * 2
    many = ["HK-B8"] * 60
    answer = plain.post("/v1/routes/matrix", json=MATRIX | {"from": many, "to": many})
    assert code_of(answer) == (422, "TOO_MANY_PAIRS")


def test_the_server_never_loads_a_solver_or_its_compiler() -> None:
    code = "import sys, api.http.app, api.service; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert {"ortools", "highspy", "numba"}.isdisjoint(done.stdout.split())


def test_documents_that_are_named_are_the_only_ones(plain: TestClient) -> None:
    documents = order()["declarations"]
    assert plain.post("/v1/routes", json=ROUTE | {"documents": documents}).json()["routes"]
    fewer = plain.post("/v1/routes", json=ROUTE | {"documents": documents[1:]}).json()
    assert fewer["reasons"][0]["values"]["document"] == documents[0]["document"]
