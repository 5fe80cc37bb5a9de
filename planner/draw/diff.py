"""The map of what differs between two networks, as a PNG."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import shapely
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from shapely.geometry.base import BaseGeometry

from geodata.editions.diff import FeatureChange, FieldChange, NetworkDiff
from geodata.editions.diff_document import change_text, shape_text
from geodata.network import Network
from planner.draw import palette
from planner.draw.labels import Label, place_labels, shortened
from planner.draw.map_frame import draw_credit, draw_frame, draw_scale, draw_signs
from planner.draw.picture import counted, draw_title, fractions, new_figure, write_png

SIZE_PX = (1600, 1200)
MAP_PX = (46, 76, 1508, 1030)
"""Left, bottom, width and height of the map within the picture."""

LEAST_M = 900.0
"""Least width and height that the map shows: a change is seen with what is about it."""

LABELS_MAX = 40
"""Changes that are named in the map; the table and the JSON hold all."""

_FIRST_CJK = 0x2E80
"""The pictures' type has no Chinese characters; a value that holds any is not shown."""

REMOVED, OLD, ADDED, NEW = "#d3202b", "#5f6875", "#1e9e3e", "#1463c4"
CHANGED_OLD, CHANGED_NEW = "changed, as it was", "changed, as it is"
_STATES = (
    ("removed", REMOVED, "dashed"),
    (CHANGED_OLD, OLD, "dashed"),
    ("added", ADDED, "solid"),
    (CHANGED_NEW, NEW, "solid"),
)
"""What the legend calls a shape, its colour and line; drawn in this order."""


def draw_diff(diff: NetworkDiff, new: Network, path: Path) -> None:
    """Write the map of a difference as a PNG of 1600 by 1200 pixels, north up.

    It shows what was removed in red, added in green, and changed in grey as it was and in blue as
    it is, over the river, the parks and the corridors that stay, in the new network's metric CRS.
    The same networks give the same bytes. Raises `OSError` if the file cannot be written.
    """
    write_png(diff_figure(diff, new), path)


def diff_figure(diff: NetworkDiff, new: Network) -> Figure:
    """Return the figure that `draw_diff` writes."""
    figure = new_figure(*SIZE_PX)
    left, bottom, width, height = MAP_PX
    axes = figure.add_axes((*fractions(figure, left, bottom), *fractions(figure, width, height)))
    view = _view(diff, new)
    axes.set(xlim=(view[0], view[2]), ylim=(view[1], view[3]), aspect="equal")
    draw_frame(axes)
    _background(axes, diff, new)
    _changes(axes, diff, new)
    axes.set(xlabel="", ylabel="")
    lines = [shapely.transform(each, axes.transData.transform) for each in _lines(diff, new)]
    labels = list(_labels(diff, new, shapely.box(*view)))
    place_labels(axes, labels, spared=[each.buffer(3) for each in lines])
    _legend(figure, (left, bottom - 44))
    px_per_m = width / (view[2] - view[0])
    draw_scale(figure, (left + width - 400, bottom - 34), 250, px_per_m)
    draw_credit(figure, new, left)
    draw_title(figure, left, f"{new.info.name}: what differs", _summary(diff))
    return figure


def _summary(diff: NetworkDiff) -> str:
    kinds = [each.kind for each in diff.features]
    parts = [f"{kinds.count(kind)} {kind}" for kind in ("added", "removed", "changed")]
    if diff.info:
        parts.append(f"{counted(len(diff.info), 'field')} of the network itself")
    return f"edition {diff.old_edition[:12]} → {diff.new_edition[:12]}: {', '.join(parts)}"


def _view(diff: NetworkDiff, new: Network) -> tuple[float, float, float, float]:
    """Return west, south, east and north of all changes with room about them, or of everything."""
    shapes = [shape for change in diff.features for _, shape in _shapes(change)]
    seen = _metric(new, shapes) if shapes else list(new.metric.values())
    west, south, east, north = shapely.total_bounds(seen)
    proportion = MAP_PX[2] / MAP_PX[3]
    width = max(1.25 * (east - west), 1.25 * (north - south) * proportion, LEAST_M * proportion)
    height = width / proportion
    x, y = (west + east) / 2, (south + north) / 2
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def _shapes(change: FeatureChange) -> list[tuple[str, BaseGeometry]]:
    """Return the shapes of a change, lon/lat, each with its state in the legend."""
    if change.kind != "changed":
        shape = change.new_shape or change.old_shape
        return [] if shape is None else [(change.kind, shape)]
    assert change.old_shape is not None
    assert change.new_shape is not None
    new = (CHANGED_NEW, change.new_shape)
    return [(CHANGED_OLD, change.old_shape), new] if change.shape else [new]


