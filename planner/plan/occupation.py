"""How many pads, bays and chargers of a site a plan holds over the day."""

from collections.abc import Iterable, Iterator
from itertools import groupby

import numpy as np
import numpy.typing as npt

from geodata.schedule import Calendar
from planner.plan.plan import Plan, Stop

CLEARANCES = ("export", "import", "joint")

Span = tuple[int, int]
"""From and until, seconds from the day's midnight, half-open."""


def pads_held(plan: Plan, site_id: str, calendar: Calendar) -> list[Span]:
    """Return a span for each stop at a site: it holds one pad from arrive to depart."""
    return [
        (calendar.seconds(stop.arrive), calendar.seconds(stop.depart))
        for stop in _stops(plan, site_id)
    ]


def bays_held(plan: Plan, site_id: str, calendar: Calendar) -> list[Span]:
    """Return a span for each run of clearances that follow each other within a stop."""
    spans = []
    for stop in _stops(plan, site_id):
        for clearing, run in groupby(stop.events, key=lambda event: event.kind in CLEARANCES):
            if clearing:
                events = list(run)
                spans.append((calendar.seconds(events[0].start), calendar.seconds(events[-1].end)))
    return spans


def chargers_held(plan: Plan, site_id: str, calendar: Calendar) -> list[Span]:
    """Return a span for each charge at a site."""
    return [
        (calendar.seconds(event.start), calendar.seconds(event.end))
        for stop in _stops(plan, site_id)
        for event in stop.events
        if event.kind == "charge"
    ]


def steps(
    spans: Iterable[Span],
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the seconds at which a number of held things changes, and the number from there on."""
    changes = np.array(
        [(at, change) for span in spans for at, change in zip(span, (1, -1), strict=True)],
        dtype=np.int64,
    ).reshape(-1, 2)
    seconds, place = np.unique(changes[:, 0], return_inverse=True)
    held = np.zeros(len(seconds), dtype=np.int64)
    np.add.at(held, place, changes[:, 1])
    return seconds, np.cumsum(held)


def _stops(plan: Plan, site_id: str) -> Iterator[Stop]:
    return (stop for sortie in plan.sorties for stop in sortie.stops if stop.place == site_id)
