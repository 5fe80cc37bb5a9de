"""`hetao check` says whether a plan holds on its network and request, and names what is broken."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from planner.read.files import MAX_BYTES
from planner.read.plan import write_plan
from tests.api.conftest import Run
from tests.planner.check.flier import World

WHERE = ("--network", "network", "--request", "request")


def test_a_plan_that_keeps_every_rule_holds(run: Run, good: World) -> None:
    plan = good.plan()
    write_plan(plan, Path("plan.json"))
    assert run("check", "plan.json", *WHERE) == (0, "every rule holds\n", "")
    code, out, err = run("check", "plan.json", *WHERE, "--json")
    assert (code, json.loads(out), err) == (0, {"ok": True, "violations": []}, "")


def test_a_broken_rule_is_named(run: Run, good: World) -> None:
    plan = good.plan()
    cost = replace(plan.cost, total_cents=plan.cost.total_cents + 1)
    write_plan(replace(plan, cost=cost), Path("plan.json"))
    code, out, _ = run("check", "plan.json", *WHERE)
    assert code == 1
    assert out.startswith("COST ")
    code, out, _ = run("check", "plan.json", *WHERE, "--json")
    found = json.loads(out)
    assert (code, found["ok"]) == (1, False)
    assert {each["code"] for each in found["violations"]} == {"COST"}


def test_a_plan_of_another_request_is_told_apart(run: Run, good: World) -> None:
    write_plan(good.plan(), Path("plan.json"))
    code, out, _ = run("check", "plan.json")
    assert code == 1
    assert "EDITION" in out


def test_a_plan_of_another_edition_is_told_apart(run: Run, good: World) -> None:
    write_plan(replace(good.plan(), edition="0" * 64), Path("plan.json"))
    code, out, _ = run("check", "plan.json", *WHERE)
    assert code == 1
    assert [line.split()[0] for line in out.splitlines()] == ["EDITION", "violations:"]


@pytest.mark.parametrize("share", [0.1, 0.5, 0.999])
def test_a_plan_that_was_cut_off_is_bad_input(run: Run, good: World, share: float) -> None:
    write_plan(good.plan(), Path("plan.json"))
    whole = Path("plan.json").read_bytes()
    Path("plan.json").write_bytes(whole[: int(len(whole) * share)])
    code, out, err = run("check", "plan.json", *WHERE)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("error SYNTAX plan.json line ")


def test_a_file_too_large_for_a_plan_is_refused_unread(run: Run) -> None:
    with Path("plan.json").open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    code, out, err = run("check", "plan.json")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("error FILE_TOO_LARGE plan.json: ")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"schema_version": "1"}'])
def test_a_file_that_is_no_plan_is_bad_input(run: Run, text: str) -> None:
    Path("plan.json").write_text(text)
    code, out, err = run("check", "plan.json")
    assert (code, out) == (2, "")
    assert err.startswith("error ")
