"""What a plan is checked against: the planned day, with what follows from its inputs alone."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, cached_property

from geodata.network import Network
from geodata.schedule import DAY_S, Calendar, Intervals
from planner.check.airspace import Airspace
from planner.check.flight import Flyer, Winds
from planner.request.fleet import Rules
from planner.request.request import Request
from planner.request.weather import Wind
from planner.rules.rulebook import Rulebook

_FAR_S = 366 * DAY_S


@dataclass(frozen=True, eq=False)
class Day:
    """Network, request and rulebook of one day; instants become seconds from its midnight."""

    network: Network
    request: Request
    rulebook: Rulebook

    @cached_property
    def calendar(self) -> Calendar:
        """The planned local day."""
        return self.network.calendar(self.request.fleet.day)

    @property
    def midnight(self) -> dt.datetime:
        """The day's first instant."""
        return self.calendar.midnight

    @property
    def rules(self) -> Rules:
        """The operator's rules."""
        return self.request.fleet.rules

    @cached_property
    def airspace(self) -> Airspace:
        """Blocks and volumes."""
        return Airspace(self.network, self.rules)

    @cached_property
    def flyer(self) -> Flyer:
        """Flights in the day's wind."""
        return self._flyer(self.request.weather.winds)

    @cached_property
    def calm_flyer(self) -> Flyer:
        """Flights in calm air."""
        return self._flyer(())

    def _flyer(self, winds: Iterable[Wind]) -> Flyer:
        spans = Winds(winds, lambda wind: (self.exact(wind.since), self.exact(wind.until)))
        return Flyer(self.airspace, spans)

    def exact(self, instant: dt.datetime) -> float:
        """Return seconds from midnight, with their fraction."""
        return (instant - self.midnight).total_seconds()

    def seconds(self, instant: dt.datetime) -> int:
        """Return whole seconds from midnight, rounded down."""
        return self.calendar.seconds(instant)

    @cached_property
    def windows(self) -> Callable[[str], Intervals]:
        """Returns when an opening_hours expression is open on the day."""
        return cache(self.calendar.intervals)

    def clock(self, seconds: float) -> str:
        """Return an instant as a person reads it; one far from the day in seconds."""
        if abs(seconds) > _FAR_S:
            return f"{seconds:.0f} s from midnight"
        return self.calendar.instant(int(seconds)).strftime("%m-%d %H:%M:%S")

    def span(self, begin_s: float, end_s: float) -> str:
        """Return a stretch of time as a person reads it."""
        return f"{self.clock(begin_s)} to {self.clock(end_s)}"

    def hours(self, intervals: Intervals) -> str:
        """Return opening intervals as a person reads them."""
        return ", ".join(self.span(*each) for each in intervals) or "closed all day"
