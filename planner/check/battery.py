"""The battery at every landing: the reserve, and the energy of a diversion from there."""

import heapq
import math
from collections.abc import Iterator

from geodata.schedule import overlaps
from planner.check.airspace import NODE_RADIUS_M
from planner.check.day import Day
from planner.check.flight import Flight
from planner.check.legs import energy_wh, payload_kg
from planner.check.sortie import Flown
from planner.check.violation import Violation
from planner.energy import leg_energy_wh
from planner.request.fleet import DroneType

_ROUNDING_WH = 0.01
_TOUCH_S = 1e-6


class Diversions:
    """Flights from a site to others that take diversions and are open, in calm air."""

    def __init__(self, day: Day) -> None:
        self._day = day
        self._nearest: dict[tuple[str, str], list[tuple[str, ...]]] = {}
        self._further: dict[tuple[str, str], Iterator[tuple[str, ...]]] = {}
        self._flights: dict[tuple[str, tuple[str, ...]], Flight] = {}
        lanes = day.network.lanes
        self._inside_m: dict[str, float] = {
            lane_id: day.network.lane_line(lane_id).length - 2 * NODE_RADIUS_M for lane_id in lanes
        }
        self._crossing = frozenset(
            lane_id
            for lane_id, (corridor, _) in lanes.items()
            if corridor.start_side != corridor.end_side
        )

    def energy_wh(self, kind: DroneType, site_id: str, load_kg: float, landed_s: int) -> float:
        """Return the energy to the site nearest by time that is open; infinity if there is none.

        It is open if it is so in the second before `landed_s`, in which the drone comes down.
        """
        network = self._day.network
        for lanes in self._by_time(kind, site_id):
            _, end = network.lane_ends(lanes[-1])
            if overlaps(self._day.windows(network.sites[end].hours), landed_s - 1, landed_s):
                flight = self._flight(kind, lanes)
                return leg_energy_wh(kind, load_kg, flight.airborne_s, flight.climbed_m)
        return math.inf

    def _by_time(self, kind: DroneType, site_id: str) -> Iterator[tuple[str, ...]]:
        """Yield what `_search` does, searched no further than was asked for."""
        key = kind.id, site_id
        if key not in self._nearest:
            self._nearest[key], self._further[key] = [], self._search(kind, site_id)
        found = self._nearest[key]
        yield from found
        for lanes in self._further[key]:
            found.append(lanes)
            yield lanes

    def _flight(self, kind: DroneType, lanes: tuple[str, ...]) -> Flight:
        """Return a leg flown in calm air, the same at any time."""
        key = kind.id, lanes
        if key not in self._flights:
            self._flights[key] = self._day.calm_flyer.fly(kind, lanes, 0)
        return self._flights[key]

    def _search(self, kind: DroneType, site_id: str) -> Iterator[tuple[str, ...]]:
        """Yield the lanes of the quickest leg to each other site that takes diversions, by time.

        Labels are chains of lanes with the time at which the last lane's blocks are left, so the
        time over a waypoint, which depends on both lanes, is that of the step between two labels.
        Chains that have crossed the boundary are told from those that have not: a leg crosses it
        once at most.
        """
        network, airspace = self._day.network, self._day.airspace
        heap: list[tuple[float, bool, tuple[str, ...]]] = []
        for lane_id in airspace.lanes_from.get(site_id, []):
            height = network.lanes[lane_id][1].height_amsl_m
            up_s = (height - network.sites[site_id].ground_amsl_m) / kind.climb_m_s
            off_s = kind.takeoff_s + up_s + NODE_RADIUS_M / kind.airspeed_m_s
            heapq.heappush(heap, (off_s + self._inside_s(kind, lane_id), False, (lane_id,)))
        passed: set[tuple[str, bool]] = set()
        reached: set[str] = set()
        while heap:
            time_s, landed, lanes = heapq.heappop(heap)
            end = network.lane_ends(lanes[-1])[1]
            if landed and end not in reached:
                reached.add(end)
                yield lanes
            if landed:
                continue
            crossed = not self._crossing.isdisjoint(lanes)
            if (lanes[-1], crossed) in passed:
                continue
            passed.add((lanes[-1], crossed))
            height = network.lanes[lanes[-1]][1].height_amsl_m
            site = network.sites.get(end)
            if site is not None:
                if site.diversion and end != site_id:
                    down_s = (height - site.ground_amsl_m) / kind.descent_m_s + kind.landing_s
                    total_s = time_s + NODE_RADIUS_M / kind.airspeed_m_s + down_s
                    heapq.heappush(heap, (total_s, True, lanes))
                continue
            for then in airspace.lanes_from.get(end, []):
                if crossed and then in self._crossing:
                    continue
                change_m = network.lanes[then][1].height_amsl_m - height
                rate_m_s = kind.climb_m_s if change_m > 0 else kind.descent_m_s
                turn_s = max(2 * NODE_RADIUS_M / kind.airspeed_m_s, abs(change_m) / rate_m_s)
                total_s = time_s + turn_s + self._inside_s(kind, then)
                heapq.heappush(heap, (total_s, False, (*lanes, then)))

    def _inside_s(self, kind: DroneType, lane_id: str) -> float:
        """Return the seconds inside a lane's blocks in calm air."""
        return self._inside_m[lane_id] / kind.airspeed_m_s


def check_battery(flown: Flown, day: Day, diversions: Diversions) -> Iterator[Violation]:
    """Yield breaches of ENERGY_RESERVE, up to the first leg that cannot be flown."""
    kind = flown.kind
    left_wh = kind.battery_wh
    for index, flight in enumerate(flown.flights):
        if flight.stalled_over is not None:
            return
        left_wh -= energy_wh(flown, index)
        site_id = flown.sortie.stops[index + 1].place
        landed_s = math.ceil(flight.passages[-1].exit_s - _TOUCH_S)
        away_wh = diversions.energy_wh(kind, site_id, payload_kg(flown, index), landed_s)
        needed_wh = day.rules.reserve_fraction * kind.battery_wh + away_wh
        if left_wh < needed_wh - _ROUNDING_WH:
            yield Violation(
                "ENERGY_RESERVE",
                flown.leg_place(index),
                "too little energy is left at landing for the reserve and a diversion",
                f"{left_wh:.2f} Wh",
                f"{needed_wh:.2f} Wh",
            )
