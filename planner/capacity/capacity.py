"""How many loaded flights an hour can pass between two sets of vertiports, and what limits them.

For each stretch of the day without changes the linear programme of `planner.capacity.model` gives
the highest rate that any timetable could keep up. docs/capacity.md says what is taken as given.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from types import MappingProxyType
from typing import Literal

import numpy as np

from geodata.features import GoodsClass
from geodata.schedule import DAY_S
from planner.capacity.model import Rate
from planner.capacity.question import CapacityQuestion
from planner.capacity.room import HOUR_S, Room
from planner.capacity.state import Key, State, States
from planner.day.instance import Instance

Course = Literal["there", "back", "both"]
COURSES: Mapping[Course, tuple[bool, bool]] = MappingProxyType(
    {"there": (True, False), "back": (False, True), "both": (True, True)}
)
_STILL = 1e-3
"""Flights an hour that count as none."""


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """A room that limits a rate, in loaded flights an hour.

    `worth` is the dual value of one more of it, by which the rate would rise as long as nothing
    else becomes the limit; `gain` by how much it does rise, from solving again with one more. `use`
    is the share of its seconds that is taken.
    """

    room: Room
    use: float
    worth: float
    gain: float


@dataclass(frozen=True, slots=True)
class Capacity:
    """Loaded flights an hour in a course, by direction, while nothing changes.

    `stopped` are the goods classes that cannot pass at all; the others keep their proportions.
    `reason` says why nothing passes, empty if something does.
    """

    directions: tuple[float, float]
    bottlenecks: tuple[Bottleneck, ...]
    stopped: tuple[GoodsClass, ...]
    reason: str
    rate: Rate | None

    @property
    def total(self) -> float:
        """Loaded flights an hour in both directions."""
        return sum(self.directions)


@dataclass(frozen=True, slots=True)
class HourCapacity:
    """Loaded flights in one hour of the day: the mean of its stretches, by how long they are.

    `longest` is the capacity in the longest of them.
    """

    hour: int
    directions: tuple[float, float]
    longest: Capacity

    @property
    def total(self) -> float:
        """Loaded flights in both directions."""
        return sum(self.directions)


class Capacities:
    """Answers one question for any time of an instance's day; equal states are solved once."""

    def __init__(self, instance: Instance, question: CapacityQuestion) -> None:
        self.instance = instance
        self.question = question
        self.states = States(instance, question)
        self.rooms = self.states.rooms
        self._found: dict[tuple[Key, Course], Capacity] = {}

    def at(self, second: int, course: Course) -> Capacity:
        """Return the capacity while what holds at a second of the day would last."""
        key = self.states.key(second)
        if (key, course) not in self._found:
            self._found[key, course] = self._solve(self.states.at(second), course)
        return self._found[key, course]

    def hour(self, hour: int, course: Course) -> HourCapacity:
        """Return the capacity of the hour that begins at `hour`, 0 to 23."""
        begin_s, end_s = hour * HOUR_S, (hour + 1) * HOUR_S
        steps = [begin_s, *(each for each in self._changes if begin_s < each < end_s), end_s]
        parts = [(until - since, self.at(since, course)) for since, until in pairwise(steps)]
        there, back = (
            sum(seconds * part.directions[at] for seconds, part in parts) / HOUR_S for at in (0, 1)
        )
        longest = max(parts, key=lambda each: each[0])[1]
        return HourCapacity(hour, (there, back), longest)

    @cached_property
    def _changes(self) -> tuple[int, ...]:
        crossing = [each for pair in self.instance.empty_crossing for each in pair]
        return tuple(sorted({*self.instance.legs.steps, *crossing} - {DAY_S}))

    def _solve(self, state: State, course: Course) -> Capacity:
        wanted = COURSES[course]
        if state.reason:
            return Capacity((0.0, 0.0), (), (), state.reason, None)
        stopped = tuple(
            goods
            for goods in self.question.shares
            if any(
                want and goods not in trade.shares
                for want, trade in zip(wanted, state.trades, strict=True)
            )
        )
        rate = state.program.most(wanted)
        if not rate.total > _STILL:
            reason = self._standstill(state, wanted)
            return Capacity((0.0, 0.0), (), stopped, reason, None)
        limits = tuple(self._bottlenecks(state, wanted, rate))
        there, back = state.program.even(wanted, rate.total).directions
        return Capacity((there, back), limits, stopped, "", rate)

    def _bottlenecks(
        self, state: State, wanted: Sequence[bool], rate: Rate
    ) -> Iterator[Bottleneck]:
        """Yield what limits a rate, the most worth first, each tried with one more of it."""
        for row in np.argsort(-rate.prices, kind="stable").tolist():
            if rate.prices[row] * HOUR_S <= _STILL:
                return
            more = state.program.most(wanted, {row: float(HOUR_S)})
            yield Bottleneck(
                self.rooms.all[row],
                float(rate.used_s[row] / self.rooms.seconds[row]),
                float(rate.prices[row]) * HOUR_S,
                more.total - rate.total,
            )

    def _standstill(self, state: State, wanted: Sequence[bool]) -> str:
        """Return why nothing passes although there are vertiports and checkpoints."""
        pairs = zip(wanted, state.trades, strict=True)
        if any(want and trade.moves for want, trade in pairs):
            return "drones cannot fly back: no empty drone may cross the boundary at this hour"
        return "no route is open: checkpoints, vertiports or corridors between are closed"
