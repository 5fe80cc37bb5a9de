"""A sortie that has its times, for the dispatcher to follow."""

from collections.abc import Sequence

from planner.dispatch import Planned
from planner.fly_records import BAY, BAY_FROM, NONE, SITE, TAKEOFF, Trip
from planner.tour import TimedStop, TimedTour


def planned_legs(trip: Trip, row: int, sites: Sequence[str]) -> tuple[Planned, ...]:
    """Return the legs of a timed sortie for the dispatcher to follow; `sites` by position."""
    legs, stops = int(trip.head[row]["legs"]), trip.stop[row].tolist()
    # At home the battery is served, elsewhere what is aboard, in a bay.
    served_s = [stop[BAY_FROM] if stop[BAY] != NONE else 0 for stop in stops[1:legs]]
    return tuple(
        Planned(sites[after[SITE]], before[TAKEOFF], serve_s)
        for before, after, serve_s in zip(
            stops[:legs],
            stops[1 : legs + 1],
            (*served_s, int(trip.head[row]["turn_from"])),
            strict=True,
        )
    )


def legs_of(timed: TimedTour) -> tuple[Planned, ...]:
    """Return the legs of a timed tour for the dispatcher to follow."""
    return tuple(
        Planned(stop.place, flight.takeoff_s, _served_s(stop))
        for flight, stop in zip(timed.flights, timed.stops[1:], strict=True)
    )


def _served_s(stop: TimedStop) -> int:
    """Return from when on a bay or a charger is taken at a stop, 0 if none is."""
    kinds = ("export", "import", "joint", "charge")
    return next((event.start_s for event in stop.events if event.kind in kinds), 0)
