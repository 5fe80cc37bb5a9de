"""The fleet of one day: drone types and drones, what the operator holds, prices and rules.

Instants are timezone-aware; masses kg, volumes litres, energies Wh, speeds m/s, heights m. The same
classes give the JSON Schema (`hetao schema fleet`).
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, TypeAdapter

from geodata.features import GoodsClass, Side
from planner.records import STRICT, Key
from planner.request.order import Priority


@dataclass(frozen=True, kw_only=True, slots=True)
class Charging:
    """How a battery is charged in the drone: at a constant power, less towards the end."""

    __pydantic_config__ = STRICT

    power_w: Annotated[float, Field(gt=0, le=500_000, description="power that it takes, W")]
    taper_from: Annotated[
        float, Field(ge=0, le=1, description="share of a full battery from which it takes less")
    ] = 1
    taper_factor: Annotated[
        float, Field(gt=0, le=1, description="share of power_w that it takes from there on")
    ] = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Cruise:
    """Another airspeed at which drones of a type can fly a sortie, and the power that takes."""

    __pydantic_config__ = STRICT

    airspeed_m_s: Annotated[float, Field(gt=0, le=60, description="cruise airspeed, m/s")]
    power_share: Annotated[
        float,
        Field(
            gt=0,
            le=10,
            description="mean power of a flight at it over that at the type's own airspeed, "
            "as measured",
        ),
    ]


@dataclass(frozen=True, kw_only=True, slots=True)
class DroneType:
    """What drones of a type can do. Power follows `planner.energy`."""

    __pydantic_config__ = STRICT

    id: Key
    name: Annotated[str, Field(min_length=1, description="as a person calls it")]
    source: Annotated[str, Field(min_length=1, description="where the figures come from")]
    estimated: Annotated[
        tuple[str, ...], Field(description="fields that nobody has published and are estimates")
    ] = ()
    empty_mass_kg: Annotated[float, Field(gt=0, le=1000, description="kg, battery included")]
    payload_kg: Annotated[float, Field(gt=0, le=500, description="greatest payload, kg")]
    volume_l: Annotated[float, Field(gt=0, le=5000, description="cargo box, litres")]
    battery_wh: Annotated[float, Field(gt=0, le=100_000, description="full battery, Wh")]
    power_coefficient_w_per_kg15: Annotated[
        float, Field(gt=0, le=1000, description="k in P = base_power_w + k m^1.5, W/kg^1.5")
    ]
    base_power_w: Annotated[float, Field(ge=0, le=10_000, description="electronics, W")] = 0
    climb_efficiency: Annotated[
        float, Field(gt=0, le=1, description="share of battery power that becomes height")
    ] = 0.7
    airspeed_m_s: Annotated[float, Field(gt=0, le=60, description="cruise airspeed, m/s")]
    climb_m_s: Annotated[float, Field(gt=0, le=15, description="climbing speed, m/s")]
    descent_m_s: Annotated[float, Field(gt=0, le=15, description="sinking speed, m/s")]
    takeoff_s: Annotated[int, Field(ge=0, le=120, description="hover before climbing, s")] = 5
    landing_s: Annotated[int, Field(ge=0, le=120, description="hover before touch-down, s")] = 10
    wind_limit_m_s: Annotated[float, Field(gt=0, le=40, description="greatest mean wind, m/s")]
    preflight_s: Annotated[int, Field(ge=0, le=3600, description="checks before a sortie, s")] = 60
    swap_s: Annotated[int, Field(ge=0, le=7200, description="battery swap after a sortie, s")]
    charging: Annotated[
        Charging | None, Field(description="how it is charged; null: batteries are swapped only")
    ] = None
    cruises: Annotated[
        tuple[Cruise, ...],
        Field(description="other cruises that a sortie may choose, each of another airspeed"),
    ] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Drone:
    """One aircraft of the fleet."""

    __pydantic_config__ = STRICT

    id: Key
    type: Annotated[str, Field(min_length=1, description="id of its type")]
    base: Annotated[
        str, Field(min_length=1, description="vertiport with battery swap, or with chargers")
    ]
    available_from: Annotated[AwareDatetime, Field(description="its first preflight may start")]
    available_until: Annotated[
        AwareDatetime, Field(description="its last swap or charge must have ended")
    ]
    ends_at: Annotated[
        str | None,
        Field(min_length=1, description="vertiport where it ends its day; null: at its base"),
    ] = None
    charge: Annotated[float, Field(ge=0, le=1, description="share of a full battery at start")] = 1
    registered: Annotated[
        tuple[Side, ...], Field(min_length=1, description="sides where it is registered")
    ]
    goods: Annotated[
        tuple[GoodsClass, ...], Field(min_length=1, description="goods classes it may carry")
    ]


@dataclass(frozen=True, kw_only=True, slots=True)
class Permission:
    """A flight permission, certificate or insurance that the operator holds or has filed."""

    __pydantic_config__ = STRICT

    side: Annotated[Side, Field(description="side whose authority gave it")]
    kind: Annotated[str, Field(min_length=1, description="kind of the permission rules")]
    reference: Annotated[str, Field(min_length=1, description="number or name on the document")]
    filed_at: Annotated[AwareDatetime | None, Field(description="when it was applied for")] = None
    valid_from: Annotated[AwareDatetime | None, Field(description="null: always was")] = None
    valid_until: Annotated[AwareDatetime | None, Field(description="null: has no end")] = None
    amount_hkd: Annotated[int | None, Field(ge=0, description="sum insured, HKD")] = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Prices:
    """What a plan costs, in integer cents of the operator's currency."""

    __pydantic_config__ = STRICT

    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$", description="ISO 4217")] = "HKD"
    drone_minute_cents: Annotated[
        int, Field(ge=0, le=10**6, description="each minute of a sortie, until ready again, cents")
    ] = 250
    energy_kwh_cents: Annotated[int, Field(ge=0, le=10**6, description="each kWh flown, cents")] = (
        150
    )
    drone_day_cents: Annotated[
        int, Field(ge=0, le=10**8, description="each drone that flies on the day, cents")
    ] = 5_000
    late_minute_cents: Annotated[
        Mapping[Priority, Annotated[int, Field(ge=0, le=10**6)]],
        Field(description="each minute after due, cents by priority (100, 300, 1000)"),
    ] = field(default_factory=lambda: {"standard": 100, "express": 300, "emergency": 1_000})
    unserved_cents: Annotated[
        Mapping[Priority, Annotated[int, Field(ge=0, le=10**8)]],
        Field(description="each order left out, cents by priority (30000, 60000, 200000)"),
    ] = field(default_factory=lambda: {"standard": 30_000, "express": 60_000, "emergency": 200_000})


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """Operating rules that the operator sets within the law."""

    __pydantic_config__ = STRICT

    max_orders_per_sortie: Annotated[
        int, Field(ge=1, le=10, description="orders that a sortie carries, all told")
    ] = 2
    max_wait_s: Annotated[
        int, Field(ge=0, le=7200, description="at a stop beyond its events, away from base, s")
    ] = 600
    max_late_s: Annotated[int, Field(ge=0, le=14_400, description="later is not served, s")] = 1800
    reserve_fraction: Annotated[
        float, Field(ge=0, lt=1, description="of a full battery, kept at every landing")
    ] = 0.2
    separation_lateral_m: Annotated[
        float, Field(ge=0, le=500, description="least distance of blocks in plan, m")
    ] = 30
    separation_vertical_m: Annotated[
        float, Field(ge=0, le=200, description="least distance of blocks in height, m")
    ] = 15
    time_buffer_s: Annotated[
        int, Field(ge=0, le=120, description="least time between holds of conflicting blocks, s")
    ] = 5
    block_length_m: Annotated[
        float, Field(ge=50, le=1000, description="longest block of a lane, m")
    ] = 250
    other_ways: Annotated[
        int, Field(ge=0, le=5, description="looked at where the quickest way of a leg is taken")
    ] = 4
    segregated: Annotated[
        tuple[tuple[GoodsClass, GoodsClass], ...],
        Field(description="pairs of goods classes that may not share a sortie"),
    ] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Fleet:
    """`fleet.yaml`: the day, the aircraft, what the operator holds, prices and rules."""

    __pydantic_config__ = STRICT

    schema_version: Annotated[Literal["1"], Field(description="version of this format")]
    day: Annotated[dt.date, Field(description="local day that is planned")]
    planned_at: Annotated[
        AwareDatetime, Field(description="when the plan is made; deadlines count from it")
    ]
    types: Annotated[tuple[DroneType, ...], Field(min_length=1, description="drone types")]
    drones: Annotated[tuple[Drone, ...], Field(description="the aircraft")]
    permissions: Annotated[tuple[Permission, ...], Field(description="held or filed")] = ()
    prices: Annotated[Prices, Field(description="what a plan costs")] = field(
        default_factory=Prices
    )
    rules: Annotated[Rules, Field(description="operating rules")] = field(default_factory=Rules)


FLEET = TypeAdapter(Fleet)
