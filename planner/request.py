"""A request: orders, fleet and weather of one day, as they are inside the planner.

Instants are timezone-aware; masses kg, volumes litres, energies Wh, speeds m/s, heights m AMSL.
The same classes give the JSON Schemas (`hetao schema orders|fleet|weather`).
"""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, ConfigDict, Field, TypeAdapter

from geodata.features import GoodsClass, Side
from planner.held import FREE, HELD, Held

Priority = Literal["standard", "express", "emergency"]
Key = Annotated[
    str,
    Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$", description="unique among its kind"),
]
_STRICT = ConfigDict(extra="forbid", allow_inf_nan=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Declaration:
    """A customs document lodged for an order."""

    __pydantic_config__ = _STRICT

    document: Annotated[str, Field(min_length=1, description="document code of the customs rules")]
    lodged_at: Annotated[AwareDatetime, Field(description="when it was, or will be, lodged")]


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """Goods from one vertiport to another."""

    __pydantic_config__ = _STRICT

    id: Key
    origin: Annotated[str, Field(min_length=1, description="vertiport where it is loaded")]
    destination: Annotated[
        str, Field(min_length=1, description="vertiport where it is handed over")
    ]
    mass_kg: Annotated[float, Field(gt=0, le=1000, description="kg, packed")]
    volume_l: Annotated[float, Field(gt=0, le=5000, description="litres, packed")]
    goods: Annotated[GoodsClass, Field(description="goods class")]
    ready: Annotated[AwareDatetime, Field(description="loading may start")]
    due: Annotated[AwareDatetime, Field(description="handed over at the latest, later is late")]
    load_s: Annotated[int, Field(ge=0, le=3600, description="loading time, s")] = 60
    unload_s: Annotated[int, Field(ge=0, le=3600, description="unloading time, s")] = 60
    priority: Annotated[Priority, Field(description="prices lateness and leaving it out")] = (
        "standard"
    )
    sealed: Annotated[bool, Field(description="in a sealed and pre-declared box")] = False
    declarations: Annotated[
        tuple[Declaration, ...], Field(description="customs documents lodged")
    ] = ()
    max_under_way_s: Annotated[
        int | None, Field(ge=1, le=86_400, description="longest time from loaded to handed over, s")
    ] = None
    box: Annotated[
        Key | None,
        Field(description="orders of one box ride in one sortie, all or none; null: in none"),
    ] = None
    not_with: Annotated[
        tuple[str, ...], Field(description="orders that it may not share a sortie with, by id")
    ] = ()
    after: Annotated[
        str | None,
        Field(description="order that must have been handed over before this one is loaded, by id"),
    ] = None
    after_s: Annotated[
        int, Field(ge=0, le=86_400, description="least time from that hand-over to loading, s")
    ] = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Charging:
    """How a battery is charged in the drone: at a constant power, less towards the end."""

    __pydantic_config__ = _STRICT

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

    __pydantic_config__ = _STRICT

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

    __pydantic_config__ = _STRICT

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

    __pydantic_config__ = _STRICT

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

    __pydantic_config__ = _STRICT

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

    __pydantic_config__ = _STRICT

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

    __pydantic_config__ = _STRICT

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

    __pydantic_config__ = _STRICT

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


@dataclass(frozen=True, kw_only=True, slots=True)
class Wind:
    """Mean wind in one height band for a stretch of time."""

    __pydantic_config__ = _STRICT

    since: Annotated[AwareDatetime, Field(description="it holds from here")]
    until: Annotated[AwareDatetime, Field(description="to just before here")]
    lower_amsl_m: Annotated[float, Field(ge=-50, le=3000, description="bottom of the band, m AMSL")]
    upper_amsl_m: Annotated[
        float, Field(ge=-50, le=3000, description="its top, not included, m AMSL")
    ]
    from_degrees: Annotated[float, Field(ge=0, lt=360, description="where it blows from, true")]
    speed_m_s: Annotated[float, Field(ge=0, le=80, description="mean speed, m/s")]


WarningKind = Literal["T1", "T3", "T8", "T9", "T10", "amber", "red", "black", "thunderstorm"]


@dataclass(frozen=True, kw_only=True, slots=True)
class WeatherWarning:
    """A weather warning in force."""

    __pydantic_config__ = _STRICT

    kind: Annotated[
        WarningKind, Field(description="tropical cyclone signal, rainstorm warning, thunderstorm")
    ]
    since: Annotated[AwareDatetime, Field(description="in force from here")]
    until: Annotated[AwareDatetime, Field(description="to just before here")]


@dataclass(frozen=True, kw_only=True, slots=True)
class Weather:
    """`weather.json`: calm where no wind is given, no warning where none is given."""

    __pydantic_config__ = _STRICT

    schema_version: Annotated[Literal["1"], Field(description="version of this format")]
    source: Annotated[str, Field(min_length=1, description="whose observation or forecast")]
    winds: Annotated[tuple[Wind, ...], Field(description="calm where none holds")] = ()
    warnings: Annotated[tuple[WeatherWarning, ...], Field(description="warnings in force")] = ()
    stop_warnings: Annotated[
        tuple[WarningKind, ...],
        Field(description="warnings that stop flying: an operator's policy, no published rule"),
    ] = ("T3", "T8", "T9", "T10", "amber", "red", "black", "thunderstorm")


CALM = Weather(schema_version="1", source="none given: calm")


@dataclass(frozen=True)
class Request:
    """Everything that a plan answers."""

    orders: tuple[Order, ...]
    fleet: Fleet
    weather: Weather = CALM
    held: Held = FREE

    def __getstate__(self) -> dict[str, object]:
        """Return what it is made of, for another process; what was worked out of it stays here."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    @cached_property
    def orders_by_id(self) -> Mapping[str, Order]:
        """Orders by id."""
        return MappingProxyType({order.id: order for order in self.orders})

    @cached_property
    def drones(self) -> Mapping[str, Drone]:
        """Drones by id."""
        return MappingProxyType({drone.id: drone for drone in self.fleet.drones})

    @cached_property
    def types(self) -> Mapping[str, DroneType]:
        """Drone types by id."""
        return MappingProxyType({kind.id: kind for kind in self.fleet.types})

    @cached_property
    def hash(self) -> str:
        """SHA-256 over the canonical content; orders and drones count in order of id."""
        content = {
            "orders": without_later(
                ORDERS.dump_python(
                    tuple(sorted(self.orders, key=lambda order: order.id)), mode="json"
                )
            ),
            "fleet": without_later(FLEET.dump_python(self.fleet, mode="json")),
            "weather": WEATHER.dump_python(self.weather, mode="json"),
        }
        if self.held != FREE:
            content["held"] = HELD.dump_python(self.held, mode="json")
        text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


LATER: Mapping[str, object] = MappingProxyType(
    {
        "charging": None,
        "box": None,
        "not_with": [],
        "segregated": [],
        "after": None,
        "after_s": 0,
        "ends_at": None,
        "other_ways": 4,
        "cruises": [],
    }
)
"""Fields that came after the first plans, with what stands where they are not said."""


def without_later(value: Any) -> Any:
    """Return a JSON value without later fields that say no more than their being left out.

    So requests that do without them are written, and hashed, as before.
    """
    if isinstance(value, dict):
        return {
            name: without_later(each)
            for name, each in value.items()
            if name not in LATER or each != LATER[name]
        }
    return [without_later(each) for each in value] if isinstance(value, list) else value


ORDERS = TypeAdapter(tuple[Order, ...])
FLEET = TypeAdapter(Fleet)
WEATHER = TypeAdapter(Weather)
