"""Which flights come again in every period: how many by each way through checkpoints, and of what.

A small integer programme deals the classes out to slots, so that their shares hold exactly and no
room is asked for more than a period has. What it leaves open, vertiports, types and lanes, counts
with the least that any flight of the slot takes.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from random import Random

import numpy as np
from ortools.sat.python import cp_model

from geodata.features import GoodsClass
from planner.capacity_room import Floats
from planner.saturate_timetable import Timetables
from planner.saturate_trips import Slot, Trips

_PARTS = 1000
"""Shares of classes are told apart to so many parts of a flight."""

_EFFORT_S = 5.0
"""Deterministic time of the solver."""


def least_period(
    trips: Trips, timetables: Timetables, flights: int
) -> tuple[int, tuple[Slot, ...]] | None:
    """Return the shortest period that so many flights a direction may fit in, and their slots.

    None if the classes cannot be dealt out to so few.
    """
    taken = {
        slot: least
        for direction in trips.directions
        for slot, least in _slots(trips, timetables, direction)
    }
    model = cp_model.CpModel()
    counts = {slot: model.new_int_var(0, flights, "") for slot in taken}
    for direction in trips.directions:
        _deal(model, trips, direction, counts, flights)
    rooms = timetables.rooms.all
    period = model.new_int_var(1, 3600 * flights, "")
    for row in np.flatnonzero(sum(taken.values())).tolist():
        used = sum(count * int(taken[slot][row]) for slot, count in counts.items())
        model.add(used <= rooms[row].units * period)
    # Of deals with the same period one is drawn.
    random = Random(0)
    model.minimize(_PARTS * period + sum(random.randrange(9) * each for each in counts.values()))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = _EFFORT_S
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    chosen = [slot for slot, count in counts.items() for _ in range(solver.value(count))]
    return solver.value(period), tuple(chosen)


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


def _slots(trips: Trips, timetables: Timetables, direction: int) -> Iterator[tuple[Slot, Floats]]:
    """Yield every slot of a direction, and the least that it takes of each room."""
    shares = trips.shares(direction)
    ways = {way for goods in shares for way in trips.ways(direction, goods)}
    for way in sorted(ways):
        able = sorted(goods for goods in shares if way in trips.ways(direction, goods))
        for goods in _subsets(able):
            slot = Slot(direction, way, goods)
            taken = [timetables.seconds(sally) for sally in trips.sallies(slot)]
            if taken:
                yield slot, np.min(taken, axis=0)


def _subsets(members: Sequence[GoodsClass]) -> Iterator[tuple[GoodsClass, ...]]:
    for size in range(1, 1 + len(members)):
        yield from combinations(members, size)
