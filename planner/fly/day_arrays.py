"""A day as arrays for `planner.fly.fly`: its squads, goods and legs, and what is taken of it."""

from collections.abc import Iterable
from itertools import pairwise

import numpy as np

from geodata.schedule import DAY_S
from planner.arrays import Ints
from planner.bound.columns import MAX_JOBS, Columns, sequences_of
from planner.bound.instance_arrays import SIDES, InstanceArrays
from planner.day.calendar import Calendar, Seats
from planner.dispatch.roster import Roster
from planner.fly.records import (
    CLEARING,
    JOB,
    NEVER_S,
    NONE,
    SQUAD,
    Counts,
    Day,
    Goods,
    Records,
    Sky,
)
from planner.fly.sky import kinds_of, padded, sky_of

_BEYOND_S = 3600
"""How long after the day's end seats are counted, s."""


class DayArrays:
    """What a day's sorties are timed on.

    Each drone, by flock, is to be back by `until_s`: before the flight with which it ends its day
    elsewhere. What using it costs, that flight included, is `day_cents`. Legs go up to `other_ways`
    others than the quickest, or as many as the rules say.
    """

    def __init__(self, arrays: InstanceArrays, other_ways: int | None = None) -> None:
        self.instance = arrays.instance
        self._touched, self._emergency = arrays.sides_touched, arrays.emergency
        squads = self.instance.squads
        self._base_side = _ints(SIDES.index(squad.base_side) for squad in squads)
        self.checkpoints = [each.id for each in arrays.checkpoints]
        roster = Roster(self.instance)
        own = self.instance.at_own_cruise
        drones = [(drone, squad) for squad in own for drone in squad.drones]
        self.until_s = _ints(
            roster.free_until_s(drone, squad.from_s, squad.until_s) for drone, squad in drones
        )
        self.day_cents = _ints(roster.first_cents(drone) for drone, _ in drones)
        self._calendar = roster.dispatcher.calendar
        self.fleet = _fleet(arrays)
        jobs, at = arrays.jobs, arrays.site_at
        sites = {
            *jobs.origin.tolist(),
            *jobs.destination.tolist(),
            *self.fleet["base"].tolist(),
            *(at[each] for each in self.checkpoints),
        }
        self.sky: Sky = sky_of(
            self.instance,
            sites,
            min(squad.from_s for squad in squads),
            max(squad.until_s for squad in squads),
            self.instance.rules.other_ways if other_ways is None else other_ways,
        )
        self.goods = _goods(arrays, self.sky.least_s)

    def day(self) -> Day:
        """Return the day as others and last flights take it; nothing is handed over on it."""
        found = self.as_taken(self._calendar)
        return found._replace(holds=self._calendar.traffic.copied())

    def as_taken(self, calendar: Calendar) -> Day:
        """Return a calendar's day, with its own holds; nothing is handed over on it."""
        instance = self.instance
        names, none = instance.legs.site_ids, Seats(0)
        network, hours = instance.network, instance.open_hours
        return Day(
            calendar.traffic.holds,
            _counts(calendar.pads[name] for name in names),
            _counts(calendar.bays[name] for name in self.checkpoints),
            _counts(calendar.chargers.get(name, none) for name in names),
            _ints(network.sites[name].pads for name in names),
            _ints(network.checkpoints[name].bays for name in self.checkpoints),
            _ints(calendar.chargers.get(name, none).capacity for name in names),
            padded([hours[name] for name in self.checkpoints]),
            padded([instance.empty_crossing])[0],
            np.full(len(instance.jobs), NONE, dtype=np.int64),
            instance.rules.time_buffer_s,
            instance.rules.max_wait_s,
        )

    def steps(self, columns: Columns) -> Ints:
        """Return the steps of columns as `fly` takes them."""
        found = np.zeros((len(columns), 2 * MAX_JOBS), dtype=np.int64)
        sizes = (columns.jobs >= 0).sum(axis=1)
        for size in range(1, MAX_JOBS + 1):
            for number, sequence in enumerate(sequences_of(size)):
                these = np.flatnonzero((sizes == size) & (columns.sequence == number))
                for step, (which, load) in enumerate(sequence):
                    job = columns.jobs[these, which] + 1
                    found[these, step] = job if load else -job
        return found

    def takeoffs(self, columns: Columns) -> Ints:
        """Return when columns may first take off by what has been filed for them."""
        found = np.zeros(len(columns), dtype=np.int64)
        emergency = self._emergency[columns.jobs] | (columns.jobs < 0)
        touched = np.where(columns.jobs < 0, 0, self._touched[columns.jobs])
        base = 1 << self._base_side[columns.squad]
        touches = np.bitwise_or.reduce(touched, axis=1) | base
        for sides in range(1, 4):
            of = frozenset(side for at, side in enumerate(SIDES) if sides >> at & 1)
            for flag in (False, True):
                earliest = self.instance.earliest_takeoff_s(of, flag)
                these = (touches == sides) & (emergency.all(axis=1) == flag)
                found[these] = 2 * DAY_S if earliest is None else earliest
        return found