def _metric(network: Network, shapes: Sequence[BaseGeometry]) -> list[BaseGeometry]:
    return list(network.projection.to_metric(np.array(shapes, dtype=object)))


def _background(axes: Axes, diff: NetworkDiff, new: Network) -> None:
    """Draw the river, the parks and, pale, the corridors and places that stay as they are."""
    touched = {each.id for each in diff.features}

    def draw(layer: str, **style: Any) -> None:
        shapes = [new.metric[each.id] for each in new.layer(layer) if each.id not in touched]
        if shapes:
            geopandas.GeoSeries(shapes).plot(ax=axes, aspect=None, **style)

    draw("parks", facecolor=palette.PARK, edgecolor=palette.PARK_EDGE, lw=1, zorder=1)
    draw("boundary", color=palette.RIVER, lw=7, zorder=2)
    draw("boundary", color=palette.BOUNDARY, lw=1.2, ls="dashdot", zorder=2.1)
    draw("corridors", color=palette.FAINT, lw=2, zorder=3)
    for layer in ("waypoints", "vertiports", "checkpoints"):
        draw(layer, color="white", edgecolor=palette.CORRIDOR_LINE, markersize=14, zorder=3.5)


def _changes(axes: Axes, diff: NetworkDiff, new: Network) -> None:
    """Draw what changed: areas pale with their outline, lines and points over them."""
    for rank, (state, colour, style) in enumerate(_STATES):
        found = [
            shape for change in diff.features for each, shape in _shapes(change) if each == state
        ]
        shapes = geopandas.GeoSeries(_metric(new, found))
        for kind, drawn in shapes.groupby(shapes.geom_type):
            order = 4 + 0.1 * rank
            if kind.endswith("Polygon"):
                drawn.plot(ax=axes, aspect=None, facecolor=colour, alpha=0.10, zorder=order)
                drawn.boundary.plot(
                    ax=axes, aspect=None, color=colour, lw=1.8, ls=style, zorder=order + 0.5
                )
            elif kind == "Point":
                face = "white" if style == "dashed" else colour
                drawn.plot(
                    ax=axes,
                    aspect=None,
                    color=face,
                    edgecolor=colour,
                    lw=2,
                    markersize=70,
                    zorder=order + 2,
                )
            else:
                drawn.plot(ax=axes, aspect=None, color=colour, lw=2.8, ls=style, zorder=order + 1)


def _lines(diff: NetworkDiff, new: Network) -> list[BaseGeometry]:
    """Return the metric lines, outlines and points of all changes."""
    shapes = [shape for change in diff.features for _, shape in _shapes(change)]
    return [
        each.boundary if each.geom_type.endswith("Polygon") else each
        for each in _metric(new, shapes)
    ]


def _labels(diff: NetworkDiff, new: Network, view: BaseGeometry) -> Iterable[Label]:
    """Yield the id of each change with what changed, those of the most fields and metres first."""
    colours = {state: colour for state, colour, _ in _STATES}
    ranked = sorted(
        diff.features,
        key=lambda each: (each.kind == "changed", -len(each.fields), each.layer, each.id),
    )
    for change in ranked[:LABELS_MAX]:
        state, shape = _shapes(change)[-1]
        seen = _metric(new, [shape])[0].intersection(view)
        if seen.is_empty:
            continue
        at = (
            seen.interpolate(0.5, normalized=True)
            if seen.geom_type == "LineString"
            else (seen.representative_point())
        )
        yield Label(
            text="\n".join(shortened(line, 44) for line in _told(change)),
            anchors=[(at.x, at.y)],
            marker_px=None if seen.geom_type.endswith("Polygon") else 9,
            colour=colours[state],
            weight="bold",
        )


def _told(change: FeatureChange) -> list[str]:
    if change.kind != "changed":
        return [f"{change.id}: {change.kind}"]
    told = [shape_text(change.shape)] if change.shape else []
    told += [_line(each) for each in change.fields]
    more = [f"and {len(told) - 3} more"] if len(told) > 3 else []
    return [change.id, *told[:3], *more]


def _line(change: FieldChange) -> str:
    text = change_text(change)
    drawn = all(ord(each) < _FIRST_CJK for each in text)
    return text if drawn else f"{change.field}: changed"


def _legend(figure: Figure, corner_px: tuple[float, float]) -> None:
    handles: list[Artist] = [
        Line2D([], [], color=colour, lw=2.8, ls=style, label=state)
        for state, colour, style in _STATES
    ]
    handles += [
        Line2D([], [], color=palette.FAINT, lw=2, label="corridor that stays"),
        Line2D([], [], color=palette.RIVER, lw=7, label="river, boundary"),
        Patch(fc=palette.PARK, ec=palette.PARK_EDGE, label="park of the zone"),
    ]
    draw_signs(figure, handles, corner_px)
