"""Reading a `*.route.yaml`: every fault in one pass, each with its line and what is allowed."""

import json
from contextlib import suppress

import jsonschema
import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from geodata.faults import InvalidInput
from planner.routetest.document import read_document
from planner.routetest.quantities import quantity
from planner.routetest.read import read_suite

HEAD = "clock: 2026-12-01\ncases:\n"


def faults(text: str) -> list[tuple[str, str, str]]:
    """Return item, field and code of each fault of a file."""
    with pytest.raises(InvalidInput) as caught:
        read_suite("x.route.yaml", text.encode())
    return [(each.item, each.field, each.code) for each in caught.value.faults]


def test_a_case_keeps_its_line_and_its_quantities_in_one_unit() -> None:
    text = HEAD + (
        "  - name: one\n"
        "    route: {from: A, to: B, mass: 250 g, depart: 09:30}\n"
        "    expect: {duration: {max: 12 min}}\n"
        "\n"
        "  - name: two\n"
        "    matrix: {from: [A, B], to: [B, C]}\n"
    )
    one, *pairs = read_suite("x.route.yaml", text.encode())
    assert (one.name, one.line) == ("one", 3)
    assert one.case.route.mass == 0.25  # type: ignore[union-attr]
    assert one.case.expect.duration.max == 720  # type: ignore[union-attr]
    assert [(each.name, each.line) for each in pairs] == [
        ("two[A-B]", 7),
        ("two[A-C]", 7),
        ("two[B-C]", 7),
    ]


def test_all_faults_are_told_at_once_each_on_its_line() -> None:
    text = HEAD + (
        "  - name: one\n"
        "    route: {from: A, too: B, mass: 3 m}\n"
        "    expect:\n"
        "      duratoin: {max: 12 min}\n"
        "      duration: {max: 12}\n"
        "  - name: two\n"
        "    rout: {}\n"
        "  - name: three\n"
        "    route: {from: A, to: B}\n"
        "    expect: {refused: NO_ROUTE, arrives_by: 09:10}\n"
    )
    assert faults(text) == [
        ("line 4", "route.mass", "WRONG_UNIT"),
        ("line 4", "route.to", "FIELD_MISSING"),
        ("line 4", "route.too", "FIELD_UNKNOWN"),
        ("line 6", "expect.duratoin", "FIELD_UNKNOWN"),
        ("line 7", "expect.duration.max", "UNIT_MISSING"),
        ("line 8", "", "FIELD_MISSING"),
        ("line 10", "expect.refused", "REFUSED_AND_MORE"),
    ]


