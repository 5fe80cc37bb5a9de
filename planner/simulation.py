"""Groups of jobs flown by one squad in one sequence, from every start bucket, as arrays.

Everything is by least times, so that what comes out bounds from below what any dispatcher can do:
blocks, pads, bays, rounding and the waiting for them are left out, and a drone that may wait is
let off.
"""

from typing import TYPE_CHECKING

import numpy as np

from geodata.features import Side
from planner.columns import BUCKET_S, StepOrder
from planner.energy import GRAVITY_M_S2
from planner.tables import LEG_MAX_S, SLOT_S, SLOTS, Floats, Ints

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
        way = self.tables.leg[SLOTS, self.base, source.origin[first]]
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

    def _slot(self) -> Ints:
        if self.timeless:
            return np.full(len(self.row), SLOTS, dtype=np.int64)
        return np.clip(self.clock / SLOT_S, 0, SLOTS - 1).astype(np.int64)

    def _travel(self, place: Ints, here: Side, there: Side) -> None:
        """Fly to the next place; with goods aboard, through the checkpoints of a crossing."""
        slot, kind, source = self._slot(), self.squad.kind, self.source
        if here != there and self.aboard:
            seconds, air, climbed = self._crossing(place, slot)
            cleared = np.max(
                [source.cleared_from[self.groups[self.row, each]] for each in self.aboard],
                axis=0,
            )
            if not self.timeless:
                self.clock = np.maximum(self.clock + seconds, cleared)
            self.stops += 2
        else:
            seconds = self.tables.leg[slot, self.place, place]
            air, climbed = seconds, self.tables.climb_m[self.place, place]
            self.clock = self.clock + seconds
            self.stops += 1
        power_w, lift_j_m = self._power()
        used = self.energy_j + power_w * air + lift_j_m * climbed
        usable = kind.battery_wh * 3600 * (1 - source.instance.rules.reserve_fraction)
        spare = power_w * self.tables.diversion_s[place]
        spare = spare + lift_j_m * self.tables.diversion_climb_m[place]
        good = np.isfinite(seconds) & (used <= usable - spare + _JOULE)
        self.energy_j = used
        self.flown = self.flown + seconds
        self.place = place
        self._keep(good)

    def _power(self) -> tuple[Floats, Floats]:
        """Return battery power in W and joules a metre climbed with what is aboard."""
        kind = self.squad.kind
        mass = kind.empty_mass_kg + self.mass
        power = kind.base_power_w + kind.power_coefficient_w_per_kg15 * mass**1.5
        return power, mass * GRAVITY_M_S2 / kind.climb_efficiency

    def _crossing(self, place: Ints, slot: Ints) -> tuple[Floats, Floats, Floats]:
        """Return seconds, seconds in the air and metres climbed of a crossing with goods."""
        source = self.source
        aboard = [source.profile[self.groups[self.row, which]] for which in self.aboard]
        seen = np.sort(np.column_stack(aboard), axis=1)
        found = tuple(np.full(len(place), np.inf) for _ in range(3))
        kinds, inverse = np.unique(seen, axis=0, return_inverse=True)
        for number, group in enumerate(kinds):
            at = np.flatnonzero(inverse.ravel() == number)
            names = tuple(source.profile_names[each] for each in group)
            seconds, air, climbed = self.tables.crossing(names)
            found[0][at] = seconds[slot[at], self.place[at], place[at]]
            found[1][at] = air[self.place[at], place[at]]
            found[2][at] = climbed[self.place[at], place[at]]
        return found[0], found[1], found[2]

    def _load(self, which: int) -> None:
        source, kind = self.source, self.squad.kind
        job = self.groups[self.row, which]
        good = np.ones(len(job), dtype=bool)
        if not self.timeless:
            slack = source.instance.rules.max_wait_s * self.stops + BUCKET_S
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

    def _keep(self, good: "np.typing.NDArray[np.bool_]") -> None:
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
