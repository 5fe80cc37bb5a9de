"""Small days drawn at random, and requests compiled on the small network."""

from dataclasses import replace
from random import Random
from typing import Any

from geodata.features import GoodsClass, Side
from geodata.network import Network
from planner.air.airspace import Airspace
from planner.day.instance import Instance
from planner.day.tour import Step, Tour
from planner.request.fleet import Drone, Prices, Rules
from planner.request.order import Order
from planner.request.request import Request
from planner.request.weather import CALM, WarningKind, Weather
from planner.rules.rulebook import Rulebook, shipped_rulebook
from planner.solve_options import SolveOptions
from planner.testing.day import (
    TYPE,
    at,
    clock,
    drone,
    order,
    papers,
    request,
    second,
    weather,
    wind,
)
from tests.geodata.small import small_network

BASES = ("SZ-V1", "HK-V1")
"""Vertiports of the small network with battery swap."""

QUICK = SolveOptions(time_limit_s=2.0, seed=1, workers=1, deterministic=True)


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


def priced(draw: Random, asked: Request) -> Request:
    """Return a request with prices at which orders may be left out and days may be free."""
    prices = Prices(
        drone_minute_cents=draw.choice((250, 100, 0)),
        energy_kwh_cents=draw.choice((150, 20_000)),
        drone_day_cents=draw.choice((0, 5_000, 20_000)),
        unserved_cents={
            "standard": draw.choice((3_000, 30_000)),
            "express": draw.choice((4_000, 60_000)),
            "emergency": 200_000,
        },
    )
    return replace(asked, fleet=replace(asked.fleet, prices=prices))
