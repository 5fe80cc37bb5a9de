"""The line of editions is whole whenever a publisher stops, and however many publish at once."""

import os
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from geodata.editions.drafts import draft_names
from geodata.editions.editions import Store
from geodata.editions.publish import RefusedError
from geodata.faults import InvalidInput
from tests.geodata.small import changed, small_network
from tests.geodata.stores import done, draft, refused_codes, store_in, unchecked, whole_line

SMALL = small_network()
STEPS = {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir"}
"""What the interpreter says before it does it, of all that changes a folder."""


@pytest.fixture(scope="module")
def edited(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a store with one edition and a draft that was rebased if it is published."""
    store = store_in(tmp_path_factory.mktemp("stores") / "store")
    draft(store, "mine", lambda network: changed(network, "HK-HILL", top_m=99.0))
    draft(store, "theirs", lambda network: changed(network, "SZ-V1", pads=9))
    done(store, "theirs")
    return store.folder


def in_child(action: Callable[[], object]) -> int:
    """Start a process that does something and ends with 0, or 1 if it is refused."""
    child = os.fork()
    if child:
        return child
    code = 70
    try:
        action()
        code = 0
    except RefusedError:
        code = 1
    finally:
        os._exit(code)


def ended(child: int) -> int:
    """Wait for a process; return its exit code, or the signal that ended it below 0."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def on_each_step(store: Store, action: Callable[[], object]) -> None:
    """Have something done before each step with which this process changes the store."""
    within = str(store.folder)

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event not in STEPS or not str(arguments[0]).startswith(within):
            return
        if event != "open" or arguments[2] & (os.O_WRONLY | os.O_RDWR):
            action()

    sync = os.fsync

    def fsync(number: int) -> None:
        action()
        sync(number)

    sys.addaudithook(hook)  # for good: only in a process that ends soon
    os.fsync = fsync


def publish_and_die(store: Store, step: int) -> None:
    """Publish, and be killed before that step; a step too many is never taken."""
    left = [step]

    def count() -> None:
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)
        left[0] -= 1

    on_each_step(store, count)
    done(store, "mine")


def recovered(store: Store) -> bool:
    """Prove a store after a stop, publish again, and tell whether the stopped one had."""
    line = whole_line(store)
    assert len(line) in (2, 3)
    assert draft_names(store) in (["mine"], []), "a draft is whole or not there"
    if len(line) == 2:
        done(store, "mine")
    elif draft_names(store):
        with pytest.raises(RefusedError, match="faults: 1"):
            done(store, "mine")  # it is the newest edition already
    else:
        with store.writing():
            pass
    assert [each.message for each in whole_line(store)] == [
        "Edit first",
        "Edit theirs",
        "Edit mine",
    ]
    assert store.load(store.line()[-1].edition).obstacles["HK-HILL"].top_m == 99.0
    assert not list(store.folder.rglob("*.new")), "nothing is left behind"
    return len(line) == 3


def test_the_line_is_whole_after_a_kill_at_every_step(
    edited: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unchecked(monkeypatch)
    published = []
    for step in range(1000):
        store = Store(Path(shutil.copytree(edited, tmp_path / f"store{step}")))
        code = ended(in_child(lambda: publish_and_die(store, step)))  # noqa: B023
        if code == 0:
            break
        assert code == -signal.SIGKILL
        published.append(recovered(store))
        shutil.rmtree(store.folder)
    assert len(published) > 30, "every file that is made, synced, put in its place or removed"
    assert published == sorted(published), (
        "before the line was replaced it is the old, then the new"
    )
    assert {True, False} == set(published)


@pytest.mark.parametrize("seed", range(8))
def test_the_line_is_whole_after_a_kill_at_any_moment(
    edited: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    unchecked(monkeypatch)
    store = Store(Path(shutil.copytree(edited, tmp_path / "store")))
    child = in_child(lambda: done(store, "mine"))
    time.sleep(Random(seed).uniform(0, 0.1))
    os.kill(child, signal.SIGKILL)
    assert ended(child) in (0, -signal.SIGKILL)
    recovered(store)


def test_a_line_replaced_in_two_steps_would_not_be_whole(
    edited: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A control: writing the line in its place is found by the same kills."""
    unchecked(monkeypatch)

    def overwrite(path: Path, text: str) -> None:
        with path.open("w") as file:
            file.write(text[: len(text) // 2])
            file.flush()
            os.fsync(file.fileno())
            file.write(text[len(text) // 2 :])

    monkeypatch.setattr("geodata.editions.editions.replace_file", overwrite)
    for step in range(1000):
        store = Store(Path(shutil.copytree(edited, tmp_path / f"store{step}")))
        assert ended(in_child(lambda: publish_and_die(store, step))) != 0, "no kill broke it"  # noqa: B023
        try:
            whole_line(store)
        except InvalidInput:
            break
        shutil.rmtree(store.folder)
    assert set(refused_codes(store.line)) == {"LINE_DAMAGED"}


def test_of_two_who_publish_at_once_one_is_rebased(edited: Path, tmp_path: Path) -> None:
    store = Store(Path(shutil.copytree(edited, tmp_path / "store")))
    draft(store, "other", lambda network: changed(network, "SZ-V2", name="Other"))
    children = [in_child(lambda name=name: done(store, name)) for name in ("mine", "other")]
    assert [ended(each) for each in children] == [0, 0]
    line = whole_line(store)
    assert {each.message for each in line[2:]} == {"Edit mine", "Edit other"}
    newest = store.load(line[-1].edition)
    assert (newest.obstacles["HK-HILL"].top_m, newest.vertiports["SZ-V2"].name) == (99.0, "Other")


def test_of_two_who_publish_one_field_at_once_one_is_refused(edited: Path, tmp_path: Path) -> None:
    store = Store(Path(shutil.copytree(edited, tmp_path / "store")))
    draft(store, "other", lambda network: changed(network, "HK-HILL", top_m=98.0))
    children = [in_child(lambda name=name: done(store, name)) for name in ("mine", "other")]
    assert sorted(ended(each) for each in children) == [0, 1]
    assert len(whole_line(store)) == 3
    assert len(draft_names(store)) == 1, "the draft that was refused stays"


def test_who_must_wait_is_told_and_then_has_the_turn(edited: Path, tmp_path: Path) -> None:
    store = Store(Path(shutil.copytree(edited, tmp_path / "store")))
    told: list[str] = []
    with store.writing(lambda: told.append("first")):
        child = in_child(lambda: wait_and_publish(store))
        while not (store.folder / "waiting").exists():
            time.sleep(0.01)
        assert len(store.line()) == 2, "reading needs no turn"
    assert (ended(child), told) == (0, [])
    assert len(whole_line(store)) == 3


def wait_and_publish(store: Store) -> None:
    with store.writing(lambda: (store.folder / "waiting").touch()):
        pass
    done(store, "mine")
