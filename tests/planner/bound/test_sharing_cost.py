"""What sorties cost at least that serve an order and others, held against all that can be flown."""

from dataclasses import replace
from random import Random

import numpy as np
import pytest

from planner.bound.columns import BUCKET_S
from planner.bound.pool import alone_worth, cover_worth
from planner.bound.sharing_cost import beside_s, sharing_cents
from planner.bound.sorties import Enumerator
from planner.certify.price import proven_microcents
from planner.certify.walk import MICRO
from planner.day.instance import Instance
from planner.day.tour import Unflyable
from planner.dispatch.dispatch import Dispatcher
from planner.plan.certificate import Branch
from planner.reasons.alone import tour_alone
from planner.testing.day import at, order, request, second, weather, wind
from tests.planner.certified import rows_by_worth
from tests.planner.days import instance, priced, random_request
from tests.planner.every_plan import least_cents, options_of

DEAR = 10**7
"""More than any sortie costs, cents."""

FLIES, TOO_SHORT = "09:09:30", "09:09:10"
"""Ends of a lull from nine on: the order flies from seven seconds of the day, or from none."""


def drawn(seed: int, orders: int = 3) -> Instance:
    """Return a small day on which sorties may have one to four orders."""
    draw = Random(seed)
    rules = {"max_orders_per_sortie": 1 + seed % 4}
    return instance(priced(draw, random_request(draw, orders, 2, **rules)))


def in_a_lull(
    until: str, *, orders: int = 1, most: int = 2, again: str = "20:00", max_wait_s: int = 600
) -> Instance:
    """Return a day of gales but for a lull from nine on, and orders that are due by then.

    The wind falls `again` at last; at stops drones wait for `max_wait_s`.
    """
    winds = (
        wind("06:00", "09:00", 20.0),
        wind("09:00", until, 0.0),
        wind(until, again, 20.0),
        *((wind(again, "20:00", 0.0),) if again < "20:00" else ()),
    )
    given = (
        order(f"O-{number}", "SZ-V1", "SZ-V2", ready=at("08:00"), due=at("09:40"))
        for number in range(orders)
    )
    asked = request(*given, weather=weather(*winds))
    rules = replace(asked.fleet.rules, max_orders_per_sortie=most, max_wait_s=max_wait_s)
    return instance(replace(asked, fleet=replace(asked.fleet, rules=rules)))


@pytest.mark.parametrize("seed", range(12))
def test_no_sortie_that_is_flown_costs_less(seed: int) -> None:
    """Neither one that serves other orders besides, nor, but for their work, one that does not."""
    given = drawn(seed)
    enumerator = Enumerator(given)
    sharing = sharing_cents(enumerator, np.full(len(given.jobs), float(DEAR)))
    work_cents = np.ceil(beside_s(enumerator) * given.prices.drone_minute_cents / 60)
    for group, options in options_of(given).items():
        for job in group:
            least = sharing[job] - (work_cents if len(group) == 1 else 0)
            assert least <= min(option.cents for option in options)


