"""Small days with what their relaxation proves, for tests and benches of the certifier."""

from dataclasses import dataclass
from random import Random

from planner.certificate import Relaxation
from planner.certify.price import proven_microcents
from planner.certify.walk import MICRO
from planner.instance import Instance
from planner.pool import build_pool
from planner.prove import relaxation_of
from planner.sorties import Enumerator
from tests.planner.days import instance, priced, random_request


@dataclass(frozen=True)
class Relaxed:
    """A small day, its relaxation and the bound that the search has of it, cents."""

    given: Instance
    relaxation: Relaxation
    cents: float

    @property
    def proven_cents(self) -> float:
        """What the certifier proves of the same duals."""
        return proven_microcents(self.given, self.relaxation, 1) / MICRO


def relaxed(seed: int) -> Relaxed:
    """Return a day of two or three orders drawn at random, relaxed."""
    draw = Random(seed)
    orders, drones, most = draw.randint(2, 3), draw.randint(1, 2), draw.choice((1, 2, 3))
    asked = priced(draw, random_request(draw, orders, drones, max_orders_per_sortie=most))
    return relaxed_day(instance(asked))


def relaxed_day(given: Instance) -> Relaxed:
    """Return a small day relaxed."""
    most = given.rules.max_orders_per_sortie
    pool = build_pool(Enumerator(given), most, lambda detail, done: None)
    duals = pool.relaxation.duals
    return Relaxed(given, relaxation_of(given, duals), pool.relaxation.cents)
