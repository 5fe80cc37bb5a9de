"""A sortie timed in compiled code, for the dispatcher to follow."""

from collections.abc import Sequence

from planner.dispatch import Planned
from planner.fly_records import BAY, BAY_FROM, NONE, SITE, TAKEOFF, Trip


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
