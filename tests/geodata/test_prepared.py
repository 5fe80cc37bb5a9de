"""Shapes that several threads have are never prepared, copies of them are."""

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import numpy as np
import shapely

from geodata.boundary import Shapes
from geodata.prepared import prepared

ROOT = Path(__file__).parents[2]
THREADS, ROUNDS = 4, 40


def stars() -> list[shapely.Polygon]:
    """Return shapes with many edges, for which GEOS makes an index when it is first asked."""
    turn = np.linspace(0, 2 * np.pi, 400, endpoint=False)
    reach = 5 + np.sin(9 * turn)
    ring = np.column_stack((reach * np.cos(turn), reach * np.sin(turn)))
    return [shapely.Polygon(ring + np.array([shift, 0.0])) for shift in range(8)]


def test_copies_are_prepared_and_what_they_are_of_stays_as_it_is() -> None:
    given = np.array(stars(), dtype=object)
    copies = prepared(given)
    assert shapely.is_prepared(copies).all()
    assert not shapely.is_prepared(given).any()
    assert shapely.equals_exact(copies, given).all()
    one = prepared(given[0])
    assert shapely.is_prepared(one)
    assert not shapely.is_prepared(given[0])
    placed = shapely.set_srid(given[0], 2326)
    assert shapely.get_srid(prepared(placed)) == 2326


def test_threads_may_ask_the_same_shapes_at_once() -> None:
    """Where these are prepared for all of them, the process ends within a few rounds."""
    low = np.random.default_rng(1).uniform(-8.0, 16.0, (300, 2))
    boxes = shapely.box(*low.T, *(low + 1.0).T)

    def ask(given: Shapes, together: Barrier) -> int:
        together.wait()
        mine = prepared(given)
        within = sum(int(shapely.contains_properly(each, boxes).sum()) for each in mine)
        return within + len(shapely.STRtree(boxes).query(mine, predicate="intersects")[0])

    with ThreadPoolExecutor(THREADS) as pool:
        for _ in range(ROUNDS):
            given, together = np.array(stars(), dtype=object), Barrier(THREADS)
            calls = [pool.submit(ask, given, together) for _ in range(THREADS)]
            assert len({call.result() for call in calls}) == 1


def test_nothing_else_prepares_shapes() -> None:
    wrong = re.compile(r"\bprepare\(|\bprep\(|shapely\.prepared")
    found = {
        path.relative_to(ROOT).as_posix()
        for folder in ("geodata", "planner", "api")
        for path in (ROOT / folder).rglob("*.py")
        if wrong.search(path.read_text())
    }
    assert found == {"geodata/prepared.py"}
