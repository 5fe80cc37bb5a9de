"""A drone under way on a tour, and the day that it is under way on."""

from collections.abc import Mapping
from typing import NamedTuple

from planner.air.legs import Flight
from planner.day.calendar import Calendar
from planner.day.instance import Instance
from planner.day.tour import TimedEvent, TimedStop
from planner.dispatch.takeoff import Takeoffs


class Day(NamedTuple):
    """What a tour has to fit in: the instance, what is taken, and when flights may take off.

    `handed_over` is when jobs of other tours that others come after are, second of the day; None
    where nothing waits for another tour.
    """

    instance: Instance
    calendar: Calendar
    takeoffs: Takeoffs
    handed_over: Mapping[int, int] | None


class Planned(NamedTuple):
    """A leg that is to be flown: where to, and the seconds before which nothing is to happen.

    It does not take off before `takeoff_s`, and takes no bay or charger there before `serve_s`.
    Where it has no lanes, they are the quickest of the stretch of the day in which it takes off.
    """

    place: str
    takeoff_s: int
    serve_s: int
    lanes: tuple[str, ...] = ()


class DroneState(NamedTuple):
    """A drone on a pad, done with what it has to do there at `clock_s`.

    `planned` are the legs of the whole tour, if they are settled.
    """

    place: str
    arrive_s: int
    clock_s: int
    aboard: tuple[int, ...]
    used_wh: float
    events: tuple[TimedEvent, ...]
    stops: tuple[TimedStop, ...]
    flights: tuple[Flight, ...]
    loads: tuple[tuple[int, ...], ...]
    energies_wh: tuple[float, ...]
    loaded_s: tuple[tuple[int, int], ...]
    late_cents: int
    planned: tuple[Planned, ...] = ()
