"""Least times between sites by slot of the day, as arrays: lower bounds for whole sorties."""

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from geodata.schedule import DAY_S
from planner.instance import Instance
from planner.request import DroneType

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Clock = npt.NDArray[np.floating[Any]]

SLOT_S = 300
SLOTS = DAY_S // SLOT_S
DRIFT_S = 60
"""How much later than by least times a drone without waiting may be at the end of its sortie."""

LEG_MAX_S = 900
"""No leg within one network lasts longer; used only to look far enough ahead for changes."""


class Tables:
    """Least leg times of one drone type.

    Arrays are indexed [slot, from site, to site] in seconds; a site to itself is 0. `leg` is
    the least over all departures in a slot, whatever changes under way, `any_leg` that of the day.
    `climb_m` [from, to], `diversion_s` and `diversion_climb_m` [site] hold at any time.
    """

    def __init__(self, instance: Instance, kind: DroneType) -> None:
        self.sites = instance.legs.site_ids
        self.leg = self._legs(instance, kind)
        self.any_leg: Floats = self.leg.min(axis=0)
        self.climb_m = instance.legs.least_climb_m
        diversions = [instance.legs.diversion(kind, site) for site in self.sites]
        self.diversion_s = np.array([each[0] for each in diversions])
        self.diversion_climb_m = np.array([each[1] for each in diversions])
        self._wait_slots = math.ceil(instance.rules.max_wait_s / SLOT_S)
        self._windows: dict[int, Floats] = {}

    def duration_s(self, clock: Clock, here: Ints, there: Ints, bucket_s: int) -> Floats:
        """Return least seconds of legs that take off at `clock` or up to a bucket later.

        A drone that waits on the way lands no earlier for it, so waiting never shortens a sortie;
        only the start within the bucket and the drift move the take-off.
        """
        slot = _slot(clock)
        late = _slot(clock + bucket_s + DRIFT_S) - slot
        found = self._window(2)[slot, here, there]
        third = late > 1
        if third.any():
            found[third] = self._window(3)[slot[third], here[third], there[third]]
        return found

    def flown_s(self, clock: Clock, here: Ints, there: Ints, stops: int) -> Floats:
        """Return least seconds in the air of legs after some stops, whatever was waited there."""
        return self._window(3 + stops * self._wait_slots)[_slot(clock), here, there]

    def _window(self, count: int) -> Floats:
        """Return the least leg times over `count` slots from each slot on."""
        if count not in self._windows:
            found = self.leg.copy()
            for shift in range(1, count):
                # Departures after the day's last slot are taken as in it.
                rows = np.minimum(np.arange(SLOTS) + shift, SLOTS - 1)
                np.minimum(found, self.leg[rows], out=found)
            self._windows[count] = found
        return self._windows[count]

    def _legs(self, instance: Instance, kind: DroneType) -> Floats:
        steps, size = np.array(instance.legs.steps), len(self.sites)
        found = np.empty((SLOTS, size, size))
        for slot in range(SLOTS):
            begin, end = slot * SLOT_S, (slot + 1) * SLOT_S
            first = int(np.searchsorted(steps, begin, "right")) - 1
            last = min(int(np.searchsorted(steps, end, "left")), len(steps) - 1)
            beyond = min(int(np.searchsorted(steps, end + LEG_MAX_S, "left")), len(steps) - 1)
            least = self._least(instance, kind, first, last)
            found[slot] = least
            if beyond > last:
                # Legs that may still be in the air when the next stretch begins.
                wider = self._least(instance, kind, first, beyond)
                found[slot] = np.where(end + least <= steps[last], least, wider)
        return found

    def _least(self, instance: Instance, kind: DroneType, first: int, last: int) -> Floats:
        """Return least times from site to site over some stretches without changes."""
        legs, found = instance.legs, np.empty((len(self.sites), len(self.sites)))
        into = [legs.in_vertex[site] for site in self.sites]
        for at, site in enumerate(self.sites):
            seconds = legs.least_over(kind, first, last, instance.network.side_of(site))
            found[at] = seconds[legs.out_vertex[site]][into]
            found[at, at] = 0.0
        return found


def _slot(clock: Clock) -> Ints:
    found: Ints = np.clip(clock / SLOT_S, 0, SLOTS - 1).astype(np.int64)
    return found
