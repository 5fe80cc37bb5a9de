"""The Dask cluster that a plan job runs on: its workers also solve the parts of a large plan."""

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from typing import Any


@contextmanager
def parts_executor(cluster: str | None, threads: int) -> Iterator[tuple[Executor | None, int]]:
    """Yield where the parts of a plan are solved, and how many at a time.

    Without a cluster that is None: by as many processes of this machine as the plan has threads.
    Raises OSError if the cluster cannot be reached.
    """
    if cluster is None:
        yield None, threads
        return
    import distributed

    library: Any = distributed
    client = library.Client(cluster, timeout="10s", name="hetao parts")
    try:
        yield client.get_executor(pure=False, retries=2), threads_of(client)
    finally:
        client.close(timeout=2)


def threads_of(client: Any) -> int:
    """Return how many tasks a cluster does at a time."""
    workers = client.scheduler_info(n_workers=-1)["workers"]
    return max(1, sum(int(worker["nthreads"]) for worker in workers.values()))


def cluster_here() -> str | None:
    """Return the scheduler's address if this is a task on a Dask worker."""
    worker = _worker_here()
    return None if worker is None else str(worker.scheduler.address)


def make_way() -> None:
    """Leave the worker's place to other tasks, as this one waits for them: the plan's parts.

    Otherwise plans that hold all places of a cluster would wait for each other for ever.
    """
    if _worker_here() is not None:
        import distributed

        library: Any = distributed
        library.secede()


def _worker_here() -> Any:
    """Return the Dask worker that this thread does a task of; None if there is none."""
    import sys

    # A process that has not loaded the library is none of its workers.
    library: Any = sys.modules.get("distributed")
    if library is None:
        return None
    try:
        return library.get_worker()
    except ValueError:
        return None
