"""The map of a network and of the flights of a plan, as a PNG."""

import math
import textwrap
from collections import Counter
from pathlib import Path

import shapely
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from geodata.network import Network
from planner import palette
from planner.map_labels import draw_labels
from planner.map_layers import (
    draw_areas,
    draw_boundary,
    draw_corridors,
    draw_flights,
    draw_obstacles,
    draw_places,
)
from planner.map_legend import draw_legend
from planner.picture import draw_title, fractions, new_figure, summary, write_png
from planner.plan import Plan

SIZE_PX = (1600, 1200)
MAP_PX = (46, 60, 1216, 1062)
"""Left, bottom, width and height of the map within the picture."""

CREDIT = (
    "© OpenStreetMap contributors (ODbL 1.0). Contains information of the Government of the "
    "Hong Kong SAR from data.gov.hk."
)


def draw_map(plan: Plan | None, network: Network, path: Path) -> None:
    """Write the map as a PNG of 1600 by 1200 pixels; without a plan, the network alone.

    It is drawn in the network's metric CRS, north up. The same plan and network give the same
    bytes. Raises `OSError` if the file cannot be written.
    """
    write_png(map_figure(plan, network), path)


def map_figure(plan: Plan | None, network: Network) -> Figure:
    """Return the figure that `draw_map` writes."""
    figure = new_figure(*SIZE_PX)
    left, bottom, width, height = MAP_PX
    axes = figure.add_axes((*fractions(figure, left, bottom), *fractions(figure, width, height)))
    view = _view(network)
    west, south, east, north = view.bounds
    axes.set(xlim=(west, east), ylim=(south, north), aspect="equal")
    px_per_m = width / (east - west)
    _frame(axes)
    draw_areas(axes, network, view)
    draw_boundary(axes, network)
    draw_corridors(axes, network)
    flights = _flights(plan)
    colours = palette.drone_colours(drone for lane in flights.values() for drone in lane)
    draw_flights(axes, network, flights, colours, 1 / px_per_m)
    draw_obstacles(axes, network, view)
    draw_places(axes, network)
    _foot(figure, network, px_per_m)
    draw_labels(axes, network, view, flights)
    corner = fractions(figure, left + width + 12, bottom + height)
    draw_legend(figure, network, flights, colours, corner)
    title, detail = network.info.name, f"network, edition {network.edition[:12]}"
    if plan is not None and plan.sorties:
        title = f"{title}: flights of {plan.sorties[0].stops[0].arrive.date()}"
    draw_title(figure, left, title, summary(plan, network) if plan else detail)
    return figure


def _view(network: Network) -> shapely.Polygon:
    """Return the rectangle to show: all places, corridors and parks, in the map's proportions."""
    ids = [*network.places, *network.corridors, *network.parks]
    west, south, east, north = shapely.total_bounds([network.metric[each] for each in ids])
    width, height = 1.1 * (east - west), 1.1 * (north - south)
    proportion = MAP_PX[2] / MAP_PX[3]
    width, height = max(width, height * proportion), max(height, width / proportion)
    x, y = (west + east) / 2, (south + north) / 2
    return shapely.box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)


def _frame(axes: Axes) -> None:
    """Rule the edges with the kilometre grid of the metric CRS."""
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    for axis, low, high in ((axes.xaxis, west, east), (axes.yaxis, south, north)):
        kilometres = range(math.ceil(low / 1000), math.floor(high / 1000) + 1)
        axis.set_ticks([1000 * km for km in kilometres], [str(km) for km in kilometres])
    axes.tick_params(labelsize=8, colors=palette.MUTED, length=3)
    axes.tick_params(axis="y", labelrotation=90)
    axes.grid(color=palette.FAINT, lw=0.5, alpha=0.6, zorder=1.5)
    axes.set_axisbelow(False)
    for spine in axes.spines.values():
        spine.set(color=palette.MUTED, linewidth=0.8)


def _flights(plan: Plan | None) -> dict[str, Counter[str]]:
    """Return lane id to drone id to number of flights."""
    flights: dict[str, Counter[str]] = {}
    for sortie in plan.sorties if plan else ():
        for leg in sortie.legs:
            for lane in leg.lanes:
                flights.setdefault(lane, Counter())[sortie.drone] += 1
    return dict(sorted(flights.items()))


def _foot(figure: Figure, network: Network, px_per_m: float) -> None:
    """Draw scale bar, north arrow, notice and credits under the legend and the map."""
    left, bottom = MAP_PX[0] + MAP_PX[2] + 14, MAP_PX[1]
    notice = f"{network.info.notice}\n\nHeights: m above {network.info.vertical_datum}."
    text = figure.text(
        left / SIZE_PX[0],
        bottom / SIZE_PX[1],
        "\n".join(textwrap.fill(line, 52) for line in notice.split("\n")),
        size=7.5,
        color=palette.MUTED,
        va="bottom",
        linespacing=1.3,
        parse_math=False,
    )
    low = text.get_window_extent().y1 + 26
    longest = MAP_PX[2] / px_per_m / 5
    length_m = next((m for m in (5000, 2000, 1000, 500, 200, 100) if m <= longest), 50)
    bar = figure.add_axes(
        (left / SIZE_PX[0], low / SIZE_PX[1], length_m * px_per_m / SIZE_PX[0], 7 / SIZE_PX[1])
    )
    bar.set(xlim=(0, length_m), ylim=(0, 1), yticks=[], xticks=[0, length_m / 2, length_m])
    bar.axvspan(0, length_m / 2, color=palette.INK)
    bar.set_xticklabels(["0", f"{length_m / 2:.0f}", f"{length_m} m"])
    bar.tick_params(labelsize=8, length=2, pad=2, colors=palette.INK)
    arrow_x = SIZE_PX[0] - 50
    for sign, y, size in (("\N{BLACK UP-POINTING TRIANGLE}", low, 15), ("N", low - 18, 11)):
        figure.text(
            arrow_x / SIZE_PX[0], y / SIZE_PX[1], sign, size=size, color=palette.INK, ha="center"
        )
    figure.text(
        MAP_PX[0] / SIZE_PX[0],
        14 / SIZE_PX[1],
        f"{CREDIT} Grid: {network.info.metric_crs}, km.",
        size=8,
        color=palette.MUTED,
        va="bottom",
    )
