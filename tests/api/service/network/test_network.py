"""`/v1/network`: editions, drafts, findings, differences, publishing; on both databases."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient

from api.service import Service, open_service
from api.settings import Settings
from api.store.audit import AuditEntry
from api.store.network import LineEntry
from geodata.write import write_network
from tests.api.route_tests.test_plugin import SUITE
from tests.api.service.conftest import local_client
from tests.geodata.small import changed, small_network

SMALL = small_network()
MERGE = {"Content-Type": "application/merge-patch+json"}
DRAFTS = "/v1/network/drafts"
EDITIONS = "/v1/network/editions"


@pytest.fixture
def settings(database: str, tmp_path: Path) -> Settings:
    """Return settings on an empty database, with the small network."""
    write_network(SMALL, tmp_path / "network")
    return Settings(database=database, data=tmp_path / "data", network=tmp_path / "network")


def started(client: TestClient, name: str, **edits: dict[str, Any]) -> str:
    """Start a draft with edits of vertiports' fields, by id (`_` for `-`); return its address."""
    assert client.post(DRAFTS, json={"name": name}).status_code == 201
    for identifier, fields in edits.items():
        url = f"/ogc/drafts/{name}/collections/vertiports/items/{identifier.replace('_', '-')}"
        assert client.patch(url, json={"properties": fields}, headers=MERGE).status_code == 200
    return f"{DRAFTS}/{name}"


def published(client: TestClient, url: str, **more: Any) -> Any:
    return client.post(f"{url}/publish", json={"message": "why"}, **more)


def test_a_draft_becomes_the_newest_edition(client: TestClient, service: Service) -> None:
    """Started, edited, looked at, published in the caller's name; then everything shows it."""
    answer = client.post(DRAFTS, json={"name": "pads"})
    assert answer.headers["location"] == "http://localhost/v1/network/drafts/pads"
    draft = client.get(answer.headers["location"]).json()
    assert (draft["parent"], draft["version"], draft["edits"]) == (SMALL.edition, 0, 0)
    assert client.get(draft["features"]).status_code == 200
    url = f"{draft['features']}/collections/vertiports/items/SZ-V1"
    client.patch(url, json={"properties": {"pads": 9}}, headers=MERGE)
    listed = client.get(DRAFTS).json()["items"]
    assert [(each["name"], each["version"], each["edits"]) for each in listed] == [("pads", 1, 1)]
    difference = client.get(f"{DRAFTS}/pads/diff").json()
    assert [each["id"] for each in difference["features"]] == ["SZ-V1"]
    assert client.get(f"{DRAFTS}/pads/findings").json()["errors"] == 0
    done = published(client, f"{DRAFTS}/pads")
    wanted = changed(SMALL, "SZ-V1", pads=9).edition
    assert done.status_code == 201
    assert done.json()["edition"] == wanted
    assert (done.json()["author"], done.json()["message"]) == ("local", "why")
    assert client.get(done.headers["location"]).json()["layers"]["vertiports"] == 4
    editions = client.get(EDITIONS).json()["items"]
    assert [each["edition"] for each in editions] == [wanted, SMALL.edition]
    assert client.get("/ogc/collections/vertiports/items?pads=9").json()["numberMatched"] == 1
    old = f"/ogc/editions/{SMALL.edition}/collections/vertiports/items?pads=9"
    assert client.get(old).json()["numberMatched"] == 0
    assert client.get(f"{DRAFTS}/pads").status_code == 404
    assert service.networks.current().edition == wanted
    with service.sessions() as session:
        entry = session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.subject) == ("network.published", wanted)


