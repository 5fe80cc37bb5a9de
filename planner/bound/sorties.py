"""Every sortie worth flying, enumerated, with a lower bound on its cost by start bucket."""

import copy
import math
from collections.abc import Iterator
from functools import lru_cache
from itertools import product
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from geodata.features import Side
from planner.arrays import Floats, Ints
from planner.bound.columns import (
    BUCKET_S,
    FINE_S,
    MAX_JOBS,
    PARTS,
    StepOrder,
    allowed,
    sequences_of,
)
from planner.bound.group_rules import GroupRules
from planner.bound.instance_arrays import SIDES, InstanceArrays
from planner.bound.profiles import Profiles, fly_profiles, legs_of_day
from planner.bound.simulation import ANY_LAG, NO_OTHERS, fly_starts, room_for
from planner.compiled import spread
from planner.day.instance import Instance, Squad
from planner.day.tables import SLOT_S, Legs, Tables, legs_of, slot_s

_SIDES: tuple[tuple[Side, Side], ...] = tuple(product(SIDES, SIDES))


class Walk(NamedTuple):
    """How closely starts are bounded: how wide they are, by legs of slots how wide, s.

    `slacks_s` is how far a drone is behind its earliest clock at most, by mode.
    """

    width_s: int
    slot_s: int
    slacks_s: tuple[int, ...]


COARSE = Walk(BUCKET_S, BUCKET_S, (300, 1200))
FINE = Walk(FINE_S, FINE_S, (30, 60, 120, 240, 600, 1200, 2400))
FINEST = Walk(FINE_S, SLOT_S, (10, 30, 60, 120, 240, 600, 1200, 2400))


