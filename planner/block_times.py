"""How long a drone takes over each block while the wind stays as it is (docs/model.md).

Over places the seconds are functions of the change of height and of those over the 40 m before and
after, each a number or an array, for one lane or for all.
"""

from typing import TypeVar

import numpy as np
import numpy.typing as npt

from geodata.features import Waypoint
from planner.airspace import Airspace
from planner.fleet import DroneType

Value = TypeVar("Value", float, npt.NDArray[np.float64])
"""A number, or one for each of many places."""


def over_origin_s(kind: DroneType, climb_m: Value, out_s: Value) -> Value:
    """Return the seconds over an origin: hover, climb, first 40 m."""
    return kind.takeoff_s + climb_m / kind.climb_m_s + out_s


def over_destination_s(kind: DroneType, inward_s: Value, descent_m: Value) -> Value:
    """Return the seconds over a destination: last 40 m, descent, hover."""
    return inward_s + descent_m / kind.descent_m_s + kind.landing_s


def over_waypoint_s(
    kind: DroneType, inward_s: Value, rise_m: Value, out_s: Value
) -> tuple[Value, Value, Value]:
    """Return the seconds of which the most are taken over a waypoint: 40 m in and out, up, down."""
    return inward_s + out_s, rise_m / kind.climb_m_s, -rise_m / kind.descent_m_s


class BlockTimes:
    """Seconds over blocks by drone type and wind step; inf where the wind forbids to fly."""

    def __init__(self, airspace: Airspace) -> None:
        self.airspace = airspace
        self._lane_s: dict[tuple[str, str, int], tuple[float, ...]] = {}
        self._ends_s: dict[tuple[str, str, int], tuple[float, float]] = {}

    def lane_s(self, kind: DroneType, lane: str, epoch: int) -> tuple[float, ...]:
        """Return the seconds of each block of a lane in the wind of a step."""
        key = (kind.id, lane, epoch)
        if key not in self._lane_s:
            cut = self.airspace.blocks.lanes[lane]
            self._lane_s[key] = tuple(
                self.airspace.flight_s(
                    kind, self.airspace.blocks.all[at].pieces, cut.height_amsl_m, epoch
                )
                for at in cut.blocks
            )
        return self._lane_s[key]

    def origin_s(self, kind: DroneType, lane: str, epoch: int) -> float:
        """Return the seconds over the origin of a lane."""
        cut = self.airspace.blocks.lanes[lane]
        climb_m = cut.height_amsl_m - self.ground_m(cut.start)
        out, _ = self.ends_s(kind, lane, epoch)
        return over_origin_s(kind, climb_m, out)

    def destination_s(self, kind: DroneType, lane: str, epoch: int) -> float:
        """Return the seconds over the destination of a lane."""
        cut = self.airspace.blocks.lanes[lane]
        descent_m = cut.height_amsl_m - self.ground_m(cut.end)
        _, inward = self.ends_s(kind, lane, epoch)
        return over_destination_s(kind, inward, descent_m)

    def waypoint_s(self, kind: DroneType, lane: str, following: str, epoch: int) -> float:
        """Return the seconds over the waypoint between a lane and the one that follows."""
        lanes = self.airspace.blocks.lanes
        _, inward = self.ends_s(kind, lane, epoch)
        out, _ = self.ends_s(kind, following, epoch)
        rise_m = lanes[following].height_amsl_m - lanes[lane].height_amsl_m
        return max(over_waypoint_s(kind, inward, rise_m, out))

    def ends_s(self, kind: DroneType, lane: str, epoch: int) -> tuple[float, float]:
        """Return the seconds over the first and the last 40 m of a lane."""
        key = (kind.id, lane, epoch)
        if key not in self._ends_s:
            cut, flight_s = self.airspace.blocks.lanes[lane], self.airspace.flight_s
            self._ends_s[key] = (
                flight_s(kind, cut.head, cut.height_amsl_m, epoch),
                flight_s(kind, cut.tail, cut.height_amsl_m, epoch),
            )
        return self._ends_s[key]

    def ground_m(self, place_block: int) -> float:
        """Return the height of the pads of a site, given as its block, m AMSL."""
        place = self.airspace.network.places[self.airspace.blocks.all[place_block].place or ""]
        assert not isinstance(place, Waypoint)
        return place.ground_amsl_m
