"""Drones' days: tours placed one after the other never get into each other's way."""

from dataclasses import replace
from itertools import pairwise
from random import Random

import pytest

from planner.bound.columns import allowed, sequences_of
from planner.check import check_plan
from planner.day.instance import Instance
from planner.day.tour import Step, Tour, Unflyable
from planner.dispatch.roster import Roster
from planner.plan.plan import Options
from planner.rules.rulebook import shipped_rulebook
from planner.solve.assemble import assemble
from planner.testing.day import at, drone, order, request, second
from tests.geodata.small import small_network
from tests.planner.days import delivery, instance, random_request

EIGHT = second("08:00")


def roster_of(*drones: str, orders: int = 3) -> Roster:
    """Return an empty roster of some drones and alike orders of half a load each."""
    listed = (order(f"O-{number}", mass_kg=6.0) for number in range(orders))
    fleet = tuple(drone(each) for each in drones)
    return Roster(instance(request(*listed, drones=fleet)))


def fill(roster: Roster, draw: Random) -> None:
    """Place random tours of all jobs, each in any sequence from any start, where they can be."""
    given = roster.instance
    left = list(range(len(given.jobs)))
    draw.shuffle(left)
    while left:
        size = min(len(left), draw.randint(1, given.rules.max_orders_per_sortie))
        group, left = left[:size], left[size:]
        for _ in range(6):
            tour = random_tour(given, group, draw)
            try:
                roster.place(tour, draw.randrange(second("07:00"), second("12:00")))
            except Unflyable:
                continue
            break


def random_tour(given: Instance, group: list[int], draw: Random) -> Tour:
    """Return a tour of a group by any squad in any sequence, most of them within the rules."""
    squad = draw.randrange(len(given.squads))
    sides = tuple((given.jobs[job].origin_side, given.jobs[job].destination_side) for job in group)
    sequences = [
        each
        for each in sequences_of(len(group))
        if allowed(each, sides, given.squads[squad].base_side)
    ]
    sequence = draw.choice(sequences or sequences_of(len(group)))
    return Tour(squad, tuple(Step(group[which], load) for which, load in sequence))


@pytest.mark.parametrize("seed", range(30))
def test_tours_placed_at_random_make_a_plan_that_keeps_every_rule(seed: int) -> None:
    """Blocks, pads, bays, customs, batteries, hours, costs: all that the checker knows."""
    draw = Random(seed)
    asked = random_request(
        draw,
        orders=14,
        drones=draw.choice((1, 3, 5)),
        max_orders_per_sortie=1 + seed % 3,
        max_wait_s=draw.choice((0, 600, 2400)),
    )
    roster = Roster(instance(asked))
    fill(roster, draw)
    options = Options(seed=seed, time_limit_s=1.0, deterministic=True, gap=0.0)
    plan = assemble(roster.instance, roster, 0.0, "none", options)
    assert check_plan(plan, small_network(), asked, shipped_rulebook()) == []
    assert plan.cost.total_cents == roster.cents()


@pytest.mark.parametrize("seed", range(5))
def test_tours_of_one_drone_follow_each_other(seed: int) -> None:
    roster = Roster(instance(random_request(Random(seed), 12, 2)))
    fill(roster, Random(seed))
    for tours in roster.flown.values():
        assert all(before.end_s <= after.start_s for before, after in pairwise(tours))


@pytest.mark.parametrize("seed", range(5))
def test_tours_taken_off_again_leave_no_trace(seed: int) -> None:
    """What is placed on the emptied roster is what was placed on the empty one."""
    draw = Random(seed)
    roster = Roster(instance(random_request(draw, 10, 3)))
    fill(roster, Random(seed))
    placed = [(name, timed) for name, timed in roster.tours()]
    for _, timed in draw.sample(placed, len(placed)):
        roster.remove(timed)
    assert roster.served() == set()
    fill(roster, Random(seed))
    assert list(roster.tours()) == placed


@pytest.mark.parametrize("seed", range(5))
def test_a_roster_can_be_put_back_as_it_was(seed: int) -> None:
    draw = Random(seed)
    roster = Roster(instance(random_request(draw, 10, 3)))
    fill(roster, Random(seed))
    snapshot, cents = tuple(roster.tours()), roster.cents()
    for _, timed in snapshot[::2]:
        roster.remove(timed)
    fill(roster, Random(seed + 1))
    roster.restore(snapshot)
    assert tuple(roster.tours()) == snapshot
    assert roster.cents() == cents


def test_a_tour_that_is_not_on_the_roster_cannot_be_taken_off() -> None:
    roster = roster_of("D-1")
    timed = roster.place(delivery(0), EIGHT)
    roster.remove(timed)
    with pytest.raises(LookupError):
        roster.remove(timed)


def test_a_second_tour_follows_on_the_drone_that_already_flies() -> None:
    """A drone's day costs more than waiting; the other drone stays at home."""
    roster = roster_of("D-1", "D-2")
    first = roster.place(delivery(0), EIGHT)
    second_tour = roster.place(delivery(1), EIGHT)
    assert [name for name, _ in roster.tours()] == ["D-1", "D-1"]
    assert second_tour.start_s >= first.end_s


def test_a_gap_between_tours_is_used_if_the_tour_fits() -> None:
    roster = roster_of("D-1")
    early = roster.place(delivery(0), EIGHT)
    late = roster.place(delivery(1), early.end_s + 1200)
    between = roster.place(delivery(2), EIGHT)
    assert early.end_s <= between.start_s
    assert between.end_s <= late.start_s


def test_a_gap_that_is_too_short_is_left() -> None:
    roster = roster_of("D-1")
    early = roster.place(delivery(0), EIGHT)
    late = roster.place(delivery(1), early.end_s + 300)
    after = roster.place(delivery(2), EIGHT)
    assert after.start_s >= late.end_s


def test_no_start_is_asked_for_after_the_latest() -> None:
    """The one drone is away until after the latest start."""
    roster = roster_of("D-1")
    first = roster.place(delivery(0), EIGHT)
    with pytest.raises(Unflyable):
        roster.place(delivery(1), EIGHT, first.end_s - 1)
    assert roster.place(delivery(1), EIGHT, first.end_s).start_s >= first.end_s


def test_the_day_costs_its_sorties_drone_days_and_what_is_left_out() -> None:
    roster = roster_of("D-1", "D-2")
    assert roster.cents() == 3 * 30_000
    timed = roster.place(delivery(0), EIGHT)
    assert roster.cents() == timed.cents + 5_000 + 2 * 30_000
    other = roster.place(delivery(1), EIGHT)
    assert roster.cents() == timed.cents + other.cents + 5_000 + 30_000


def test_a_drone_not_fully_charged_begins_with_a_swap() -> None:
    """Available from 07:00 with half a charge, it starts its first sortie at 07:03."""
    asked = request(order(ready=at("07:00")), drones=(drone(charge=0.5),))
    roster = Roster(instance(asked))
    assert roster.place(delivery(0), 0).start_s == second("07:03")
    full = Roster(instance(replace(asked, fleet=replace(asked.fleet, drones=(drone(),)))))
    assert full.place(delivery(0), 0).start_s == second("07:00")
