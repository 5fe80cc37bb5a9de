"""`hetao plan` writes a whole plan that its own check accepts, or nothing at all."""

import json
import os
import resource
import signal
import subprocess
from pathlib import Path

import pytest

from api.output import MANIFEST, replaced_folder
from tests.api.conftest import Run
from tests.api.process import start

OUTPUT = {"plan.json", "plan.geojson", "map.png", "timeline.png", "certificate.json", MANIFEST}


def content(folder: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in folder.iterdir()}


@pytest.fixture(scope="module")
def planned(
    sample_day: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """Return the folder of a plan for the small request, and what the command said."""
    out = tmp_path_factory.mktemp("planned") / "out"
    process = start("plan", sample_day, "--out", out, "--time-limit", 2, "--json")
    said = process.communicate()
    return out, subprocess.CompletedProcess(process.args, process.returncode, *said)


def test_a_plan_is_written_whole(
    planned: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    out, done = planned
    assert done.returncode == 0, done.stderr
    assert {each.name for each in out.iterdir()} == OUTPUT
    assert [each.name for each in out.parent.iterdir()] == ["out"]
    assert (out / "map.png").read_bytes().startswith(b"\x89PNG")
    assert json.loads((out / "plan.geojson").read_text())["type"] == "FeatureCollection"


def test_json_sums_up_the_plan_and_is_all_that_is_on_standard_output(
    planned: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    summary = json.loads(planned[1].stdout)
    orders = summary["orders"]
    assert orders["all"] == orders["on_time"] + orders["late"] + orders["unserved"] == 12
    assert sum(summary["unserved_by_code"].values()) == orders["unserved"]
    assert summary["violations"] == []
    parts = [value for name, value in summary["cost"].items() if name != "total_cents"]
    assert summary["cost"]["total_cents"] == sum(parts)
    assert summary["bound"]["lower_bound_cents"] <= summary["cost"]["total_cents"]


def test_progress_is_lines_where_there_is_no_terminal(
    planned: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    lines = planned[1].stderr.splitlines()
    assert "read: network and request" in lines[0]
    assert "\x1b" not in planned[1].stderr


def test_the_written_plan_passes_its_check(
    run: Run, planned: tuple[Path, subprocess.CompletedProcess[str]], sample_day: Path
) -> None:
    code, out, _ = run("check", planned[0] / "plan.json", "--request", sample_day)
    assert (code, out) == (0, "every rule holds\n")


def test_the_summary_is_readable(run: Run, sample_day: Path, inline: None) -> None:
    code, out, _ = run("plan", sample_day, "--out", "out", "--time-limit", 1)
    assert code == 0
    for word in ("on time", "late", "unserved", "lower bound", "gap", "check: every rule holds"):
        assert word in out


def previous_plan(out: Path) -> dict[str, bytes]:
    """Write what stands for a plan of before, and return the content of its folder."""
    with replaced_folder(out) as draft:
        (draft / "plan.json").write_text("before")
    return content(out)


def interrupted(process: "subprocess.Popen[str]", stage: str) -> None:
    """Interrupt a command and all that work for it, when it says that it has come to a stage."""
    assert process.stderr is not None
    while f" {stage}" not in (line := process.stderr.readline()):
        assert line, f"the process ended before it came to {stage}"
    os.killpg(process.pid, signal.SIGINT)


@pytest.mark.parametrize("stages", [["compile"], ["enumerate", "end:"]], ids=["early", "twice"])
def test_an_interrupt_too_early_or_a_second_one_leaves_the_previous_plan_whole(
    tmp_path: Path, stages: list[str]
) -> None:
    out = tmp_path / "out"
    before = previous_plan(out)
    process = start("plan", "--out", out, "--time-limit", 60)
    for stage in stages:
        interrupted(process, stage)
    stdout, stderr = process.communicate(timeout=20)
    assert (process.returncode, stdout) == (130, "")
    assert "Traceback" not in stderr
    assert content(out) == before
    assert [each.name for each in tmp_path.iterdir()] == ["out"]


def test_an_interrupt_ends_the_search_with_the_best_plan_so_far(
    sample_day: Path, tmp_path: Path
) -> None:
    """Written whole, long before the time is over."""
    out = tmp_path / "out"
    previous_plan(out)
    process = start("plan", sample_day, "--out", out, "--time-limit", 600, "--json")
    interrupted(process, "improve")
    stdout, stderr = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "Traceback" not in stderr
    answer = json.loads(stdout)
    assert answer["violations"] == []
    assert content(out).keys() == OUTPUT
    assert [each.name for each in tmp_path.iterdir()] == ["out"]


def test_a_search_ends_as_soon_as_its_gap_is_what_was_asked_for(
    sample_day: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    options = "--time-limit", 600, "--gap", 60, "--json"
    process = start("plan", sample_day, "--out", out, *options)
    stdout, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert 0 < json.loads(stdout)["bound"]["gap"] <= 0.6
    assert json.loads((out / "plan.json").read_text())["options"]["gap"] == 0.6


@pytest.mark.parametrize("gap", ["-1", "100", "nan", "close"])
def test_a_gap_that_is_no_share_of_the_cost_is_refused(
    run: Run, sample_day: Path, tmp_path: Path, gap: str
) -> None:
    code, out, err = run("plan", sample_day, "--out", tmp_path / "out", "--gap", gap)
    assert (code, out) == (2, "")
    assert "--gap" in err
    assert not (tmp_path / "out").exists()


def fill_disk() -> None:
    """Let this process write no file of more than 4 KiB."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))


@pytest.mark.parametrize("command", ["plan", "sample"])
def test_a_disk_that_takes_no_more_is_one_message_and_leaves_what_stood(
    sample_day: Path, tmp_path: Path, command: str
) -> None:
    out = tmp_path / "out"
    before = previous_plan(out)
    what = {"plan": [sample_day, "--time-limit", "1"], "sample": ["--orders", "100"]}[command]
    process = start(command, *what, "--out", out, limits=fill_disk)
    stdout, stderr = process.communicate()
    assert (process.returncode, stdout) == (2, "")
    assert stderr.count("error ") == 1
    assert f"{out}: cannot be written: File too large" in stderr
    assert "Traceback" not in stderr
    assert content(out) == before
    assert [each.name for each in tmp_path.iterdir()] == ["out"]


def test_a_folder_of_somebody_else_is_refused_before_any_work(run: Run, sample_day: Path) -> None:
    code, out, err = run("plan", sample_day, "--out", sample_day.parent)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert "not made by hetao" in err
