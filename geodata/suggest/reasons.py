"""Why there is no corridor between two places: the rules that stand in the way, with values."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import shapely

from geodata.codes import fault
from geodata.faults import Fault
from geodata.prepared import prepared
from geodata.suggest.ask import Ask
from geodata.suggest.barriers import Barrier
from geodata.suggest.legs import LegRules
from geodata.suggest.risk import RiskSurface
from geodata.suggest.search import allowed_steps, cell_near, cheapest_chain

Floats = npt.NDArray[np.float64]

_CLOSED_RISK = 100.0
"""Risk of each barrier that a way through them all is charged with: it meets few, and shortly."""


def no_way(ask: Ask, surface: RiskSurface, rules: LegRules, ends_m: Floats) -> Iterator[Fault]:
    """Yield the barriers that the way with the least of them would still have to enter.

    Where there is none even through them all, it is the crossing of the boundary that fails.
    """
    open_rules = replace(rules, barriers=())
    points = shapely.points(surface.grid.middles_m)
    risk = surface.risk.copy()
    for barrier in rules.barriers:
        risk[shapely.contains(prepared(barrier.shape), points)] += _CLOSED_RISK
    steps = allowed_steps(surface, open_rules)
    first, last = (cell_near(steps, each) for each in ends_m)
    chain = cheapest_chain(steps, risk, first, last)
    where = f"{ask.start} to {ask.end}"
    if chain is None:
        yield fault(
            "CROSSING_ANGLE",
            where,
            value="no straight crossing in reach",
            limit=f"{ask.crossing_min_deg:g}° or more, once",
        )
        return
    middles_m = surface.grid.middles_m[chain]
    way = shapely.LineString(np.concatenate((ends_m[:1], middles_m[1:-1], ends_m[1:])))
    for barrier in rules.barriers:
        if barrier.shape.intersects(way):
            yield _reason(where, barrier)


def no_turns(ask: Ask) -> Fault:
    """Return that there is a way, but none that the drones turn along."""
    limits = ask.turns
    return fault(
        "TURN_LIMIT",
        f"{ask.start} to {ask.end}",
        value="a way that turns more often or sharper",
        limit=f"turns up to {limits.turn_max_deg:g}°, legs from {limits.leg_min_m:g} m",
    )


def _reason(where: str, barrier: Barrier) -> Fault:
    return fault(barrier.code, where, barrier.feature, value=barrier.value, limit=barrier.limit)
