"""A real PostgreSQL 15 with PostGIS, from Debian's packages, for as long as the tests run."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

BINARIES = Path("/usr/lib/postgresql/15/bin")
POSTGIS = Path("/usr/share/postgresql/15/extension/postgis.control")
PACKAGES = "postgresql-15 postgresql-15-postgis-3"


def require() -> None:
    """Skip a test loudly where there is no PostgreSQL, or fail it where that is asked for."""
    if (BINARIES / "initdb").exists() and POSTGIS.exists():
        return
    missing = f"no PostgreSQL 15 with PostGIS: apt-get install {PACKAGES}"
    if os.environ.get("HETAO_TEST_POSTGRES") == "required":
        pytest.fail(missing)
    print(f"\nNOT TESTED ON POSTGRESQL: {missing}", file=sys.__stderr__, flush=True)
    pytest.skip(missing)


@dataclass(frozen=True)
class Cluster:
    """A database server of its own on loopback; it can be stopped, killed and started again."""

    folder: Path
    port: int

    @property
    def url(self) -> str:
        """Address of the server's own database."""
        return f"postgresql+psycopg://hetao@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Start the server and wait until it answers."""
        options = (
            f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' "
            "-c fsync=off -c max_connections=200"
        )
        log = str(self.folder / "log")
        _as_postgres(
            "pg_ctl", "-D", str(self.folder / "data"), "-w", "-o", options, "-l", log, "start"
        )

    def stop(self, mode: str = "immediate") -> None:
        """Stop the server; `immediate` is what a crash is like."""
        self._control("-m", mode, "stop")

    def _control(self, *arguments: str) -> None:
        _as_postgres("pg_ctl", "-D", str(self.folder / "data"), "-w", *arguments)

    def database(self, name: str) -> str:
        """Make a database and return its address."""
        _psql(self.port, "postgres", f'CREATE DATABASE "{name}" TEMPLATE template_hetao')
        return f"postgresql+psycopg://hetao@127.0.0.1:{self.port}/{name}"


@contextmanager
def started() -> Iterator[Cluster]:
    """Yield a server in a temporary folder."""
    folder = Path(tempfile.mkdtemp(prefix="hetao-postgres-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
        _as_postgres(
            "initdb", "-D", str(folder / "data"), "-U", "hetao", "--auth=trust", "--no-sync"
        )
        cluster = Cluster(folder, _free_port())
        cluster.start()
        try:
            _psql(cluster.port, "postgres", "CREATE DATABASE template_hetao")
            _psql(cluster.port, "template_hetao", "CREATE EXTENSION postgis")
            yield cluster
        finally:
            cluster.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _as_postgres(program: str, *arguments: str) -> None:
    """Run a program of the server, which refuses to run as root."""
    command = [str(BINARIES / program), *arguments]
    if os.geteuid() == 0:
        command = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *command]
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        cwd="/",
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"{program}: {done.stderr}")


def _psql(port: int, database: str, statement: str) -> None:
    with psycopg.connect(
        host="127.0.0.1", port=port, user="hetao", dbname=database, autocommit=True
    ) as connection:
        connection.execute(statement.encode())


def empty(url: str) -> None:
    """Remove every row of a database, but for what PostGIS and the migrations keep."""
    address = url.replace("+psycopg", "")
    with psycopg.connect(address, autocommit=True) as connection:
        found = connection.execute(
            "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' "
            "AND tablename NOT IN ('spatial_ref_sys', 'alembic_version')"
        ).fetchall()
        if found:
            names = ", ".join(name for (name,) in found)
            # The audit log's trigger refuses this to everybody else.
            connection.execute("SET session_replication_role = replica")
            connection.execute(f"TRUNCATE {names} CASCADE".encode())


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def await_true(holds: Callable[[], bool], seconds: float = 30.0) -> None:
    """Wait until something holds; raise AssertionError if it does not in time."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come to hold in time"
        time.sleep(0.05)
