"""Better rosters by exact choice on a part of the day, timed for real and kept if cheaper.

A neighbourhood takes some tours off the roster: those of a stretch of the day, or all of one drone
together with what flies beside it. Their jobs are chosen anew among the candidates and timed again
on what is left; what comes out dearer is put back as it was.
"""

import random
from collections.abc import Callable, Iterator
from contextlib import suppress

import numpy as np

from planner.choice import Candidates, Limits, choose
from planner.columns import BUCKET_S
from planner.dispatch import TimedTour, Unflyable
from planner.roster import Roster
from planner.tables import Ints

STRETCH_S = 7200
"""Length of the stretch of a day that is chosen anew."""

MOST_TOURS = 60
"""Tours that a neighbourhood takes off at most."""


def fill(
    roster: Roster,
    candidates: Candidates,
    among: Ints,
    jobs: frozenset[int],
    limits: Limits,
    spare: frozenset[str] = frozenset(),
) -> None:
    """Choose tours for `jobs` and enter them in order of start; then serve alone what fell out."""
    chosen = choose(roster, candidates, among, jobs, limits, spare)
    enter(roster, candidates, chosen, jobs, spare)


def enter(
    roster: Roster,
    candidates: Candidates,
    chosen: list[int],
    jobs: frozenset[int],
    spare: frozenset[str] = frozenset(),
) -> None:
    """Enter candidates in order of start, as far as they fly; then serve alone what is left."""
    for at in sorted(chosen, key=lambda each: (candidates.start_s(each), each)):
        with suppress(Unflyable):
            roster.place(candidates.tour(at), candidates.start_s(at), spare=spare)
    serve_alone(roster, candidates, jobs - roster.served(), spare)


def start(roster: Roster, candidates: Candidates, limits: Limits, jobs: frozenset[int]) -> None:
    """Serve jobs beside what is on the roster: the relaxation rounded, or a choice if cheaper."""
    before = tuple(roster.tours())
    enter(roster, candidates, candidates.rounded, jobs)
    cents, rounded = roster.cents(), tuple(roster.tours())
    roster.restore(before)
    fill(roster, candidates, candidates.core, jobs, limits)
    if roster.cents() > cents:
        roster.restore(rounded)


def serve_alone(
    roster: Roster, candidates: Candidates, jobs: frozenset[int], spare: frozenset[str]
) -> None:
    """Enter each job alone where that costs least on the roster, dearest job first."""
    unserved = roster.instance.prices.unserved_cents
    price = {job: unserved[roster.instance.jobs[job].order.priority] for job in jobs}
    alone: dict[int, list[int]] = {job: [] for job in jobs}
    for at in np.flatnonzero(candidates.alive).tolist():
        group = candidates.jobs(at)
        if len(group) == 1 and group[0] in alone:
            alone[group[0]].append(at)
    for job in sorted(jobs, key=lambda each: (-price[each], each)):
        best: TimedTour | None = None
        least = price[job]
        for at in sorted(alone[job], key=lambda each: (candidates.columns.cents[each], each)):
            if candidates.columns.cents[at] >= least:
                break
            start = candidates.start_s(at)
            before = roster.cents()
            try:
                timed = roster.place(candidates.tour(at), start, start + BUCKET_S, spare)
            except Unflyable:
                continue
            # What the day costs more, without the price of the job left out.
            cost = roster.cents() - before + price[job]
            roster.remove(timed)
            if cost < least:
                best, least = timed, cost
        if best is not None:
            roster.place(best.tour, best.start_s, best.start_s + BUCKET_S, spare)


def improve(
    roster: Roster,
    candidates: Candidates,
    limits: Limits,
    go_on: Callable[[int], bool],
) -> None:
    """Choose neighbourhoods anew, one after the other, while `go_on` of their number says so."""
    draw = random.Random(limits.seed)
    every = np.arange(len(candidates.columns))
    for number, (tours, spare) in enumerate(_neighbourhoods(roster, draw)):
        if not go_on(number):
            return
        before, snapshot = roster.cents(), tuple(roster.tours())
        for timed in tours:
            roster.remove(timed)
        left_out = frozenset(range(len(roster.instance.jobs))) - roster.served()
        fill(roster, candidates, every, left_out, limits, spare)
        if roster.cents() >= before:
            roster.restore(snapshot)


def _neighbourhoods(
    roster: Roster, draw: random.Random
) -> Iterator[tuple[list[TimedTour], frozenset[str]]]:
    """Yield tours to take off, and drones not to use, for ever: stretches and drones in turn."""
    while True:
        tours = [timed for _, timed in roster.tours()]
        if not tours:
            return
        used = sorted(drone for drone, flown in roster.flown.items() if flown)
        for drone in sorted(used, key=lambda each: len(roster.flown[each]))[:3]:
            yield _beside(roster, drone, draw), frozenset({drone})
        first = min(timed.start_s for timed in tours)
        last = max(timed.end_s for timed in tours)
        for start in range(first - draw.randrange(STRETCH_S), last, STRETCH_S):
            inside = [
                timed for _, timed in roster.tours() if start <= timed.start_s < start + STRETCH_S
            ]
            if inside:
                yield inside[:MOST_TOURS], frozenset()


def _beside(roster: Roster, drone: str, draw: random.Random) -> list[TimedTour]:
    """Return a drone's tours and some of those that fly at the same times."""
    own = list(roster.flown[drone])
    others = [
        timed
        for other, timed in roster.tours()
        if other != drone
        and any(timed.start_s < each.end_s and each.start_s < timed.end_s for each in own)
    ]
    draw.shuffle(others)
    return own + others[: max(0, MOST_TOURS - len(own))]
