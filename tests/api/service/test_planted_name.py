"""A consignee's name is planted, a day is planned, and the name is looked for everywhere.

It may stand in one place alone: the answer to a reader of its side. The control is the order's id,
which stands in the clear and must be found by the same search.
"""

import base64
import datetime as dt
import json
import logging
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from api.audit.read import entries
from api.caller import SCOPES
from api.privacy.consignee import Consignee
from api.privacy.keyring import KeyRing, new_key_line
from api.privacy.vault import Vault
from api.service import Service
from api.store.base import Base, now
from api.store.consignees import SealedConsignee
from api.store.engine import writing
from api.store.operators import ensure_operator
from tests.api.service.asking import ended_plan, order, request, with_consignees
from tests.api.service.conftest import local_client
from tests.api.service.credentials import header_of
from tests.api.service.postgres import BINARIES, await_true

NAME = "Zebulon Quillfeather 曾秋月"
CONTACT = "+852-5550-7713"
PARTS = ("Quillfeather", "曾秋月", "5550-7713")
STORED = "POST /v1/requests 201"
CONSIGNEE = {"name": NAME, "contact": CONTACT, "side": "HK"}
CONTROL = "PLANTED-ORDER-7"


def needles(text: str) -> set[bytes]:
    """Return a text as it may stand in a file: in other encodings, escaped, hexadecimal, base64."""
    plain = text.encode()
    found = {plain, text.encode("utf-16-le"), json.dumps(text)[1:-1].encode()}
    found |= {plain.hex().encode(), plain.hex().upper().encode()}
    for shift in range(3):  # base64 has three alignments; characters of the edges differ
        coded = base64.b64encode(b"\0" * shift + plain)
        found.add(coded[4 if shift else 0 : len(coded) // 4 * 4 - 4])
    return found


def holds(content: bytes, *texts: str) -> bool:
    """Tell whether any of some texts stands in a content."""
    return any(needle in content for text in texts for needle in needles(text))


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the service, and the processes under it, keys of both sides."""
    monkeypatch.setenv("HETAO_PERSONAL_KEYS_SZ", new_key_line())
    monkeypatch.setenv("HETAO_PERSONAL_KEYS_HK", new_key_line())


def sent(**changes: Any) -> dict[str, Any]:
    return order(id=CONTROL, consignee=CONSIGNEE) | changes


def rows(service: Service) -> bytes:
    """Return everything in every table as the service reads it: unpacked, not as pages."""
    with service.sessions() as session:
        return b"\n".join(
            value if isinstance(value, bytes) else str(value).encode()
            for table in Base.metadata.sorted_tables
            for row in session.execute(select(*table.columns))
            for value in row
        )


def raw(service: Service, folder: Path) -> bytes:
    """Return the database as it lies there: SQLite's files, or what pg_dump makes of it."""
    if service.engine.dialect.name == "sqlite":
        return b"".join(each.read_bytes() for each in folder.rglob("*") if each.is_file())
    url = service.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    dump = [str(BINARIES / "pg_dump"), "--dbname", url, "--inserts"]
    return subprocess.run(dump, capture_output=True, check=True).stdout


def planned_day(client: TestClient, hk: dict[str, str]) -> Iterator[tuple[str, bytes]]:
    """Yield every answer of a day on which the order is taken in, planned, exported and listed."""

    def ask(method: str, path: str, **more: Any) -> Any:
        answer = client.request(method, path, headers={**hk, **more.pop("headers", {})}, **more)
        answers.append((f"{method} {path} {answer.status_code}", answer.content))
        return answer

    answers: list[tuple[str, bytes]] = []
    client.headers.update(hk)
    made = ask("POST", "/v1/orders", json=sent(), headers={"Idempotency-Key": "once"})
    assert made.status_code == 201, made.text
    ask("POST", "/v1/orders", json=sent(), headers={"Idempotency-Key": "once"})
    assert ask("POST", "/v1/orders", json=sent()).status_code == 409
    place = made.headers["location"]
    body = {"waiting_orders": True, "time_limit_s": 1}
    whole, once = with_consignees(**CONSIGNEE), {"Idempotency-Key": "whole"}
    stored = ask("POST", "/v1/requests", json=whole, headers=once)
    assert stored.status_code == 201, stored.text
    assert ask("POST", "/v1/requests", json=whole, headers=once).content == stored.content
    body["request"] = stored.json()["id"]
    plan = ask("POST", "/v1/plans", json=body).json()["id"]
    assert ended_plan(client, plan)["state"] == "done"
    base = f"/v1/plans/{plan}"
    for suffix in ("json", "geojson", "csv", "kml"):
        assert ask("GET", f"{base}/result.{suffix}").status_code == 200
    assert ask("POST", f"{base}/check").json()["violations"] == []
    lists = ("/v1/orders", "/v1/requests", "/v1/plans", "/v1/keys", "/v1/audit", "/metrics")
    taken_up = client.get(base).json()["request"]
    made_of = (f"{base}/summary", f"{base}/certificate", f"{base}/events")
    more = (base, *made_of, place, f"/v1/requests/{taken_up}")
    for path in (*lists, *more, "/openapi.json"):
        assert ask("GET", path).status_code == 200, path
    yield from answers


def test_a_planted_name_stands_nowhere(
    service: Service,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """No answer, export, log line, metric, row, file or dump holds the name or the contact."""
    caplog.set_level(logging.DEBUG)
    hk = header_of(service, "kite", SCOPES, "HK")
    with local_client(service) as client:
        answers = list(planned_day(client, hk))
        holding = [what for what, content in answers if holds(content, *PARTS)]
        shown = [what for what, content in answers if holds(content, CONTROL)]
        order_id = json.loads(answers[0][1])["id"]
        read = client.get(f"/v1/orders/{order_id}/consignee?purpose=handover", headers=hk)
        (stored,) = {json.loads(each)["id"] for what, each in answers if what == STORED}
        place = f"/v1/requests/{stored}/orders/O-17/consignee?purpose=handover"
        of_request = client.get(place, headers=hk)
    said = capfd.readouterr()
    assert read.json() == of_request.json() == {"name": NAME, "contact": CONTACT}
    assert holding == []
    for suffix in ("json", "geojson", "csv", "kml"):
        assert any(f"result.{suffix} 200" in what for what in shown), suffix
    for place, content in (
        ("log", caplog.text.encode()),
        ("output", (said.out + said.err).encode()),
        ("rows", rows(service)),
        ("raw", raw(service, tmp_path)),
    ):
        assert not holds(content, *PARTS), place
    assert holds(rows(service), CONTROL)
    assert holds(raw(service, tmp_path), order_id)


def test_refusals_do_not_repeat_a_name(
    client: TestClient,
    service: Service,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Bad consignees, the other side, other operators and defects: none says the name."""
    caplog.set_level(logging.DEBUG)
    hk = header_of(service, "kite", SCOPES, "HK")
    made = client.post("/v1/orders", headers=hk, json=sent()).json()["id"]
    path = f"/v1/orders/{made}/consignee?purpose=handover"
    refused = [
        (client.get(path, headers=header_of(service, "kite", SCOPES, "SZ")), 403),
        (client.get(path, headers=header_of(service, "kite", SCOPES)), 403),
        (client.get(path, headers=header_of(service, "heron", SCOPES, "HK")), 404),
    ]
    stored = client.post("/v1/requests", headers=hk, json=with_consignees(**CONSIGNEE))
    path = f"/v1/requests/{stored.json()['id']}/orders/O-17/consignee?purpose=handover"
    refused += [
        (client.get(path, headers=header_of(service, "kite", SCOPES, "SZ")), 403),
        (client.get(path, headers=header_of(service, "heron", SCOPES, "HK")), 404),
    ]
    for bad in (
        NAME,
        [NAME],
        {"name": NAME},
        {"name": NAME, "side": NAME},
        {"name": NAME, "side": "HK", NAME: NAME},
        {"name": NAME, "side": "HK", "purposes": [NAME]},
        {"name": NAME, "side": "HK", "contract": f"{NAME}\n"},
        {"name": [NAME], "side": "HK"},
        {"name": NAME * 50, "side": "HK"},
    ):
        answer = client.post("/v1/orders", headers=hk, json=sent(consignee=bad, origin="NONE"))
        refused.append((answer, 422))
        fields = [each["field"] for each in answer.json()["faults"]]
        assert "origin" in fields
        assert any(field.startswith("consignee") for field in fields)
        orders = [order(consignee=bad, origin="NONE")]
        answer = client.post("/v1/requests", headers=hk, json=request(orders=orders))
        refused.append((answer, 422))
        faults = answer.json()["faults"]
        assert {(each["source"], each["item"]) for each in faults} == {("orders", "O-17")}
        assert any(each["field"].startswith("consignee") for each in faults)

    half = json.dumps(sent(consignee={"name": f"{NAME}\ud800", "side": "HK"}))
    headers = {**hk, "Content-Type": "application/json"}
    refused.append((client.post("/v1/orders", headers=headers, content=half), 422))

    def defect(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Vault, "_seal", defect)
    refused.append((client.post("/v1/orders", headers=hk, json=sent(id="D")), 500))
    whole = with_consignees(**CONSIGNEE)
    refused.append((client.post("/v1/requests", headers=hk, json=whole), 500))
    assert [answer.status_code for answer, _ in refused] == [due for _, due in refused]
    assert not any(holds(answer.content, *PARTS) for answer, _ in refused)
    assert "ZeroDivisionError" in caplog.text
    assert "ZeroDivisionError" not in refused[-1][0].text
    assert not holds(caplog.text.encode(), *PARTS)


def test_an_order_whose_side_has_no_key_here_is_not_taken(
    client: TestClient, service: Service
) -> None:
    """Rather than kept in the clear, or under the other side's key, it is refused: 503."""
    object.__setattr__(service, "vault", Vault(KeyRing()))
    answer = client.post("/v1/orders", json=sent())
    assert (answer.status_code, answer.json()["code"]) == (503, "PERSONAL_KEY")
    assert client.get("/v1/orders").json()["items"] == []
    answer = client.post("/v1/requests", json=with_consignees(**CONSIGNEE))
    assert (answer.status_code, answer.json()["code"]) == (503, "PERSONAL_KEY")
    assert client.get("/v1/requests").json()["items"] == []


def test_a_withdrawn_order_loses_its_consignee(client: TestClient, service: Service) -> None:
    """What is not delivered needs nobody to receive it."""
    hk = header_of(service, "kite", SCOPES, "HK")
    made = client.post("/v1/orders", headers=hk, json=sent()).json()["id"]
    path = f"/v1/orders/{made}/consignee?purpose=handover"
    assert client.get(path, headers=hk).status_code == 200
    assert client.delete(f"/v1/orders/{made}", headers=hk).status_code == 204
    assert client.get(path, headers=hk).status_code == 404


def test_a_deleted_request_loses_its_consignees(client: TestClient, service: Service) -> None:
    hk = header_of(service, "kite", SCOPES, "HK")
    made = client.post("/v1/requests", headers=hk, json=with_consignees(**CONSIGNEE)).json()["id"]
    other = client.post("/v1/requests", headers=hk, json=with_consignees(**CONSIGNEE)).json()["id"]
    paths = [f"/v1/requests/{each}/orders/O-17/consignee" for each in (made, other)]
    asked = {"purpose": "handover"}
    assert [client.get(each, params=asked, headers=hk).status_code for each in paths] == [200, 200]
    assert client.delete(f"/v1/requests/{made}", headers=hk).status_code == 204
    assert [client.get(each, params=asked, headers=hk).status_code for each in paths] == [404, 200]
    with service.sessions() as session:
        read = [each.subject for each in entries(session, "kite") if "read" in each.action]
    assert read == [f"{made}/O-17", f"{other}/O-17", f"{other}/O-17"]


def test_the_server_purges_by_itself(service: Service) -> None:
    """What is older than the setting says is gone soon after the start, and the log says so."""
    at = now()
    who = Consignee(name=NAME, side="HK")
    with writing(service.sessions) as session:
        ensure_operator(session, "kite")
        for order_id, days in (("old", 31), ("young", 29)):
            service.vault.keep(session, order_id, "kite", who, at - dt.timedelta(days=days))

    def kept() -> list[str]:
        with service.sessions() as session:
            return list(session.scalars(select(SealedConsignee.order_id)))

    with local_client(service):
        await_true(lambda: kept() == ["young"])
    with service.sessions() as session:
        (entry,) = entries(session, "service")
    assert (entry.action, entry.detail["count"]) == ("consignees.purged", 1)


@pytest.mark.parametrize("where", ["utf-8", "utf-16-le", "json", "hex", "base64"])
def test_the_search_finds_what_is_there(where: str) -> None:
    """The control of the search itself: each way of writing the name is found."""
    text = f"xx{NAME}yyyy"
    content = {
        "json": json.dumps(text).encode(),
        "hex": text.encode().hex().encode(),
        "base64": base64.b64encode(text.encode()),
    }.get(where)
    assert holds(content or text.encode(where), *PARTS)
    assert not holds(b"somebody else", *PARTS)
