"""Kill `hetao network publish` at random moments, and look whether the line of editions is whole.

    python -m tests.bench.bench_kill --kills 100 --seed 1

Each time, a process of its own publishes a draft that is rebased on the way. Every other one is
killed at a moment drawn from its whole life, the rest at one from the time when it writes. Then
the line must be the old or the new one, every edition must load and be what its hash says, and
publishing again must end with the same line, however the first attempt ended.
"""

import argparse
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from random import Random

from geodata.editions.drafts import draft_names
from geodata.editions.editions import Store
from tests.geodata.small import changed, small_network
from tests.geodata.stores import done, draft, refused_codes, store_in, whole_line

SMALL = small_network()
PUBLISHED = "the line is the new one"


def main() -> None:
    """Print what the kills left, as a table for docs/editions.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    print(as_table(killed(options.kills, options.seed)))


def as_table(counts: Counter[str]) -> str:
    """Return the outcomes of kills as a Markdown table."""
    rows = [f"| {outcome} | {count} |" for outcome, count in sorted(counts.items())]
    return "\n".join(["| after the kill | times |", "| --- | --- |", *rows])


def killed(kills: int, seed: int) -> Counter[str]:
    """Return how often each outcome came of so many kills; raises AssertionError if one is bad.

    A process that ended before its moment was not killed, and another one takes its place.
    """
    draw = Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        life_s, writing_s = _durations(_edited(Path(folder) / "whole"))
        counts: Counter[str] = Counter()
        number = 0
        while counts.total() < kills:
            number += 1
            store = _edited(Path(folder) / str(number))
            child = _publish(store)
            if number % 2:
                time.sleep(draw.uniform(0, life_s))
            else:
                _await_writing(store, child)
                time.sleep(draw.uniform(0, writing_s))
            child.send_signal(signal.SIGKILL)
            code = child.wait()
            outcome = _outcome(store)
            if code == -signal.SIGKILL:
                counts[outcome] += 1
            else:
                assert (code, outcome) == (0, PUBLISHED)
    return counts


def _edited(folder: Path) -> Store:
    """Return a store of two editions, with a draft started on the first."""
    store = store_in(folder)
    draft(store, "mine", lambda network: changed(network, "HK-HILL", top_m=99.0))
    draft(store, "theirs", lambda network: changed(network, "SZ-V1", pads=9))
    done(store, "theirs")
    return store


def _publish(store: Store) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "api.cli", "network", "publish", "mine"]
    options = ["--store", str(store.folder), "--author", "A. Planner", "--message", "Edit mine"]
    return subprocess.Popen(
        [*command, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def _durations(store: Store) -> tuple[float, float]:
    """Return how long a publisher lives, and how long it writes, in seconds."""
    began = time.perf_counter()
    child = _publish(store)
    _await_writing(store, child)
    writing = time.perf_counter()
    assert child.wait() == 0
    return time.perf_counter() - began, time.perf_counter() - writing


def _await_writing(store: Store, child: subprocess.Popen[bytes]) -> None:
    """Wait until a publisher has begun to write, or ended."""
    while child.poll() is None and not any((store.folder / "editions").glob(".*.new")):
        time.sleep(0.0005)


def _outcome(store: Store) -> str:
    line = whole_line(store)
    assert len(line) in (2, 3), line
    published = len(line) == 3
    orphan = len(list((store.folder / "editions").iterdir())) > len(line)
    if not published:
        done(store, "mine")
    elif draft_names(store):
        assert refused_codes(lambda: done(store, "mine")) == ["DRAFT_UNCHANGED"]
    assert [each.message for each in whole_line(store)] == [
        "Edit first",
        "Edit theirs",
        "Edit mine",
    ]
    if published:
        return PUBLISHED
    return "the line is the old one" + (", a part of the edition was written" if orphan else "")


if __name__ == "__main__":
    main()
