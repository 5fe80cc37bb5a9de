"""The map of suggested corridors over the surface of risk that they were sought on, as a PNG."""

from pathlib import Path

import geopandas
import numpy as np
import shapely
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from geodata.suggest.suggest import Answer
from planner.draw import palette
from planner.draw.labels import Label, place_labels
from planner.draw.map_frame import draw_credit, draw_frame, draw_scale, draw_signs
from planner.draw.picture import counted, draw_title, fractions, new_figure, write_png

SIZE_PX = (1600, 1200)
MAP_PX = (46, 76, 1508, 1030)
"""Left, bottom, width and height of the map within the picture."""

RISK_SHOWN_MAX = 6.0
"""Risk from here on has one colour."""

CLOSED = "#39424e"
SUGGESTED = ("#1463c4", "#1e9e3e", "#8e44ad", "#ff7f0e", "#17a9bd", "#b15928")


def draw_suggestions(answer: Answer, path: Path) -> None:
    """Write the map of an answer as a PNG of 1600 by 1200 pixels, north up.

    The ground is coloured by risk; what is closed to the centre line is hatched, each suggestion
    drawn in its width. The same answer gives the same bytes. Raises `OSError` if it cannot be
    written.
    """
    write_png(_figure(answer), path)


def _figure(answer: Answer) -> Figure:
    figure = new_figure(*SIZE_PX)
    left, bottom, width, height = MAP_PX
    axes = figure.add_axes((*fractions(figure, left, bottom), *fractions(figure, width, height)))
    view = _view(answer)
    axes.set(xlim=(view[0], view[2]), ylim=(view[1], view[3]), aspect="equal")
    axes.set_facecolor(palette.PAPER)
    _risk(axes, answer)
    draw_frame(axes)
    _closed(axes, answer)
    _network(axes, answer)
    _suggested(axes, answer)
    axes.set(xlabel="", ylabel="")
    lines = [
        shapely.transform(each.line_m, axes.transData.transform) for each in answer.suggestions
    ]
    place_labels(axes, list(_labels(answer)), spared=[each.buffer(4) for each in lines])
    _legend(figure, answer, (left, bottom - 44))
    px_per_m = width / (view[2] - view[0])
    draw_scale(figure, (left + width - 330, bottom - 34), 220, px_per_m)
    draw_credit(figure, answer.network, left)
    ask = answer.ask
    title = f"{answer.network.info.name}: {ask.start} to {ask.end}"
    found = counted(len(answer.suggestions), "suggested corridor")
    detail = f"{found}, {ask.width_m:g} m wide, edition {answer.network.edition[:12]}"
    draw_title(figure, left, title, detail)
    return figure


def _view(answer: Answer) -> tuple[float, float, float, float]:
    """Return west, south, east and north of both places and all corridors, with room about them."""
    network, ask = answer.network, answer.ask
    seen = [network.metric[each] for each in (ask.start, ask.end)]
    seen += [each.line_m for each in answer.suggestions]
    west, south, east, north = shapely.total_bounds(seen)
    proportion = MAP_PX[2] / MAP_PX[3]
    height = max(1.25 * (north - south), 1.25 * (east - west) / proportion, 600.0)
    width = height * proportion
    x, y = (west + east) / 2, (south + north) / 2
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def _risk(axes: Axes, answer: Answer) -> None:
    """Colour the ground by risk, and keep what the axes show."""
    shown = axes.get_xlim(), axes.get_ylim()
    west, south, east, north = answer.surface.grid.extent_m
    axes.imshow(
        answer.surface.image,
        extent=(west, east, south, north),
        origin="lower",
        cmap="YlOrRd",
        vmin=0,
        vmax=RISK_SHOWN_MAX,
        alpha=0.75,
        interpolation="nearest",
        zorder=1,
    )
    axes.set(xlim=shown[0], ylim=shown[1])


