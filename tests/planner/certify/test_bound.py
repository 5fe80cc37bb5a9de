"""What the certifier proves is a bound: no sortie is priced less, and no small day costs less."""

from dataclasses import replace
from random import Random

import numpy as np
import pytest

from planner.bound.columns import allowed, sequences_of
from planner.bound.pool import cover_worth
from planner.bound.sorties import Enumerator
from planner.certify import price, sequences
from planner.certify.price import Pricing, proven_microcents
from planner.certify.walk import MICRO
from planner.day.instance import Instance
from planner.day.tour import TimedTour
from planner.plan.certificate import BlossomRow, Branch, LinkRow
from planner.request.fleet import DroneType
from planner.request.request import Request
from tests.planner.certified import (
    Relaxed,
    relaxed,
    relaxed_by_drones,
    relaxed_day,
    rows_by_worth,
)
from tests.planner.dawdler import flown
from tests.planner.days import instance, priced, random_request
from tests.planner.every_plan import least_cents
from tests.planner.test_charging import CHARGED, charging_network


def shaken(relaxation: Branch, draw: Random) -> Branch:
    """Return a relaxation with other duals of the right signs."""
    orders = tuple(
        replace(row, dual_microcents=round(row.dual_microcents * draw.uniform(0.5, 1.5)))
        for row in relaxation.orders
    )
    squads = tuple(
        replace(
            rows,
            fleet_microcents=tuple(
                each - (draw.randrange(1000 * MICRO) if draw.random() < 0.1 else 0)
                for each in rows.fleet_microcents
            ),
            links=tuple(
                LinkRow(order=row.order, dual_microcents=-draw.randrange(2000 * MICRO))
                for row in orders
                if draw.random() < 0.5
            ),
        )
        for rows in relaxation.squads
    )
    ids = [row.order for row in orders]
    blossoms = tuple(
        BlossomRow(
            orders=tuple(sorted(draw.sample(ids, 3))), dual_microcents=-draw.randrange(2000 * MICRO)
        )
        for _ in range(3 if len(ids) > 2 else 0)
    )
    return replace(relaxation, orders=orders, squads=squads, blossoms=blossoms)


@pytest.mark.parametrize("seed", range(30))
def test_no_small_day_costs_less_than_what_is_proven(seed: int) -> None:
    """Neither by the search's duals nor by any others; and the search's bound is proven.

    Nor by branches on the number of drones used, which prove no less than one for all numbers.
    """
    draw, whole = Random(seed), relaxed(seed)
    day = relaxed_by_drones(whole.given)
    optimum = least_cents(day.given)
    assert whole.cents - 0.005 <= whole.proven_cents <= optimum
    assert max(day.cents, whole.cents) - 0.005 <= day.proven_cents <= optimum
    for _ in range(3):
        others = [shaken(each, draw) for each in day.branches]
        assert proven_microcents(day.given, others, 1) <= optimum * MICRO


def price_of(timed: TimedTour, relaxation: Branch, given: Instance) -> int:
    """Return what the duals make of a sortie, as the certificate's rule says, micro-cents."""
    rows = relaxation.squads[given.squads[timed.tour.squad].flock]
    links = {link.order: link.dual_microcents for link in rows.links}
    found = timed.cents * MICRO
    for job in timed.tour.jobs:
        row = relaxation.orders[job]
        found -= row.dual_microcents + links.get(row.order, 0)
    served = {relaxation.orders[job].order for job in timed.tour.jobs}
    for blossom in relaxation.blossoms:
        found -= len(served & set(blossom.orders)) // 2 * blossom.dual_microcents
    return found - sum(
        dual
        for start_s, dual in zip(relaxation.starts_s, rows.fleet_microcents, strict=True)
        if timed.start_s <= start_s < timed.end_s
    )


def generous(given: Instance, relaxation: Branch, draw: Random) -> Branch:
    """Return shaken duals by which every sortie is worth flying."""
    most = max(row.unserved_cents for row in relaxation.orders)
    orders = tuple(
        replace(row, dual_microcents=(most + draw.randrange(1000)) * MICRO)
        for row in relaxation.orders
    )
    return shaken(replace(relaxation, orders=orders), draw)


@pytest.mark.parametrize("seed", range(100, 112))
def test_no_sortie_that_is_flown_is_priced_less(seed: int) -> None:
    """Any group, sequence and start, in changing wind, and drones that wait for nothing."""
    draw = Random(seed)
    given = instance(random_request(draw, 4, 2, max_orders_per_sortie=3))
    rows = empty_rows(given)
    sorties = list(flown(given, draw, 60))
    for _ in range(3):
        duals = generous(given, rows, draw)
        least = Pricing(given, 1).least(duals)
        for timed in sorties:
            assert least[timed.tour.jobs[0]] <= price_of(timed, duals, given)