def test_editions_come_in_pages(client: TestClient) -> None:
    """Newest first, each once."""
    for pads in (5, 6, 7):
        published(client, started(client, f"to-{pads}", SZ_V1={"pads": pads}))
    first = client.get(EDITIONS, params={"limit": 3}).json()
    rest = client.get(EDITIONS, params={"limit": 3, "cursor": first["next"]}).json()
    listed = [each["edition"] for each in (*first["items"], *rest["items"])]
    assert (len(first["items"]), rest["next"]) == (3, None)
    assert listed == [
        *(changed(SMALL, "SZ-V1", pads=pads).edition for pads in (7, 6, 5)),
        SMALL.edition,
    ]
    parents = [each["parent"] for each in (*first["items"], *rest["items"])]
    assert parents == [*listed[1:], None]


def test_a_conflict_lists_what_must_be_decided(client: TestClient) -> None:
    """Both changed the same field: 409 with base, theirs and mine; the draft stays."""
    one = started(client, "one", SZ_V1={"pads": 9})
    two = started(client, "two", SZ_V1={"pads": 8})
    assert published(client, one).status_code == 201
    refused = published(client, two)
    assert (refused.status_code, refused.json()["code"]) == (409, "EDIT_CONFLICT")
    assert refused.json()["conflicts"] == [
        {"layer": "vertiports", "id": "SZ-V1", "field": "pads", "base": 4, "theirs": 9, "mine": 8}
    ]
    assert client.get(two).status_code == 200


def test_a_draft_that_breaks_a_rule_is_not_published(client: TestClient) -> None:
    """409 with every fault, the same that its findings had."""
    url = started(client, "broken")
    client.delete("/ogc/drafts/broken/collections/waypoints/items/SZ-WA")
    found = client.get(f"{url}/findings").json()
    refused = published(client, url)
    assert (refused.status_code, refused.json()["code"]) == (409, "DRAFT_BREAKS_RULES")
    listed = {(each["code"], each["item"]) for each in refused.json()["faults"]}
    assert {(each["code"], each["item"]) for each in found["findings"]} <= listed | set()
    assert found["errors"] == len(found["findings"]) > 0
    part = client.get(f"{url}/findings", params={"limit": 1, "offset": 1}).json()
    assert part["findings"] == found["findings"][1:2]
    none = client.get(f"{url}/findings", params={"severity": "warning"}).json()
    assert (none["findings"], none["errors"]) == ([], found["errors"])


def test_a_route_test_of_the_service_stops_a_draft(client: TestClient, settings: Settings) -> None:
    """Those in the data folder are run on what would be published; the one that fails is named."""
    (settings.data / "route-tests").mkdir(parents=True)
    (settings.data / "route-tests" / "small.route.yaml").write_text(SUITE)
    refused = published(client, started(client, "late", HK_V1={"hours": "12:00-20:00"}))
    assert (refused.status_code, refused.json()["code"]) == (409, "DRAFT_BREAKS_RULES")
    (failed,) = {each["code"] for each in refused.json()["faults"]}
    assert failed == "ROUTE_TEST_FAILED"
    assert published(client, started(client, "pads", SZ_V1={"pads": 9})).status_code == 201


def test_a_draft_without_an_edit_is_not_published(client: TestClient) -> None:
    refused = published(client, started(client, "same"))
    assert (refused.status_code, refused.json()["code"]) == (409, "DRAFT_UNCHANGED")


def test_two_publishers_in_a_race_have_one_winner(service: Service, settings: Settings) -> None:
    """On two servers, for one field: one edition, whole; the other is told of the conflict."""
    other = open_service(settings, open_locally=True)
    clients = [local_client(service), local_client(other)]
    urls = [
        started(clients[0], "one", SZ_V1={"pads": 9}),
        started(clients[0], "two", SZ_V1={"pads": 8}),
    ]
    gate = threading.Barrier(2)

    def publish(client: TestClient, url: str) -> Any:
        gate.wait()
        return published(client, url)

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(publish, clients, urls))
    assert sorted(each.status_code for each in answers) == [201, 409]
    (won,) = [each for each in answers if each.status_code == 201]
    (lost,) = [each for each in answers if each.status_code == 409]
    assert lost.json()["code"] == "EDIT_CONFLICT"
    newest = clients[1].get(EDITIONS).json()["items"][0]["edition"]
    assert newest == won.json()["edition"]
    with service.sessions() as session:
        assert session.scalar(select(func.count()).select_from(LineEntry)) == 2
        assert session.scalar(select(func.count()).select_from(AuditEntry)) == 1
    other.engine.dispose()


