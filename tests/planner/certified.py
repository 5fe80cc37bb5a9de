"""Small days with what their relaxation proves, for tests and benches of the certifier."""

from dataclasses import dataclass, replace
from random import Random

from planner.arrays import Floats
from planner.bound.bounded import by_worth
from planner.bound.columns import joined
from planner.bound.duals import Relaxation
from planner.bound.pool import Pool, build_pool
from planner.bound.prove import branch_of
from planner.bound.sorties import Enumerator
from planner.certify.price import proven_microcents
from planner.certify.walk import MICRO
from planner.day.instance import Instance
from planner.plan.certificate import Branch
from tests.planner.days import instance, priced, random_request


@dataclass(frozen=True)
class Relaxed:
    """A small day, branches of its relaxation and the bound that the search has of it, cents."""

    given: Instance
    branches: tuple[Branch, ...]
    cents: float

    @property
    def proven_cents(self) -> float:
        """What the certifier proves of the same duals."""
        return proven_microcents(self.given, self.branches, 1) / MICRO


def small_day(seed: int) -> Instance:
    """Return a day of two or three orders drawn at random."""
    draw = Random(seed)
    orders, drones, most = draw.randint(2, 3), draw.randint(1, 2), draw.choice((1, 2, 3))
    asked = priced(draw, random_request(draw, orders, drones, max_orders_per_sortie=most))
    return instance(asked)


def relaxed(seed: int) -> Relaxed:
    """Return a day of two or three orders drawn at random, relaxed."""
    return relaxed_day(small_day(seed))


def relaxed_day(given: Instance) -> Relaxed:
    """Return a small day relaxed."""
    found = small_pool(given).branched(lambda cents: None, lambda: False)
    return _relaxed(given, found)


def relaxed_by_drones(given: Instance) -> Relaxed:
    """Return a small day relaxed in branches: one for each number of drones used."""
    pool = small_pool(given)
    root, found = pool.relaxation, []
    for used in range(root.within.most_in_all + 1):
        within = replace(root.within, least_in_all=used, most_in_all=used)
        pool.master.restrict(within, root.duals)
        found.append(pool.master.relax(joined([])))
    return _relaxed(given, tuple(found))


def small_pool(given: Instance) -> Pool:
    """Return all columns of a small day, relaxed as planning does."""
    most = given.rules.max_orders_per_sortie
    pool = build_pool(Enumerator(given), most)
    return pool.parted(lambda cents: None, lambda: False)


def _relaxed(given: Instance, found: tuple[Relaxation, ...]) -> Relaxed:
    branches = tuple(branch_of(given, each) for each in found)
    return Relaxed(given, branches, min(each.cents for each in found))


def rows_by_worth(given: Instance, worth: Floats) -> Branch:
    """Return the rows of a day, orders worth something and all other duals 0."""
    (found,) = by_worth(given, worth, "").branches
    return branch_of(given, found)
