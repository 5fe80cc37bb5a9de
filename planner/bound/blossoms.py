"""Blossom rows: an odd set of orders makes fewer pairs in whole sorties than in shares of sorties.

Three orders, each two of which share half a sortie, make one and a half pairs, but whole sorties
make one of them. As each order is served once at most, of an odd set B of orders

    sum over c of floor(|c and B| / 2) x_c <= (|B| - 1) / 2

(Edmonds 1965, *Maximum matching and a polyhedron with 0,1-vertices*, Journal of Research of the
National Bureau of Standards 69B; for sorties of more than two it is half of the sum of the rows of
B, rounded down: Chvatal 1973, *Edmonds polytopes and a hierarchy of combinatorial problems*,
Discrete Mathematics 4). Sets whose row is broken are those that a least odd cut parts from the rest
(Padberg and Rao 1982, *Odd minimum cut-sets and b-matchings*, Mathematics of Operations Research
7(1)).
"""

from itertools import combinations

import networkx as nx
import numpy as np

from planner.arrays import Flags, Floats, Ints
from planner.bound.columns import MAX_JOBS

BROKEN = 0.02
"""By how much the cut that parts a set from the rest falls short of 1 at least if it is found."""

MOST_FOUND = 80
"""Sets that are found at a time at most, those whose cut is least."""

_REST = -1
"""The vertex that stands for all else that an order may be in: alone, or left out."""

assert MAX_JOBS <= 3, "a sortie of four orders takes two of a row"


def broken_sets(jobs: Ints, shares: Floats, count: int) -> Flags:
    """Return odd sets of orders whose row is broken, [set, job], that of the least cut first.

    `jobs` are those of sorties of which `shares` are flown, [sortie, MAX_JOBS], padded by -1; there
    are `count` in all. A set is found surely only where sorties have two orders at most.
    """
    found = dict[frozenset[int], float]()
    graph = _graph(jobs, shares)
    for component in nx.connected_components(graph):
        if len(component) > 2:
            found |= _broken_of(graph.subgraph(component), component)
    least = sorted(found, key=lambda each: (found[each], sorted(each)))[:MOST_FOUND]
    sets = np.zeros((len(least), count), dtype=bool)
    for row, each in enumerate(least):
        sets[row, sorted(each)] = True
    return sets


def _graph(jobs: Ints, shares: Floats) -> "nx.Graph[int]":
    """Return the orders that share sorties, and how much of one each two share.

    Of a sortie of three each pair has a third: no set takes less of it in its row.
    """
    weight = dict[tuple[int, int], float]()
    for group, share in zip(jobs.tolist(), shares.tolist(), strict=True):
        own = sorted(job for job in group if job >= 0)
        pairs = list(combinations(own, 2))
        for pair in pairs:
            weight[pair] = weight.get(pair, 0.0) + share / len(pairs)
    graph: nx.Graph[int] = nx.Graph()
    graph.add_weighted_edges_from(
        ((one, other, weight[one, other]) for one, other in sorted(weight)), "capacity"
    )
    return graph


def _broken_of(graph: "nx.Graph[int]", component: set[int]) -> dict[frozenset[int], float]:
    """Return the odd sets of a component whose row is broken, with their cuts."""
    whole: nx.Graph[int] = nx.Graph()
    whole.add_edges_from(sorted(graph.edges(data=True)))
    for job in sorted(component):
        rest = max(0.0, 1.0 - graph.degree(job, "capacity"))
        whole.add_edge(job, _REST, capacity=rest)
    tree = nx.gomory_hu_tree(whole)
    found = dict[frozenset[int], float]()
    cuts: list[tuple[int, int, float]] = list(tree.edges(data="weight"))
    for one, other, cut in cuts:
        if cut > 1 - BROKEN:
            continue
        tree.remove_edge(one, other)
        side = frozenset(nx.node_connected_component(tree, one))
        tree.add_edge(one, other, weight=cut)
        orders = frozenset(component) - side if _REST in side else side
        if len(orders) % 2 and len(orders) > 2:
            found[orders] = cut
    return found


def held(sets: Flags, jobs: Ints) -> tuple[Ints, Ints]:
    """Return which rows take which sorties, once each: sorties with two orders of a set or more."""
    padded = np.column_stack((sets, np.zeros(len(sets), dtype=bool)))
    row, column = np.nonzero(padded[:, jobs].sum(axis=2) > 1)
    return row, column
