"""Days of few orders cost no more than the best of every plan tried."""

import pytest

from planner.check import check_plan
from planner.rules.rulebook import shipped_rulebook
from planner.solve.solve import make_plan
from tests.bench.bench_proof import QUICKLY, drawn
from tests.planner.days import instance
from tests.planner.every_plan import least_cents

NARROW = {
    13: "lanes that winds and a zone leave open for some minutes",
    55: "lanes that are the quickest in neither of the winds that they meet",
    61: "two sorties of which both must start within some minutes",
    180: "a zone that opens while the drone is on its way",
    1689: "an order after another that costs little to leave out",
    1771: "starts within a minute, between two winds",
}
"""Requests, by seed, that are served or flown cheapest at starts that few seconds allow."""


@pytest.mark.parametrize("seed", NARROW)
def test_a_day_of_few_orders_costs_no_more_than_every_plan_tried(seed: int) -> None:
    """What few starts of the day allow is found: no order is left out that a plan could serve."""
    network, asked = drawn(seed)
    plan = make_plan(network, asked, shipped_rulebook(), QUICKLY)
    assert check_plan(plan, network, asked, shipped_rulebook()) == []
    assert plan.cost.total_cents <= least_cents(instance(asked, network))
