"""How a leg flies: the seconds at which it passes each block, with wind (docs/model.md)."""

import math
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import shapely

from planner.check.airspace import Airspace
from planner.request.fleet import DroneType
from planner.request.weather import Wind

LEAST_GROUND_SPEED_M_S = 1.0
ROUNDING_S = 1e-6
"""Two ways of adding the same seconds up differ by less than this."""

Pieces = tuple[tuple[float, float], ...]
"""Straight pieces of a line: length in m, course in radians clockwise from grid north."""


@dataclass(frozen=True, slots=True)
class Breeze:
    """Wind at one height and time: speed, and where it blows from in radians from grid north."""

    speed_m_s: float
    from_rad: float


CALM = Breeze(0.0, 0.0)


class Winds:
    """The day's wind by height and time; it steps at `steps_s` and is steady between them."""

    def __init__(self, winds: Iterable[Wind], seconds: Callable[[Wind], tuple[float, float]]):
        """Take winds in file order; `seconds` gives since and until from the day's midnight."""
        self._entries = [(*seconds(wind), wind) for wind in winds]
        ends = {instant for since, until, _ in self._entries for instant in (since, until)}
        self.steps_s = sorted(ends)
        self.over = cache(self._over)

    def epoch(self, time_s: float) -> int:
        """Return the number of steps at or before an instant."""
        return bisect_right(self.steps_s, time_s)

    def epoch_end_s(self, epoch: int) -> float:
        """Return when the wind of an epoch steps next, infinity if never."""
        return self.steps_s[epoch] if epoch < len(self.steps_s) else math.inf

    def _over(self, epoch: int, height_amsl_m: float) -> Breeze:
        """Return the wind of an epoch at a height: the first entry that holds both, else calm."""
        if epoch == 0:
            return CALM
        start_s = self.steps_s[epoch - 1]
        for since_s, until_s, wind in self._entries:
            in_band = wind.lower_amsl_m <= height_amsl_m < wind.upper_amsl_m
            if in_band and since_s <= start_s < until_s:
                return Breeze(wind.speed_m_s, math.radians(wind.from_degrees))
        return CALM


def ground_speed_m_s(airspeed_m_s: float, course_rad: float, breeze: Breeze) -> float:
    """Return the speed over ground along a course by the wind triangle; -inf if none holds it."""
    angle = breeze.from_rad - course_rad
    across = breeze.speed_m_s * math.sin(angle)
    if abs(across) > airspeed_m_s:
        return -math.inf
    along = breeze.speed_m_s * math.cos(angle)
    return math.sqrt(airspeed_m_s**2 - across**2) - along


def pass_through(
    entry_s: float, duration_s: Callable[[int], float], winds: Winds
) -> tuple[float, list[int]]:
    """Return when a stretch entered at `entry_s` is left, and the wind's epochs on the way.

    `duration_s(epoch)` is the whole stretch's duration in the wind of an epoch. Where the wind
    steps on the way, the share done stays done and the rest goes at the new rate (Ichoua,
    Gendreau and Potvin 2003), so a later entry never leaves earlier. An epoch of infinite duration
    on the way gives infinity.
    """
    now_s, to_do = entry_s, 1.0
    epoch = winds.epoch(entry_s)
    met = [epoch]
    while True:
        whole_s = duration_s(epoch)
        if math.isinf(whole_s):
            return whole_s, met
        step_s = winds.epoch_end_s(epoch)
        if now_s + to_do * whole_s <= step_s:
            return now_s + to_do * whole_s, met
        to_do -= (step_s - now_s) / whole_s
        now_s = step_s
        epoch += 1
        met.append(epoch)


class Pace(NamedTuple):
    """What a leg takes over a block in the steady wind of an epoch, and the strongest wind there.

    Seconds are infinity where no headway is made.
    """

    seconds: float
    wind_m_s: float


class Passage(NamedTuple):
    """A block passed, from `entry_s` to `exit_s` after midnight; `lane` is None over a place."""

    block: str
    lane: str | None
    entry_s: float
    exit_s: float
    strongest_wind_m_s: float

    @property
    def enter(self) -> int:
        """Whole second of entry, rounded down."""
        return math.floor(self.entry_s + ROUNDING_S)

    @property
    def exit(self) -> int:
        """Whole second of exit, rounded up."""
        return math.ceil(self.exit_s - ROUNDING_S)


