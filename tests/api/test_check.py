"""`hetao check` says whether a plan holds on its network and request, and names what is broken."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from geodata.write import write_network
from planner.orders_csv import orders_csv
from planner.plan import Plan
from planner.read_plan import write_plan
from planner.sample import fleet_yaml, weather_json
from tests.api.conftest import Run
from tests.planner.check.good import good_world


@pytest.fixture
def good(tmp_path: Path) -> tuple[Plan, list[str | Path]]:
    """Return a plan that keeps every rule, and the options that name its network and request."""
    world = good_world()
    write_network(world.network, tmp_path / "network")
    request = tmp_path / "request"
    request.mkdir()
    (request / "orders.csv").write_text(orders_csv(world.request.orders))
    (request / "fleet.yaml").write_text(fleet_yaml(world.request.fleet))
    (request / "weather.json").write_text(weather_json(world.request.weather))
    return world.plan(), ["--network", tmp_path / "network", "--request", request]


def test_a_plan_that_keeps_every_rule_holds(run: Run, good: tuple[Plan, list[str | Path]]) -> None:
    plan, where = good
    write_plan(plan, Path("plan.json"))
    assert run("check", "plan.json", *where) == (0, "every rule holds\n", "")
    code, out, err = run("check", "plan.json", *where, "--json")
    assert (code, json.loads(out), err) == (0, {"ok": True, "violations": []}, "")


def test_a_broken_rule_is_named(run: Run, good: tuple[Plan, list[str | Path]]) -> None:
    plan, where = good
    cost = replace(plan.cost, total_cents=plan.cost.total_cents + 1)
    write_plan(replace(plan, cost=cost), Path("plan.json"))
    code, out, _ = run("check", "plan.json", *where)
    assert code == 1
    assert out.startswith("COST ")
    code, out, _ = run("check", "plan.json", *where, "--json")
    found = json.loads(out)
    assert (code, found["ok"]) == (1, False)
    assert {each["code"] for each in found["violations"]} == {"COST"}


def test_a_plan_of_another_request_is_told_apart(
    run: Run, good: tuple[Plan, list[str | Path]]
) -> None:
    write_plan(good[0], Path("plan.json"))
    code, out, _ = run("check", "plan.json")
    assert code == 1
    assert "EDITION" in out


@pytest.mark.parametrize("text", ["", "{", "[]", '{"schema_version": "1"}'])
def test_a_file_that_is_no_plan_is_bad_input(run: Run, text: str) -> None:
    Path("plan.json").write_text(text)
    code, out, err = run("check", "plan.json")
    assert (code, out) == (2, "")
    assert err.startswith("error ")
