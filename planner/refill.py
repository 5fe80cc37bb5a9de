"""A filled day bettered around the orders that it leaves out, by ruin and recreate.

Some sorties near an order in time and place come off, and it is served before their orders are, by
what costs least on the day as it is then (`planner.quick`). All of it is a draft on the arrays of
the day until it is known to be cheaper. After Christiaens and Vanden Berghe (2020), Slack induction
by string removals, with sorties for strings.
"""

from collections.abc import Callable, Sequence

import numpy as np

from planner.alone import tour_alone
from planner.filling import Effort, Filling, Found
from planner.quick import AGAIN, Group, Sweep
from planner.roster import Roster
from planner.tables import Floats, Ints
from planner.tour import TimedTour

EFFORT = Effort(3, 3, 300)
"""How hard a sortie is looked for: what fits is found at once, or not worth the time."""

NEAREST, MOST_OFF = 12, 3
"""Of so many sorties nearest to an order so many come off at most."""

AROUND_S = 600
"""A sortie is near an order in time up to so long before it is ready, s."""

OTHERS = 6
"""Other orders left out that are served with one at most."""

LATE = 100
"""Sorties with late orders that are looked at each time at least."""

DETERMINISTIC_LOOKS = 1
"""How often each order left out is looked at where wall time may not decide."""


def refill(
    roster: Roster,
    seed: int,
    past: Callable[[], bool],
    looks: int | None = None,
    told: Callable[[int], None] = lambda left_out: None,
) -> None:
    """Serve orders that a roster leaves out until it is `past` time, so that the day gets cheaper.

    Each is looked at `looks` times at most. `told` hears how many are left out.
    """
    if past() or not roster.instance.squads:
        return
    day, look = _Day(roster, seed), 0
    while (looks is None or look < looks) and not past() and (targets := day.targets()):
        look += 1
        told(len(roster.instance.jobs) - len(day.served))
        for job in targets:
            if past():
                return
            day.serve(job)


class _Drafts:
    """Sorties taken from a day, but not flown as yet."""

    def __init__(self, filling: Filling) -> None:
        self._filling = filling
        self.trial = filling.trial

    def enter(self, found: Found) -> None:
        """Take what was found last."""
        self._filling.draft(found)


