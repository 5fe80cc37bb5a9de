"""From a network, a request and a rulebook to a plan.

pool -> choice -> roster -> plan: columns with their relaxation (the bound), the best whole choice
among them, its timing on blocks, pads and bays, and the record that is handed out.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from geodata.network import Network
from planner.airspace import Airspace
from planner.assemble import assemble
from planner.candidates import Candidates
from planner.crowding import settle
from planner.improve import Rounds, improve
from planner.instance import Instance
from planner.plan import Options, Plan
from planner.pool import build_pool, cover_bound_cents
from planner.request import Request
from planner.roster import Roster
from planner.rulebook import Rulebook
from planner.sorties import Enumerator


@dataclass(frozen=True, slots=True)
class SolveOptions:
    """How to solve: seconds of wall time, or of deterministic time where that is asked for."""

    time_limit_s: float = 30.0
    seed: int = 1
    workers: int = 2
    deterministic: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """What is being done: a stage, a detail, and how much of all is done, 0 to 1."""

    stage: str
    detail: str
    done: float


Report = Callable[[Progress], None]


def make_plan(
    network: Network,
    request: Request,
    rulebook: Rulebook,
    options: SolveOptions,
    report: Report = lambda progress: None,
) -> Plan:
    """Return a plan for a request; orders that cannot be served are listed with their reasons."""
    report(Progress("compile", f"{len(request.orders)} orders", 0.0))
    instance = Instance(Airspace(network, request), rulebook)
    roster = Roster(instance)
    clock = _Clock(options, time.monotonic())
    if not instance.jobs or not instance.squads:
        bound = float(roster.cents()), "nothing to choose"
    else:
        bound = _fill(instance, roster, clock, report)
    report(Progress("write", "plan", 0.98))
    settle(roster, clock.after(max(1.0, WRITE_SHARE * options.time_limit_s)))
    asked = Options(
        seed=options.seed,
        time_limit_s=options.time_limit_s,
        deterministic=options.deterministic,
    )
    return assemble(instance, roster, *bound, asked)


@dataclass(frozen=True)
class _Clock:
    """What time a solve has: wall time from a start, or shares of deterministic time."""

    options: SolveOptions
    started_s: float

    def left_s(self) -> float:
        """Return what is left, s; all of it where wall time may not decide."""
        if self.options.deterministic:
            return self.options.time_limit_s
        return max(0.0, self.options.time_limit_s - (time.monotonic() - self.started_s))

    def suits(self, orders: int) -> bool:
        """Tell whether the time suffices to look at joint sorties of so many orders."""
        options = self.options
        return options.deterministic or options.time_limit_s >= orders**2 * JOINT_S

    def past(self, left_s: float) -> Callable[[], bool]:
        """Return what tells whether less time is left; where wall time may not decide, never."""
        return lambda: not self.options.deterministic and self.left_s() < left_s

    def after(self, seconds: float) -> Callable[[], bool]:
        """Return what tells whether this thread has worked so long from now on; never as above."""
        until_s = time.thread_time() + seconds
        return lambda: not self.options.deterministic and time.thread_time() > until_s


def _fill(instance: Instance, roster: Roster, clock: _Clock, report: Report) -> tuple[float, str]:
    """Choose sorties and time them, then choose anew while time is left.

    Returns the lower bound on the plan's cost, cents, and how it was got.
    """
    options = clock.options
    enumerator = Enumerator(instance, options.workers)
    most = instance.rules.max_orders_per_sortie if clock.suits(len(instance.jobs)) else 1
    pool = build_pool(
        enumerator,
        most,
        lambda detail, done: report(Progress("enumerate", detail, 0.4 * done)),
        clock.past((1 - RELAXATION_UNTIL) * options.time_limit_s),
    )
    if pool.whole and most == instance.rules.max_orders_per_sortie:
        bound = pool.relaxation.cents, WHOLE_DAY_METHOD
    else:
        bound = cover_bound_cents(enumerator), COVER_METHOD
    report(Progress("choose", f"{len(pool.lattice)} sorties", 0.4))
    candidates = Candidates(instance, enumerator, *pool.cheapest(CANDIDATES))

    def go_on(number: int) -> bool:
        """Report, and tell whether there is time for one more round."""
        gap = 1 - bound[0] / max(1, roster.cents())
        detail = f"cost {roster.cents() / 100:,.2f}, gap {gap:.2%}"
        spent = 1 - clock.left_s() / options.time_limit_s
        if options.deterministic:
            spent = number / DETERMINISTIC_ROUNDS
        report(Progress("improve", detail, min(0.97, max(0.5, spent))))
        return spent < 1 - 2 * WRITE_SHARE

    improve(roster, candidates, Rounds(STEPS, options.seed, options.workers), go_on)
    return bound


CANDIDATES = 100_000
"""Sorties that the search chooses from."""

STEPS = 200
"""Steps of a round for each order."""

RELAXATION_UNTIL = 0.5
"""Share of the time after which the relaxation is cut short."""

JOINT_S = 6e-5
"""Time limit for each pair of orders from which on orders may share sorties, s."""

WRITE_SHARE = 0.05
"""Share of the time kept for assembling the plan, and as much for orders that still find room."""

DETERMINISTIC_ROUNDS = 8
"""Rounds where wall time may not decide."""

WHOLE_DAY_METHOD = (
    "linear relaxation of the set partition of orders into sorties, all sorties priced by column "
    "generation; fleet rows at bucket starts, drone-day link rows; blocks, pads and bays relaxed"
)
COVER_METHOD = (
    "linear relaxation of covering the orders by sorties of one or two, each at its least cost at "
    "any time of day; the fleet, blocks, pads and bays relaxed"
)
