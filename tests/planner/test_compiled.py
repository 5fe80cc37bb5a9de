"""Loops are compiled once, and spread over threads without a change of what they give."""

from dataclasses import replace
from pathlib import Path
from random import Random

import numba
import numpy as np
import pytest

from planner.certify import certify_plan
from planner.compiled import side_by_side, spread
from planner.rules.rulebook import shipped_rulebook
from planner.solve.solve import plan_with_proof
from tests.geodata.small import small_network
from tests.planner.days import QUICK, priced, random_request

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
    kinds = {each: len(list(kept.rglob(f"*.{each}-*.nbc"))) for each in LARGE}
    assert kinds == dict.fromkeys(LARGE, 1)


def test_what_is_spread_in_turn_does_not_wait_for_itself() -> None:
    """All threads are taken by what spreads in turn."""
    found = np.zeros((8, 20), dtype=np.int64)

    def fill(row: int) -> list[int]:
        def some(begin: int, end: int) -> None:
            found[row, begin:end] = np.arange(begin, end)

        spread(some, 20, 2, 1)
        return side_by_side(lambda item: item + row, range(3), 2)

    assert side_by_side(fill, range(8), 2) == [[row, row + 1, row + 2] for row in range(8)]
    assert (found == np.arange(20)).all()


@pytest.mark.parametrize("workers", [1, 2, 3])
@pytest.mark.parametrize("count", [0, 1, 7, 100])
def test_what_is_made_side_by_side_is_in_the_order_of_its_items(workers: int, count: int) -> None:
    items = list(range(count))
    assert side_by_side(lambda item: item * item, items, workers) == [each**2 for each in items]


@pytest.mark.parametrize("workers", [1, 2])
def test_a_fault_in_work_side_by_side_is_a_fault_of_it_all(workers: int) -> None:
    with pytest.raises(ZeroDivisionError):
        side_by_side(lambda item: 1 // item, [1, 0, 2], workers)
