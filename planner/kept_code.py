"""Machine code that numba made, kept in files, so that other processes need not compile it.

numba keeps code by itself, too. But it looks for it only when it has imported and registered all
that compiling needs, which takes a sixth of a second of processor time in each process.
"""

import gc
import hashlib
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import numba
from numba.core.caching import CompileResultCacheImpl, IndexDataCacheFile
from numba.core.compiler_lock import global_compiler_lock
from numba.core.runtime.nrt import rtsys

VERSION = f"{sys.implementation.cache_tag}-numba-{numba.__version__}"
"""What machine code depends on beside its source: others may keep theirs in the same folder."""

COUNTING = b"NRT_"
"""What the names of all that counts who uses an array begin with, in machine code."""


def keep_compiled(package: Path, elsewhere: Path) -> Path | None:
    """Return the folder for what is compiled of a package as it is; older ones are removed.

    It is in the package's `__pycache__`, in the folder `elsewhere` where that may not be written,
    None where neither may.
    """
    said = hashlib.sha256()
    for module in sorted(package.rglob("*.py")):
        said.update(module.read_bytes())
    for folder in (package / "__pycache__", elsewhere):
        kept = folder / f"compiled-{said.hexdigest()[:16]}"
        try:
            kept.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(kept, os.W_OK):
            for other in folder.glob("compiled-*"):
                if other != kept:
                    shutil.rmtree(other, ignore_errors=True)
            return kept
    return None


class _Files:
    """The files of one function: code by kinds of arguments and processors."""

    def __init__(self, function: Any, folder: Path) -> None:
        self._function, self._folder = function, folder

    @cached_property
    def _form(self) -> Any:
        form: Any = CompileResultCacheImpl
        return form(self._function.py_func)

    @cached_property
    def _file(self) -> Any:
        file: Any = IndexDataCacheFile
        name = f"{self._function.__module__}.{self._function.__qualname__}-{VERSION}"
        return file(str(self._folder), name, None)

    def load(self, arguments: tuple[Any, ...]) -> Any:
        """Return the entry to the code for some kinds of arguments; None if there is none."""
        function, context = self._function, self._function.targetctx
        if arguments in function.overloads:
            return function.overloads[arguments].entry_point
        found = self._file.load((arguments, context.codegen().magic_tuple()))
        if found is None:
            return None
        counts, content = found
        if counts:
            counting: Any = rtsys
            counting.initialize(context)
        code = self._form.rebuild(context, content)
        context.insert_user_function(code.entry_point, code.fndesc, [code.library])
        function.add_overload(code)
        return code.entry_point

    def keep(self, arguments: tuple[Any, ...]) -> None:
        """Keep what was compiled for some kinds of arguments, if it can be."""
        code = self._function.overloads[arguments]
        if self._form.check_cachable(code):
            _, _, (machine_code, _) = code.library.serialize_using_object_code()
            key = arguments, self._function.targetctx.codegen().magic_tuple()
            self._file.save(key, (COUNTING in machine_code, self._form.reduce(code)))


def keep_code(function: Any, folder: Path) -> None:
    """Let a function of numba look in a folder for its code before it compiles, and keep it there.

    Of processes that need it at once one compiles it and the others wait. What the code depends on
    is not looked at: the folder is to be another one when a module changes.
    """
    compile_now, files = function.compile, _Files(function, folder)
    lock = folder / f"{function.__module__}.{function.__qualname__}.lock"

    def load_or_compile(arguments: tuple[Any, ...]) -> Any:
        # Threads take turns first: none holds the lock of a function and waits for the compiler.
        with global_compiler_lock:
            return files.load(arguments) or compile_in_turn(arguments)

    def compile_in_turn(arguments: tuple[Any, ...]) -> Any:
        from filelock import FileLock

        # Another version of the package may have removed the folder when it began.
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(lock), _nothing_collected():
            found = files.load(arguments)  # another process may have compiled it
            if found is None:
                found = compile_now(arguments)
                files.keep(arguments)
            return found

    function.compile = load_or_compile


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """Have no garbage looked for: passes over what numba keeps took an eighth of its time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
