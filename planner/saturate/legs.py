"""The legs of itineraries in a row, and the pads and bays before and after each."""

from collections.abc import Sequence
from dataclasses import dataclass

from planner.saturate.itinerary import Itinerary, Stop

Site = tuple[str, str]
"""Pads or bays, and where."""


@dataclass(frozen=True, slots=True)
class Leg:
    """A leg of an itinerary.

    Its ways are those from `first` to before `last` in the list of all ways. `origin` and
    `destination` are the numbers of the pads, `bay` that of the bays at the stop that it ends at,
    if it does; else -1. `before` and `after` are the numbers of its neighbours in the itinerary, -1
    if there is none.
    """

    first: int
    last: int
    loaded: bool
    origin: int
    destination: int
    bay: int
    stop: Stop | None
    before: int
    after: int


def listed(itineraries: Sequence[Itinerary]) -> tuple[list[Leg], list[Site]]:
    """Return all legs, and the pads and bays by their numbers."""
    legs, sites = list[Leg](), dict[Site, int]()

    def number(kind: str, site: str) -> int:
        return sites.setdefault((kind, site), len(sites))

    first = 0
    for each in itineraries:
        for at, (ways, stop) in enumerate(zip(each.legs, (*each.stops, None), strict=True)):
            chain, here = ways[0].chain, len(legs)
            legs.append(
                Leg(
                    first,
                    first + len(ways),
                    each.loaded,
                    number("pads", chain.origin),
                    number("pads", chain.destination),
                    number("bays", stop.site) if stop else -1,
                    stop,
                    here - 1 if at else -1,
                    here + 1 if stop else -1,
                )
            )
            first += len(ways)
    return legs, list(sites)
