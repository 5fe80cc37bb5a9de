"""A panel of a timeline: rows of bars over the hours of a day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from planner.draw import palette
from planner.draw.labels import shortened
from planner.draw.picture import fractions
from planner.plan.occupation import Span

HOUR_S = 3600
TICKS_S = (300, 900, 1800, HOUR_S, 2 * HOUR_S, 6 * HOUR_S)
MOST_TICKS = 16
"""The finest spacing of hours is taken that needs no more ticks."""

WIDTH_PX = 1600
LEFT_PX, RIGHT_PX = 232, 84
HEADING_PX = 20
SMALL_ROW_PX = 18

Part = tuple[float, float]
"""From and to along one axis of a panel."""


@dataclass(frozen=True)
class Row:
    """One line of a panel: heights in pixels from the panel's top, growing downwards."""

    id: str
    label: str
    top_px: float
    height_px: float
    heading: bool = False

    @property
    def bottom_px(self) -> float:
        """Where the next row starts."""
        return self.top_px + self.height_px

    def part(self, share: tuple[float, float]) -> tuple[float, float]:
        """Return top and bottom of a share of the row's height."""
        return self.top_px + share[0] * self.height_px, self.top_px + share[1] * self.height_px


def stack(groups: Iterable[tuple[str, Sequence[tuple[str, str]]]], row_px: float) -> list[Row]:
    """Return the rows of groups of (id, label), each under its heading if that is not empty."""
    rows: list[Row] = []
    top = 0.0
    for heading, members in groups:
        if heading:
            rows.append(Row("", heading, top, HEADING_PX, heading=True))
            top += HEADING_PX
        for row_id, label in members:
            rows.append(Row(row_id, label, top, row_px))
            top += row_px
    return rows


def panel(figure: Figure, rows: Sequence[Row], bottom_px: float, span: Span) -> Axes:
    """Return axes of hours across and rows down, with labels, hour grid and headings."""
    height = rows[-1].bottom_px
    left, bottom = fractions(figure, LEFT_PX, bottom_px)
    width, tall = fractions(figure, WIDTH_PX - LEFT_PX - RIGHT_PX, height)
    axes = figure.add_axes((left, bottom, width, tall))
    axes.set(xlim=span, ylim=(height, 0))
    step = next((each for each in TICKS_S if span[1] - span[0] <= MOST_TICKS * each), TICKS_S[-1])
    ticks = range(span[0], span[1] + 1, step)
    axes.set_xticks(ticks, [f"{at // HOUR_S % 24:02d}:{at % HOUR_S // 60:02d}" for at in ticks])
    axes.set_xticks(range(span[0], span[1] + 1, step // 2), minor=True)
    named = [row for row in rows if not row.heading]
    axes.set_yticks(
        [row.top_px + row.height_px / 2 for row in named],
        [shortened(row.label, 34) for row in named],
    )
    axes.tick_params(axis="x", labelsize=8.5, colors=palette.MUTED, length=0, pad=4)
    axes.tick_params(axis="x", which="minor", length=0)
    for label in axes.get_yticklabels():
        label.set_parse_math(False)
    size = 7.5 if min(row.height_px for row in rows) < SMALL_ROW_PX else 8.5
    axes.tick_params(axis="y", labelsize=size, colors=palette.INK, length=0, pad=16)
    for row in rows:
        if row.heading:
            _heading(axes, row)
        else:
            axes.axhline(row.bottom_px, color="#e3e7ec", lw=0.6, zorder=0.4)
    axes.grid(axis="x", color=palette.FAINT, lw=0.7, zorder=0.5)
    axes.grid(axis="x", which="minor", color=palette.FAINT, lw=0.4, alpha=0.5, zorder=0.5)
    axes.set_axisbelow(True)
    for spine in axes.spines.values():
        spine.set(color=palette.FAINT, linewidth=0.8)
    return axes


def _heading(axes: Axes, row: Row) -> None:
    axes.axhspan(row.top_px, row.bottom_px, color="#eef1f4", lw=0, zorder=1)
    axes.text(
        0.004,
        row.top_px + row.height_px / 2,
        row.label,
        transform=axes.get_yaxis_transform(),
        size=8.5,
        weight="bold",
        color=palette.MUTED,
        va="center_baseline",
        zorder=1.1,
        parse_math=False,
    )


def draw_bars(axes: Axes, colour: str, bars: Iterable[tuple[Part, Part]]) -> None:
    """Draw bars of one colour, each from and to across, and top and bottom down."""
    corners = [
        ((start, top), (end, top), (end, bottom), (start, bottom))
        for (start, end), (top, bottom) in bars
    ]
    axes.add_collection(PolyCollection(corners, fc=colour, ec="none", zorder=2), autolim=False)


def shade(axes: Axes, span: Part, part: Part) -> None:
    """Hatch a stretch of a row that is outside hours, if there is any."""
    if span[0] >= span[1]:
        return
    corner = (span[0], part[0])
    axes.add_patch(
        Rectangle(
            corner,
            span[1] - span[0],
            part[1] - part[0],
            fc="#f4f5f7",
            ec="#d7dce2",
            hatch="////",
            lw=0,
            zorder=0.3,
        )
    )
