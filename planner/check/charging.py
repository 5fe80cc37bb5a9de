"""How long a drone charges where no battery is swapped, worked out from the curve of its power."""

from dataclasses import dataclass

from geodata.features import Vertiport
from planner.request.fleet import DroneType


@dataclass(frozen=True, slots=True)
class Curve:
    """Power in W up to a charge in Wh, and from there to the full battery."""

    knee_wh: float
    full_wh: float
    below_w: float
    above_w: float

    def seconds(self, lacking_wh: float) -> float:
        """Return the time in which a battery that lacks some energy becomes full."""
        below_wh = max(0.0, self.knee_wh - (self.full_wh - lacking_wh))
        return 3600 * (below_wh / self.below_w + (lacking_wh - below_wh) / self.above_w)


def curve(kind: DroneType, base: Vertiport | None) -> Curve | None:
    """Return how drones of a type charge at a vertiport; None: their batteries are swapped."""
    if base is None or base.battery_swap or not base.chargers:
        return None
    if base.charger_kw is None or kind.charging is None:
        return None
    taken, offered_w = kind.charging, base.charger_kw * 1000
    return Curve(
        knee_wh=kind.battery_wh * taken.taper_from,
        full_wh=kind.battery_wh,
        below_w=min(taken.power_w, offered_w),
        above_w=min(taken.power_w * taken.taper_factor, offered_w),
    )
