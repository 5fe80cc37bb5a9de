"""Prices of a day's relaxation and its duals; the bound that any duals give (`planner.master`)."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from planner.arrays import Floats, Ints
from planner.columns import Columns
from planner.limits import Limits


@dataclass(frozen=True)
class Prices:
    """What leaving out each job costs, and a drone of each flock; how many of these may be used.

    `times` is the number of instants at which columns are counted (`Columns.held`), `flock` that of
    each squad.
    """

    unserved_cents: Floats
    day_cents: Floats
    drones: Limits
    times: int
    flock: Ints


@dataclass(frozen=True)
class Duals:
    """Duals of the rows: by job, by [flock, instant], by [flock, job]."""

    cover: Floats
    fleet: Floats
    link: Floats

    @property
    def worth(self) -> Floats:
        """What serving a job with a flock is worth, [flock, job]."""
        return self.cover + self.link

    def towards(self, other: "Duals", share: float) -> "Duals":
        """Return duals that are a share of the way to others."""
        return Duals(
            self.cover + share * (other.cover - self.cover),
            self.fleet + share * (other.fleet - self.fleet),
            self.link + share * (other.link - self.link),
        )


class Supply(Protocol):
    """All columns, priced: what they cost less what their jobs are worth and plus their fleet."""

    def near(self, worth: Floats, fleet: Floats, limit_cents: float) -> tuple[Columns, Floats]:
        """Return columns priced below a limit, and their prices.

        If any column is priced below 0, so is one of these.
        """

    def least(self, worth: Floats, fleet: Floats) -> Floats:
        """Return for each job the least price of columns whose first job it is, at most 0."""


@dataclass(frozen=True)
class Relaxation:
    """A solved linear relaxation: `cents` bounds the cost of every choice within limits from below.

    It is what `duals` prove. `drones` is the least-cost number of drones by flock, fractional.
    """

    cents: float
    duals: Duals
    drones: Floats
    within: Limits


def bound_cents(prices: Prices, supply: Supply, duals: Duals) -> float:
    """Return the Lagrangian bound of duals: the least that any choice costs under their prices.

    Every column serves a job, so each job's columns are used once at most.
    """
    day = prices.day_cents + duals.fleet.sum(axis=1) + duals.link.sum(axis=1)
    idle = prices.drones.cheapest_cents(day)
    unserved = np.minimum(0.0, prices.unserved_cents - duals.cover).sum()
    least = supply.least(duals.worth, duals.fleet).sum()
    return float(duals.cover.sum() + idle + unserved + least)
