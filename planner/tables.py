"""Least times between sites by slot of the day, as arrays: lower bounds for whole sorties."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import numpy as np
import numpy.typing as npt

from geodata.schedule import DAY_S
from planner.instance import Instance
from planner.request import DroneType

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Clock = npt.NDArray[np.floating[Any]]


class Tables:
    """Least leg times of one drone type by slots of `slot_s` seconds.

    Arrays are indexed [slot, from site, to site] in seconds; a site to itself is 0. `leg` is
    the least over all departures in a slot, whatever changes under way; `rest` that of a slot and
    all later ones. `any_leg` and `any_climb_m` are the least of the day, stops on the way or not,
    so that to leave out a stop never makes them longer. `later` counts from a slot's start to
    the earliest landing of a drone that leaves after the slot. `climb_m` [from, to],
    `diversion_s` and `diversion_climb_m` [site] hold at any time: no diversion takes less.
    """

    def __init__(self, of: "_Sites", slot_s: int, leg: Floats) -> None:
        self.slot_s = slot_s
        self.slots, self.size = leg.shape[:2]
        self.leg = leg
        self.any_leg = _with_stops(leg.min(axis=0))
        self.any_climb_m = _with_stops(of.climb_m)
        self.later = self._later()
        self.rest: Floats = np.ascontiguousarray(np.minimum.accumulate(leg[::-1])[::-1])
        self._of = of
        self.climb_m = of.climb_m
        self.diversion_s = of.diversion_s
        self.diversion_climb_m = of.diversion_climb_m
        self._windows: dict[int, Floats] = {1: leg}

    @classmethod
    def of(cls, instance: Instance, kind: DroneType, slot_s: int) -> "Tables":
        """Return the tables of a type; they are kept with the legs that they are made of."""
        kept, key = instance.legs.kept, ("tables", kind.id, slot_s)
        if key not in kept:
            kept[key] = cls._made(instance, kind, slot_s)
        found: Tables = kept[key]
        return found

    @classmethod
    def _made(cls, instance: Instance, kind: DroneType, slot_s: int) -> "Tables":
        legs = instance.legs
        diversions = [instance.diversions.least(kind, site) for site in legs.site_ids]
        sites = _Sites(
            legs.arcs.least_climb_m,
            np.array([each[0] for each in diversions]),
            np.array([each[1] for each in diversions]),
        )
        return cls(sites, slot_s, _least_legs(instance, kind, slot_s))

    def merged(self, slot_s: int) -> "Tables":
        """Return the same by longer slots."""
        leg = self.leg.reshape(-1, slot_s // self.slot_s, *self.leg.shape[1:]).min(axis=1)
        return Tables(self._of, slot_s, leg)

    def fly(
        self, clock: Clock, here: Ints, there: Ints, windows_s: Sequence[int]
    ) -> tuple[Clock, Floats]:
        """Return when drones that leave at `clock` or later land at the earliest, and air times.

        The air times are least seconds of legs that take off within each of `windows_s` after the
        clock, and at last of those that take off at any time from then on; one row each.
        """
        slot: Ints = np.clip(clock / self.slot_s, 0, self.slots - 1).astype(np.int64)
        at = (slot * self.size + here) * self.size + there
        landed = np.minimum(
            clock + self.leg.take(at), slot * float(self.slot_s) + self.later.take(at)
        )
        air = np.empty((len(windows_s) + 1, len(at)))
        for mode, window_s in enumerate(windows_s):
            self._window(-(-window_s // self.slot_s) + 1).take(at, out=air[mode])
        self.rest.take(at, out=air[-1])
        return landed, air

    def _window(self, count: int) -> Floats:
        """Return the least leg times over `count` slots from each slot on."""
        if count not in self._windows:
            self._windows[count] = self._least_over(count)
        return self._windows[count]

    def _least_over(self, count: int) -> Floats:
        """Return the least leg times over `count` slots from each slot on."""
        found = self.leg.copy()
        for shift in range(1, min(count, self.slots)):
            np.minimum(found[:-shift], self.leg[shift:], out=found[:-shift])
        return found

    def _later(self) -> Floats:
        """Return seconds from each slot's start to the earliest landing if one leaves after it."""
        found = np.full_like(self.leg, np.inf)
        for slot in range(self.slots - 2, -1, -1):
            np.minimum(self.leg[slot + 1], found[slot + 1], out=found[slot])
            found[slot] += self.slot_s
        return found


@dataclass(frozen=True)
class _Sites:
    """What holds at any time of day: climbs from site to site, diversions from each."""

    climb_m: Floats
    diversion_s: Floats
    diversion_climb_m: Floats


def _with_stops(direct: Floats) -> Floats:
    """Return the least of ways from site to site over any others (Floyd-Warshall)."""
    found = direct.copy()
    for stop in range(len(found)):
        np.minimum(found, found[:, stop, None] + found[stop], out=found)
    return found


def _least_legs(instance: Instance, kind: DroneType, slot_s: int) -> Floats:
    """Return the least leg times of departures in each slot, whatever changes under way."""
    steps, size = np.array(instance.legs.steps), len(instance.legs.site_ids)
    over = cache(partial(_least_over, instance, kind))
    found = np.empty((DAY_S // slot_s, size, size))
    for slot in range(len(found)):
        begin, end = slot * slot_s, (slot + 1) * slot_s
        first = int(np.searchsorted(steps, begin, "right")) - 1
        last = min(int(np.searchsorted(steps, end, "left")), len(steps) - 1)
        least = over(first, last)
        # A leg that is still in the air when a later stretch begins lasts until then at least.
        for beyond in range(last + 1, len(steps)):
            aloft_s = steps[beyond - 1] - end
            if not (least > aloft_s).any():
                break
            least = np.minimum(least, np.maximum(over(first, beyond), aloft_s))
        found[slot] = least
    return found


def _least_over(instance: Instance, kind: DroneType, first: int, last: int) -> Floats:
    """Return least times from site to site over some stretches without changes."""
    legs, sites = instance.legs, instance.legs.site_ids
    found = np.empty((len(sites), len(sites)))
    into = [legs.arcs.in_vertex[site] for site in sites]
    sides = [instance.network.side_of(site) for site in sites]
    for side in set(sides):
        these = [at for at, each in enumerate(sides) if each == side]
        found[these] = legs.least_over(kind, first, last, side)[np.ix_(these, into)]
    np.fill_diagonal(found, 0.0)
    return found
