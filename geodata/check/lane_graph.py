"""The places that lanes join, as numbers: what a library of graphs takes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import numpy.typing as npt

from geodata.features import Corridor

Numbers = npt.NDArray[np.intp]


@dataclass(frozen=True)
class LaneGraph:
    """Places that corridors name, numbered, and each lane's way from one to another."""

    number: Mapping[str, int]
    begins: Numbers
    ends: Numbers


def ways_of(corridor: Corridor) -> frozenset[tuple[str, str]]:
    """Return the places that the lanes of a corridor join, from and to."""
    start, end = corridor.start, corridor.end
    ways = {"forward": (start, end), "backward": (end, start)}
    return frozenset(ways[lane.direction] for lane in corridor.lanes)


def lane_graph(corridors: Sequence[Corridor]) -> LaneGraph:
    """Return the graph of all lanes of some corridors."""
    starts, ends = [each.start for each in corridors], [each.end for each in corridors]
    number = {each: row for row, each in enumerate(dict.fromkeys(chain(starts, ends)))}
    lanes = np.repeat(np.arange(len(corridors)), [len(each.lanes) for each in corridors])
    forward = np.array(
        [lane.direction == "forward" for corridor in corridors for lane in corridor.lanes],
        dtype=bool,
    )
    start, end = (
        np.array([number[each] for each in named], dtype=np.intp)[lanes] for named in (starts, ends)
    )
    return LaneGraph(number, np.where(forward, start, end), np.where(forward, end, start))
