"""Where jobs are carried out: in this machine's processes, or on a Dask cluster."""

import threading
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import Any, Protocol

from api.jobs.carry_out import end_with
from api.jobs.cluster import threads_of
from api.settings import Settings


class Workshop(Protocol):
    """An executor, how many tasks it does at a time, and the database that they work on.

    None for the database: the one that each worker's own environment names.
    """

    executor: Executor
    database: str | None

    def room(self) -> int:
        """Return how many tasks may run at a time."""

    def alive(self) -> bool:
        """Tell whether the executor can still be given tasks."""

    def close(self) -> None:
        """Give running jobs back and take no more."""


class LocalProcesses:
    """Solves in processes of this machine, one for each plan.

    Every task is attended by a thread and solved by a process of its own, so that a plan can be
    stopped at once, and one that takes all memory takes no other plan with it, as it would in a
    pool of processes that plans share.
    """

    def __init__(self, settings: Settings) -> None:
        self.database: str | None = settings.database_url
        self._workers = settings.workers
        self._stopping = threading.Event()
        self.executor: Executor = ThreadPoolExecutor(
            settings.workers, "solve", initializer=end_with, initargs=(self._stopping,)
        )

    def room(self) -> int:
        """Return how many tasks may run at a time."""
        return self._workers

    def alive(self) -> bool:
        """Tell whether the executor can still be given tasks."""
        return not self._stopping.is_set()

    def close(self) -> None:
        """Give running jobs back and take no more."""
        self._stopping.set()
        self.executor.shutdown(wait=True, cancel_futures=True)


class DaskCluster:
    """Solves on the workers of a Dask scheduler; each has its database from its environment.

    The scheduler gives the tasks of a worker that it lost to another one.
    """

    def __init__(self, address: str) -> None:
        import distributed

        library: Any = distributed
        self.database: str | None = None
        self._client = library.Client(address, timeout="10s", name="hetao")
        self.executor: Executor = self._client.get_executor(pure=False, retries=2)

    def room(self) -> int:
        """Return how many tasks may run at a time."""
        return threads_of(self._client)

    def alive(self) -> bool:
        """Tell whether the executor can still be given tasks."""
        return bool(self._client.status == "running")

    def close(self) -> None:
        """Give running jobs back and take no more."""
        self._client.close(timeout=2)


def open_workshop(settings: Settings) -> Workshop:
    """Return where jobs are carried out. Raises OSError if the cluster cannot be reached."""
    return LocalProcesses(settings) if settings.cluster is None else DaskCluster(settings.cluster)
