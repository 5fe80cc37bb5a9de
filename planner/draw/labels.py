"""Labels that do not overlap: greedy placement, the most important first.

Christensen, Marks and Shieber (1995), "An empirical study of algorithms for point-feature label
placement", ACM Transactions on Graphics 14(3), section 3.1: each label takes the best of its
candidate positions that is still free and is left out if none is.
"""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import shapely
import shapely.ops
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke
from matplotlib.text import Text
from shapely.geometry.base import BaseGeometry

GAP_PX = 3.0
"""Kept free between labels, and between a label and its marker."""

COVERED_PX2 = 12.0
"""Covering so much of what should be spared weighs as much as moving one pixel further off."""

_RINGS_PX = (0.0, 9.0, 20.0, 34.0)
"""How far beyond the marker a label may go; past the second it gets a leader line."""

_SOMEWHERE = ((1, 0), (1, 1), (1, -1), (-1, 0), (-1, 1), (-1, -1), (0, 1), (0, -1))
"""Directions from the marker in order of preference: right of it reads best (Yoeli 1972)."""


_Align = Literal["left", "center", "right"]
_ALIGN: dict[int, _Align] = {1: "left", 0: "center", -1: "right"}


@dataclass(frozen=True, kw_only=True)
class Label:
    """A text that wants a place.

    `anchors` are points in data coordinates. With a `marker_px` (its half size) the label goes
    beside its first anchor; without, it is centred on any one of them.
    """

    text: str
    anchors: Sequence[tuple[float, float]]
    marker_px: float | None = None
    size_pt: float = 9
    colour: str = "#1d2733"
    weight: str = "normal"
    style: str = "normal"


@dataclass(frozen=True)
class _Candidate:
    box: shapely.Polygon
    middle_px: tuple[float, float]
    penalty: float
    leader_px: shapely.LineString | None
    align: _Align = "center"


def place_labels(
    axes: Axes,
    labels: Sequence[Label],
    *,
    taken: Sequence[BaseGeometry] = (),
    spared: Sequence[BaseGeometry] = (),
) -> list[Text]:
    """Draw the labels that fit inside `axes`, the first the most important; return their texts.

    `taken` are shapes in pixels that no label may touch, `spared` polygons in pixels that labels
    cover as little as they can. The limits of `axes` must be final.
    """
    occupied, drawn = list(taken), list[BaseGeometry]()
    index = shapely.STRtree(list(spared))
    frame = shapely.box(*axes.bbox.extents)
    placed: list[Text] = []
    for label in labels:
        text = _text(axes, label)
        extent = text.get_window_extent()
        found: tuple[float, _Candidate] | None = None
        for candidate in _candidates(axes, label, extent.width, extent.height):
            if found is not None and candidate.penalty >= found[0]:
                continue
            room = candidate.box.buffer(GAP_PX, cap_style="square", join_style="mitre")
            if not frame.covers(room) or any(room.intersects(shape) for shape in occupied):
                continue
            leader = candidate.leader_px
            if leader is not None and any(leader.intersects(shape) for shape in drawn):
                continue
            covered = shapely.intersection(
                index.geometries[index.query(candidate.box)], candidate.box
            )
            penalty = candidate.penalty + float(shapely.area(covered).sum()) / COVERED_PX2
            if found is None or penalty < found[0]:
                found = (penalty, candidate)
        if found is None:
            text.remove()
            continue
        _settle(axes, text, label, found[1])
        shapes = [found[1].box] + [each for each in (found[1].leader_px,) if each is not None]
        occupied += shapes
        drawn += shapes
        placed.append(text)
    return placed


def text_boxes(figure: Figure) -> list[tuple[str, tuple[float, float, float, float]]]:
    """Return every visible text of a figure with its box (left, bottom, right, top) in pixels."""
    figure.draw_without_rendering()
    texts = [each for each in figure.findobj(Text) if isinstance(each, Text)]
    boxes = []
    for text in texts:
        if text.get_visible() and text.get_text().strip():
            left, bottom, right, top = text.get_window_extent().extents
            boxes.append((text.get_text(), (left, bottom, right, top)))
    return boxes


def overlapping(figure: Figure) -> list[tuple[str, str]]:
    """Return the pairs of texts of a figure that overlap by more than a pixel's rounding."""
    found = text_boxes(figure)
    shapes = [
        shapely.box(left + 0.5, low + 0.5, right - 0.5, top - 0.5)
        for _, (left, low, right, top) in found
    ]
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    return sorted((found[i][0], found[j][0]) for i, j in zip(first, second, strict=True) if i < j)


def shortened(text: str, longest: int) -> str:
    """Return `text` with its end replaced by an ellipsis if it has over `longest` characters."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def wrapped(text: str, widest: int) -> str:
    """Return `text` broken into as few lines of at most `widest` characters, of like length."""

    def lines(width: int) -> list[str]:
        return textwrap.wrap(text, width, break_long_words=False)

    fewest = len(lines(widest))
    return "\n".join(next(lines(at) for at in range(1, widest + 1) if len(lines(at)) <= fewest))


def _text(axes: Axes, label: Label) -> Text:
    return axes.text(
        *label.anchors[0],
        label.text,
        size=label.size_pt,
        color=label.colour,
        weight=label.weight,
        style=label.style,
        ha="center",
        va="center",
        linespacing=1.05,
        parse_math=False,
        zorder=20,
        path_effects=[withStroke(linewidth=2.6, foreground="white", alpha=0.9)],
    )


def _candidates(axes: Axes, label: Label, width: float, height: float) -> list[_Candidate]:
    anchors = [(float(x), float(y)) for x, y in axes.transData.transform(list(label.anchors))]
    if label.marker_px is None:
        return [
            _Candidate(_box(anchor, width, height), anchor, rank * 0.5, None)
            for rank, anchor in enumerate(anchors)
        ]
    found = []
    x, y = anchors[0]
    for ring, beyond in enumerate(_RINGS_PX):
        reach = label.marker_px + GAP_PX + beyond
        for rank, (east, north) in enumerate(_SOMEWHERE):
            along = reach * 0.71 if east and north else reach
            middle = (x + east * (along + width / 2), y + north * (along + height / 2))
            box = _box(middle, width, height)
            leader = _leader((x, y), label.marker_px, box) if ring > 1 else None
            align = _ALIGN[east]
            found.append(_Candidate(box, middle, rank * 1.5 + beyond, leader, align))
    return found


def _box(middle: tuple[float, float], width: float, height: float) -> shapely.Polygon:
    x, y = middle
    return shapely.box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)


def _leader(
    anchor: tuple[float, float], marker_px: float, box: shapely.Polygon
) -> shapely.LineString:
    """Return the line from the rim of a marker to the nearest point of a label."""
    line = shapely.shortest_line(shapely.Point(anchor), box)
    return shapely.ops.substring(line, marker_px, line.length)


def _settle(axes: Axes, text: Text, label: Label, chosen: _Candidate) -> None:
    """Move the text to its place and, if that is far from the marker, draw a leader line."""
    to_data = axes.transData.inverted()
    x, y = to_data.transform(chosen.middle_px)
    text.set_position((float(x), float(y)))
    text.set_multialignment(chosen.align)
    if chosen.leader_px is None:
        return
    (x0, y0), (x1, y1) = to_data.transform(shapely.get_coordinates(chosen.leader_px))
    axes.add_line(Line2D([x0, x1], [y0, y1], color=label.colour, lw=0.6, zorder=19))
