"""Every sortie worth flying, enumerated, with a lower bound on its cost by start bucket."""

import copy
from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import numpy as np

from geodata.features import Side
from planner.columns import (
    BUCKET_S,
    MAX_JOBS,
    Columns,
    StepOrder,
    allowed,
    joined,
    sequences_of,
)
from planner.customs import OTHER, checkpoint_chains
from planner.instance import Instance, Squad
from planner.permission import is_emergency
from planner.simulation import Flown, Simulation, Starts
from planner.tables import Floats, Ints, Tables

_SIDES: tuple[tuple[Side, Side], ...] = (("SZ", "SZ"), ("SZ", "HK"), ("HK", "SZ"), ("HK", "HK"))
_NO_LIMIT_S = 10**6

FINE_S = 60
"""Width of the starts by which columns are bounded anew, s."""

COARSE_SLACKS_S = (300,)
FINE_SLACKS_S = (120, 600)
"""How far a drone is behind its earliest clock at most, by mode, s."""

Way = tuple[tuple[int, int], ...]
"""Checkpoints in order, each as (column of `service`, position of its site)."""


class Enumerator:
    """Enumerates the columns of an instance; its jobs as arrays, by position."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        kinds = {squad.kind.id: squad.kind for squad in instance.squads}
        self.fine = {name: Tables.of(instance, kind, FINE_S) for name, kind in kinds.items()}
        self.coarse = {name: fine.merged(BUCKET_S) for name, fine in self.fine.items()}
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
        alone = [(fits[:, None], np.zeros((len(fits), 1))) for fits in self.fits]
        return self.timed(alone, np.full((len(self.fits), len(self.ready)), np.inf))

    def extended(self, groups: list[Ints], worth_cents: Floats) -> list[Ints]:
        """Return for each squad its groups with one job more whose windows are near enough.

        Left out are those whose jobs lie so far apart in time that the wait alone costs what they
        are worth, an array [squad, job].
        """
        return [
            self._extend(smaller, fits, worth)
            for smaller, fits, worth in zip(groups, self.fits, worth_cents, strict=True)
        ]

    def least(self, groups: list[Ints]) -> list[tuple[Ints, Floats]]:
        """Return the groups of each squad and their least cents by sequence.

        The cost is the least at any time of day, without waiting; it never falls as jobs join.
        """
        found = []
        for squad, members in enumerate(groups):
            sequences = sequences_of(members.shape[1])
            cents = np.full((len(members), len(sequences)), np.inf)
            row = np.arange(len(members))
            tables = self.coarse[self.instance.squads[squad].kind.id]
            starts = Starts(tables, row, np.zeros(len(row)), BUCKET_S, (), timeless=True)
            for number, sequence in enumerate(sequences):
                for at, least, _ in self._flown(squad, members, sequence, starts):
                    cents[at, number] = least
            found.append((members, cents))
        return found

    def timed(self, groups: list[tuple[Ints, Floats]], worth_cents: Floats) -> Columns:
        """Return the columns of groups of each squad that may pay, of every start bucket.

        Groups come with their least cents by sequence, as `least` gives them. Columns that cost
        more than their jobs are worth, an array [squad, job], are left out.
        """
        found = []
        for squad, (every, least) in enumerate(groups):
            kind = self.instance.squads[squad].kind.id
            worth = worth_cents[squad][every].sum(axis=1)
            for number, sequence in enumerate(sequences_of(every.shape[1])):
                pays = np.flatnonzero(least[:, number] < worth)
                members = every[pays]
                row, bucket = self._starts(squad, members, sequence, worth[pays])
                starts = Starts(
                    self.coarse[kind], row, bucket * BUCKET_S, BUCKET_S, COARSE_SLACKS_S
                )
                for at, cents, seconds in self._flown(squad, members, sequence, starts):
                    kept = cents < worth[pays][row[at]]
                    at = at[kept]
                    group = members[row[at]]
                    found.append(
                        _columns(squad, group, number, bucket[at], cents[kept], seconds[kept])
                    )
        return joined(found)

    def refined(self, columns: Columns) -> tuple[Floats, Floats]:
        """Return cents and seconds of columns, bounded anew from starts `FINE_S` apart.

        Neither is below what the columns say; inf where no start of a column may be flown.
        """
        cents, seconds = np.full(len(columns), np.inf), np.full(len(columns), np.inf)
        sizes = (columns.jobs >= 0).sum(axis=1)
        kinds = np.column_stack((columns.squad, sizes, columns.sequence))
        for squad, size, number in np.unique(kinds, axis=0).tolist():
            which = np.flatnonzero((kinds == (squad, size, number)).all(axis=1))
            row = np.repeat(np.arange(len(which)), BUCKET_S // FINE_S)
            offset = np.tile(np.arange(0, BUCKET_S, FINE_S), len(which))
            begin = columns.bucket[which][row] * BUCKET_S + offset
            tables = self.fine[self.instance.squads[squad].kind.id]
            starts = Starts(tables, row, begin, FINE_S, FINE_SLACKS_S)
            groups, sequence = columns.jobs[which, :size], sequences_of(size)[number]
            for at, least_cents, least_s in self._flown(squad, groups, sequence, starts):
                np.minimum.at(cents, which[row[at]], least_cents)
                np.minimum.at(seconds, which[row[at]], least_s)
        return np.maximum(cents, columns.cents), np.maximum(seconds, columns.seconds)

    def _starts(
        self, squad: int, groups: Ints, sequence: StepOrder, worth_cents: Floats
    ) -> tuple[Ints, Ints]:
        """Return positions of groups and the start buckets worth trying for each.

        A drone waits `max_wait_s` at most at its first stop, no leg outlasts its battery, and no
        sortie lasts so long that its time alone costs what its jobs are worth.
        """
        of = self.instance.squads[squad]
        kind, rules = of.kind, self.instance.rules
        first = groups[:, sequence[0][0]]
        way = self.coarse[kind.id].any_leg[self.site_at[of.base], self.origin[first]]
        earliest = self.ready[first] - kind.preflight_s - rules.max_wait_s - BUCKET_S
        earliest = np.maximum(earliest - _longest_leg_s(of, rules.reserve_fraction), of.from_s)
        price = self.instance.prices.drone_minute_cents / 60
        if price:
            last_load = np.max(self.ready[groups] + self.load[groups], axis=1)
            earliest = np.maximum(earliest, last_load - worth_cents / price - BUCKET_S)
        latest = np.min(self.latest[groups] - self.unload[groups], axis=1)
        latest = np.minimum(latest, of.until_s) - kind.preflight_s - self.load[first]
        latest = latest - np.where(np.isfinite(way), way, 0)
        codes = self.sides_code[groups]
        emergency = self.emergency[groups].all(axis=1)
        for pattern in np.unique(codes, axis=0):
            sides = frozenset(side for code in pattern for side in _SIDES[code]) | {of.base_side}
            for flag in (False, True):
                takeoff = self.instance.earliest_takeoff_s(sides, flag)
                these = (emergency == flag) & (codes == pattern).all(axis=1)
                if takeoff is None:
                    latest = np.where(these, -1, latest)
                    continue
                floor = takeoff - kind.preflight_s - self.load[groups].sum(axis=1) - BUCKET_S
                earliest = np.where(these, np.maximum(earliest, floor), earliest)
        low = np.maximum(0, earliest // BUCKET_S).astype(np.int64)
        high = np.floor(latest / BUCKET_S).astype(np.int64)
        count = np.maximum(0, high - low + 1)
        row = np.repeat(np.arange(len(first)), count)
        offset = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
        return row, low[row] + offset

    def _ways(self, origin: Side) -> list[Way]:
        """Return the chains of checkpoints that clear goods from a side."""
        place = {each.id: (at, self.site_at[each.id]) for at, each in enumerate(self.checkpoints)}
        chains = checkpoint_chains(self.checkpoints, origin)
        return [tuple(place[each.id] for each in chain) for chain in chains]

    def _fits(self, squad: int) -> Ints:
        """Return which jobs a squad may carry at all, sorted."""
        of = self.instance.squads[squad]
        jobs = self.instance.jobs
        return _ints([at for at, job in enumerate(jobs) if self.instance.fits(of, job)])

    def _extend(self, groups: Ints, fits: Ints, worth_cents: Floats) -> Ints:
        """Return groups with one job more, sorted, whose windows are near enough.

        A sortie lasts from the first load to the last unload of its jobs, so two of them whose
        windows lie apart cost at least the time in between.
        """
        prices = self.instance.prices
        dearest = worth_cents.max(initial=0.0) * (self.instance.rules.max_orders_per_sortie - 2)
        grown = [np.empty((0, groups.shape[1] + 1), dtype=np.int64)]
        for job in fits.tolist():
            near = groups[:, -1] < job
            for member in groups.T:
                apart_s = np.maximum(
                    self.ready[member] - self.latest[job], self.ready[job] - self.latest[member]
                )
                worth = worth_cents[member] + worth_cents[job] + dearest
                near &= apart_s * prices.drone_minute_cents / 60 <= worth
            picked = groups[near]
            grown.append(np.column_stack((picked, np.full(len(picked), job, dtype=np.int64))))
        return np.concatenate(grown)

    def _flown(
        self, squad: int, groups: Ints, sequence: StepOrder, starts: Starts
    ) -> Iterator[Flown]:
        """Yield positions of starts and what flying them gives, a batch for equal sides."""
        of = self.instance.squads[squad]
        codes = self.sides_code[groups]
        for pattern in product(range(len(_SIDES)), repeat=groups.shape[1]):
            sides = tuple(_SIDES[code] for code in pattern)
            if not allowed(sequence, sides, of.base_side):
                continue
            picked = np.flatnonzero((codes == pattern).all(axis=1)[starts.row])
            if not len(picked):
                continue
            some = replace(starts, row=starts.row[picked], begin_s=starts.begin_s[picked])
            found = Simulation(self, squad, groups, sequence, sides, some).run()
            if found is not None:
                at, cents, seconds = found
                yield picked[at], cents, seconds


def _longest_leg_s(squad: Squad, reserve_fraction: float) -> float:
    """Return how long an empty drone can fly on its battery: no leg lasts longer."""
    kind = squad.kind
    power_w = kind.base_power_w + kind.power_coefficient_w_per_kg15 * kind.empty_mass_kg**1.5
    longest: float = kind.battery_wh * 3600 * (1 - reserve_fraction) / power_w
    return longest


def _columns(
    squad: int, group: Ints, number: int, bucket: Ints, cents: Floats, seconds: Floats
) -> Columns:
    count = len(group)
    jobs = np.full((count, MAX_JOBS), -1, dtype=np.int64)
    jobs[:, : group.shape[1]] = group
    return Columns(np.full(count, squad), jobs, np.full(count, number), bucket, cents, seconds)


def _ints(values: list[int]) -> Ints:
    return np.array(values, dtype=np.int64)
