"""The lower bound is one: no sortie, and no plan, costs less than it says.

`planner.bound.master` proves the bound of a relaxation over columns; here it is shown that there is
a column under every sortie that can be flown, and that no plan of a small day beats the bound.
"""

import math
from dataclasses import replace
from functools import cache
from itertools import combinations
from random import Random

import numpy as np
import pytest

from planner.air.airspace import Airspace
from planner.bound import pool as module
from planner.bound.columns import BUCKET_S, PARTS, TIMES, Columns
from planner.bound.master import FINE
from planner.bound.pool import Pool, build_pool, cover_worth
from planner.bound.sorties import Enumerator
from planner.day.instance import Instance
from planner.day.tour import TimedTour, Tour, Unflyable
from planner.dispatch.dispatch import Dispatcher
from planner.read.request import read_request
from planner.request.weather import CALM
from planner.rules.rulebook import shipped_rulebook
from planner.sample.sample import shipped_sample_path
from planner.solve.solve import make_plan
from tests.geodata.small import small_network
from tests.planner.certified import relaxed_day, small_day
from tests.planner.dawdler import flown
from tests.planner.days import QUICK, delivery, instance, priced, random_request
from tests.planner.every_column import columns_of, refined
from tests.planner.every_plan import Group, least_cents, timings, tours_of
from tests.planner.fakes import shipped_network

_CENT = 1e-6
Key = tuple[int, Group]
Least = dict[Key, dict[int, tuple[float, float]]]
"""By squad and group, then by bucket: least cents and least seconds."""


