"""Prices of a day's relaxation and its duals; the bound that any duals give (`master`)."""

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from typing import Protocol

import numpy as np

from planner.arrays import Flags, Floats, Ints
from planner.bound.columns import Columns
from planner.bound.limits import Limits


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
    """Duals of the rows: by job, by [flock, instant], by [flock, job], and of blossom rows.

    `sets` are those of blossom rows (`planner.bound.blossoms`), [row, job].
    """

    cover: Floats
    fleet: Floats
    link: Floats
    blossom: Floats
    sets: Flags

    @property
    def worth(self) -> Floats:
        """What serving a job with a flock is worth, [flock, job]."""
        return self.cover + self.link

    def towards(self, other: "Duals", share: float) -> "Duals":
        """Return duals that are a share of the way to others, whose sets begin with the same."""
        sets = max(self.sets, other.sets, key=len)
        one, two = (
            np.append(each.blossom, np.zeros(len(sets) - len(each.sets))) for each in (self, other)
        )
        return Duals(
            self.cover + share * (other.cover - self.cover),
            self.fleet + share * (other.fleet - self.fleet),
            self.link + share * (other.link - self.link),
            one + share * (two - one),
            sets,
        )

    def generous(self, factor: float) -> "Duals":
        """Return duals by which jobs are worth so many times as much."""
        return replace(self, cover=factor * self.cover, link=factor * self.link)

    def beside(self, groups: Ints) -> Floats:
        """Return what blossom rows add to the price of sorties, by their jobs [sortie, job]."""
        found, size = np.zeros(len(groups)), groups.shape[1]
        if not self.blossom.any():
            return found
        for one, other in combinations(range(size), 2):
            found += self._of_pairs[groups[:, one], groups[:, other]]
        if size > 2:
            # A row that has all three takes them once, not once for each pair.
            for row, dual in zip(self.sets, self.blossom, strict=True):
                found += (size - 1) * dual * row[groups].all(axis=1)
        return found

    @cached_property
    def _of_pairs(self) -> Floats:
        """What blossom rows add to the price of a sortie of two jobs, [job, job]."""
        rows = self.sets.astype(np.float64)
        found: Floats = rows.T @ (-self.blossom[:, None] * rows)
        return found


def plain_duals(cover: Floats, fleet: Floats, link: Floats) -> Duals:
    """Return duals without blossom rows."""
    return Duals(cover, fleet, link, np.empty(0), np.empty((0, len(cover)), dtype=bool))


class Supply(Protocol):
    """All columns, priced: what they cost, less the duals of the rows that they are in."""

    def near(self, duals: Duals, limit_cents: float) -> tuple[Columns, Floats]:
        """Return columns priced below a limit, and their prices.

        If any column is priced below 0, so is one of these.
        """

    def least(self, duals: Duals) -> Floats:
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
    least = supply.least(duals).sum()
    pairs = float(duals.blossom @ (duals.sets.sum(axis=1) // 2))
    return float(duals.cover.sum() + idle + unserved + least) + pairs
