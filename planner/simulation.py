"""Groups of jobs flown by one squad in one sequence, from every start, as arrays.

Everything is by least times, so that what comes out bounds from below what any dispatcher can do:
blocks, pads, bays, rounding and the waiting for them are left out, and a drone that waits longer
than it may is let off.

A start stands for all seconds within a width. Leaving later never means landing earlier, so the
earliest clock of the first of them bounds all. Time in the air is another matter: a wind that turns
may shorten the legs of a drone that waits. So every start is flown in several modes, by the most
that the drone is behind the earliest clock anywhere: within `slacks_s[0]`, between that and
`slacks_s[1]`, and so on, at last beyond them all. A mode looks for the quickest air no further than
it may be behind, and one that is behind by more than a slack has lost that time. The least of the
modes bounds the sortie.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from geodata.features import Side
from planner.columns import StepOrder
from planner.energy import GRAVITY_M_S2
from planner.tables import Clock, Floats, Ints, Tables

if TYPE_CHECKING:
    from planner.sorties import Enumerator

Flown = tuple[Ints, Floats, Floats]
"""Position of the start, least cents, least seconds; one entry a start that may be flown."""

_JOULE = 1.0
"""Tolerance of the battery, J."""


@dataclass(frozen=True)
class Starts:
    """Starts to simulate: which group, and the first second of each; all `width_s` wide.

    `slacks_s` part the modes, ascending. Without `tables`' time of day (`timeless`) windows are
    forgotten and legs take their least time of the day.
    """

    tables: Tables
    row: Ints
    begin_s: Ints | Floats
    width_s: int
    slacks_s: tuple[int, ...]
    timeless: bool = False


class Simulation:
    """One squad's groups in one sequence; arrays have a row a mode where modes differ."""

    def __init__(
        self,
        source: "Enumerator",
        squad: int,
        groups: Ints,
        sequence: StepOrder,
        sides: tuple[tuple[Side, Side], ...],
        starts: Starts,
    ) -> None:
        self.source = source
        self.squad = source.instance.squads[squad]
        self.tables = starts.tables
        self.climb_m = self.tables.any_climb_m if starts.timeless else self.tables.climb_m
        self.sequence = sequence
        self.sides = sides
        self.starts = starts
        kind, size = self.squad.kind, len(starts.row)
        self.slacks_s = () if starts.timeless else starts.slacks_s
        self.windows_s = tuple(starts.width_s + slack for slack in self.slacks_s)
        modes = len(self.slacks_s) + 1
        self.at: Ints = np.arange(size)
        self.group = groups[starts.row]
        self.begin: Floats = np.asarray(starts.begin_s, dtype=float)
        self.clock: Clock = self.begin + kind.preflight_s
        self.flown = np.full((modes, size), float(kind.preflight_s))
        self.waited = np.full((modes, size), np.inf)
        self.energy_j = np.zeros((modes, size))
        self.late = np.zeros(size)
        self.good = np.ones((modes, size), dtype=bool)
        self.mass = np.zeros(size)
        self.volume = np.zeros(size)
        self.base = source.site_at[self.squad.base]
        self.at_base = True
        self.place: Ints = np.full(size, self.base, dtype=np.int64)
        self.loaded_at: dict[int, Floats] = {}
        self.aboard: list[int] = []
        usable = kind.battery_wh * 3600
        self.usable_j = usable * (1 - source.instance.rules.reserve_fraction)

    def run(self) -> Flown | None:
        """Return every start that may be flown, or None."""
        source = self.source
        here = self.squad.base_side
        for which, load in self.sequence:
            job = self.group[:, which]
            there = self.sides[which][0 if load else 1]
            self._travel(source.origin[job] if load else source.destination[job], here, there)
            here = there
            if load:
                self._load(which)
            else:
                self._unload(which)
        self._travel(np.full(len(self.at), self.base, dtype=np.int64), here, self.squad.base_side)
        return self._finish()

    def _travel(self, place: Ints, here: Side, there: Side) -> None:
        """Fly to the next place; with goods aboard, through the checkpoints of a crossing."""
        power_w, lift_j_m = self._power()
        if here != there and self.aboard:
            self._cross(place, here, power_w, lift_j_m)
        else:
            self._note_wait(self.clock, self.flown)
            landed, air = self._leg(self.clock, self.place, place)
            self.clock = landed
            self.flown = self.flown + air
            climbed = self.climb_m[self.place, place]
            self.energy_j = self.energy_j + power_w * air + lift_j_m * climbed
        self.place = place
        spare = power_w * self.tables.diversion_s[place]
        spare = spare + lift_j_m * self.tables.diversion_climb_m[place]
        self._keep(np.isfinite(self.clock) & (self.energy_j <= self.usable_j - spare + _JOULE))

    def _note_wait(self, clock: Clock, flown: Floats) -> None:
        """Note how far air and work of each mode are behind the earliest clock at a take-off.

        Not at the first: who waits at the base had better start later.
        """
        if self.at_base:
            self.at_base = False
            return
        flies = np.isfinite(flown)
        waited = np.subtract(
            clock - self.begin, flown, where=flies, out=np.full_like(flown, np.inf)
        )
        self.waited = np.minimum(self.waited, waited)

    def _leg(self, clock: Clock, here: Ints, there: Ints) -> tuple[Clock, Floats]:
        """Return when a leg lands at the earliest, and the least seconds in the air by mode."""
        if self.starts.timeless:
            any_leg = self.tables.any_leg[here, there]
            return clock + any_leg, any_leg[None]
        return self.tables.fly(clock, here, there, self.windows_s)

    def _cross(self, place: Ints, side: Side, power_w: Floats, lift_j_m: Floats) -> None:
        """Bring what is aboard over the boundary: the least of every way through checkpoints.

        Clock, seconds of air and work, and energy are each least over the ways.
        """
        source = self.source
        jobs = [self.group[:, which] for which in self.aboard]
        size = len(place)
        best_clock = np.full(size, np.inf)
        best_flown = np.full(self.flown.shape, np.inf)
        best_energy = np.full(self.flown.shape, np.inf)
        for way in source.ways[side]:
            clock: Clock = self.clock
            here = self.place
            flown = self.flown
            energy = self.energy_j
            for checkpoint, site in way:
                self._note_wait(clock, flown)
                there: Ints = np.full(size, site, dtype=np.int64)
                landed, air = self._leg(clock, here, there)
                service = np.sum([source.service[job, checkpoint] for job in jobs], axis=0)
                energy = energy + power_w * air + lift_j_m * self.climb_m[here, there]
                flown = flown + air + service
                clock = landed + service
                if not self.starts.timeless:
                    cleared = [source.earliest[job, checkpoint] for job in jobs]
                    last = [source.service[job, checkpoint] for job in jobs]
                    clock = np.maximum(clock, np.max(np.add(cleared, last), axis=0))
                here = there
            self._note_wait(clock, flown)
            landed, air = self._leg(clock, here, place)
            energy = energy + power_w * air + lift_j_m * self.climb_m[here, place]
            closed = ~np.isfinite(landed)
            np.minimum(best_clock, np.where(closed, np.inf, landed), out=best_clock)
            np.minimum(best_flown, np.where(closed, np.inf, flown + air), out=best_flown)
            np.minimum(best_energy, np.where(closed, np.inf, energy), out=best_energy)
        self.clock = best_clock
        self.flown = best_flown
        self.energy_j = best_energy

    def _power(self) -> tuple[Floats, Floats]:
        """Return battery power in W and joules a metre climbed with what is aboard."""
        kind = self.squad.kind
        mass = kind.empty_mass_kg + self.mass
        power = kind.base_power_w + kind.power_coefficient_w_per_kg15 * mass**1.5
        return power, mass * GRAVITY_M_S2 / kind.climb_efficiency

    def _load(self, which: int) -> None:
        source, kind = self.source, self.squad.kind
        job = self.group[:, which]
        if not self.starts.timeless:
            self.clock = np.maximum(self.clock, source.ready[job]) + source.load[job]
        self.flown = self.flown + source.load[job]
        self.aboard.append(which)
        self.loaded_at[which] = self.flown
        self.mass = self.mass + source.mass[job]
        self.volume = self.volume + source.volume[job]
        fits = (self.mass <= kind.payload_kg + 1e-9) & (self.volume <= kind.volume_l + 1e-9)
        self._keep(np.broadcast_to(fits, self.good.shape))

    def _unload(self, which: int) -> None:
        source = self.source
        job = self.group[:, which]
        self.flown = self.flown + source.unload[job]
        self.aboard.remove(which)
        good = self.flown - self.loaded_at[which] <= source.longest[job]
        self.mass = self.mass - source.mass[job]
        self.volume = self.volume - source.volume[job]
        if not self.starts.timeless:
            self.clock = self.clock + source.unload[job]
            good &= self.clock <= source.latest[job]
            self.late = self.late + (
                np.maximum(0.0, self.clock - source.due[job]) * source.late_cents[job]
            )
        self._keep(good)

    def _keep(self, good: npt.NDArray[np.bool_]) -> None:
        """Give up modes that have failed, and drop the starts of which none is left."""
        self.good = self.good & good
        alive = self.good.any(axis=0)
        if alive.all():
            return
        for name in ("at", "group", "begin", "clock", "late", "mass", "volume", "place"):
            setattr(self, name, getattr(self, name)[alive])
        for name in ("flown", "waited", "energy_j", "good"):
            setattr(self, name, getattr(self, name)[:, alive])
        self.loaded_at = {which: at[:, alive] for which, at in self.loaded_at.items()}

    def _finish(self) -> Flown | None:
        kind, prices = self.squad.kind, self.source.instance.prices
        seconds = self.flown + kind.swap_s
        good = self.good
        if not self.starts.timeless:
            end = self.clock + kind.swap_s
            for mode, slack_s in enumerate(self.slacks_s, start=1):
                seconds[mode] += slack_s + self.waited[mode]
            seconds = np.maximum(seconds, end - (self.begin + self.starts.width_s - 1))
            good = good & (end <= self.squad.until_s)
        alive = good.any(axis=0)
        if not alive.any():
            return None
        cents = (
            seconds * prices.drone_minute_cents / 60
            + self.energy_j / 3600 * prices.energy_kwh_cents / 1000
            + self.late
        )
        least_cents = np.where(good, cents, np.inf).min(axis=0)
        least_s = np.where(good, seconds, np.inf).min(axis=0)
        return self.at[alive], least_cents[alive], least_s[alive]
