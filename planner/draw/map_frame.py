"""What stands around a map: the grid at its edges, signs, scale, north, and whose data it shows."""

import math
from collections.abc import Sequence

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from geodata.network import Network
from planner.draw import palette
from planner.draw.picture import fractions

CREDIT = (
    "© OpenStreetMap contributors (ODbL 1.0). Contains information of the Government of the "
    "Hong Kong SAR from data.gov.hk."
)

FINE_BELOW_M = 4000
"""A narrower map is ruled every 200 m, not every kilometre."""


def draw_frame(axes: Axes) -> None:
    """Rule the edges with the grid of the metric CRS, labelled in kilometres."""
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    step_m, decimals = (200, 1) if east - west < FINE_BELOW_M else (1000, 0)
    for axis, low, high in ((axes.xaxis, west, east), (axes.yaxis, south, north)):
        ticks = [step_m * at for at in range(math.ceil(low / step_m), int(high // step_m) + 1)]
        axis.set_ticks(ticks, [f"{at / 1000:.{decimals}f}" for at in ticks])
    axes.tick_params(labelsize=8, colors=palette.MUTED, length=3)
    axes.tick_params(axis="y", labelrotation=90)
    axes.grid(color=palette.FAINT, lw=0.5, alpha=0.6, zorder=1.5)
    axes.set_axisbelow(False)
    for spine in axes.spines.values():
        spine.set(color=palette.MUTED, linewidth=0.8)


def draw_scale(
    figure: Figure, corner_px: tuple[float, float], longest_px: float, px_per_m: float
) -> None:
    """Draw a scale bar from its lower left corner, in pixels, and an arrow to the north.

    The bar stands for a round length, and is at most `longest_px` long.
    """
    left, low = corner_px
    length_m = next(
        (m for m in (5000, 2000, 1000, 500, 200, 100) if m * px_per_m <= longest_px), 50
    )
    bar = figure.add_axes(
        (*fractions(figure, left, low), *fractions(figure, length_m * px_per_m, 7))
    )
    bar.set(xlim=(0, length_m), ylim=(0, 1), yticks=[], xticks=[0, length_m / 2, length_m])
    bar.axvspan(0, length_m / 2, color=palette.INK)
    bar.set_xticklabels(["0", f"{length_m / 2:.0f}", f"{length_m} m"])
    bar.tick_params(labelsize=8, length=2, pad=2, colors=palette.INK)
    arrow_px = figure.bbox.width - 50
    for sign, y_px, size in (("\N{BLACK UP-POINTING TRIANGLE}", low, 15), ("N", low - 18, 11)):
        x, y = fractions(figure, arrow_px, y_px)
        figure.text(x, y, sign, size=size, color=palette.INK, ha="center")


def draw_signs(
    figure: Figure, signs: Sequence[Artist], corner_px: tuple[float, float], *, narrow: bool = False
) -> None:
    """Draw signs with their labels in one row, from its lower left corner, in pixels."""
    figure.legend(
        handles=signs,
        loc="lower left",
        bbox_to_anchor=fractions(figure, *corner_px),
        ncols=len(signs),
        fontsize=8.5 if narrow else 9,
        labelcolor=palette.INK,
        frameon=False,
        borderaxespad=0,
        borderpad=0,
        columnspacing=1.1 if narrow else 1.4,
        handlelength=1.5 if narrow else None,
    )


def draw_credit(figure: Figure, network: Network, left_px: float) -> None:
    """Say at the foot whose data is shown, and which grid is drawn."""
    left, low = fractions(figure, left_px, 14)
    text = f"{CREDIT} Grid: {network.info.metric_crs}, km."
    figure.text(left, low, text, size=8, color=palette.MUTED, va="bottom")