def test_an_unknown_key_is_refused_with_the_nearest_known_one() -> None:
    text = HEAD + "  - name: one\n    route: {from: A, to: B, dorne: X}\n"
    with pytest.raises(InvalidInput) as caught:
        read_suite("x.route.yaml", text.encode())
    (fault,) = caught.value.faults
    assert "did you mean drone?" in fault.message


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "FILE_EMPTY"),
        ("- a", "WRONG_TYPE"),
        ("clock: 2026-12-01\ncases: []", "WRONG_TYPE"),
        ("clock: 2026-12-01\ncases: 5", "WRONG_TYPE"),
        ("clock: tomorrow\ncases:\n  - {name: a, route: {from: A, to: B}}", "TIME_INVALID"),
        (HEAD + "  - {name: a, route: {from: A, to: B}, plan: {request: x}}", "FIELD_TWICE"),
        (
            HEAD + "  - {name: a, route: {from: A, to: B}}\n  - {name: a, route: {from: B, to: A}}",
            "DUPLICATE_ID",
        ),
        (
            HEAD + "  - {name: a, route: {from: A, to: B}, expect: {duration: {}}}",
            "FIELD_MISSING",
        ),
        (
            HEAD + "  - {name: a, capacity: {from: SZ, to: HK},"
            " expect: {flights_per_hour: {min: 3, max: 2}}}",
            "BOUNDS_REVERSED",
        ),
        (HEAD + "  - {name: a, protects: NO_RULE, route: {from: A, to: B}}", "UNKNOWN_VALUE"),
        ("a: &x 1\nb: *x", "SYNTAX"),
        ("a: !!str 1", "SYNTAX"),
        ("a: 1\na: 2", "KEY_TWICE"),
        ("[" * 100_000, "SYNTAX"),
        ("a: [", "SYNTAX"),
        ("a: 1\n---\nb: 1", "SYNTAX"),
    ],
)
def test_what_cannot_be_a_route_file_is_named(text: str, code: str) -> None:
    assert code in {each[2] for each in faults(text)}


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("duration", "12 min", 720.0),
        ("duration", "1.5 h", 5400.0),
        ("mass", "250 g", 0.25),
        ("volume", "12 l", 12.0),
        ("height", "300 ft", 91.44),
        ("speed", "36 km/h", 10.0),
        ("angle", "90 deg", 90.0),
        ("share", "2 %", 0.02),
        ("energy", "1 kWh", 1000.0),
    ],
)
def test_a_quantity_is_read_in_any_unit_of_its_dimension(
    name: str, text: str, value: float
) -> None:
    assert quantity(name)(text) == pytest.approx(value)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("12", "UNIT_MISSING"),
        (12, "UNIT_MISSING"),
        ("12 kg", "WRONG_UNIT"),
        ("12 m", "WRONG_UNIT"),
        ("12 foo", "WRONG_UNIT"),
        ("20 degC", "WRONG_UNIT"),
        ("-3 s", "OUT_OF_RANGE"),
        ("soon", "WRONG_FORMAT"),
        (True, "WRONG_TYPE"),
    ],
)
def test_a_quantity_without_its_unit_or_in_a_wrong_one_is_refused(text: object, code: str) -> None:
    case = "  - name: a\n    route: {from: A, to: B}\n    expect: {duration: {max: %s}}"
    assert [each[2] for each in faults(HEAD + case % json.dumps(text))] == [code]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
    | st.sampled_from(["12 min", "09:30", "A", "in time", "NO_ROUTE"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["name", "route", "matrix", "plan", "capacity", "expect", "when", "from", "to", "wind",
             "speed", "duration", "max", "min", "hours", "documents", "lanes", "refused", "x"]
        ),
        inner,
        max_size=5,
    ),
    max_leaves=20,
)  # fmt: skip


@given(st.lists(VALUES, min_size=1, max_size=3))
def test_whatever_a_file_holds_it_is_read_or_its_faults_are_told(cases: list[object]) -> None:
    text = yaml.safe_dump({"clock": "2026-12-01", "cases": cases}, allow_unicode=True)
    with suppress(InvalidInput):
        assert read_suite("x.route.yaml", text.encode())


@given(st.text(max_size=60))
@example("? ")
@example("1: 2")
@example("true: 2")
@example("'1': 2")
def test_any_text_is_read_as_the_values_of_a_request_are_or_refused(text: str) -> None:
    """Our builder over events says what the loader of a request's files says."""
    from planner.read.files import parse_yaml

    ours = read_document("x", text, [])
    if ours is not None:
        theirs = parse_yaml("x", text, [])
        assert theirs is not None
        assert repr(theirs.value) == repr(ours.value)


def test_the_json_schema_takes_what_is_read_and_refuses_unknown_keys() -> None:
    from planner.schemas import schema

    found = schema("route-test")
    jsonschema.Draft202012Validator.check_schema(found)
    check = jsonschema.Draft202012Validator(found)
    case = {"name": "a", "route": {"from": "A", "to": "B", "mass": "2 kg"}}
    good = {"clock": "2026-12-01", "cases": [case | {"expect": {"via": "X", "lanes": ["L"]}}]}
    assert check.is_valid(good)
    assert not check.is_valid(good | {"clok": 1})
    assert not check.is_valid(good | {"cases": [case | {"expect": {"duratoin": 1}}]})
    assert not check.is_valid({"clock": "2026-12-01", "cases": [{"name": "a"}]})
