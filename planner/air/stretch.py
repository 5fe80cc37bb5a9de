"""All legs between sites while nothing changes, as tables: seconds, metres climbed, energy."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from planner.air.legs import Legs
from planner.arrays import Floats, Ints
from planner.energy import GRAVITY_M_S2, cruise_power_w
from planner.request.fleet import DroneType

_DEEP_M = -1e9
"""Stands for the height at which a leg ends: nothing is climbed to get there."""


@dataclass(frozen=True)
class StretchLegs:
    """The quickest legs of one drone type in one stretch of the day without changes.

    Tables are from site to site in the order of `Legs.site_ids`; inf seconds where no leg joins
    them. They hold for legs that land before the stretch ends.
    """

    kind: DroneType
    seconds: Floats
    climbed_m: Floats

    @cached_property
    def whole_s(self) -> Floats:
        """Seconds from take-off to the second in which a leg has landed."""
        return np.asarray(np.ceil(self.seconds - 1e-9))

    def energy_wh(self, payload_kg: float) -> Floats:
        """Return the battery energy of each leg with a payload; inf where there is no leg."""
        mass_kg = self.kind.empty_mass_kg + payload_kg
        lift_j = mass_kg * GRAVITY_M_S2 * self.climbed_m / self.kind.climb_efficiency
        return np.asarray((cruise_power_w(self.kind, payload_kg) * self.seconds + lift_j) / 3600)


class Stretches:
    """Tables of an airspace by drone type and stretch; what is computed is kept."""

    def __init__(self, legs: Legs) -> None:
        self.legs = legs
        self._kept: dict[tuple[str, int], StretchLegs] = {}
        # What no hours of sites change is kept with the arcs.
        self._open: dict[tuple[str, int, frozenset[int]], StretchLegs] = legs.arcs.kept["stretches"]
        lanes = legs.airspace.blocks.lanes
        self._blocks = [legs.airspace.blocks.position[site] for site in legs.site_ids]
        grounds = [legs.airspace.network.sites[site].ground_amsl_m for site in legs.site_ids]
        heights = [lanes[lane].height_amsl_m for lane in legs.arcs.lane_ids]
        self._height_m = np.array([*heights, *grounds, *[_DEEP_M] * len(grounds)])
        self._sides = {
            side: np.array(
                [
                    at
                    for at, site in enumerate(legs.site_ids)
                    if legs.airspace.network.side_of(site) == side
                ],
                dtype=np.int64,
            )
            for side in legs.arcs.inbound
        }

    def of(self, kind: DroneType, step: int) -> StretchLegs:
        """Return the tables of a type in the stretch that begins at `Legs.steps[step]`."""
        key = (kind.id, step)
        if key not in self._kept:
            legs = self.legs
            closed = legs.closed(step)
            found = self.open(kind, step)
            shut = [at for at, block in enumerate(self._blocks) if block in closed]
            seconds = found.seconds.copy()
            seconds[shut] = seconds[:, shut] = np.inf
            self._kept[key] = StretchLegs(kind, seconds, found.climbed_m)
        return self._kept[key]

    def open(self, kind: DroneType, step: int) -> StretchLegs:
        """Return the tables as if all sites were open in the stretch."""
        legs = self.legs
        epoch = legs.airspace.epoch(legs.steps[step])
        key = kind.id, epoch, legs.arcs.passed(legs.closed(step))
        if key not in self._open:
            self._open[key] = self._tables(kind, *key[1:])
        return self._open[key]

    def _tables(self, kind: DroneType, epoch: int, closed: frozenset[int]) -> StretchLegs:
        count, lanes = len(self.legs.site_ids), len(self.legs.arcs.lane_ids)
        seconds = np.full((count, count), np.inf)
        climbed_m = np.zeros((count, count))
        into = lanes + count + np.arange(count)
        for side, sites in self._sides.items():
            static = self.legs.arcs.static(kind, epoch, closed, side)
            seconds[sites] = static.seconds[np.ix_(sites, into)]
            climbed_m[sites] = self._climbed_m(static.before[sites], lanes + sites, into)
        return StretchLegs(kind, seconds, climbed_m)

    def _climbed_m(self, before: npt.NDArray[np.int32], leave: Ints, into: Ints) -> Floats:
        """Walk all trees back from their ends at once, adding up what each step climbs."""
        head = np.broadcast_to(into, (len(leave), len(into))).astype(np.int64)
        climbed_m = np.zeros(head.shape)
        row = np.arange(len(leave))[:, None]
        while True:
            tail = before[row, head].astype(np.int64)
            going = tail >= 0
            if not going.any():
                return climbed_m
            rise_m = self._height_m[head] - self._height_m[np.where(going, tail, head)]
            first = tail == leave[:, None]
            climbed_m += np.where(going, np.where(first, rise_m, np.maximum(0.0, rise_m)), 0.0)
            head = np.where(going, tail, head)
