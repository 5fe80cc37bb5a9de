"""Orders as CSV: delimiters, columns, rows and cells."""

import pytest

from planner.read.orders_csv import COLUMNS, orders_csv
from tests.planner.written import at, faults_of, files, found, order, read, table

ORDER = order(sealed=True, load_s=90, max_under_way_s=1800)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_cells_stand_between_commas_semicolons_or_tabs(delimiter: str) -> None:
    contents = files(orders_csv=table(ORDER, delimiter=delimiter))
    assert read(contents).orders == read(files([ORDER])).orders


def test_a_byte_order_mark_and_crlf_are_passed_over() -> None:
    text = table(ORDER).replace("\n", "\r\n")
    contents = files(orders_csv=b"\xef\xbb\xbf" + text.encode())
    assert read(contents).orders == read(files([ORDER])).orders


def test_columns_stand_in_any_order_and_cells_may_be_quoted_and_padded() -> None:
    turned = dict(reversed(ORDER.items()))
    text = table(turned, edit=lambda each: each.replace("SZ-V1", '" SZ-V1 "').replace("O1", " O1"))
    assert read(files(orders_csv=text)).orders == read(files([ORDER])).orders


def test_optional_columns_may_be_absent_or_blank() -> None:
    text = table(order(declarations="", priority="", sealed="", load_s=""))
    (read_order,) = read(files(orders_csv=text)).orders
    assert (read_order.declarations, read_order.priority) == ((), "standard")
    assert (read_order.sealed, read_order.load_s) == (False, 60)


def test_booleans_are_true_or_false_in_any_case() -> None:
    text = table(order(sealed="TRUE"), order(id="O2", sealed="False"))
    assert [each.sealed for each in read(files(orders_csv=text)).orders] == [True, False]


def test_rows_are_named_as_a_spreadsheet_counts_them() -> None:
    text = table(order(), order(id="O2", mass_kg=-1)).replace("\nO2", "\n\nO2")
    assert found(files(orders_csv=text)) == [("orders.csv", "row 4", "mass_kg", "OUT_OF_RANGE")]


def test_a_missing_column_is_one_fault_and_not_one_a_row() -> None:
    text = table(order(goods=None), order(id="O2", goods=None, mass_kg=""))
    assert found(files(orders_csv=text)) == [
        ("orders.csv", "row 1", "goods", "COLUMN_MISSING"),
        ("orders.csv", "row 3", "mass_kg", "FIELD_MISSING"),
    ]


def test_an_unknown_column_is_named_with_the_nearest_known() -> None:
    (fault,) = faults_of(files(orders_csv=table(order(prioritty="express"))))
    assert (fault.code, fault.field) == ("COLUMN_UNKNOWN", "prioritty")
    assert "did you mean priority?" in fault.message
    assert fault.limit == ", ".join(COLUMNS)


def test_a_column_stands_once() -> None:
    text = "\n".join(f"{line},{line.split(',')[0]}" for line in table(order()).splitlines())
    assert found(files(orders_csv=text)) == [("orders.csv", "row 1", "id", "COLUMN_TWICE")]


def test_a_first_row_without_any_column_name_is_no_header() -> None:
    text = table(order()).split("\n", 1)[1]
    assert found(files(orders_csv=text)) == [("orders.csv", "row 1", "", "COLUMN_MISSING")]


@pytest.mark.parametrize("edit", [lambda row: row + ",x", lambda row: row.rsplit(",", 1)[0]])
def test_a_row_has_as_many_cells_as_the_header(edit: object) -> None:
    header, row, _ = table(order()).split("\n")
    assert callable(edit)
    text = f"{header}\n{edit(row)}\n"
    assert found(files(orders_csv=text)) == [("orders.csv", "row 2", "", "ROW_RAGGED")]


def test_a_quote_that_does_not_close_is_a_fault_of_its_line() -> None:
    text = table(order()) + '"O2,SZ-V1\n'
    ((source, item, _, code),) = found(files(orders_csv=text))
    assert (source, code) == ("orders.csv", "SYNTAX")
    assert item.startswith("line ")


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("nan", "NOT_FINITE"),
        ("inf", "NOT_FINITE"),
        ("1e999", "NOT_FINITE"),
        ("9" * 5000, "NOT_FINITE"),
        ("-2", "OUT_OF_RANGE"),
        ("2,5", "WRONG_TYPE"),
        ("2 kg", "WRONG_TYPE"),
        ("1_000", "WRONG_TYPE"),
        ("0x10", "WRONG_TYPE"),
    ],
)
def test_a_number_is_plain_decimal(cell: str, code: str) -> None:
    text = table(order(mass_kg=cell))
    assert found(files(orders_csv=text)) == [("orders.csv", "row 2", "mass_kg", code)]


@pytest.mark.parametrize("cell", ["2", "2.", ".5", "1e1", "+3.25"])
def test_a_number_may_have_point_exponent_and_sign(cell: str) -> None:
    assert read(files(orders_csv=table(order(mass_kg=cell)))).orders[0].mass_kg == float(cell)


def test_a_declaration_without_its_time_is_named() -> None:
    text = table(order(declarations=f"CN_MANIFEST@{at('08:00')} HK_CARGO_INFORMATION"))
    assert found(files(orders_csv=text)) == [
        ("orders.csv", "row 2", "declarations[1].lodged_at", "FIELD_MISSING")
    ]


def test_a_header_alone_is_a_table_of_no_orders() -> None:
    assert read(files(orders_csv=table(order()).split("\n")[0])).orders == ()


def test_three_faulty_rows_of_ten_thousand_are_three_faults() -> None:
    rows = [order(id=f"O{number}") for number in range(10_000)]
    rows[17] = order(id="O17", mass_kg=-1)
    rows[4_000] = order(id="O4000", due="2026-11-24T10:30:00")
    rows[9_999] = order(id="O9999", destination="HK-V3")
    contents = files(orders_csv=table(*rows))
    assert {(item, field, code) for _, item, field, code in found(contents)} == {
        ("row 19", "mass_kg", "OUT_OF_RANGE"),
        ("row 4002", "due", "TIME_ZONE_MISSING"),
        ("row 10001", "destination", "UNKNOWN_VERTIPORT"),
    }


def test_written_orders_are_read_again() -> None:
    orders = read(files([ORDER, order(id="O2", priority="express")])).orders
    assert read(files(orders_csv=orders_csv(orders))).orders == orders
