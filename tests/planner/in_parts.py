"""A small day that is planned in parts, and what holds for its plan."""

from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import replace
from random import Random

from planner.check import check_plan
from planner.plan.plan import Plan
from planner.request.request import Request
from planner.rules.rulebook import shipped_rulebook
from planner.solve.progress import Progress
from planner.solve.solve import make_plan
from planner.solve_options import SolveOptions
from tests.geodata.small import small_network
from tests.planner.days import QUICK, random_request

SMALL = small_network()
IN_PARTS = replace(QUICK, time_limit_s=0.5, whole_day_orders=4)
DAY = random_request(Random(3), 10, 6)


def planned(
    asked: Request = DAY,
    options: SolveOptions = IN_PARTS,
    executor: Executor | None = None,
    told: list[Progress] | None = None,
) -> Plan:
    """Return the plan of a day, after proving that it keeps every rule and counts every order."""
    report = (lambda progress: None) if told is None else told.append
    plan = make_plan(SMALL, asked, shipped_rulebook(), options, report, executor)
    assert check_plan(plan, SMALL, asked, shipped_rulebook()) == []
    assert plan.bound.lower_bound_cents <= plan.cost.total_cents
    return plan


def parted(asked: Request, options: SolveOptions = IN_PARTS) -> Plan:
    """Return the same of a day that a thread of this process plans in parts.

    To begin a process takes seconds.
    """
    with ThreadPoolExecutor(1) as thread:
        return planned(asked, options, thread)
