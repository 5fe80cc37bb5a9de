"""From a network, a request and a rulebook to a plan.

pool -> choice -> roster -> plan: columns with their relaxation (the bound), the best whole choice
among them, its timing on blocks, pads and bays, and the record that is handed out.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from geodata.network import Network
from planner.airspace import Airspace
from planner.assemble import assemble
from planner.choice import Candidates, Limits
from planner.columns import MAX_JOBS
from planner.crowding import settle
from planner.improve import fill, improve
from planner.instance import Instance
from planner.lengthen import lengthen
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
    lengthens = instance.rules.max_orders_per_sortie > MAX_JOBS
    share = SHORT_SHARE if lengthens else 1.0
    limit_s = share * options.time_limit_s
    clock = _Clock(replace(options, time_limit_s=limit_s), time.monotonic())

    def begun(progress: Progress) -> None:
        """Report what is done of the first share."""
        report(replace(progress, done=share * progress.done))

    if not instance.jobs or not instance.squads:
        bound = float(roster.cents()), "nothing to choose"
    elif len(instance.jobs) <= WHOLE_DAY_ORDERS:
        bound = _fill(instance, roster, clock, begun)
    else:
        bound = _fill_in_parts(instance, roster, clock, begun), COVER_METHOD
    if lengthens and instance.jobs and instance.squads:
        _lengthen(roster, options, clock, report)
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
        return options.deterministic or options.time_limit_s >= orders * JOINT_S

    def past(self, left_s: float) -> Callable[[], bool]:
        """Return what tells whether less time is left; where wall time may not decide, never."""
        return lambda: not self.options.deterministic and self.left_s() < left_s

    def after(self, seconds: float) -> Callable[[], bool]:
        """Return what tells whether this thread has worked so long from now on; never as above."""
        until_s = time.thread_time() + seconds
        return lambda: not self.options.deterministic and time.thread_time() > until_s

    def limits(self, seconds: float) -> Limits:
        """Return the limits of one choice."""
        options = self.options
        return Limits(max(0.5, seconds), options.workers, options.seed, options.deterministic)


def _lengthen(roster: Roster, options: SolveOptions, clock: _Clock, report: Report) -> None:
    """Look for longer sorties in their share of the time."""

    def longer(done: float) -> None:
        detail = f"cost {roster.cents() / 100:,.2f}"
        report(Progress("lengthen", detail, SHORT_SHARE + LONG_SHARE * done))

    seconds = 0.0 if options.deterministic else LONG_SHARE * options.time_limit_s
    past = clock.after(max(1.0, 2 * WRITE_SHARE * options.time_limit_s))
    lengthen(roster, seconds, options.seed, options.workers, past, longer)


def _fill(instance: Instance, roster: Roster, clock: _Clock, report: Report) -> tuple[float, str]:
    """Choose sorties and time them, then choose some drones' days anew while time is left.

    Returns the lower bound on the plan's cost, cents, and how it was got.
    """
    enumerator = Enumerator(instance)
    allowed = min(MAX_JOBS, instance.rules.max_orders_per_sortie)
    most = allowed if clock.suits(len(instance.jobs)) else 1
    pool = build_pool(
        enumerator,
        most,
        lambda detail, done: report(Progress("enumerate", detail, 0.4 * done)),
        clock.past((1 - RELAXATION_UNTIL) * clock.options.time_limit_s),
    )
    if pool.whole and most == instance.rules.max_orders_per_sortie:
        bound = pool.relaxation.cents, WHOLE_DAY_METHOD
    else:
        bound = cover_bound_cents(enumerator), COVER_METHOD
    report(Progress("choose", f"{len(pool.columns)} sorties", 0.4))
    candidates = Candidates(
        instance,
        pool.columns,
        pool.relaxation,
        clock.past((1 - TIMING_UNTIL) * clock.options.time_limit_s),
    )
    every = frozenset(range(len(instance.jobs)))
    first = clock.limits(clock.left_s() * FIRST_SHARE)
    fill(roster, candidates, candidates.core, every, first)

    def go_on(number: int) -> bool:
        """Report, and tell whether there is time for one more neighbourhood."""
        gap = 1 - bound[0] / max(1, roster.cents())
        detail = f"cost {roster.cents() / 100:,.2f}, gap {gap:.1%}"
        spent = 1 - clock.left_s() / clock.options.time_limit_s
        if clock.options.deterministic:
            spent = number / DETERMINISTIC_ROUNDS
        report(Progress("improve", detail, min(0.97, max(0.5, spent))))
        return spent < 1 - WRITE_SHARE

    improve(roster, candidates, clock.limits(PART_S), go_on)
    return bound


def _fill_in_parts(instance: Instance, roster: Roster, clock: _Clock, report: Report) -> float:
    """Choose and time a part of the orders after the other, by when they are ready.

    Returns the lower bound on the plan's cost, cents.
    """
    report(Progress("enumerate", "bound", 0.0))
    enumerator = Enumerator(instance)
    bound = cover_bound_cents(enumerator)
    order = sorted(range(len(instance.jobs)), key=lambda job: (instance.jobs[job].ready_s, job))
    parts = [order[at : at + PART_ORDERS] for at in range(0, len(order), PART_ORDERS)]
    for number, part in enumerate(parts):
        done = number / len(parts)
        report(Progress("choose", f"part {number + 1} of {len(parts)}", done))
        # What fell out of a part may still find room in the next.
        jobs = frozenset(part) | (frozenset(parts[number - 1] if number else ()) - roster.served())
        begun_s = clock.left_s()
        kept_s = 2 * WRITE_SHARE * clock.options.time_limit_s
        share_s = max(0.0, begun_s - kept_s) / (len(parts) - number)
        allowed = min(MAX_JOBS, instance.rules.max_orders_per_sortie)
        most = allowed if share_s >= JOINT_PART_S else 1
        relaxed, timed = (begun_s - until * share_s for until in PART_UNTIL)
        pool = build_pool(
            enumerator.of(jobs), most, lambda detail, _: None, clock.past(relaxed), rough=True
        )
        if len(pool.columns):
            candidates = Candidates(instance, pool.columns, pool.relaxation, clock.past(timed))
            limits = clock.limits(share_s * PART_SHARE)
            fill(roster, candidates, candidates.core, jobs, limits)
    return bound


SHORT_SHARE, LONG_SHARE = 0.5, 0.35
"""Shares of the time for sorties that are enumerated, and for longer ones where rules allow any."""

WHOLE_DAY_ORDERS = 300
"""Orders up to which a day is chosen as a whole; more are chosen in parts."""

PART_ORDERS = 65
"""Orders chosen at a time then."""

JOINT_PART_S = 3.0
"""Time for a part from which on its orders may share sorties, s."""

PART_UNTIL = 0.6, 0.9
"""Shares of a part's time after which its relaxation, and its timing, are cut short."""

PART_SHARE = 0.3
"""Share of a part's time that its choice takes."""

RELAXATION_UNTIL, TIMING_UNTIL = 0.5, 0.7
"""Shares of the time after which the relaxation, and the timing of candidates, are cut short."""

JOINT_S = 0.1
"""Time limit for each order from which on orders may share sorties, s."""

FIRST_SHARE = 0.4
"""Share of the time left that the first choice of a whole day takes."""

WRITE_SHARE = 0.05
"""Share of the time kept for assembling the plan, and as much for orders that still find room."""

PART_S = 1.5
"""Time for one neighbourhood, s."""

DETERMINISTIC_ROUNDS = 24
"""Neighbourhoods tried where wall time may not decide."""

WHOLE_DAY_METHOD = (
    "linear relaxation of the set partition of orders into sorties, all sorties priced by column "
    "generation; fleet rows at bucket starts, drone-day link rows; blocks, pads and bays relaxed"
)
COVER_METHOD = (
    "linear relaxation of covering the orders by sorties of one or two, each at its least cost at "
    "any time of day; the fleet, blocks, pads and bays relaxed"
)
