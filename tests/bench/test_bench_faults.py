"""Every accepted plan ends exactly once, whatever is killed: a few of the bench's times."""

import pytest

from tests.api.service import postgres
from tests.bench import bench_faults
from tests.bench.bench_faults import FAULTS, Fault

LOCAL = [(fault, each) for fault in FAULTS if not fault.workers for each in fault.databases]
CLUSTER = [fault for fault in FAULTS if fault.workers]


@pytest.mark.parametrize(
    ("fault", "database"), LOCAL, ids=[f"{fault.name}-{each}" for fault, each in LOCAL]
)
def test_no_fault_of_a_machine_loses_a_plan(fault: Fault, database: str) -> None:
    _strike(fault, database, times=1)


@pytest.mark.parametrize("fault", CLUSTER, ids=lambda fault: fault.name)
def test_no_fault_of_a_cluster_loses_a_plan(fault: Fault) -> None:
    _strike(fault, "postgresql", times=1)


def _strike(fault: Fault, database: str, times: int) -> None:
    if database == "postgresql":
        postgres.require()
    counts = bench_faults.struck(fault, database, times=times, seed=1)
    assert counts.total() == times * bench_faults.PLANS


def test_two_servers_and_a_cluster_lose_none_of_five_plans() -> None:
    postgres.require()
    assert bench_faults.havoc(plans=5, kills=3, seed=1).total() == 5
