"""Every operation × role × owner: scopes hold, and others' things are not there.

The operations come from the application's own OpenAPI document, what is due from `access_rules`:
a route without a rule fails, as does a rule without a route.
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import iter_route_contexts
from starlette.testclient import TestClient

from api.caller import SCOPES, Scope
from api.http.app import create_app
from api.http.given import Given, Planner
from api.privacy.keyring import KeyRing
from api.privacy.vault import Vault
from api.service import Service
from api.store.orders import StoredOrder
from tests.api.service.access_rules import RULES, Rule, Thing
from tests.api.service.asking import order, request, with_consignees
from tests.api.service.credentials import header_of

METHODS = ("get", "post", "put", "patch", "delete")
Headers = dict[str, str]


@dataclass(frozen=True)
class Operation:
    """One operation as OpenAPI describes it."""

    id: str
    method: str
    path: str
    scopes: tuple[str, ...] | None

    @property
    def rule(self) -> Rule:
        """What is due of it."""
        return RULES[self.id]


def operations(app: FastAPI) -> list[Operation]:
    """Return every operation of an application; those without a rule are left out."""
    return [
        Operation(name, method, path, _scopes(described))
        for name, method, path, described in _described(app)
        if name in RULES
    ]


def _described(app: FastAPI) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    for path, item in app.openapi()["paths"].items():
        for method in METHODS:
            if method in item:
                yield item[method].get("operationId", ""), method, path, item[method]


def _scopes(described: dict[str, Any]) -> tuple[str, ...] | None:
    security = described.get("security")
    if not security:
        return None
    return tuple(scope for each in security for scope in each.get("bearer", ["not bearer"]))


def without_a_rule(app: FastAPI) -> list[str]:
    """Return the routes that no rule stands for; OpenAPI does not show hidden and mounted ones."""
    named = [f"{method} {path}" for name, method, path, _ in _described(app) if name not in RULES]
    shown = app.openapi()["paths"]
    paths = [str(each.path_format or each.path) for each in iter_route_contexts(app.routes)]
    return named + [path for path in paths if path not in shown and path != app.openapi_url]


@dataclass
class World:
    """A service with the keys of two operators, and things of one of them."""

    app: FastAPI
    client: TestClient
    service: Service
    keys: dict[str, Headers] = field(default_factory=dict)

    def key(self, operator: str, *scopes: Scope) -> Headers:
        """Return the header of an operator's key with some scopes, of side HK."""
        name = " ".join((operator, *sorted(scopes)))
        if name not in self.keys:
            self.keys[name] = header_of(self.service, operator, scopes, "HK")
        return self.keys[name]

    def make(self, thing: Thing, operator: str = "kite") -> str:
        """Make a thing of an operator and return its id."""
        whole = self.key(operator, *SCOPES)
        if thing == "plan":
            body = {"request": self.make("request", operator), "time_limit_s": 1}
            plan = self._made("/v1/plans", whole, body)
            self.client.post(f"/v1/plans/{plan}/cancel", headers=whole)  # so that it ends
            return plan
        if thing == "request":
            return self._made("/v1/requests", whole, request())
        if thing == "request consignee":
            return self._made("/v1/requests", whole, with_consignees(name="Chan", side="HK"))
        if thing == "key":
            return self._made("/v1/keys", whole, {"scopes": ["admin"]})
        consignee = {"name": "Chan", "side": "HK"} if thing == "consignee" else None
        body = order(id=secrets.token_hex(8), consignee=consignee)
        return self._made("/v1/orders", whole, body)

    def _made(self, path: str, headers: Headers, body: dict[str, Any]) -> str:
        answer = self.client.post(path, headers=headers, json=body)
        assert answer.status_code in (201, 202), answer.text
        return str(answer.json()["id"])

    def ask(self, operation: Operation, headers: Headers, id: str = "") -> Any:
        """Send an operation, about the thing of an id if it is about one."""
        rule = operation.rule
        parameters = {"id": id or "0" * 32, **rule.parameters}
        body = {**(rule.body or {}), **({rule.body_key: id} if rule.names and id else {})}
        sent = {"json": body} if operation.method in ("post", "put", "patch") else {}
        return self.client.request(
            operation.method.upper(),
            operation.path.format(**parameters),
            headers=headers,
            params=dict(rule.query),
            **sent,  # type: ignore[arg-type]
        )


