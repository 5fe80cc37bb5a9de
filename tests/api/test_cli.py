"""Every way in which a command ends has its exit code, and --json prints one document alone."""

import json

import pytest

from api.outcomes import EXIT_CODES, exit_code
from planner import __version__
from planner.rules.codes import RULES
from tests.api.conftest import Run


def test_the_version_is_that_of_the_planner(run: Run) -> None:
    assert run("--version") == (0, f"hetao {__version__}\n", "")


@pytest.mark.parametrize(
    "command", ["plan", "check", "route", "sample", "schema", "rules", "network check"]
)
def test_every_command_explains_itself_with_an_example(run: Run, command: str) -> None:
    code, out, _ = run(*command.split(), "--help")
    assert code == 0
    assert f"Example: `hetao {command}" in " ".join(out.split())


def test_an_outcome_of_a_derived_class_has_the_code_of_its_base() -> None:
    assert exit_code(FileNotFoundError()) == EXIT_CODES[OSError]


@pytest.mark.parametrize(
    "arguments",
    [
        ["fly"],
        ["plan"],
        ["plan", "nowhere", "--out", "out"],
        ["plan", "--out", "out", "--seed", "-1"],
        ["plan", "--out", "out", "--time-limit", "nan"],
        ["schema", "pilots"],
        ["rules", "NO_SUCH_RULE"],
        ["check", "no-such-plan.json"],
        ["network", "check", "no-such-folder"],
    ],
)
def test_a_wrong_command_line_is_bad_input(run: Run, arguments: list[str]) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert err.count("Error:") == 1


def test_rules_lists_every_code(run: Run) -> None:
    code, out, _ = run("rules")
    assert code == 0
    assert set(RULES) <= set(out.split())


def test_rules_explains_one_code(run: Run) -> None:
    code, out, _ = run("rules", "CUSTOMS_CLOSED", "--json")
    assert code == 0
    (rule,) = json.loads(out)
    assert rule["code"] == "CUSTOMS_CLOSED"
    assert all(rule.values())


@pytest.mark.parametrize("name", ["orders", "fleet", "weather", "plan"])
def test_schema_prints_a_json_schema(run: Run, name: str) -> None:
    code, out, err = run("schema", name)
    assert (code, err) == (0, "")
    assert json.loads(out)["$schema"].startswith("https://json-schema.org/")
