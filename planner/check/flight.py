"""How a leg flies: the seconds at which it passes each block, with wind (docs/model.md)."""

import math
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, partial

import numpy as np
import shapely

from planner.check.airspace import Airspace
from planner.fleet import DroneType
from planner.weather import Wind

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


@dataclass(frozen=True, slots=True)
class Stretch:
    """Part of a line flown level at one height."""

    pieces: Pieces
    height_amsl_m: float

    def duration_s(self, airspeed_m_s: float, breeze: Breeze) -> float:
        """Return the seconds it takes in steady wind; infinity where no headway is made."""
        total_s = 0.0
        for length_m, course_rad in self.pieces:
            speed_m_s = ground_speed_m_s(airspeed_m_s, course_rad, breeze)
            if speed_m_s < LEAST_GROUND_SPEED_M_S:
                return math.inf
            total_s += length_m / speed_m_s
        return total_s


@dataclass(frozen=True, slots=True)
class Step:
    """One block of a leg: level stretches, seconds apart from them, and seconds at least."""

    block: str
    lane: str | None
    stretches: tuple[Stretch, ...]
    fixed_s: float = 0.0
    least_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Passage:
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


def pieces_of(line: shapely.LineString) -> Pieces:
    """Return the straight pieces of a line in the metric CRS."""
    east, north = np.diff(shapely.get_coordinates(line), axis=0).T
    lengths, courses = np.hypot(east, north), np.arctan2(east, north)
    return tuple(
        (float(length), float(course))
        for length, course in zip(lengths, courses, strict=True)
        if length > 0
    )


class Flyer:
    """Flies legs through an airspace in given winds."""

    def __init__(self, airspace: Airspace, winds: Winds) -> None:
        self._airspace = airspace
        self._network = airspace.network
        self._winds = winds
        self._stretches = cache(self._lane_stretches)
        self._steps: dict[tuple[str, tuple[str, ...]], tuple[Step, ...]] = {}
        self._durations: dict[tuple[str, tuple[str, ...], int, int], float] = {}

    def _lane_stretches(self, lane_id: str) -> tuple[Stretch, ...]:
        """Return a lane's first 40 m, its blocks and its last 40 m."""
        height = self._network.lanes[lane_id][1].height_amsl_m
        parts = self._airspace.lane_parts(lane_id)
        lines = [parts.first, *(block.axis for block in parts.blocks), parts.last]
        return tuple(Stretch(pieces_of(line), height) for line in lines)

    def _lane_height(self, lane_id: str) -> float:
        return self._network.lanes[lane_id][1].height_amsl_m

    def steps(self, kind: DroneType, lanes: tuple[str, ...]) -> tuple[Step, ...]:
        """Return the blocks of a leg over joined lanes, from site to site."""
        key = kind.id, lanes
        if key not in self._steps:
            self._steps[key] = tuple(self._make_steps(kind, lanes))
        return self._steps[key]

    def _make_steps(self, kind: DroneType, lanes: tuple[str, ...]) -> Iterable[Step]:
        origin, destination = self.ends(lanes)
        sites = self._network.sites
        up_m = self._lane_height(lanes[0]) - sites[origin].ground_amsl_m
        down_m = self._lane_height(lanes[-1]) - sites[destination].ground_amsl_m
        off_s = kind.takeoff_s + up_m / kind.climb_m_s
        yield Step(origin, None, self._stretches(lanes[0])[:1], fixed_s=off_s)
        for index, lane_id in enumerate(lanes):
            for number, stretch in enumerate(self._stretches(lane_id)[1:-1]):
                yield Step(f"{lane_id}#{number}", lane_id, (stretch,))
            if index + 1 == len(lanes):
                break
            then = lanes[index + 1]
            change_m = self._lane_height(then) - self._lane_height(lane_id)
            rate_m_s = kind.climb_m_s if change_m > 0 else kind.descent_m_s
            over = self._network.lane_ends(lane_id)[1]
            turn = self._stretches(lane_id)[-1], self._stretches(then)[0]
            yield Step(over, None, turn, least_s=abs(change_m) / rate_m_s)
        on_s = down_m / kind.descent_m_s + kind.landing_s
        yield Step(destination, None, self._stretches(lanes[-1])[-1:], fixed_s=on_s)

    def ends(self, lanes: tuple[str, ...]) -> tuple[str, str]:
        """Return the places where a chain of lanes begins and ends."""
        return self._network.lane_ends(lanes[0])[0], self._network.lane_ends(lanes[-1])[1]

    def _duration_s(self, kind: DroneType, lanes: tuple[str, ...], index: int, epoch: int) -> float:
        """Return the seconds of a leg's block in the steady wind of an epoch."""
        key = kind.id, lanes, index, epoch
        if key not in self._durations:
            step = self.steps(kind, lanes)[index]
            level_s = sum(
                stretch.duration_s(
                    kind.airspeed_m_s, self._winds.over(epoch, stretch.height_amsl_m)
                )
                for stretch in step.stretches
            )
            self._durations[key] = max(step.least_s, step.fixed_s + level_s)
        return self._durations[key]

    def fly(self, kind: DroneType, lanes: tuple[str, ...], takeoff_s: int) -> Flight:
        """Return the flight over joined lanes from site to site, taking off at `takeoff_s`."""
        passages: list[Passage] = []
        now_s = float(takeoff_s)
        stalled: str | None = None
        for index, step in enumerate(self.steps(kind, lanes)):
            duration_s = partial(self._duration_s, kind, lanes, index)
            exit_s, epochs = pass_through(now_s, duration_s, self._winds)
            strongest = max(
                self._winds.over(epoch, stretch.height_amsl_m).speed_m_s
                for epoch in epochs
                for stretch in step.stretches
            )
            if math.isinf(exit_s):
                stalled = step.block
                break
            passages.append(Passage(step.block, step.lane, now_s, exit_s, strongest))
            now_s = exit_s
        heights = [self._lane_height(lane_id) for lane_id in lanes]
        pad = self._network.sites[self.ends(lanes)[0]].ground_amsl_m
        climbed = sum(
            max(0.0, after - before)
            for before, after in zip([pad, *heights], heights, strict=False)
        )
        distance = sum(self._network.lane_line(lane_id).length for lane_id in lanes)
        return Flight(tuple(passages), takeoff_s, climbed, distance, stalled)
