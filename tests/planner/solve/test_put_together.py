"""Sets of sorties are met by what they cost at least, and the best of them becomes the day."""

from itertools import permutations, product
from random import Random

import pytest

from planner.bound.columns import BUCKET_S
from planner.day.instance import Instance
from planner.day.tour import Unflyable
from planner.dispatch.roster import Roster
from planner.solve.put_together import Option, Sets, put_together
from tests.bench.bench_proof import drawn
from tests.planner.days import instance, round_of
from tests.planner.every_plan import options_of

AFTER_ANOTHER = 1689
"""A request of which an order comes after another that costs little to leave out."""

EVERY = 1 << 40
"""More than any day costs, cents."""


def some_options(draw: Random, given: Instance) -> list[Option]:
    """Return sorties drawn at random, at times and costs that no drone keeps."""
    found = []
    for _ in range(10):
        jobs = draw.sample(range(len(given.jobs)), draw.randint(1, 2))
        start_s = draw.randrange(30_000, 40_000)
        cents, end_s = draw.randrange(1_000, 50_000), start_s + draw.randrange(200, 4_000)
        squad = draw.randrange(len(given.squads))
        found.append(Option(cents, start_s, end_s, round_of(*sorted(jobs), squad=squad)))
    return found


def every_set(options: list[Option], jobs: int) -> list[tuple[Option, ...]]:
    """Return all sets of options that share no job."""
    found = []
    for taken in product((False, True), repeat=len(options)):
        chosen = tuple(option for option, take in zip(options, taken, strict=True) if take)
        served = [job for option in chosen for job in option.tour.jobs]
        if len(served) == len(set(served)) <= jobs:
            found.append(chosen)
    return found


def least_of(empty: Roster, options: tuple[Option, ...]) -> float:
    """Return what a day of options costs at least.

    It is inf if drones are too few to begin them, or an order comes after one that is left out or
    begins too late.
    """
    given = empty.instance
    served = {job: option for option in options for job in option.tour.jobs}
    for job, option in served.items():
        before = given.jobs[job].after
        if before is None:
            continue
        if before not in served or option.end_s + BUCKET_S <= served[before].start_s:
            return float("inf")
    cents = sum(option.cents for option in options)
    for job in range(len(given.jobs)):
        cents += 0 if job in served else given.unserved_cents([job])
    for flock, squad in enumerate(given.at_own_cruise):
        own = [each for each in options if given.squads[each.tour.squad].flock == flock]
        drones = 0
        for each in own:
            beside = [one for one in own if one.start_s <= each.start_s < one.end_s - BUCKET_S]
            drones = max(drones, len({each, *beside}))
        if drones > len(squad.drones):
            return float("inf")
        cents += sum(sorted(map(empty.first_cents, squad.drones))[:drones])
    return cents


@pytest.mark.parametrize("seed", [*range(4), AFTER_ANOTHER])
def test_all_sets_are_met_by_what_they_cost_at_least(seed: int) -> None:
    """None is missed that drones suffice for, none comes before one that costs less."""
    network, asked = drawn(seed)
    given = instance(asked, network)
    empty, options = Roster(given), some_options(Random(seed), given)
    sets = list(Sets(empty, options).cheapest_first(lambda: EVERY))
    met = [least_of(empty, each) for each in sets]
    assert met == sorted(met)
    wanted = sorted(least_of(empty, each) for each in every_set(options, len(given.jobs)))
    assert met == [cents for cents in wanted if cents < EVERY]


@pytest.mark.parametrize("seed", range(8))
def test_the_day_costs_no_more_than_any_order_of_any_set(seed: int) -> None:
    """A sortie put off may cost less than it was known to: a day with one may be missed."""
    network, asked = drawn(2 * seed)
    given = instance(asked, network)
    options = [
        Option(each.cents, each.start_s, each.end_s, each.tour)
        for some in options_of(given).values()
        for each in some[:2]
    ]
    roster, tried = Roster(given), Roster(given)
    put_together(roster, options, lambda: False)
    for chosen in every_set(options, len(given.jobs)):
        for order in permutations(chosen):
            tried.restore(())
            try:
                placed = [tried.place(each.tour, each.start_s) for each in order]
            except Unflyable:
                continue
            if all(one.cents >= each.cents for one, each in zip(placed, order, strict=True)):
                assert roster.cents() <= tried.cents()