def least_of(columns: Columns) -> Least:
    """Return the bounds of columns by what they serve."""
    found: Least = {}
    for at in range(len(columns)):
        group = tuple(int(job) for job in columns.jobs[at] if job >= 0)
        of_group = found.setdefault((int(columns.squad[at]), group), {})
        cents, seconds = of_group.get(int(columns.start[at]) // PARTS, (math.inf, math.inf))
        of_group[int(columns.start[at]) // PARTS] = (
            min(cents, float(columns.cents[at])),
            min(seconds, float(columns.seconds[at])),
        )
    return found


def every_column(given: Instance) -> Least:
    """Return the bounds of every sortie of a small day, none left out as not worth flying."""
    enumerator, found = Enumerator(given), dict[Key, dict[int, tuple[float, float]]]()
    for size in range(1, given.rules.max_orders_per_sortie + 1):
        groups = [
            np.array(list(combinations(fits.tolist(), size)), dtype=np.int64).reshape(-1, size)
            for fits in enumerator.fits
        ]
        found |= least_of(refined(enumerator, columns_of(enumerator, groups)))
    return found


def under(bucket: int, bounds: tuple[float, float], timed: TimedTour) -> bool:
    """Tell whether a column takes no more money than a tour, and no drone at any other time.

    What a column takes for certain are the bucket starts that every start in its bucket covers.
    """
    cents, seconds = bounds
    first = (bucket + 1) * BUCKET_S
    last = (math.ceil((bucket * BUCKET_S + seconds) / BUCKET_S) - 1) * BUCKET_S
    held = last < first or (timed.start_s <= first and last < timed.end_s)
    return cents <= timed.cents + _CENT and held


@pytest.mark.parametrize("seed", range(12))
def test_every_sortie_in_calm_air_has_a_column_in_its_bucket_that_bounds_it(seed: int) -> None:
    """Cost and duration, for every start in the bucket, sequence and choice of checkpoints."""
    draw = Random(seed)
    given = instance(replace(random_request(draw, 4, 2, max_orders_per_sortie=3), weather=CALM))
    known = every_column(given)
    for timed in flown(given, draw, 100):
        cents, seconds = known[timed.tour.squad, timed.tour.jobs][timed.start_s // BUCKET_S]
        assert cents <= timed.cents + _CENT
        assert seconds <= timed.end_s - timed.start_s + _CENT


@pytest.mark.parametrize("seed", range(100, 118))
def test_every_sortie_in_any_weather_has_a_column_under_it(seed: int) -> None:
    """Winds that change under way, winds too strong and warnings; drones that wait for nothing."""
    draw = Random(seed)
    given = instance(random_request(draw, 4, 2, max_orders_per_sortie=3))
    known = every_column(given)
    for timed in flown(given, draw, 100):
        columns = known[timed.tour.squad, timed.tour.jobs]
        assert any(under(bucket, bounds, timed) for bucket, bounds in columns.items())


@cache
def shipped_day() -> tuple[Instance, Enumerator]:
    """Return the shipped sample compiled, with what enumerates its sorties."""
    network, rulebook = shipped_network(), shipped_rulebook()
    asked = read_request(shipped_sample_path(), network, rulebook)
    given = Instance(Airspace(network, asked), rulebook)
    return given, Enumerator(given)


def compared(dispatcher: Dispatcher, tour: Tour, start_s: int, known: Least) -> bool:
    """Fly a tour and hold the column of its bucket to it; tell whether it could be flown."""
    try:
        timed = dispatcher.fly(tour, start_s)
    except Unflyable:
        return False
    cents, seconds = known[tour.squad, tour.jobs][timed.start_s // BUCKET_S]
    assert cents <= timed.cents + _CENT
    assert seconds <= timed.end_s - timed.start_s + _CENT
    return True


def test_columns_of_the_shipped_day_are_under_the_exact_timing_of_their_sortie() -> None:
    """Single orders of a shipped sample, 300 columns, started anywhere in the bucket."""
    draw = Random(1)
    given, enumerator = shipped_day()
    singles = columns_of(enumerator, enumerator.alone())
    works = min(squad.kind.preflight_s + squad.kind.swap_s for squad in given.squads)
    assert (singles.seconds > works).all()
    known, dispatcher = least_of(refined(enumerator, singles)), Dispatcher(given)
    held = 0
    for at in draw.sample(range(len(singles)), 300):
        tour = delivery(int(singles.jobs[at, 0]), squad=int(singles.squad[at]))
        start_s = int(singles.start_s[at]) + draw.randrange(BUCKET_S)
        held += compared(dispatcher, tour, start_s, known)
    assert held > 150


def test_columns_of_two_orders_of_the_shipped_day_are_under_their_exact_timing() -> None:
    """Any sequence of two orders that are open within two hours of each other."""
    draw = Random(2)
    given, enumerator = shipped_day()
    dispatcher, held = Dispatcher(given), 0
    for squad, fits in enumerate(enumerator.fits):
        pairs = [tuple(sorted(draw.sample(fits.tolist(), 2))) for _ in range(12)]
        groups = [np.empty((0, 2), dtype=np.int64) for _ in enumerator.fits]
        groups[squad] = np.array(pairs, dtype=np.int64)
        known = least_of(refined(enumerator, columns_of(enumerator, groups)))
        for (_, group), columns in known.items():
            tours = [each for each in tours_of(given, group) if each.squad == squad]
            for _ in range(40):
                start_s = draw.choice(sorted(columns)) * BUCKET_S + draw.randrange(BUCKET_S)
                held += compared(dispatcher, draw.choice(tours), start_s, known)
    assert held > 100


def pool_of(given: Instance) -> Pool:
    """Return all columns of a day, and their relaxation."""
    most = given.rules.max_orders_per_sortie
    return build_pool(Enumerator(given), most)


def parted(pool: Pool) -> float:
    """Return the bound where buckets are parted into their starts."""
    found = pool.parted(lambda cents: None, lambda: False).relaxation.cents
    pool.joined()
    return found


def hurried(given: Instance) -> float:
    """Return the bound of a relaxation that is cut short after its first round."""
    most = given.rules.max_orders_per_sortie
    enumerator = Enumerator(given)
    pool = build_pool(enumerator, most, late=lambda: True)
    return pool.relaxation.cents


@pytest.mark.parametrize("seed", range(14))
def test_no_plan_of_a_small_day_beats_the_bound(seed: int) -> None:
    """Every set of sorties, every sequence, squad and order of placing, against the relaxation."""
    draw = Random(seed)
    orders, drones = draw.randint(2, 3), draw.randint(1, 2)
    most = draw.choice((2, 3))
    asked = priced(draw, random_request(draw, orders, drones, max_orders_per_sortie=most))
    given = instance(asked)
    pool = pool_of(given)
    bound_cents = pool.relaxation.cents
    least = least_cents(given)
    parted_cents = parted(pool)
    assert bound_cents - 1e-3 <= parted_cents <= least + 1e-3
    assert cover_worth(Enumerator(given)).sum() <= least + 1e-3
    assert hurried(given) <= least + 1e-3
    plan = make_plan(small_network(), asked, shipped_rulebook(), QUICK)
    assert plan.bound.lower_bound_cents <= least
    assert bound_cents <= plan.cost.total_cents + 1e-3


def test_orders_that_cost_more_than_they_are_worth_are_in_no_column_of_days_of_many_ways(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The bound is as good, and the certifier, which prices their sorties, finds it good."""
    left_out = 0
    for given in map(small_day, range(40)):
        pool = pool_of(given)
        with monkeypatch.context() as many:
            many.setattr(module, "MANY_WAYS", 0)
            fewer, proven = pool_of(given), relaxed_day(given)
        assert fewer.relaxation.cents >= pool.relaxation.cents * (1 - FINE) - 1e-3
        assert proven.proven_cents >= proven.cents - 1e-3
        dropped = _alone(pool) - _alone(fewer)
        left_out += len(dropped)
        for job in dropped:
            dispatcher, worth_cents = Dispatcher(given), given.unserved_cents([job])
            for tour in tours_of(given, (job,)):
                assert all(timed.cents > worth_cents for timed in timings(dispatcher, tour))
    assert left_out >= 3


def _alone(pool: Pool) -> set[int]:
    """Return the jobs that have columns of their own."""
    return {job for groups in pool.lattice.flyable(1) for job in groups[:, 0].tolist()}


def test_parts_of_buckets_raise_the_bound_where_drones_are_short() -> None:
    """Drones are counted within buckets, too; the duals of these instants are in certificates."""
    given = instance(random_request(Random(5), 8, 1, max_orders_per_sortie=2))
    pool = pool_of(given)
    found = pool.parted(lambda cents: None, lambda: False).relaxation
    assert found.cents > pool.relaxation.cents + 1
    within = np.arange(TIMES) % PARTS > 0
    assert not pool.relaxation.duals.fleet[:, within].any()
    assert found.duals.fleet[:, within].any()
