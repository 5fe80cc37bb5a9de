"""Battery power and energy of multirotors (docs/model.md gives the sources)."""

import math

from planner.request.fleet import DroneType

GRAVITY_M_S2 = 9.80665


def cruise_power_w(kind: DroneType, payload_kg: float) -> float:
    """Return battery power in W with a payload.

    Hover power of momentum theory grows with mass to the power 3/2; Dorling et al. (2017),
    "Vehicle Routing Problems for Drone Delivery", IEEE Trans. SMC: Systems 47(1).
    """
    mass_kg = kind.empty_mass_kg + payload_kg
    return kind.base_power_w + kind.power_coefficient_w_per_kg15 * math.pow(mass_kg, 1.5)


def leg_energy_wh(kind: DroneType, payload_kg: float, airborne_s: float, climbed_m: float) -> float:
    """Return the energy of a leg: power over its duration, and the work of lifting."""
    mass_kg = kind.empty_mass_kg + payload_kg
    lift_j = mass_kg * GRAVITY_M_S2 * climbed_m / kind.climb_efficiency
    return (cruise_power_w(kind, payload_kg) * airborne_s + lift_j) / 3600


def hover_coefficient(rotor_area_m2: float, rotors: int, density_kg_m3: float) -> float:
    """Return k in P = k m^1.5, W/kg^1.5, of ideal rotors: sqrt(g^3 / (2 rho s h)), g = 9.81.

    Leishman (2006), "Principles of Helicopter Aerodynamics", section 2.3, as used by Cheng,
    Adulyasak and Rousseau (2020), "Drone routing with energy function".
    """
    return float((9.81**3 / (2 * density_kg_m3 * rotor_area_m2 * rotors)) ** 0.5)
