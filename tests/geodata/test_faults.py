"""Faults come in the order in which a person counts, with what was found and what is allowed."""

import pickle
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.faults import Fault, InvalidInput


def fault(item: str, *, source: str = "orders.csv", field: str = "due", **more: str) -> Fault:
    values = {"code": "OUT_OF_RANGE", "value": "", "limit": "", "message": "is off"} | more
    return Fault(source=source, item=item, field=field, **values)


def items(*faults: Fault) -> list[str]:
    return [each.item for each in InvalidInput(faults).faults]


def test_row_7_stands_before_row_10() -> None:
    rows = [fault(f"row {number}") for number in (10, 7, 100, 8)]
    assert items(*rows) == ["row 7", "row 8", "row 10", "row 100"]


def test_a_file_comes_before_its_rows_and_one_file_after_another() -> None:
    rows = [fault("row 3"), fault(""), fault("[2]", source="fleet.yaml"), fault("[10]")]
    assert items(*rows) == ["[2]", "", "[10]", "row 3"]


def test_entries_of_a_list_within_an_item_are_counted_too() -> None:
    faults = [fault("row 2", field=f"declarations[{number}].lodged_at") for number in (11, 2)]
    assert [each.field[13:15] for each in InvalidInput(faults).faults] == ["2]", "11"]


@settings(max_examples=100)
@given(
    texts=st.lists(st.text("a1²٣9 -", max_size=30) | st.just("9" * 5_000), max_size=8),
    seed=st.integers(0, 99),
)
def test_any_ids_sort_into_one_order(texts: list[str], seed: int) -> None:
    mixed = list(texts)
    Random(seed).shuffle(mixed)
    assert items(*map(fault, mixed)) == items(*map(fault, texts))


def test_a_fault_says_what_was_found_and_what_is_allowed_if_it_knows() -> None:
    assert str(fault("row 2")) == "OUT_OF_RANGE orders.csv row 2 due: is off"
    assert str(fault("row 2", limit="9")).endswith("is off (allowed 9)")
    assert str(fault("row 2", value="8", limit="9")).endswith("is off (found 8; allowed 9)")


def test_faults_survive_the_way_from_a_worker() -> None:
    faults = InvalidInput([fault("row 10"), fault("row 7")])
    assert pickle.loads(pickle.dumps(faults)).faults == faults.faults