@pytest.mark.parametrize("seed", range(6))
def test_no_sortie_that_ends_with_a_charge_is_priced_less(seed: int) -> None:
    """The charge gives back what the least energy took; the search's bound is proven there too."""
    draw = Random(seed)
    asked = replaced_types(random_request(draw, 3, 2, max_orders_per_sortie=2), CHARGED)
    given = instance(asked, charging_network())
    rows, sorties = empty_rows(given), list(flown(given, draw, 60))
    duals = generous(given, rows, draw)
    least = Pricing(given, 1).least(duals)
    assert all(least[each.tour.jobs[0]] <= price_of(each, duals, given) for each in sorties)
    day = relaxed_day(given)
    assert day.cents - 0.005 <= day.proven_cents <= least_cents(given)


def replaced_types(asked: Request, kind: DroneType) -> Request:
    """Return a request whose drones are all of another type of the same name."""
    return replace(asked, fleet=replace(asked.fleet, types=(kind,)))


@pytest.mark.parametrize("seed", range(8))
def test_orders_in_a_box_and_orders_kept_apart_are_priced_as_such(seed: int) -> None:
    """The bound knows of them as the search's does, and no plan that keeps them is below it."""
    draw = Random(seed)
    asked = random_request(draw, 3, 2, max_orders_per_sortie=3)
    one, two, three = asked.orders
    if seed % 2:
        two = replace(two, origin=one.origin, destination=one.destination, box="B-1")
        one = replace(one, box="B-1")
    three = replace(three, not_with=(one.id,))
    day = relaxed_day(instance(replace(asked, orders=(one, two, three))))
    assert day.cents - 0.005 <= day.proven_cents <= least_cents(day.given)


def empty_rows(given: Instance) -> Branch:
    """Return the rows of a day, their duals all 0."""
    return rows_by_worth(given, np.zeros(len(given.jobs)))


def test_threads_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    draw = Random(7)
    given = instance(random_request(draw, 12, 3, max_orders_per_sortie=2))
    duals = generous(given, empty_rows(given), draw)
    monkeypatch.setattr(price, "ROWS", 1)
    alone, together = (Pricing(given, workers).least(duals) for workers in (1, 2))
    assert alone.tolist() == together.tolist()
    assert (alone < 0).any()


@pytest.mark.parametrize("seed", range(6))
def test_no_small_day_of_longer_sorties_costs_less_than_what_is_proven(seed: int) -> None:
    """By what orders are worth in pairs, and by any other duals."""
    draw = Random(seed)
    given = instance(priced(draw, random_request(draw, 3, 2, max_orders_per_sortie=4)))
    worth, optimum = cover_worth(Enumerator(given)), least_cents(given)
    rows = rows_by_worth(given, worth)
    assert worth.sum() - 0.005 <= proven_microcents(given, [rows], 1) / MICRO <= optimum
    for _ in range(3):
        assert proven_microcents(given, [shaken(rows, draw)], 1) <= optimum * MICRO


@pytest.mark.parametrize("seed", range(4))
def test_by_pairs_sorties_are_priced_no_higher(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    """As those of more than three orders are; here with three, whose groups are known."""
    draw = Random(seed)
    given = instance(random_request(draw, 6, 2, max_orders_per_sortie=3))
    duals = generous(given, empty_rows(given), draw)
    by_group = Pricing(given, 1).least(duals)
    monkeypatch.setattr(price, "GROUPED", 2)
    by_pairs = Pricing(given, 1).least(duals)
    assert (by_pairs <= by_group).all()
    assert by_group.min() < 0


def test_it_proves_nothing_beyond_what_the_duals_say() -> None:
    """Duals of 0 prove 0; orders worth what leaving them out costs prove no more than the plan."""
    day: Relaxed = relaxed(10)
    assert proven_microcents(day.given, [empty_rows(day.given)], 1) == 0


@pytest.mark.parametrize("base", ["SZ", "HK"])
@pytest.mark.parametrize("size", [1, 2, 3])
def test_its_sequences_are_those_that_the_search_flies(size: int, base: sequences.Side) -> None:
    """Two programs that know of each other nothing list the same ones."""
    every = sequences.sequences(3, base)
    ends = [(one, two) for one in sequences.SIDES for two in sequences.SIDES]
    draw = Random(size)
    for _ in range(20):
        group = tuple(draw.choice(ends) for _ in range(size))
        code = sum(sequences.code_of(each) * 4**at for at, each in enumerate(group))
        own = {
            tuple(
                zip(
                    every.which[size - 1, number, : 2 * size].tolist(),
                    every.loads[size - 1, number, : 2 * size].tolist(),
                    strict=True,
                )
            )
            for number in range(every.counts[size - 1])
            if every.allowed[size - 1, code, number]
        }
        assert own == {each for each in sequences_of(size) if allowed(each, group, base)}
