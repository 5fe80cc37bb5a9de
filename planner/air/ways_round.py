"""Other ways of a leg than the quickest, for when others hold what that flies over.

Each is the quickest over some lane in calm air: the quickest legs to it, and from it on (Abraham,
Delling, Goldberg and Werneck 2013, *Alternative routes in road networks*, ACM Journal of
Experimental Algorithmics 18: single-via paths). Of these they are the quickest that each leave out
a lane which the quickest leg and all ways before fly.
"""

import math
from typing import NamedTuple

import numpy as np
from scipy.sparse.csgraph import dijkstra

from planner.air.airspace import CALM_EPOCH
from planner.air.legs import Chain, Legs
from planner.arrays import Ints
from planner.compiled import compiled, inlined
from planner.request.fleet import DroneType
from planner.rules.customs import OTHER

MOST_WAYS, LONGER = 5, 1.5
"""Other ways of a leg at most, and how many times as long as the quickest one may take."""

GAIN = 4
"""Seconds by which another way from a base lands sooner for each that it is in the air for longer:
to wait there costs nothing, as a sortie begins later then."""

_MOST_LANES = 64
"""Lanes of a way at most."""


class Round(NamedTuple):
    """Other ways: n flies `lanes[here, there, n]`, the first `number_of[here, there, n]` of them.

    Sites are positions in `legs.site_ids`, lanes in `legs.arcs.lane_ids`. Shorter ways come first;
    of those that are none there are no lanes.
    """

    lanes: Ints
    number_of: Ints


def ways_round(legs: Legs, kind: DroneType) -> Round:
    """Return the other ways of all legs of a type; they are kept with its arcs."""
    kept = legs.arcs.kept["ways_round"]
    if kind.id not in kept:
        kept[kind.id] = _search(legs, kind)
    found: Round = kept[kind.id]
    return found


def way_of(legs: Legs, kind: DroneType, ends: tuple[str, str], number: int) -> Chain:
    """Return other way `number` of a leg; raise LookupError if there is none."""
    found, (here, there) = ways_round(legs, kind), (legs.row[site] for site in ends)
    count = found.number_of[here, there, number] if number < MOST_WAYS else 0
    if not count:
        raise LookupError(f"no other way {number} from {ends[0]} to {ends[1]}")
    names, lanes = legs.arcs.lane_ids, found.lanes[here, there, number, :count]
    return legs.chain(tuple(names[lane] for lane in lanes))


def other_ways(legs: Legs, kind: DroneType, ends: tuple[str, str]) -> tuple[Chain, ...]:
    """Return all other ways of a leg, the shorter first."""
    here, there = (legs.row[site] for site in ends)
    ways = np.count_nonzero(ways_round(legs, kind).number_of[here, there])
    return tuple(way_of(legs, kind, ends, number) for number in range(ways))


def _search(legs: Legs, kind: DroneType) -> Round:
    arcs, blocks = legs.arcs, legs.airspace.blocks
    sites, lanes = len(arcs.site_ids), len(arcs.lane_ids)
    into = [arcs.in_vertex[site] for site in arcs.site_ids]
    cuts = [blocks.lanes[lane] for lane in arcs.lane_ids]
    starts = np.array([cut.start for cut in cuts], dtype=np.int64)
    ends = np.array([cut.end for cut in cuts], dtype=np.int64)
    sides = [legs.airspace.network.side_of(site) for site in arcs.site_ids]
    shape = sites, sites, MOST_WAYS
    found = Round(
        np.zeros((*shape, min(lanes, _MOST_LANES)), dtype=np.int64),
        np.zeros(shape, dtype=np.int64),
    )
    way, flown = np.empty(found.lanes.shape[-1], dtype=np.int64), np.empty(lanes, dtype=bool)
    for side in OTHER:
        static = arcs.static(kind, CALM_EPOCH, frozenset(), side)
        backward = arcs.matrix(kind, (CALM_EPOCH,), frozenset(), side).T.tocsr()
        rest_s, after = dijkstra(backward, indices=into, return_predecessors=True)
        for here in range(sites):
            if sides[here] == side:
                total_s = static.seconds[here, :lanes] + rest_s[:, :lanes]
                order = np.argsort(total_s, axis=1, kind="stable")
                _ways_from(
                    here, total_s, order, static.before[here], after, starts, ends, way, flown,
                    found.lanes[here], found.number_of[here],
                )  # fmt: skip
    return found


@inlined
def _walk(over, before, after, lanes, way):  # type: ignore[no-untyped-def]
    """Write down the lanes of the quickest way over a lane; return how many, 0 if too many.

    A tree's vertices that are no lanes are sites, after all lanes.
    """
    number, lane = 0, over
    while number < len(way) and 0 <= lane < lanes:
        way[number] = lane
        number += 1
        lane = before[lane]
    for at in range(number // 2):
        way[at], way[number - 1 - at] = way[number - 1 - at], way[at]
    lane = after[over]
    while number < len(way) and 0 <= lane < lanes:
        way[number] = lane
        number += 1
        lane = after[lane]
    return 0 if number == len(way) and 0 <= lane < lanes else number


@inlined
def _is_simple(way, number, starts, ends):  # type: ignore[no-untyped-def]
    """Tell whether a way visits no place twice."""
    for at in range(number):
        if ends[way[at]] == starts[way[0]]:
            return False
        for other in range(at):
            if ends[way[at]] == ends[way[other]]:
                return False
    return True


@compiled
def _ways_from(  # type: ignore[no-untyped-def]
    here, total_s, order, before, after, starts, ends, way, flown, ways, counts
):
    """Write down the other ways from a site to every other.

    `total_s[there]` are the seconds of the quickest way over each lane, and `order[there]` sorts
    them. `way` and `flown` are room for lanes.
    """
    lanes = len(starts)
    for there in range(len(total_s)):
        if there == here or lanes == 0 or math.isinf(total_s[there, order[there, 0]]):
            continue
        longest_s = LONGER * total_s[there, order[there, 0]]
        # The first of all is the quickest; `left` of its lanes are flown by all ways so far.
        found, left = -1, 1
        for over in order[there]:
            if left == 0 or found == counts.shape[1] or total_s[there, over] > longest_s:
                break
            number = _walk(over, before, after[there], lanes, way)
            if number == 0 or not _is_simple(way, number, starts, ends):
                continue
            if found < 0:
                flown[:] = False
                for at in range(number):
                    flown[way[at]] = True
                found, left = 0, number
                continue
            met = 0
            for at in range(number):
                met += flown[way[at]]
            if met == left:
                continue
            for at in range(number):
                ways[there, found, at] = way[at]
            counts[there, found] = number
            found += 1
            left = 0
            for lane in range(lanes):
                if flown[lane]:
                    flown[lane] = False
                    for at in range(number):
                        if way[at] == lane:
                            flown[lane] = True
                            left += 1
