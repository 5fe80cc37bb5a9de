"""What the shapes of a network decide, which no what-if changes: worked out once for all scenes."""

from functools import cached_property

from geodata.network import Network
from planner.air.airspace import Airspace, closing_zones, zones_of_blocks
from planner.air.block_times import BlockTimes
from planner.air.blocks import Blocks
from planner.air.heights import over_ground_m
from planner.air.lane_arcs import LaneArcs
from planner.request.fleet import DroneType
from planner.request.weather import Wind

_KINDS = ("prohibited", "restricted", "permission", "ceiling")

_Air = tuple[tuple[DroneType, ...], tuple[Wind, ...], tuple[int, ...]]


class Shapes:
    """Blocks, zones and heights of a network, and its lanes as arcs in the winds that were met."""

    def __init__(self, network: Network, blocks: Blocks) -> None:
        self.blocks = blocks
        self._network = network
        self._over_ground: dict[str, tuple[float, float]] = {}
        self._arcs: dict[_Air, LaneArcs] = {}

    @cached_property
    def entered(self) -> dict[int, frozenset[str]]:
        """Zones of any kind that share volume with a block, by the block's position."""
        found = zones_of_blocks(self._network, self.blocks, _KINDS)
        return {block: frozenset(zone.id for zone in zones) for block, zones in found.items()}

    @cached_property
    def closing(self) -> dict[int, tuple[str, ...]]:
        """Zones that close a block while they are active, by the block's position."""
        return closing_zones(self._network, self.blocks)

    def over_ground_m(self, lane: str) -> tuple[float, float]:
        """Return the least and greatest height of a lane over the ground, m."""
        if lane not in self._over_ground:
            self._over_ground[lane] = over_ground_m(self._network, lane)
        return self._over_ground[lane]

    def arcs(self, airspace: Airspace) -> LaneArcs:
        """Return the arcs of an airspace over these blocks, whatever its hours."""
        request = airspace.request
        key = request.fleet.types, request.weather.winds, airspace.wind_steps
        if key not in self._arcs:
            self._arcs[key] = LaneArcs(BlockTimes(airspace))
        return self._arcs[key]
