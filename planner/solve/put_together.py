"""Few sorties put together in every way that may make a cheaper day.

Sets of sorties that share no order are met by what they cost at least, the cheapest first (A*:
Hart, Nilsson and Raphael 1968, *A formal basis for the heuristic determination of minimum cost
paths*, IEEE Transactions on Systems Science and Cybernetics 4(2)). Each is put on a day, one sortie
after the other; where some are under way together this is tried in every order, as what comes first
takes drones, air, pads and bays. The search ends with the first set that costs no less than the
best day.
"""

import heapq
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import count, islice, pairwise, permutations
from typing import NamedTuple

from planner.bound.columns import BUCKET_S
from planner.day.instance import Instance
from planner.day.tour import Tour, Unflyable
from planner.dispatch.roster import Roster

MOST_PUT, MOST_PARTS = 4000, 100_000
"""How often sets of sorties are put on a day at most, and parts of sets that are looked at then."""

ROUNDING_CENTS = 1e-3
"""What sums of shares may err."""


class Option(NamedTuple):
    """A sortie from a start: what it costs on a day with nothing else, and when it is under way."""

    cents: int
    start_s: int
    end_s: int
    tour: Tour


def put_together(roster: Roster, options: Sequence[Option], past: Callable[[], bool]) -> None:
    """Make the roster the cheapest day found of some options, if it is cheaper; or until `past`."""
    instance, least = roster.instance, roster.cents()
    best, tried = tuple(roster.tours()), Roster(instance)
    sets = Sets(tried, options).cheapest_first(lambda: least)
    ordered = (order for chosen in sets for order in _orders(instance, chosen))
    for order in islice(ordered, MOST_PUT):
        if past():
            break
        tried.restore(())
        if _placed(tried, order) and tried.cents() < least:
            least, best = tried.cents(), tuple(tried.tours())
    if least < roster.cents():
        roster.restore(best)


def _placed(roster: Roster, options: Iterable[Option]) -> bool:
    """Put options on a roster one after the other; tell whether all of them fly."""
    try:
        for option in options:
            roster.place(option.tour, option.start_s)
    except Unflyable:
        return False
    return True


def _orders(instance: Instance, options: Sequence[Option]) -> Iterator[tuple[Option, ...]]:
    """Yield the orders in which options may lead to different days."""
    by_start = sorted(options, key=lambda each: each.start_s)
    if instance.awaited or any(one.end_s > other.start_s for one, other in pairwise(by_start)):
        yield from permutations(by_start)
    else:
        yield tuple(by_start)


class _Part(NamedTuple):
    """A set that is made up: the jobs not decided yet, and the options chosen of the others.

    Without drones' days it costs `cents` at least, with the least that the jobs not decided cost.
    """

    cents: float
    left: frozenset[int]
    chosen: tuple[Option, ...]


class Sets:
    """Sets of options that share no job and have drones to fly them; jobs in none are left out.

    A job that comes after another is in none without it, nor in one that is over before it begins.
    """

    def __init__(self, empty: Roster, options: Sequence[Option]) -> None:
        instance = empty.instance
        self._flock = [squad.flock for squad in instance.squads]
        self._after = [job.after for job in instance.jobs]
        self._days = [
            sorted(map(empty.first_cents, squad.drones)) for squad in instance.at_own_cruise
        ]
        self._left_out = [
            float(instance.prices.unserved_cents[job.order.priority]) for job in instance.jobs
        ]
        # What a job costs at least: its share of the cheapest sortie, or to be left out.
        self._share = self._left_out.copy()
        for option in options:
            jobs = option.tour.jobs
            for job in jobs:
                self._share[job] = min(self._share[job], option.cents / len(jobs))
        # A set is made up in the order of jobs, so an option is met at its first.
        self._of_job: list[list[Option]] = [[] for _ in self._left_out]
        for option in sorted(options, key=lambda each: (self._excess(each), each[:3])):
            self._of_job[option.tour.jobs[0]].append(option)

    def cheapest_first(self, least: Callable[[], int]) -> Iterator[tuple[Option, ...]]:
        """Yield sets by what they cost at least, while that is less than the `least` known."""
        waiting, met = list[tuple[float, int, _Part, int]](), count()

        def wait(part: _Part, at: int) -> None:
            """Have a part wait for its first job to be in the option `at`, or in a later one."""
            of_job = self._of_job[min(part.left)]
            while at < len(of_job) and not part.left.issuperset(of_job[at].tour.jobs):
                at += 1
            if at < len(of_job):
                cents = part.cents + self._excess(of_job[at]) + self._days_cents(part.chosen)
                heapq.heappush(waiting, (cents, next(met), part, at))

        def meet(part: _Part) -> None:
            """Have a part wait to be whole, or for what may become of its first job."""
            if not part.left:
                cents = part.cents + self._days_cents(part.chosen)
                heapq.heappush(waiting, (cents, next(met), part, 0))
                return
            wait(part, 0)
            job = min(part.left)
            cents, left = part.cents + self._left_out[job] - self._share[job], part.left - {job}
            if self._in_turn(part.chosen, left):
                meet(_Part(cents, left, part.chosen))

        meet(_Part(sum(self._share), frozenset(range(len(self._share))), ()))
        for _ in range(MOST_PARTS):
            if not waiting:
                return
            cents, _, part, at = heapq.heappop(waiting)
            # Days cost whole cents.
            if cents > least() - 1 + ROUNDING_CENTS:
                return
            if not part.left:
                yield part.chosen
                continue
            option = self._of_job[min(part.left)][at]
            wait(part, at + 1)
            chosen, left = (*part.chosen, option), part.left.difference(option.tour.jobs)
            if self._in_turn(chosen, left) and not math.isinf(self._days_cents(chosen)):
                meet(_Part(part.cents + self._excess(option), left, chosen))

    def _excess(self, option: Option) -> float:
        """Return what an option costs more than its jobs cost at least."""
        return option.cents - sum(self._share[job] for job in option.tour.jobs)

    def _in_turn(self, options: Sequence[Option], left: frozenset[int]) -> bool:
        """Tell whether what jobs of options come after is not left out, nor begins too late.

        An option that ends a little before the other begins may be put off; by more, it is another.
        """
        of_job = {job: option for option in options for job in option.tour.jobs}
        for job, option in of_job.items():
            before = self._after[job]
            if before is None or before in left:
                continue
            if before not in of_job or option.end_s + BUCKET_S <= of_job[before].start_s:
                return False
        return True

    def _days_cents(self, options: Sequence[Option]) -> float:
        """Return what days of drones that fly options cost at least; inf if there are too few.

        One that starts a little before its drone is back may wait for it; by more, it is another
        option.
        """
        cents = 0
        for flock, days in enumerate(self._days):
            own = [each for each in options if self._flock[each.tour.squad] == flock]
            together = 0
            for each in own:
                beside = (
                    other.start_s <= each.start_s < other.end_s - BUCKET_S
                    for other in own
                    if other is not each
                )
                together = max(together, 1 + sum(beside))
            if together > len(days):
                return math.inf
            cents += sum(days[:together])
        return cents
