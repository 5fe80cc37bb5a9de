"""Orders: what a field may hold, and what fields mean together."""

import json
import math

import pytest

from geodata.nearest import nearest_few
from tests.planner.written import at, faults_of, files, found, order, read


def order_faults(**changes: object) -> list[tuple[str, str]]:
    """Return field and code of each fault of one changed order."""
    return [(field, code) for _, _, field, code in found(files([order(**changes)]))]


def test_a_good_order_is_read_with_its_defaults() -> None:
    (read_order,) = read(files()).orders
    assert (read_order.id, read_order.mass_kg, read_order.load_s) == ("O1", 2.5, 60)
    assert read_order.declarations[0].document == "CN_EXPORT_DECLARATION"


def test_an_order_too_heavy_for_any_drone_is_no_fault() -> None:
    assert read(files([order(mass_kg=900)])).orders[0].mass_kg == 900


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("mass_kg", -1, "OUT_OF_RANGE"),
        ("mass_kg", 0, "OUT_OF_RANGE"),
        ("mass_kg", 1001, "OUT_OF_RANGE"),
        ("mass_kg", math.nan, "NOT_FINITE"),
        ("volume_l", math.inf, "NOT_FINITE"),
        ("mass_kg", 10**400, "NOT_FINITE"),
        ("mass_kg", "2.5", "WRONG_TYPE"),
        ("mass_kg", True, "WRONG_TYPE"),
        ("load_s", 1.5, "WRONG_TYPE"),
        ("sealed", "yes", "WRONG_TYPE"),
        ("goods", "biologicals", "UNKNOWN_VALUE"),
        ("priority", "urgent", "UNKNOWN_VALUE"),
        ("id", "O 1", "WRONG_FORMAT"),
        ("id", 7, "WRONG_TYPE"),
        ("origin", "", "FIELD_MISSING"),
        ("max_under_way_s", 0, "OUT_OF_RANGE"),
        ("max_under_way_s", 10**30, "OUT_OF_RANGE"),
        ("colour", "red", "FIELD_UNKNOWN"),
        ("declarations", "CN_MANIFEST", "WRONG_TYPE"),
    ],
)
def test_a_field_of_wrong_type_or_range_is_named(field: str, value: object, code: str) -> None:
    assert order_faults(**{field: value}) == [(field, code)]


@pytest.mark.parametrize(
    "field", ["id", "origin", "destination", "mass_kg", "goods", "ready", "due"]
)
def test_a_required_field_must_be_there(field: str) -> None:
    assert order_faults(**{field: None}) == [(field, "FIELD_MISSING")]


@pytest.mark.parametrize(
    ("ready", "code"),
    [
        ("2026-11-24T09:00:00", "TIME_ZONE_MISSING"),
        ("24/11/2026 09:00", "TIME_INVALID"),
        ("2026-11-24", "TIME_INVALID"),
        ("2026-11-24T09:00:61+08:00", "TIME_INVALID"),
        ("2026-11-24T09:00:00.5+08:00", "TIME_INVALID"),
        ("1795482000", "TIME_INVALID"),
        (1795482000, "WRONG_TYPE"),
        ("0001-01-01T00:00:00Z", "OUT_OF_RANGE"),
    ],
)
def test_a_time_is_iso_8601_with_zone_and_whole_seconds(ready: object, code: str) -> None:
    assert order_faults(ready=ready) == [("ready", code)]


def test_a_time_in_another_zone_is_the_same_instant() -> None:
    utc, local = (read(files([order(ready=each)])).orders[0] for each in _SAME_INSTANT)
    assert utc.ready == local.ready


_SAME_INSTANT = ("2026-11-24T01:00:00Z", at("09:00"))


def test_due_is_later_than_ready() -> None:
    assert order_faults(due=at("08:59")) == [("due", "TIMES_REVERSED")]
    assert order_faults(due=at("09:00")) == [("due", "TIMES_REVERSED")]


