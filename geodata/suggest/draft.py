"""A suggested line as a draft corridor, and the network's check of it."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import count

import numpy as np
import shapely

from geodata.check.incremental import Checked
from geodata.faults import Fault
from geodata.features import Corridor, Lane
from geodata.geojson import rounded
from geodata.network import Network
from geodata.suggest.ask import BAND_M, Ask, Levels, sides_of

SOURCE = "suggested by hetao from edition {edition}"


def free_ids(network: Network, many: int) -> list[str]:
    """Return so many ids NEW-1, NEW-2, … that neither features nor lanes of the network have."""
    taken = {*network.lonlat, *network.lanes}
    numbered = (f"NEW-{number}" for number in count(1))
    free = (each for each in numbered if taken.isdisjoint((each, f"{each}.F", f"{each}.B")))
    return [next(free) for _ in range(many)]


def draft(
    checked: Checked, ask: Ask, levels: Levels, identifier: str, line_m: shapely.LineString
) -> tuple[Corridor, shapely.LineString, list[Fault]]:
    """Return a line as a corridor, its shape in lon/lat, and what the check finds new with it.

    Forward is the upper lane. It names the permission zones that its lanes enter: they are named
    first by the ground they cover, and those that the check calls unused are left out.
    """
    network = checked.network
    (shape,) = network.projection.to_lonlat(np.array([line_m]))
    ends = shapely.get_coordinates([network.lonlat[ask.start], network.lonlat[ask.end]])
    lonlat = rounded(shapely.get_coordinates(shape))
    lonlat[[0, -1]] = ends
    line = shapely.LineString(lonlat)
    strip = line_m.buffer(ask.width_m / 2, cap_style="flat")
    named = [
        zone.id
        for zone in network.zones.values()
        if zone.kind == "permission" and network.metric[zone.id].intersects(strip)
    ]
    corridor = _corridor(network, ask, levels, identifier, line_m, named)
    found = _new(checked, corridor, line)
    unused = {each.value for each in found if each.code == "APPROVAL_UNUSED"}
    if unused:
        kept = tuple(each for each in named if each not in unused)
        corridor = replace(corridor, approved_zones=kept)
        found = _new(checked, corridor, line)
    return corridor, line, found


def _new(checked: Checked, corridor: Corridor, line: shapely.LineString) -> list[Fault]:
    after = checked.with_feature(corridor, line)
    return sorted({*after.findings} - {*checked.findings})


def _corridor(
    network: Network,
    ask: Ask,
    levels: Levels,
    identifier: str,
    line_m: shapely.LineString,
    named: Iterable[str],
) -> Corridor:
    start_side, end_side = sides_of(network, ask)
    gate_lon = gate_lat = None
    if start_side != end_side:
        crossings = network.projection.to_lonlat(np.array(network.sides.crossings(line_m)))
        ((gate_lon, gate_lat),) = rounded(shapely.get_coordinates(crossings[:1])).tolist()
    start, end = network.places[ask.start].name, network.places[ask.end].name
    return Corridor(
        id=identifier,
        name=f"{start} to {end}",
        source=SOURCE.format(edition=network.edition[:12]),
        confidence="illustrative",
        note="A draft: not surveyed, not approved, not for navigation.",
        start=ask.start,
        end=ask.end,
        start_side=start_side,
        end_side=end_side,
        gate_lon=gate_lon,
        gate_lat=gate_lat,
        width_m=ask.width_m,
        lanes=(
            Lane(
                id=f"{identifier}.F",
                direction="forward",
                height_amsl_m=round(levels.upper_amsl_m, 2),
                band_m=BAND_M,
            ),
            Lane(
                id=f"{identifier}.B",
                direction="backward",
                height_amsl_m=round(levels.lower_amsl_m, 2),
                band_m=BAND_M,
            ),
        ),
        approved_zones=tuple(sorted(named)),
    )
