"""Hostile connections, against `hetao serve` as it runs: slow, idle, many, malformed."""

import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.bench.service_under_test import Deployment

IDLE = 1000
SETTINGS = {"HETAO_BODY_WITHIN_S": "1"}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """Yield a server that gives a body one second."""
    folder: Path = tmp_path_factory.mktemp("served")
    database = f"sqlite:///{folder}/hetao.sqlite"
    with Deployment(folder, database, settings=SETTINGS) as deployment:
        yield deployment


def connected(deployment: Deployment) -> socket.socket:
    return socket.create_connection(("127.0.0.1", deployment.ports[0]), timeout=20)


def answered(deployment: Deployment, sent: bytes) -> bytes:
    """Return all that comes back for bytes that are sent, until the server ends the connection."""
    with connected(deployment) as connection:
        connection.sendall(sent)
        parts = []
        with suppress(ConnectionResetError):
            while part := connection.recv(65536):
                parts.append(part)
        return b"".join(parts)


def head(*lines: bytes) -> bytes:
    return b"\r\n".join((*lines, b"Host: localhost", b"", b""))


def test_a_body_that_drips_in_is_given_up(served: Deployment) -> None:
    sent = b"Content-Type: application/json", b"Content-Length: 1000"
    began = time.monotonic()
    answer = answered(served, head(b"POST /v1/routes HTTP/1.1", *sent) + b"{")
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"BODY_SLOW" in answer
    assert time.monotonic() - began >= 0.9


def test_idle_connections_keep_nobody_out(served: Deployment) -> None:
    idle = [connected(served) for _ in range(IDLE)]
    try:
        assert served.ask("GET", "/healthz")[0] == 200
    finally:
        for each in idle:
            each.close()


@pytest.mark.parametrize(
    "path",
    [
        b"/v1/plans/..%2f..%2fetc%2fpasswd",
        b"/v1/plans/%0d%0aSet-Cookie:%20a=b",
        b"/v1/plans/%00",
        b"/v1/plans/%ff%fe",
        b"//v1//plans",
        b"/v1/requests/" + b"0" * 32 + b"%0aX: y",
    ],
)
def test_odd_paths_are_not_there_and_inject_nothing(served: Deployment, path: bytes) -> None:
    answer = answered(served, head(b"GET " + path + b" HTTP/1.1", b"Connection: close"))
    status = answer.split(b" ", 2)[1]
    assert status in (b"400", b"404", b"422")
    assert b"\r\nSet-Cookie" not in answer
    assert b"\r\nX: y" not in answer


@pytest.mark.parametrize(
    "line",
    [
        b"X-Request-Id: 0f0e0d0c-0b0a-4908-8706-050403020100\x0bX: y",
        b"X-Request-Id: " + b"a" * 8000,
        b"Idempotency-Key: \xff\xfe",
        b"Accept: " + b"text/html;q=0.1," * 400,
    ],
)
def test_odd_headers_inject_nothing_and_break_nothing(served: Deployment, line: bytes) -> None:
    answer = answered(served, head(b"GET /v1/rules HTTP/1.1", line, b"Connection: close"))
    assert answer.split(b" ", 2)[1] in (b"200", b"400", b"422")
    assert b"\nX: y" not in answer


def test_what_is_no_http_gets_400_and_no_more(served: Deployment) -> None:
    for sent in (b"\x16\x03\x01\x02\x00", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n"):
        assert answered(served, sent)[:12] in (b"HTTP/1.1 400", b"")
    two = b"Content-Length: 2", b"Transfer-Encoding: chunked"
    smuggled = head(b"POST /v1/routes HTTP/1.1", *two) + b"0\r\n\r\nGET /metrics HTTP/1.1\r\n\r\n"
    assert answered(served, smuggled).count(b"HTTP/1.1 200") == 0
