"""Every sortie worth flying, enumerated, with a lower bound on its cost by start bucket."""

import copy
from collections.abc import Iterator
from itertools import product

import numpy as np

from geodata.features import Side
from planner.columns import (
    MAX_JOBS,
    Columns,
    StepOrder,
    allowed,
    cheapest,
    joined,
    sequences_of,
)
from planner.customs import OTHER
from planner.instance import Instance
from planner.permission import is_emergency
from planner.simulation import Flown, Simulation
from planner.tables import Floats, Ints, Tables

_SIDES: tuple[tuple[Side, Side], ...] = (("SZ", "SZ"), ("SZ", "HK"), ("HK", "SZ"), ("HK", "HK"))
_NO_LIMIT_S = 10**6

Way = tuple[tuple[int, int], ...]
"""Checkpoints in order, each as (column of `service`, position of its site)."""


class Enumerator:
    """Enumerates the columns of an instance; its jobs as arrays, by position."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.tables = {kind.id: Tables(instance, kind) for kind in instance.request.types.values()}
        self.site_at = {site: at for at, site in enumerate(instance.legs.site_ids)}
        jobs = instance.jobs
        self.origin = _ints([self.site_at[job.order.origin] for job in jobs])
        self.destination = _ints([self.site_at[job.order.destination] for job in jobs])
        self.ready = _ints([job.ready_s for job in jobs])
        self.due = _ints([job.due_s for job in jobs])
        self.latest = _ints([job.latest_s for job in jobs])
        self.load = _ints([job.order.load_s for job in jobs])
        self.unload = _ints([job.order.unload_s for job in jobs])
        self.longest = _ints([job.order.max_under_way_s or _NO_LIMIT_S for job in jobs])
        self.mass = np.array([job.order.mass_kg for job in jobs])
        self.volume = np.array([job.order.volume_l for job in jobs])
        self.emergency = np.array([is_emergency([job.order]) for job in jobs], dtype=bool)
        late = instance.prices.late_minute_cents
        self.late_cents = np.array([late[job.order.priority] / 60 for job in jobs])
        self.checkpoints = [
            each for each in instance.network.checkpoints.values() if each.id in self.site_at
        ]
        shape = (len(jobs), len(self.checkpoints))
        self.service = np.full(shape, np.inf)
        self.earliest = np.zeros(shape)
        for at, job in enumerate(jobs):
            for number, checkpoint in enumerate(self.checkpoints):
                clearing = job.clearings.get(checkpoint.id)
                if clearing is not None:
                    self.service[at, number] = clearing.service_s
                    self.earliest[at, number] = clearing.earliest_s
        self.ways: dict[Side, list[Way]] = {side: self._ways(side) for side in OTHER}
        self.sides_code = _ints(
            [_SIDES.index((job.origin_side, job.destination_side)) for job in jobs]
        )
        self.fits = [self._fits(squad) for squad in range(len(instance.squads))]

    def of(self, jobs: frozenset[int]) -> "Enumerator":
        """Return an enumerator of the sorties of some of the jobs."""
        part = copy.copy(self)
        part.fits = [fits[np.isin(fits, list(jobs))] for fits in self.fits]
        return part

    def singles(self) -> Columns:
        """Return every column of one job."""
        return self.timed([fits[:, None] for fits in self.fits])

    def grown(self, groups: list[Ints], worth_cents: Floats) -> list[Ints]:
        """Return for each squad its groups with one job more that may be worth flying.

        A group is left out if even its least cost at any time of day, without waiting, is not below
        the worth of its jobs, an array [squad, job]: while no job is worth more, no column of it
        can enter the relaxation.
        """
        found = []
        for squad, (smaller, fits) in enumerate(zip(groups, self.fits, strict=True)):
            larger = self._extend(smaller, fits)
            least = np.full(len(larger), np.inf)
            for sequence in sequences_of(larger.shape[1]):
                for picked, simulation in self._flown(squad, larger, sequence, timeless=True):
                    row, _, cents, _ = simulation
                    np.minimum.at(least, picked[row], cents)
            found.append(larger[least < worth_cents[squad][larger].sum(axis=1)])
        return found

    def timed(self, groups: list[Ints]) -> Columns:
        """Return the columns of the groups of each squad: cheapest sequence by bucket."""
        found = []
        for squad, members in enumerate(groups):
            batch = [
                self._as_columns(squad, members[picked[row]], number, bucket, cents, seconds)
                for number, sequence in enumerate(sequences_of(members.shape[1]))
                for picked, (row, bucket, cents, seconds) in self._flown(squad, members, sequence)
            ]
            if batch:
                found.append(cheapest(joined(batch)))
        return joined(found)

    def _as_columns(
        self, squad: int, members: Ints, number: int, bucket: Ints, cents: Floats, seconds: Floats
    ) -> Columns:
        jobs = np.full((len(members), MAX_JOBS), -1, dtype=np.int64)
        jobs[:, : members.shape[1]] = members
        count = len(members)
        return Columns(
            np.full(count, squad, dtype=np.int64),
            jobs,
            np.full(count, number, dtype=np.int64),
            bucket,
            cents,
            seconds,
        )

    def _ways(self, origin: Side) -> list[Way]:
        """Return the chains of checkpoints that clear goods from a side."""
        every = [(at, self.site_at[each.id], each) for at, each in enumerate(self.checkpoints)]
        joint: list[Way] = [((at, site),) for at, site, each in every if each.joint]
        return joint + [
            ((at, site), (then, into))
            for at, site, each in every
            if not each.joint and each.side == origin
            for then, into, other in every
            if not other.joint and other.side != origin
        ]

    def _fits(self, squad: int) -> Ints:
        """Return which jobs a squad may carry at all, sorted."""
        of = self.instance.squads[squad]
        goods = self.instance.rulebook.customs.goods
        return _ints(
            [
                at
                for at, job in enumerate(self.instance.jobs)
                if job.order.goods in of.goods
                and goods[job.order.goods].carried
                and {job.origin_side, job.destination_side, of.base_side} <= of.registered
                and (job.clearings or not job.crosses)
                and job.order.mass_kg <= of.kind.payload_kg
                and job.order.volume_l <= of.kind.volume_l
            ]
        )

    def _extend(self, groups: Ints, fits: Ints) -> Ints:
        """Return groups with one job more, sorted, whose windows are near enough.

        A drone waits `max_wait_s` at most at a stop, so jobs that lie further apart never share a
        sortie; the exact test is the simulation that follows.
        """
        reach = 3600 + 4 * self.instance.rules.max_wait_s
        grown = [np.empty((0, groups.shape[1] + 1), dtype=np.int64)]
        for job in fits.tolist():
            near = groups[:, -1] < job
            for member in groups.T:
                near &= self.ready[member] < self.latest[job] + reach
                near &= self.ready[job] < self.latest[member] + reach
            picked = groups[near]
            grown.append(np.column_stack((picked, np.full(len(picked), job, dtype=np.int64))))
        return np.concatenate(grown)

    def _flown(
        self, squad: int, groups: Ints, sequence: StepOrder, *, timeless: bool = False
    ) -> Iterator[tuple[Ints, Flown]]:
        """Yield positions in `groups` and what flying them gives, a batch for equal sides."""
        of = self.instance.squads[squad]
        codes = self.sides_code[groups]
        for pattern in product(range(len(_SIDES)), repeat=groups.shape[1]):
            sides = tuple(_SIDES[code] for code in pattern)
            if not allowed(sequence, sides, of.base_side):
                continue
            picked = np.flatnonzero((codes == pattern).all(axis=1))
            if len(picked):
                found = Simulation(self, squad, groups[picked], sequence, sides, timeless).run()
                if found is not None:
                    yield picked, found


def _ints(values: list[int]) -> Ints:
    return np.array(values, dtype=np.int64)
