"""A small request, and the command line run in this process."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from api import cli, worker
from geodata.network import shipped_network_path
from geodata.write import write_network
from planner.read.orders_csv import orders_csv
from planner.sample.sample import fleet_yaml, weather_json
from tests.planner.check.flier import World
from tests.planner.check.good import good_world

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run a command line in an empty folder; return exit code, standard output and error."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str | Path) -> tuple[int, str, str]:
        code = cli.run([str(each) for each in arguments])
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return code, said.out, said.err

    return run


@pytest.fixture
def inline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do what the worker does in this process: a child takes seconds to import everything."""
    monkeypatch.setattr(worker, "run", lambda work, job, report: work(job, report))


@pytest.fixture(scope="session")
def sample_day(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a request of 12 orders and 4 drones, made by `hetao sample`."""
    folder = tmp_path_factory.mktemp("sample") / "day"
    sizes = ["--orders", "12", "--drones", "4", "--seed", "3"]
    assert cli.run(["sample", *sizes, "--out", str(folder)]) == 0
    return folder


@pytest.fixture
def day(sample_day: Path, tmp_path: Path) -> Path:
    """Return a copy of the small request, to be broken."""
    return Path(shutil.copytree(sample_day, tmp_path / "day"))


@pytest.fixture
def good(tmp_path: Path) -> World:
    """Return the checker's good day; its network and request are written beside."""
    world = good_world()
    write_network(world.network, tmp_path / "network")
    request = tmp_path / "request"
    request.mkdir()
    (request / "orders.csv").write_text(orders_csv(world.request.orders))
    (request / "fleet.yaml").write_text(fleet_yaml(world.request.fleet))
    (request / "weather.json").write_text(weather_json(world.request.weather))
    return world


@pytest.fixture
def network(tmp_path: Path) -> Path:
    """Return a copy of the shipped network, to be broken."""
    return Path(shutil.copytree(shipped_network_path(), tmp_path / "network"))