@dataclass(frozen=True, slots=True)
class Flight:
    """A leg flown. `stalled_over` is the block where it makes no headway; later ones are absent."""

    passages: tuple[Passage, ...]
    takeoff_s: int
    climbed_m: float
    distance_m: float
    stalled_over: str | None = None

    @property
    def airborne_s(self) -> float:
        """Seconds from take-off to landing, not rounded."""
        return self.passages[-1].exit_s - self.takeoff_s


@dataclass(frozen=True, slots=True)
class Course:
    """A leg over joined lanes, whoever flies it and when: each block with its lane, if it has one.

    What it climbs, and how long it is, m.
    """

    blocks: tuple[tuple[str, str | None], ...]
    climbed_m: float
    distance_m: float


def pieces_of(lines: Sequence[shapely.LineString]) -> list[Pieces]:
    """Return the straight pieces of each of some lines in the metric CRS."""
    points, of = shapely.get_coordinates(np.array(lines), return_index=True)
    east, north = np.diff(points, axis=0).T
    inside = (of[1:] == of[:-1]) & ((east != 0) | (north != 0))
    found: list[list[tuple[float, float]]] = [[] for _ in lines]
    for line, length, course in zip(
        of[1:][inside].tolist(),
        np.hypot(east, north)[inside].tolist(),
        np.arctan2(east, north)[inside].tolist(),
        strict=True,
    ):
        found[line].append((length, course))
    return [tuple(each) for each in found]


def level_s(pieces: Pieces, airspeed_m_s: float, breeze: Breeze) -> float:
    """Return the seconds that level pieces take in steady wind; infinity where no headway is made.

    That is less than `LEAST_GROUND_SPEED_M_S`.
    """
    total_s = 0.0
    for length_m, course_rad in pieces:
        speed_m_s = ground_speed_m_s(airspeed_m_s, course_rad, breeze)
        if speed_m_s < LEAST_GROUND_SPEED_M_S:
            return math.inf
        total_s += length_m / speed_m_s
    return total_s