class _Day:
    """A roster with its sorties, those that may come off, as arrays beside each other."""

    def __init__(self, roster: Roster, seed: int) -> None:
        self._roster, self._instance = roster, roster.instance
        self._filling = Filling(roster)
        self._random = np.random.default_rng(seed)
        self.served = roster.served()
        names = sorted(self._instance.network.sites)
        self._site_at = {name: at for at, name in enumerate(names)}
        metric = self._instance.network.metric
        self._apart_m: Floats = np.array(
            [[metric[one].distance(metric[other]) for other in names] for one in names]
        )
        self._ways = dict[tuple[str, str], list[int]]()
        for job in range(len(self._instance.jobs)):
            self._ways.setdefault(self._way(job), []).append(job)
        self._tours = list[tuple[str, TimedTour]]()
        self._of_job = dict[int, tuple[str, TimedTour]]()
        self._empty, self._flown_alone = self._filling.empty(), dict[int, bool]()
        self._begin_s: Ints = np.zeros(0, dtype=np.int64)
        self._end_s: Ints = np.zeros(0, dtype=np.int64)
        self._near_m: Floats = np.zeros((0, len(names)))
        self._add(list(roster.tours()))

    def targets(self) -> list[int]:
        """Return jobs to look at: those left out, the dearest first, then some that are late."""
        instance = self._instance
        left_out = [
            job for job in range(len(instance.jobs)) if job not in self.served and self._flies(job)
        ]
        late = [timed.tour.jobs[0] for _, timed in self._tours if timed.late_cents]
        count = min(len(late), max(len(left_out), LATE))
        late = self._random.choice(late, count, replace=False).tolist() if late else []
        draw = self._random.random(len(instance.jobs))
        left_out.sort(key=lambda job: (-instance.unserved_cents([job]), draw[job]))
        return left_out + late

    def _flies(self, job: int) -> bool:
        """Tell whether a job that is left out could be served on an empty day."""
        if job not in self._flown_alone:
            steps = tour_alone(self._instance, 0, job).steps
            self._flown_alone[job] = self._empty.trial(steps, AGAIN) is not None
        return self._flown_alone[job]

    def serve(self, job: int) -> None:
        """Serve a job, and others again that are near it, if the day gets cheaper by it."""
        if job in self.served and job not in self._of_job:
            return
        unit = self._instance.units[job]
        off = self._off(job)
        loose = {each for _, timed in off for each in timed.tour.jobs}
        loose.update(unit, *(self._instance.units[each] for each in self._others(job)))
        before = sum(timed.cents for _, timed in off) + self._instance.unserved_cents(
            [each for each in loose if each not in self.served]
        )
        for drone, timed in off:
            self._filling.leave(drone, timed)
            if not self._roster.flown[drone]:
                before += self._roster.first_cents(drone)
        drafts = _Drafts(self._filling)
        sweep = Sweep(self._instance, drafts, frozenset(loose), EFFORT)
        for group in self._in_turn(sweep.groups, job):
            sweep.serve(group)
        found = self._filling.drop_drafts()
        left = loose.difference(*(each.tour.jobs for each in found))
        after = sum(each.cents for each in found) + self._instance.unserved_cents(list(left))
        entered = list[tuple[str, TimedTour]]()
        if after < before:
            for each in found:
                flown = self._filling.enter(each)
                if flown is not None:
                    entered.append((each.drone, flown))
            if len(entered) == len(found):
                self._replace(off, entered)
                return
        for drone, timed in reversed(entered):
            self._filling.leave(drone, timed)
        for drone, timed in off:
            self._filling.put_back(drone, timed)

    def _in_turn(self, groups: Sequence[Group], job: int) -> list[Group]:
        """Return groups in the order in which they are served: that of a job first."""
        draw = self._random.random(len(groups))
        keys = [(job not in group, draw[at]) for at, group in enumerate(groups)]
        return [groups[at] for at in sorted(range(len(groups)), key=keys.__getitem__)]

    def _off(self, job: int) -> list[tuple[str, TimedTour]]:
        """Return some sorties near a job in time and place, drawn among the nearest."""
        of = self._instance.jobs[job]
        near = (self._end_s > of.ready_s - AROUND_S) & (self._begin_s < of.latest_s)
        rows = np.flatnonzero(near)
        if not len(rows):
            return []
        way = [self._site_at[place] for place in self._way(job)]
        metres = self._near_m[rows][:, way].sum(axis=1)
        rows = rows[np.argsort(metres, kind="stable")[:NEAREST]]
        count = min(len(rows), 1 + int(self._random.integers(MOST_OFF)))
        picked = self._random.choice(rows, count, replace=False).tolist()
        found = [self._tours[row] for row in picked]
        if (own := self._of_job.get(job)) is not None and all(own is not each for each in found):
            found.append(own)
        return found

    def _others(self, job: int) -> list[int]:
        """Return some others left out that may go with a job, of its way or of the way back."""
        jobs, (origin, destination) = self._instance.jobs, self._way(job)
        found = [
            other
            for way in ((origin, destination), (destination, origin))
            for other in self._ways.get(way, ())
            if other not in self.served
            and jobs[other].ready_s <= jobs[job].due_s
            and jobs[other].due_s >= jobs[job].ready_s
        ]
        count = min(len(found), OTHERS)
        drawn: list[int] = self._random.choice(found, count, replace=False).tolist()
        return drawn

    def _way(self, job: int) -> tuple[str, str]:
        order = self._instance.jobs[job].order
        return order.origin, order.destination

    def _replace(
        self, off: Sequence[tuple[str, TimedTour]], on: Sequence[tuple[str, TimedTour]]
    ) -> None:
        """Write down that some sorties are flown for others."""
        gone = {id(timed) for _, timed in off}
        kept = [at for at, (_, timed) in enumerate(self._tours) if id(timed) not in gone]
        self._tours = [self._tours[at] for at in kept]
        self._begin_s, self._end_s = self._begin_s[kept], self._end_s[kept]
        self._near_m = self._near_m[kept]
        for _, timed in off:
            self.served.difference_update(timed.tour.jobs)
            for job in timed.tour.jobs:
                self._of_job.pop(job, None)
        for _, timed in on:
            self.served.update(timed.tour.jobs)
        self._add(on)

    def _add(self, tours: Sequence[tuple[str, TimedTour]]) -> None:
        """Write down sorties; those with orders that others come after, or come after, stay."""
        jobs, awaited = self._instance.jobs, self._instance.awaited
        free = [
            (drone, timed)
            for drone, timed in tours
            if awaited.isdisjoint(timed.tour.jobs)
            and all(jobs[job].after is None for job in timed.tour.jobs)
        ]
        if not free:
            return
        self._tours += free
        self._of_job |= {job: each for each in free for job in each[1].tour.jobs}
        self._begin_s = np.append(self._begin_s, [timed.start_s for _, timed in free])
        self._end_s = np.append(self._end_s, [timed.end_s for _, timed in free])
        near_m = [
            self._apart_m[[self._site_at[stop.place] for stop in timed.stops]].min(axis=0)
            for _, timed in free
        ]
        self._near_m = np.concatenate((self._near_m, near_m))
