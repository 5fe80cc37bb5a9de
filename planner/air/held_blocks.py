"""Which blocks of a network come near to what others hold."""

from collections.abc import Iterable, Iterator

import numpy as np
import shapely

from geodata.network import Network
from planner.air.blocks import ROUNDING_M, Block
from planner.request.fleet import Rules
from planner.request.held import HeldAir


def blocks_near(
    held: Iterable[HeldAir], blocks: Iterable[Block], rules: Rules, network: Network
) -> Iterator[list[int]]:
    """Yield for each held volume the positions of the blocks nearer to it than both minima."""
    listed, volumes = list(blocks), list(held)
    shapes = network.projection.to_metric(
        np.array([shapely.Polygon(each.area) for each in volumes], dtype=object)
    )
    tree = shapely.STRtree([block.footprint for block in listed])
    distance_m = rules.separation_lateral_m + ROUNDING_M
    for air, shape in zip(volumes, shapes, strict=True):
        found = tree.query(shape, predicate="dwithin", distance=distance_m)
        yield [
            at
            for at in sorted(found.tolist())
            if _gap_m(air, listed[at]) < rules.separation_vertical_m - 1e-9
        ]


def _gap_m(air: HeldAir, block: Block) -> float:
    return max(air.lower_amsl_m - block.upper_amsl_m, block.lower_amsl_m - air.upper_amsl_m)
