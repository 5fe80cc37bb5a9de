"""A client that openapi-python-client makes of the API's description works."""

import importlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from api.http.samples import ORDER, REQUEST, ROUTE
from tests.api.service.asking import ended_plan

PACKAGE = "hetao_client"


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Yield the folder of a client, made of the description and nothing else."""
    from api.http.app import create_app
    from api.service import open_service
    from api.settings import Settings

    folder = tmp_path_factory.mktemp("client")
    service = open_service(Settings(data=folder / "data"), open_locally=True)
    (folder / "openapi.json").write_text(json.dumps(create_app(service).openapi()))
    service.engine.dispose()
    (folder / "config.yaml").write_text(f"package_name_override: {PACKAGE}\npost_hooks: []\n")
    command = ["-m", "openapi_python_client", "generate", "--meta", "none", "--fail-on-warning"]
    options = ["--path", "openapi.json", "--config", "config.yaml", "--output-path", PACKAGE]
    done = subprocess.run(
        [sys.executable, *command, *options], cwd=folder, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    sys.path.insert(0, str(folder))
    yield folder
    sys.path.remove(str(folder))


def part(name: str) -> ModuleType:
    return importlib.import_module(f"{PACKAGE}.{name}")


def test_a_generated_client_plans_a_day(generated: Path, plain: TestClient) -> None:
    with plain:
        client: Any = part("client").Client("http://localhost")
        transport = httpx.MockTransport(_through(plain))
        client.set_httpx_client(httpx.Client(base_url="http://localhost", transport=transport))
        models = part("models")
        route = part("api.routes.find_route").sync(
            client=client, body=models.RouteAsk.from_dict(ROUTE)
        )
        assert route.routes[0].legs
        request = part("api.requests.create_request").sync(
            client=client, body=models.RequestBody.from_dict(REQUEST)
        )
        order = part("api.orders.create_order").sync(
            client=client, body=models.SentOrder.from_dict({**ORDER, "id": "A"})
        )
        assert order.state == "waiting"
        ask = models.PlanAsk.from_dict(
            {"request": request.id, "time_limit_s": 1, "waiting_orders": True}
        )
        plan = part("api.plans.create_plan").sync(client=client, body=ask)
        assert ended_plan(plain, plan.id)["state"] == "done"
        shown = part("api.plans.get_plan").sync(id=plan.id, client=client)
        assert shown.progress.share == 1 or shown.state == "done"
        gone = part("api.plans.get_plan").sync(id="0" * 32, client=client)
        assert gone.code == "NOT_FOUND"


def _through(plain: TestClient) -> Any:
    """Return what answers a request of the client from the service."""

    def answer(request: httpx.Request) -> httpx.Response:
        found = plain.request(
            request.method,
            str(request.url.raw_path, "ascii"),
            content=request.content,
            headers=dict(request.headers),
        )
        headers = {k: v for k, v in found.headers.items() if k != "content-encoding"}
        return httpx.Response(found.status_code, content=found.content, headers=headers)

    return answer
