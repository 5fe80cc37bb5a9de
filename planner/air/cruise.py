"""The cruises of a drone type: a type of its own each, that flies as fast and takes as much power.

A sortie is flown at one cruise from its first take-off to its last landing (docs/model.md).
"""

from collections.abc import Iterator
from dataclasses import replace

from planner.request.fleet import DroneType

_AT = "@"
"""Stands in no id of a type."""


def cruising(kind: DroneType) -> Iterator[DroneType]:
    """Yield a type as it flies at each of its cruises, its own first, under ids that no type has.

    At another cruise it takes its power times `Cruise.power_share`, in W, with any load.
    """
    yield kind
    for cruise in kind.cruises:
        yield replace(
            kind,
            id=f"{kind.id}{_AT}{cruise.airspeed_m_s!r}",
            airspeed_m_s=cruise.airspeed_m_s,
            base_power_w=kind.base_power_w * cruise.power_share,
            power_coefficient_w_per_kg15=kind.power_coefficient_w_per_kg15 * cruise.power_share,
            cruises=(),
        )


def type_id(kind: DroneType) -> str:
    """Return the id of the type that flies as `kind` at one of its cruises."""
    return type_id_of(kind.id)


def type_id_of(kind_id: str) -> str:
    """Return the same from the id of the type at a cruise."""
    return kind_id.partition(_AT)[0]
