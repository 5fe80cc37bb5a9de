"""Bad input ends with code 2 and one clear message a fault; nothing is written."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.api.conftest import Run

Break = Callable[[Path], None]


def change_orders(row: int, **fields: str) -> Break:
    """Return what sets fields of an order, counted from 1, in orders.csv."""

    def change(day: Path) -> None:
        lines = (day / "orders.csv").read_text().splitlines()
        names = lines[0].split(",")
        cells = lines[row].split(",")
        for name, value in fields.items():
            cells[names.index(name)] = value
        lines[row] = ",".join(cells)
        (day / "orders.csv").write_text("\n".join(lines) + "\n")

    return change


def rewrite(name: str, change: Callable[[str], str]) -> Break:
    """Return what puts the changed text of a file in its place."""
    return lambda day: (day / name).write_text(change((day / name).read_text())) and None


FAULTS: dict[str, tuple[Break, str, str]] = {
    "empty orders": (rewrite("orders.csv", lambda _: ""), "FILE_EMPTY", "orders.csv"),
    "empty fleet": (rewrite("fleet.yaml", lambda _: ""), "FILE_EMPTY", "fleet.yaml"),
    "empty weather": (rewrite("weather.json", lambda _: ""), "FILE_EMPTY", "weather.json"),
    "no orders": (lambda day: (day / "orders.csv").unlink(), "FILE_MISSING", "orders.csv"),
    "a missing column": (
        rewrite("orders.csv", lambda text: re.sub("mass_kg", "weight", text, count=1)),
        "COLUMN_MISSING",
        "mass_kg",
    ),
    "an unknown column": (
        rewrite("orders.csv", lambda text: re.sub("priority", "prioritty", text, count=1)),
        "COLUMN_UNKNOWN",
        "prioritty",
    ),
    "a negative mass": (change_orders(2, mass_kg="-1"), "OUT_OF_RANGE", "mass_kg"),
    "a mass that is no number": (change_orders(2, mass_kg="NaN"), "NOT_FINITE", "mass_kg"),
    "due before ready": (
        change_orders(2, due="2026-11-24T05:00:00+08:00"),
        "TIMES_REVERSED",
        "due",
    ),
    "a time without zone": (
        change_orders(2, ready="2026-11-24T08:00:00"),
        "TIME_ZONE_MISSING",
        "ready",
    ),
    "an unknown vertiport": (
        change_orders(2, origin="SZ-NOWHERE"),
        "UNKNOWN_VERTIPORT",
        "SZ-NOWHERE",
    ),
    "a broken fleet file": (
        rewrite("fleet.yaml", lambda text: text.replace("drones:", "drones: [", 1)),
        "SYNTAX",
        "fleet.yaml",
    ),
}


@pytest.mark.usefixtures("inline")
@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_of_the_request_is_said_and_nothing_is_written(
    run: Run, day: Path, name: str
) -> None:
    spoil, code, place = FAULTS[name]
    spoil(day)
    before = sorted(day.parent.iterdir())
    exit_code, out, err = run("plan", day, "--out", "out")
    assert (exit_code, out) == (2, "")
    assert [line for line in err.splitlines() if code in line and place in line]
    assert sorted(day.parent.iterdir()) == before


@pytest.mark.usefixtures("inline")
def test_a_byte_order_mark_and_semicolons_are_read(run: Run, day: Path) -> None:
    change_orders(2, mass_kg="-1")(day)
    text = (day / "orders.csv").read_text().replace(",", ";")
    (day / "orders.csv").write_text(text, encoding="utf-8-sig")
    code, _, err = run("plan", day, "--out", "out")
    assert code == 2
    assert err.count("error ") == 1, "the only fault is the one that was made"


@pytest.mark.usefixtures("inline")
def test_three_faulty_orders_in_ten_thousand_are_three_messages(run: Run, day: Path) -> None:
    header, row, *_ = (day / "orders.csv").read_text().splitlines()
    _, rest = row.split(",", 1)
    rows = [f"N{number:05},{rest}" for number in range(1, 10_001)]
    (day / "orders.csv").write_text("\n".join([header, *rows]) + "\n")
    for faulty in (17, 4_000, 9_999):
        change_orders(faulty, mass_kg="-1")(day)
    code, _, err = run("plan", day, "--out", "out")
    assert code == 2
    wrong = [line for line in err.splitlines() if line.startswith("error ")]
    assert len(wrong) == 3
    assert all("OUT_OF_RANGE" in line and "mass_kg" in line for line in wrong)


@pytest.mark.usefixtures("inline")
def test_json_gives_the_faults_as_one_document(run: Run, day: Path) -> None:
    change_orders(2, mass_kg="-1", volume_l="nan")(day)
    code, out, _ = run("plan", day, "--out", "out", "--json")
    assert code == 2
    faults = json.loads(out)["faults"]
    assert {each["field"] for each in faults} == {"mass_kg", "volume_l"}
    assert all(each["code"] and each["value"] and each["limit"] for each in faults)


def edit(network: Path, layer: str, change: Callable[[dict[str, Any]], None], kind: str) -> None:
    """Change the first feature of a layer whose `kind` is this."""
    path = network / f"{layer}.geojson"
    document = json.loads(path.read_text())
    change(next(each for each in document["features"] if each["properties"].get("kind") == kind))
    path.write_text(json.dumps(document))


def cross_itself(feature: dict[str, Any]) -> None:
    x, y = 114.05, 22.51
    ring = [[x, y], [x + 0.001, y + 0.001], [x + 0.001, y], [x, y + 0.001], [x, y]]
    feature["geometry"] = {"type": "Polygon", "coordinates": [ring]}


def cover_everything(feature: dict[str, Any]) -> None:
    ring = [[114.0, 22.4], [114.2, 22.4], [114.2, 22.6], [114.0, 22.6], [114.0, 22.4]]
    feature["geometry"] = {"type": "Polygon", "coordinates": [ring]}
    feature["properties"].update(
        schedule="24/7", lower_m=0, lower_reference="AGL", upper_m=None, upper_reference="UNL"
    )


def lose_upper_limit(feature: dict[str, Any]) -> None:
    del feature["properties"]["upper_m"]


@pytest.mark.parametrize(
    ("change", "says"),
    [(cross_itself, "RING"), (cover_everything, "PROHIBITED"), (lose_upper_limit, "upper_m")],
)
def test_a_broken_network_fails_its_check_and_is_not_planned_on(
    run: Run, network: Path, day: Path, change: Callable[[dict[str, Any]], None], says: str
) -> None:
    edit(network, "zones", change, "prohibited")
    code, out, _ = run("network", "check", network, "--json")
    found = json.loads(out)
    assert (code, found["ok"]) == (1, False)
    assert any(says in json.dumps(each) for each in found["faults"])
    code, out, err = run("network", "show", network)
    assert (code, out) == (2, "")
    assert says in err


def test_the_shipped_network_keeps_every_rule(run: Run) -> None:
    code, out, _ = run("network", "check", "--json")
    assert code == 0
    assert json.loads(out)["ok"] is True


def test_network_show_counts_what_the_network_holds(run: Run) -> None:
    code, out, _ = run("network", "show", "--json")
    shown = json.loads(out)
    assert code == 0
    assert shown["layers"]["checkpoints"] >= 5
    assert shown["lanes"] >= 80
    assert shown["bounds"]["east"] <= 114.1
    assert len(shown["edition"]) == 64


def test_sample_makes_the_same_day_from_the_same_seed(run: Run, sample_day: Path) -> None:
    code, _, _ = run("sample", "--orders", 12, "--drones", 4, "--seed", 3, "--out", "again")
    assert code == 0
    for name in ("orders.csv", "fleet.yaml", "weather.json"):
        assert Path("again", name).read_bytes() == (sample_day / name).read_bytes()


def test_sample_keeps_a_day_that_was_edited(run: Run, day: Path) -> None:
    change_orders(2, mass_kg="2")(day)
    before = (day / "orders.csv").read_bytes()
    code, _, err = run("sample", "--orders", 12, "--drones", 4, "--out", day)
    assert code == 2
    assert "orders.csv" in err
    assert (day / "orders.csv").read_bytes() == before


@pytest.mark.parametrize(
    "line",
    [
        ("plan", "--gap", "nan"),
        ("plan", "--elevation-margin", "nan"),
        ("network", "capacity", "--mass", "nan"),
        ("network", "impact", "old", "new", "--mass", "nan"),
        ("test", "mutate", "--fail-under", "nan"),
    ],
    ids=" ".join,
)
def test_no_option_takes_what_is_no_number(run: Run, tmp_path: Path, line: tuple[str, ...]) -> None:
    """No range keeps it out."""
    more = ("--out", tmp_path / "out") if line[0] == "plan" else ()
    code, out, err = run(*line, *more)
    assert (code, out) == (2, "")
    assert "nan is not a finite number" in err
