"""The map of an impact, as a PNG: pairs of vertiports whose routes changed, edits to blame."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import shapely
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from shapely.geometry.base import BaseGeometry

from geodata.editions.diff import FeatureChange
from geodata.network import Network
from planner.draw import palette
from planner.draw.labels import Label, place_labels, shortened
from planner.draw.map_frame import draw_credit, draw_frame, draw_scale, draw_signs
from planner.draw.picture import draw_title, fractions, new_figure, write_png
from planner.impact.change import Change
from planner.impact.document import counts
from planner.impact.impact import Impact

SIZE_PX = (1600, 1200)
MAP_PX = (46, 76, 1508, 1030)
"""Left, bottom, width and height of the map within the picture."""

BLAMED = "#6a1b9a"
COLOUR = {
    Change.LOST: "#d3202b",
    Change.SLOWER: "#ef8a17",
    Change.COSTLIER: "#c9a400",
    Change.GAINED: "#1e9e3e",
    Change.FASTER: "#1463c4",
    Change.CHEAPER: "#5b8db8",
}
"""What is drawn over the others stands first."""

WIDEST_PX, THINNEST_PX = 6.0, 0.7
"""Widths of a line where all routes of a pair changed, and where few did."""
LABELS_MAX = 20
"""Edits that are named on the map; the table holds all."""


def draw_impact(found: Impact, path: Path) -> None:
    """Write the map of an impact as a PNG of 1600 by 1200 pixels, north up.

    A line joins each pair of vertiports with routes that changed, one for each kind of change and
    the wider the more of them; what was edited and is to blame is drawn over them. The same impact
    gives the same bytes. Raises `OSError` if the file cannot be written.
    """
    write_png(impact_figure(found), path)


def impact_figure(found: Impact) -> Figure:
    """Return the figure that `draw_impact` writes."""
    new = found.edits.new
    figure = new_figure(*SIZE_PX)
    left, bottom, width, height = MAP_PX
    axes = figure.add_axes((*fractions(figure, left, bottom), *fractions(figure, width, height)))
    view = _view(found)
    axes.set(xlim=(view[0], view[2]), ylim=(view[1], view[3]), aspect="equal")
    draw_frame(axes)
    _background(axes, new)
    _pairs(axes, found)
    blamed = list(_blamed(found))
    for _, shape in blamed:
        _feature(axes, shape)
    axes.set(xlabel="", ylabel="")
    labels = [*_edit_labels(blamed, shapely.box(*view)), *_place_labels(found)]
    lines = [shapely.transform(each, axes.transData.transform) for _, each in blamed]
    place_labels(axes, labels, spared=[each.buffer(3) for each in lines])
    _legend(figure, found, (left, bottom - 44))
    px_per_m = width / (view[2] - view[0])
    draw_scale(figure, (left + width - 400, bottom - 34), 250, px_per_m)
    draw_credit(figure, new, left)
    draw_title(figure, left, f"{new.info.name}: what the edits do to routes", _summary(found))
    return figure


def _summary(found: Impact) -> str:
    told = ", ".join(f"{count} {change.word}" for change, count in counts(found).items() if count)
    editions = f"edition {found.edits.old.edition[:12]} → {found.edits.new.edition[:12]}"
    return f"{editions}: of {found.compared} routes {told or 'none changed'}"


def _view(found: Impact) -> tuple[float, float, float, float]:
    """Return west, south, east and north of all places and corridors, with room about them."""
    new = found.edits.new
    shapes = [new.metric[each] for each in (*new.places, *new.corridors)]
    shapes += [shape for _, shape in _blamed(found)]
    west, south, east, north = shapely.total_bounds(shapes)
    proportion = MAP_PX[2] / MAP_PX[3]
    width = 1.12 * max(east - west, (north - south) * proportion)
    height = width / proportion
    x, y = (west + east) / 2, (south + north) / 2
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def _background(axes: Axes, new: Network) -> None:
    def draw(layer: str, **style: Any) -> None:
        shapes = [new.metric[each.id] for each in new.layer(layer)]
        if shapes:
            geopandas.GeoSeries(shapes).plot(ax=axes, aspect=None, **style)

    draw("parks", facecolor=palette.PARK, edgecolor=palette.PARK_EDGE, lw=1, zorder=1)
    draw("boundary", color=palette.RIVER, lw=7, zorder=2)
    draw("boundary", color=palette.BOUNDARY, lw=1.2, ls="dashdot", zorder=2.1)
    draw("corridors", color=palette.FAINT, lw=2, zorder=3)
    draw("checkpoints", color="white", edgecolor=palette.CHECKPOINT, markersize=36, zorder=8)
    draw("vertiports", color=palette.VERTIPORT, markersize=30, zorder=8)


def _pairs(axes: Axes, found: Impact) -> None:
    """Draw a line for each pair and change, both directions as one, the worst over the others."""
    pairs: dict[Change, Counter[tuple[str, str]]] = {change: Counter() for change in COLOUR}
    for each in found.routes:
        first, second = sorted((each.origin, each.destination))
        pairs[each.change][first, second] += len(each.departures)
    types, goods, departures, *_ = found.grid.shape
    most = 2 * types * goods * departures
    for rank, change in enumerate(reversed(COLOUR)):
        lines = [np.array([_at(found, one), _at(found, other)]) for one, other in pairs[change]]
        widths = [max(THINNEST_PX, WIDEST_PX * number / most) for number in pairs[change].values()]
        axes.add_collection(
            LineCollection(
                lines, colors=COLOUR[change], linewidths=widths, alpha=0.6, zorder=4 + 0.1 * rank
            ),
            autolim=False,
        )


def _at(found: Impact, vertiport: str) -> tuple[float, float]:
    """Return where a vertiport is, or was."""
    new, old = found.edits.new, found.edits.old
    shape = new.metric[vertiport] if vertiport in new.vertiports else old.metric[vertiport]
    assert isinstance(shape, shapely.Point)
    return shape.x, shape.y


def _blamed(found: Impact) -> Iterator[tuple[FeatureChange, BaseGeometry]]:
    """Yield the feature changes that are to blame for a route, with their metric shapes."""
    causes = {at for each in found.routes for cause in each.causes for at in cause}
    for edit in found.edits_of(sorted(causes)):
        for change in edit.changes:
            shape = change.new_shape or change.old_shape
            assert shape is not None
            yield change, found.edits.new.projection.to_metric(np.array([shape], dtype=object))[0]


def _feature(axes: Axes, shape: BaseGeometry) -> None:
    series = geopandas.GeoSeries([shape])
    if shape.geom_type.endswith("Polygon"):
        series.plot(ax=axes, aspect=None, facecolor=BLAMED, alpha=0.12, zorder=6)
        series.boundary.plot(ax=axes, aspect=None, color=BLAMED, lw=2.5, zorder=6.1)
    elif shape.geom_type == "Point":
        series.plot(
            ax=axes, aspect=None, color="white", edgecolor=BLAMED, lw=2.5, markersize=110, zorder=7
        )
    else:
        series.plot(ax=axes, aspect=None, color=BLAMED, lw=4.5, zorder=6.2)


def _edit_labels(
    blamed: list[tuple[FeatureChange, BaseGeometry]], view: BaseGeometry
) -> Iterator[Label]:
    for change, shape in blamed[:LABELS_MAX]:
        seen = shape.intersection(view)
        if seen.is_empty:
            continue
        at = (
            seen.interpolate(0.5, normalized=True)
            if seen.geom_type == "LineString"
            else seen.representative_point()
        )
        fields = [each.field for each in change.fields]
        what = change.kind if change.kind != "changed" else ", ".join(fields) or "moved"
        yield Label(
            text=shortened(f"{change.id}: {what}", 40),
            anchors=[(at.x, at.y)],
            marker_px=None if shape.geom_type.endswith("Polygon") else 9,
            colour=BLAMED,
            weight="bold",
        )


def _place_labels(found: Impact) -> Iterator[Label]:
    """Yield the names of vertiports with a changed route, those with the most first."""
    counted = Counter[str]()
    for each in found.routes:
        counted[each.origin] += len(each.departures)
        counted[each.destination] += len(each.departures)
    for vertiport, _ in counted.most_common():
        yield Label(text=vertiport, anchors=[_at(found, vertiport)], marker_px=5, size_pt=8)


def _legend(figure: Figure, found: Impact, corner_px: tuple[float, float]) -> None:
    seen = counts(found)
    handles: list[Artist] = [
        Line2D([], [], color=colour, lw=2.8, label=f"{change.word}: {seen[change]} routes")
        for change, colour in COLOUR.items()
        if seen[change]
    ]
    handles += [
        Line2D([], [], color=BLAMED, lw=4.5, label="edit to blame"),
        Line2D([], [], color=palette.FAINT, lw=2, label="corridor"),
        Line2D([], [], color=palette.RIVER, lw=7, label="river, boundary"),
        Patch(fc=palette.PARK, ec=palette.PARK_EDGE, label="park of the zone"),
    ]
    draw_signs(figure, handles, corner_px)