@pytest.fixture
def world(service: Service) -> World:
    """Return a service that has keys, so that nobody is let in without one."""
    ring = KeyRing({"SZ": {"s": b"1" * 32}, "HK": {"h": b"2" * 32}})
    object.__setattr__(service, "vault", Vault(ring))
    app = create_app(service)
    client = TestClient(app, "http://localhost", raise_server_exceptions=False)
    found = World(app, client, service)
    found.key("kite", *SCOPES)
    return found


def broken_scopes(world: World) -> list[str]:
    """Return each operation that lets in whom it should not, or keeps out whom it should let in."""
    found = []
    for each in operations(world.app):
        due = each.rule.scope
        if each.scopes != (None if due is None else (due,)):
            found.append(f"{each.id} is described with {each.scopes}, not {due}")
        none = world.ask(each, {}).status_code
        if (none == 401) != (due is not None):
            found.append(f"{each.id} answers {none} to nobody")
        for scope in sorted(SCOPES):
            status = world.ask(each, world.key("kite", scope)).status_code
            if due is not None and (status == 403) != (scope != due):
                found.append(f"{each.id} answers {status} to {scope}")
            if status == 401 or status >= 500:
                found.append(f"{each.id} answers {status} to {scope}")
        lacking = world.key("kite", *(SCOPES - {due})) if due else {}
        if due is not None and world.ask(each, lacking).status_code != 403:
            found.append(f"{each.id} lets in all but {due}")
    return found


def broken_walls(world: World) -> list[str]:
    """Return each operation by which one operator comes upon another's things."""
    found = []
    owner, stranger = world.key("kite", *SCOPES), world.key("heron", *SCOPES)
    for each in operations(world.app):
        thing = each.rule.of or each.rule.names
        if thing is not None:
            id_ = world.make(thing)
            foreign, unknown = world.ask(each, stranger, id_), world.ask(each, stranger, _like(id_))
            if foreign.status_code != 404 or _said(foreign) != _said(unknown):
                found.append(f"{each.id} answers {foreign.status_code} about another's {thing}")
            if id_ in foreign.text:
                found.append(f"{each.id} repeats the id of another's {thing}")
            own = world.ask(each, owner, id_).status_code
            if own in (401, 403, 404) or own >= 500:
                found.append(f"{each.id} answers {own} about one's own {thing}")
        if each.rule.lists is not None:
            id_ = world.make(each.rule.lists)
            if id_ not in world.ask(each, owner).text:
                found.append(f"{each.id} lists not one's own {each.rule.lists}")
            if id_ in world.ask(each, stranger).text:
                found.append(f"{each.id} lists another's {each.rule.lists}")
    return found


def _like(id_: str) -> str:
    """Return an id of the same form that nothing has."""
    return "a" * len(id_)


def _said(answer: Any) -> Any:
    """Return what an answer says but for the id of its request."""
    return {**answer.json(), "instance": ""}


def test_every_route_has_a_rule(world: World) -> None:
    """A new route says who may use it, in the table, before it is merged."""
    assert without_a_rule(world.app) == []
    assert sorted(RULES) == sorted(name for name, *_ in _described(world.app))


def test_every_operation_asks_for_its_scope_and_no_other(world: World) -> None:
    """401 to nobody, 403 to whoever lacks the scope, neither to whoever has it alone."""
    assert broken_scopes(world) == []


def test_no_operation_shows_another_operators_things(world: World) -> None:
    """404 with the words of a thing that never was; lists hold one's own things alone."""
    assert broken_walls(world) == []


def test_the_matrix_finds_what_is_broken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: routes that are open, ask for another scope or show others' things."""
    app = world.app
    app.openapi_schema = None

    @app.get("/sneaky", operation_id="sneaky")
    def sneaky() -> str:
        return "hello"

    assert without_a_rule(app) == ["get /sneaky"]

    @app.get("/leaky/{id}", operation_id="leaky")
    def leaky(id: str, service: Given, caller: Planner) -> str:
        with service.sessions() as session:
            return session.get_one(StoredOrder, id).operator

    monkeypatch.setitem(RULES, "sneaky", Rule("route"))
    monkeypatch.setitem(RULES, "leaky", Rule("admin", of="order"))
    app.openapi_schema = None
    scopes = broken_scopes(world)
    assert "sneaky answers 200 to nobody" in scopes
    assert "sneaky is described with None, not route" in scopes
    assert "leaky answers 403 to admin" in scopes
    assert "leaky answers 200 about another's order" in broken_walls(world)

    router = APIRouter(prefix="/under")

    @router.get("/hidden", include_in_schema=False)
    def hidden() -> str:
        return "hello"

    app.include_router(router)
    app.mount("/mounted", FastAPI())
    assert without_a_rule(app) == ["/under/hidden", "/mounted/{path}"]
