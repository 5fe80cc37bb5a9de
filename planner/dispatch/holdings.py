"""What a plan holds, for others to keep clear of, and what others hold, entered into a day."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator

import numpy as np
import shapely

from geodata.network import Network
from geodata.schedule import DAY_S
from geodata.schedule import Calendar as Day
from planner.air.airspace import Airspace
from planner.air.blocks import Block, cut_blocks
from planner.day.calendar import Calendar
from planner.plan.occupation import Span as Seconds
from planner.plan.occupation import bays_held, chargers_held, pads_held
from planner.plan.plan import Plan
from planner.request.fleet import Rules
from planner.request.held import Held, HeldAir, HeldSeats, SeatKind, Span

Counted = Callable[[Plan, str, Day], list[Seconds]]
"""Takes a plan, a site and the day to when seats of the site are held."""


def holdings(plan: Plan, network: Network, rules: Rules) -> Held:
    """Return what a plan holds on the edition and under the rules that it was made on.

    Blocks as volumes from entry to exit without a buffer, pads, bays and chargers as stays.
    """
    spans: dict[str, list[Span]] = {}
    days = set()
    for sortie in plan.sorties:
        days.add(sortie.stops[0].arrive.date())
        for leg in sortie.legs:
            for hold in leg.holds:
                spans.setdefault(hold.block, []).append((hold.enter, hold.exit))
    if not days:
        return Held()
    blocks = cut_blocks(network, rules)
    air = (
        _air(blocks.all[blocks.position[block]], found, network)
        for block, found in sorted(spans.items())
    )
    return Held(air=tuple(air), seats=tuple(_seats(plan, network, min(days))))


def together(each: Iterable[Held]) -> Held:
    """Return what several hold."""
    listed = list(each)
    return Held(
        air=tuple(air for held in listed for air in held.air),
        seats=tuple(seats for held in listed for seats in held.seats),
    )


def enter_held(calendar: Calendar, airspace: Airspace) -> None:
    """Take what others hold from a day that is being filled, and close to its ends."""
    held, seconds = airspace.request.held, airspace.calendar.seconds
    buffer_s = airspace.request.fleet.rules.time_buffer_s
    for air, blocks in zip(held.air, airspace.held_blocks, strict=True):
        for since, until in air.spans:
            if seconds(until) > -buffer_s and seconds(since) < DAY_S + buffer_s:
                for block in blocks:
                    calendar.traffic.hold(block, seconds(since), seconds(until))
    seats = {"pads": calendar.pads, "bays": calendar.bays, "chargers": calendar.chargers}
    for each in held.seats:
        if each.site in seats[each.kind]:
            for since, until in each.spans:
                seats[each.kind][each.site].add(seconds(since), seconds(until))


def _air(block: Block, spans: list[Span], network: Network) -> HeldAir:
    (lonlat,) = network.projection.to_lonlat(np.array([block.footprint], dtype=object))
    ring = shapely.get_coordinates(lonlat.exterior)[:-1]
    return HeldAir(
        area=tuple((float(lon), float(lat)) for lon, lat in ring),
        lower_amsl_m=block.lower_amsl_m,
        upper_amsl_m=block.upper_amsl_m,
        spans=tuple(sorted(spans)),
    )


def _seats(plan: Plan, network: Network, day: dt.date) -> Iterator[HeldSeats]:
    calendar = network.calendar(day)
    counts: tuple[tuple[SeatKind, Counted], ...] = (
        ("pads", pads_held),
        ("bays", bays_held),
        ("chargers", chargers_held),
    )
    for site in sorted(network.sites):
        for kind, held in counts:
            spans = [
                (calendar.instant(since), calendar.instant(until))
                for since, until in held(plan, site, calendar)
                if since < until
            ]
            if spans:
                yield HeldSeats(site=site, kind=kind, spans=tuple(sorted(spans)))
