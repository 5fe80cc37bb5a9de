"""What it gives that sorties choose their cruise: `python -m tests.bench.bench_cruises`.

The first orders of the shipped sample day, on drones that may also cruise slower or faster than
their types do. Their power follows a published curve (`tests.planner.cruise_power`). Once at the
day's prices, once with a drone's time at a tenth and energy at ten times. Time is counted in the
solver's own work, so the same plans come of any machine.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from planner.plan.plan import Plan
from planner.solve.solve import make_plan
from planner.solve_options import SolveOptions
from tests.bench.cases import SEED, Case, machine, make_case, table, write_figures
from tests.bench.judge import Verdict, judge
from tests.planner.cruise_power import with_cruises

ORDERS = 60
SHARES: tuple[tuple[float, ...], ...] = ((), (0.8,), (1.2,), (0.8, 1.2))
"""Other cruises, over the airspeed of each type."""

DEARER = 10
"""Factor of the price of energy, and divisor of that of time, in the second half of the table."""


@dataclass(frozen=True)
class Outcome:
    """The other cruises that drones have, at which prices, and what comes of it."""

    shares: tuple[float, ...]
    energy_is_dear: bool
    verdict: Verdict
    plan: Plan
    flown: Counter[float]

    @property
    def words(self) -> tuple[str, ...]:
        """The row of the table."""
        others = " and ".join(f"{share:.0%}" for share in self.shares) or "none"
        energy_wh = sum(leg.energy_wh for each in self.plan.sorties for leg in each.legs)
        time_s = sum(
            (each.stops[-1].depart - each.stops[0].arrive).total_seconds()
            for each in self.plan.sorties
        )
        flown = ", ".join(f"{count} at {share:.0%}" for share, count in sorted(self.flown.items()))
        return (
            "energy" if self.energy_is_dear else "time",
            others,
            flown,
            str(self.verdict.unserved),
            str(self.verdict.drones),
            f"{time_s / 3600:.2f}",
            f"{energy_wh / 1000:.2f}",
            f"{self.verdict.cents / 100:,.2f}",
            f"{self.plan.bound.lower_bound_cents / 100:,.2f}",
            f"{self.plan.bound.gap:.2%}",
            str(self.verdict.broken.total()),
        )


def day(case: Case, shares: tuple[float, ...], *, energy_is_dear: bool) -> Case:
    """Return a day on drones with other cruises."""
    fleet = case.request.fleet
    types = tuple(with_cruises(kind, *shares) for kind in fleet.types)
    prices = fleet.prices
    if energy_is_dear:
        prices = replace(
            prices,
            drone_minute_cents=prices.drone_minute_cents // DEARER,
            energy_kwh_cents=prices.energy_kwh_cents * DEARER,
        )
    request = replace(case.request, fleet=replace(fleet, types=types, prices=prices))
    return replace(case, request=request)


def run(case: Case) -> Iterator[Outcome]:
    """Yield what comes of each set of cruises."""
    for dear in (False, True):
        for shares in SHARES if not dear else (SHARES[0], SHARES[-1]):
            asked = day(case, shares, energy_is_dear=dear)
            options = SolveOptions(time_limit_s=10, seed=SEED, deterministic=True)
            plan = make_plan(asked.network, asked.request, asked.rulebook, options)
            verdict = judge("hetao", plan, asked, 0.0)
            found = Outcome(shares, dear, verdict, plan, flown(asked, plan))
            print(*found.words, sep=" | ", file=sys.stderr, flush=True)
            yield found


def flown(case: Case, plan: Plan) -> Counter[float]:
    """Return how many sorties are flown at which share of their types' airspeeds."""
    types, drones = case.request.types, case.request.drones
    own = [types[drones[each.drone].type].airspeed_m_s for each in plan.sorties]
    return Counter(
        round((each.cruise_m_s or own_m_s) / own_m_s, 2)
        for each, own_m_s in zip(plan.sorties, own, strict=True)
    )


HEADER = (
    "dear is", "other cruises", "sorties", "unserved", "drones used", "drone hours", "kWh",
    "cost HKD", "bound HKD", "gap", "violations",
)  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from a command line; return 1 if a plan breaks a rule or more cruises cost more."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.bench_cruises")
    parser.add_argument("--orders", type=int, default=ORDERS, help="of the sample day")
    parser.add_argument("--write", action="store_true", help="write the table to the docs")
    asked = parser.parse_args(arguments)
    case = make_case(None, None)
    request = replace(case.request, orders=case.request.orders[: asked.orders])
    outcomes = list(run(replace(case, request=request)))
    told = table(HEADER, [each.words for each in outcomes])
    text = f"{case.name}, of which the first {len(request.orders)}; {machine()}.\n\n{told}"
    print(text)
    if asked.write:
        write_figures("bench_cruises", text)
    own, both = outcomes[0].verdict.cents, outcomes[len(SHARES) - 1].verdict.cents
    return int(any(each.verdict.broken for each in outcomes) or both > own)


if __name__ == "__main__":
    sys.exit(main())
