"""Networks broken in small ways, to see whether route tests notice.

A lane is closed, a lane beside an obstacle is lowered, hours are shifted by an hour either way, a
zone is widened. A mutant that the network's own check refuses could never be published, and one
that no route can depend on cannot be noticed; neither counts.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

import numpy as np

from geodata.check import check_network
from geodata.content import canonical_shapes
from geodata.edit import with_feature
from geodata.faults import errors
from geodata.features import Zone
from geodata.network import Network
from geodata.schedule import parse_error
from planner.air.airspace import zones_of_blocks
from planner.air.blocks import Blocks
from planner.routetest.what_if import Timed, with_hours, without_lanes

Operator = Literal["close lane", "lower lane", "shift hours", "widen zone"]

LOWERED_M = 10.0
BESIDE_M = 150.0
"""A lane this near to an obstacle is lowered."""
SHIFTED_MIN = 60
WIDENED_M = 50.0

_CLOSING = ("prohibited", "restricted")

_CLOCK = re.compile(r"\b([01]?[0-9]|2[0-4]):([0-5][0-9])\b")
_SUN = re.compile(r"\b(sunrise|sunset|dawn|dusk)\b(?![+-][0-9])")


@dataclass(frozen=True)
class Mutant:
    """A broken network: what was done to which feature, in words; `make` returns it."""

    operator: Operator
    feature: str
    text: str
    make: Callable[[], Network]
    shut: frozenset[str] = frozenset()
    """Lanes that are closed instead, which needs no other network."""


def mutants(network: Network, blocks: Blocks) -> Iterator[Mutant]:
    """Yield every mutant of a network that its check lets pass and a route may depend on."""
    yield from _closed(network)
    yield from _lowered(network)
    yield from _shifted(network, blocks)
    yield from _widened(network, blocks)


def _same(network: Network) -> Network:
    return network


def _closed(network: Network) -> Iterator[Mutant]:
    for lane in network.lanes:
        make = partial(without_lanes, network, frozenset({lane}))
        yield Mutant("close lane", lane, f"lane {lane} closed", make, frozenset({lane}))


def _lowered(network: Network) -> Iterator[Mutant]:
    """Yield lanes flown lower past an obstacle, less clear of it than before."""
    obstacles = [(network.metric[each.id], each) for each in network.obstacles.values()]
    for lane_id, (corridor, lane) in network.lanes.items():
        line = network.lane_line(lane_id)
        reach_m = corridor.width_m / 2 + BESIDE_M
        near = [
            each.id for shape, each in obstacles if line.dwithin(shape, reach_m + each.radius_m)
        ]
        if not near:
            continue
        height_m = lane.height_amsl_m - LOWERED_M
        lanes = tuple(
            replace(each, height_amsl_m=height_m) if each.id == lane_id else each
            for each in corridor.lanes
        )
        lowered = with_feature(network, replace(corridor, lanes=lanes), network.lonlat[corridor.id])
        if not errors(check_network(lowered)):
            text = f"lane {lane_id} lowered by {LOWERED_M:g} m beside {', '.join(near)}"
            yield Mutant("lower lane", lane_id, text, partial(_same, lowered))


def _shifted(network: Network, blocks: Blocks) -> Iterator[Mutant]:
    """Yield hours of places, corridors and zones that lanes meet, an hour later and earlier."""
    met = {zone for zones in _entered(network, blocks).values() for zone in zones}
    timed: list[Timed] = [
        *network.corridors.values(),
        *network.vertiports.values(),
        *network.checkpoints.values(),
        *(each for each in network.zones.values() if each.id in met),
    ]
    for feature in timed:
        hours = feature.schedule if isinstance(feature, Zone) else feature.hours
        for minutes in (SHIFTED_MIN, -SHIFTED_MIN):
            other = shifted(hours, minutes)
            if other == hours or parse_error(other):
                continue
            changed = with_hours(feature, other)
            made = with_feature(network, changed, network.lonlat[feature.id])
            text = f"hours of {feature.id} {hours} became {other}"
            if not errors(check_network(made)):
                yield Mutant("shift hours", feature.id, text, partial(_same, made))


def shifted(hours: str, minutes: int) -> str:
    """Return an opening_hours expression with its times of day moved; those past midnight wrap."""

    def clock(found: re.Match[str]) -> str:
        moved = (60 * int(found[1]) + int(found[2]) + minutes) % (24 * 60)
        return f"{moved // 60:02}:{moved % 60:02}"

    sign = "+" if minutes > 0 else "-"
    event = rf"(\1{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02})"
    return _CLOCK.sub(clock, hours) if _CLOCK.search(hours) else _SUN.sub(event, hours)


def _widened(network: Network, blocks: Blocks) -> Iterator[Mutant]:
    before = _entered(network, blocks)
    for zone in network.zones.values():
        if zone.kind not in _CLOSING:
            continue
        wide = network.metric[zone.id].buffer(WIDENED_M)
        (lonlat,) = canonical_shapes(network.projection.to_lonlat(np.array([wide])))
        made = with_feature(network, zone, lonlat)
        if _entered(made, blocks) != before and not errors(check_network(made)):
            text = f"zone {zone.id} widened by {WIDENED_M:g} m"
            yield Mutant("widen zone", zone.id, text, partial(_same, made))


def _entered(network: Network, blocks: Blocks) -> dict[int, list[str]]:
    """Return which blocks lie in which closing zones."""
    found = zones_of_blocks(network, blocks, _CLOSING)
    return {block: [zone.id for zone in zones] for block, zones in found.items()}
