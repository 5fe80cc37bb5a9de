"""`hetao certify` says whether a certificate holds for a plan, and names what does not."""

import json
import shutil
from pathlib import Path

import pytest

from api.day import Job, plan_day
from geodata.network import shipped_network_path
from planner.stop import Stop
from tests.api.conftest import Run


@pytest.fixture(scope="module")
def planned(sample_day: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return a plan and its certificate."""
    out = tmp_path_factory.mktemp("planned")
    plan_day(
        Job(
            request=sample_day,
            network=shipped_network_path(),
            elevation=None,
            elevation_margin_m=5,
            out=out,
            time_limit_s=1,
            seed=1,
            workers=1,
            deterministic=False,
            gap=0.0,
            stop=Stop(),
        ),
        lambda stage, detail, done: None,
    )
    return out / "plan.json", out / "certificate.json"


def altered(certificate: Path, **fields: object) -> Path:
    """Write a certificate with other fields beside the one that is given."""
    document = json.loads(certificate.read_text()) | fields
    other = Path("other.json")
    other.write_text(json.dumps(document))
    return other


def test_the_certificate_of_a_plan_holds(
    run: Run, planned: tuple[Path, Path], sample_day: Path
) -> None:
    plan, certificate = planned
    code, out, err = run("certify", plan, "--request", sample_day)
    assert (code, err) == (0, "")
    assert out.startswith("proven: cost ")
    code, out, _ = run("certify", plan, "--request", sample_day, "--json")
    found, bound = json.loads(out), json.loads(plan.read_text())["bound"]
    assert (code, found["ok"], found["faults"]) == (0, True, [])
    assert found["bound_cents"] == bound["lower_bound_cents"]
    assert json.loads(certificate.read_text())["gap_ppm"] == found["gap_ppm"]


def test_what_does_not_hold_is_named(
    run: Run, planned: tuple[Path, Path], sample_day: Path
) -> None:
    plan, certificate = planned
    other = altered(certificate, cost_cents=1, edition="0" * 64)
    asked = ("certify", plan, "--request", sample_day, "--certificate", other)
    code, out, _ = run(*asked)
    assert code == 1
    assert {line.split()[0] for line in out.splitlines()} == {"COST", "EDITION", "faults:"}
    code, out, _ = run(*asked, "--json")
    found = json.loads(out)
    assert (code, found["ok"]) == (1, False)
    assert ("EDITION", "edition") in {(each["code"], each["field"]) for each in found["faults"]}


@pytest.mark.parametrize(
    ("fields", "code"),
    [({"bound_cents": 1.5}, "WRONG_TYPE"), ({"more": 1}, "FIELD_UNKNOWN")],
)
def test_a_certificate_of_another_form_is_bad_input(
    run: Run, planned: tuple[Path, Path], fields: dict[str, object], code: str
) -> None:
    plan, certificate = planned
    other = altered(certificate, **fields)
    ended, out, err = run("certify", plan, "--certificate", other)
    assert (ended, out) == (2, "")
    assert err.startswith(f"error {code} other.json")


def test_a_plan_without_a_certificate_is_bad_input(
    run: Run, planned: tuple[Path, Path], tmp_path: Path
) -> None:
    alone = shutil.copy(planned[0], tmp_path / "plan.json")
    code, out, err = run("certify", alone)
    assert (code, out) == (2, "")
    assert err.startswith("error FILE_UNREADABLE certificate.json")
