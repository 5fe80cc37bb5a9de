"""What flies in a saturated network: slots, itineraries that fill them, and sallies."""

from dataclasses import dataclass

from geodata.features import GoodsClass
from planner.air.legs import Flight


@dataclass(frozen=True, slots=True)
class Slot:
    """A flight that comes again every period, for classes that take turns.

    A clearance lasts as long as the slowest of its classes needs.
    """

    direction: int
    checkpoints: tuple[str, ...]
    goods: tuple[GoodsClass, ...]


@dataclass(frozen=True, slots=True)
class Stop:
    """A stop at a checkpoint, and how long the clearance there takes."""

    site: str
    service_s: int


@dataclass(frozen=True, slots=True)
class Sally:
    """A flight from vertiport to vertiport, by legs with stops between them."""

    loaded: bool
    legs: tuple[Flight, ...]
    stops: tuple[Stop, ...]

    @property
    def origin(self) -> str:
        """Return the vertiport where it begins."""
        return self.legs[0].chain.origin

    @property
    def destination(self) -> str:
        """Return the vertiport where it ends."""
        return self.legs[-1].chain.destination


@dataclass(frozen=True, slots=True)
class Itinerary:
    """Sallies by the same stops: each leg in several ways through the lanes, the cheapest first."""

    loaded: bool
    legs: tuple[tuple[Flight, ...], ...]
    stops: tuple[Stop, ...]

    @property
    def kind(self) -> str:
        """Return the drone type."""
        return self.legs[0][0].kind

    @property
    def origin(self) -> str:
        """Return the vertiport where it begins."""
        return self.legs[0][0].chain.origin

    @property
    def destination(self) -> str:
        """Return the vertiport where it ends."""
        return self.legs[-1][0].chain.destination


Trip = tuple[Itinerary, ...]
"""What goes together: out and back, by one type between the same vertiports."""
