"""Labels do not overlap; the most important stay."""

import pytest
import shapely
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from planner.draw.labels import Label, overlapping, place_labels, shortened, text_boxes, wrapped
from planner.draw.picture import new_figure


@pytest.fixture
def figure() -> Figure:
    return new_figure(400, 300)


@pytest.fixture
def axes(figure: Figure) -> Axes:
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, 400), ylim=(0, 300), xticks=[], yticks=[])
    return axes


def beside(text: str, x: float = 200, y: float = 150) -> Label:
    return Label(text=text, anchors=[(x, y)], marker_px=5)


def test_labels_of_one_point_are_put_apart(figure: Figure, axes: Axes) -> None:
    placed = place_labels(axes, [beside(f"Label {number}") for number in range(6)])
    assert len(placed) == 6
    assert overlapping(figure) == []


def test_texts_that_overlap_are_found(figure: Figure, axes: Axes) -> None:
    axes.text(100, 100, "one")
    axes.text(104, 102, "two")
    assert overlapping(figure) == [("one", "two")]


def test_where_room_is_short_the_most_important_labels_stay(figure: Figure, axes: Axes) -> None:
    labels = [beside(f"A rather long label {number}", 200, 150) for number in range(60)]
    placed = [text.get_text() for text in place_labels(axes, labels)]
    assert placed[0] == labels[0].text
    assert 0 < len(placed) < len(labels)
    assert overlapping(figure) == []


def test_a_dropped_label_leaves_nothing_behind(figure: Figure, axes: Axes) -> None:
    everywhere = shapely.box(0, 0, 400, 300)
    assert place_labels(axes, [beside("hidden")], taken=[everywhere]) == []
    assert text_boxes(figure) == []


def test_labels_stay_inside_the_axes_and_off_what_is_taken(figure: Figure, axes: Axes) -> None:
    taken = shapely.box(200, 0, 400, 300)
    place_labels(axes, [beside("corner", 195, 295)], taken=[taken])
    ((_, (left, bottom, right, top)),) = text_boxes(figure)
    assert left >= 0
    assert bottom >= 0
    assert right <= 200
    assert top <= 300


def test_labels_prefer_what_need_not_be_spared(figure: Figure, axes: Axes) -> None:
    place_labels(axes, [beside("aside")], spared=[shapely.box(205, 0, 400, 300)])
    ((_, (_, _, right, _)),) = text_boxes(figure)
    assert right <= 206


def test_a_label_of_an_area_stands_on_one_of_its_points(figure: Figure, axes: Axes) -> None:
    label = Label(text="area", anchors=[(100, 100), (300, 200)])
    place_labels(axes, [label], taken=[shapely.box(50, 50, 150, 150)])
    ((_, (left, bottom, right, top)),) = text_boxes(figure)
    assert (left + right) / 2 == pytest.approx(300, abs=1)
    assert (bottom + top) / 2 == pytest.approx(200, abs=2)


def test_lines_of_a_wrapped_text_are_as_few_and_as_even_as_can_be() -> None:
    assert wrapped("Hong Kong ceiling, 300 ft", 22) == "Hong Kong\nceiling, 300 ft"
    assert wrapped("short", 22) == "short"
    assert wrapped("unbreakablyunbroken name", 10) == "unbreakablyunbroken\nname"


def test_a_shortened_text_says_that_it_is() -> None:
    assert shortened("Futian port", 11) == "Futian port"
    assert shortened("Futian port", 8) == "Futian…"
