"""What a task on a Dask worker knows of where it is; a process may also be none of its workers."""

import sys
from collections.abc import Callable
from typing import Any


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


def is_ending() -> bool:
    """Tell whether this is a task on a Dask worker that ends; the scheduler gives it to another."""
    worker = _worker_here()
    if worker is None:
        return False
    import distributed

    library: Any = distributed
    status = library.Status
    return worker.status in (status.closing, status.closed, status.failed)


def wanted_here() -> Callable[[], bool]:
    """Return what tells whether anybody waits for the task on a Dask worker that this is.

    The scheduler forgets a task that is cancelled, and the tasks of a process that has ended, was
    killed or cannot be reached; and so does the worker, though it cannot stop a thread.
    """
    worker = _worker_here()
    key = worker.get_current_task()

    def wanted() -> bool:
        task = worker.state.tasks.get(key)
        return task is not None and task.state == "executing" and not is_ending()

    return wanted


def _worker_here() -> Any:
    """Return the Dask worker that this thread does a task of; None if there is none."""
    # A process that has not loaded the library is none of its workers.
    library: Any = sys.modules.get("distributed")
    if library is None:
        return None
    try:
        return library.get_worker()
    except ValueError:
        return None