class Flyer:
    """Flies legs through an airspace in given winds."""

    def __init__(self, airspace: Airspace, winds: Winds) -> None:
        self._airspace = airspace
        self._network = airspace.network
        self._winds = winds
        self._pieces = cache(self._lane_pieces)
        self.course = cache(self._course)
        self._length_m = cache(lambda lane_id: self._network.lane_line(lane_id).length)
        self._lanes_s: dict[tuple[str, str, int], tuple[float, ...]] = {}
        self._inner: dict[tuple[str, str, int], tuple[Pace, ...]] = {}
        self._turns: dict[tuple[str, str, str, int], Pace] = {}
        self._paces: dict[tuple[str, tuple[str, ...], int], tuple[Pace, ...]] = {}

    def ends(self, lanes: tuple[str, ...]) -> tuple[str, str]:
        """Return the places where a chain of lanes begins and ends."""
        return self._network.lane_ends(lanes[0])[0], self._network.lane_ends(lanes[-1])[1]

    def _lane_pieces(self, lane_id: str) -> list[Pieces]:
        """Return the pieces of a lane's first 40 m, its blocks and its last 40 m."""
        parts = self._airspace.lane_parts(lane_id)
        return pieces_of([parts.first, *(block.axis for block in parts.blocks), parts.last])

    def _lane_height_m(self, lane_id: str) -> float:
        return self._network.lanes[lane_id][1].height_amsl_m

    def _course(self, lanes: tuple[str, ...]) -> Course:
        """Return a leg over joined lanes from site to site."""
        origin, destination = self.ends(lanes)
        blocks: list[tuple[str, str | None]] = [(origin, None)]
        for lane_id in lanes:
            blocks += [(each.id, lane_id) for each in self._airspace.lane_parts(lane_id).blocks]
            blocks.append((self._network.lane_ends(lane_id)[1], None))
        assert blocks[-1] == (destination, None)
        heights_m = [self._lane_height_m(lane_id) for lane_id in lanes]
        levels_m = [self._network.sites[origin].ground_amsl_m, *heights_m]
        climbed_m = sum(max(0.0, after - before) for before, after in pairwise(levels_m))
        distance_m = sum(map(self._length_m, lanes))
        return Course(tuple(blocks), climbed_m, distance_m)

    def _lane_s(self, kind: DroneType, lane_id: str, epoch: int) -> tuple[float, ...]:
        """Return the seconds over each of `_pieces` of a lane in the steady wind of an epoch."""
        key = kind.id, lane_id, epoch
        if key not in self._lanes_s:
            breeze = self._winds.over(epoch, self._lane_height_m(lane_id))
            self._lanes_s[key] = tuple(
                level_s(pieces, kind.airspeed_m_s, breeze) for pieces in self._pieces(lane_id)
            )
        return self._lanes_s[key]

    def _leg_paces(self, kind: DroneType, lanes: tuple[str, ...], epoch: int) -> tuple[Pace, ...]:
        """Return what each block of a leg takes in the steady wind of an epoch."""
        key = kind.id, lanes, epoch
        if key not in self._paces:
            self._paces[key] = tuple(self._make_paces(kind, lanes, epoch))
        return self._paces[key]

    def _make_paces(self, kind: DroneType, lanes: tuple[str, ...], epoch: int) -> Iterator[Pace]:
        origin, destination = (self._network.sites[each] for each in self.ends(lanes))
        first, last = lanes[0], lanes[-1]
        up_s = (self._lane_height_m(first) - origin.ground_amsl_m) / kind.climb_m_s
        off_s = kind.takeoff_s + up_s + self._lane_s(kind, first, epoch)[0]
        yield Pace(off_s, self._wind_m_s(first, epoch))
        yield from self._lane_paces(kind, first, epoch)
        for lane_id, following in pairwise(lanes):
            yield self._turn_pace(kind, lane_id, following, epoch)
            yield from self._lane_paces(kind, following, epoch)
        down_s = (self._lane_height_m(last) - destination.ground_amsl_m) / kind.descent_m_s
        on_s = down_s + kind.landing_s + self._lane_s(kind, last, epoch)[-1]
        yield Pace(on_s, self._wind_m_s(last, epoch))

    def _wind_m_s(self, lane_id: str, epoch: int) -> float:
        return self._winds.over(epoch, self._lane_height_m(lane_id)).speed_m_s

    def _lane_paces(self, kind: DroneType, lane_id: str, epoch: int) -> tuple[Pace, ...]:
        """Return what each block of a lane takes."""
        key = kind.id, lane_id, epoch
        if key not in self._inner:
            wind_m_s = self._wind_m_s(lane_id, epoch)
            inner_s = self._lane_s(kind, lane_id, epoch)[1:-1]
            self._inner[key] = tuple(Pace(block_s, wind_m_s) for block_s in inner_s)
        return self._inner[key]

    def _turn_pace(self, kind: DroneType, lane_id: str, following: str, epoch: int) -> Pace:
        """Return what the air over a waypoint takes from one lane to the next."""
        key = kind.id, lane_id, following, epoch
        if key not in self._turns:
            change_m = self._lane_height_m(following) - self._lane_height_m(lane_id)
            change_s = abs(change_m) / (kind.climb_m_s if change_m > 0 else kind.descent_m_s)
            inward_s = self._lane_s(kind, lane_id, epoch)[-1]
            turn_s = inward_s + self._lane_s(kind, following, epoch)[0]
            wind_m_s = max(self._wind_m_s(lane_id, epoch), self._wind_m_s(following, epoch))
            self._turns[key] = Pace(max(change_s, turn_s), wind_m_s)
        return self._turns[key]

    def _pace_s(self, kind: DroneType, lanes: tuple[str, ...], index: int, epoch: int) -> float:
        return self._leg_paces(kind, lanes, epoch)[index].seconds

    def fly(self, kind: DroneType, lanes: tuple[str, ...], takeoff_s: int) -> Flight:
        """Return the flight over joined lanes from site to site, taking off at `takeoff_s`."""
        course, winds, passages = self.course(lanes), self._winds, list[Passage]()
        now_s, steps_s = float(takeoff_s), -math.inf
        for index, (block, lane) in enumerate(course.blocks):
            if now_s >= steps_s:
                epoch = winds.epoch(now_s)
                steps_s, paces = winds.epoch_end_s(epoch), self._leg_paces(kind, lanes, epoch)
            seconds, strongest_m_s = paces[index]
            exit_s = now_s + seconds
            if exit_s > steps_s:  # the wind steps on the way
                duration_s = partial(self._pace_s, kind, lanes, index)
                exit_s, epochs = pass_through(now_s, duration_s, winds)
                met = (self._leg_paces(kind, lanes, each)[index] for each in epochs)
                strongest_m_s = max(pace.wind_m_s for pace in met)
            if math.isinf(exit_s):
                stalled: str | None = block
                break
            passages.append(Passage(block, lane, now_s, exit_s, strongest_m_s))
            now_s = exit_s
        else:
            stalled = None
        return Flight(tuple(passages), takeoff_s, course.climbed_m, course.distance_m, stalled)
