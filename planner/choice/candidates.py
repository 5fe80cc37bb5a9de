"""Sorties worth choosing from: columns near zero reduced cost, with what they cost for real."""

from functools import cached_property

import numpy as np

from planner.arrays import Flags, Floats, Ints
from planner.bound.columns import BUCKET_S, Columns
from planner.choice.choice import Offers
from planner.compiled import compiled, spread
from planner.day.tour import Tour
from planner.fly.day_arrays import DayArrays
from planner.fly.fly import fly
from planner.fly.records import NEVER_S, Records, trips

ALIKE_CENTS = 20
"""Starts that cost so much more than the best of the bucket may be chosen as well."""

ALIKE_S, APART_S = 120, BUCKET_S
"""Candidates of a sortie may be joined that hold a drone about as long and lie no further apart."""

NEVER_CENTS = 10**9
"""Price of what does not fly."""

TRIED = (0, BUCKET_S // 2, BUCKET_S - 1)
"""Seconds of a bucket at which a sortie is tried."""

STARTS = 3
"""Starts tried from each of them, while a drone would stand idle."""

SORTIE = np.dtype(
    [
        (name, "i8")
        for name in ("squad", "flock", "first_s", "last_s", "hold_s", "cents", "takeoff_s")
    ]
    + [("reduced", "f8")]
)


class Candidates:
    """Columns that fly, timed to the second on a day with no other sorties.

    Those of the same jobs follow each other, the most promising first. Starts of a sortie that cost
    about the same, within `joined_cents` if that is said, are one candidate.

    `sorties` are records: the squad and the flock of drones, the first and the last second at which
    a sortie may start, for how long it holds a drone, cents, the earliest take-off by what is filed
    for it, and how promising it is (`reduced`, cents). `steps` are what `planner.fly.fly` does of
    it.
    """

    def __init__(
        self,
        arrays: DayArrays,
        columns: Columns,
        reduced_cents: Floats,
        workers: int = 1,
        joined_cents: int | None = None,
    ) -> None:
        self.arrays, instance = arrays, arrays.instance
        sorties, steps = np.zeros(len(columns), dtype=SORTIE), arrays.steps(columns)
        sorties["squad"], sorties["takeoff_s"] = columns.squad, arrays.takeoffs(columns)
        flock = np.array([squad.flock for squad in instance.squads], dtype=np.int64)
        sorties["flock"] = flock[columns.squad]
        sorties["first_s"] = columns.start_s
        day = arrays.day()
        # No job waits for one that it comes after.
        day.over_s[:] = 0

        def time(begin: int, end: int) -> None:
            _time(
                arrays.sky, day, arrays.fleet, arrays.goods, sorties[begin:end], steps[begin:end],
                trips(arrays.sky, arrays.goods, 3), np.zeros((3, len(TRIED)), dtype=np.int64),
            )  # fmt: skip

        spread(time, len(columns), workers)
        sorties["reduced"] = reduced_cents + sorties["cents"] - columns.cents
        kept = np.flatnonzero(sorties["cents"] < NEVER_CENTS)
        if joined_cents is not None:
            kept = _joined(columns, sorties, kept, joined_cents)
        kept = _in_groups(columns, sorties, kept)
        self.columns = columns.take(kept)
        self.sorties: Records = sorties[kept]
        self.steps: Ints = steps[kept]
        self.instance = instance

    def __len__(self) -> int:
        return len(self.sorties)

    def tour(self, at: int) -> Tour:
        """Return the tour of a candidate."""
        return Tour(int(self.columns.squad[at]), self.columns.steps(at))

    @cached_property
    def offers(self) -> Offers:
        """The candidates as the search takes them."""
        instance, jobs = self.instance, self.columns.jobs
        fresh = np.ones(len(jobs), dtype=bool)
        fresh[1:] = (jobs[1:] != jobs[:-1]).any(axis=1)
        first = np.flatnonzero(fresh)
        promise = self.sorties["reduced"][first]
        begin, groups = ranked(jobs[first], promise, len(instance.jobs))
        served = np.flatnonzero(np.diff(begin))
        soon_s = np.zeros(len(instance.jobs), dtype=np.int64)
        soon_s[served] = self.sorties["first_s"][first[groups[begin[served]]]]
        drones = [len(squad.drones) for squad in instance.at_own_cruise]
        unserved = instance.prices.unserved_cents
        flock, first_s, last_s, hold_s, cents, reduced = (
            np.ascontiguousarray(self.sorties[name])
            for name in ("flock", "first_s", "last_s", "hold_s", "cents", "reduced")
        )
        return Offers(
            jobs,
            flock,
            first_s,
            last_s,
            hold_s,
            cents,
            reduced,
            np.append(first, len(jobs)).astype(np.int64),
            begin,
            groups,
            soon_s,
            np.concatenate(([0], np.cumsum(drones))).astype(np.int64),
            self.arrays.until_s,
            self.arrays.day_cents,
            np.array([unserved[job.order.priority] for job in instance.jobs], dtype=np.int64),
        )


def ranked(jobs: Ints, reduced: Floats, count: int) -> tuple[Ints, Ints]:
    """Return the rows that have each job, the lowest first, and before them where its rows begin.

    There are `count` jobs; rows are padded by -1.
    """
    row, slot = np.nonzero(jobs >= 0)
    served = jobs[row, slot]
    ends = np.cumsum(np.bincount(served, minlength=count))
    return np.append(0, ends).astype(np.int64), row[np.lexsort((reduced[row], served))]


def by_tour(columns: Columns, which: Ints, key: Ints | Floats) -> tuple[Ints, Flags]:
    """Return some columns, those of a tour one after the other, and which of them are its first.

    A tour is jobs, a sequence and a squad; of each the column with the least key is the first.
    """
    same = [each[which] for each in (columns.sequence, *columns.jobs.T, columns.squad)]
    order = np.lexsort((key[which], *same))
    fresh: Flags = np.ones(len(order), dtype=bool)
    fresh[1:] = np.any([each[order[1:]] != each[order[:-1]] for each in same], axis=0)
    found: Ints = which[order]
    return found, fresh


def _joined(columns: Columns, sorties: Records, flies: Ints, joined_cents: int) -> Ints:
    """Join starts of a sortie that are alike, into the first of them; return these."""
    order, fresh = by_tour(columns, flies, sorties["first_s"])
    _join(sorties, order, fresh, joined_cents)
    found: Ints = order[fresh]
    return found


def _in_groups(columns: Columns, sorties: Records, which: Ints) -> Ints:
    """Return some sorties by the jobs that they serve, the most promising first."""
    jobs = (each[which] for each in columns.jobs.T)
    found: Ints = which[np.lexsort((sorties["reduced"][which], *jobs))]
    return found


@compiled
def _join(sorties, order, fresh, joined_cents):  # type: ignore[no-untyped-def]
    """Have sorties that are `fresh` take up those after them, as far as all of them are alike.

    They cost, and hold a drone, as much as any of them. Those taken up are `fresh` no more, others
    are.
    """
    into, least_cents, least_s = order[0] if len(order) else 0, 0, 0
    for number in range(len(order)):
        at = order[number]
        cents, hold_s = sorties[at].cents, sorties[at].hold_s
        most_cents, most_s = max(sorties[into].cents, cents), max(sorties[into].hold_s, hold_s)
        if (
            fresh[number]
            or sorties[at].first_s - sorties[into].last_s > APART_S
            or most_cents - min(least_cents, cents) > joined_cents
            or most_s - min(least_s, hold_s) > ALIKE_S
        ):
            into, least_cents, least_s = at, cents, hold_s
            fresh[number] = True
            continue
        least_cents, least_s = min(least_cents, cents), min(least_s, hold_s)
        sorties[into].cents, sorties[into].hold_s = most_cents, most_s
        sorties[into].last_s = max(sorties[into].last_s, sorties[at].last_s)
        sorties[into].reduced = min(sorties[into].reduced, sorties[at].reduced)


@compiled
def _time(sky, day, fleet, goods, sorties, steps, trip, tried):  # type: ignore[no-untyped-def]
    """Time sorties from `first_s`, the begin of a bucket, on; write what is found into them.

    Where the best start and those next to it cost about the same, a sortie may start from the first
    of them to the last, and holds its drone as long as any of them. `tried` is room for start, time
    and cents of each that is tried.
    """
    start, hold, cents = tried[0], tried[1], tried[2]
    for at in range(len(sorties)):
        squad, begin_s, last_s = sorties[at].squad, sorties[at].first_s, np.int64(-1)
        for number in range(len(TRIED)):
            cents[number] = NEVER_CENTS
            since_s = begin_s + TRIED[number]
            if since_s <= last_s:
                # A sortie that waits at its base starts no sooner.
                start[number], hold[number] = start[number - 1], hold[number - 1]
                cents[number] = cents[number - 1]
                continue
            if fly(
                sky, day, fleet, goods, squad, steps[at], since_s, sorties[at].takeoff_s, trip,
                np.int64(0), np.int64(STARTS), np.int64(NEVER_S),
            ):  # fmt: skip
                last_s = start[number] = trip.stop[0, 0].arrive
                hold[number] = trip.stop[0, trip.head[0].legs].depart - start[number]
                cents[number] = trip.head[0].cents
        best = np.argmin(cents)
        sorties[at].cents = cents[best]
        first, last = best, best
        while first > 0 and cents[first - 1] <= cents[best] + ALIKE_CENTS:
            first -= 1
        while last < len(TRIED) - 1 and cents[last + 1] <= cents[best] + ALIKE_CENTS:
            last += 1
        sorties[at].first_s, sorties[at].last_s = start[first], start[last]
        sorties[at].hold_s = hold[first]
        for number in range(first + 1, last + 1):
            sorties[at].hold_s = max(sorties[at].hold_s, hold[number])
