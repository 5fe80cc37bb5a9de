"""Every sortie worth flying, enumerated, with a lower bound on its cost by start bucket."""

import copy
from collections.abc import Iterable, Iterator
from functools import cached_property
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
from planner.compiled import spread
from planner.customs import OTHER
from planner.energy import GRAVITY_M_S2
from planner.instance import Instance, Squad
from planner.permission import is_emergency
from planner.simulation import JobArrays, SquadArrays, fly_starts
from planner.tables import Floats, Ints, Tables, legs_of

SIDES: tuple[Side, ...] = tuple(OTHER)
_SIDES: tuple[tuple[Side, Side], ...] = tuple(product(SIDES, SIDES))
_NO_LIMIT_S = 10**6

FINE_S = 30
"""Width of the starts by which columns are bounded anew, s."""

TRIED_S = 50
"""Starts so far apart are tried in a bucket where no bound is asked for, s."""

COARSE_SLACKS_S = (300, 1200)
FINE_SLACKS_S = (30, 60, 120, 240, 600, 1200, 2400)
"""How far a drone is behind its earliest clock at most, by mode, s."""


class Enumerator:
    """Enumerates the columns of an instance; its jobs as arrays, by position."""

    def __init__(self, instance: Instance, workers: int = 1) -> None:
        self.instance = instance
        self.workers = workers
        squads, rules = instance.squads, instance.rules
        kinds = {squad.kind.id: squad.kind for squad in squads}
        begin_s = min(squad.from_s for squad in squads) // BUCKET_S * BUCKET_S
        end_s = max(squad.until_s for squad in squads)
        hours_s = begin_s, max(begin_s + BUCKET_S, -(-end_s // BUCKET_S) * BUCKET_S)
        self.legs = {
            name: legs_of(instance, kind, FINE_S, hours_s, workers) for name, kind in kinds.items()
        }
        self.site_at = {site: at for at, site in enumerate(instance.legs.site_ids)}
        self.checkpoints = [
            each for each in instance.network.checkpoints.values() if each.id in self.site_at
        ]
        self.jobs = self._job_arrays()
        self.emergency = np.array([is_emergency([job.order]) for job in instance.jobs], dtype=bool)
        self.ways = tuple(self._ways(side) for side in OTHER)
        self.sides_code = 2 * self.jobs.origin_side + self.jobs.destination_side
        self.squads = [self._squad_arrays(squad, rules.reserve_fraction) for squad in squads]
        self.fits = [self._fits(squad) for squad in range(len(squads))]
        self.coarse = self._tables(BUCKET_S, COARSE_SLACKS_S)
        self.timeless = {name: legs.timeless() for name, legs in self.legs.items()}

    @cached_property
    def fine(self) -> dict[str, Tables]:
        """Tables by the narrowest slots, by drone type."""
        return self._tables(FINE_S, FINE_SLACKS_S)

    def _tables(self, width_s: int, slacks_s: tuple[int, ...]) -> dict[str, Tables]:
        """Return tables by type for starts of a width, flown in modes parted by some slacks."""
        windows = [width_s + slack for slack in slacks_s]
        return {name: legs.merged(width_s).tables(windows) for name, legs in self.legs.items()}

    def _job_arrays(self) -> JobArrays:
        jobs, late = self.instance.jobs, self.instance.prices.late_minute_cents
        shape = (len(jobs), len(self.checkpoints))
        service, earliest = np.full(shape, np.inf), np.zeros(shape)
        for at, job in enumerate(jobs):
            for number, checkpoint in enumerate(self.checkpoints):
                clearing = job.clearings.get(checkpoint.id)
                if clearing is not None:
                    service[at, number] = clearing.service_s
                    earliest[at, number] = clearing.earliest_s

        def real(values: Iterable[float]) -> Floats:
            return np.array(list(values), dtype=float)

        return JobArrays(
            origin=_ints([self.site_at[job.order.origin] for job in jobs]),
            destination=_ints([self.site_at[job.order.destination] for job in jobs]),
            origin_side=_ints([SIDES.index(job.origin_side) for job in jobs]),
            destination_side=_ints([SIDES.index(job.destination_side) for job in jobs]),
            ready=real(job.ready_s for job in jobs),
            due=real(job.due_s for job in jobs),
            latest=real(job.latest_s for job in jobs),
            load=real(job.order.load_s for job in jobs),
            unload=real(job.order.unload_s for job in jobs),
            longest=real(job.order.max_under_way_s or _NO_LIMIT_S for job in jobs),
            mass=real(job.order.mass_kg for job in jobs),
            volume=real(job.order.volume_l for job in jobs),
            late_cents=real(late[job.order.priority] / 60 for job in jobs),
            service=service,
            earliest=earliest,
        )

    def _squad_arrays(self, squad: Squad, reserve_fraction: float) -> SquadArrays:
        kind, prices = squad.kind, self.instance.prices
        return SquadArrays(
            self.site_at[squad.base],
            SIDES.index(squad.base_side),
            float(squad.until_s),
            float(kind.preflight_s),
            float(kind.swap_s),
            kind.payload_kg,
            kind.volume_l,
            kind.empty_mass_kg,
            kind.base_power_w,
            kind.power_coefficient_w_per_kg15,
            GRAVITY_M_S2 / kind.climb_efficiency,
            kind.battery_wh * 3600 * (1 - reserve_fraction),
            prices.drone_minute_cents / 60,
            prices.energy_kwh_cents / 1000 / 3600,
        )

    def of(self, jobs: frozenset[int]) -> "Enumerator":
        """Return an enumerator of the sorties of some of the jobs."""
        part = copy.copy(self)
        part.fits = [fits[np.isin(fits, list(jobs))] for fits in self.fits]
        return part

    def singles(self) -> Columns:
        """Return every column of one job."""
        alone = [(fits[:, None], np.zeros((len(fits), 1))) for fits in self.fits]
        return self.timed(alone, np.full((len(self.fits), len(self.jobs.ready)), np.inf))

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
            for number, sequence in enumerate(sequences):
                cents[:, number], _ = self._flown(squad, members, sequence, row, None, 1, ())
            found.append((members, cents))
        return found

    def timed(self, groups: list[tuple[Ints, Floats]], worth_cents: Floats) -> Columns:
        """Return the columns of groups of each squad that may pay, of every start bucket.

        Groups come with their least cents by sequence, as `least` gives them. Columns that cost
        more than their jobs are worth, an array [squad, job], are left out.
        """
        found = []
        for squad, (every, least) in enumerate(groups):
            worth = worth_cents[squad][every].sum(axis=1)
            for number, sequence in enumerate(sequences_of(every.shape[1])):
                pays = np.flatnonzero(least[:, number] < worth)
                members = every[pays]
                low, count = self.starts(squad, members, sequence, worth[pays])
                row = np.repeat(np.arange(len(pays)), count)
                bucket = low[row] + np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
                cents, seconds = self.coarsely(squad, members, number, row, bucket)
                kept = np.flatnonzero(cents < worth[pays][row])
                group = members[row[kept]]
                found.append(
                    _columns(squad, group, number, bucket[kept], cents[kept], seconds[kept])
                )
        return joined(found)

    def coarsely(
        self, squad: int, groups: Ints, number: int, row: Ints, bucket: Ints
    ) -> tuple[Floats, Floats]:
        """Return least cents and seconds of groups, by `row`, from some buckets."""
        sequence = sequences_of(groups.shape[1])[number]
        return self._flown(
            squad, groups, sequence, row, bucket * BUCKET_S, BUCKET_S, COARSE_SLACKS_S
        )

    def refined(self, columns: Columns) -> tuple[Floats, Floats]:
        """Return cents and seconds of columns, bounded anew from starts `FINE_S` apart.

        Neither is below what the columns say; inf where no start of a column may be flown.
        """
        cents, seconds = np.full(len(columns), np.inf), np.full(len(columns), np.inf)
        for which, squad, size, number in _alike(columns):
            row = np.repeat(np.arange(len(which)), BUCKET_S // FINE_S)
            offset = np.tile(np.arange(0, BUCKET_S, FINE_S), len(which))
            begin = columns.bucket[which][row] * BUCKET_S + offset
            groups, sequence = columns.jobs[which, :size], sequences_of(size)[number]
            least = self._flown(squad, groups, sequence, row, begin, FINE_S, FINE_SLACKS_S)
            cents[which] = least[0].reshape(len(which), -1).min(axis=1)
            seconds[which] = least[1].reshape(len(which), -1).min(axis=1)
        return np.maximum(cents, columns.cents), np.maximum(seconds, columns.seconds)

    def estimated(self, columns: Columns) -> tuple[Floats, Floats]:
        """Return what starts `TRIED_S` apart in the bucket of columns cost, and how long they last.

        Cents and seconds [column, start] on a day with nothing else in the air, waits included: not
        bounds, but near what a dispatcher will find. inf where a start may not be flown.
        """
        offsets = np.arange(0, BUCKET_S, TRIED_S)
        cents = np.full((len(columns), len(offsets)), np.inf)
        seconds = cents.copy()
        for which, squad, size, number in _alike(columns):
            row = np.repeat(np.arange(len(which)), len(offsets))
            begin = columns.bucket[which][row] * BUCKET_S + np.tile(offsets, len(which))
            groups, sequence = columns.jobs[which, :size], sequences_of(size)[number]
            found = self._flown(squad, groups, sequence, row, begin, 1, ())
            cents[which] = found[0].reshape(len(which), -1)
            seconds[which] = found[1].reshape(len(which), -1)
        return cents, seconds

    def starts(
        self, squad: int, groups: Ints, sequence: StepOrder, worth_cents: Floats
    ) -> tuple[Ints, Ints]:
        """Return the first start bucket worth trying of each group, and how many there are.

        A drone waits `max_wait_s` at most at its first stop, no leg outlasts its battery, and no
        sortie lasts so long that its time alone costs what its jobs are worth.
        """
        of = self.instance.squads[squad]
        kind, rules = of.kind, self.instance.rules
        first = groups[:, sequence[0][0]]
        jobs = self.jobs
        way = self.timeless[kind.id].times[0, self.site_at[of.base], jobs.origin[first], 0]
        earliest = jobs.ready[first] - kind.preflight_s - rules.max_wait_s - BUCKET_S
        earliest = np.maximum(earliest - _longest_leg_s(of, rules.reserve_fraction), of.from_s)
        price = self.instance.prices.drone_minute_cents / 60
        if price:
            last_load = np.max(jobs.ready[groups] + jobs.load[groups], axis=1)
            earliest = np.maximum(earliest, last_load - worth_cents / price - BUCKET_S)
        latest = np.min(jobs.latest[groups] - jobs.unload[groups], axis=1)
        latest = np.minimum(latest, of.until_s) - kind.preflight_s - jobs.load[first]
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
                floor = takeoff - kind.preflight_s - jobs.load[groups].sum(axis=1) - BUCKET_S
                earliest = np.where(these, np.maximum(earliest, floor), earliest)
        low = np.maximum(0, earliest // BUCKET_S).astype(np.int64)
        high = np.floor(latest / BUCKET_S).astype(np.int64)
        return low, np.maximum(0, high - low + 1)

    def _ways(self, origin: Side) -> Ints:
        """Return the chains of checkpoints that clear goods from a side, as `fly_starts` has it."""
        every = [(at, self.site_at[each.id], each) for at, each in enumerate(self.checkpoints)]
        joint = [(at, site, -1, -1) for at, site, each in every if each.joint]
        apart = [
            (at, site, then, into)
            for at, site, each in every
            if not each.joint and each.side == origin
            for then, into, other in every
            if not other.joint and other.side != origin
        ]
        return np.array([*joint, *apart], dtype=np.int64).reshape(-1, 4)

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

    def _extend(self, groups: Ints, fits: Ints, worth_cents: Floats) -> Ints:
        """Return groups with one job more, sorted, whose windows are near enough.

        A sortie lasts from the first load to the last unload of its jobs, so two of them whose
        windows lie apart cost at least the time in between.
        """
        prices, ready, latest = self.instance.prices, self.jobs.ready, self.jobs.latest
        dearest = worth_cents.max(initial=0.0) * (self.instance.rules.max_orders_per_sortie - 2)
        grown = [np.empty((0, groups.shape[1] + 1), dtype=np.int64)]
        for job in fits.tolist():
            near = groups[:, -1] < job
            for member in groups.T:
                apart_s = np.maximum(ready[member] - latest[job], ready[job] - latest[member])
                worth = worth_cents[member] + worth_cents[job] + dearest
                near &= apart_s * prices.drone_minute_cents / 60 <= worth
            picked = groups[near]
            grown.append(np.column_stack((picked, np.full(len(picked), job, dtype=np.int64))))
        return np.concatenate(grown)

    def _flown(
        self,
        squad: int,
        groups: Ints,
        sequence: StepOrder,
        row: Ints,
        begin_s: Ints | None,
        width_s: int,
        slacks_s: tuple[int, ...],
    ) -> tuple[Floats, Floats]:
        """Return least cents and seconds of starts of groups, `width_s` wide, inf where none flies.

        Without starts they are those of any time of day, all windows forgotten.
        """
        kind, base = self.instance.squads[squad].kind.id, self.instance.squads[squad].base_side
        cents, seconds = np.full(len(row), np.inf), np.full(len(row), np.inf)
        jobs, of, tables = self.jobs, self.squads[squad], self.timeless[kind]
        if begin_s is None:
            begin_s = np.zeros(len(row), dtype=np.int64)
            jobs, of = self._windowless, of._replace(until_s=np.inf)
        else:
            tables = (self.coarse if width_s == BUCKET_S else self.fine)[kind]
        codes, size = self.sides_code[groups], groups.shape[1]
        may = np.zeros(len(groups), dtype=bool)
        for pattern in product(range(len(_SIDES)), repeat=size):
            if allowed(sequence, tuple(_SIDES[code] for code in pattern), base):
                may |= (codes == pattern).all(axis=1)
        picked = np.flatnonzero(may[row])
        row, begin_s = row[picked], begin_s[picked]
        which = _ints([each for each, _ in sequence])
        loads = np.array([load for _, load in sequence], dtype=bool)
        slacks = np.array(slacks_s, dtype=float)
        some_cents, some_seconds = np.empty(len(picked)), np.empty(len(picked))

        def fly(begin: int, end: int) -> None:
            fly_starts(
                row[begin:end], begin_s[begin:end], width_s, slacks, groups, which, loads,
                self.ways, jobs, of, tables, some_cents[begin:end], some_seconds[begin:end],
            )  # fmt: skip

        spread(fly, len(picked), self.workers)
        cents[picked], seconds[picked] = some_cents, some_seconds
        return cents, seconds

    @cached_property
    def _windowless(self) -> JobArrays:
        """Jobs that may be done at any time of day."""
        jobs = self.jobs
        always = np.full(len(jobs.ready), np.inf)
        never = np.zeros(len(jobs.ready))
        return jobs._replace(
            ready=never, due=always, latest=always, earliest=np.zeros(jobs.earliest.shape)
        )


def _alike(columns: Columns) -> Iterator[tuple[Ints, int, int, int]]:
    """Yield the columns of each squad, number of jobs and sequence, by position."""
    sizes = (columns.jobs >= 0).sum(axis=1)
    kinds = np.column_stack((columns.squad, sizes, columns.sequence))
    for squad, size, number in np.unique(kinds, axis=0).tolist():
        yield np.flatnonzero((kinds == (squad, size, number)).all(axis=1)), squad, size, number


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
