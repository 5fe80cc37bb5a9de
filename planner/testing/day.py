"""Orders, drones, permissions and weather of one made-up day, by hand.

Instants are given as clock times "HH:MM" or "HH:MM:SS".
"""

import datetime as dt
from typing import Any

from geodata.features import GoodsClass
from planner.request.fleet import Drone, DroneType, Fleet, Permission, Rules
from planner.request.order import Declaration, Order
from planner.request.request import Request
from planner.request.weather import CALM, WarningKind, Weather, WeatherWarning, Wind
from planner.rules.rulebook import shipped_rulebook
from planner.testing.layout import ALL_GOODS

ZONE = dt.timezone(dt.timedelta(hours=8))
DAY = dt.date(2026, 12, 1)
EVE = DAY - dt.timedelta(days=1)


def at(clock: str, day: dt.date = DAY) -> dt.datetime:
    """Return the instant of a clock time of the day."""
    return dt.datetime.combine(day, dt.time.fromisoformat(clock), ZONE)


def second(clock: str) -> int:
    """Return seconds from midnight to a clock time."""
    return int((at(clock) - at("00:00")).total_seconds())


def clock(seconds: int) -> str:
    """Return the clock time so many seconds after midnight."""
    return (at("00:00") + dt.timedelta(seconds=seconds)).time().isoformat()


TYPE = DroneType(
    id="T",
    name="Test type",
    source="made up for tests",
    empty_mass_kg=20.0,
    payload_kg=10.0,
    volume_l=60.0,
    battery_wh=3000.0,
    power_coefficient_w_per_kg15=20.0,
    airspeed_m_s=14.0,
    climb_m_s=4.0,
    descent_m_s=3.0,
    wind_limit_m_s=12.0,
    swap_s=180,
)
HELD = (
    Permission(side="SZ", kind="operating_certificate", reference="1"),
    Permission(side="SZ", kind="liability_insurance", reference="2"),
    Permission(side="SZ", kind="nationality_registration", reference="3"),
    Permission(side="SZ", kind="standing_approval", reference="4"),
    Permission(side="HK", kind="advanced_operations", reference="5"),
    Permission(side="HK", kind="liability_insurance", reference="6", amount_hkd=10_000_000),
)


def papers(goods: GoodsClass, lodged: str = "06:00", day: dt.date = DAY) -> tuple[Declaration, ...]:
    """Return every document that the shipped rules ask for, whichever way the goods go."""
    requires = shipped_rulebook().customs.goods[goods].requires
    return tuple(
        Declaration(document=name, lodged_at=at(lodged, day))
        for name in sorted({each.document for each in requires})
    )


def order(
    order_id: str = "O-1", origin: str = "SZ-V1", destination: str = "SZ-V2", **fields: Any
) -> Order:
    """Return an order of 3 kg of general goods, 08:00 to 12:00, every document lodged."""
    goods = fields.pop("goods", "general")
    known: dict[str, Any] = {
        "mass_kg": 3.0,
        "volume_l": 10.0,
        "ready": at("08:00"),
        "due": at("12:00"),
        "sealed": True,
        "declarations": papers(goods),
    }
    return Order(
        id=order_id, origin=origin, destination=destination, goods=goods, **(known | fields)
    )


def drone(drone_id: str = "D-1", base: str = "SZ-V1", **fields: Any) -> Drone:
    """Return a drone of the test type that may do everything from 07:00 to 20:00."""
    known: dict[str, Any] = {
        "type": "T",
        "available_from": at("07:00"),
        "available_until": at("20:00"),
        "registered": ("SZ", "HK"),
        "goods": ALL_GOODS,
    }
    return Drone(id=drone_id, base=base, **(known | fields))


def request(
    *orders: Order,
    drones: tuple[Drone, ...] = (drone(),),
    weather: Weather = CALM,
    rules: Rules | None = None,
    **fleet: Any,
) -> Request:
    """Return a request planned at 10:00 the day before, every permission held."""
    known: dict[str, Any] = {
        "schema_version": "1",
        "day": DAY,
        "planned_at": at("10:00", EVE),
        "types": (TYPE,),
        "drones": drones,
        "permissions": HELD,
        "rules": rules or Rules(),
    }
    return Request(orders, Fleet(**(known | fleet)), weather)


def wind(since: str, until: str, speed_m_s: float, from_degrees: float = 0.0) -> Wind:
    """Return wind at every height."""
    return Wind(
        since=at(since),
        until=at(until),
        lower_amsl_m=-50.0,
        upper_amsl_m=3000.0,
        from_degrees=from_degrees,
        speed_m_s=speed_m_s,
    )


def weather(
    *winds: Wind, warnings: tuple[tuple[WarningKind, str, str], ...] = (), **fields: Any
) -> Weather:
    """Return weather of some winds, and warnings given as kind, since and until."""
    listed = tuple(
        WeatherWarning(kind=kind, since=at(since), until=at(until))
        for kind, since, until in warnings
    )
    return Weather(schema_version="1", source="made up", winds=winds, warnings=listed, **fields)
