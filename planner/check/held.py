"""What others hold: their air at the plan's minima, their seats beside the plan's own."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import shapely

from planner.check.airspace import Block
from planner.check.day import Day
from planner.check.occupancy import Stay, bay_stays, charger_stays, pad_stays
from planner.check.sortie import Flown
from planner.check.violation import Violation
from planner.request.held import HeldAir

_ROUNDING_M = 1e-3
"""Outlines in degrees come back in metres to within a tenth of this."""


def check_held(sorties: Sequence[Flown], day: Day) -> Iterator[Violation]:
    """Yield breaches of HELD_BY_OTHERS: one a leg and held volume, and one a stay."""
    yield from _air(sorties, day)
    sites, checkpoints = day.network.sites, day.network.checkpoints
    pads = {site: sites[site].pads for site in sites}
    bays = {site: checkpoints[site].bays for site in checkpoints}
    yield from _seats("pads", pad_stays(sorties, day), pads, day)
    yield from _seats("bays", bay_stays(sorties, day), bays, day)
    chargers = {each.id: each.chargers for each in day.network.vertiports.values()}
    yield from _seats("chargers", charger_stays(sorties, day), chargers, day)


def _air(sorties: Sequence[Flown], day: Day) -> Iterator[Violation]:
    held = day.request.held.air
    if not held:
        return
    areas = np.array([shapely.Polygon(each.area) for each in held], dtype=object)
    tree = shapely.STRtree(day.network.projection.to_metric(areas))
    near: dict[str, list[int]] = {}
    for flown in sorties:
        for index, flight in enumerate(flown.flights):
            met = set[int]()
            for passage in flight.passages:
                if passage.block not in near:
                    block = day.airspace.block(passage.block)
                    near[passage.block] = list(_near(block, tree, held, day))
                for number in near[passage.block]:
                    clash = _clash(passage.enter, passage.exit, held[number], day)
                    if clash is not None and number not in met:
                        met.add(number)
                        yield Violation(
                            "HELD_BY_OTHERS",
                            f"{flown.leg_place(index)} block {passage.block}",
                            "it comes near to air that others hold",
                            day.span(passage.enter, passage.exit),
                            f"{day.rules.time_buffer_s} s from {day.span(*clash)}",
                        )


def _near(block: Block, tree: shapely.STRtree, held: Sequence[HeldAir], day: Day) -> Iterator[int]:
    """Yield which held volumes are nearer to a block than both minima."""
    lateral_m = day.rules.separation_lateral_m
    for number in sorted(tree.query(block.footprint, predicate="dwithin", distance=lateral_m)):
        air = held[number]
        below, above = air.lower_amsl_m - block.top_amsl_m, block.bottom_amsl_m - air.upper_amsl_m
        distance_m = shapely.distance(block.footprint, tree.geometries[number])
        if (
            max(below, above, 0.0) < day.rules.separation_vertical_m - _ROUNDING_M
            and distance_m < lateral_m - _ROUNDING_M
        ):
            yield int(number)


def _clash(enter: int, leave: int, air: HeldAir, day: Day) -> tuple[float, float] | None:
    """Return the first span of a volume that a hold comes nearer to in time than the buffer."""
    buffer_s = day.rules.time_buffer_s
    for since, until in air.spans:
        begin, end = day.exact(since), day.exact(until)
        if enter < end + buffer_s and begin < leave + buffer_s:
            return begin, end
    return None


def _seats(
    kind: str, own: Mapping[str, Sequence[Stay]], capacity: Mapping[str, int], day: Day
) -> Iterator[Violation]:
    """Yield a breach for each of the plan's stays that others leave no room for."""
    sites = {each.site for each in day.request.held.seats if each.kind == kind}
    for site in sorted(sites & own.keys()):
        others = [
            Stay(day.seconds(since), day.seconds(until), "others")
            for each in day.request.held.seats
            if each.kind == kind and each.site == site
            for since, until in each.spans
        ]
        for stay in own[site]:
            over = _overfull(stay, [*own[site], *others], capacity[site])
            if over is not None:
                yield Violation(
                    "HELD_BY_OTHERS",
                    f"{kind} of {site}",
                    f"sortie {stay.user} finds no room at {day.clock(over[0])}",
                    str(over[1]),
                    str(capacity[site]),
                )


def _overfull(stay: Stay, stays: Sequence[Stay], capacity: int) -> tuple[int, int] | None:
    """Return when a stay first finds too many beside it, others among them, and how many."""
    met = [each for each in stays if each.since < stay.until and stay.since < each.until]
    for second in sorted({max(stay.since, each.since) for each in met}):
        inside = [each for each in met if each.since <= second < each.until]
        if len(inside) > capacity and any(each.user == "others" for each in inside):
            return second, len(inside)
    return None
