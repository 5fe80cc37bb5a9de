"""Whether lanes join every site to every other one, and customs every side to the other."""

from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from graphlib import TopologicalSorter
from typing import TypeAlias, get_args

import numpy as np
import numpy.typing as npt

from geodata.check.lane_graph import LaneGraph, ways_of
from geodata.check.survey import Survey
from geodata.codes import fault
from geodata.edit import layer_of
from geodata.faults import Fault
from geodata.features import GoodsClass, Side
from geodata.network import Place

Links: TypeAlias = npt.NDArray[np.intp]

_FEW_CORRIDORS = 1000
"""Up to here a search by itself is quicker than importing the library that is for more."""

_ABOUT = 2000
"""Places that a look about an edit takes in."""


def isolated_places(survey: Survey, places: Sequence[Place]) -> Iterator[Fault]:
    """Yield places where no corridor begins or ends."""
    for place in places:
        if place.id not in survey.at_end:
            yield fault("ISOLATED_PLACE", layer_of(place), place.id, "", value="no corridor")


def unreachable_sites(survey: Survey) -> Iterator[Fault]:
    """Yield sites that lanes do not join, there and back, to the largest set that they do."""
    sites = survey.network.sites
    few = len(survey.corridors) <= _FEW_CORRIDORS
    if not sites or (few and _joined(survey, next(iter(sites)), sites.keys())):
        return
    for site, away, back in _cut_off(sorted(sites), survey.lane_graph):
        value = f"reaches {away} of {len(sites) - 1} other sites, is reached from {back}"
        yield fault("UNREACHABLE", layer_of(sites[site]), site, "", value=value)


def still_joined(survey: Survey, lost: Iterable[tuple[str, str]], new: str | None) -> bool:
    """Tell if it is plain, from a look about, that sites are joined which were before an edit.

    `lost` are the ways between places that the edit took, `new` is a site that it brought. If
    there is another way in place of each one lost, all that was joined still is; a new site is
    joined if lanes lead to and from any other one.
    """
    if new is not None:
        others = survey.network.sites.keys() - {new}
        if others and not all(
            _search(survey, new, others.__contains__, onward=onward) for onward in (True, False)
        ):
            return False
    return all(_search(survey, one, other.__eq__, onward=True) for one, other in lost)


def _search(survey: Survey, start: str, sought: Callable[[str], bool], *, onward: bool) -> bool:
    """Tell whether lanes lead on from a place, or back from it, to one sought, not too far off."""
    seen, ahead = {start}, [start]
    for place in ahead:  # which grows
        for other in lanes_from(survey, place, onward=onward):
            if sought(other):
                return True
            if other not in seen:
                seen.add(other)
                ahead.append(other)
        if len(ahead) > _ABOUT:
            break
    return False


def _joined(survey: Survey, first: str, sites: Set[str]) -> bool:
    """Tell whether lanes lead from one site to all others, and back from all."""
    for onward in (True, False):
        seen, ahead = {first}, {first}
        while ahead:
            ahead = {
                other for each in ahead for other in lanes_from(survey, each, onward=onward)
            } - seen
            seen |= ahead
        if not sites <= seen:
            return False
    return True


def lanes_from(survey: Survey, place: str, *, onward: bool) -> Iterator[str]:
    """Yield where lanes lead to from a place; if not `onward`, where those to it come from."""
    for identifier in survey.at_end.get(place, ()):
        corridor = survey.corridor(identifier)
        if corridor is not None:
            for one, other in ways_of(corridor) if onward else map(reversed, ways_of(corridor)):
                if one == place:
                    yield other


def _cut_off(sites: Sequence[str], graph: LaneGraph) -> Iterator[tuple[str, int, int]]:
    """Yield each site outside the largest joined set; how many it reaches, and reach it.

    Places that reach each other both ways are taken together, and what remains has no rings, so
    one pass either way counts the sites, as bits of a number, for all of them.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    lone = {site: len(graph.number) + row for row, site in enumerate(sites)}  # where no lane is
    at = np.array([graph.number.get(site, lone[site]) for site in sites])
    size = len(graph.number) + len(sites)
    lanes = np.ones(len(graph.begins), dtype=np.int8)
    matrix = coo_array((lanes, (graph.begins, graph.ends)), shape=(size, size))
    count, part = connected_components(matrix, connection="strong")
    of_site = part[at].tolist()
    if len(set(of_site)) == 1:
        return
    own = [0] * count
    for bit, each in enumerate(of_site):
        own[each] |= 1 << bit
    links = np.column_stack((part[graph.begins], part[graph.ends])).astype(np.intp)
    links = np.unique(links[links[:, 0] != links[:, 1]], axis=0)
    reached, reaching = _gather(own, links), _gather(own, links[:, ::-1])
    main = max(own, key=lambda bits: (bits.bit_count(), -_lowest_bit(bits)))
    for bit, (site, each) in enumerate(zip(sites, of_site, strict=True)):
        if not main >> bit & 1:
            yield site, reached[each].bit_count() - 1, reaching[each].bit_count() - 1


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