class Enumerator(InstanceArrays):
    """Enumerates the columns of an instance."""

    def __init__(self, instance: Instance, workers: int = 1) -> None:
        super().__init__(instance)
        self.workers = workers
        squads, rules = instance.squads, instance.rules
        kinds = {squad.kind.id: squad.kind for squad in squads}
        begin_s = min(squad.from_s for squad in squads) // BUCKET_S * BUCKET_S
        end_s = max(squad.until_s for squad in squads)
        hours_s = begin_s, max(begin_s + BUCKET_S, -(-end_s // BUCKET_S) * BUCKET_S)
        slots_s = slot_s(instance)
        self.legs = {
            name: legs_of(instance, kind, slots_s, hours_s, workers) for name, kind in kinds.items()
        }
        self._tables: dict[Walk, dict[str, Tables]] = {}
        self.sides_code = 2 * self.jobs.origin_side + self.jobs.destination_side
        self.group_rules = GroupRules(instance)
        self.most = min(MAX_JOBS, rules.max_orders_per_sortie)
        self.quickest = {
            name: legs_of_day(legs.timeless(), self.jobs, self.ways, self.most)
            for name, legs in self.legs.items()
        }

    def tables(self, walk: Walk) -> dict[str, Tables]:
        """Return tables by drone type; they are laid down when they are first asked for.

        Large days have none of `FINEST`.
        """
        if walk not in self._tables:
            self._tables[walk] = {
                name: tables_of(legs, walk, self.workers) for name, legs in self.legs.items()
            }
        return self._tables[walk]

    def of(self, jobs: frozenset[int]) -> "Enumerator":
        """Return an enumerator of the sorties of some of the jobs."""
        part = copy.copy(self)
        part.fits = [fits[np.isin(fits, list(jobs))] for fits in self.fits]
        return part

    def alone(self) -> list[Ints]:
        """Return the groups of one job of each squad."""
        return [fits[:, None] for fits in self.fits]

    def extended(self, groups: list[Ints], most: float = math.inf) -> list[Ints]:
        """Return for each squad its groups with one job more whose windows are near enough.

        They are not all there where a squad has more than `most`. Left out are those whose jobs lie
        so far apart in time that the wait alone costs as much as leaving them out.
        """
        return [
            self._extend(smaller, fits, most)
            for smaller, fits in zip(groups, self.fits, strict=True)
        ]

    def profiles(self, groups: list[Ints]) -> Iterator[tuple[int, int, Ints, Profiles]]:
        """Yield what groups of each squad take in each sequence that may be flown at some time.

        Squads of the same type and base are flown once. What a group takes never falls as jobs
        join.
        """
        for squads in self._stations():
            size, jobs = groups[squads[0]].shape[1], len(self.jobs.ready)
            powers = jobs ** np.arange(size)
            codes = [groups[squad] @ powers for squad in squads]
            every, at = np.unique(np.concatenate(codes), return_index=True)
            union: Ints = np.concatenate([groups[squad] for squad in squads])[at].astype(np.int32)
            of_squads = [np.searchsorted(every, code) for code in codes]
            for number in range(len(sequences_of(size))):
                found = self._profile(squads, union, number)
                flies = np.isfinite(found.fixed_cents)
                for squad, of in zip(squads, of_squads, strict=True):
                    kept = of[flies[of]]
                    if len(kept):
                        yield squad, number, union[kept], Profiles(*(each[kept] for each in found))

    def least_cents(self, squad: int, profiles: Profiles) -> Floats:
        """Return the least that groups cost a squad at any time of day."""
        latest_s = profiles.last_s.astype(float)
        takes_s = np.maximum(profiles.seconds, profiles.end_s - latest_s)
        cents: Floats = profiles.fixed_cents + takes_s * self.squads[squad].second_cents
        return cents

    def _stations(self) -> list[list[int]]:
        """Return the squads of each type and base."""
        found: dict[tuple[str, str], list[int]] = {}
        for squad, of in enumerate(self.instance.squads):
            found.setdefault((of.kind.id, of.base), []).append(squad)
        return list(found.values())

    def _profile(self, squads: list[int], groups: Ints, number: int) -> Profiles:
        """Return what groups take in a sequence; the squads are of one type and base."""
        of = [self.instance.squads[squad] for squad in squads]
        from_s, until_s = min(each.from_s for each in of), float(max(each.until_s for each in of))
        size = groups.shape[1]
        may, squad = _allowed(size, number, of[0].base_side), self.squads[squads[0]]
        which, loads = steps_of(sequences_of(size)[number])
        found = Profiles(*np.empty((4, len(groups)), dtype=np.float32))

        def fly(begin: int, end: int) -> None:
            fly_profiles(
                groups[begin:end], which, loads, may, self.sides_code, self.jobs,
                squad._replace(until_s=until_s), from_s, self.quickest[of[0].kind.id],
                self.most, np.empty(size), *(each[begin:end] for each in found),
            )  # fmt: skip

        spread(fly, len(groups), self.workers)
        return found

    def coarsely(
        self, squad: int, groups: Ints, number: int, row: Ints, bucket: Ints
    ) -> tuple[Floats, Floats]:
        """Return least cents and seconds of groups, by `row`, from some buckets."""
        return self._flown(squad, groups, number, row, bucket * BUCKET_S, COARSE)

    def finely(
        self, squad: int, groups: Ints, number: int, row: Ints, bucket: Ints
    ) -> tuple[Floats, Floats]:
        """Return the same bounded more tightly, from starts `FINE_S` apart."""
        each = self._of_starts(squad, groups, number, row, bucket, FINE)
        cents, seconds = (found.min(axis=1) for found in each)
        return cents, seconds

    def in_parts(
        self, squad: int, groups: Ints, number: int, row: Ints, bucket: Ints
    ) -> tuple[Floats, Floats]:
        """Return the same for each of those starts, [bucket, start], by the narrowest slots."""
        return self._of_starts(squad, groups, number, row, bucket, FINEST)

    def starts(self, squad: int, groups: Ints, sequence: StepOrder) -> tuple[Ints, Ints]:
        """Return the first start bucket worth trying of each group, and how many there are.

        A drone waits `max_wait_s` at most at its first stop, no leg outlasts its battery, and no
        sortie lasts so long that its time alone costs as much as leaving its jobs out.
        """
        of = self.instance.squads[squad]
        kind, rules = of.kind, self.instance.rules
        first = groups[:, sequence[0][0]]
        jobs = self.jobs
        way = self.quickest[kind.id].leg_s[self.site_at[of.base], jobs.origin[first]]
        earliest = jobs.ready[first] - kind.preflight_s - rules.max_wait_s - BUCKET_S
        earliest = np.maximum(earliest - longest_air_s(of, rules.reserve_fraction), of.from_s)
        price = self.instance.prices.drone_minute_cents / 60
        if price:
            worth = self.unserved[groups].sum(axis=1)
            last_load = np.max(jobs.ready[groups] + jobs.load[groups], axis=1)
            earliest = np.maximum(earliest, last_load - worth / price - BUCKET_S)
        latest = np.min(jobs.latest[groups] - jobs.unload[groups], axis=1)
        latest = np.minimum(latest, of.until_s) - kind.preflight_s - jobs.load[first]
        latest = latest - np.where(np.isfinite(way), way, 0)
        touched = np.bitwise_or.reduce(self.sides_touched[groups], axis=1)
        emergency = self.emergency[groups].all(axis=1)
        for touches in np.unique(touched).tolist():
            sides = {side for at, side in enumerate(SIDES) if touches >> at & 1} | {of.base_side}
            for flag in (False, True):
                takeoff = self.instance.earliest_takeoff_s(frozenset(sides), flag)
                these = (emergency == flag) & (touched == touches)
                if takeoff is None:
                    latest = np.where(these, -1, latest)
                    continue
                floor = takeoff - kind.preflight_s - jobs.load[groups].sum(axis=1) - BUCKET_S
                earliest = np.where(these, np.maximum(earliest, floor), earliest)
        low = np.maximum(0, earliest // BUCKET_S).astype(np.int64)
        high = np.floor(latest / BUCKET_S).astype(np.int64)
        return low, np.maximum(0, high - low + 1)

    def _extend(self, groups: Ints, fits: Ints, most: float) -> Ints:
        """Return groups with one job more, sorted, whose windows are near enough and may share.

        Little more than `most` of them.

        A sortie lasts from the first load to the last unload of its jobs, so two of them whose
        windows lie apart cost at least the time in between.
        """
        prices, ready, latest = self.instance.prices, self.jobs.ready, self.jobs.latest
        others = self.instance.rules.max_orders_per_sortie - 2
        dearest = self.unserved.max(initial=0.0) * others
        grown, count = [np.empty((0, groups.shape[1] + 1), dtype=np.int64)], 0
        for job in fits.tolist():
            if count > most:
                break
            near = groups[:, -1] < job
            for member in groups.T:
                apart_s = np.maximum(ready[member] - latest[job], ready[job] - latest[member])
                worth = self.unserved[member] + self.unserved[job] + dearest
                near &= apart_s * prices.drone_minute_cents / 60 <= worth
                if self.group_rules.keeps_apart:
                    near &= self.group_rules.share(job, member)
            picked = groups[near]
            grown.append(np.column_stack((picked, np.full(len(picked), job, dtype=np.int64))))
            count += len(picked)
        return np.ascontiguousarray(np.concatenate(grown))

    def _of_starts(
        self,
        squad: int,
        groups: Ints,
        number: int,
        row: Ints,
        bucket: Ints,
        walk: Walk,
    ) -> tuple[Floats, Floats]:
        """Return least cents and seconds of each start of some buckets, [bucket, start]."""
        begin_s = (bucket[:, None] * BUCKET_S + np.arange(0, BUCKET_S, FINE_S)).ravel()
        rows = np.repeat(row, PARTS)
        cents, seconds = self._flown(squad, groups, number, rows, begin_s, walk)
        return cents.reshape(-1, PARTS), seconds.reshape(-1, PARTS)

    def _flown(
        self,
        squad: int,
        groups: Ints,
        number: int,
        row: Ints,
        begin_s: Ints,
        walk: Walk,
    ) -> tuple[Floats, Floats]:
        """Return least cents and seconds of starts, inf where none flies."""
        of, squads = self.instance.squads[squad], self.squads[squad]
        size = groups.shape[1]
        may = _allowed(size, number, of.base_side)
        picked = np.flatnonzero(may[self.sides_code[groups] @ 4 ** np.arange(size)[::-1]][row])
        found = np.full((2, len(row)), np.inf)
        row, begin_s = row[picked], begin_s[picked]
        which, loads = steps_of(sequences_of(size)[number])
        slacks = np.array(walk.slacks_s, dtype=float)
        some = np.empty((2, len(picked)))
        fly_starts(
            row, begin_s, walk.width_s, slacks, groups, which, loads, self.ways, self.jobs, squads,
            self.tables(walk)[of.kind.id], room_for(size, len(slacks)), NO_OTHERS, ANY_LAG, *some,
        )  # fmt: skip
        found[:, picked] = some
        cents, seconds = found
        return cents, seconds


def tables_of(legs: Legs, walk: Walk, workers: int) -> Tables:
    """Return the tables by which starts are walked."""
    windows_s = [walk.width_s + slack for slack in walk.slacks_s]
    return legs.merged(walk.slot_s).tables(windows_s, workers)


def longest_air_s(squad: Squad, reserve_fraction: float) -> float:
    """Return how long an empty drone can fly on its battery: no sortie is longer in the air."""
    kind = squad.kind
    power_w = kind.base_power_w + kind.power_coefficient_w_per_kg15 * kind.empty_mass_kg**1.5
    longest: float = kind.battery_wh * 3600 * (1 - reserve_fraction) / power_w
    return longest


@lru_cache(maxsize=1000)
def _allowed(size: int, number: int, base: Side) -> npt.NDArray[np.bool_]:
    """Tell if a sequence may be flown, by the sides of each job in the order of their products."""
    every = product(_SIDES, repeat=size)
    return np.array([allowed(sequences_of(size)[number], sides, base) for sides in every])


def steps_of(sequence: StepOrder) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """Return whose the steps are, and which of them load."""
    return _ints([each for each, _ in sequence]), np.array([load for _, load in sequence])


def _ints(values: list[int]) -> Ints:
    return np.array(values, dtype=np.int64)
