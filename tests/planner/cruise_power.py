"""How the power of a rotorcraft depends on its airspeed: a published curve for samples of cruises.

Zeng, Xu and Zhang (2019), "Energy minimization for wireless communication with rotary-wing UAV",
IEEE Transactions on Wireless Communications 18(4): their model of level flight, with their figures.
"""

import math
from dataclasses import replace

from planner.request.fleet import Cruise, DroneType

BLADE_W, INDUCED_W = 79.86, 88.63
"""Power of the blades' profile, and induced power, in hover."""

TIP_M_S, INDUCED_M_S = 120.0, 4.03
"""Speed of the blades' tips, and of the air through the rotor in hover."""

PARASITE_W = 0.5 * 0.6 * 1.225 * 0.05 * 0.503
"""Power of the body's drag at 1 m/s: half of drag ratio, density, solidity and disc area."""


def level_w(airspeed_m_s: float) -> float:
    """Return the power of their craft in level flight."""
    blade = BLADE_W * (1 + 3 * airspeed_m_s**2 / TIP_M_S**2)
    square = airspeed_m_s**2 / (2 * INDUCED_M_S**2)
    induced = INDUCED_W * math.sqrt(math.sqrt(1 + square**2) - square)
    return blade + induced + PARASITE_W * airspeed_m_s**3


FARTHEST_M_S = 18.3
"""Airspeed at which their craft flies farthest on its battery."""


def with_cruises(kind: DroneType, *shares: float) -> DroneType:
    """Return a type that can also cruise at shares of its own airspeed.

    Its own is taken for that at which it flies farthest, so that each share of it takes the share
    of power that it takes of their craft.
    """
    own_w = level_w(FARTHEST_M_S)
    return replace(
        kind,
        cruises=tuple(
            Cruise(
                airspeed_m_s=round(kind.airspeed_m_s * share, 3),
                power_share=round(level_w(FARTHEST_M_S * share) / own_w, 4),
            )
            for share in shares
        ),
    )
