"""Every accepted plan ends exactly once, whatever is killed: a few of the bench's times."""

from collections.abc import Callable, Iterator

import pytest

from tests.api.service import postgres
from tests.bench import bench_faults
from tests.bench.bench_faults import FAULTS, Fault, Service

Test = Callable[[Service, Fault], None]


@pytest.fixture(scope="module")
def service(request: pytest.FixtureRequest) -> Iterator[Service]:
    """Yield a service on a database, with workers of a cluster, that lives through its faults."""
    database, workers = request.param
    if database == "postgresql":
        postgres.require()
    with bench_faults.deployed(database, workers) as found:
        yield found


def on_one_service(database: str, workers: int) -> Callable[[Test], Test]:
    """Have a test strike one service with every fault of so many workers on a database."""
    faults = [each for each in FAULTS if each.workers == workers and database in each.databases]
    each_fault = pytest.mark.parametrize("fault", faults, ids=lambda fault: fault.name)
    place = [(database, workers)]
    one_service = pytest.mark.parametrize("service", place, ids=[database], indirect=True)
    return lambda test: one_service(each_fault(test))


@on_one_service("sqlite", workers=0)
def test_no_fault_of_a_machine_loses_a_plan_on_sqlite(service: Service, fault: Fault) -> None:
    _strike(service, fault)


@on_one_service("postgresql", workers=0)
def test_no_fault_of_a_machine_loses_a_plan_on_postgresql(service: Service, fault: Fault) -> None:
    _strike(service, fault)


@on_one_service("postgresql", workers=2)
def test_no_fault_of_a_cluster_loses_a_plan(service: Service, fault: Fault) -> None:
    _strike(service, fault)


def _strike(service: Service, fault: Fault) -> None:
    counts = bench_faults.struck(fault, service, times=1, seed=1)
    assert counts.total() == bench_faults.PLANS


def test_two_servers_and_a_cluster_lose_none_of_their_plans() -> None:
    postgres.require()
    assert bench_faults.havoc(plans=3, kills=2, seed=1).total() == 3
