"""Which routes an edit of hours can reach: those under way while the two hours differ.

Take a route that lands at L. Whatever its search took into account, and whatever could have landed
earlier, lies between the departure and L. So with other hours of a place, lane or zone the answer
is the same if the hours differ at no second between the two. A place counts for routes from it, to
it, through it, or that would divert to it; a route that gets nowhere counts until the day ends.
"""

from collections.abc import Iterable, Iterator
from itertools import pairwise, permutations

import numpy as np

from geodata.schedule import DAY_S, Intervals, contains
from planner.arrays import Flags, Ints
from planner.impact.edits import Edits
from planner.impact.grid import Grid
from planner.impact.routes import Routes

_WHOLE_DAY: Intervals = ((0, DAY_S),)
_ROUNDING_S = 2
"""How much later than a leg in real seconds one may land that takes off at a whole one."""

_SITES = ("vertiports", "checkpoints")


class Reach:
    """Tells what edits of hours can reach on networks of one shape, given by routes on one."""

    def __init__(self, edits: Edits, grid: Grid, routes: Routes) -> None:
        self._edits = edits
        self._grid = grid
        self.routes = routes
        self._where: dict[int, Flags] = {}
        self._when: dict[int, Intervals] = {}

    def reached(self, edits: Iterable[int], cells: Ints, landing_s: Ints) -> Flags:
        """Tell which routes may be others if some edits of hours, by position, are (un)done.

        `cells` are positions in the grid laid out flat, `landing_s` is when they land.
        """
        found = np.zeros(len(cells), bool)
        kind, goods, departure, origin, destination = np.unravel_index(cells, self._grid.shape)
        begin_s = np.array(self._grid.departures)[departure]
        for edit in edits:
            under_way = np.zeros(len(cells), bool)
            for since_s, until_s in self._changed(edit):
                under_way |= (since_s < landing_s + _ROUNDING_S) & (begin_s < until_s)
            found |= under_way & self._concerned(edit)[kind, goods, origin, destination]
        return found

    def _changed(self, edit: int) -> Intervals:
        """Return when an edit says otherwise than before."""
        if edit not in self._when:
            day = self._grid.request.fleet.day
            calendars = {each.calendar(day) for each in (self._edits.old, self._edits.new)}
            if len(calendars) > 1:
                self._when[edit] = _WHOLE_DAY
            else:
                (calendar,) = calendars
                self._when[edit] = tuple(
                    stretch
                    for old, new in self._edits.hours(edit)
                    for stretch in _unlike(calendar.intervals(old), calendar.intervals(new))
                )
        return self._when[edit]

    def _concerned(self, edit: int) -> Flags:
        """Tell by type, goods, origin and destination what the places of an edit matter to."""
        if edit not in self._where:
            self._where[edit] = self._find(edit)
        return self._where[edit]

    def _find(self, edit: int) -> Flags:
        grid, count = self._grid, len(self._grid.vertiports)
        changes = self._edits.all[edit].changes
        found = np.zeros((len(grid.types), len(grid.goods), count, count), bool)
        if any(each.layer not in _SITES for each in changes):
            return ~found
        places = frozenset(each.id for each in changes)
        from_it = np.array([each in places for each in grid.vertiports])
        for kind, name in enumerate(grid.types):
            landed = places | self._diverting(name, places)
            to_it = np.array([each in landed for each in grid.vertiports])
            found[kind] = from_it[:, None] | to_it
            for goods, pairs in self._cleared(landed):
                found[kind, goods] |= pairs
        return found

    def _diverting(self, kind: str, places: frozenset[str]) -> frozenset[str]:
        """Return the sites that a drone may leave for some places if it cannot stay."""
        instance = self.routes.instance
        moving = frozenset(
            change.id for at in self._edits.telling for change in self._edits.all[at].changes
        )
        return frozenset(
            site
            for site in instance.legs.site_ids
            if places & instance.diversions.deciding(instance.request.types[kind], site, moving)
        )

    def _cleared(self, sites: frozenset[str]) -> Iterator[tuple[int, Flags]]:
        """Yield for each class between which vertiports it may be cleared at some sites."""
        grid, network = self._grid, self.routes.network
        sides = np.array(
            [
                network.side_of(each) if each in network.vertiports else ""
                for each in grid.vertiports
            ]
        )
        for goods, name in enumerate(grid.goods):
            found = np.zeros((len(sides), len(sides)), bool)
            for one, other in permutations(("SZ", "HK")):
                origins, destinations = sides == one, sides == other
                if origins.any() and destinations.any():
                    origin = grid.vertiports[int(origins.argmax())]
                    destination = grid.vertiports[int(destinations.argmax())]
                    if not sites.isdisjoint(self.routes.job(origin, destination, name).clearings):
                        found |= origins[:, None] & destinations
            yield goods, found


def _unlike(one: Intervals, other: Intervals) -> Intervals:
    """Return when exactly one of two is open."""
    edges = sorted({edge for interval in (*one, *other) for edge in interval})
    return tuple(
        (since, until)
        for since, until in pairwise(edges)
        if contains(one, since, until) != contains(other, since, until)
    )
