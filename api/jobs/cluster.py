"""The Dask cluster that a plan job runs on: its workers also solve the parts of a large plan."""

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from typing import Any

from api.jobs.part_process import Stoppable


@contextmanager
def parts_executor(cluster: str | None, threads: int) -> Iterator[tuple[Executor | None, int]]:
    """Yield where the parts of a plan are solved, and how many at a time.

    Without a cluster that is None: by as many processes of this machine as the plan has threads.
    What a cluster is still doing on the way out, or when this process dies, is stopped.
    Raises OSError if the cluster cannot be reached.
    """
    if cluster is None:
        yield None, threads
        return
    import distributed

    library: Any = distributed
    client = library.Client(cluster, timeout="10s", name="hetao parts")
    try:
        yield Stoppable(client.get_executor(pure=False)), threads_of(client)
    finally:
        client.close(timeout=2)


def threads_of(client: Any) -> int:
    """Return how many tasks a cluster does at a time."""
    workers = client.scheduler_info(n_workers=-1)["workers"]
    return max(1, sum(int(worker["nthreads"]) for worker in workers.values()))
