"""The parts of a large plan on a cluster: its workers solve them, and none that dies is missed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import distributed
import pytest

from api.jobs.cluster import parts_executor, threads_of
from planner.plan.plan import PLAN
from planner.rules.rulebook import shipped_rulebook
from planner.solve.progress import Progress
from planner.solve.solve import make_plan
from tests.api import jobs
from tests.api.service.asking import of_orders
from tests.bench.service_under_test import Deployment, await_true
from tests.planner.in_parts import DAY, IN_PARTS, SMALL, planned

LARGE = of_orders(4)
"""More orders than the services below solve as a whole."""


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Deployment]:
    """Yield a scheduler with two workers of one thread each, in processes of their own."""
    with Deployment(tmp_path, f"sqlite:///{tmp_path}/none.sqlite", servers=0, workers=2) as found:
        yield found


def test_a_cluster_solves_the_parts_and_a_worker_killed_in_the_middle_changes_nothing(
    cluster: Deployment,
) -> None:
    """The same plan to the byte as by processes of this machine; no worker loads the solver."""
    library: Any = distributed
    killed = []

    def report(progress: Progress) -> None:
        if not killed and progress.detail.startswith("turn 1: 1 of"):
            cluster.kill("worker-0")
            killed.append("worker-0")

    with library.Client(cluster.cluster) as client:
        await_true(lambda: threads_of(client) == 2)
    with parts_executor(cluster.cluster, 1) as (executor, workers):
        assert workers == 2
        plan = make_plan(SMALL, DAY, shipped_rulebook(), IN_PARTS, report, executor)
    assert killed
    with library.Client(cluster.cluster) as client:
        assert list(client.run(jobs.has_loaded, "ortools").values()) == [False]
    assert PLAN.dump_json(plan) == PLAN.dump_json(planned())


def test_without_a_cluster_a_plan_has_processes_of_its_own() -> None:
    with parts_executor(None, 3) as found:
        assert found == (None, 3)


def test_a_large_plan_of_the_service_is_solved_by_the_cluster_that_it_runs_on(
    tmp_path: Path,
) -> None:
    """By its one worker, which the plan that waits for its parts must not block."""
    database = f"sqlite:///{tmp_path}/hetao.sqlite"
    settings = {"HETAO_WHOLE_DAY_ORDERS": "2"}
    with Deployment(tmp_path, database, workers=1, settings=settings) as deployment:
        request = deployment.sure("POST", "/v1/requests", LARGE)["id"]
        asked = {"request": request, "time_limit_s": 600}
        path = "/v1/plans/" + deployment.sure("POST", "/v1/plans", asked)["id"]
        await_true(lambda: deployment.sure("GET", path)["progress"]["stage"] == "parts")
        await_true(lambda: deployment.solving() > 1)
        assert deployment.sure("POST", f"{path}/finish")["state"] == "running"
        await_true(lambda: deployment.sure("GET", path)["state"] != "running")
        assert deployment.sure("GET", path)["state"] == "done"
        assert deployment.sure("POST", f"{path}/check")["violations"] == []
        proof, summary = (deployment.sure("GET", f"{path}/{a}") for a in ("certificate", "summary"))
        assert proof["bound_cents"] == summary["bound"]["lower_bound_cents"]
        assert proof["cost_cents"] == summary["cost"]["total_cents"]


def test_a_plan_in_parts_that_is_cancelled_leaves_no_process(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path}/hetao.sqlite"
    # Two threads would have no parts.
    settings = {"HETAO_WHOLE_DAY_ORDERS": "2", "HETAO_THREADS": "3"}
    with Deployment(tmp_path, database, settings=settings) as deployment:
        request = deployment.sure("POST", "/v1/requests", LARGE)["id"]
        asked = {"request": request, "time_limit_s": 600}
        path = "/v1/plans/" + deployment.sure("POST", "/v1/plans", asked)["id"]
        await_true(lambda: deployment.sure("GET", path)["progress"]["stage"] == "parts")
        await_true(lambda: deployment.solving() > 1)
        deployment.sure("POST", f"{path}/cancel")
        await_true(lambda: deployment.sure("GET", path)["state"] == "cancelled", 10)
        await_true(lambda: deployment.solving() == 0, 10)
