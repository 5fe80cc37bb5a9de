"""Whatever is changed in a good plan, the checker sees it."""

import datetime as dt
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from planner.check import check_plan
from planner.plan.plan import PLAN, Plan
from planner.rules.codes import RULES
from tests.planner.check.change import network, overtaken
from tests.planner.check.flier import World
from tests.planner.check.good import good_world

Path = tuple[str | int, ...]

_SAID_ONLY = {
    "id",  # of no lane, order or drone: only filings name it, see below
    "reasons",
    "method",
    "version",
    "schema_version",
    "options",
}
"""Fields of a plan from which nothing follows."""

GOOD: dict[str, Any] = PLAN.dump_python(good_world().plan())


def _leaves(value: object, path: Path = ()) -> list[tuple[Path, object]]:
    """Return the values of a plan that mean something, with their paths."""
    if isinstance(value, dict):
        items: Any = [(key, each) for key, each in value.items() if key not in _SAID_ONLY]
    elif isinstance(value, list | tuple):
        items = enumerate(value)
    else:
        return [(path, value)]
    return [leaf for key, each in items for leaf in _leaves(each, (*path, key))]


def _lists(value: object, path: Path = ()) -> list[tuple[Path, int]]:
    """Return the lists of a plan that are not empty, with their paths and lengths."""
    found: list[tuple[Path, int]] = []
    if isinstance(value, dict):
        for key, each in value.items():
            found += _lists(each, (*path, key)) if key not in _SAID_ONLY else []
    elif isinstance(value, list | tuple):
        found += [(path, len(value))] if value else []
        for index, each in enumerate(value):
            found += _lists(each, (*path, index))
    return found


LEAVES, LISTS = _leaves(GOOD), _lists(GOOD)


def _field(path: Path) -> str:
    """Return the name of a value's field, the same in every record."""
    return ".".join(part for part in path if isinstance(part, str))


def _names() -> dict[str, set[str | None]]:
    """Return what stands in the text fields of the plan, and a side and names that do not."""
    found: dict[str, set[str | None]] = {"filings.side": {"HK"}}
    for path, value in LEAVES:
        if isinstance(value, str) or value is None:
            found.setdefault(_field(path), set()).add(value)
    for field, names in found.items():
        if not field.endswith(("side", "events.kind", "utilisation.kind")):
            names.add("UNKNOWN")
    return found


NAMES = _names()


def _put(value: Any, path: Path, change: Any) -> Any:
    """Return a plan's values with those at a path changed; the rest is shared."""
    if not path:
        return change(value)
    key, rest = path[0], path[1:]
    if isinstance(value, dict):
        return {**value, key: _put(value[key], rest, change)}
    assert isinstance(key, int)
    return (*value[:key], _put(value[key], rest, change), *value[key + 1 :])


@st.composite
def other_values(draw: st.DrawFn) -> Plan:
    """Draw the good plan with one value changed."""
    path, value = draw(st.sampled_from(LEAVES))
    sign = draw(st.sampled_from((-1, 1)))
    new: object
    if isinstance(value, dt.datetime):
        new = value + sign * dt.timedelta(seconds=draw(st.integers(1, 7200)))
    elif isinstance(value, bool):
        new = not value
    elif isinstance(value, int):
        new = value + sign * draw(st.integers(2, 10_000))
    elif isinstance(value, float):
        # Energies are compared to a hundredth of a watt-hour, lengths to a decimetre.
        new = abs(value + sign * draw(st.floats(0.2, 1e4)))
    else:
        others = NAMES[_field(path)] - {value}
        new = draw(st.sampled_from(sorted(others, key=str)))
    return PLAN.validate_python(_put(GOOD, path, lambda _: new))


@st.composite
def many_other_values(draw: st.DrawFn) -> Plan:
    """Draw the good plan with up to thirty values changed for others of the same field."""
    values = GOOD
    for path, value in draw(st.lists(st.sampled_from(LEAVES), min_size=2, max_size=30)):
        others = [each for other, each in LEAVES if _field(other) == _field(path)]
        others += [] if not isinstance(value, str) else NAMES[_field(path)]
        new = draw(st.sampled_from(others))
        values = _put(values, path, lambda _, new=new: new)
    return PLAN.validate_python(values)


@st.composite
def other_lists(draw: st.DrawFn) -> Plan:
    """Draw the good plan with one entry of one list left out or given twice."""
    path, length = draw(st.sampled_from(LISTS))
    at = draw(st.integers(0, length - 1))
    twice = draw(st.booleans())
    return PLAN.validate_python(
        _put(GOOD, path, lambda items: items[: at + twice] + items[at + (not twice) :])
    )


@st.composite
def other_heights(draw: st.DrawFn) -> tuple[str, float]:
    """Draw a corridor that the good plan flies and by how much its lanes move, in m.

    A small move of a middle lane changes neither the metres climbed nor, by a second, any time.
    """
    lanes = good_world().network.lanes
    flown = {
        lane for each in good_world().plan().sorties for leg in each.legs for lane in leg.lanes
    }
    corridors = sorted({lanes[lane][0].id for lane in flown})
    return draw(st.sampled_from(corridors)), draw(st.floats(-20, 20).filter(lambda m: abs(m) > 4.5))


def _codes(plan: Plan, world: World) -> set[str]:
    found = check_plan(plan, world.network, world.request, world.rulebook)
    return {violation.code for violation in found}


@settings(max_examples=250)
@given(other_values())
def test_changed_value_is_caught(plan: Plan) -> None:
    codes = _codes(plan, good_world())
    assert codes
    assert codes <= RULES.keys()


@settings(max_examples=60)
@given(many_other_values())
def test_plan_full_of_faults_is_checked_to_its_end(plan: Plan) -> None:
    assert _codes(plan, good_world()) <= RULES.keys()


@settings(max_examples=100)
@given(other_lists())
def test_missing_or_repeated_entry_is_caught(plan: Plan) -> None:
    codes = _codes(plan, good_world())
    assert codes
    assert codes <= RULES.keys()


@settings(max_examples=40)
@given(other_heights())
def test_changed_height_of_a_flown_lane_is_caught(change: tuple[str, float]) -> None:
    corridor_id, by_m = change
    lanes = good_world().network.corridors[corridor_id].lanes
    moved = tuple(replace(lane, height_amsl_m=lane.height_amsl_m + by_m) for lane in lanes)
    plan, world = overtaken(network(corridor_id, lanes=moved))(good_world())
    assert "LEG_TIMES" in _codes(plan, world)
