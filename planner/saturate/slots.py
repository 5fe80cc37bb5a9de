"""Which flights come again in every period: how many by each way through checkpoints, and of what.

A small integer programme deals the classes out to slots, so that their shares hold exactly and no
room is asked for more than a period has. What it leaves open, vertiports, types and lanes, counts
with the least that any flight of the slot takes.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

import numpy as np
from ortools.sat.python import cp_model

from geodata.features import GoodsClass
from planner.arrays import Floats
from planner.saturate.itinerary import Slot
from planner.saturate.trips import Trips
from planner.saturate.usage import Usage

_PARTS = 1000
"""Shares of classes are told apart to so many parts of a flight."""

_EFFORT_S = 5.0
"""Deterministic time of the solver for the shortest period."""

_DEALS = 10
"""Deals that are made."""

_DEAL_EFFORT_S = 0.5
"""Deterministic time of the solver for each."""

_FULL = (5, 6, 7, 8, 9)
"""Of seconds beyond so many tenths of what a room has, deals have as few as may be."""

Deal = tuple[Slot, ...]


class Dealer:
    """Deals the classes of a question out to slots."""

    def __init__(self, trips: Trips, usage: Usage) -> None:
        self._trips = trips
        self._units = [room.units for room in usage.rooms.all]
        self._taken = {
            slot: least
            for direction in trips.directions
            for slot, least in _slots(trips, usage, direction)
        }
        self._rows = np.flatnonzero(sum(self._taken.values())).tolist()

    def least_period(self, flights: int) -> int | None:
        """Return the shortest period that so many flights a direction may fit in, seconds.

        None if the classes cannot be dealt out to so few.
        """
        model, counts = self._model(flights)
        period = model.new_int_var(1, 3600 * flights, "")
        for row in self._rows:
            model.add(self._used(counts, row) <= self._units[row] * period)
        model.minimize(period)
        solver = _solved(model, _EFFORT_S)
        return None if solver is None else solver.value(period)

    def deals(self, flights: int, period_s: int) -> Iterator[Deal]:
        """Yield deals that may fit in a period, those first that crowd rooms least.

        No two are by the same ways through checkpoints.
        """
        model, counts = self._model(flights)
        crowded = []
        for row in self._rows:
            used, most = self._used(counts, row), self._units[row] * period_s
            model.add(used <= most)
            for tenths in _FULL:
                beyond = model.new_int_var(0, 10 * most, "")
                model.add(beyond >= 10 * used - tenths * most)
                crowded.append(beyond)
        model.minimize(sum(crowded))
        by_way: dict[tuple[int, tuple[str, ...]], list[cp_model.IntVar]] = {}
        for slot, count in counts.items():
            by_way.setdefault((slot.direction, slot.checkpoints), []).append(count)
        for _ in range(_DEALS):
            solver = _solved(model, _DEAL_EFFORT_S)
            if solver is None:
                return
            yield tuple(slot for slot, count in counts.items() for _ in range(solver.value(count)))
            others = []
            for each in by_way.values():
                dealt = sum(solver.value(count) for count in each)
                if dealt:
                    fewer = model.new_bool_var("")
                    model.add(sum(each) < dealt).only_enforce_if(fewer)
                    others.append(fewer)
            model.add_bool_or(others)

    def _model(self, flights: int) -> tuple[cp_model.CpModel, Mapping[Slot, cp_model.IntVar]]:
        """Return a model of the shares, and how many flights each slot has in it."""
        model = cp_model.CpModel()
        counts = {slot: model.new_int_var(0, flights, "") for slot in self._taken}
        for direction in self._trips.directions:
            _deal(model, self._trips, direction, counts, flights)
        return model, counts

    def _used(self, counts: Mapping[Slot, cp_model.IntVar], row: int) -> cp_model.LinearExprT:
        """Return the seconds that slots take of a room."""
        return sum(count * int(self._taken[slot][row]) for slot, count in counts.items())


def _solved(model: cp_model.CpModel, effort_s: float) -> cp_model.CpSolver | None:
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = effort_s
    found = solver.solve(model)
    return solver if found in (cp_model.OPTIMAL, cp_model.FEASIBLE) else None


def _deal(
    model: cp_model.CpModel,
    trips: Trips,
    direction: int,
    counts: Mapping[Slot, cp_model.IntVar],
    flights: int,
) -> None:
    """Deal the classes of a direction out to its slots."""
    here = {slot: count for slot, count in counts.items() if slot.direction == direction}
    model.add(sum(here.values()) == flights)
    dealt = {
        (slot, goods): model.new_int_var(0, flights * _PARTS, "")
        for slot in here
        for goods in slot.goods
    }
    for slot, count in here.items():
        model.add(sum(dealt[slot, goods] for goods in slot.goods) == count * _PARTS)
    for goods, share in trips.shares(direction).items():
        parts = sum(part for (_, each), part in dealt.items() if each == goods)
        # Parts are rounded: each class may have a thousandth of a flight more or less.
        model.add_linear_constraint(
            parts, int(share * flights * _PARTS) - 1, int(share * flights * _PARTS) + 1
        )


def _slots(trips: Trips, usage: Usage, direction: int) -> Iterator[tuple[Slot, Floats]]:
    """Yield every slot of a direction, and the least that it takes of each room."""
    shares = trips.shares(direction)
    ways = {way for goods in shares for way in trips.ways(direction, goods)}
    for way in sorted(ways):
        able = sorted(goods for goods in shares if way in trips.ways(direction, goods))
        for goods in _subsets(able):
            slot = Slot(direction, way, goods)
            taken = [usage.least(each) for each in trips.itineraries(slot)]
            if taken:
                yield slot, np.min(taken, axis=0)


def _subsets(members: Sequence[GoodsClass]) -> Iterator[tuple[GoodsClass, ...]]:
    for size in range(1, 1 + len(members)):
        yield from combinations(members, size)
