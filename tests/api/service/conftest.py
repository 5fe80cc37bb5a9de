"""The service on both databases, and a client of it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.http.app import create_app
from api.service import Service, open_service
from api.settings import Settings
from api.store.engine import Sessions, open_engine, sessions, writing
from api.store.migrate import migrate
from api.store.operators import ensure_operator
from geodata.network import Network, shipped_network_path
from geodata.read import read_network
from tests.api.service import postgres


@pytest.fixture(scope="session")
def cluster() -> Iterator[postgres.Cluster]:
    """Yield a PostgreSQL of the tests' own; skip loudly, or fail where it is required."""
    postgres.require()
    with postgres.started() as found:
        yield found


@pytest.fixture(scope="session")
def postgres_database(cluster: postgres.Cluster) -> str:
    """Return the address of a database that all tests share, one after the other."""
    return cluster.database("tests")


@pytest.fixture(scope="session")
def sqlite_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an SQLite file with all tables and no row, to be copied."""
    path = tmp_path_factory.mktemp("sqlite") / "hetao.sqlite"
    engine = open_engine(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def shipped_network() -> Network:
    """Return the network that a service begins with."""
    return read_network(shipped_network_path())


@pytest.fixture
def read_once(shipped_network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have services begin with a network that was read before: that took half of their opening."""

    def read(path: Path) -> Network:
        return shipped_network if path == shipped_network_path() else read_network(path)

    monkeypatch.setattr("api.service.read_network", read)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the address of a database of each kind without a row."""
    if request.param == "sqlite":
        path = tmp_path / "hetao.sqlite"
        shutil.copyfile(request.getfixturevalue("sqlite_tables"), path)
        return f"sqlite:///{path}"
    url = str(request.getfixturevalue("postgres_database"))
    postgres.empty(url)
    return url


@pytest.fixture
def settings(database: str, tmp_path: Path) -> Settings:
    """Return settings on an empty database."""
    return Settings(database=database, data=tmp_path / "data")


@pytest.fixture
def service(settings: Settings, read_once: None) -> Iterator[Service]:
    """Yield a service with empty tables, whose jobs nobody does."""
    opened = open_service(settings, open_locally=True)
    yield opened
    opened.engine.dispose()


@pytest.fixture
def client(service: Service) -> TestClient:
    """Return a client of a service whose jobs nobody does; a defect answers 500, as always."""
    return local_client(service)


@pytest.fixture
def working(service: Service) -> Iterator[TestClient]:
    """Yield a client of a service that carries out its jobs."""
    with local_client(service) as found:
        yield found


@pytest.fixture
def plain(tmp_path: Path, read_once: None) -> Iterator[TestClient]:
    """Yield a client of a service on SQLite, for what no database has a part in."""
    opened = open_service(Settings(data=tmp_path / "data"), open_locally=True)
    yield local_client(opened)
    opened.engine.dispose()


def local_client(service: Service) -> TestClient:
    """Return a client of this machine, which needs no key as long as there is none."""
    return TestClient(create_app(service), "http://localhost", raise_server_exceptions=False)


@pytest.fixture
def stored(database: str) -> Iterator[Sessions]:
    """Yield a database with empty tables and no service on it; rows may be of two operators."""
    engine = open_engine(database)
    migrate(engine)
    opened = sessions(engine)
    with writing(opened) as session:
        for operator in ("kite", "heron"):
            ensure_operator(session, operator)
    yield opened
    engine.dispose()
