"""A plan that is made on a cluster is stopped there, whatever ends it."""

import signal
import sqlite3
from collections.abc import Iterator

import psutil
import pytest

from tests.api.service.asking import BUSY
from tests.bench.bench_service import stored_day
from tests.bench.service_under_test import Deployment, await_true

PART_CPU_S = 4.0
"""Processor time that a part's process needs only to load the planner, at most, s."""


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """Yield a server with two workers."""
    folder = tmp_path_factory.mktemp("cluster")
    database = f"sqlite:///{folder}/hetao.sqlite"
    settings = {"HETAO_WHOLE_DAY_ORDERS": "100"}
    with Deployment(folder, database, workers=2, settings=settings) as found:
        yield found


def asked(deployment: Deployment, request: str, stage: str) -> str:
    """Return the path of a plan that takes ten minutes, once it has come to a stage."""
    body = {"request": request, "time_limit_s": 600}
    path = "/v1/plans/" + str(deployment.sure("POST", "/v1/plans", body)["id"])
    await_true(lambda: deployment.sure("GET", path)["progress"]["stage"] == stage)
    return path


@pytest.fixture
def plan(deployment: Deployment) -> Iterator[str]:
    """Yield a plan that one worker makes as a whole."""
    request = str(deployment.sure("POST", "/v1/requests", BUSY)["id"])
    path = asked(deployment, request, "improve")
    yield path
    cancel(deployment, path)


def cancel(deployment: Deployment, path: str) -> None:
    deployment.sure("POST", f"{path}/cancel")
    await_true(lambda: deployment.sure("GET", path)["state"] == "cancelled")
    await_true(lambda: deployment.solving() == 0)


def test_a_plan_that_is_cancelled(deployment: Deployment, plan: str) -> None:
    cancel(deployment, plan)


def test_a_plan_whose_job_is_anothers(deployment: Deployment, plan: str) -> None:
    """As if the worker had not been heard of for a while; its job is given to the next again."""
    job = plan.rpartition("/")[2]
    with sqlite3.connect(deployment.folder / "hetao.sqlite", timeout=30) as database:
        taken = "attempt = attempt + 1, lease_until = '2100-01-01 00:00:00.000000'"
        database.execute(f"UPDATE jobs SET {taken} WHERE plan = ?", [job])
    await_true(lambda: deployment.solving() == 0)
    assert deployment.sure("GET", plan)["state"] == "running"
    with sqlite3.connect(deployment.folder / "hetao.sqlite", timeout=30) as database:
        database.execute("UPDATE jobs SET lease_until = '2000-01-01 00:00:00.000000'")


def test_a_plan_whose_worker_is_told_to_end(deployment: Deployment, plan: str) -> None:
    """The worker does not wait for the plan, which another makes."""
    [name] = [
        name
        for name, process in deployment.running.items()
        if name.startswith("worker") and solvers(process.pid)
    ]
    deployment.running[name].send_signal(signal.SIGTERM)
    await_true(lambda: deployment.running[name].poll() is not None)
    deployment.heal()
    await_true(lambda: deployment.sure("GET", plan)["progress"]["stage"] == "improve")
    assert deployment.solving() == 1


def test_a_plan_in_parts_that_is_cancelled(deployment: Deployment) -> None:
    """What solves a part is killed; a process that had none to solve would be kept."""
    request = stored_day(deployment, deployment.folder / "day", orders=160)
    path = asked(deployment, request, "parts")
    workers = [deployment.running[f"worker-{number}"].pid for number in range(2)]

    def solving_parts() -> bool:
        found = [each for pid in workers for each in solvers(pid)]
        of_parts = sorted(found, key=lambda each: each.create_time())[1:]
        busy_s = [sum(each.cpu_times()[:2]) for each in of_parts]
        return len(busy_s) == 2 and min(busy_s) > PART_CPU_S

    await_true(solving_parts)
    cancel(deployment, path)


def solvers(pid: int) -> list[psutil.Process]:
    """Return the processes that solve under a worker."""
    children = psutil.Process(pid).children()
    return [each for each in children if "spawn_main" in " ".join(each.cmdline())]
