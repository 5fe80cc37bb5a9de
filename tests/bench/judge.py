"""The judge of every planner: the same pricing, and a checker that shares no code with any."""

from collections import Counter
from dataclasses import dataclass

from api.summary import summarise
from planner.check import check_plan
from planner.dispatch.roster import Roster
from planner.plan.plan import Options, Plan
from planner.solve.assemble import assemble
from tests.bench.cases import SEED, Case


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a planner made of a day; money in integer cents, `broken` counts violations by code.

    `routed` orders are in another planner's routes, `rescued` ones were not served as it has them.
    """

    planner: str
    on_time: int
    late: int
    unserved: int
    rescued: int
    sorties: int
    drones: int
    cents: int
    wall_s: float
    broken: Counter[str]
    routed: int | None = None


def plan_of(roster: Roster, seconds: float) -> Plan:
    """Return the plan of a roster that was filled by another planner: no bound is known."""
    options = Options(seed=SEED, time_limit_s=seconds, deterministic=False, gap=0.0)
    return assemble(roster.instance, roster, 0.0, "none", options)


def judge(
    planner: str,
    plan: Plan,
    case: Case,
    wall_s: float,
    rescued: int = 0,
    routed: int | None = None,
) -> Verdict:
    """Return the verdict on a plan."""
    violations = check_plan(plan, case.network, case.request, case.rulebook)
    summary = summarise(plan, case.request, violations)
    return Verdict(
        planner=planner,
        on_time=summary["orders"]["on_time"],
        late=summary["orders"]["late"],
        unserved=summary["orders"]["unserved"],
        rescued=rescued,
        sorties=summary["sorties"],
        drones=summary["drones_used"],
        cents=plan.cost.total_cents,
        wall_s=wall_s,
        broken=Counter(each.code for each in violations),
        routed=routed,
    )