@pytest.mark.parametrize("seed", range(4))
def test_legs_over_stops_are_no_longer_by_way_of_another_stop(seed: int) -> None:
    (legs,) = Enumerator(drawn(seed)).legs.values()
    over = legs.over_stops(2)
    assert (over.leg <= legs.leg).all()
    assert (over.arrive <= legs.arrive).all()
    later = np.minimum.accumulate(legs.leg[::-1])[::-1]
    draw, sites, met = Random(seed), legs.leg.shape[1], 0
    for _ in range(3000):
        slot = draw.randrange(len(legs.leg))
        here, stop, there = draw.sample(range(sites), 3)
        first, landed_s = legs.leg[slot, here, stop], legs.arrive[slot, here, stop]
        assert over.leg[slot, here, there] <= first + later[slot, stop, there]
        if np.isfinite(landed_s) and landed_s // legs.slot_s - legs.first < len(legs.leg):
            then = int(landed_s // legs.slot_s) - legs.first
            onward_s = max(landed_s, legs.arrive[then, stop, there])
            assert over.arrive[slot, here, there] <= onward_s
            met += np.isfinite(onward_s)
    assert met


def starts_that_fly(given: Instance) -> set[int]:
    """Return the seconds from which the first order flies alone."""
    dispatcher, found = Dispatcher(given), set[int]()
    for start_s in range(second("08:50"), second("09:20")):
        try:
            found.add(dispatcher.fly(tour_alone(given, 0, 0), start_s).start_s)
        except Unflyable:
            continue
    return found


@pytest.mark.parametrize("most", [1, 2, 3, 4])
def test_an_order_that_flies_within_a_minute_only_is_worth_a_sortie(most: int) -> None:
    """Starts so few lie between two of the coarse ones, and between two of the fine ones."""
    given = in_a_lull(FLIES, most=most)
    starts = starts_that_fly(given)
    assert 0 < len(starts) < 10
    assert {start_s // BUCKET_S for start_s in starts} == {min(starts) // BUCKET_S}
    cheapest = Dispatcher(given).fly(tour_alone(given, 0, 0), min(starts)).cents
    for worth in (alone_worth, cover_worth):
        assert 0 < worth(Enumerator(given))[0] <= cheapest


@pytest.mark.parametrize("most", [1, 2, 3, 4])
def test_one_that_never_flies_is_worth_what_leaving_it_out_costs_and_that_is_proven(
    most: int,
) -> None:
    given = in_a_lull(TOO_SHORT, orders=2, most=most)
    assert not starts_that_fly(given)
    left_out = given.unserved_cents(range(2))
    for worth in (alone_worth(Enumerator(given)), cover_worth(Enumerator(given))):
        assert worth.sum() == pytest.approx(left_out, rel=1e-5)
        proven = proven_microcents(given, [rows_by_worth(given, worth)], 1)
        assert left_out - 1 < proven / MICRO <= left_out


@pytest.mark.parametrize("most", [1, 2, 3, 4])
def test_no_drone_waits_for_hours_until_it_can_fly_home(most: int) -> None:
    """What is handed over in a lull flies if a drone may wait for the next one, and else never."""
    waits = in_a_lull(TOO_SHORT, orders=2, most=most, again="11:00", max_wait_s=3 * 3600)
    starts = starts_that_fly(waits)
    assert starts
    cheapest = Dispatcher(waits).fly(tour_alone(waits, 0, 0), max(starts)).cents
    assert 0 < alone_worth(Enumerator(waits))[0] <= cheapest
    given = in_a_lull(TOO_SHORT, orders=2, most=most, again="11:00", max_wait_s=60)
    assert not starts_that_fly(given)
    left_out = given.unserved_cents(range(2))
    worth = alone_worth(Enumerator(given))
    assert worth.sum() == pytest.approx(left_out, rel=1e-5)
    assert left_out - 1 < proven_microcents(given, [rows_by_worth(given, worth)], 1) / MICRO
    rows = rows_by_worth(waits, worth)
    assert proven_microcents(waits, [rows], 1) / MICRO <= least_cents(waits)


@pytest.mark.parametrize("most", [1, 2, 3, 4])
def test_one_that_flies_is_not_proven_to_be_left_out(most: int) -> None:
    """The same duals prove no more than what is cheapest where the lull lasts a little longer."""
    given = in_a_lull(FLIES, orders=2, most=most)
    worth = np.array([float(given.unserved_cents([job])) for job in range(2)])
    assert proven_microcents(given, [rows_by_worth(given, worth)], 1) / MICRO <= least_cents(given)


@pytest.mark.parametrize("seed", range(16))
def test_what_orders_are_worth_is_proven_and_no_more_than_every_plan(seed: int) -> None:
    given = drawn(seed, orders=2 + seed % 2)
    optimum = least_cents(given)
    for worth in (alone_worth(Enumerator(given)), cover_worth(Enumerator(given))):
        rows: Branch = rows_by_worth(given, worth)
        assert worth.sum() - 0.005 <= proven_microcents(given, [rows], 1) / MICRO <= optimum
