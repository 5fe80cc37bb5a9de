"""Sorties worth choosing from: columns near zero reduced cost, with what they cost for real."""

from functools import cached_property

import numpy as np

from planner.anneal import Offers
from planner.columns import BUCKET_S, Columns
from planner.dispatch import Dispatcher
from planner.instance import Instance
from planner.sorties import TRIED_S, Enumerator
from planner.tables import Floats, Ints
from planner.tour import TimedTour, Tour, Unflyable

ALIKE_CENTS = 20.0
"""Starts that cost so much more than the best of the bucket may be chosen as well."""

CROWDED_OUT_CENTS = 300
"""What a candidate seems dearer each time that others left it no room."""

NEVER_CENTS = 10**9
"""Price of what turned out not to fly."""


class Candidates:
    """Columns with their starts and costs on an empty day, estimated first, then timed.

    `first_s` and `last_s` bound the start, `hold_s` is how long a drone is held, `cents` what the
    sortie costs; all arrays of whole numbers. `reduced_cents` says how promising one is.
    """

    def __init__(
        self, instance: Instance, enumerator: Enumerator, columns: Columns, reduced_cents: Floats
    ) -> None:
        self.instance = instance
        self._dispatcher = Dispatcher(instance)
        cents, seconds = enumerator.estimated(columns)
        flies = np.flatnonzero(np.isfinite(cents).any(axis=1))
        cents, seconds = cents[flies], seconds[flies]
        self.columns = columns.take(flies)
        least = cents.min(axis=1, initial=np.inf)
        self.reduced_cents = reduced_cents[flies] + least - self.columns.cents
        good = cents <= least[:, None] + ALIKE_CENTS
        number = np.arange(good.shape[1])
        first = good.argmax(axis=1)
        ended = ~good & (number > first[:, None])
        last = np.where(ended.any(axis=1), ended.argmax(axis=1) - 1, good.shape[1] - 1)
        begin_s = self.columns.bucket * BUCKET_S
        self.first_s: Ints = begin_s + first * TRIED_S
        self.last_s: Ints = begin_s + last * TRIED_S
        held = np.where(good, seconds, 0).max(axis=1, initial=0)
        self.hold_s: Ints = np.ceil(held).astype(np.int64)
        self.cents: Ints = np.ceil(least).astype(np.int64)
        self._timed = np.zeros(len(least), dtype=bool)

    def __len__(self) -> int:
        return len(self.cents)

    def tour(self, at: int) -> Tour:
        """Return the tour of a candidate."""
        return Tour(int(self.columns.squad[at]), self.columns.steps(at))

    def settle(self, at: int) -> bool:
        """Fly a candidate as `time` does; tell whether that made it another."""
        before = self.first_s[at], self.hold_s[at], self.cents[at]
        self.time(at)
        return bool(before != (self.first_s[at], self.hold_s[at], self.cents[at]))

    def time(self, at: int) -> bool:
        """Fly a candidate on an empty day to the second, once; tell whether it may be flown."""
        if not self._timed[at]:
            self._timed[at] = True
            for start_s in sorted({int(self.first_s[at]), int(self.last_s[at])}):
                try:
                    timed = self._dispatcher.best(self.tour(at), start_s, tries=3)
                except Unflyable:
                    continue
                self.first_s[at] = timed.start_s
                self.last_s[at] = max(timed.start_s, int(self.last_s[at]))
                self.hold_s[at] = timed.end_s - timed.start_s
                self.cents[at] = timed.cents
                break
            else:
                self.cents[at] = NEVER_CENTS
        return bool(self.cents[at] < NEVER_CENTS)

    def delay(self, at: int, timed: TimedTour, start_s: int) -> None:
        """Note how a candidate that was to start at a second was flown among others."""
        self.hold_s[at] = max(int(self.hold_s[at]), timed.end_s - start_s)
        self.cents[at] = max(int(self.cents[at]), timed.cents)

    def crowd_out(self, at: int) -> None:
        """Note that others left a candidate no room."""
        self.cents[at] += CROWDED_OUT_CENTS

    def alone(self, job: int) -> list[int]:
        """Return the candidates that serve a job alone, the cheapest first."""
        which = np.flatnonzero((self.columns.jobs[:, 0] == job) & (self.columns.jobs[:, 1] < 0))
        found: list[int] = which[np.argsort(self.cents[which], kind="stable")].tolist()
        return found

    @cached_property
    def offers(self) -> Offers:
        """The candidates as the search takes them; it sees changes of their times."""
        instance, jobs = self.instance, self.columns.jobs
        ranked = np.argsort(self.reduced_cents, kind="stable")
        row, slot = np.nonzero(jobs[ranked] >= 0)
        served = jobs[ranked][row, slot]
        by_job = np.argsort(served, kind="stable")
        count = np.bincount(served, minlength=len(instance.jobs))
        drones = [len(squad.drones) for squad in instance.at_own_cruise]
        flock = np.array([squad.flock for squad in instance.squads], dtype=np.int64)
        unserved = instance.prices.unserved_cents
        return Offers(
            jobs,
            flock[self.columns.squad],
            self.first_s,
            self.last_s,
            self.hold_s,
            self.cents,
            np.concatenate(([0], np.cumsum(count))).astype(np.int64),
            ranked[row[by_job]].astype(np.int64),
            np.concatenate(([0], np.cumsum(drones))).astype(np.int64),
            np.array([unserved[job.order.priority] for job in instance.jobs], dtype=np.int64),
            instance.prices.drone_day_cents,
        )
