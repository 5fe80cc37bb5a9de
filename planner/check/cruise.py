"""The cruise of a sortie: one that its drone's type has, and the type as it flies then."""

from collections.abc import Iterator
from dataclasses import replace

from planner.check.day import Day
from planner.check.violation import Violation
from planner.plan.plan import Sortie
from planner.request.fleet import DroneType


def check_cruise(sortie: Sortie, day: Day) -> Iterator[Violation]:
    """Yield a breach of CRUISE; one by a drone or a type that is unknown is of another rule."""
    drone = day.request.drones.get(sortie.drone)
    kind = None if drone is None else day.request.types.get(drone.type)
    if kind is None or sortie.cruise_m_s is None:
        return
    known = [kind.airspeed_m_s, *(each.airspeed_m_s for each in kind.cruises)]
    if sortie.cruise_m_s not in known:
        yield Violation(
            "CRUISE",
            f"sortie {sortie.id}",
            f"type {kind.id} has no such cruise",
            f"{sortie.cruise_m_s:g} m/s",
            ", ".join(f"{each:g} m/s" for each in known),
        )


def at_cruise(kind: DroneType, airspeed_m_s: float | None) -> DroneType:
    """Return a type as it flies at one of its cruises, its own if none is named.

    All its power is that at its own cruise times the cruise's share. Raises StopIteration if it has
    no such cruise.
    """
    if airspeed_m_s in (None, kind.airspeed_m_s):
        return kind
    cruise = next(each for each in kind.cruises if each.airspeed_m_s == airspeed_m_s)
    share = cruise.power_share
    return replace(
        kind,
        id=f"{kind.id} at {airspeed_m_s!r} m/s",
        airspeed_m_s=cruise.airspeed_m_s,
        base_power_w=share * kind.base_power_w,
        power_coefficient_w_per_kg15=share * kind.power_coefficient_w_per_kg15,
    )
