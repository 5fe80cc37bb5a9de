"""A lower bound on every plan of a day, and how it was got."""

import math
from dataclasses import dataclass

import numpy as np

from planner.arrays import Floats
from planner.bound.columns import TIMES
from planner.bound.duals import Relaxation, plain_duals
from planner.bound.limits import Limits
from planner.day.instance import Instance

_TOLERANCE_CENTS = 0.01
"""How exactly a relaxation is solved."""


@dataclass(frozen=True)
class Bounded:
    """A lower bound on a plan's cost: how it was got, and the branches that prove it."""

    method: str
    branches: tuple[Relaxation, ...]

    @property
    def cents(self) -> float:
        """The bound: the least of the branches'."""
        return min(each.cents for each in self.branches)


def stated_cents(bound_cents: float) -> int:
    """Return the whole cents that a plan's bound is stated as.

    The value of a relaxation is a real number; rounded up it still bounds whole cents.
    """
    return max(0, math.ceil(bound_cents - _TOLERANCE_CENTS))


def gap_of(cost_cents: int, bound_cents: float) -> float:
    """Return by which share of its cost a plan may be dearer than one must be."""
    return (cost_cents - stated_cents(bound_cents)) / cost_cents if cost_cents else 0.0


def by_worth(instance: Instance, worth: Floats, method: str) -> Bounded:
    """Return the bound that what orders are worth adds up to, whoever serves them at any time."""
    flocks = len(instance.at_own_cruise)
    duals = plain_duals(worth, np.zeros((flocks, TIMES)), np.zeros((flocks, len(worth))))
    relaxed = Relaxation(float(worth.sum()), duals, np.zeros(flocks), limits_of(instance))
    return Bounded(method, (relaxed,))


def limits_of(instance: Instance) -> Limits:
    """Return how many drones any plan may use."""
    return Limits.of([len(squad.drones) for squad in instance.at_own_cruise])


IDLE_METHOD = "nothing to choose"
WHOLE_DAY_METHOD = (
    "linear relaxation of the set partition of orders into sorties, all sorties priced by column "
    "generation; fleet rows at instants of the day, drone-day link rows, blossom rows; branched by "
    "whole drones; blocks, pads and bays relaxed"
)
COVER_METHOD = (
    "linear relaxation of covering the orders by sorties of one or two, each at its least cost at "
    "any time of day; the fleet, blocks, pads and bays relaxed"
)
NO_METHOD = "none: the time was over before one was found"
ALONE_METHOD = (
    "least cost of any sortie that serves each order, shared by the orders that a sortie may "
    "have; the fleet, blocks, pads and bays relaxed"
)
