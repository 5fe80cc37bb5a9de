"""Groups of jobs flown by one squad in one sequence, from every start bucket, as arrays.

Everything is by least times, so that what comes out bounds from below what any dispatcher can do:
blocks, pads, bays, rounding and the waiting for them are left out, and a drone that may wait is
let off.
"""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from geodata.features import Side
from planner.columns import BUCKET_S, StepOrder
from planner.energy import GRAVITY_M_S2
from planner.tables import DRIFT_S, LEG_MAX_S, Clock, Floats, Ints

if TYPE_CHECKING:
    from planner.sorties import Enumerator

Flown = tuple[Ints, Ints, Floats, Floats]
"""Position of the group, start bucket, least cents, least seconds; one entry a start."""


_JOULE = 1.0
"""Tolerance of the battery, J."""


class Simulation:
    """One squad's groups in one sequence; `timeless` forgets windows and the time of day."""

    def __init__(
        self,
        source: "Enumerator",
        squad: int,
        groups: Ints,
        sequence: StepOrder,
        sides: tuple[tuple[Side, Side], ...],
        timeless: bool,
    ) -> None:
        self.source = source
        self.squad = source.instance.squads[squad]
        self.tables = source.tables[self.squad.kind.id]
        self.groups = groups
        self.sequence = sequence
        self.sides = sides
        self.timeless = timeless
        self.base = source.site_at[self.squad.base]

    def run(self) -> Flown | None:
        """Return every start that may be flown, or None."""
        starts = self._starts()
        if not len(starts[0]):
            return None
        self.row, self.bucket = starts
        kind, source = self.squad.kind, self.source
        size = len(self.row)
        self.clock = self.bucket * float(BUCKET_S) + kind.preflight_s
        self.flown = np.full(size, float(kind.preflight_s))
        self.energy_j = np.zeros(size)
        self.late = np.zeros(size)
        self.good = np.ones(size, dtype=bool)
        self.mass = np.zeros(size)
        self.volume = np.zeros(size)
        self.place: Ints = np.full(size, self.base, dtype=np.int64)
        self.loaded_at: dict[int, Floats] = {}
        self.aboard: list[int] = []
        self.stops = 0
        here = self.squad.base_side
        for which, load in self.sequence:
            job = self.groups[self.row, which]
            there = self.sides[which][0 if load else 1]
            self._travel(source.origin[job] if load else source.destination[job], here, there)
            here = there
            if load:
                self._load(which)
            else:
                self._unload(which)
        self._travel(np.full(len(self.row), self.base, dtype=np.int64), here, self.squad.base_side)
        return self._finish()

    def _starts(self) -> tuple[Ints, Ints]:
        """Return positions of groups and the start buckets worth trying for each."""
        if self.timeless:
            return np.arange(len(self.groups)), np.zeros(len(self.groups), dtype=np.int64)
        source, kind = self.source, self.squad.kind
        first = self.groups[:, self.sequence[0][0]]
        way = self.tables.any_leg[self.base, source.origin[first]]
        wait = source.instance.rules.max_wait_s
        earliest = source.ready[first] - kind.preflight_s - wait - BUCKET_S - LEG_MAX_S
        earliest = np.maximum(earliest, self.squad.from_s)
        latest = np.min(source.latest[self.groups] - source.unload[self.groups], axis=1)
        latest = np.minimum(latest, self.squad.until_s) - kind.preflight_s - source.load[first]
        latest = latest - np.where(np.isfinite(way), way, 0)
        sides = frozenset(side for pair in self.sides for side in pair) | {self.squad.base_side}
        emergency = source.emergency[self.groups].all(axis=1)
        for flag in (False, True):
            takeoff = source.instance.earliest_takeoff_s(sides, flag)
            these = emergency == flag
            if takeoff is None:
                latest = np.where(these, -1, latest)
                continue
            floor = takeoff - kind.preflight_s - source.load[self.groups].sum(axis=1) - BUCKET_S
            earliest = np.where(these, np.maximum(earliest, floor), earliest)
        low = np.maximum(0, earliest // BUCKET_S)
        high = np.floor(latest / BUCKET_S).astype(np.int64)
        count = np.maximum(0, high - low + 1)
        row = np.repeat(np.arange(len(first)), count)
        offset = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
        return row, low[row] + offset

    def _travel(self, place: Ints, here: Side, there: Side) -> None:
        """Fly to the next place; with goods aboard, through the checkpoints of a crossing."""
        power_w, lift_j_m = self._power()
        if here != there and self.aboard:
            self._cross(place, here, power_w, lift_j_m)
            self.stops += 2
        else:
            seconds, air = self._leg(self.clock, self.place, place, self.stops)
            self.clock = self.clock + seconds
            self.flown = self.flown + seconds
            climbed = self.tables.climb_m[self.place, place]
            self.energy_j = self.energy_j + power_w * air + lift_j_m * climbed
            self.stops += 1
        self.place = place
        usable = self.squad.kind.battery_wh * 3600
        usable *= 1 - self.source.instance.rules.reserve_fraction
        spare = power_w * self.tables.diversion_s[place]
        spare = spare + lift_j_m * self.tables.diversion_climb_m[place]
        self._keep(np.isfinite(self.clock) & (self.energy_j <= usable - spare + _JOULE))

    def _leg(self, clock: Clock, here: Ints, there: Ints, stops: int) -> tuple[Floats, Floats]:
        """Return least seconds of a leg in a sortie, and in the air."""
        if self.timeless:
            any_leg = self.tables.any_leg[here, there]
            return any_leg, any_leg
        seconds = self.tables.duration_s(clock, here, there, BUCKET_S)
        return seconds, self.tables.flown_s(clock, here, there, stops)

    def _cross(self, place: Ints, side: Side, power_w: Floats, lift_j_m: Floats) -> None:
        """Bring what is aboard over the boundary: the least of every way through checkpoints.

        Time, time without waiting and energy are each least over the ways.
        """
        source = self.source
        jobs = [self.groups[self.row, which] for which in self.aboard]
        size = len(place)
        best = np.full((3, size), np.inf)
        for way in source.ways[side]:
            clock: Clock = self.clock
            here = self.place
            flown: Floats = np.zeros(size)
            energy: Floats = np.zeros(size)
            for number, (checkpoint, site) in enumerate(way):
                at: Ints = np.full(size, site, dtype=np.int64)
                seconds, air = self._leg(clock, here, at, self.stops + number)
                service = np.sum([source.service[job, checkpoint] for job in jobs], axis=0)
                clock, flown = clock + seconds + service, flown + seconds + service
                energy += power_w * air + lift_j_m * self.tables.climb_m[here, at]
                if not self.timeless:
                    clock = self._cleared(clock, jobs, checkpoint, self.stops + number)
                here = at
            seconds, air = self._leg(clock, here, place, self.stops + len(way))
            energy += power_w * air + lift_j_m * self.tables.climb_m[here, place]
            total = np.array([clock + seconds, flown + seconds, energy])
            total[:, ~np.isfinite(total).all(axis=0)] = np.inf
            np.minimum(best, total, out=best)
        self.clock = best[0]
        self.flown = self.flown + best[1]
        self.energy_j = self.energy_j + best[2]

    def _cleared(self, clock: Clock, jobs: list[Ints], checkpoint: int, stops: int) -> Floats:
        """Return when all is cleared at the earliest, inf if that means waiting too long."""
        source = self.source
        ready = np.max(
            [source.earliest[job, checkpoint] + source.service[job, checkpoint] for job in jobs],
            axis=0,
        )
        slack = source.instance.rules.max_wait_s * (stops + 1) + BUCKET_S + DRIFT_S
        return np.where(ready <= clock + slack, np.maximum(clock, ready), np.inf)

    def _power(self) -> tuple[Floats, Floats]:
        """Return battery power in W and joules a metre climbed with what is aboard."""
        kind = self.squad.kind
        mass = kind.empty_mass_kg + self.mass
        power = kind.base_power_w + kind.power_coefficient_w_per_kg15 * mass**1.5
        return power, mass * GRAVITY_M_S2 / kind.climb_efficiency

    def _load(self, which: int) -> None:
        source, kind = self.source, self.squad.kind
        job = self.groups[self.row, which]
        good = np.ones(len(job), dtype=bool)
        if not self.timeless:
            slack = source.instance.rules.max_wait_s * self.stops + BUCKET_S + DRIFT_S
            ready = source.ready[job]
            good &= ready <= self.clock + slack
            self.clock = np.maximum(self.clock, ready) + source.load[job]
        self.flown = self.flown + source.load[job]
        self.aboard.append(which)
        self.loaded_at[which] = self.flown
        self.mass = self.mass + source.mass[job]
        self.volume = self.volume + source.volume[job]
        good &= (self.mass <= kind.payload_kg + 1e-9) & (self.volume <= kind.volume_l + 1e-9)
        self._keep(good)

    def _unload(self, which: int) -> None:
        source = self.source
        job = self.groups[self.row, which]
        self.flown = self.flown + source.unload[job]
        self.aboard.remove(which)
        good = self.flown - self.loaded_at[which] <= source.longest[job]
        self.mass = self.mass - source.mass[job]
        self.volume = self.volume - source.volume[job]
        if not self.timeless:
            self.clock = self.clock + source.unload[job]
            good &= self.clock <= source.latest[job]
            self.late += np.maximum(0.0, self.clock - source.due[job]) * source.late_cents[job]
        self._keep(good)

    def _keep(self, good: npt.NDArray[np.bool_]) -> None:
        """Drop the starts that have failed."""
        if good.all():
            return
        for name in (
            "row", "bucket", "clock", "flown", "energy_j", "late", "mass", "volume", "place",
        ):  # fmt: skip
            setattr(self, name, getattr(self, name)[good])
        self.loaded_at = {which: at[good] for which, at in self.loaded_at.items()}

    def _finish(self) -> Flown | None:
        kind, instance = self.squad.kind, self.source.instance
        self.flown = self.flown + kind.swap_s
        seconds = self.flown
        good = np.ones(len(self.row), dtype=bool)
        if not self.timeless:
            end = self.clock + kind.swap_s
            seconds = np.maximum(seconds, end - (self.bucket * BUCKET_S + BUCKET_S - 1))
            good &= end <= self.squad.until_s
        if not good.any():
            return None
        prices = instance.prices
        cents = (
            seconds * prices.drone_minute_cents / 60
            + self.energy_j / 3600 * prices.energy_kwh_cents / 1000
            + self.late
        )
        return self.row[good], self.bucket[good], cents[good], seconds[good]
