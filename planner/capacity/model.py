"""The most loaded flights an hour: a linear programme whose columns are made as they are needed.

Variables are flights an hour: of each drone type and goods class from vertiport to checkpoint, on
to the next, and to the far vertiport; empty flights back; and, for each of these legs, the ways
through the lanes. Rows are the seconds of every room in an hour, what flies into a place flies out
of it, and the shares of the goods classes. Ways through the lanes are priced by shortest paths over
the duals (`Passings.cheapest`), until no other way would raise the rate: the optimum over all ways.
"""

import math
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix, hstack, vstack

from geodata.features import GoodsClass, Side
from planner.air.cruise import type_id_of
from planner.arrays import Floats
from planner.capacity.room import Passings, Path, Rooms
from planner.linear import Solution, minimise

_GAIN = 1e-7
"""A way is added if it is cheaper than those known by more than this."""

_HELD = 1e-9
"""By how much a rate that is held may fall short, as a share of it."""


@dataclass(frozen=True, slots=True)
class Leg:
    """A leg of a drone type at a cruise, sites by position in `Legs.site_ids`."""

    kind: str
    origin: int
    destination: int


@dataclass(frozen=True, slots=True)
class Move:
    """Flights of a class by a type over one leg, in direction 0 or 1.

    Empty ones have no class and the direction -1.
    """

    leg: Leg
    direction: int
    goods: GoodsClass | None


@dataclass(frozen=True)
class Trade:
    """What flies in a direction: its classes' shares, and who may fly where.

    `moves` maps a move to the seconds that it takes of rooms on the ground, by row. Origins and
    destinations are vertiports; every other site is a checkpoint where what comes in goes out.
    """

    shares: Mapping[GoodsClass, float]
    moves: Mapping[Move, Mapping[int, float]]
    origins: frozenset[int]
    destinations: frozenset[int]


@dataclass(frozen=True)
class Rate:
    """An optimum: flights an hour by direction, and what each room is worth.

    `prices` are flights for a second more of each room in an hour, `used_s` the seconds taken.
    """

    directions: tuple[float, ...]
    prices: Floats
    used_s: Floats

    @property
    def total(self) -> float:
        """Loaded flights an hour."""
        return math.fsum(self.directions)


