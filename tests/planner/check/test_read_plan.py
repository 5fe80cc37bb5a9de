"""Plan files: every fault of form at once, and the same bytes out as in."""

import errno
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from geodata.faults import InvalidInput
from planner.plan.plan import Plan
from planner.read.plan import read_plan, write_plan
from tests.planner.check.good import good_world


@pytest.fixture(scope="module")
def plan() -> Plan:
    return good_world().plan()


def _refused(path: Path) -> list[tuple[str, str]]:
    with pytest.raises(InvalidInput) as caught:
        read_plan(path)
    assert all(fault.source == path.name for fault in caught.value.faults)
    return [(fault.code, fault.field) for fault in caught.value.faults]


def test_plan_read_back_is_the_plan_written(plan: Plan, tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    write_plan(plan, path)
    found = read_plan(path)
    assert found == plan
    write_plan(found, tmp_path / "again.json")
    assert (tmp_path / "again.json").read_bytes() == path.read_bytes()


def _change(plan: Plan, tmp_path: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    path = tmp_path / "plan.json"
    write_plan(plan, path)
    values = json.loads(path.read_bytes())
    change(values)
    path.write_text(json.dumps(values))
    return path


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        (lambda v: v.pop("edition"), "FIELD_MISSING", "edition"),
        (lambda v: v["sorties"][0].pop("drone"), "FIELD_MISSING", "sorties[0].drone"),
        (lambda v: v["cost"].update(total_cents="9"), "WRONG_TYPE", "cost.total_cents"),
        (lambda v: v["cost"].update(total=9), "FIELD_UNKNOWN", "cost.total"),
        (
            lambda v: v["sorties"][0]["legs"][1].update(energy_wh=float("nan")),
            "NOT_FINITE",
            "sorties[0].legs[1].energy_wh",
        ),
        (
            lambda v: v["unserved"][0]["reasons"][0]["values"].update(load=[float("inf")]),
            "NOT_FINITE",
            "unserved[0].reasons[0].values.load[0]",
        ),
        (
            lambda v: v["sorties"][0]["stops"][0].update(arrive="2026-12-01T08:30:00"),
            "TIME_ZONE_MISSING",
            "sorties[0].stops[0].arrive",
        ),
        (
            lambda v: v["sorties"][0]["stops"][0].update(arrive="half past eight"),
            "TIME_INVALID",
            "sorties[0].stops[0].arrive",
        ),
        (
            lambda v: v["sorties"][0]["stops"][0]["events"][0].update(kind="nap"),
            "UNKNOWN_VALUE",
            "sorties[0].stops[0].events[0].kind",
        ),
        (lambda v: v.update(sorties=None), "WRONG_TYPE", "sorties"),
        (lambda v: v.update(version=""), "FIELD_MISSING", "version"),
        (lambda v: v["options"].update(seed=-1), "OUT_OF_RANGE", "options.seed"),
        (lambda v: v["options"].update(time_limit_s=0), "OUT_OF_RANGE", "options.time_limit_s"),
        (lambda v: v["sorties"][0].update(legs=[]), "OUT_OF_RANGE", "sorties[0].legs"),
    ],
)
def test_fault_is_named_with_its_field(
    plan: Plan, tmp_path: Path, change: Callable[[dict[str, Any]], object], code: str, field: str
) -> None:
    assert _refused(_change(plan, tmp_path, change)) == [(code, field)]


def test_all_faults_are_told_at_once(plan: Plan, tmp_path: Path) -> None:
    def spoil(values: dict[str, Any]) -> None:
        values.pop("edition")
        values["cost"]["total_cents"] = 1.5
        values["sorties"][1]["legs"][0]["payload"] = 3

    assert {code for code, _ in _refused(_change(plan, tmp_path, spoil))} == {
        "FIELD_MISSING",
        "WRONG_TYPE",
        "FIELD_UNKNOWN",
    }


def test_unknown_field_is_told_with_the_names_known_there(plan: Plan, tmp_path: Path) -> None:
    path = _change(plan, tmp_path, lambda v: v["sorties"][1]["legs"][0].update(energy=3))
    with pytest.raises(InvalidInput) as caught:
        read_plan(path)
    (fault,) = caught.value.faults
    assert "did you mean energy_wh" in fault.message
    assert "payload_kg" in fault.limit


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "FILE_EMPTY"),
        (b"{", "SYNTAX"),
        (b"\xff\xfe{}", "NOT_UTF8"),
        (b'{"cost": 1, "cost": 2}', "KEY_TWICE"),
        (b"[" * 100_000, "SYNTAX"),
        (b"[]", "WRONG_TYPE"),
        (b"3", "WRONG_TYPE"),
        (b"NaN", "WRONG_TYPE"),
    ],
)
def test_file_that_is_no_plan_is_refused(content: bytes, code: str, tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_bytes(content)
    assert [found for found, _ in _refused(path)] == [code]


def test_missing_file_is_refused(tmp_path: Path) -> None:
    assert _refused(tmp_path / "none.json") == [("FILE_UNREADABLE", "")]
    assert _refused(tmp_path) == [("FILE_UNREADABLE", "")]


def test_failed_write_leaves_the_old_plan_whole(
    plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "plan.json"
    path.write_text("old")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_plan(plan, path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
