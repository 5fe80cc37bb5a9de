"""Which routes an impact looks at, and what comes of them."""

from dataclasses import dataclass

import numpy as np

from geodata.features import GoodsClass
from planner.arrays import Flags, Floats, Ints
from planner.request.request import Request
from planner.rules.rulebook import Rulebook

NONE_S = 2**31 - 1
"""Stands for the landing of a load that gets nowhere on the day."""


@dataclass(frozen=True)
class Grid:
    """Which routes are looked at. Departures are seconds of the day, ascending.

    A cell is a position in each of `types`, `goods`, `departures`, `vertiports` (of origin) and
    `vertiports` (of destination), in this order.
    """

    request: Request
    rulebook: Rulebook
    vertiports: tuple[str, ...]
    types: tuple[str, ...]
    goods: tuple[GoodsClass, ...]
    departures: tuple[int, ...]
    mass_kg: float

    @property
    def shape(self) -> tuple[int, int, int, int, int]:
        """Return how many there are of each."""
        count = len(self.vertiports)
        return len(self.types), len(self.goods), len(self.departures), count, count


@dataclass(frozen=True)
class Outcomes:
    """What comes of the cells of a grid: second of landing (`NONE_S`: none), and cost in cents."""

    landing_s: Ints
    cents: Floats

    @classmethod
    def none(cls, shape: tuple[int, ...]) -> "Outcomes":
        """Return outcomes without any route."""
        return cls(np.full(shape, NONE_S, dtype=np.int64), np.full(shape, np.inf))

    def of(self, cells: Ints) -> "Outcomes":
        """Return those of some cells, by their positions in the grid laid out flat."""
        return Outcomes(self.landing_s.ravel()[cells], self.cents.ravel()[cells])

    def reshaped(self, shape: tuple[int, ...]) -> "Outcomes":
        """Return the same laid out otherwise."""
        return Outcomes(self.landing_s.reshape(shape), self.cents.reshape(shape))

    def followed_by(self, others: "Outcomes") -> "Outcomes":
        """Return these and then others."""
        return Outcomes(
            np.concatenate((self.landing_s, others.landing_s)),
            np.concatenate((self.cents, others.cents)),
        )

    def put(self, where: Flags, others: "Outcomes") -> None:
        """Put others in some places."""
        self.landing_s[where], self.cents[where] = others.landing_s, others.cents