def test_ready_and_due_lie_on_the_planned_day() -> None:
    faults = order_faults(ready=at("23:59", "2026-11-23"), due=at("00:01", "2026-11-25"))
    assert faults == [("due", "TIME_NOT_ON_DAY"), ("ready", "TIME_NOT_ON_DAY")]
    assert order_faults(due="2026-11-25T00:00:00+08:00") == []


def test_an_order_goes_between_vertiports_of_the_network() -> None:
    (fault,) = faults_of(files([order(origin="SZ-V3")]))
    assert (fault.code, fault.value) == ("UNKNOWN_VERTIPORT", "SZ-V3")
    assert "did you mean SZ-V" in fault.message
    assert fault.limit == "HK-V1, HK-V2, SZ-V1, SZ-V2"


def test_of_many_vertiports_the_nearest_few_are_named() -> None:
    """A network of a hundred vertiports does not list them all to who misspells one."""
    names = [f"HK-{number}" for number in range(100)]
    assert nearest_few("hk-77x", ["SZ-A", *names, "HK-77"], count=1) == ["HK-77"]
    assert len(nearest_few("HK-77", names)) == 5


def test_an_order_does_not_go_to_a_checkpoint() -> None:
    (fault,) = faults_of(files([order(destination="HK-C1")]))
    assert fault.code == "UNKNOWN_VERTIPORT"
    assert "checkpoint" in fault.message


def test_an_order_does_not_end_where_it_begins() -> None:
    assert order_faults(destination="SZ-V1") == [("destination", "SAME_PLACE")]


def test_a_declared_document_is_one_of_the_customs_rules() -> None:
    lodged_at = at("08:00")
    (fault,) = faults_of(
        files([order(declarations=[{"document": "CN_MANIFST", "lodged_at": lodged_at}])])
    )
    assert (fault.field, fault.code) == ("declarations[0].document", "UNKNOWN_DOCUMENT")
    assert "did you mean CN_MANIFEST?" in fault.message


def test_a_document_is_lodged_once_for_an_order() -> None:
    declarations = [{"document": "CN_MANIFEST", "lodged_at": at("08:00")}] * 2
    assert order_faults(declarations=declarations) == [
        ("declarations[1].document", "DOCUMENT_TWICE")
    ]


def test_two_orders_do_not_have_one_id() -> None:
    contents = files([order(), order(id="O2"), order()])
    assert found(contents) == [("orders.json", "[2]", "id", "DUPLICATE_ID")]
    assert "[0]" in faults_of(contents)[0].message


def test_all_faults_of_an_order_are_found_at_once() -> None:
    faults = order_faults(
        mass_kg=-1,
        goods="genral",
        origin="SZ-V9",
        ready="2026-11-24T09:00:00",
        due=at("10:00", "2026-11-26"),
        declarations=[{"document": "X", "lodged_at": 3}, 7, {"lodged_at": at("08:00")}],
    )
    assert faults == [
        ("declarations[0].document", "UNKNOWN_DOCUMENT"),
        ("declarations[0].lodged_at", "WRONG_TYPE"),
        ("declarations[1]", "WRONG_TYPE"),
        ("declarations[2].document", "FIELD_MISSING"),
        ("due", "TIME_NOT_ON_DAY"),
        ("goods", "UNKNOWN_VALUE"),
        ("mass_kg", "OUT_OF_RANGE"),
        ("origin", "UNKNOWN_VERTIPORT"),
        ("ready", "TIME_ZONE_MISSING"),
    ]


@pytest.mark.parametrize("document", [{}, None, 7, "orders", [7], [[]], [None]])
def test_json_orders_are_a_list_of_records(document: object) -> None:
    contents = files() | {"orders.json": json.dumps(document).encode()}
    assert [code for *_, code in found(contents)] == ["WRONG_TYPE"]


def test_no_orders_are_no_fault() -> None:
    assert read(files([])).orders == ()


def test_the_nearest_known_value_is_named() -> None:
    (fault,) = faults_of(files([order(goods="biologcal")]))
    assert "did you mean biological?" in fault.message
    (fault,) = faults_of(files([order(maxunderway=3)]))
    assert "did you mean max_under_way_s?" in fault.message
