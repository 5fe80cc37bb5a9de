"""Random questions for the quickest leg, and whether an answer agrees with trying everything."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

import numpy as np

from planner.air.airspace import Airspace
from planner.air.legs import Flight, Legs
from planner.air.search import Quickest
from planner.request.fleet import DroneType
from planner.testing.random_network import BEGIN_S, END_S, random_day, random_network
from tests.planner.brute_force import BruteForce

LEAST_WINDOW_S = 1.0
"""Windows shorter than this may be passed over."""

_SAME_S = 1e-5
_LOOK_AHEAD_S = 1800


@dataclass(frozen=True)
class LegCase:
    """A question on a random network and day."""

    quickest: Quickest
    kind: DroneType
    origin: str
    destination: str
    ready_s: int
    without: frozenset[str]

    def answer(self) -> Flight | None:
        """Return what the search says."""
        return self.quickest.depart(
            self.kind, self.origin, self.destination, self.ready_s, self.without
        )

    def __str__(self) -> str:
        return (
            f"{self.kind.id} {self.origin} {self.destination} from {self.ready_s}"
            f" without {sorted(self.without)}"
        )


def leg_cases(seed: int, number: int) -> Iterator[LegCase]:
    """Yield questions on one random network and day, some with lanes left out."""
    draw = Random(seed)
    network = random_network(draw)
    legs = Legs(Airspace(network, random_day(draw)))
    quickest = Quickest(legs)
    for _ in range(number):
        origin, destination = draw.sample(sorted(network.sites), 2)
        yield LegCase(
            quickest,
            draw.choice(list(legs.kinds.values())),
            origin,
            destination,
            draw.randrange(BEGIN_S - 300, END_S - 600),
            frozenset(draw.sample(legs.arcs.lane_ids, draw.choice((0, 0, 0, 3)))),
        )


def disagreement(case: LegCase) -> str | None:
    """Return how the search's answer differs from trying everything; None if it does not.

    Chain and window are those that land first from any real take-off, the take-off the window's
    first whole second, the times those of the chain; and no whole second of any chain lands
    earlier than that window's begin.
    """
    legs, flight = case.quickest.legs, case.answer()
    brute = BruteForce(legs, case.kind, case.origin, case.destination, case.without)
    least = brute.quickest(case.ready_s, 0.0)
    most = brute.quickest(case.ready_s, LEAST_WINDOW_S)
    if flight is None:
        return None if most is None else f"found nothing, but {most}"
    if least is None:
        return f"found {flight}, but there is nothing"
    window = brute.window(flight)
    if window is None:
        return f"found {flight}, which meets a closure"
    takeoff = max(window.since, case.ready_s)
    landing = window.timed.landing(takeoff)
    if landing > (most.landing_s if most else math.inf) + _SAME_S:
        return f"found {flight}, but {most}"
    if landing < least.landing_s - _SAME_S:
        return f"found {flight}, earlier than {least}"
    if flight.takeoff_s != math.ceil(takeoff - _SAME_S):
        return f"found {flight}, but its window begins at {takeoff}"
    if abs(window.timed.landing(flight.takeoff_s) - flight.takeoff_s - flight.airborne_s) > _SAME_S:
        return f"found {flight}, which lands at {window.timed.landing(flight.takeoff_s)}"
    seconds = np.arange(case.ready_s, case.ready_s + _LOOK_AHEAD_S)
    if brute.first_landing(seconds).min() < landing - _SAME_S and most == least:
        return f"found {flight}, but a whole second lands earlier"
    return None