def _counts(seats: Iterable[Seats]) -> Counts:
    """Return how many seats are taken each second."""
    each = [of.stays() for of in seats]
    found = np.zeros((len(each), DAY_S + _BEYOND_S), dtype=np.uint8)
    for at, stays in enumerate(each):
        for begin, end in stays:
            found[at, max(0, begin) : max(0, end)] += 1
    return found


def _goods(arrays: InstanceArrays, least_s: Ints) -> Goods:
    """Return an instance's jobs as records, and how they cross by legs of at least `least_s`."""
    jobs, network = arrays.instance.jobs, arrays.instance.network
    records = np.zeros(len(jobs), dtype=JOB)
    for name in JOB.names or ():
        if hasattr(arrays.jobs, name):
            records[name] = getattr(arrays.jobs, name)
    records["after"] = [NONE if job.after is None else job.after for job in jobs]
    records["after_s"] = [job.order.after_s for job in jobs]
    clearing = np.zeros((len(jobs), len(arrays.checkpoints)), dtype=CLEARING)
    clearing["service"], clearing["earliest"] = arrays.jobs.service, arrays.jobs.earliest
    for at, job in enumerate(jobs):
        for number, checkpoint in enumerate(arrays.checkpoints):
            if checkpoint.id in job.clearings:
                clearing[at, number]["latest"] = job.clearings[checkpoint.id].latest_s
    names = arrays.instance.legs.site_ids
    first, second = arrays.ways
    sides = _ints(SIDES.index(network.side_of(name)) for name in names)
    through_s = np.full_like(least_s, NEVER_S)
    for side, ways in enumerate((first, second)):
        here = sides == side
        through_s[:, here] = _through_s(least_s, ways)[:, here]
    return Goods(records, clearing, sides, (first, second), through_s)


def _through_s(least_s: Ints, ways: Ints) -> Ints:
    """Return the least that legs take by one of the ways through checkpoints, between all sites."""
    found = np.full_like(least_s, NEVER_S)
    for way in ways[:, 1::2]:
        sites = way[way != NONE]
        between_s = sum(least_s[:, here, there] for here, there in pairwise(sites))
        seconds = least_s[:, :, sites[0], None] + least_s[:, None, sites[-1]]
        found = np.minimum(found, seconds + np.reshape(between_s, (-1, 1, 1)))
    return found


def _fleet(arrays: InstanceArrays) -> Records:
    """Return an instance's squads as records."""
    instance = arrays.instance
    kinds = [kind.id for kind in kinds_of(instance)]
    found = np.zeros(len(instance.squads), dtype=SQUAD)
    for at, (squad, of) in enumerate(zip(instance.squads, arrays.squads, strict=True)):
        for name in SQUAD.names or ():
            if hasattr(of, name):
                found[name][at] = getattr(of, name)
        found["kind"][at], found["from_s"][at] = kinds.index(squad.kind.id), squad.from_s
    return found


def _ints(values: Iterable[int]) -> Ints:
    return np.array(list(values), dtype=np.int64)
