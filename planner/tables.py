"""Least times between sites by slot of the day, as arrays: lower bounds for whole sorties."""

import numpy as np
import numpy.typing as npt

from geodata.schedule import DAY_S
from planner.instance import Instance, Job
from planner.request import DroneType

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

SLOT_S = 300
SLOTS = DAY_S // SLOT_S
LEG_MAX_S = 900
"""No leg within one network lasts longer; used only to look far enough ahead for changes."""

SECOND_LEG_SLOTS, THIRD_LEG_SLOTS = 9, 18
"""A crossing's second and third leg take off within these slots after its first."""

Profile = tuple[str, tuple[tuple[str, int], ...]]
"""How customs sees a job: side of origin, and service seconds by checkpoint that may clear it."""


class Tables:
    """Least leg and crossing times of one drone type.

    Arrays are indexed [slot of departure, from site, to site] in seconds; a site to itself is 0;
    slot `SLOTS` stands for any time of day. Each value is the least over all departures in the
    slot and whatever changes under way, so it is never above the true time.
    """

    def __init__(self, instance: Instance, kind: DroneType) -> None:
        self._instance = instance
        self.sites = instance.legs.site_ids
        self.leg = self._with_any(self._legs(kind))
        self.second_leg = self._ahead(SECOND_LEG_SLOTS)
        self.third_leg = self._ahead(THIRD_LEG_SLOTS)
        self.climb_m = instance.legs.least_climb_m
        diversions = [instance.legs.diversion(kind, site) for site in self.sites]
        self.diversion_s = np.array([each[0] for each in diversions])
        self.diversion_climb_m = np.array([each[1] for each in diversions])
        self._crossings: dict[tuple[Profile, ...], tuple[Floats, Floats, Floats]] = {}

    def _legs(self, kind: DroneType) -> Floats:
        """Return the least leg times of each slot."""
        legs = self._instance.legs
        size, steps = len(self.sites), np.array(legs.steps)
        exact = np.empty((len(steps) - 1, size, size))
        into = [legs.in_vertex[site] for site in self.sites]
        for step in range(len(exact)):
            for at, site in enumerate(self.sites):
                static = legs.static(kind, step, self._instance.network.side_of(site))
                exact[step, at] = static.seconds[legs.out_vertex[site]][into]
                exact[step, at, at] = 0.0
        found = np.empty((SLOTS, size, size))
        for slot in range(SLOTS):
            begin, end = slot * SLOT_S, (slot + 1) * SLOT_S
            first = int(np.searchsorted(steps, begin, "right")) - 1
            last = int(np.searchsorted(steps, end, "left"))
            beyond = int(np.searchsorted(steps, end + LEG_MAX_S, "left"))
            least = exact[first:last].min(axis=0)
            wider = exact[first:beyond].min(axis=0)
            inside = end + least <= steps[min(last, len(steps) - 1)]
            found[slot] = np.where(inside, least, wider)
        return found

    def _ahead(self, slots: int) -> Floats:
        """Return the least leg times over a slot and the ones after it."""
        found = self.leg[:SLOTS].copy()
        for shift in range(1, slots):
            np.minimum(found[:-shift], self.leg[shift:SLOTS], out=found[:-shift])
        return found

    @staticmethod
    def _with_any(table: Floats) -> Floats:
        return np.concatenate((table, table.min(axis=0)[None]))

    def crossing(self, profiles: tuple[Profile, ...]) -> tuple[Floats, Floats, Floats]:
        """Return what bringing jobs over the boundary takes, through the checkpoints they need.

        Least seconds with clearances, by slot and sites; least seconds in the air and least metres
        climbed, by sites. `profiles` are those of the jobs aboard, sorted; inf where no
        checkpoints serve them all.
        """
        if profiles not in self._crossings:
            self._crossings[profiles] = self._crossing(profiles)
        return self._crossings[profiles]

    def _crossing(self, profiles: tuple[Profile, ...]) -> tuple[Floats, Floats, Floats]:
        shape = self.leg[:SLOTS].shape
        best = np.full(shape, np.inf)
        air, climb = np.full(shape[1:], np.inf), np.full(shape[1:], np.inf)
        origin = profiles[0][0]
        services = [dict(profile[1]) for profile in profiles]
        common = sorted(set.intersection(*(set(each) for each in services)))
        total = {each: float(sum(service[each] for service in services)) for each in common}
        at = {site: number for number, site in enumerate(self.sites)}
        facilities = [self._instance.network.checkpoints[each] for each in common if each in at]
        any_leg = self.leg[SLOTS]
        for out in facilities:
            one = at[out.id]
            first = self.leg[:SLOTS, :, one] + total[out.id]
            if out.joint:
                way = first[:, :, None] + self.second_leg[:, one, :][:, None, :]
                np.minimum(best, way, out=best)
                np.minimum(air, any_leg[:, one][:, None] + any_leg[one][None], out=air)
                climbed = self.climb_m[:, one][:, None] + self.climb_m[one][None]
                np.minimum(climb, climbed, out=climb)
                continue
            if out.side != origin:
                continue
            for into in facilities:
                if into.joint or into.side == origin:
                    continue
                two = at[into.id]
                between = self.second_leg[:, one, two] + total[into.id]
                way = (first + between[:, None])[:, :, None] + self.third_leg[:, two][:, None]
                np.minimum(best, way, out=best)
                flown = any_leg[:, one][:, None] + any_leg[one, two] + any_leg[two][None]
                np.minimum(air, flown, out=air)
                up = (
                    self.climb_m[:, one][:, None] + self.climb_m[one, two] + self.climb_m[two][None]
                )
                np.minimum(climb, up, out=climb)
        return self._with_any(best), air, climb


def profile(job: Job) -> Profile:
    """Return how customs sees a job."""
    services = tuple((each.checkpoint, each.service_s) for _, each in sorted(job.clearings.items()))
    return job.origin_side, services
