"""The service on both databases with the small network, a client of it, and a real socket."""

import os
import socket
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from starlette.testclient import TestClient

from api.service import Service, open_service
from api.settings import Settings
from api.store.base import now
from api.store.drafts import start_draft
from api.store.engine import writing
from geodata.write import write_network
from tests.api.service.conftest import local_client
from tests.geodata.small import small_network


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def service(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    """Yield a service of the small network on each database, one a module: only drafts change.

    A test that publishes has a service of its own.
    """
    folder = tmp_path_factory.mktemp("service")
    database = f"sqlite:///{folder}/hetao.sqlite"
    if request.param == "postgresql":
        cluster = request.getfixturevalue("cluster")
        database = cluster.database(f"t{uuid.uuid4().hex}")
    write_network(small_network(), folder / "network")
    settings = Settings(database=database, data=folder / "data", network=folder / "network")
    opened = open_service(settings, open_locally=True)
    yield opened
    opened.engine.dispose()


@pytest.fixture(scope="module")
def client(service: Service) -> TestClient:
    """Return a client of the service; a defect answers 500 as it does outside of tests."""
    return local_client(service)


@dataclass(frozen=True)
class Draft:
    """A draft of the small network: the address of its root, as a path."""

    name: str

    @property
    def root(self) -> str:
        return f"/ogc/drafts/{self.name}"

    def items(self, layer: str, identifier: str | None = None) -> str:
        more = "" if identifier is None else f"/{identifier}"
        return f"{self.root}/collections/{layer}/items{more}"


@pytest.fixture
def draft(service: Service) -> Draft:
    """Return a draft without an edit."""
    newest = service.editions.find(service.editions.newest() or "")
    name = f"crane-{uuid.uuid4().hex[:8]}"
    with writing(service.sessions) as session:
        start_draft(session, name, newest, author="A. Planner", now=now())
    return Draft(name)


@pytest.fixture(scope="module")
def live(service: Service) -> Iterator[str]:
    """Yield the address of the service in a process of its own, as clients that block need it."""
    with served(service) as address:
        yield address


@contextmanager
def served(service: Service, wrapper: str = "app") -> Iterator[str]:
    """Serve what a service has in a process of its own; `wrapper` is an expression of `app`."""
    settings = service.settings
    with socket.create_server(("127.0.0.1", 0)) as listener:
        environment = {
            **os.environ,
            "HETAO_DATABASE": str(settings.database),
            "HETAO_DATA": str(settings.data),
            "HETAO_NETWORK": str(settings.network),
        }
        script = SERVE.replace("WRAPPED", wrapper)
        command = [sys.executable, "-c", script, str(listener.fileno())]
        with subprocess.Popen(command, env=environment, pass_fds=[listener.fileno()]) as server:
            try:
                yield f"http://127.0.0.1:{listener.getsockname()[1]}"
            finally:
                server.terminate()


SERVE = """
import sys

import uvicorn

from api.http.app import create_app
from api.service import open_service
from api.settings import Settings


def lower(app):
    async def answer(scope, receive, send):
        async def sent(message):
            names = message.get("headers", ())
            headers = [(bytes(name).lower(), value) for name, value in names]
            await send({**message, "headers": headers} if names else message)
        await app(scope, receive, sent)
    return answer


app = create_app(open_service(Settings(), open_locally=True))
uvicorn.run(WRAPPED, fd=int(sys.argv[1]), log_level="warning")
"""
"""Connections wait in the socket's queue until the process answers: nobody need poll for it."""