class Program:
    """The linear programme of one state of the air; ways that were found are kept.

    If it is `balanced`, as many drones of a type leave each vertiport as come to it, at whatever
    cruise, `empties` being the legs that they may fly without a load.
    """

    def __init__(
        self,
        rooms: Rooms,
        passings: Mapping[tuple[str, Side], Passings],
        trades: Sequence[Trade],
        empties: Iterable[Leg] = (),
        *,
        balanced: bool = True,
    ) -> None:
        self._rooms = rooms
        self._passings = passings
        self._trades = trades
        self._balanced = balanced
        self._rows: dict[Hashable, int] = {}
        self._columns: list[tuple[list[int], list[float]]] = []
        self._moves: list[Move] = []
        self._paths: set[tuple[Leg, Path]] = set()
        self._sites = rooms.legs.site_ids
        self._rates = [self._add([], []) for _ in trades]
        for direction, trade in enumerate(trades):
            self._trade(direction, trade)
        for leg in empties:
            self._empty(leg)
        self._legs = sorted({move.leg for move in self._moves}, key=_order)
        self._price(np.zeros(len(rooms.all)), dict.fromkeys(self._legs, math.inf))

    def most(self, wanted: Sequence[bool], more: Mapping[int, float] | None = None) -> Rate:
        """Return the highest total rate of the directions wanted, the others standing still.

        `more` adds seconds an hour to rooms, by row.
        """

        def solve() -> tuple[Rate, Solution]:
            problem = self._problem(wanted, more or {})
            problem.cost[self._rates] = -1.0
            return self._rate(problem)

        return self._best(solve)

    def even(self, wanted: Sequence[bool], total: float) -> Rate:
        """Return a way of flying a total rate that has the directions as even as may be."""

        def solve() -> tuple[Rate, Solution]:
            problem = self._problem(wanted, {})
            problem.hold(self._rates, total)
            problem.raise_least([at for at, want in zip(self._rates, wanted, strict=True) if want])
            return self._rate(problem)

        return self._best(solve)

    # -- rows and columns ----------------------------------------------------------------

    def _row(self, key: Hashable) -> int:
        """Return the row of a balance, made if it is new: what goes in comes out."""
        return self._rows.setdefault(key, len(self._rooms.all) + len(self._rows))

    def _add(self, rows: Sequence[int], values: Sequence[float]) -> int:
        self._columns.append((list(rows), list(values)))
        return len(self._columns) - 1

    def _trade(self, direction: int, trade: Trade) -> None:
        rows, values = self._columns[self._rates[direction]]
        for goods, share in trade.shares.items():
            rows.append(self._row((direction, goods)))
            values.append(-share)
        for move, seconds in trade.moves.items():
            self._loaded(direction, trade, move, seconds)

    def _loaded(
        self, direction: int, trade: Trade, move: Move, seconds: Mapping[int, float]
    ) -> None:
        leg, ends = move.leg, trade.origins | trade.destinations
        rows, values = list(seconds), list(seconds.values())
        for site, sign in ((leg.origin, -1.0), (leg.destination, 1.0)):
            if site not in ends:
                rows.append(self._row((direction, move.goods, leg.kind, site)))
                values.append(sign)
            elif self._balanced:
                rows.append(self._row((type_id_of(leg.kind), site)))
                values.append(sign)
        if leg.origin in trade.origins:
            rows.append(self._row((direction, move.goods)))
            values.append(1.0)
        self._move(move, rows, values)

    def _empty(self, leg: Leg) -> None:
        of_type = type_id_of(leg.kind)
        rows = [self._row((of_type, leg.origin)), self._row((of_type, leg.destination))]
        self._move(Move(leg, -1, None), rows, [-1.0, 1.0])

    def _move(self, move: Move, rows: list[int], values: list[float]) -> None:
        at = self._add([*rows, self._row(move.leg)], [*values, 1.0])
        assert at == len(self._rates) + len(self._moves)
        self._moves.append(move)

    def _price(self, prices: Floats, worth: Mapping[Leg, float]) -> bool:
        """Add the cheapest way of each leg that is worth more than it costs; tell if any is."""
        found, side_of = False, self._rooms.legs.airspace.network.side_of
        costs = {key: passings.cheapest(prices) for key, passings in self._passings.items()}
        for leg in self._legs:
            key = leg.kind, side_of(self._sites[leg.origin])
            cost = costs[key][leg.origin, leg.destination]
            if not cost < worth[leg] - _GAIN:
                continue
            path, taken = self._passings[key].path(leg.origin, leg.destination)
            if (leg, path) in self._paths:
                continue
            rows = np.flatnonzero(taken).tolist()
            values = [*taken[rows].tolist(), -1.0]
            self._add([*rows, self._row(leg)], values)
            self._paths.add((leg, path))
            found = True
        return found

    # -- solving -------------------------------------------------------------------------

    def _best(self, solve: Callable[[], tuple[Rate, Solution]]) -> Rate:
        """Solve and add ways until none that is left out would do better."""
        while True:
            rate, found = solve()
            worth = {leg: float(-found.duals[self._rows[leg]]) for leg in self._legs}
            if not self._price(rate.prices, worth):
                return rate

    def _problem(self, wanted: Sequence[bool], more: Mapping[int, float]) -> "_Problem":
        """Return the rows of all columns known, without a goal."""
        counts = [len(rows) for rows, _ in self._columns]
        values = np.concatenate([np.array(each, dtype=float) for _, each in self._columns])
        rows = np.concatenate([np.array(each, dtype=np.int64) for each, _ in self._columns])
        columns = np.repeat(np.arange(len(counts)), counts)
        balances = np.zeros(len(self._rows))
        shape = len(self._rooms.all) + len(self._rows), len(counts)
        problem = _Problem(
            np.zeros(len(counts)),
            csr_matrix((values, (rows, columns)), shape=shape),
            np.concatenate((np.full(len(self._rooms.all), -np.inf), balances)),
            np.concatenate((self._rooms.seconds, balances)),
            np.full(len(counts), np.inf),
        )
        for row, seconds in more.items():
            problem.upper[row] += seconds
        for column, want, trade in zip(self._rates, wanted, self._trades, strict=True):
            if not want or not trade.moves:
                problem.ceiling[column] = 0.0
        return problem

    def _rate(self, problem: "_Problem") -> tuple[Rate, Solution]:
        found = minimise(
            problem.cost, problem.matrix, problem.lower, problem.upper, problem.ceiling
        )
        rooms = len(self._rooms.all)
        rates = found.variables[: len(self._columns)]
        rate = Rate(
            tuple(float(rates[column]) for column in self._rates),
            np.maximum(0.0, -found.duals[:rooms]),
            np.asarray(problem.matrix[:rooms, : len(rates)] @ rates),
        )
        return rate, found


@dataclass
class _Problem:
    """Minimise cost x with lower <= matrix x <= upper and 0 <= x <= ceiling."""

    cost: Floats
    matrix: csr_matrix
    lower: Floats
    upper: Floats
    ceiling: Floats

    def hold(self, columns: Sequence[int], total: float) -> None:
        """Add a row: these columns add up to a total at least."""
        row = csr_matrix(
            (np.ones(len(columns)), (np.zeros(len(columns), dtype=np.int64), columns)),
            shape=(1, self.matrix.shape[1]),
        )
        self.matrix = csr_matrix(vstack([self.matrix, row]))
        self.lower = np.append(self.lower, total * (1 - _HELD))
        self.upper = np.append(self.upper, np.inf)

    def raise_least(self, columns: Sequence[int]) -> None:
        """Make the least of some columns as great as may be."""
        count, size = len(columns), self.matrix.shape[1]
        above = csr_matrix((np.ones(count), (np.arange(count), columns)), shape=(count, size))
        column = np.concatenate((np.zeros(self.matrix.shape[0]), -np.ones(count)))
        least = csr_matrix(column[:, None])
        self.matrix = csr_matrix(hstack([vstack([self.matrix, above]), least]))
        self.lower = np.append(self.lower, np.zeros(count))
        self.upper = np.append(self.upper, np.full(count, np.inf))
        self.cost, self.ceiling = np.append(self.cost, -1.0), np.append(self.ceiling, np.inf)


def _order(leg: Leg) -> tuple[str, int, int]:
    return leg.kind, leg.origin, leg.destination