def _closed(axes: Axes, answer: Answer) -> None:
    if not answer.barriers:
        return
    closed = shapely.union_all([each.shape for each in answer.barriers])
    closed = closed.intersection(shapely.box(*answer.surface.grid.extent_m))
    geopandas.GeoSeries([closed]).plot(
        ax=axes,
        aspect=None,
        facecolor="#ffffff66",
        edgecolor=CLOSED,
        hatch="////",
        lw=0.6,
        zorder=2,
    )


def _network(axes: Axes, answer: Answer) -> None:
    """Draw the boundary, and the corridors and places that are there."""
    network = answer.network

    def draw(layer: str, **style: object) -> None:
        shapes = [network.metric[each.id] for each in network.layer(layer)]
        if shapes:
            geopandas.GeoSeries(shapes).plot(ax=axes, aspect=None, **style)

    draw("boundary", color=palette.BOUNDARY, lw=2, ls="dashdot", zorder=3)
    draw("corridors", color=palette.CORRIDOR_LINE, lw=2, zorder=3.1)
    for layer in ("waypoints", "vertiports", "checkpoints"):
        draw(layer, color="white", edgecolor=palette.INK, markersize=16, zorder=3.2)


def _suggested(axes: Axes, answer: Answer) -> None:
    """Draw each suggestion in its width, the best on top, and the two places."""
    for rank, each in enumerate(answer.suggestions):
        strip = each.line_m.buffer(answer.ask.width_m / 2, cap_style="flat")
        colour, order = SUGGESTED[rank % len(SUGGESTED)], 5 - 0.1 * rank
        geopandas.GeoSeries([strip]).plot(
            ax=axes, aspect=None, facecolor=colour, alpha=0.55, edgecolor=colour, zorder=order
        )
        points = shapely.get_coordinates(each.line_m)
        axes.plot(*points.T, color=colour, lw=1.6, marker="o", ms=3.5, zorder=order + 0.05)
    metric, ask = answer.network.metric, answer.ask
    ends = np.array([metric[each].coords[0] for each in (ask.start, ask.end)])
    axes.scatter(
        ends[:, 0], ends[:, 1], s=90, color=palette.INK, edgecolor="white", lw=1.5, zorder=6
    )


def _labels(answer: Answer) -> list[Label]:
    metric, ask = answer.network.metric, answer.ask
    found = [
        Label(
            text=each,
            anchors=[(metric[each].x, metric[each].y)],
            marker_px=10,
            colour=palette.INK,
            weight="bold",
        )
        for each in (ask.start, ask.end)
    ]
    for rank, suggestion in enumerate(answer.suggestions):
        share = 0.3 + 0.4 * rank / max(1, len(answer.suggestions) - 1)
        middle = suggestion.line_m.interpolate(share, normalized=True)
        found.append(
            Label(
                text=f"{suggestion.corridor.id}: {suggestion.score.length_m:.0f} m, "
                f"score {suggestion.score.total_m:.0f}",
                anchors=[(middle.x, middle.y)],
                marker_px=9,
                colour=SUGGESTED[rank % len(SUGGESTED)],
                weight="bold",
            )
        )
    return found


def _legend(figure: Figure, answer: Answer, corner_px: tuple[float, float]) -> None:
    from matplotlib import colormaps

    risk = colormaps["YlOrRd"]
    handles: list[Artist] = [
        Line2D([], [], color=SUGGESTED[rank % len(SUGGESTED)], lw=6, label=each.corridor.id)
        for rank, each in enumerate(answer.suggestions)
    ]
    handles += [
        Patch(fc=risk(level / RISK_SHOWN_MAX), alpha=0.75, label=f"risk {level:g}{more}")
        for level, more in ((0, ""), (1, ""), (2, ""), (4, ""), (RISK_SHOWN_MAX, " or more"))
    ]
    handles += [
        Patch(fc="white", ec=CLOSED, hatch="////", label="closed to the centre line"),
        Line2D([], [], color=palette.CORRIDOR_LINE, lw=2, label="corridor that is there"),
        Line2D([], [], color=palette.BOUNDARY, lw=2, ls="dashdot", label="boundary"),
    ]
    draw_signs(figure, handles, corner_px, narrow=True)
