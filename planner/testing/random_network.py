"""Small random networks and days, full of closures and changing wind, for searches to lose at.

Two rows of two or three waypoints, north (SZ) and south (HK) of the boundary y = 0, sites beyond:

    SZ-V1   SZ-C1   SZ-C2   SZ-V2
    SZ-W0   SZ-W1   SZ-W2                 each linked to some of its neighbours at random
    ------- boundary ------------
    HK-W0   HK-W1   HK-W2
    HK-V1   HK-C1   HK-J    HK-V2

Legs take two to six minutes and everything opens and closes within the hour and a half from 08:00.
"""

from dataclasses import replace
from itertools import combinations
from random import Random
from typing import Literal

import shapely

from geodata.features import (
    Boundary,
    Checkpoint,
    Corridor,
    Feature,
    Lane,
    Side,
    SpotHeight,
    Vertiport,
    Waypoint,
    Zone,
)
from geodata.network import Network
from planner.request.fleet import DroneType, Rules
from planner.request.request import Request
from planner.request.weather import Weather, Wind
from planner.testing.day import TYPE, at, clock, drone, request, second, weather
from planner.testing.layout import ALL_GOODS, INFO, box, line, point, said

BEGIN_S = second("08:00")
END_S = second("09:30")
COLUMNS_M = {2: (-500.0, 500.0), 3: (-900.0, 0.0, 900.0)}
"""Where waypoints stand, by how many there are on each side."""
SITE_COLUMNS_M = (-1000.0, -300.0, 300.0, 1000.0)
SITES: dict[Side, tuple[str, ...]] = {
    "SZ": ("SZ-V1", "SZ-C1", "SZ-C2", "SZ-V2"),
    "HK": ("HK-V1", "HK-C1", "HK-J", "HK-V2"),
}
VERTIPORTS = ("SZ-V1", "SZ-V2", "HK-V1", "HK-V2")


def random_network(draw: Random, columns: Literal[2, 3] = 3) -> Network:
    """Return a network drawn at random; it need not pass the network's checks."""
    at_m = _positions(draw, columns)
    features: dict[str, dict[Feature, shapely.Geometry]] = {
        "boundary": {
            Boundary(**said("BOUNDARY"), left_side="SZ", right_side="HK"): line(
                (-3000, 0), (3000, 0)
            )
        },
        "vertiports": {},
        "checkpoints": {},
        "waypoints": {},
        "corridors": {},
        "zones": {},
        "spot_heights": {
            SpotHeight(**said("SPOT"), ground_amsl_m=5.0, margin_m=2.0): point(0, 1500)
        },
    }
    for place, xy in at_m.items():
        layer, feature = _place(draw, place)
        features[layer][feature] = point(*xy)
    for number, (start, end) in enumerate(_links(draw, columns)):
        corridor = _corridor(draw, f"K{number}", start, end)
        features["corridors"][corridor] = line(at_m[start], at_m[end])
    for number in range(draw.randrange(3)):
        west, south = draw.uniform(-1100, 700), draw.uniform(-900, 500)
        zone = _zone(f"Z{number}", random_hours(draw))
        features["zones"][zone] = box(west, south, west + 400, south + 400)
    return Network(
        info=INFO,
        features={
            layer: tuple(sorted(shapes, key=lambda each: each.id))
            for layer, shapes in features.items()
        },
        lonlat={each.id: shape for shapes in features.values() for each, shape in shapes.items()},
    )


def random_day(draw: Random) -> Request:
    """Return a request of one or two drone types in changing wind, without orders."""
    kinds = [random_type(draw, "T")]
    if draw.random() < 0.5:
        kinds.append(random_type(draw, "U"))
    return request(
        drones=tuple(drone(f"D-{kind.id}", type=kind.id) for kind in kinds),
        weather=random_weather(draw),
        types=tuple(kinds),
        rules=Rules(
            max_wait_s=draw.choice((0, 60, 150)),
            block_length_m=draw.choice((250.0, 1000.0)),
            reserve_fraction=draw.choice((0.2, 0.4)),
        ),
    )


def random_type(draw: Random, name: str) -> DroneType:
    """Return a drone type; its battery at times too small."""
    return replace(
        TYPE,
        id=name,
        airspeed_m_s=draw.choice((9.7, 14.0, 21.3)),
        battery_wh=draw.choice((700.0, 3000.0)),
        wind_limit_m_s=draw.choice((8.0, 12.0)),
    )


