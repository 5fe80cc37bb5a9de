"""`hetao serve` ends when it is told to, and leaves its plans to whoever serves next."""

import signal
import socket
from pathlib import Path

from api.store.engine import open_engine, sessions
from api.store.jobs import Job
from tests.api.service.asking import BUSY
from tests.bench.service_under_test import Deployment, await_true


def test_a_server_that_is_told_to_end_gives_its_plans_back(tmp_path: Path) -> None:
    """A stream of events that somebody reads does not hold it up."""
    database = f"sqlite:///{tmp_path}/hetao.sqlite"
    with Deployment(tmp_path / "server", database) as deployment:
        request = deployment.sure("POST", "/v1/requests", BUSY)["id"]
        asked = {"request": request, "time_limit_s": 600}
        plan = deployment.sure("POST", "/v1/plans", asked)["id"]
        await_true(
            lambda: deployment.sure("GET", f"/v1/plans/{plan}")["progress"]["stage"] == "improve"
        )
        with socket.create_connection(("127.0.0.1", deployment.ports[0])) as reader:
            reader.sendall(
                f"GET /v1/plans/{plan}/events HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
            )
            assert reader.recv(1000).startswith(b"HTTP/1.1 200")
            server = deployment.running["server-0"]
            server.send_signal(signal.SIGTERM)
            assert server.wait(timeout=30) in (0, -signal.SIGTERM, 128 + signal.SIGTERM)
        with sessions(open_engine(database))() as session:
            job = session.get_one(Job, plan)
            assert (job.state, job.starts, job.ended_at) == ("queued", 0, None)