def test_two_publishers_of_different_fields_both_count(
    service: Service, settings: Settings
) -> None:
    """The second goes on top of the first, and says of what its draft was made."""
    other = open_service(settings, open_locally=True)
    clients = [local_client(service), local_client(other)]
    urls = [
        started(clients[0], "one", SZ_V1={"pads": 9}),
        started(clients[0], "two", HK_V1={"pads": 8}),
    ]
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(published, clients, urls))
    assert [each.status_code for each in answers] == [201, 201]
    line = clients[0].get(EDITIONS).json()["items"]
    assert [each["drafted_on"] for each in line] == [SMALL.edition, SMALL.edition, None]
    assert line[0]["parent"] == line[1]["edition"]
    both = changed(changed(SMALL, "SZ-V1", pads=9), "HK-V1", pads=8)
    assert line[0]["edition"] == both.edition
    other.engine.dispose()


def test_a_request_to_publish_that_comes_twice_publishes_once(client: TestClient) -> None:
    """The second answer under its key is the first one; another body under it is refused."""
    url = started(client, "once", SZ_V1={"pads": 9})
    key = {"Idempotency-Key": "k-1"}
    first, again = (published(client, url, headers=key) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert (again.content, again.headers["location"]) == (first.content, first.headers["location"])
    assert again.headers["idempotency-replayed"] == "true"
    assert len(client.get(EDITIONS).json()["items"]) == 2
    other = client.post(f"{url}/publish", json={"message": "other"}, headers=key)
    assert (other.status_code, other.json()["code"]) == (409, "IDEMPOTENCY_KEY_TAKEN")
    one, two = (
        client.post(DRAFTS, json={"name": "k"}, headers={"Idempotency-Key": "k-2"}).content
        for _ in range(2)
    )
    assert one == two


def test_what_was_reviewed_is_what_is_published(client: TestClient) -> None:
    """If-Match with the ETag of a draft that was edited since: 412, for dropping it too."""
    url = started(client, "reviewed", SZ_V1={"pads": 9})
    seen = client.get(url).headers["etag"]
    assert client.get(f"{url}/findings").headers["etag"] == seen
    item = "/ogc/drafts/reviewed/collections/vertiports/items/SZ-V1"
    client.patch(item, json={"properties": {"pads": 10}}, headers=MERGE)
    for answer in (
        published(client, url, headers={"If-Match": seen}),
        client.delete(url, headers={"If-Match": seen}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (412, "STATE_CHANGED")
    now = client.get(url).headers["etag"]
    assert published(client, url, headers={"If-Match": now}).status_code == 201


def test_a_draft_is_dropped(client: TestClient) -> None:
    url = started(client, "dropped", SZ_V1={"pads": 9})
    assert client.delete(url).status_code == 204
    assert client.delete(url).status_code == 404
    assert client.get("/ogc/drafts/dropped").status_code == 404
    started(client, "dropped")
    assert client.get(url).json()["version"] == 0
    found = client.get("/ogc/drafts/dropped/collections/vertiports/items?pads=9").json()
    assert found["numberMatched"] == 0


def test_a_draft_may_be_made_of_an_older_edition(client: TestClient) -> None:
    """Its edits are put on top of what came since."""
    published(client, started(client, "new", SZ_V1={"pads": 9}))
    answer = client.post(DRAFTS, json={"name": "old", "parent": SMALL.edition[:8]})
    assert answer.json()["parent"] == SMALL.edition
    item = "/ogc/drafts/old/collections/vertiports/items/HK-V1"
    client.patch(item, json={"properties": {"pads": 8}}, headers=MERGE)
    done = published(client, f"{DRAFTS}/old")
    both = changed(changed(SMALL, "SZ-V1", pads=9), "HK-V1", pads=8)
    assert done.json()["edition"] == both.edition


def test_differences_are_told_and_drawn(client: TestClient) -> None:
    """Between editions and drafts by name, as JSON or as GeoJSON."""
    started(client, "wider", SZ_V1={"pads": 9})
    asked = {"old": SMALL.edition[:10], "new": "draft:wider"}
    told = client.get("/v1/network/diff", params=asked).json()
    (feature,) = told["features"]
    assert feature["fields"] == [{"field": "pads", "old": 4, "new": 9}]
    drawn = client.get("/v1/network/diff", params=asked, headers={"Accept": "application/geo+json"})
    assert drawn.headers["content-type"] == "application/geo+json"
    assert [each["properties"]["id"] for each in drawn.json()["features"]] == ["SZ-V1"]
    same = client.get("/v1/network/diff", params={**asked, "new": SMALL.edition}).json()
    assert same["equal"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", f"{EDITIONS}/0123456789", None, 404),
        ("GET", f"{EDITIONS}/xyz", None, 422),
        ("GET", f"{DRAFTS}/nobody", None, 404),
        ("GET", f"{DRAFTS}/nobody/findings", None, 404),
        ("GET", f"{DRAFTS}/nobody/diff", None, 404),
        ("DELETE", f"{DRAFTS}/nobody", None, 404),
        ("POST", f"{DRAFTS}/nobody/publish", {"message": "x"}, 404),
        ("POST", f"{DRAFTS}/nobody/publish", {"message": ""}, 422),
        ("POST", DRAFTS, {"name": "../up"}, 422),
        ("POST", DRAFTS, {"name": "x", "parent": "0" * 64}, 404),
        ("GET", "/v1/network/diff?old=draft:nobody&new=draft:nobody", None, 404),
        ("GET", "/v1/network/diff?old=HEAD&new=HEAD", None, 422),
        ("POST", "/v1/network/impact", {"new": "draft:nobody"}, 404),
        ("POST", "/v1/network/capacity", {"network": "0" * 64}, 404),
        ("POST", "/v1/network/capacity", {"hours": [24]}, 422),
        ("POST", "/v1/network/capacity", {"request": "0" * 32}, 404),
        ("POST", "/v1/network/suggest", {"from": "A"}, 422),
    ],
)
def test_what_cannot_be_done_is_a_problem(
    client: TestClient, method: str, path: str, body: Any, status: int
) -> None:
    answer = client.request(method, path, json=body)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_name_is_taken_once(client: TestClient) -> None:
    started(client, "twice")
    answer = client.post(DRAFTS, json={"name": "twice"})
    assert (answer.status_code, answer.json()["code"]) == (409, "DRAFT_EXISTS")


def test_a_message_that_cannot_be_shown_is_refused(client: TestClient) -> None:
    """Control characters, also those that turn the direction of text."""
    url = started(client, "message", SZ_V1={"pads": 9})
    for text in ("a\u202eb", "a\x00b", "   "):
        answer = client.post(f"{url}/publish", json={"message": text})
        assert answer.status_code == 422, answer.text
    assert len(client.get(EDITIONS).json()["items"]) == 1


def test_plans_are_made_on_the_newest_edition(client: TestClient) -> None:
    """A route asked for after publishing is of the edition that was published."""
    done = published(client, started(client, "for-plans", SZ_V1={"pads": 9})).json()
    ask = {"from": "SZ-V1", "to": "SZ-V2", "depart": "2026-05-04T09:00:00+08:00"}
    answer = client.post("/v1/routes", json=ask)
    assert answer.status_code == 200, answer.text
    assert answer.json()["edition"] == done["edition"]
