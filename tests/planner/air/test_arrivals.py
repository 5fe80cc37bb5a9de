"""Least legs bound every leg that is flown, through winds that change and closures."""

from random import Random

import numpy as np
import pytest

from planner.day.tables import legs_of
from tests.planner.days import instance, random_request

_S = 0.05
"""Single precision of tables."""


@pytest.mark.parametrize("seed", range(6))
def test_no_leg_is_quicker_or_lands_earlier_than_its_slot_says(seed: int) -> None:
    """Take-offs at any second, many of them shortly before something changes."""
    draw = Random(seed)
    given = instance(random_request(draw, 2, 2))
    kind, sites = given.squads[0].kind, given.legs.site_ids
    begin_s, end_s = 7 * 3600, 20 * 3600
    known = legs_of(given, kind, 30, (begin_s, end_s), 1)
    tables = known.tables([60, 600], 1)
    held = 0
    for _ in range(400):
        origin, destination = draw.sample(range(len(sites)), 2)
        step_s = draw.choice(given.legs.steps) - draw.randrange(600)
        ready_s = min(end_s - 1, max(begin_s, draw.choice((step_s, draw.randrange(86_400)))))
        flight = given.quickest.depart(kind, sites[origin], sites[destination], ready_s)
        if flight is None or flight.takeoff_s >= end_s:
            continue
        at, ready = flight.takeoff_s // 30 - known.first, ready_s // 30 - known.first
        assert known.leg[at, origin, destination] <= flight.airborne_s + 1e-6
        assert known.arrive[ready, origin, destination] <= flight.landing_s + 1e-6
        times = tables.times[ready, origin, destination]
        assert ready_s // 30 * 30 + times[0] <= flight.landing_s + _S
        waited_s = flight.takeoff_s - ready_s
        for window_s, least_s in zip((60, 600, 86_400), times[2:], strict=True):
            assert waited_s > window_s or least_s <= flight.airborne_s + _S
        held += 1
    assert held > 40


def test_threads_change_nothing() -> None:
    given = instance(random_request(Random(1), 2, 2))
    kind = given.squads[0].kind
    alone, shared = (legs_of(given, kind, 30, (28_800, 43_200), workers) for workers in (1, 2))
    assert np.array_equal(alone.leg, shared.leg)
    assert np.array_equal(alone.arrive, shared.arrive)