def random_weather(draw: Random) -> Weather:
    """Return winds in two height bands that change at odd seconds, and at times a warning."""
    winds = []
    for lower, upper in ((-50.0, 75.0), (75.0, 3000.0)):
        since = BEGIN_S
        while since < END_S:
            until = since + draw.randrange(97, 1800)
            winds.append(
                Wind(
                    since=at(clock(since)),
                    until=at(clock(until)),
                    lower_amsl_m=lower,
                    upper_amsl_m=upper,
                    from_degrees=draw.uniform(0, 359),
                    speed_m_s=draw.choice((0.0, 3.0, 6.5, 7.5, 9.0)),
                )
            )
            since = until
    if draw.random() < 0.8:
        return weather(*winds)
    since = draw.randrange(BEGIN_S, END_S)
    until = since + draw.randrange(60, 900)
    return weather(*winds, warnings=(("thunderstorm", clock(since), clock(until)),))


def random_hours(draw: Random) -> str:
    """Return opening hours that begin and end some times within the hour and a half."""
    minutes = sorted(draw.sample(range(BEGIN_S // 60, END_S // 60), draw.choice((1, 2, 2, 2, 4))))
    spans, since = [], "00:00"
    for number, minute in enumerate(minutes):
        if number % 2 == 0:
            spans.append(f"{since}-{clock(60 * minute)[:5]}")
        since = clock(60 * minute)[:5]
    if len(minutes) % 2 == 0:
        spans.append(f"{since}-24:00")
    return ",".join(spans)


def _hours(draw: Random, seldom: float) -> str:
    return random_hours(draw) if draw.random() < seldom else "24/7"


def _side(place: str) -> Side:
    return "SZ" if place.startswith("SZ") else "HK"


def _positions(draw: Random, columns: Literal[2, 3]) -> dict[str, tuple[float, float]]:
    found = {}
    for side, sign in (("SZ", 1), ("HK", -1)):
        for number, x in enumerate(COLUMNS_M[columns]):
            found[f"{side}-W{number}"] = (
                x + draw.uniform(-200, 200),
                sign * draw.uniform(150, 500),
            )
    for side, sites in SITES.items():
        sign = 1 if side == "SZ" else -1
        for x, site in zip(SITE_COLUMNS_M, sites, strict=True):
            found[site] = (x + draw.uniform(-100, 100), sign * draw.uniform(800, 1300))
    return found


def _place(draw: Random, place: str) -> tuple[str, Feature]:
    side = _side(place)
    if "-W" in place:
        return "waypoints", Waypoint(**said(place), side=side)
    if "-V" in place:
        return "vertiports", Vertiport(
            **said(place),
            side=side,
            pads=2,
            ground_amsl_m=draw.choice((3.0, 11.0)),
            hours=_hours(draw, 0.3),
            battery_swap=place.endswith("V1"),
        )
    return "checkpoints", Checkpoint(
        **said(place),
        side=side,
        joint=place == "HK-J",
        pads=2,
        bays=1,
        ground_amsl_m=5.0,
        hours=_hours(draw, 0.5),
        goods=ALL_GOODS,
        clearance_mode=draw.choice(("sandbox", "air-cargo")),
        diversion=True,
    )


def _links(draw: Random, columns: int) -> list[tuple[str, str]]:
    """Return pairs of places to join: sites to waypoints, waypoints to each other and across."""
    found: list[tuple[str, str]] = []
    for side, sites in SITES.items():
        ways = [f"{side}-W{number}" for number in range(columns)]
        for site in sites:
            found += [(site, way) for way in draw.sample(ways, draw.choice((1, 1, 2)))]
        found += [pair for pair in combinations(ways, 2) if draw.random() < 0.8]
    gates = [(f"SZ-W{one}", f"HK-W{two}") for one in range(columns) for two in range(columns)]
    return found + draw.sample(gates, draw.choice((1, 2, 3)))


def _corridor(draw: Random, name: str, start: str, end: str) -> Corridor:
    lanes = [
        Lane(
            id=f"{name}-{direction[0].upper()}{number}",
            direction=direction,
            height_amsl_m=draw.choice((50.0, 60.0, 80.0, 100.0)),
        )
        for direction in ("forward", "backward")
        for number in range(draw.choice((1, 1, 1, 2)))
    ]
    return Corridor(
        **said(name),
        start=start,
        end=end,
        start_side=_side(start),
        end_side=_side(end),
        width_m=30.0,
        hours=_hours(draw, 0.3),
        lanes=tuple(lanes),
    )


def _zone(name: str, schedule: str) -> Zone:
    return Zone(
        **said(name),
        kind="restricted",
        category="event",
        side="SZ",
        authority="test authority",
        lower_m=0.0,
        lower_reference="AMSL",
        upper_m=None,
        upper_reference="UNL",
        schedule=schedule,
    )
