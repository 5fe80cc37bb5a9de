"""Least times between sites by slot of the day, as arrays: lower bounds for whole sorties."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from planner.air.arrivals import fill_legs, moves_of, room_for
from planner.arrays import Floats, Ints, Singles
from planner.compiled import compiled, spread
from planner.day.instance import Instance
from planner.day.stops import landing_with_stops, leg_with_stops, with_stops
from planner.request.fleet import DroneType
from planner.rules.customs import OTHER

SLOT_S, LARGE_SLOT_S, MOST_CLOSE = 10, 30, 400
"""Slots of take-offs by which legs are known, s: on days of up to so many jobs, and of more."""

PART_S = 5
"""Take-offs so far apart are flown where a leg meets a change of wind or closures, s."""

_ROUNDING_S = 0.01
"""More than single precision adds to the seconds of a leg, and sums of reals to a landing's."""


class Tables(NamedTuple):
    """Least leg times of one drone type by slots of `slot_s` seconds, the first numbered `first`.

    `times` [slot, from, to] are seconds from site to site, a site to itself 0, inf where there is
    no leg: first, from the slot's start to the earliest landing of all that take off from then on;
    second, the same for the next slot; then the least of a leg that takes off within some windows
    of a second of the slot; at last that of one that takes off at any time from the slot on.
    `climb_m` [from, to], `diversion_s` and `diversion_climb_m` [site] hold at any time: no
    diversion takes less.
    """

    slot_s: int
    first: int
    times: Singles
    climb_m: Floats
    diversion_s: Floats
    diversion_climb_m: Floats


