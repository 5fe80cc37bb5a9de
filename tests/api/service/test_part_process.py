"""A part on a cluster is stopped as soon as nobody waits for it, whatever its plan came to."""

import multiprocessing
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import distributed
import psutil
import pytest

from api.jobs.cluster import parts_executor, threads_of
from tests.api import jobs
from tests.bench.service_under_test import Deployment, await_true

LIBRARY: Any = distributed


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Deployment]:
    """Yield a scheduler with a worker of one thread, in processes of their own."""
    with Deployment(tmp_path, f"sqlite:///{tmp_path}/none.sqlite", servers=0, workers=1) as found:
        yield found


@pytest.fixture
def client(cluster: Deployment) -> Iterator[Any]:
    with LIBRARY.Client(cluster.cluster) as found:
        await_true(lambda: threads_of(found) == 1)
        yield found


def executing(dask_worker: Any) -> list[str]:
    """Return the states of the tasks that threads of a worker are busy with."""
    return [task.state for task in dask_worker.state.executing]


def busy(client: Any) -> list[str]:
    [states] = client.run(executing).values()
    return list(states)


def begun(path: Path) -> int:
    """Return the process of a task that writes it down and then sleeps, once it does."""
    await_true(lambda: path.exists() and path.read_text() != "")
    return int(path.read_text())


def give(cluster: str, path: Path) -> None:
    """Have a part done that does not end, as a plan's process does."""
    with parts_executor(cluster, 1) as (executor, _):
        assert executor is not None
        executor.submit(jobs.write_pid_and_sleep, path, print).result()


def test_a_part_that_is_cancelled_is_stopped_and_the_worker_takes_the_next(
    cluster: Deployment, client: Any, tmp_path: Path
) -> None:
    with parts_executor(cluster.cluster, 1) as (executor, _):
        assert executor is not None
        part = executor.submit(jobs.write_pid_and_sleep, tmp_path / "pid", print)
        process = begun(tmp_path / "pid")
        part.cancel()
        await_true(lambda: not psutil.pid_exists(process))
        await_true(lambda: busy(client) == [])
        assert executor.submit(os.getpid).result() != process


def test_a_task_in_a_thread_goes_on_when_it_is_cancelled(client: Any, tmp_path: Path) -> None:
    """The control: so it would be without a process that can be killed."""
    task = client.get_executor(pure=False).submit(jobs.write_pid_and_sleep, tmp_path / "pid", print)
    begun(tmp_path / "pid")
    task.cancel()
    await_true(lambda: busy(client) == ["cancelled"])


def test_parts_under_way_are_stopped_when_their_plan_has_come_to_an_end(
    cluster: Deployment, client: Any, tmp_path: Path
) -> None:
    with parts_executor(cluster.cluster, 1) as (executor, _):
        assert executor is not None
        executor.submit(jobs.write_pid_and_sleep, tmp_path / "pid", print)
        process = begun(tmp_path / "pid")
    await_true(lambda: not psutil.pid_exists(process))
    await_true(lambda: busy(client) == [])


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_a_part_is_stopped_when_the_process_of_its_plan_is_gone(
    how: signal.Signals, cluster: Deployment, client: Any, tmp_path: Path
) -> None:
    """It is told to end when its plan is cancelled or its job is another's."""
    spawn = multiprocessing.get_context("spawn")
    plan = spawn.Process(target=give, args=(cluster.cluster, tmp_path / "pid"))
    plan.start()
    process = begun(tmp_path / "pid")
    assert plan.pid is not None
    os.kill(plan.pid, how)
    plan.join()
    await_true(lambda: not psutil.pid_exists(process))
    await_true(lambda: busy(client) == [])


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
@pytest.mark.parametrize("name", ["worker-0", "scheduler"])
def test_a_part_is_stopped_when_its_worker_or_scheduler_is_gone(
    name: str, how: signal.Signals, cluster: Deployment, tmp_path: Path
) -> None:
    spawn = multiprocessing.get_context("spawn")
    plan = spawn.Process(target=give, args=(cluster.cluster, tmp_path / "pid"))
    plan.start()
    process = begun(tmp_path / "pid")
    cluster.running[name].send_signal(how)
    await_true(lambda: not psutil.pid_exists(process))
    plan.kill()
    plan.join()


def test_a_worker_keeps_the_process_of_a_part_for_the_next_unless_it_fails(
    cluster: Deployment,
) -> None:
    with parts_executor(cluster.cluster, 1) as (executor, _):
        assert executor is not None
        first, second = (executor.submit(os.getpid).result() for _ in range(2))
        assert first == second != cluster.running["worker-0"].pid
        with pytest.raises(EOFError):
            executor.submit(jobs.kill_itself, None, print).result()
        assert executor.submit(os.getpid).result() != first
