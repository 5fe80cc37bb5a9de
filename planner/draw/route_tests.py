"""Maps of route tests, as PNG: what they leave untested, and what came of one that fails."""

from collections.abc import Iterable
from pathlib import Path

from matplotlib.figure import Figure

from geodata.network import Network
from planner.draw.labels import shortened
from planner.draw.map import lanes_figure
from planner.draw.map_legend import Stripes
from planner.draw.picture import write_png
from planner.routetest.coverage import PLURAL, Coverage

TESTED, UNTESTED = "tested", "untested"
_COVERAGE_COLOURS = {TESTED: "#5fa777", UNTESTED: "#e0101f"}
_BY_TEST = Stripes(
    "Lanes by route tests", "Each lane's stripe is to the right of\nthe line flown.", 20, 5
)

_TITLE, _DETAIL = 80, 160
"""Letters that fit above the map."""

CAME, EXPECTED, NEAREST = "came", "expected", "nearest that would pass"
_FAILURE_COLOURS = {CAME: "#e0101f", EXPECTED: "#1463c4", NEAREST: "#1e9e3e"}
_BY_ROUTE = Stripes(
    "Lanes of the route", "Each lane's stripe is to the right of\nthe line flown.", 24, 9
)


def draw_coverage(found: Coverage, path: Path) -> None:
    """Write the map of a network with the lanes that no test flies in red, 1600 by 1200 pixels.

    The same coverage gives the same bytes. Raises `OSError` if the file cannot be written.
    """
    write_png(coverage_figure(found), path)


def coverage_figure(found: Coverage) -> Figure:
    """Return the figure that `draw_coverage` writes."""
    missing = set(found.missing["lane"])
    stripes = {
        lane: {UNTESTED if lane in missing else TESTED: 1} for lane in sorted(found.network.lanes)
    }
    parts = [f"{PLURAL[kind]} {found.share(kind):.0%}" for kind in found.known]
    title = f"{found.network.info.name}: what route tests exercise"
    detail = f"edition {found.network.edition[:12]}: {', '.join(parts)}; all {found.share():.1%}"
    return lanes_figure(found.network, stripes, _COVERAGE_COLOURS, _BY_TEST, title, detail)


def draw_failure(
    network: Network,
    path: Path,
    *,
    title: str,
    detail: str,
    came: Iterable[str],
    expected: Iterable[str] = (),
    nearest: Iterable[str] = (),
) -> None:
    """Write the map of a failed route test: the lanes that came, those expected, and the nearest.

    Lanes that the network has not are left out. Raises `OSError` if it cannot be written.
    """
    stripes: dict[str, dict[str, int]] = {}
    for name, lanes in ((CAME, came), (EXPECTED, expected), (NEAREST, nearest)):
        for lane in dict.fromkeys(lanes):
            if lane in network.lanes:
                stripes.setdefault(lane, {})[name] = 1
    words = shortened(title, _TITLE), shortened(detail, _DETAIL)
    figure = lanes_figure(network, stripes, _FAILURE_COLOURS, _BY_ROUTE, *words)
    write_png(figure, path)
