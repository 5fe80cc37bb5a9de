"""What is asked of a network's capacity: flights between which vertiports, of which goods."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from geodata.features import GoodsClass, Side
from geodata.network import Network

MIX: Mapping[GoodsClass, float] = MappingProxyType(
    {"document": 0.2, "general": 0.3, "bonded": 0.15, "research": 0.2, "biological": 0.15}
)
"""Shares of goods classes if none are given: those of the shipped sample day."""


@dataclass(frozen=True, slots=True)
class CapacityQuestion:
    """Flights between which vertiports, of which goods, and whether empty drones fly back.

    `shares` of goods classes add up to 1; each flight carries `mass_kg`, sealed and declared in
    time. All origins are on one side, all destinations on the other.
    """

    origins: tuple[str, ...]
    destinations: tuple[str, ...]
    shares: Mapping[GoodsClass, float]
    mass_kg: float = 1.0
    returns: bool = True


def park_vertiports(network: Network, side: Side) -> tuple[str, ...]:
    """Return the vertiports within the parks of a side, sorted."""
    areas = [network.metric[park.id] for park in network.parks.values() if park.side == side]
    return tuple(
        sorted(
            name
            for name, vertiport in network.vertiports.items()
            if vertiport.side == side and any(area.covers(network.metric[name]) for area in areas)
        )
    )
