"""A corridor drawn between two places: clear of what the rules close, over little risk.

    answer = suggest(Checked.of(network), Ask("SZ-CHIWEI", "HK-LOOP-SE"))
    answer.suggestions[0].corridor

None of the suggestions is one that the network check refuses: each has passed it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import shapely

from geodata.check.incremental import Checked
from geodata.faults import Fault, InvalidInput, errors
from geodata.features import Corridor
from geodata.network import Network
from geodata.prepared import prepared
from geodata.suggest.ask import Ask, Levels, ask_faults, levels_of, sides_of
from geodata.suggest.barriers import Barrier, barriers
from geodata.suggest.draft import draft, free_ids
from geodata.suggest.legs import LegRules
from geodata.suggest.reasons import no_turns, no_way
from geodata.suggest.risk import Area, Grid, RiskSurface, risk_surface, with_risk
from geodata.suggest.score import Score, score
from geodata.suggest.search import Steps, allowed_steps, cell_near, cheapest_chain
from geodata.suggest.straighten import straightened

Floats = npt.NDArray[np.float64]

APART_M = 150.0
DIFFERENT_SHARE = 1 / 3
"""An alternative has at least this share of its length so far from every corridor before it."""

_DETERRENTS = (2.0, 5.0, 15.0)
"""Risk that is put on the ways found, one after the other, until another way is found."""

LANES_RISK = 15.0
"""Risk within the minima of lanes that may be crossed: enough to cross them the short way."""

BANK_RISK = 5.0
"""Risk beside the boundary for a chain of cells that crosses it."""

RiskRaster = Callable[[Grid], Floats]
"""Returns a user's risk for each cell of a grid, NaN where it says nothing."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A draft corridor, its shape in lon/lat and in the metric CRS, its score; warnings of it."""

    corridor: Corridor
    lonlat: shapely.LineString
    line_m: shapely.LineString
    score: Score
    warnings: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """Suggestions, the best first; or, if there are none, the rules that stand in the way."""

    network: Network
    ask: Ask
    suggestions: tuple[Suggestion, ...]
    reasons: tuple[Fault, ...]
    surface: RiskSurface
    barriers: tuple[Barrier, ...]


def suggest(
    checked: Checked,
    ask: Ask,
    *,
    alternatives: int = 2,
    areas: Sequence[Area] = (),
    raster: RiskRaster | None = None,
    report: Callable[[int], None] = lambda _: None,
) -> Answer:
    """Return a corridor between two places and alternatives that really differ.

    `report` takes how many are found, before each is looked for. Raises `InvalidInput` if the
    question cannot be looked into: places, width or height.
    """
    network = checked.network
    faults = ask_faults(network, ask)
    if faults:
        raise InvalidInput(faults)
    levels = levels_of(network, ask)
    start, end = (network.metric[each] for each in (ask.start, ask.end))
    grid = Grid.over(start, end)
    surface = risk_surface(network, grid, areas, None if raster is None else raster(grid))
    found_barriers = barriers(network, ask, levels, surface)
    soft = [each for each in found_barriers if ask.cross_lanes and each.crossable]
    closed = tuple(each for each in found_barriers if each not in soft)
    surface = with_risk(surface, [each.shape for each in soft], LANES_RISK)
    line = network.sides.line
    beside_m = min(ask.width_m / 2, *(0.99 * line.distance(each) for each in (start, end)))
    rules = LegRules(closed, network.sides, *sides_of(network, ask), ask.crossing_min_deg, beside_m)
    chain_surface = surface
    if rules.start_side != rules.end_side:
        chain_surface = with_risk(surface, [line.buffer(beside_m)], BANK_RISK)
    search = _Search(checked, ask, levels, surface, chain_surface, rules, soft)
    found: list[Suggestion] = []
    for identifier in free_ids(network, alternatives + 1):
        report(len(found))
        another = search.next(identifier, found)
        if another is None:
            break
        found.append(another)
    found.sort(key=lambda each: each.score.total_m)
    why = () if found else search.reasons()
    return Answer(network, ask, tuple(found), why, surface, closed)


@dataclass
class _Search:
    """One question's surface and rules; `unfit` are the faults of drafts that were not returned.

    Chains of cells are sought on `chain_surface`, which draws them over the boundary at once.
    """

    checked: Checked
    ask: Ask
    levels: Levels
    surface: RiskSurface
    chain_surface: RiskSurface
    rules: LegRules
    soft: Sequence[Barrier]
    unfit: list[Fault] = field(default_factory=list)

    @cached_property
    def steps(self) -> Steps:
        return allowed_steps(self.surface, self.rules)

    @cached_property
    def ends_m(self) -> Floats:
        metric = self.checked.network.metric
        ends = [metric[self.ask.start], metric[self.ask.end]]
        found: Floats = shapely.get_coordinates(ends)
        return found

    @cached_property
    def cells(self) -> tuple[int, int]:
        first, last = (cell_near(self.steps, each) for each in self.ends_m)
        return first, last

    def next(self, identifier: str, found: Sequence[Suggestion]) -> Suggestion | None:
        """Return a corridor that the check passes and that differs from those found, or None."""
        grid = self.surface.grid
        for deterrent in _DETERRENTS if found else (0.0,):
            about = deterrent * _about(grid, found)
            surface = replace(self.surface, risk=self.surface.risk + about)
            chain = cheapest_chain(self.steps, self.chain_surface.risk + about, *self.cells)
            if chain is None:
                return None
            middles_m = grid.middles_m[chain[1:-1]]
            xy_m = np.concatenate((self.ends_m[:1], middles_m, self.ends_m[1:]))
            points_m = straightened(xy_m, surface, self.rules, self.ask.turns)
            if points_m is None:
                self.unfit.append(no_turns(self.ask))
                continue
            line_m = shapely.LineString(points_m)
            if differs(line_m, found):
                another = self._checked(identifier, line_m)
                if another is not None:
                    return another
        return None

    def _checked(self, identifier: str, line_m: shapely.LineString) -> Suggestion | None:
        corridor, lonlat, new = draft(self.checked, self.ask, self.levels, identifier, line_m)
        if errors(new):
            self.unfit += new
            return None
        worth = score(
            self.checked.network,
            self.ask,
            self.levels,
            self.surface,
            self.rules.barriers,
            self.soft,
            line_m,
        )
        return Suggestion(corridor, lonlat, line_m, worth, tuple(new))

    def reasons(self) -> tuple[Fault, ...]:
        """Return the faults of what was tried; if nothing could be, what stands in the way."""
        blocked = self.unfit or no_way(self.ask, self.surface, self.rules, self.ends_m)
        return tuple(dict.fromkeys(blocked))


def _about(grid: Grid, found: Sequence[Suggestion]) -> Floats:
    """Return 1 for cells about the middles of the corridors found, 0 for others."""
    near = np.zeros(grid.rows * grid.columns)
    points = shapely.points(grid.middles_m)
    for each in found:
        ends = shapely.MultiPoint([each.line_m.coords[0], each.line_m.coords[-1]])
        tube = each.line_m.buffer(APART_M).difference(ends.buffer(2 * APART_M))
        near[shapely.contains(prepared(tube), points)] += 1.0
    return near


def differs(line_m: shapely.LineString, found: Sequence[Suggestion]) -> bool:
    """Tell whether enough of a line is far from every corridor found."""
    return all(
        line_m.difference(each.line_m.buffer(APART_M)).length >= DIFFERENT_SHARE * line_m.length
        for each in found
    )
