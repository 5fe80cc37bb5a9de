"""Documents taken as lodged in time are all that is needed, and late nowhere."""

import datetime as dt
from typing import get_args

import pytest

from geodata.features import GoodsClass, Side
from planner.route.consignment import lodged_in_time
from planner.rules.customs import OTHER, clearance
from planner.rules.rulebook import shipped_rulebook
from planner.testing.day import at
from tests.planner.check.good import good_world as world

DEPART = at("09:00")


@pytest.mark.parametrize("goods", get_args(GoodsClass))
@pytest.mark.parametrize("origin", ["SZ", "HK"])
def test_every_checkpoint_has_every_document_in_time(goods: GoodsClass, origin: Side) -> None:
    customs = shipped_rulebook().customs
    lodged = lodged_in_time(customs, goods, origin, OTHER[origin], DEPART)
    order = world().with_order("O-1", goods=goods, declarations=lodged).request.orders_by_id["O-1"]
    for checkpoint in world().network.checkpoints.values():
        found = clearance(customs, order, checkpoint, origin)
        assert "DOCUMENT_MISSING" not in {refusal.code for refusal in found.refusals}
        assert found.earliest is None or found.earliest <= DEPART
        assert found.latest is None or found.latest >= DEPART + dt.timedelta(hours=1)


def test_goods_that_stay_on_a_side_need_no_document() -> None:
    assert lodged_in_time(shipped_rulebook().customs, "general", "SZ", "SZ", DEPART) == ()
