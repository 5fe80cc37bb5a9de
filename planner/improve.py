"""Better rosters by exact choice for a few drones, timed for real and kept if cheaper.

A neighbourhood takes the whole days of some drones off the roster. Their jobs are chosen anew among
the candidates and timed again on what is left; what comes out dearer is put back as it was.
"""

import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count

import numpy as np

from planner.choice import Candidates, Limits, choose
from planner.columns import BUCKET_S
from planner.roster import Roster
from planner.tables import Ints
from planner.tour import TimedTour, Unflyable

PLACES_ALONE = 4
"""Places on the roster that are compared for a job alone."""

MOST_TOURS = 45
"""Tours that a neighbourhood takes off at most."""


def fill(
    roster: Roster,
    candidates: Candidates,
    among: Ints,
    jobs: frozenset[int],
    limits: Limits,
    spare: frozenset[str] = frozenset(),
) -> None:
    """Choose tours for `jobs` and enter them in order of start; then serve alone what fell out.

    If nothing is chosen in time, what the relaxation uses most is entered.
    """
    chosen = choose(roster, candidates, among, jobs, limits, spare)
    enter(roster, candidates, chosen or candidates.rounded, jobs, spare)


def enter(
    roster: Roster,
    candidates: Candidates,
    chosen: list[int],
    jobs: frozenset[int],
    spare: frozenset[str] = frozenset(),
) -> None:
    """Enter candidates in order of start, as far as they fly; then serve alone what is left."""
    for at in sorted(chosen, key=lambda each: (candidates.start_s(each), each)):
        if jobs.issuperset(candidates.jobs(at)):
            with suppress(Unflyable):
                roster.place(candidates.tour(at), candidates.start_s(at), spare=spare)
    serve_alone(roster, candidates, jobs - roster.served(), spare)


def serve_alone(
    roster: Roster, candidates: Candidates, jobs: frozenset[int], spare: frozenset[str]
) -> None:
    """Enter each job alone where that costs about least on the roster, dearest job first."""
    unserved = roster.instance.prices.unserved_cents
    price = {job: unserved[roster.instance.jobs[job].order.priority] for job in jobs}
    alone: dict[int, list[int]] = {job: [] for job in jobs}
    columns = candidates.columns
    for at in np.flatnonzero(columns.jobs[:, 1] < 0).tolist():
        if int(columns.jobs[at, 0]) in alone:
            alone[int(columns.jobs[at, 0])].append(at)
    for job in sorted(jobs, key=lambda each: (-price[each], each)):
        best: tuple[str, TimedTour] | None = None
        least, found = price[job], 0
        for at in sorted(alone[job], key=lambda each: (columns.cents[each], each)):
            if columns.cents[at] >= least or found == PLACES_ALONE:
                break
            start = candidates.start_s(at)
            before = roster.cents()
            try:
                timed = roster.place(
                    candidates.tour(at), start, start + BUCKET_S, spare, columns.seconds[at]
                )
            except Unflyable:
                continue
            found += 1
            # What the day costs more, without the price of the job left out.
            cost = roster.cents() - before + price[job]
            drone = roster.remove(timed)
            if cost < least:
                best, least = (drone, timed), cost
        if best is not None:
            roster.enter(*best)


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
    """Yield tours to take off, and drones not to use, for ever: the days of a few drones.

    Every other time the drone of them that flies least is to be spared.
    """
    for number in count():
        used = sorted(drone for drone, flown in roster.flown.items() if flown)
        if not used:
            return
        draw.shuffle(used)
        drones, tours = [], list[TimedTour]()
        for drone in used:
            if tours and len(tours) + len(roster.flown[drone]) > MOST_TOURS:
                continue
            drones.append(drone)
            tours += roster.flown[drone]
        least = min(drones, key=lambda each: (len(roster.flown[each]), each))
        yield tours, frozenset({least} if number % 2 and len(drones) > 1 else ())
