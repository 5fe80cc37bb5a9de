"""Machine code is kept as long as no module changes, if anything may be written."""

import gc
import subprocess
import sys
from pathlib import Path

import numba
import pytest

from planner.kept_code import keep_code, keep_compiled


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


def test_a_function_is_compiled_and_kept_though_a_newer_version_removed_the_folder(
    tmp_path: Path,
) -> None:
    package = a_package(tmp_path)
    folder = keep_compiled(package, tmp_path / "elsewhere")
    assert folder is not None
    doubled = numba.njit(lambda number: 2 * number)
    keep_code(doubled, folder)
    (package / "one.py").write_text("ONE = 3\n")
    keep_compiled(package, tmp_path / "elsewhere")
    assert not folder.exists()
    assert doubled(2) == 4
    assert list(folder.glob("*.nbi"))


FUNCTIONS = """
import numpy as np


def halved(number):
    return number // 2


def ones(values):
    made = np.ones(len(values))
    return made.sum()


def middle(values):
    return halved(ones(values))
"""

PROGRAM = """
import sys
from pathlib import Path

import numba
import numpy as np

from planner.kept_code import keep_code

folder = Path(sys.argv[1])
sys.path.insert(0, str(folder))
import functions_kept

compiled = []


def count(function):
    compile_now = function.compile

    def compile(arguments):
        compiled.append(function.__name__)
        return compile_now(arguments)

    function.compile = compile


def machine_code(name, **options):
    function = numba.njit(**options)(getattr(functions_kept, name))
    count(function)
    keep_code(function, folder)
    setattr(functions_kept, name, function)
    return function


halved = machine_code("halved")
ones = machine_code("ones")
middle = machine_code("middle", _nrt=False)
values = np.zeros(4)
print("ready", flush=True)
sys.stdin.readline()
"""


def begin(folder: Path, calls: str) -> "subprocess.Popen[str]":
    """Return a process that is ready to call functions that are kept in a folder."""
    (folder / "functions_kept.py").write_text(FUNCTIONS)
    line = [sys.executable, "-c", PROGRAM + calls, str(folder)]
    process = subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def end(process: "subprocess.Popen[str]") -> list[str]:
    """Return what a process prints that is told to go on."""
    found, _ = process.communicate("\n")
    assert process.returncode == 0
    return found.split()


def test_of_processes_that_need_a_function_at_once_one_compiles_it(tmp_path: Path) -> None:
    processes = [begin(tmp_path, "print(halved(8), len(compiled))") for _ in range(2)]
    for each in processes:
        assert each.stdin is not None
        each.stdin.write("\n")
        each.stdin.flush()
    assert sorted(end(each) for each in processes) == [["4", "0"], ["4", "1"]]


def test_what_is_kept_is_loaded_without_what_compiling_needs(tmp_path: Path) -> None:
    """What makes arrays, too, and what calls something that does; what is not kept is compiled."""
    simple = "print(halved(8), halved(9.5), ones(values), *compiled);"
    found = ["4", "4.0", "4.0"]
    assert end(begin(tmp_path, simple)) == [*found, "halved", "halved", "ones"]
    ready = "print('numba.misc.cffiimpl' in sys.modules);"
    more = "print(middle(values), *compiled);"
    assert end(begin(tmp_path, simple + ready + more)) == [*found, "False", "2.0", "middle"]
    assert end(begin(tmp_path, more + ready)) == ["2.0", "False"]


def test_no_garbage_is_looked_for_while_a_function_is_compiled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor in what is compiled for it; afterwards it is again."""
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path))
    looked = []

    @numba.njit
    def inner(number):  # type: ignore[no-untyped-def]
        return number // 2

    @numba.njit
    def outer(number):  # type: ignore[no-untyped-def]
        return inner(number) + 1

    def watch(function):  # type: ignore[no-untyped-def]
        compile_now = function.compile

        def compile_watched(arguments: object) -> object:
            found = compile_now(arguments)
            looked.append(gc.isenabled())
            return found

        function.compile = compile_watched

    for each in (inner, outer):
        watch(each)
        keep_code(each, tmp_path)
    assert gc.isenabled()
    assert outer(6) == 4
    assert looked == [False, False]
    assert gc.isenabled()
