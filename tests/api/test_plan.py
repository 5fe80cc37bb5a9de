"""`hetao plan` writes a whole plan that its own check accepts, or nothing at all."""

import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from api.output import MANIFEST
from tests.api.conftest import Run

OUTPUT = {"plan.json", "plan.geojson", "map.png", "timeline.png", MANIFEST}
ROOT = Path(__file__).parents[2]


def start(
    *arguments: str | Path, limits: Callable[[], None] | None = None
) -> subprocess.Popen[str]:
    """Start `hetao` in a process group of its own, as a shell does."""
    return subprocess.Popen(
        [sys.executable, "-m", "api.cli", *map(str, arguments)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        process_group=0,
        preexec_fn=limits,
    )


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


def test_an_interrupt_leaves_the_previous_plan_whole(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "plan.json").write_text("before")
    (out / MANIFEST).write_text(json.dumps({"plan.json": hash_of("before")}))
    before = content(out)
    process = start("plan", "--out", out, "--time-limit", 60)
    assert process.stderr is not None
    while "enumerate" not in (line := process.stderr.readline()):
        assert line, "the process ended before it solved"
    os.killpg(process.pid, signal.SIGINT)
    stdout, stderr = process.communicate(timeout=20)
    assert (process.returncode, stdout) == (130, "")
    assert "Traceback" not in stderr
    assert content(out) == before
    assert [each.name for each in tmp_path.iterdir()] == ["out"]


def hash_of(text: str) -> str:
    import hashlib

    return hashlib.sha256(text.encode()).hexdigest()


def test_a_disk_that_takes_no_more_is_one_message(sample_day: Path, tmp_path: Path) -> None:
    def limits() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

    out = tmp_path / "out"
    process = start("plan", sample_day, "--out", out, "--time-limit", 1, limits=limits)
    stdout, stderr = process.communicate()
    assert (process.returncode, stdout) == (2, "")
    assert stderr.count("error ") == 1
    assert f"{out}: cannot be written: File too large" in stderr
    assert "Traceback" not in stderr
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_somebody_else_is_refused_before_any_work(run: Run, sample_day: Path) -> None:
    code, out, err = run("plan", sample_day, "--out", sample_day.parent)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert "not made by hetao" in err
