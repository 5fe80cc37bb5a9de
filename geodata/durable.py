"""Files and folders that are whole or not there, whenever the program or the machine stops.

All is written beside its place under a name of its own, forced to the disk, and put in its place
by one rename. What a stop left beside is swept away by the next writer; writers take turns.
"""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

_LOCK = ".lock"
_SUFFIX = ".new"


def replace_file(path: Path, text: str) -> None:
    """Put text in the place of a file; the old content stands until the new one is safe."""
    draft = beside(path)
    try:
        _write(draft, text)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    _sync_folder(path.parent)


def place_folder(path: Path, texts: Mapping[str, str], verify: Callable[[Path], object]) -> None:
    """Make a folder of files of these names and texts where none is.

    `verify` looks at the files as they were written, and raises what it wants if it finds them
    wrong; the folder is then not there.
    """
    draft = beside(path)
    draft.mkdir()
    try:
        for name, text in texts.items():
            _write(draft / name, text)
        _sync_folder(draft)
        verify(draft)
        draft.rename(path)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    _sync_folder(path.parent)


def remove_folder(path: Path) -> None:
    """Remove a folder with all that it holds: whole, or not at all."""
    draft = beside(path)
    path.rename(draft)
    _sync_folder(path.parent)
    shutil.rmtree(draft)


def beside(path: Path) -> Path:
    """Return where the content of `path` stands while it is not whole."""
    return path.with_name(f".{path.name}{_SUFFIX}")


@contextmanager
def writing(folder: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Let one process write below a folder at a time, and sweep away what stopped ones left.

    If another one is writing, `waiting` is called, and then its end awaited; the lock of a process
    that was killed is free. Reading needs no lock.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(folder / _LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        waiting()
        lock.acquire()
    try:
        for left in (*folder.glob(f".*{_SUFFIX}"), *folder.glob(f"*/.*{_SUFFIX}")):
            if left.is_dir():
                shutil.rmtree(left)
            else:
                left.unlink()
        yield
    finally:
        lock.release()


def _write(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(path: Path) -> None:
    if hasattr(os, "O_DIRECTORY"):  # Windows cannot, and writes names at once
        number = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(number)
        finally:
            os.close(number)
