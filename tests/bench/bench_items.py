"""Items over HTTP: `python -m tests.bench.bench_items`.

A made-up city is published to a service in a process of its own, on SQLite and, where it can be
started, on PostgreSQL with PostGIS. One client follows the link `next` through all corridors, 500 a
page, over one connection; then it asks for boxes, for a field's value, and edits a draft. Times are
those of the clock, as a client waits: server and client share the machine.
"""

import argparse
import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlencode, urlsplit

from api.store.base import now
from api.store.editions import StoredEditions
from api.store.engine import open_engine, sessions
from api.store.migrate import migrate
from geodata.network import Network
from tests.api.service import postgres
from tests.bench.cases import machine, table, write_figures
from tests.bench.city import city

PAGE = 500
SERVE = """
import socket, sys, uvicorn
from api.http.app import create_app
from api.service import open_service
from api.settings import Settings
uvicorn.run(create_app(open_service(Settings(), open_locally=True)), fd=int(sys.argv[1]),
            log_level="warning")
"""
Figures = dict[str, str]


class Client:
    """A client that keeps its connection."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)

    def ask(self, method: str, url: str, body: Any = None, media_type: str = "") -> Any:
        """Return the JSON of an answer; raises AssertionError if it is no success."""
        at = urlsplit(url)
        path = f"{at.path}?{at.query}" if at.query else at.path
        headers = {"Content-Type": media_type or "application/json"} if body is not None else {}
        content = None if body is None else json.dumps(body)
        self._connection.request(method, path, content, headers)
        answer = self._connection.getresponse()
        found = answer.read()
        assert 200 <= answer.status < 300, found[:300]
        return json.loads(found)


def figures(client: Client, corridors: int, times: int) -> Figures:
    """Return what a client waits for, by what it asks."""
    items = "/ogc/collections/corridors/items"
    client.ask("GET", f"{items}?limit=1")  # once the server has started
    whole_s, pages = _through(client, f"{items}?limit={PAGE}", corridors)
    client.ask("POST", "/v1/network/drafts", {"name": "bench"})
    draft = "/ogc/drafts/bench/collections/corridors/items"
    first = client.ask("GET", f"{draft}?limit=1")["features"][0]["id"]
    began = time.perf_counter()
    _change(client, draft, first, 41.0)
    opened_s = time.perf_counter() - began
    ids = [each["id"] for each in client.ask("GET", f"{draft}?limit={times}")["features"]]
    edits = [_timed(lambda each=each: _change(client, draft, each, 42.0)) for each in ids]
    drafted_s, _ = _through(client, f"{draft}?limit={PAGE}", corridors)
    extent = client.ask("GET", "/ogc/collections/corridors")["extent"]["spatial"]["bbox"][0]
    boxes = [_timed(lambda box=box: client.ask("GET", box)) for box in _boxes(extent, times)]
    field = f"{items}?" + urlencode({"limit": PAGE, "width_m": 42})
    fields = [_timed(lambda: client.ask("GET", field)) for _ in range(5)]
    return {
        f"pages of {PAGE} a second, all {corridors:,} corridors": f"{pages / whole_s:.0f}",
        "the same in a draft": f"{pages / drafted_s:.0f}",
        "a box of 1 % of the area, ms": _ms(boxes),
        "a field's value that none has, ms": _ms(fields),
        "the first edit of a draft, with its check, s": f"{opened_s:.1f}",
        "an edit with its check, ms": _ms(edits),
    }


def _through(client: Client, url: str, corridors: int) -> tuple[float, int]:
    began, pages, found, links = time.perf_counter(), 0, 0, {"next": url}
    while "next" in links:
        page = client.ask("GET", links["next"])
        pages, found = pages + 1, found + page["numberReturned"]
        links = {each["rel"]: each["href"] for each in page["links"]}
    assert found == corridors
    return time.perf_counter() - began, pages


def _change(client: Client, items: str, identifier: str, width_m: float) -> None:
    patch = {"properties": {"width_m": width_m}}
    client.ask("PATCH", f"{items}/{identifier}", patch, "application/merge-patch+json")


def _boxes(extent: list[float], times: int) -> Iterator[str]:
    draw = Random(1)
    west, south, east, north = extent
    for _ in range(times):
        x, y = (draw.uniform(0, 0.9) for _ in range(2))
        at = west + x * (east - west), south + y * (north - south)
        box = (*at, at[0] + 0.1 * (east - west), at[1] + 0.1 * (north - south))
        bbox = ",".join(map(str, box))
        yield f"/ogc/collections/corridors/items?{urlencode({'limit': PAGE, 'bbox': bbox})}"


def _timed(action: Any) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def _ms(times_s: list[float]) -> str:
    return f"{1000 * statistics.median(times_s):.0f}"


@contextmanager
def served(database: str, network: Network, folder: Path) -> Iterator[Client]:
    """Yield a client of a service on a database with a network."""
    import socket

    engine = open_engine(database)
    migrate(engine)
    StoredEditions(sessions(engine)).begin(network, author="bench", message="city", now=now())
    engine.dispose()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        environment = {**os.environ, "HETAO_DATABASE": database, "HETAO_DATA": str(folder)}
        command = [sys.executable, "-c", SERVE, str(listener.fileno())]
        with subprocess.Popen(command, env=environment, pass_fds=[listener.fileno()]) as server:
            try:
                yield Client(listener.getsockname()[1])
            finally:
                server.terminate()


def measure(corridors: int, times: int) -> dict[str, Figures]:
    """Return the figures on each database that can be had."""
    sites = max(8, corridors // 20)
    network = city(corridors=corridors, vertiports=sites - sites // 4, checkpoints=sites // 4)
    found: dict[str, Figures] = {}
    with tempfile.TemporaryDirectory() as folder:
        with served(f"sqlite:///{folder}/hetao.sqlite", network, Path(folder)) as client:
            found["SQLite"] = figures(client, corridors, times)
        try:
            with (
                postgres.started() as cluster,
                served(cluster.database("bench"), network, Path(folder)) as client,
            ):
                found["PostgreSQL"] = figures(client, corridors, times)
        except postgres.MissingError as missing:
            print(missing, file=sys.stderr)
    return found


def as_table(found: dict[str, Figures], corridors: int) -> str:
    """Return figures as a Markdown table."""
    rows = [(name, *(each[name] for each in found.values())) for name in found["SQLite"]]
    return f"{machine()}, {corridors:,} corridors.\n\n" + table(("", *found), rows)


def main() -> None:
    """Print the table, or write it to the docs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corridors", type=int, default=50_000)
    parser.add_argument("--times", type=int, default=50, help="boxes and edits")
    parser.add_argument("--write", action="store_true", help="write the table to the docs")
    options = parser.parse_args()
    text = as_table(measure(options.corridors, options.times), options.corridors)
    print(text)
    if options.write:
        write_figures("bench_items", text)


if __name__ == "__main__":
    main()
