"""The squads nearest to what a sortie is to do."""

from collections.abc import Sequence

import numpy as np

from planner.instance import Instance
from planner.tables import Floats, Ints

NEAREST_SQUADS = 3
"""Squads that are compared where there is no time for all."""


class Nearest:
    """The squads of an instance, compared by how long they fly to a job's way and home from it."""

    def __init__(self, instance: Instance) -> None:
        self._instance, legs = instance, instance.legs
        self._kinds = {squad.kind.id: squad.kind for squad in instance.squads}
        of_kind = np.array([squad.kind.id for squad in instance.squads])
        self._of_kind = {kind: np.flatnonzero(of_kind == kind) for kind in self._kinds}
        self._base: Ints = np.array([legs.row[squad.base] for squad in instance.squads])
        self._first = [numbers[0] for numbers in instance.flocks]

    def squads(self, group: Sequence[int], most: int) -> list[tuple[int, int, int]]:
        """Return up to so many squads that may carry jobs, the nearest first.

        The drone loads the first job first and unloads the last one last. Each with when a drone is
        to start, s of the day, and what it flies there and home, s. The squads of a flock, which
        are the same drones, count as one.
        """
        instance = self._instance
        jobs = [instance.jobs[job] for job in group]
        origin, destination = jobs[0].order.origin, jobs[-1].order.destination
        ready_s = max(job.ready_s for job in jobs if job.order.origin == origin)
        there_s, home_s = (
            self._legs_s(place, ready_s, home)
            for place, home in ((origin, False), (destination, True))
        )
        away_s = there_s + home_s
        nearest_s = np.minimum.reduceat(away_s, self._first)
        found, flocks = list[tuple[int, int, int]](), 0
        for flock in np.argsort(nearest_s, kind="stable").tolist():
            if flocks == most or not np.isfinite(nearest_s[flock]):
                break
            if not all(instance.fits(instance.at_own_cruise[flock], job) for job in jobs):
                continue
            flocks += 1
            for number in instance.flocks[flock]:
                if np.isfinite(away_s[number]):
                    squad = instance.squads[number]
                    start_s = ready_s - min(int(there_s[number]), ready_s) - squad.kind.preflight_s
                    found.append((number, max(squad.from_s, start_s), int(away_s[number])))
        return found

    def _legs_s(self, place: str, at_s: int, home: bool) -> Floats:
        """Return the seconds from each squad's base to a place, or from there to the base."""
        legs, found = self._instance.legs, np.full(len(self._base), np.inf)
        if place not in legs.row:
            return found
        at = legs.row[place]
        for kind, squads in self._of_kind.items():
            seconds = legs.sites_s(self._kinds[kind], legs.step(at_s))
            bases = self._base[squads]
            found[squads] = seconds[at, bases] if home else seconds[bases, at]
        return found
