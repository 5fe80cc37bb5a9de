"""What all pictures of a plan have in common: size in pixels, title, warning, writing."""

from pathlib import Path

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from geodata.network import Network
from planner.draw import palette
from planner.plan.plan import Plan

DPI = 100
MARGIN_PX = 24
WARNING = "NOT FOR NAVIGATION"


def new_figure(width_px: int, height_px: int) -> Figure:
    """Return an empty figure of that size, drawn by Agg and unknown to pyplot."""
    figure = Figure(figsize=(width_px / DPI, height_px / DPI), dpi=DPI, facecolor=palette.PAPER)
    FigureCanvasAgg(figure)
    return figure


def write_png(figure: Figure, path: Path) -> None:
    """Write a figure; the same figure gives the same bytes. Raises `OSError` if it cannot."""
    figure.savefig(path, format="png", dpi=DPI, metadata={"Software": None})


def fractions(figure: Figure, x_px: float, y_px: float) -> tuple[float, float]:
    """Return pixels from the bottom left corner as fractions of the figure."""
    return x_px / figure.bbox.width, y_px / figure.bbox.height


def draw_title(figure: Figure, left_px: float, title: str, detail: str) -> None:
    """Write title and detail at the top left and the warning at the top right."""
    top_px = figure.bbox.height - MARGIN_PX
    left, top = fractions(figure, left_px, top_px)
    right, below = fractions(figure, figure.bbox.width - MARGIN_PX, top_px - 31)
    figure.text(
        left, top, title, size=17, weight="bold", color=palette.INK, va="top", parse_math=False
    )
    figure.text(left, below, detail, size=10.5, color=palette.MUTED, va="top")
    figure.text(
        right, top, WARNING, size=13, weight="bold", color=palette.OVER, va="top", ha="right"
    )


def summary(plan: Plan, network: Network) -> str:
    """Return what a plan does in one line, with the first twelve digits of its edition."""
    drones = len({sortie.drone for sortie in plan.sorties})
    served = {order for sortie in plan.sorties for leg in sortie.legs for order in leg.orders}
    return (
        f"{counted(drones, 'drone')}, {counted(len(plan.sorties), 'sortie')}, {len(served)} of "
        f"{counted(len(served) + len(plan.unserved), 'order')} served, "
        f"edition {network.edition[:12]}"
    )


def counted(number: int, noun: str) -> str:
    """Return "1 drone" or "2 drones"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
