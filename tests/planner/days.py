"""Small days to plan on the small network: orders, drones and weather, by hand or at random.

Everything lies on one day; instants are given as clock times "HH:MM" or "HH:MM:SS".
"""

import datetime as dt
from dataclasses import replace
from random import Random
from typing import Any

from geodata.features import GoodsClass, Side
from geodata.network import Network
from planner.airspace import Airspace
from planner.dispatch import Step, Tour
from planner.instance import Instance
from planner.request import (
    CALM,
    Declaration,
    Drone,
    DroneType,
    Fleet,
    Order,
    Permission,
    Request,
    Rules,
    WarningKind,
    Weather,
    WeatherWarning,
    Wind,
)
from planner.rulebook import Rulebook, shipped_rulebook
from planner.solve import SolveOptions
from tests.geodata.small import ALL_GOODS, small_network

ZONE = dt.timezone(dt.timedelta(hours=8))
DAY = dt.date(2026, 12, 1)
EVE = DAY - dt.timedelta(days=1)
BASES = ("SZ-V1", "HK-V1")
"""Vertiports of the small network with battery swap."""

QUICK = SolveOptions(time_limit_s=2.0, seed=1, workers=1, deterministic=True)


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


def instance(
    asked: Request, network: Network | None = None, rulebook: Rulebook | None = None
) -> Instance:
    """Return a request compiled on the small network under the shipped rules."""
    return Instance(Airspace(network or small_network(), asked), rulebook or shipped_rulebook())


def delivery(*jobs: int, squad: int = 0) -> Tour:
    """Return the tour that loads and unloads jobs, one after the other."""
    return Tour(squad, tuple(Step(job, load) for job in jobs for load in (True, False)))


def round_of(*jobs: int, squad: int = 0) -> Tour:
    """Return the tour that loads all jobs, then unloads them in the same order."""
    return Tour(squad, tuple(Step(job, load) for load in (True, False) for job in jobs))


def random_order(draw: Random, number: int) -> Order:
    """Return an order between any two vertiports at any time of a working day."""
    origin, destination = draw.sample(["SZ-V1", "SZ-V2", "HK-V1", "HK-V2"], 2)
    ready = draw.randrange(second("08:00"), second("11:30"), 60)
    open_s = draw.randrange(900, 5400, 60)
    goods: GoodsClass = draw.choice(("document", "general", "bonded", "biological"))
    return order(
        f"O-{number}",
        origin,
        destination,
        goods=goods,
        mass_kg=round(draw.uniform(0.5, 6.0), 2),
        volume_l=round(draw.uniform(1.0, 35.0), 1),
        ready=at(clock(ready)),
        due=at(clock(ready + open_s)),
        load_s=draw.choice((0, 30, 60, 240)),
        unload_s=draw.choice((0, 30, 60, 240)),
        priority=draw.choice(("standard", "express", "emergency")),
        sealed=draw.random() < 0.5,
        declarations=papers(goods, clock(ready - draw.randrange(0, 3600, 60))),
        max_under_way_s=draw.choice((None, None, 1500, 2700)),
    )


def random_weather(draw: Random) -> Weather:
    """Return winds that change and go past the test type's limit, and at times a warning."""
    winds, since = [], second("06:00")
    while since < second("14:00"):
        until = since + draw.randrange(300, 5400, 60)
        speed_m_s = draw.choice((0.0, 3.0, 8.0, 11.5, 13.0))
        winds.append(wind(clock(since), clock(until), speed_m_s, draw.uniform(0, 359)))
        since = until
    warnings: tuple[tuple[WarningKind, str, str], ...] = ()
    if draw.random() < 0.4:
        since = draw.randrange(second("08:00"), second("12:00"), 60)
        until = since + draw.randrange(300, 3600, 60)
        warnings = (("thunderstorm", clock(since), clock(until)),)
    return weather(*winds, warnings=warnings)


def random_drone(draw: Random, number: int) -> Drone:
    """Return a drone of the test type, one in ten registered on its own side only."""
    base = draw.choice(BASES)
    home: Side = "SZ" if base.startswith("SZ") else "HK"
    return drone(
        f"D-{number}",
        base,
        available_from=at(draw.choice(("07:00", "08:17"))),
        available_until=at(draw.choice(("12:00", "20:00"))),
        charge=draw.choice((1.0, 0.5)),
        registered=(home,) if draw.random() < 0.1 else ("SZ", "HK"),
    )


def random_request(draw: Random, orders: int, drones: int, **rules: Any) -> Request:
    """Return a small day drawn at random."""
    return request(
        *(random_order(draw, number) for number in range(orders)),
        drones=tuple(random_drone(draw, number) for number in range(drones)),
        weather=random_weather(draw) if draw.random() < 0.7 else CALM,
        types=(replace(TYPE, battery_wh=draw.choice((500.0, 1000.0, 3000.0))),),
        rules=Rules(**rules),
    )
