"""How long a drone takes over each block while the wind stays as it is (docs/model.md)."""

from geodata.features import Waypoint
from planner.airspace import Airspace
from planner.request import DroneType


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
        """Return the seconds over the origin: hover, climb, first 40 m."""
        cut = self.airspace.blocks.lanes[lane]
        climb_m = cut.height_amsl_m - self.ground_m(cut.start)
        out, _ = self.ends_s(kind, lane, epoch)
        return kind.takeoff_s + climb_m / kind.climb_m_s + out

    def destination_s(self, kind: DroneType, lane: str, epoch: int) -> float:
        """Return the seconds over the destination: last 40 m, descent, hover."""
        cut = self.airspace.blocks.lanes[lane]
        descent_m = cut.height_amsl_m - self.ground_m(cut.end)
        _, inward = self.ends_s(kind, lane, epoch)
        return inward + descent_m / kind.descent_m_s + kind.landing_s

    def waypoint_s(self, kind: DroneType, lane: str, following: str, epoch: int) -> float:
        """Return the seconds over a waypoint: 40 m in, 40 m out, or the change of height."""
        lanes = self.airspace.blocks.lanes
        _, inward = self.ends_s(kind, lane, epoch)
        out, _ = self.ends_s(kind, following, epoch)
        rise_m = lanes[following].height_amsl_m - lanes[lane].height_amsl_m
        return max(inward + out, rise_m / kind.climb_m_s, -rise_m / kind.descent_m_s)

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
