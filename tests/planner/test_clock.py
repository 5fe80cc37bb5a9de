"""What a solve has left: what ends a plan takes its time from that."""

import time
from dataclasses import replace

import pytest

from planner.clock import ENDING_SHARE, LEFT_OUT_S, WRITE_S, Clock
from planner.dispatch.roster import Roster
from planner.fly.nearest import NEAREST_SQUADS
from planner.reasons.crowding import Crowding, settle
from planner.reasons.reasons import Explainer
from planner.solve_options import SolveOptions
from planner.testing.day import TYPE, drone, order, request
from tests.planner.days import instance


def test_what_is_kept_grows_with_the_orders_up_to_a_share_of_the_time() -> None:
    clock = Clock(SolveOptions(time_limit_s=100.0), 0.0)
    assert clock.ending_s(1000, 8) == pytest.approx(1000 * WRITE_S + 8 * LEFT_OUT_S)
    assert clock.ending_s(200, 8) < 0.5 * clock.ending_s(1000, 8)
    assert clock.ending_s(1000, 1000) == pytest.approx(ENDING_SHARE * 100)


def test_time_is_past_when_no_more_is_left_than_is_kept() -> None:
    begun_s = time.monotonic() - 50.0
    clock = Clock(SolveOptions(time_limit_s=100.0), begun_s)
    assert clock.past(60.0)()
    assert not clock.past(1.0)()
    # Wall time may not decide.
    clock = Clock(SolveOptions(time_limit_s=1.0, deterministic=True), begun_s)
    assert not clock.past(0.5)()


BEGIN = "2026-12-01T07:59:00+08:00"
"""When a sortie for the order alone begins."""


class Until:
    """Tells after so many questions that the time is past."""

    def __init__(self, questions: int) -> None:
        self.questions = questions

    def __call__(self) -> bool:
        self.questions -= 1
        return self.questions < 0


@pytest.mark.parametrize("questions", range(4))
def test_a_reason_that_takes_too_long_is_told_in_short(questions: int) -> None:
    """What is begun is given up; the order could be flown alone, and the reason says when."""
    roster = Roster(instance(request(order("O-0"))))
    (reason,) = Explainer(roster, Until(questions)).reasons(0)
    assert reason.code == "FLEET_BUSY"
    assert "alone_from" in reason.values
    assert "longer time limit" in reason.remedy


def test_reasons_in_short_say_from_when_on_an_order_flies_alone() -> None:
    explainer = Explainer(Roster(instance(request(order("O-0")))), lambda: True)
    (reason,) = explainer.reasons(0)
    assert (reason.code, reason.values) == ("FLEET_BUSY", {"alone_from": BEGIN})


def test_reasons_in_short_know_the_squads_further_away() -> None:
    """None of those near has the energy for the order; another does, or none."""
    weak = [replace(TYPE, id=f"W{number}", battery_wh=250.0) for number in range(NEAREST_SQUADS)]
    near = [drone(f"N-{kind.id}", "SZ-V1", type=kind.id) for kind in weak]
    for far, code in (((drone("F-1", "HK-V1"),), "FLEET_BUSY"), ((), "ENERGY_RESERVE")):
        asked = request(order("O-0"), drones=(*near, *far), types=(TYPE, *weak))
        (reason,) = Explainer(Roster(instance(asked)), lambda: True).reasons(0)
        assert reason.code == code


def test_what_is_short_names_the_order_that_must_come_first() -> None:
    """Neither is served: the second could be, but for the first."""
    given = instance(request(order("O-0"), order("O-1", after="O-0")))
    (reason,) = Explainer(Roster(given), lambda: True).reasons(1)
    assert (reason.code, reason.values["after"]) == ("ORDER_AFTER", "O-0")


def test_room_is_looked_for_until_the_time_is_past() -> None:
    roster = Roster(instance(request(order("O-0"))))
    settle(roster, Until(1))
    assert not roster.served()
    assert Crowding(roster).room(0) is not None
