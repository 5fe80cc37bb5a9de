"""Writes a folder whole or not at all, and replaces only what hetao itself wrote."""

import hashlib
import json
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from api.outcomes import OutputError

MANIFEST = ".hetao.json"
"""Names and SHA-256 of the files that hetao wrote into a folder."""


@contextmanager
def replaced_folder(target: Path) -> Iterator[Path]:
    """Yield an empty folder that takes the place of `target` if the body ends without an error.

    What stood at `target` stays whole until then. Raises OutputError at once, before the body runs,
    if `target` cannot be written, or holds anything that hetao did not write or that was changed
    since; and afterwards if writing failed.
    """
    target = target.resolve()
    obstacle = _obstacle(target)
    if obstacle is not None:
        raise OutputError(f"{target}: {obstacle}")
    missing = [each for each in target.parents if not each.exists()]
    draft: Path | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
        draft.mkdir()
        yield draft
        _write_manifest(draft)
        _swap(draft, target)
    except OSError as error:
        raise OutputError(f"{target}: cannot be written: {error.strerror or error}") from error
    finally:
        if draft is not None:
            shutil.rmtree(draft, ignore_errors=True)
        for folder in missing:
            with suppress(OSError):
                folder.rmdir()


def _obstacle(target: Path) -> str | None:
    """Tell why `target` may not be replaced; None if it may."""
    if not target.exists():
        return None
    if not target.is_dir():
        return "is not a folder; give another name"
    found = {each.name for each in target.iterdir()}
    if not found:
        return None
    if MANIFEST not in found:
        return "was not made by hetao and is not empty; give another folder"
    written = _read_manifest(target)
    for name in sorted(found - {MANIFEST}):
        if name not in written or not (target / name).is_file():
            return f"holds {name}, which hetao did not write; move it or give another folder"
        if _sha256(target / name) != written[name]:
            return f"holds {name}, changed since hetao wrote it; move it or give another folder"
    return None


def _read_manifest(folder: Path) -> dict[str, str]:
    """Return what hetao wrote into a folder; nothing if the manifest is not one."""
    try:
        written = json.loads((folder / MANIFEST).read_bytes())
    except ValueError:
        return {}
    return written if isinstance(written, dict) else {}


def _write_manifest(folder: Path) -> None:
    written = {each.name: _sha256(each) for each in sorted(folder.iterdir())}
    (folder / MANIFEST).write_text(json.dumps(written, indent=2) + "\n")


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _swap(draft: Path, target: Path) -> None:
    """Put `draft` in the place of `target`; an interruption leaves one of the two whole."""
    if not target.exists():
        draft.rename(target)
        return
    aside = draft.with_name(draft.name + ".old")
    target.rename(aside)
    try:
        draft.rename(target)
    finally:
        if not target.exists():
            aside.rename(target)
    shutil.rmtree(aside)


@contextmanager
def replaced_file(target: Path, *, overwrite: bool) -> Iterator[Path]:
    """Yield a path that takes the place of the file `target` if the body ends without an error.

    Raises OutputError at once, before the body runs, if `target` is there and not to be
    overwritten, or is a folder; and afterwards if writing failed. Nothing else is left behind.
    """
    target = target.resolve()
    if target.is_dir():
        raise OutputError(f"{target}: is a folder; give the name of a file")
    if target.exists() and not overwrite:
        raise OutputError(f"{target}: is there already; give another name, or --overwrite")
    draft: Path | None = None
    try:
        draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
        draft.mkdir()
        yield draft / target.name
        (draft / target.name).replace(target)
    except OSError as error:
        raise OutputError(f"{target}: cannot be written: {error.strerror or error}") from error
    finally:
        if draft is not None:
            shutil.rmtree(draft, ignore_errors=True)
