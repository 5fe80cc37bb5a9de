"""A sortie that has its times, for the dispatcher to follow."""

from planner.air.legs import Legs
from planner.air.ways_round import way_of
from planner.day.tour import TimedStop, TimedTour
from planner.dispatch.state import Planned
from planner.fly.records import BAY, BAY_FROM, NONE, SITE, TAKEOFF, WAY, Trip
from planner.request.fleet import DroneType


def planned_legs(trip: Trip, row: int, legs: Legs, kind: DroneType) -> tuple[Planned, ...]:
    """Return the legs of a sortie timed for a type, for the dispatcher to follow."""
    number, stops, sites = int(trip.head[row]["legs"]), trip.stop[row].tolist(), legs.site_ids
    # At home the battery is served, elsewhere what is aboard, in a bay.
    served_s = [stop[BAY_FROM] if stop[BAY] != NONE else 0 for stop in stops[1:number]]
    found = []
    for before, after, serve_s in zip(
        stops[:number],
        stops[1 : number + 1],
        (*served_s, int(trip.head[row]["turn_from"])),
        strict=True,
    ):
        ends, way = (sites[before[SITE]], sites[after[SITE]]), before[WAY]
        lanes = way_of(legs, kind, ends, way - 1).lanes if way else ()
        found.append(Planned(ends[1], before[TAKEOFF], serve_s, lanes))
    return tuple(found)


def legs_of(timed: TimedTour) -> tuple[Planned, ...]:
    """Return the legs of a timed tour for the dispatcher to follow."""
    return tuple(
        Planned(stop.place, flight.takeoff_s, _served_s(stop), flight.chain.lanes)
        for flight, stop in zip(timed.flights, timed.stops[1:], strict=True)
    )


def _served_s(stop: TimedStop) -> int:
    """Return from when on a bay or a charger is taken at a stop, 0 if none is."""
    kinds = ("export", "import", "joint", "charge")
    return next((event.start_s for event in stop.events if event.kind in kinds), 0)
