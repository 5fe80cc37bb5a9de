"""The map of a difference: what was in red or grey, what is in green or blue."""

from dataclasses import replace
from pathlib import Path

import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.text import Text

from geodata.editions.diff import diff_networks
from geodata.network import Network
from planner.draw.diff import ADDED, LABELS_MAX, NEW, OLD, REMOVED, diff_figure, draw_diff
from planner.draw.labels import overlapping
from planner.testing.layout import line, point
from tests.geodata.editions.test_rebase import lane
from tests.geodata.small import added, changed, reshaped, small_network, without

SMALL = small_network()
CRANE = SMALL.obstacles["SZ-TOWER"]


def figure_of(new: Network, old: Network = SMALL) -> Figure:
    return diff_figure(diff_networks(old, new), new)


def texts(figure: Figure) -> str:
    return "\n".join(each.get_text() for each in figure.findobj(Text) if isinstance(each, Text))


def drawn(figure: Figure) -> set[str]:
    """Return the colours of all lines and areas of the map, as "#rrggbb"."""
    found = set()
    for each in figure.axes[0].collections:
        for colours in (each.get_facecolor(), each.get_edgecolor()):
            found |= {to_hex(colour) for colour in colours}
    return found


@pytest.mark.parametrize(
    ("new", "colours"),
    [
        (without(SMALL, "SZ-BRIDGE"), {REMOVED}),
        (reshaped(SMALL, "HK-HILL", point(1830, -1840)), {OLD, NEW}),
        (reshaped(SMALL, "X-A", line((-500, 400), (-460, 0), (-500, -400))), {OLD, NEW}),
        (reshaped(SMALL, "SZ-PARK", SMALL.lonlat["SZ-PARK"].buffer(1e-4)), {OLD, NEW}),
        (lane(SMALL, "X-A-F", height_amsl_m=62.0), {NEW}),
    ],
)
def test_a_state_has_its_colour(new: Network, colours: set[str]) -> None:
    assert drawn(figure_of(new)) & {ADDED, NEW, OLD, REMOVED} == colours


def test_what_was_added_one_way_was_removed_the_other_way() -> None:
    less = without(SMALL, "SZ-TOWER")
    assert ADDED in drawn(figure_of(SMALL, less))
    assert REMOVED in drawn(figure_of(less, SMALL))


def test_the_map_says_the_editions_the_changes_and_that_it_is_not_for_navigation() -> None:
    new = changed(reshaped(SMALL, "HK-HILL", point(1830, -1840)), "SZ-V1", pads=9, name_zh="站")
    said = texts(figure_of(new))
    assert f"edition {SMALL.edition[:12]} → {new.edition[:12]}" in said
    assert "0 added, 0 removed, 2 changed" in said
    assert "HK-HILL\nmoved 50.0 m" in said
    assert "SZ-V1\nname_zh: changed\npads: 4 → 9" in said, "the type has no Chinese characters"
    assert "NOT FOR NAVIGATION" in said


def test_no_texts_overlap_and_only_some_changes_are_named() -> None:
    new = SMALL
    for number in range(LABELS_MAX + 20):
        crane = replace(CRANE, id=f"CRANE-{number}")
        new = added(new, "obstacles", crane, point(-900 + 60 * (number % 8), 100 * (number // 8)))
    figure = figure_of(new)
    assert overlapping(figure) == []
    assert 10 < texts(figure).count(": added") <= LABELS_MAX


def test_one_edition_is_drawn_whole_without_a_change() -> None:
    assert "0 added, 0 removed, 0 changed" in texts(figure_of(SMALL))


def test_the_same_networks_give_the_same_bytes(tmp_path: Path) -> None:
    new = reshaped(SMALL, "HK-HILL", point(1830, -1840))
    for name in ("one.png", "two.png"):
        draw_diff(diff_networks(SMALL, new), new, tmp_path / name)
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()
