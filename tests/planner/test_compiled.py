"""What is compiled is kept as long as no module changes, if anything may be written."""

import gc
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from random import Random
from types import SimpleNamespace

import numba
import pytest

from planner.certify import certify_plan
from planner.compiled import compile_in_turn, keep_compiled, side_by_side
from planner.rulebook import shipped_rulebook
from planner.solve import plan_with_proof
from tests.geodata.small import small_network
from tests.planner.days import QUICK, priced, random_request


def a_package(folder: Path) -> Path:
    """Return a package of two modules."""
    package = folder / "package"
    (package / "inner").mkdir(parents=True)
    (package / "one.py").write_text("ONE = 1\n")
    (package / "inner" / "two.py").write_text("TWO = 2\n")
    return package


def test_a_change_of_any_module_changes_the_folder_and_removes_the_old_one(tmp_path: Path) -> None:
    package = a_package(tmp_path)
    before = keep_compiled(package, tmp_path / "elsewhere")
    assert before is not None
    assert before.parent == package / "__pycache__"
    assert keep_compiled(package, tmp_path / "elsewhere") == before
    (package / "inner" / "two.py").write_text("TWO = 3\n")
    after = keep_compiled(package, tmp_path / "elsewhere")
    assert after is not None
    assert after != before
    assert after.exists()
    assert not before.exists()


def test_where_the_package_may_not_be_written_it_is_kept_elsewhere_or_not_at_all(
    tmp_path: Path,
) -> None:
    """A file stands where the folder would be made."""
    package = a_package(tmp_path)
    (package / "__pycache__").write_text("")
    found = keep_compiled(package, tmp_path / "elsewhere")
    assert found is not None
    assert found.parent == tmp_path / "elsewhere"
    (tmp_path / "blocked").write_text("")
    assert keep_compiled(package, tmp_path / "blocked") is None


FUNCTION = """
def halved(number):
    return number // 2
"""

PROGRAM = """
import sys
from pathlib import Path

import numba

from planner.compiled import compile_in_turn

folder = Path(sys.argv[1])
numba.config.CACHE_DIR = str(folder / "kept")
sys.path.insert(0, str(folder))
from numbers_halved import halved

function = numba.njit(cache=True)(halved)
compile_in_turn(function, folder / "kept")
print("ready", flush=True)
sys.stdin.readline()
function(4)
print(sum(function.stats.cache_misses.values()))
"""


def test_of_processes_that_need_a_function_at_once_one_compiles_it(tmp_path: Path) -> None:
    (tmp_path / "numbers_halved.py").write_text(FUNCTION)
    line = [sys.executable, "-c", PROGRAM, str(tmp_path)]
    processes = [
        subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for each in processes:
        assert each.stdout is not None
        assert each.stdout.readline() == "ready\n"
    for each in processes:
        assert each.stdin is not None
        each.stdin.write("\n")
        each.stdin.flush()
    assert sorted(each.communicate()[0] for each in processes) == ["0\n", "1\n"]
    assert all(each.returncode == 0 for each in processes)


def test_no_garbage_is_looked_for_while_a_function_is_compiled(tmp_path: Path) -> None:
    """Nor in what is compiled for it; afterwards it is again."""
    looked = []

    def inner_now(signature: object) -> None:
        looked.append(gc.isenabled())

    def outer_now(signature: object) -> None:
        inner.compile(signature)
        looked.append(gc.isenabled())

    inner = SimpleNamespace(__module__="m", __qualname__="inner", compile=inner_now)
    outer = SimpleNamespace(__module__="m", __qualname__="outer", compile=outer_now)
    for each in (inner, outer):
        compile_in_turn(each, tmp_path)
    assert gc.isenabled()
    outer.compile(None)
    assert looked == [False, False]
    assert gc.isenabled()


LARGE = (
    "blockers.find_blockers", "fly.copy_trip", "fly.fly", "insert.try_alone",
    "least.least_of_starts", "quickest.quickest", "rebuild._rebuild", "sharing_cost._fly",
    "simulation.fly_starts", "walk.least_price",
)  # fmt: skip


def test_what_takes_seconds_to_compile_is_compiled_for_one_kind_of_arguments() -> None:
    """Whole numbers of the program or of a request make no other kind of them."""
    draw, network, rulebook = Random(8), small_network(), shipped_rulebook()
    asked = priced(draw, random_request(draw, 3, 2, max_orders_per_sortie=4))
    for power_w in (0, 0.0):
        types = tuple(replace(each, base_power_w=power_w) for each in asked.fleet.types)
        day = replace(asked, fleet=replace(asked.fleet, types=types))
        found = plan_with_proof(network, day, rulebook, QUICK)
        assert certify_plan(found.certificate, found.plan, network, day, rulebook) == []
    kept = Path(numba.config.CACHE_DIR)  # type: ignore[attr-defined]
    kinds = {each: len(list(kept.rglob(f"{each}-*.nbc"))) for each in LARGE}
    assert kinds == dict.fromkeys(LARGE, 1)


@pytest.mark.parametrize("workers", [1, 2, 3])
@pytest.mark.parametrize("count", [0, 1, 7, 100])
def test_what_is_made_side_by_side_is_in_the_order_of_its_items(workers: int, count: int) -> None:
    items = list(range(count))
    assert side_by_side(lambda item: item * item, items, workers) == [each**2 for each in items]


@pytest.mark.parametrize("workers", [1, 2])
def test_a_fault_in_work_side_by_side_is_a_fault_of_it_all(workers: int) -> None:
    with pytest.raises(ZeroDivisionError):
        side_by_side(lambda item: 1 // item, [1, 0, 2], workers)