class Legs(NamedTuple):
    """Least legs of one drone type by slots: those that take off within, and earliest landings."""

    slot_s: int
    first: int
    leg: Floats
    arrive: Floats
    climb_m: Floats
    diversion_s: Floats
    diversion_climb_m: Floats

    def merged(self, slot_s: int) -> "Legs":
        """Return the same by longer slots, which must be whole ones of those here."""
        count = slot_s // self.slot_s
        assert self.first % count == 0
        assert len(self.leg) % count == 0
        leg = self.leg.reshape(-1, count, *self.leg.shape[1:]).min(axis=1)
        return self._replace(
            slot_s=slot_s, first=self.first // count, leg=leg, arrive=self.arrive[::count]
        )

    def tables(self, windows_s: Sequence[int], workers: int) -> Tables:
        """Return the tables for some windows, the shortest first."""
        slots, sites, _ = self.leg.shape
        times = np.empty((slots, sites, sites, len(windows_s) + 3), dtype=np.float32)
        counts = np.array([-(-each // self.slot_s) + 1 for each in windows_s], dtype=np.int64)

        def fill(begin: int, end: int) -> None:
            within = np.empty((slots, sites), dtype=np.float32)
            _fill_times(
                begin, end, self.leg, self.arrive, self.first, self.slot_s, counts, within, times
            )

        spread(fill, sites, workers, 1)
        return Tables(
            self.slot_s,
            self.first,
            times,
            self.climb_m,
            self.diversion_s,
            self.diversion_climb_m,
        )

    def over_stops(self, workers: int) -> "Legs":
        """Return legs of which none takes less, or lands before, for a stop on the way."""
        return self._replace(
            leg=leg_with_stops(self.leg, workers),
            arrive=landing_with_stops(self.arrive, self.first, self.slot_s),
            climb_m=with_stops(self.climb_m),
        )

    def timeless(self) -> Tables:
        """Return one slot with the least of the day, stops on the way or not.

        So to leave out a stop never makes legs or climbs longer.
        """
        leg = _single(with_stops(self.leg.min(axis=0)))
        none, never = np.zeros_like(leg), np.full_like(leg, np.inf)
        return Tables(
            10**9,
            0,
            np.stack([none, never, leg], axis=-1)[None],
            with_stops(self.climb_m),
            self.diversion_s,
            self.diversion_climb_m,
        )


def slot_s(instance: Instance) -> int:
    """Return the width of the slots by which the legs of a day are known, s."""
    return SLOT_S if len(instance.jobs) <= MOST_CLOSE else LARGE_SLOT_S


def legs_of(
    instance: Instance, kind: DroneType, slot_s: int, hours_s: tuple[int, int], workers: int
) -> Legs:
    """Return the least legs of a type in the slots of some hours of the day, s.

    They are kept with the legs that they are made of, for other parts of the day.
    """
    kept, key = instance.legs.kept, ("least", kind.id, slot_s, hours_s)
    if key not in kept:
        kept[key] = _least_legs(instance, kind, slot_s, hours_s, workers)
    found: Legs = kept[key]
    return found


def _least_legs(
    instance: Instance, kind: DroneType, slot_s: int, hours_s: tuple[int, int], workers: int
) -> Legs:
    legs, network = instance.legs, instance.network
    first, last = hours_s[0] // slot_s, -(-hours_s[1] // slot_s)
    sites = len(legs.site_ids)
    # Every site is an origin of one side.
    leg, arrive = np.empty((2, last - first, sites, sites))
    for side in OTHER:
        moves = moves_of(legs, kind, side)
        origins = np.array(
            [at for at, site in enumerate(legs.site_ids) if network.side_of(site) == side],
            dtype=np.int64,
        )

        def fill(begin: int, end: int, origins: Ints = origins, moves: Any = moves) -> None:
            fill_legs(
                origins[begin:end], len(legs.arcs.lane_ids), first * slot_s, slot_s, PART_S,
                moves.slope, moves.locked, moves.arrays, room_for(moves), leg, arrive,
            )  # fmt: skip

        spread(fill, len(origins), workers, 1)
    diversions = [instance.diversions.least(kind, site) for site in legs.site_ids]
    return Legs(
        slot_s,
        first,
        leg,
        arrive,
        legs.arcs.least_climb_m,
        np.array([each[0] for each in diversions]),
        np.array([each[1] for each in diversions]),
    )


@compiled
def _fill_times(begin, end, leg, arrive, first, slot_s, counts, within, times):  # type: ignore[no-untyped-def]
    """Fill in the times from some sites, as of `Tables`, for windows of so many slots.

    `within` [slot, site] is room.
    """
    slots, sites, last = len(leg), leg.shape[1], times.shape[3] - 1
    for origin in range(begin, end):
        for slot in range(slots):
            begin_s = (first + slot) * slot_s
            for site in range(sites):
                # Drones land at whole seconds.
                landing_s = np.ceil(arrive[slot, origin, site] - _ROUNDING_S)
                times[slot, origin, site, 0] = landing_s - begin_s
                times[slot, origin, site, 1] = np.inf
                if slot:
                    times[slot - 1, origin, site, 1] = landing_s - begin_s + slot_s
                within[slot, site] = max(0.0, leg[slot, origin, site] - _ROUNDING_S)
        for slot in range(slots - 1, -1, -1):
            for site in range(sites):
                least = within[slot, site]
                if slot + 1 < slots:
                    least = min(least, times[slot + 1, origin, site, last])
                times[slot, origin, site, last] = least
        reach = 1
        for number in range(len(counts)):
            # The least over twice as many slots, until they are enough.
            while reach < min(counts[number], slots):
                shift = min(reach, counts[number] - reach)
                for slot in range(slots - shift):
                    for site in range(sites):
                        within[slot, site] = min(within[slot, site], within[slot + shift, site])
                reach += shift
            for slot in range(slots):
                for site in range(sites):
                    times[slot, origin, site, 2 + number] = within[slot, site]


def _single(seconds: Floats) -> Singles:
    """Return seconds in single precision, none of them more than it was."""
    return np.maximum(0.0, seconds - _ROUNDING_S).astype(np.float32)
