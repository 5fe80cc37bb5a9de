"""Whether lanes join every site to every other one, and customs every side to the other."""

from collections.abc import Iterator, Sequence
from graphlib import TopologicalSorter
from itertools import chain
from typing import TypeAlias, get_args

import numpy as np
import numpy.typing as npt

from geodata.check.survey import Survey
from geodata.codes import fault
from geodata.edit import layer_of
from geodata.faults import Fault
from geodata.features import Corridor, GoodsClass, Side
from geodata.network import Place

Ways: TypeAlias = dict[str, list[str]]
Links: TypeAlias = npt.NDArray[np.intp]


def isolated_places(survey: Survey, places: Sequence[Place]) -> Iterator[Fault]:
    """Yield places where no corridor begins or ends."""
    joined = {each.start for each in survey.corridors} | {each.end for each in survey.corridors}
    for place in places:
        if place.id not in joined:
            yield fault("ISOLATED_PLACE", layer_of(place), place.id, "", value="no corridor")


def unreachable_sites(survey: Survey) -> Iterator[Fault]:
    """Yield sites that lanes do not join, there and back, to the largest set that they do."""
    sites = survey.network.sites
    onward, back = _ways(survey.corridors)
    first = next(iter(sites), None)
    if first is None or all(sites.keys() <= _reach(first, ways) for ways in (onward, back)):
        return
    for site, away, from_ in _cut_off(sorted(sites), onward):
        value = f"reaches {away} of {len(sites) - 1} other sites, is reached from {from_}"
        yield fault("UNREACHABLE", layer_of(sites[site]), site, "", value=value)


def _ways(corridors: Sequence[Corridor]) -> tuple[Ways, Ways]:
    """Return the places that lanes lead to from each place, and those that they come from."""
    onward: Ways = {}
    back: Ways = {}
    for corridor in corridors:
        for direction in {lane.direction for lane in corridor.lanes}:
            start, end = corridor.start, corridor.end
            if direction == "backward":
                start, end = end, start
            onward.setdefault(start, []).append(end)
            back.setdefault(end, []).append(start)
    return onward, back


def _reach(start: str, ways: Ways) -> set[str]:
    seen, ahead = {start}, {start}
    while ahead:
        ahead = {other for each in ahead for other in ways.get(each, ())} - seen
        seen |= ahead
    return seen


def _cut_off(sites: Sequence[str], onward: Ways) -> Iterator[tuple[str, int, int]]:
    """Yield each site outside the largest joined set; how many it reaches, and reach it.

    Places that reach each other both ways are taken together, and what remains has no rings, so
    one pass either way counts the sites, as bits of a number, for all of them.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    number = {each: row for row, each in enumerate({*sites, *onward, *chain(*onward.values())})}
    edges = [(number[one], number[other]) for one, others in onward.items() for other in others]
    rows, columns = np.array(edges, dtype=np.intp).reshape(-1, 2).T
    shape = (len(number), len(number))
    graph = coo_array((np.ones(len(rows), dtype=np.int8), (rows, columns)), shape=shape)
    count, part = connected_components(graph, connection="strong")
    own = [0] * count
    for bit, site in enumerate(sites):
        own[part[number[site]]] |= 1 << bit
    links = np.unique(np.column_stack((part[rows], part[columns])), axis=0)
    links = links[links[:, 0] != links[:, 1]]
    reached, reaching = _gather(own, links), _gather(own, links[:, ::-1])
    main = max(own, key=lambda bits: (bits.bit_count(), -_lowest_bit(bits)))
    for bit, site in enumerate(sites):
        if not main >> bit & 1:
            at = part[number[site]]
            yield site, reached[at].bit_count() - 1, reaching[at].bit_count() - 1


def _lowest_bit(bits: int) -> int:
    return (bits & -bits).bit_length()


def _gather(own: Sequence[int], links: Links) -> list[int]:
    """Return the bits of each part and of all that its links lead to; the links have no rings."""
    after: dict[int, list[int]] = {part: [] for part in range(len(own))}
    for one, other in links.tolist():
        after[one].append(other)
    found = list(own)
    for part in TopologicalSorter(after).static_order():  # what is led to comes first
        for other in after[part]:
            found[part] |= found[other]
    return found


def customs_gaps(survey: Survey) -> Iterator[Fault]:
    """Yield goods classes that a side has no checkpoint for.

    Goods clear export on their own side and import on the other, so each side needs each class;
    a joint checkpoint clears for both. Dangerous goods need none: no customs rule carries them.
    """
    checkpoints = survey.network.checkpoints.values()
    for side in get_args(Side):
        cleared = {
            goods
            for checkpoint in checkpoints
            if checkpoint.joint or checkpoint.side == side
            for goods in checkpoint.goods
        }
        for goods in get_args(GoodsClass):
            if goods != "dangerous" and goods not in cleared:
                message = f"No checkpoint clears {goods} goods out of and into {side}."
                yield fault(
                    "CUSTOMS_GAP", "checkpoints", side, "goods", value=goods, message=message
                )
