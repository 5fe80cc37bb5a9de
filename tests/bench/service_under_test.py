"""The service as it runs, for tests that kill it.

`hetao serve` in processes of their own, on either database, with a Dask cluster if asked for;
whatever dies is started again, as a process manager does.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import psutil

from tests.api.process import ROOT

PATIENCE_S = 300.0
"""How long something may take on a busy machine before it is taken not to happen at all."""

Start = Callable[[], subprocess.Popen[bytes]]


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@dataclass
class Deployment:
    """Servers, and a scheduler with workers if `workers` says so, on one database."""

    folder: Path
    database: str
    servers: int = 1
    workers: int = 0
    settings: Mapping[str, str] = field(default_factory=dict)
    ports: list[int] = field(default_factory=list)
    cluster: str = ""
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _starts: dict[str, Start] = field(default_factory=dict)

    def __enter__(self) -> "Deployment":
        environment = {
            **os.environ,
            "HETAO_DATABASE": self.database,
            "HETAO_DATA": str(self.folder),
            "HETAO_LEASE_S": "2",
            "HETAO_THREADS": "1",
            "PYTHONPATH": str(ROOT),
            **self.settings,
        }
        if self.workers:
            port = free_port()
            address = f"tcp://127.0.0.1:{port}"
            self.cluster = environment["HETAO_CLUSTER"] = address
            self._add("scheduler", environment, *_dask("scheduler", f"--port={port}"))
            for number in range(self.workers):
                worker = _dask("worker", address, "--nthreads=1", "--no-nanny")
                self._add(f"worker-{number}", environment, *worker)
        for number in range(self.servers):
            self.ports.append(free_port())
            command = ("-m", "api.cli", "serve", "--port", str(self.ports[-1]))
            self._add(f"server-{number}", environment, *command)
            await_true(partial(self.answers, number))
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        for process in self.running.values():
            process.kill()
            process.wait()
        if kind is not None:
            self._show_logs()

    def _show_logs(self) -> None:
        """Print the ends of the logs, which go with the folder."""
        for name in self.running:
            log = (self.folder / f"{name}.log").read_text(errors="replace")
            print(f"--- {name}", *log.splitlines()[-20:], sep="\n", file=sys.stderr)

    def _add(self, name: str, environment: Mapping[str, str], *command: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)

        def start() -> subprocess.Popen[bytes]:
            with (self.folder / f"{name}.log").open("ab") as log:
                return subprocess.Popen(
                    [sys.executable, *command],
                    cwd=self.folder,
                    env=environment,
                    stderr=log,
                    stdout=log,
                )

        self._starts[name] = start
        self.running[name] = start()

    def heal(self) -> None:
        """Start again what has ended."""
        for name, process in self.running.items():
            if process.poll() is not None:
                self.running[name] = self._starts[name]()

    def kill(self, name: str) -> None:
        """Kill a process, as a power cut does."""
        self.running[name].send_signal(signal.SIGKILL)
        self.running[name].wait()

    def kill_solvers(self) -> int:
        """Kill every process that solves under the servers or workers; return how many."""
        killed = 0
        for process in self.running.values():
            for child in psutil.Process(process.pid).children():
                if "spawn_main" in " ".join(child.cmdline()):
                    child.kill()
                    killed += 1
        return killed

    def solving(self) -> int:
        """Return how many processes solve under the servers or workers, those of parts counted."""
        found = 0
        for process in self.running.values():
            for child in psutil.Process(process.pid).children(recursive=True):
                with suppress(psutil.NoSuchProcess):
                    found += "spawn_main" in " ".join(child.cmdline())
        return found

    def answers(self, server: int = 0) -> bool:
        """Tell whether a server is ready; start it again if it has ended."""
        self.heal()
        try:
            return self.ask("GET", "/readyz", server=server)[0] == 200
        except OSError:
            return False

    def ask(self, method: str, path: str, body: Any = None, server: int = 0) -> tuple[int, Any]:
        """Return status and JSON of an answer; raises OSError if there is none."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.ports[server]}{path}",
            None if body is None else json.dumps(body).encode(),
            {"Content-Type": "application/json"},
            method=method,
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refused:
            return refused.code, json.load(refused)

    def sure(self, method: str, path: str, body: Any = None) -> Any:
        """Return the JSON of an answer, from whichever server gives one in the end."""
        end, number = time.monotonic() + PATIENCE_S, 0
        while True:
            try:
                status, found = self.ask(method, path, body, number % self.servers)
                if status < 500:
                    return found
            except OSError:
                self.heal()
            assert time.monotonic() < end, f"no answer to {method} {path}"
            number += 1
            time.sleep(0.1)


def _dask(kind: str, *options: str) -> tuple[str, ...]:
    common = ("--host=127.0.0.1", "--no-dashboard")
    return ("-m", f"distributed.cli.dask_{kind}", *options, *common)


def await_true(holds: Callable[[], bool], seconds: float = PATIENCE_S) -> None:
    """Wait until something holds; raise AssertionError if it does not in time."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come to hold in time"
        time.sleep(0.1)
