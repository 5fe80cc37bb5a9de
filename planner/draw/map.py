"""The map of a network and of the flights of a plan, as a PNG."""

import textwrap
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import shapely
from matplotlib.figure import Figure

from geodata.network import Network
from planner.draw import palette
from planner.draw.map_frame import draw_credit, draw_frame, draw_scale
from planner.draw.map_labels import draw_labels
from planner.draw.map_layers import (
    Flights,
    draw_areas,
    draw_boundary,
    draw_corridors,
    draw_flights,
    draw_obstacles,
    draw_places,
)
from planner.draw.map_legend import BY_DRONE, Stripes, draw_legend
from planner.draw.picture import draw_title, fractions, new_figure, summary, write_png
from planner.plan.plan import Plan

SIZE_PX = (1600, 1200)
MAP_PX = (46, 60, 1216, 1062)
"""Left, bottom, width and height of the map within the picture."""


def draw_map(plan: Plan | None, network: Network, path: Path) -> None:
    """Write the map as a PNG of 1600 by 1200 pixels; without a plan, the network alone.

    It is drawn in the network's metric CRS, north up. The same plan and network give the same
    bytes. Raises `OSError` if the file cannot be written.
    """
    write_png(map_figure(plan, network), path)


def map_figure(plan: Plan | None, network: Network) -> Figure:
    """Return the figure that `draw_map` writes."""
    flights = _flights(plan)
    colours = palette.drone_colours(drone for lane in flights.values() for drone in lane)
    title, detail = network.info.name, f"network, edition {network.edition[:12]}"
    if plan is not None and plan.sorties:
        title = f"{title}: flights of {plan.sorties[0].stops[0].arrive.date()}"
    return lanes_figure(
        network, flights, colours, BY_DRONE, title, summary(plan, network) if plan else detail
    )


def lanes_figure(
    network: Network,
    flights: Flights,
    colours: Mapping[str, str],
    stripes: Stripes,
    title: str,
    detail: str,
) -> Figure:
    """Return the map of a network with stripes beside its lanes, each name in its colour."""
    figure = new_figure(*SIZE_PX)
    left, bottom, width, height = MAP_PX
    axes = figure.add_axes((*fractions(figure, left, bottom), *fractions(figure, width, height)))
    view = _view(network)
    west, south, east, north = view.bounds
    axes.set(xlim=(west, east), ylim=(south, north), aspect="equal")
    px_per_m = width / (east - west)
    draw_frame(axes)
    draw_areas(axes, network, view)
    draw_boundary(axes, network)
    draw_corridors(axes, network)
    draw_flights(axes, network, flights, colours, 1 / px_per_m, stripes.widest_px)
    draw_obstacles(axes, network, view)
    draw_places(axes, network)
    _foot(figure, network, px_per_m)
    draw_labels(axes, network, view, flights, stripes.widest_px)
    corner = fractions(figure, left + width + 12, bottom + height)
    draw_legend(figure, network, flights, colours, corner, stripes)
    draw_title(figure, left, title, detail)
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
    draw_scale(figure, (left, low), MAP_PX[2] / 5, px_per_m)
    draw_credit(figure, network, MAP_PX[0])
