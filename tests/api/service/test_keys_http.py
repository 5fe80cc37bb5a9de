"""`/v1/keys` and `/v1/audit`: an operator's own keys, and what was done in its name."""

import json

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from api.service import Service
from tests.api.service.credentials import header_of
from tests.api.service.test_bodies import code_of


@pytest.fixture
def admin(service: Service) -> dict[str, str]:
    """Return the header of an admin's key who may also plan, on side HK."""
    return header_of(service, "kite", ["admin", "plan"], "HK")


def test_a_key_is_made_used_renewed_and_ended(client: TestClient, admin: dict[str, str]) -> None:
    """The life of a key, over HTTP alone."""
    made = client.post(
        "/v1/keys", headers=admin, json={"scopes": ["plan"], "side": "HK", "label": "tablet"}
    )
    assert made.status_code == 201
    assert made.headers["cache-control"] == "no-store"
    key = made.json()
    assert (key["operator"], key["scopes"], key["side"]) == ("kite", ["plan"], "HK")
    own = {"Authorization": f"Bearer {key['key']}"}
    assert code_of(client.get("/v1/keys", headers=own)) == (403, "SCOPE_MISSING")

    shown = client.get(made.headers["location"], headers=admin).json()
    assert shown == {name: value for name, value in key.items() if name != "key"}
    renewed = client.post(f"/v1/keys/{key['id']}/rotate?overlap_hours=0", headers=admin).json()
    assert (renewed["replaces"], renewed["label"]) == (key["id"], "tablet")
    again = client.post(f"/v1/keys/{key['id']}/rotate", headers=admin)
    assert code_of(again) == (409, "KEY_ENDED")
    assert client.delete(f"/v1/keys/{renewed['id']}", headers=admin).status_code == 204
    listed = client.get("/v1/keys", headers=admin).json()["items"]
    assert [each["state"] for each in listed] == ["revoked", "expired", "active"]
    assert key["key"].split("_", 2)[2] not in client.get("/v1/keys", headers=admin).text


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ({"scopes": ["plan", "network:publish"]}, "network:publish"),
        ({"scopes": ["plan"], "side": "SZ"}, "side SZ"),
    ],
)
def test_nobody_gives_more_than_he_has(
    client: TestClient, admin: dict[str, str], more: dict[str, object], named: str
) -> None:
    """An admin cannot make a key that publishes, or reads the other side's data, for himself."""
    answer = client.post("/v1/keys", headers=admin, json=more)
    assert code_of(answer) == (403, "GRANT_TOO_WIDE")
    assert named in answer.json()["detail"]


@pytest.mark.parametrize(
    "body",
    [
        {"scopes": []},
        {"scopes": ["plan", "everything"]},
        {"scopes": "plan"},
        {"scopes": ["plan"], "days": 0},
        {"scopes": ["plan"], "days": 1096},
        {"scopes": ["plan"], "days": 1e400},
        {"scopes": ["plan"], "label": "a\nb"},
        {"scopes": ["plan"], "label": "\0"},
        {"scopes": ["plan"], "label": "\ud800"},
        {"scopes": ["plan"], "label": "x" * 101},
        {"scopes": ["plan"], "side": "MO"},
        {"scopes": ["plan"], "operator": "heron"},
    ],
)
def test_what_cannot_be_a_key_is_refused(
    client: TestClient, admin: dict[str, str], body: dict[str, object]
) -> None:
    """Nothing that can be sent makes a key that nobody meant, nor a defect."""
    headers = {**admin, "Content-Type": "application/json"}
    sent = json.dumps(body).replace("Infinity", "1e400")
    answer = client.post("/v1/keys", headers=headers, content=sent)
    assert code_of(answer)[0] == 422, answer.text
    assert len(client.get("/v1/keys", headers=admin).json()["items"]) == 1


def test_a_wider_key_of_the_operator_is_not_renewed_into_other_hands(
    client: TestClient, service: Service, admin: dict[str, str]
) -> None:
    """Rotation shows a secret: it is no way around what an admin may give."""
    wide = header_of(service, "kite", ["network:publish"])["Authorization"].split("_")[1]
    answer = client.post(f"/v1/keys/{wide}/rotate", headers=admin)
    assert code_of(answer) == (403, "GRANT_TOO_WIDE")


def test_others_keys_are_not_there(
    client: TestClient, service: Service, admin: dict[str, str]
) -> None:
    """Another operator's key is answered as one that never was."""
    other = header_of(service, "heron", ["plan"])["Authorization"].split("_")[1]
    for id_ in (other, "a" * 16):
        assert code_of(client.get(f"/v1/keys/{id_}", headers=admin)) == (404, "NOT_FOUND")
        assert code_of(client.delete(f"/v1/keys/{id_}", headers=admin)) == (404, "NOT_FOUND")
        renewed = client.post(f"/v1/keys/{id_}/rotate", headers=admin)
        assert code_of(renewed) == (404, "NOT_FOUND")
    assert len(client.get("/v1/keys", headers=admin).json()["items"]) == 1


def test_a_repeated_request_makes_no_second_key_and_keeps_no_secret(
    client: TestClient, service: Service, admin: dict[str, str]
) -> None:
    """Idempotency keeps answers in the database: the secret is not among them."""
    headers = {**admin, "Idempotency-Key": "k1"}
    first = client.post("/v1/keys", headers=headers, json={"scopes": ["plan"]})
    second = client.post("/v1/keys", headers=headers, json={"scopes": ["plan"]})
    assert second.headers["idempotency-replayed"] == "true"
    assert second.json() == {**first.json(), "key": None}
    assert len(client.get("/v1/keys", headers=admin).json()["items"]) == 2
    taken = client.post("/v1/keys", headers=headers, json={"scopes": ["admin"]})
    assert code_of(taken) == (409, "IDEMPOTENCY_KEY_TAKEN")
    secret = first.json()["key"].split("_", 2)[2]
    with service.sessions() as session:
        bodies = session.scalars(text("SELECT body FROM replays")).all()
    assert bodies
    from zlib import decompress

    assert not any(secret in decompress(bytes(each)).decode() for each in bodies)


def test_the_log_shows_what_was_done_in_ones_own_name(
    client: TestClient, service: Service, admin: dict[str, str]
) -> None:
    """Entries of other operators are not there; pages follow each other without loss."""
    header_of(service, "heron", ["plan"])
    for _ in range(3):
        client.post("/v1/keys", headers=admin, json={"scopes": ["plan"]})
    seen: list[dict[str, object]] = []
    after = 0
    while after is not None:
        found = client.get(f"/v1/audit?limit=2&after={after}", headers=admin).json()
        seen += found["items"]
        after = found["next"]
    mine = admin["Authorization"].split("_")[1]
    assert [(each["action"], each["actor"]) for each in seen] == [
        ("key.created", f"key:{mine}")
    ] * 3
    assert {each["operator"] for each in seen} == {"kite"}
