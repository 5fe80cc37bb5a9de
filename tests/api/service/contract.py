"""Sends schemathesis' requests to every operation of the API, and judges the answers.

An answer must have a status, a type and a shape that the description of the API names; none may be
5xx but a documented 503 with its reason.
"""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus
from itertools import count
from types import MappingProxyType

import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode, Response
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi import checks
from starlette.testclient import TestClient

from tests.api.service.asking import asked_plan, order, stored_request

SHAPES = (
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.response_headers_conformance,
)
JUDGES = (*SHAPES, schemathesis.checks.not_a_server_error)
REASONS = ("TIME_LIMIT",)
"""Codes of a 503 that a service in order gives: on a slow machine a question takes too long."""
SLOW = ("/v1/network/capacity", "/v1/network/impact", "/v1/network/suggest")
"""Paths of questions that take a process many seconds to answer."""
PATIENCE_S = 90.0
"""How long an answer may take: longer than the service gives itself."""

MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)


def asked(
    app: FastAPI,
    examples: int,
    headers: Mapping[str, str] = MappingProxyType({}),
    known: Callable[[str], str | None] = lambda path: None,
    slow_examples: int = 0,
) -> Counter[str]:
    """Return how many answers of each status came; raises if one is not as described.

    Each operation gets so many well-formed requests and as many malformed ones, all with some
    headers; those of SLOW get `slow_examples`. `known` makes a thing that there is and returns its
    id, for an operation's path: every other request that is of an id gets that.
    """
    app.router.lifespan_context = _idle
    schema = schemathesis.openapi.from_asgi("/openapi.json", app)
    counts = Counter[str]()
    for operation in operations(schema):
        times = slow_examples if operation.path in SLOW else examples
        for mode in MODES if times else ():
            _ask(operation, mode, times, {"Host": "localhost", **headers}, known, counts)
    return counts


@asynccontextmanager
async def _idle(_: object) -> AsyncIterator[None]:
    """Have nobody carry out the jobs that come of all this."""
    yield


def operations(schema: schemathesis.BaseSchema) -> Iterator[APIOperation]:
    """Yield every operation that a description has; raises if one cannot be read."""
    for found in schema.get_all_operations():
        yield found.ok()


def _ask(
    operation: APIOperation,
    mode: GenerationMode,
    examples: int,
    headers: Mapping[str, str],
    known: Callable[[str], str | None],
    counts: Counter[str],
) -> None:
    turns = count()

    @given(operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def ask(case: Case) -> None:
        if "id" in case.path_parameters and next(turns) % 2:
            case.path_parameters["id"] = known(operation.path) or case.path_parameters["id"]
        answer = case.call(headers=dict(headers), timeout=PATIENCE_S)
        counts[str(answer.status_code)] += 1
        gave_up = answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE and code(answer) in REASONS
        case.validate_response(answer, checks=SHAPES if gave_up else JUDGES)

    try:
        ask()
    except Unsatisfiable:
        # An operation without parameters cannot be asked wrongly. (To suppress it would make other
        # groups of failures, too, which are not what is caught for theirs.)
        return


def code(answer: Response) -> str:
    """Return the code of an answer that is a problem."""
    return str(answer.json().get("code", ""))


def maker(client: TestClient) -> Callable[[str], str | None]:
    """Return what makes the thing that a path is of: a request, an order, or a plan that waits."""
    numbers = count()

    def make(path: str) -> str | None:
        if path.startswith("/v1/requests/"):
            return stored_request(client)
        if path.startswith("/v1/orders/"):
            answer = client.post("/v1/orders", json=order(id=f"known-{next(numbers)}"))
            return str(answer.json()["id"])
        if path.startswith("/v1/plans/"):
            for each in client.get("/v1/plans", params={"state": "queued"}).json()["items"]:
                client.post(f"/v1/plans/{each['id']}/cancel")
            plan = str(asked_plan(client)["id"])
            if path.endswith("/events"):  # a stream has to end
                client.post(f"/v1/plans/{plan}/cancel")
            return plan
        return None

    return make
