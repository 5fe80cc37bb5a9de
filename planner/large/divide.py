"""A large day divided into parts by time and place: each has orders, and drones for some hours.

Orders are cut by the middle of their windows, drones into groups of neighbouring bases. The hours
of the parts of a turn do not overlap, so what they plan for a drone fits together. The next turn
cuts in the middle of these hours and across these groups.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from geodata.schedule import DAY_S
from planner.arrays import Floats, Ints
from planner.day.instance import Instance

LEAST_HOURS_S = 5400
"""Length of a part's hours on average at least, s: several sorties, most orders' windows."""

LEAST_DRONES = 6
"""Drones of a part on average at least."""


@dataclass(frozen=True, slots=True)
class Part:
    """Jobs, and drones that are free for them from `since_s` until `until_s`, s of the day."""

    jobs: tuple[int, ...]
    drones: tuple[str, ...]
    since_s: int
    until_s: int


class Division:
    """A day that is divided into parts of about `size` jobs, in other ways turn by turn."""

    def __init__(self, instance: Instance, size: int) -> None:
        self._instance = instance
        jobs = instance.jobs
        middle_s = [(job.ready_s + job.due_s) // 2 for job in jobs]
        # A box has the middle, and the drones nearest, of its first order.
        self._middle_s: Ints = np.array([middle_s[unit[0]] for unit in instance.units])
        self._served = np.flatnonzero(np.isfinite(self._detour_m).any(axis=0))
        parts = max(1, math.ceil(len(self._served) / size))
        middles = self._middle_s[self._served]
        span_s = int(np.ptp(middles)) if len(middles) else 0
        self._spells = max(1, min(parts, span_s // LEAST_HOURS_S))
        drones = sum(len(squad.drones) for squad in instance.at_own_cruise)
        self._groups = max(1, min(math.ceil(parts / self._spells), drones // LEAST_DRONES))

    def parts(self, turn: int) -> list[Part]:
        """Return the parts of a turn, by time and group; some may have no jobs."""
        groups = self._grouped(turn)
        nearest = self._nearest(groups)
        found = []
        for since_s, until_s in self._hours(turn):
            within = (self._middle_s >= since_s) & (self._middle_s < until_s)
            for number, drones in enumerate(groups):
                jobs = self._served[(within & (nearest == number))[self._served]]
                found.append(Part(tuple(jobs.tolist()), drones, since_s, until_s))
        return found

    def _hours(self, turn: int) -> Iterator[tuple[int, int]]:
        """Yield from and until when parts last: about as many jobs in each, the day in whole."""
        shares = (np.arange(self._spells) + (0.5 if turn % 2 else 0.0)) / self._spells
        middles = self._middle_s[self._served] if len(self._served) else np.zeros(1)
        cuts = np.quantile(middles, shares[0 if turn % 2 else 1 :])
        inner = sorted({int(each) for each in cuts})
        yield from zip([0, *inner], [*inner, DAY_S], strict=True)

    def _grouped(self, turn: int) -> list[tuple[str, ...]]:
        """Return the drones in groups of about one size, cut at their bases east and north."""
        at = self._instance.network.metric
        drones = [
            (at[squad.base].x, at[squad.base].y, drone)
            for squad in self._instance.at_own_cruise
            for drone in squad.drones
        ]

        def cut(some: list[tuple[float, float, str]], count: int, axis: int) -> Iterator[list[str]]:
            if count == 1:
                yield sorted(drone for _, _, drone in some)
                return
            ordered = sorted(some, key=lambda each: (each[axis], each[2]))
            here = len(ordered) * (count // 2) // count
            yield from cut(ordered[:here], count // 2, 1 - axis)
            yield from cut(ordered[here:], count - count // 2, 1 - axis)

        return [tuple(each) for each in cut(drones, self._groups, turn // 2 % 2)]

    @cached_property
    def _detour_m(self) -> Floats:
        """Metres from base to origin, from destination to base, [flock, job]; inf: no carrier."""
        instance, at = self._instance, self._instance.network.metric
        places = {
            place for job in instance.jobs for place in (job.order.origin, job.order.destination)
        }
        flocks = instance.at_own_cruise
        found = np.full((len(flocks), len(instance.jobs)), np.inf)
        for number, squad in enumerate(flocks):
            away_m = {place: at[squad.base].distance(at[place]) for place in places}
            for job, each in enumerate(instance.jobs):
                if instance.fits(squad, each):
                    found[number, job] = away_m[each.order.origin] + away_m[each.order.destination]
        return found

    def _nearest(self, groups: list[tuple[str, ...]]) -> Ints:
        """Return the group with the drone that serves each job with the least detour."""
        of = {drone: number for number, drones in enumerate(groups) for drone in drones}
        least = np.full((len(groups), len(self._instance.jobs)), np.inf)
        for number, squad in enumerate(self._instance.at_own_cruise):
            for group in {of[drone] for drone in squad.drones}:
                np.minimum(least[group], self._detour_m[number], out=least[group])
        first = [unit[0] for unit in self._instance.units]
        found: Ints = least.argmin(axis=0)[first]
        return found
