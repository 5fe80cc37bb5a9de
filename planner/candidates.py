"""Sorties worth choosing from: columns near zero reduced cost, with what they cost for real."""

from functools import cached_property

import numpy as np

from planner.anneal import Offers
from planner.columns import BUCKET_S, Columns
from planner.compiled import compiled, spread
from planner.day_arrays import DayArrays
from planner.fly import fly
from planner.fly_records import Records, trips
from planner.tables import Floats, Ints
from planner.tour import Tour

ALIKE_CENTS = 20
"""Starts that cost so much more than the best of the bucket may be chosen as well."""

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

    `sorties` are records: the squad and the flock of drones, the first and the last second at which
    a sortie may start, for how long it holds a drone, cents, the earliest take-off by what is filed
    for it, and how promising it is (`reduced`, cents). `steps` are what `planner.fly` does of it.
    """

    def __init__(
        self, arrays: DayArrays, columns: Columns, reduced_cents: Floats, workers: int = 1
    ) -> None:
        self.arrays, instance = arrays, arrays.instance
        sorties, steps = np.zeros(len(columns), dtype=SORTIE), arrays.steps(columns)
        sorties["squad"], sorties["takeoff_s"] = columns.squad, arrays.takeoffs(columns)
        flock = np.array([squad.flock for squad in instance.squads], dtype=np.int64)
        sorties["flock"] = flock[columns.squad]
        sorties["first_s"] = columns.bucket * BUCKET_S
        day = arrays.day(0)
        # No job waits for one that it comes after.
        day.over_s[:] = 0

        def time(begin: int, end: int) -> None:
            _time(
                arrays.sky, day, arrays.fleet, arrays.goods, sorties[begin:end], steps[begin:end],
                trips(arrays.sky, 3),
            )  # fmt: skip

        spread(time, len(columns), workers)
        flies = np.flatnonzero(sorties["cents"] < NEVER_CENTS)
        self.columns = columns.take(flies)
        self.sorties: Records = sorties[flies]
        self.steps: Ints = steps[flies]
        self.sorties["reduced"] = reduced_cents[flies] + self.sorties["cents"] - self.columns.cents
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
        ranked = np.argsort(self.sorties["reduced"], kind="stable")
        row, slot = np.nonzero(jobs[ranked] >= 0)
        served = jobs[ranked][row, slot]
        by_job = np.argsort(served, kind="stable")
        count = np.bincount(served, minlength=len(instance.jobs))
        drones = [len(squad.drones) for squad in instance.at_own_cruise]
        unserved = instance.prices.unserved_cents
        flock, first_s, last_s, hold_s, cents = (
            np.ascontiguousarray(self.sorties[name])
            for name in ("flock", "first_s", "last_s", "hold_s", "cents")
        )
        return Offers(
            jobs,
            flock,
            first_s,
            last_s,
            hold_s,
            cents,
            np.concatenate(([0], np.cumsum(count))).astype(np.int64),
            ranked[row[by_job]].astype(np.int64),
            np.concatenate(([0], np.cumsum(drones))).astype(np.int64),
            self.arrays.until_s,
            self.arrays.day_cents,
            np.array([unserved[job.order.priority] for job in instance.jobs], dtype=np.int64),
        )


@compiled
def _time(sky, day, fleet, goods, sorties, steps, trip):  # type: ignore[no-untyped-def]
    """Time sorties from `first_s`, the begin of a bucket, on; write what is found into them.

    Where the best start and those next to it cost about the same, a sortie may start from the first
    of them to the last, and holds its drone as long as any of them.
    """
    start, hold, cents = np.zeros(3, np.int64), np.zeros(3, np.int64), np.zeros(3, np.int64)
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
                np.int64(0), np.int64(STARTS),
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
        sorties[at].hold_s = hold[first : last + 1].max()
