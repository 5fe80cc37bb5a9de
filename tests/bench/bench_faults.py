"""Kill the service in the middle of plans, and look whether every plan ends exactly once.

    python -m tests.bench.bench_faults --times 20 --write

Each time some plans are asked for; while they are made, a server, the solvers' processes, a worker
of the cluster, its scheduler or the database is killed and started again. Every plan that was
accepted must then end, done or failed with a reason, and the database must hold one ending of it.
"""

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random

from sqlalchemy import func, select

from api.store.engine import open_engine, sessions
from api.store.jobs import ENDED, Job, JobEvent
from api.store.plans import PlanResult
from tests.api.service.asking import BUSY
from tests.api.service.postgres import Cluster, started
from tests.bench.cases import table, write_figures
from tests.bench.service_under_test import Deployment, await_true

DATABASES = ("sqlite", "postgresql")
PLANS = 2


@dataclass(frozen=True)
class Fault:
    """Something that breaks; `workers` is how many a cluster has for it, 0: there is none."""

    name: str
    strike: Callable[[Deployment, Cluster | None], None]
    workers: int = 0
    databases: tuple[str, ...] = DATABASES


def _server(deployment: Deployment, _: Cluster | None) -> None:
    deployment.kill("server-0")


def _solver(deployment: Deployment, _: Cluster | None) -> None:
    deployment.kill_solvers()


def _worker(deployment: Deployment, _: Cluster | None) -> None:
    deployment.kill("worker-0")


def _scheduler(deployment: Deployment, _: Cluster | None) -> None:
    deployment.kill("scheduler")


def _database(_: Deployment, cluster: Cluster | None) -> None:
    assert cluster is not None
    cluster.stop("immediate")
    cluster.start()


FAULTS = (
    Fault("server killed", _server),
    Fault("solving processes killed", _solver),
    Fault("database crashed and restarted", _database, databases=("postgresql",)),
    Fault("cluster worker killed", _worker, workers=2),
    Fault("cluster scheduler killed", _scheduler, workers=2),
)


def main() -> None:
    """Print, or write into docs/benchmarks.md, what became of the plans."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    rows = list[tuple[str, ...]]()
    for fault in FAULTS:
        for database in fault.databases:
            with deployed(database, fault.workers) as service:
                counts = struck(fault, service, options.times, options.seed)
            ended_as = _told(counts)
            rows.append((fault.name, database, str(options.times), str(counts.total()), ended_as))
    counts = havoc(10, options.times, options.seed)
    name = "anything of two servers, three workers and a scheduler killed"
    rows.append((name, "postgresql", str(options.times), str(counts.total()), _told(counts)))
    headings = ("fault", "database", "times", "plans", "each ended exactly once, as")
    found = table(headings, rows)
    print(found)
    if options.write:
        write_figures("bench_faults", found)


@dataclass(frozen=True)
class Service:
    """A deployment on a database, the database's server if it has one, and a stored request."""

    deployment: Deployment
    url: str
    cluster: Cluster | None
    request: str


@contextmanager
def deployed(database: str, workers: int) -> Iterator[Service]:
    """Yield a service on an empty database, with a cluster of so many workers if there are any."""
    with place(database) as (folder, url, cluster):
        settings = {"HETAO_WORKERS": "2"}
        with Deployment(folder, url, workers=workers, settings=settings) as deployment:
            request = str(deployment.sure("POST", "/v1/requests", BUSY)["id"])
            yield Service(deployment, url, cluster, request)


def struck(fault: Fault, service: Service, times: int, seed: int) -> Counter[str]:
    """Return how plans ended under a fault; raises AssertionError if one did not, or did twice."""
    draw, counts = Random(seed), Counter[str]()
    for number in range(times):
        began = time.monotonic()
        plans = [_asked(service.deployment, service.request, each) for each in range(PLANS)]
        await_true(partial(_running, service.url, plans))
        time.sleep(draw.uniform(0, 2))
        fault.strike(service.deployment, service.cluster)
        counts.update(ended(service.deployment, service.url, plans))
        seconds = time.monotonic() - began
        database = service.url.partition(":")[0]
        print(f"{fault.name}, {database}: {number + 1} in {seconds:.0f} s", file=sys.stderr)
    return counts


def havoc(plans: int, kills: int, seed: int) -> Counter[str]:
    """Return how plans ended that two servers and a cluster of three made while anything died.

    Raises AssertionError if one did not end, or ended twice.
    """
    draw = Random(seed)
    with place("postgresql") as (folder, url, _):
        settings = {"HETAO_PLANS_AT_ONCE": str(plans)}
        with Deployment(folder, url, servers=2, workers=3, settings=settings) as deployment:
            request = deployment.sure("POST", "/v1/requests", BUSY)["id"]
            asked = [_asked(deployment, request, number) for number in range(plans)]
            for _ in range(kills):
                time.sleep(draw.uniform(1, 4))
                deployment.kill(draw.choice(sorted(deployment.running)))
                deployment.heal()
            return ended(deployment, url, asked)


@contextmanager
def place(database: str) -> Iterator[tuple[Path, str, Cluster | None]]:
    """Yield a folder, the address of an empty database, and its server if it has one."""
    with tempfile.TemporaryDirectory(prefix="hetao-") as name:
        folder = Path(name)
        if database == "sqlite":
            yield folder, f"sqlite:///{folder}/hetao.sqlite", None
            return
        with started() as cluster:
            yield folder, cluster.database("faults"), cluster


def _asked(deployment: Deployment, request: str, seed: int) -> str:
    body = {"request": request, "time_limit_s": 1, "seed": seed}
    return str(deployment.sure("POST", "/v1/plans", body)["id"])


def _running(url: str, plans: list[str]) -> bool:
    """Tell whether somebody has begun to work on one of the plans."""
    engine = open_engine(url)
    with sessions(engine)() as session:
        rows = select(func.max(Job.starts)).where(Job.plan.in_(plans))
        begun = session.scalars(rows).one()
    engine.dispose()
    return bool(begun)


def ended(deployment: Deployment, url: str, plans: list[str]) -> Counter[str]:
    """Wait until plans have ended, and return how; the service is healed all the while."""
    states = dict[str, str]()

    def all_ended() -> bool:
        deployment.heal()
        states.update(
            (plan, deployment.sure("GET", f"/v1/plans/{plan}")["state"]) for plan in plans
        )
        return all(state in ENDED for state in states.values())

    await_true(all_ended)
    engine = open_engine(url)
    with sessions(engine)() as session:
        for plan, state in states.items():
            endings = select(JobEvent.kind).where(JobEvent.plan == plan, JobEvent.ends)
            assert session.scalars(endings).all() == [state]
            job = session.get_one(Job, plan)
            assert (session.get(PlanResult, plan) is not None) == (state == "done")
            assert state == "done" or job.reason
    engine.dispose()
    return Counter(states.values())


def _told(counts: Counter[str]) -> str:
    return ", ".join(f"{state} {count}" for state, count in sorted(counts.items()))


if __name__ == "__main__":
    main()
