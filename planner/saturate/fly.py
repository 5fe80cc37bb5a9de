"""What a sally takes of the day's calendar: air, pads and bays."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from planner.air.legs import Flight
from planner.day.calendar import Calendar
from planner.saturate.usage import Ground, Placed


@dataclass(frozen=True, slots=True)
class Stay:
    """A pad, or a bay, taken from one instant to another."""

    site: str
    begin_s: int
    end_s: int


def fits(calendar: Calendar, placed: Placed, ground: Ground) -> bool:
    """Tell whether all that a sally takes is free."""
    pads, bays = stays(placed, ground)
    if any(calendar.traffic.delay_s(flight) for flight in _flights(placed)):
        return False
    return all(
        seats[stay.site].free(stay.begin_s, stay.end_s)
        for seats, listed in ((calendar.pads, pads), (calendar.bays, bays))
        for stay in listed
    )


def enter(calendar: Calendar, placed: Placed, ground: Ground) -> None:
    """Take all that a sally takes."""
    for flight in _flights(placed):
        calendar.traffic.add(flight)
    pads, bays = stays(placed, ground)
    for seats, listed in ((calendar.pads, pads), (calendar.bays, bays)):
        for stay in listed:
            seats[stay.site].add(stay.begin_s, stay.end_s)


def stays(placed: Placed, ground: Ground) -> tuple[list[Stay], list[Stay]]:
    """Return the stays on pads and in bays of a sally; an empty one does not load."""
    sally, takeoffs_s = placed.sally, placed.takeoffs_s
    landings_s = [at + leg.exit[-1] for at, leg in zip(takeoffs_s, sally.legs, strict=True)]
    pads, bays = list[Stay](), list[Stay]()
    if sally.loaded:
        pads.append(Stay(sally.origin, takeoffs_s[0] - ground.load_s, takeoffs_s[0]))
        pads.append(Stay(sally.destination, landings_s[-1], landings_s[-1] + ground.unload_s))
    for stop, landed_s, next_s in zip(sally.stops, landings_s, takeoffs_s[1:], strict=False):
        pads.append(Stay(stop.site, landed_s, next_s))
        bays.append(Stay(stop.site, landed_s, landed_s + stop.service_s))
    return pads, bays


def _flights(placed: Placed) -> Iterator[Flight]:
    for leg, at in zip(placed.sally.legs, placed.takeoffs_s, strict=True):
        yield replace(leg, takeoff_s=at)
