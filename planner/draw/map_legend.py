"""The legend beside a map: only what the map shows."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from geodata.network import Network
from planner.draw import palette
from planner.draw.labels import shortened
from planner.draw.map_layers import (
    FILL,
    HATCH,
    MARKER_PX,
    MARKER_STYLE,
    RIBBON_PX,
    Flights,
    illustrative,
    marker_kind,
)

PLACE_NAME = {
    "base": "vertiport with battery swap or chargers",
    "vertiport": "vertiport",
    "checkpoint": "customs checkpoint",
    "joint": "joint checkpoint (both sides)",
    "waypoint": "waypoint",
}
ZONE_NAME = {
    "prohibited": "prohibited zone",
    "restricted": "restricted zone, closed while active",
    "permission": "permission zone",
    "ceiling": "height ceiling (area below it)",
}
GAP = 0.016
"""Between groups, as a fraction of the figure's height."""

ROWS, COLUMNS = 12, 4
"""Longest group and most columns that fit beside the map."""


@dataclass(frozen=True, slots=True)
class Stripes:
    """What the stripes beside the lanes stand for; `note` may say how many are at most `{busiest}`.

    Names of up to `letters` letters are written out; the busiest lane is `widest_px` wide.
    """

    title: str
    note: str
    letters: int = 8
    widest_px: float = RIBBON_PX


BY_DRONE = Stripes(
    "Flights by drone",
    "A stripe a drone, to the right of the line flown;\n"
    "width grows with the flights in the lane, at most {busiest}.",
)

Handle = Artist | tuple[Artist, ...]
Entry = tuple[Handle, str]


def draw_legend(
    figure: Figure,
    network: Network,
    flights: Flights,
    colours: Mapping[str, str],
    corner: tuple[float, float],
    stripes: Stripes,
) -> None:
    """Draw the legend with its top left corner at `corner`, in fractions of the figure."""
    groups = {
        "Places": _places(network),
        "Areas": _areas(network),
        "Corridors and obstacles": _air(network),
        "Confidence": _confidence(network),
        stripes.title: _striped(flights, colours, stripes.letters),
    }
    left, top = corner
    for title, entries in groups.items():
        if entries:
            columns = max(1, math.ceil(len(entries) / ROWS))
            top = _group(figure, title, entries, (left, top), columns) - GAP
    if flights:
        busiest = max(sum(lane.values()) for lane in flights.values())
        text = stripes.note.format(busiest=busiest)
        figure.text(left, top, text, size=8, color=palette.MUTED, va="top", linespacing=1.3)


def _group(
    figure: Figure, title: str, entries: list[Entry], corner: tuple[float, float], columns: int
) -> float:
    """Draw one titled group of the legend; return where it ends, in fractions of the figure."""
    legend = figure.legend(
        handles=[handle for handle, _ in entries],
        labels=[label for _, label in entries],
        loc="upper left",
        bbox_to_anchor=corner,
        ncols=columns,
        title=title,
        title_fontproperties={"size": 10, "weight": "bold"},
        alignment="left",
        frameon=False,
        fontsize=9,
        labelcolor=palette.INK,
        borderaxespad=0,
        borderpad=0,
        handlelength=2.2 if columns < COLUMNS else 1.5,
        handleheight=1.0,
        columnspacing=1.2,
        labelspacing=0.5,
    )
    bottom_px = legend.get_window_extent().y0
    return float(bottom_px / figure.bbox.height)


def _places(network: Network) -> list[Entry]:
    kinds = {marker_kind(network, place) for place in network.places}
    found: list[Entry] = []
    for kind, name in PLACE_NAME.items():
        if kind in kinds:
            colour, marker = MARKER_STYLE[kind]
            size = MARKER_PX[kind] * 1.3
            handle = Line2D([], [], ls="none", marker=marker, ms=size, mfc=colour, mec=colour)
            dot = Line2D([], [], ls="none", marker="o", ms=3, mfc="white", mec="none")
            found.append(((handle, dot) if kind in ("base", "joint") else handle, name))
    return found


def _areas(network: Network) -> list[Entry]:
    kinds = {zone.kind for zone in network.zones.values()}
    found: list[Entry] = []
    if network.parks:
        found.append((Patch(fc=palette.PARK, ec=palette.PARK_EDGE), "park of the zone"))
    for kind, name in ZONE_NAME.items():
        if kind in kinds:
            colour = palette.ZONE[kind]
            fill = (colour, 0.25) if FILL[kind] else "none"
            found.append((Patch(fc=fill, ec=colour, hatch=HATCH[kind] * 2), name))
    found.append((Line2D([], [], color=palette.BOUNDARY, lw=1.3, ls=(0, (6, 2, 2, 2))), "boundary"))
    return found


def _air(network: Network) -> list[Entry]:
    found: list[Entry] = []
    if network.corridors:
        band = Patch(fc=palette.CORRIDOR, ec=palette.CORRIDOR_LINE, lw=0.8)
        found.append((band, "corridor, at its width"))
    if any(each.gate_lon is not None for each in network.corridors.values()):
        gate = Line2D([], [], ls="none", marker="D", ms=6, mfc="white", mec=palette.BOUNDARY)
        found.append((gate, "gate on the boundary"))
    kinds = {each.kind for each in network.obstacles.values()}
    for marker, name, members in (
        ("X", "tower or building, top in m", {"tower", "building"}),
        ("^", "hill, top in m", {"hill"}),
    ):
        if kinds & members:
            handle = Line2D([], [], ls="none", marker=marker, ms=6, color=palette.OBSTACLE)
            found.append((handle, name))
    if any(each.radius_m > 0 for each in network.obstacles.values()):
        extent = Patch(fc=palette.OBSTACLE, alpha=0.16, ec="none")
        found.append((extent, "lateral extent of an obstacle"))
    if kinds & {"footbridge", "power_line"}:
        found.append((Line2D([], [], color=palette.OBSTACLE, lw=1.1), "footbridge or power line"))
    return found


def _confidence(network: Network) -> list[Entry]:
    everything = [each for layer in network.features.values() for each in layer]
    found: list[Entry] = []
    for hollow, name in (
        (False, "surveyed, published or derived"),
        (True, "dashed, hollow or pale: illustrative,\nstands for what is not public"),
    ):
        if any(illustrative(each) == hollow for each in everything):
            style = "dashed" if hollow else "solid"
            line = Line2D([], [], color=palette.MUTED, lw=1.2, ls=style)
            face = "white" if hollow else palette.MUTED
            mark = Line2D([], [], ls="none", marker="o", ms=6, mfc=face, mec=palette.MUTED)
            found.append(((line, mark), name))
    return found


def _striped(flights: Flights, colours: Mapping[str, str], letters: int) -> list[Entry]:
    used = sorted({drone for lane in flights.values() for drone in lane})
    shown = used if len(used) <= ROWS * COLUMNS else used[: ROWS * COLUMNS - 1]
    chips: list[Entry] = [(Patch(fc=colours[drone]), shortened(drone, letters)) for drone in shown]
    if len(shown) < len(used):
        chips.append((Line2D([], [], ls="none"), f"+ {len(used) - len(shown)}"))
    return chips
