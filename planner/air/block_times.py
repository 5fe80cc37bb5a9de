"""How long a drone takes over each block while the wind stays as it is (docs/model.md).

Over places the seconds are functions of the change of height and of those over the 40 m before and
after, each a number or an array, for one lane or for all.
"""

import math
from functools import cached_property
from typing import NamedTuple, TypeVar

import numpy as np

from geodata.features import Waypoint
from planner.air.airspace import Airspace
from planner.arrays import Flags, Floats, Ints
from planner.request.fleet import DroneType

Value = TypeVar("Value", float, Floats)
"""A number, or one for each of many places."""

MIN_GROUND_SPEED_M_S = 1.0


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


class _Pieces(NamedTuple):
    """The straight pieces of all lanes: each stretch's, of each lane in turn.

    A lane's stretches are its first 40 m, its blocks and its last 40 m; those of lane n are
    `first[n]` to `first[n + 1] - 1`. `block` tells which are blocks.
    """

    length_m: Floats
    course_rad: list[float]
    stretch: Ints
    lane: Ints
    first: Ints
    block: Flags


class _Wind(NamedTuple):
    """A wind over all pieces, m/s: across the course, and that squared, and against it.

    `speed_m_s` is by lane.
    """

    across_m_s: Floats
    squared: Floats
    along_m_s: Floats
    speed_m_s: Floats


class LanesS(NamedTuple):
    """The seconds over all lanes in the order of `Blocks.lanes`: over the first 40 m, and the last.

    Those over the blocks of lane n are `block_s[first[n]:first[n + 1]]`.
    """

    out_s: Floats
    in_s: Floats
    block_s: Floats
    first: Ints


class BlockTimes:
    """Seconds over blocks by drone type and wind step; inf where the wind forbids to fly.

    They are found for all lanes at once.
    """

    def __init__(self, airspace: Airspace) -> None:
        self.airspace = airspace
        self._lane_at = {lane: at for at, lane in enumerate(airspace.blocks.lanes)}
        self._winds: dict[int, _Wind] = {}
        self._all: dict[tuple[str, int], LanesS] = {}
        self._lane_s: dict[tuple[str, str, int], tuple[float, ...]] = {}
        self._ends_s: dict[tuple[str, int], dict[str, tuple[float, float]]] = {}

    def lanes_s(self, kind: DroneType, epoch: int) -> LanesS:
        """Return the seconds over all lanes in the wind of a step."""
        key = kind.id, epoch
        if key not in self._all:
            pieces, first = self._pieces, self._pieces.first
            each_s = self._stretches_s(kind, epoch)
            # Between the blocks of two lanes there are the ends of both.
            before = first - 2 * np.arange(len(first))
            self._all[key] = LanesS(
                each_s[first[:-1]], each_s[first[1:] - 1], each_s[pieces.block], before
            )
        return self._all[key]

    def lane_s(self, kind: DroneType, lane: str, epoch: int) -> tuple[float, ...]:
        """Return the seconds of each block of a lane in the wind of a step."""
        key = (kind.id, lane, epoch)
        if key not in self._lane_s:
            every, at = self.lanes_s(kind, epoch), self._lane_at[lane]
            self._lane_s[key] = tuple(every.block_s[every.first[at] : every.first[at + 1]].tolist())
        return self._lane_s[key]

    def _stretches_s(self, kind: DroneType, epoch: int) -> Floats:
        """Return the seconds over each stretch, by the wind triangle."""
        if epoch not in self._winds:
            self._winds[epoch] = self._wind(epoch)
        pieces, wind = self._pieces, self._winds[epoch]
        held = np.abs(wind.across_m_s) < kind.airspeed_m_s
        left = np.where(held, kind.airspeed_m_s**2 - wind.squared, 0.0)
        ground_m_s = np.sqrt(left) - wind.along_m_s
        gains = held & (ground_m_s >= MIN_GROUND_SPEED_M_S)
        piece_s = np.where(gains, pieces.length_m / np.where(gains, ground_m_s, 1.0), np.inf)
        found: Floats = np.zeros(int(pieces.first[-1]))
        np.add.at(found, pieces.stretch, piece_s)
        forbidden = wind.speed_m_s >= kind.wind_limit_m_s
        found[np.repeat(forbidden, np.diff(pieces.first))] = np.inf
        return found

    def _wind(self, epoch: int) -> _Wind:
        """Return the wind of a step over all pieces."""
        lanes, pieces = self.airspace.blocks.lanes.values(), self._pieces
        winds = [self.airspace.wind(cut.height_amsl_m, epoch) for cut in lanes]
        met = [(*winds[at], pieces.course_rad[n]) for n, at in enumerate(pieces.lane.tolist())]
        across_m_s = [speed * math.sin(wind_from - course) for speed, wind_from, course in met]
        return _Wind(
            np.array(across_m_s),
            # One by one, as they were found: an array's squares differ in the last digit.
            np.array([each**2 for each in across_m_s]),
            np.array([speed * math.cos(wind_from - course) for speed, wind_from, course in met]),
            np.array([speed for speed, _ in winds]),
        )

    @cached_property
    def _pieces(self) -> _Pieces:
        blocks = self.airspace.blocks
        lanes = [
            [cut.head, *(blocks.all[at].pieces for at in cut.blocks), cut.tail]
            for cut in blocks.lanes.values()
        ]
        sizes: Ints = np.array([len(stretches) for stretches in lanes], dtype=np.int64)
        first = np.cumsum([0, *sizes])
        every = [pieces for stretches in lanes for pieces in stretches]
        counts: Ints = np.array([len(pieces) for pieces in every], dtype=np.int64)
        block = np.ones(len(every), dtype=bool)
        block[first[:-1]] = block[first[1:] - 1] = False
        return _Pieces(
            np.array([piece.length_m for pieces in every for piece in pieces]),
            [piece.course_rad for pieces in every for piece in pieces],
            np.repeat(np.arange(len(every)), counts),
            np.repeat(np.repeat(np.arange(len(lanes)), sizes), counts),
            first,
            block,
        )

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
        key = kind.id, epoch
        if key not in self._ends_s:
            every = self.lanes_s(kind, epoch)
            ends = zip(every.out_s.tolist(), every.in_s.tolist(), strict=True)
            self._ends_s[key] = dict(zip(self._lane_at, ends, strict=True))
        return self._ends_s[key][lane]

    def ground_m(self, place_block: int) -> float:
        """Return the height of the pads of a site, given as its block, m AMSL."""
        place = self.airspace.network.places[self.airspace.blocks.all[place_block].place or ""]
        assert not isinstance(place, Waypoint)
        return place.ground_amsl_m
