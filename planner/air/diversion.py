"""Where a drone goes that cannot stay where it lands: what the reserve has to be enough for.

Of the other sites that take diversions and are open when it lands, the nearest by time in calm
air; the drone has the battery and the load that it has landed with.
"""

import math
from typing import NamedTuple

from geodata.schedule import ALWAYS, Intervals, contains
from planner.air.legs import Legs
from planner.energy import leg_energy_wh
from planner.request.fleet import DroneType


class _Taker(NamedTuple):
    """A site that takes diversions, and the seconds in the air to get there."""

    airborne_s: float
    site: str


class Diversions:
    """Diversions from the sites of an airspace by drone type; what is computed is kept."""

    def __init__(self, legs: Legs) -> None:
        self._legs = legs
        self._hours: dict[str, Intervals] = {}

    def energy_wh(self, kind: DroneType, site: str, payload_kg: float, landing_s: int) -> float:
        """Return the energy of the diversion from a site; inf if none takes it.

        A site is open if it is so in the second at whose end, `landing_s` of the day, the drone
        lands.
        """
        seconds, climbed_m = self.nearest(kind, site, landing_s)
        return leg_energy_wh(kind, payload_kg, seconds, climbed_m)

    def nearest(self, kind: DroneType, site: str, landing_s: int) -> tuple[float, float]:
        """Return the seconds and the metres climbed of that diversion; inf seconds if none."""
        for taker in self._takers(kind, site):
            if contains(self._open(taker.site), landing_s - 1, landing_s):
                return taker.airborne_s, self._climbed_m(kind, site, taker.site)
        return math.inf, 0.0

    def least(self, kind: DroneType, site: str) -> tuple[float, float]:
        """Return the least seconds and the least metres climbed of the day's diversions.

        No diversion from the site takes less of either, whenever it is; inf seconds if there is
        none.
        """
        takers = [taker for taker in self._takers(kind, site) if self._open(taker.site)]
        seconds = min((taker.airborne_s for taker in takers), default=math.inf)
        climbed_m = (self._climbed_m(kind, site, taker.site) for taker in takers)
        return seconds, min(climbed_m, default=0.0)

    def deciding(self, kind: DroneType, site: str, moving: frozenset[str]) -> frozenset[str]:
        """Return which of some sites decide by their hours where a drone diverts to from a site.

        Those beyond the nearest that is open all day, whatever the hours of the `moving`, do not.
        """
        found = set[str]()
        for taker in self._takers(kind, site):
            if taker.site in moving:
                found.add(taker.site)
            elif self._open(taker.site) == ALWAYS:
                break
        return frozenset(found)

    def _takers(self, kind: DroneType, site: str) -> tuple[_Taker, ...]:
        """Return the sites that take diversions from a site, the nearest first.

        No hours change them.
        """
        key, kept = (kind.id, site), self._legs.arcs.kept["takers"]
        if key not in kept:
            legs, sites = self._legs, self._legs.airspace.network.sites
            found = [
                _Taker(legs.calm_s(kind, site, other), other)
                for other in legs.site_ids
                if other != site and sites[other].diversion and site in legs.row
            ]
            kept[key] = tuple(sorted(each for each in found if math.isfinite(each.airborne_s)))
        takers: tuple[_Taker, ...] = kept[key]
        return takers

    def _climbed_m(self, kind: DroneType, site: str, other: str) -> float:
        """Return the metres climbed on the way from a site to one that takes its diversions."""
        key, kept = (kind.id, site, other), self._legs.arcs.kept["climbed"]
        if key not in kept:
            chain = self._legs.calm_chain(kind, site, other)
            assert chain is not None
            kept[key] = chain.climbed_m
        climbed_m: float = kept[key]
        return climbed_m

    def _open(self, site: str) -> Intervals:
        """Return when a site is open."""
        if site not in self._hours:
            airspace = self._legs.airspace
            self._hours[site] = airspace.calendar.intervals(airspace.network.sites[site].hours)
        return self._hours[site]
