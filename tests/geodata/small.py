"""A tiny network that keeps every rule, for tests to use and to break.

The boundary runs east along y = 0: north of it is SZ, south of it HK. Everything is laid out in
plain metres east and north of a point in the Loop, then projected back to lon/lat.

    SZ-V1 --- SZ-WA ------- SZ-WB --- SZ-V2        SZ-C1 joins SZ-WA and SZ-WB
                |             |
    ============A=============B============        boundary, gates at x = -500 and x = 500
                |             |
    HK-V1 --- HK-WA ------- HK-WB --- HK-V2        HK-C1 joins HK-WA and HK-WB
                              |
                            HK-J1                  the joint checkpoint

Every corridor has a forward lane at 60 m and a backward one at 85 m AMSL, ids `<corridor>-F` and
`<corridor>-B`; the ground is at 5 m, give or take 2 m. Crossing B is closed by a restricted zone
from 10:00 to 11:00 each day.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any, Literal

from shapely.geometry.base import BaseGeometry

from geodata.features import (
    LAYERS,
    Boundary,
    Checkpoint,
    Corridor,
    Feature,
    GoodsClass,
    Lane,
    Obstacle,
    Park,
    Side,
    SpotHeight,
    Vertiport,
    Waypoint,
    Zone,
)
from geodata.network import Network
from planner.testing.layout import (
    ALL_GOODS,
    INFO,
    box,
    line,
    point,
    said,
)

PLACES_M: dict[str, tuple[float, float]] = {
    "SZ-V1": (-1000, 1000),
    "SZ-V2": (1000, 1200),
    "SZ-C1": (0, 700),
    "SZ-WA": (-500, 400),
    "SZ-WB": (500, 400),
    "HK-V1": (-1000, -1000),
    "HK-V2": (1000, -1200),
    "HK-C1": (0, -700),
    "HK-J1": (900, -700),
    "HK-WA": (-500, -400),
    "HK-WB": (500, -400),
}
LINKS: dict[str, tuple[str, str]] = {
    "SZ-1": ("SZ-V1", "SZ-WA"),
    "SZ-2": ("SZ-V2", "SZ-WB"),
    "SZ-3": ("SZ-C1", "SZ-WA"),
    "SZ-4": ("SZ-C1", "SZ-WB"),
    "SZ-5": ("SZ-WA", "SZ-WB"),
    "HK-1": ("HK-V1", "HK-WA"),
    "HK-2": ("HK-V2", "HK-WB"),
    "HK-3": ("HK-C1", "HK-WA"),
    "HK-4": ("HK-C1", "HK-WB"),
    "HK-5": ("HK-WA", "HK-WB"),
    "HK-6": ("HK-J1", "HK-WB"),
    "X-A": ("SZ-WA", "HK-WA"),
    "X-B": ("SZ-WB", "HK-WB"),
}


def _side(identifier: str) -> Side:
    return "SZ" if identifier.startswith("SZ") else "HK"


def _vertiport(identifier: str, *, base: bool) -> Vertiport:
    return Vertiport(
        **said(identifier),
        side=_side(identifier),
        pads=4 if base else 2,
        ground_amsl_m=5.0,
        hours="24/7" if base else "07:00-22:00",
        battery_swap=base,
    )


def _checkpoint(identifier: str, *, joint: bool, goods: tuple[GoodsClass, ...]) -> Checkpoint:
    return Checkpoint(
        **said(identifier),
        side=_side(identifier),
        joint=joint,
        pads=3,
        bays=2,
        ground_amsl_m=5.0,
        hours="08:00-20:00",
        goods=goods,
        clearance_mode="sandbox",
        diversion=True,
    )


def _corridor(identifier: str) -> Corridor:
    start, end = LINKS[identifier]
    crosses = _side(start) != _side(end)
    gate = point(PLACES_M[start][0], 0) if crosses else None
    north = _side(start) == "SZ"
    return Corridor(
        **said(identifier),
        start=start,
        end=end,
        start_side=_side(start),
        end_side=_side(end),
        gate_lon=gate.x if gate else None,
        gate_lat=gate.y if gate else None,
        width_m=40.0,
        lanes=(
            Lane(id=f"{identifier}-F", direction="forward", height_amsl_m=60.0),
            Lane(id=f"{identifier}-B", direction="backward", height_amsl_m=85.0),
        ),
        approved_zones=("SZ-STRIP",) if north else (),
    )


def _zone(
    identifier: str,
    kind: Literal["prohibited", "restricted", "permission", "ceiling"],
    category: Literal["nature", "border", "airspace", "event"],
    *,
    lower_agl_m: float = 0.0,
    upper_amsl_m: float | None = None,
    schedule: str = "24/7",
) -> Zone:
    return Zone(
        **said(identifier),
        kind=kind,
        category=category,
        side=_side(identifier),
        authority="test authority",
        lower_m=lower_agl_m,
        lower_reference="AGL",
        upper_m=upper_amsl_m,
        upper_reference="UNL" if upper_amsl_m is None else "AMSL",
        schedule=schedule,
    )


def _zones() -> dict[Feature, BaseGeometry]:
    return {
        _zone("SZ-CEILING", "ceiling", "airspace", lower_agl_m=120.0): box(-3000, 0, 3000, 3000),
        _zone("HK-CEILING", "ceiling", "airspace", lower_agl_m=91.44): box(-3000, -3000, 3000, 0),
        _zone("SZ-STRIP", "permission", "border"): box(-3000, 0, 3000, 500),
        _zone("SZ-EVENT", "restricted", "event", upper_amsl_m=120.0, schedule="10:00-11:00"): box(
            400, 150, 600, 250
        ),
        _zone("HK-NATURE", "prohibited", "nature", upper_amsl_m=300.0): box(
            -2500, -1500, -1800, -800
        ),
    }


def _obstacle(
    identifier: str,
    kind: Literal["tower", "building", "hill", "footbridge", "power_line"],
    top_m: float,
    reference: Literal["AGL", "AMSL"],
    radius_m: float = 0.0,
) -> Obstacle:
    return Obstacle(
        **said(identifier), kind=kind, top_m=top_m, top_reference=reference, radius_m=radius_m
    )


def _obstacles() -> dict[Feature, BaseGeometry]:
    return {
        _obstacle("SZ-TOWER", "tower", 150.0, "AGL", 10.0): point(-1400, 300),
        _obstacle("SZ-BRIDGE", "footbridge", 15.0, "AGL", 5.0): line((-600, 250), (-400, 250)),
        _obstacle("SZ-WIRES", "power_line", 60.0, "AGL", 20.0): line((-2500, 1300), (-1300, 1500)),
        _obstacle("HK-BLOCK", "building", 70.0, "AMSL"): box(100, -200, 150, -150),
        _obstacle("HK-HILL", "hill", 110.0, "AMSL", 200.0): point(1800, -1800),
    }


def _layers() -> dict[str, dict[Feature, BaseGeometry]]:
    corners = {"SZ-H1": (-2000, 2000), "SZ-H2": (2000, 2000)}
    corners |= {"HK-H1": (-2000, -2000), "HK-H2": (2000, -2000)}
    places = {identifier: point(*at) for identifier, at in PLACES_M.items()}
    return {
        "parks": {
            Park(**said("SZ-PARK"), side="SZ"): box(-1500, 20, 1500, 1500),
            Park(**said("HK-PARK"), side="HK"): box(-1500, -1500, 1500, -20),
        },
        "boundary": {
            Boundary(**said("BOUNDARY"), left_side="SZ", right_side="HK"): line(
                (-3000, 0), (0, 0), (3000, 0)
            )
        },
        "vertiports": {
            _vertiport(each, base=each.endswith("V1")): places[each]
            for each in ("SZ-V1", "SZ-V2", "HK-V1", "HK-V2")
        },
        "checkpoints": {
            _checkpoint("SZ-C1", joint=False, goods=ALL_GOODS): places["SZ-C1"],
            _checkpoint("HK-C1", joint=False, goods=ALL_GOODS): places["HK-C1"],
            _checkpoint("HK-J1", joint=True, goods=("document", "general", "biological")): places[
                "HK-J1"
            ],
        },
        "waypoints": {
            Waypoint(**said(each), side=_side(each)): places[each]
            for each in ("SZ-WA", "SZ-WB", "HK-WA", "HK-WB")
        },
        "corridors": {
            _corridor(each): line(PLACES_M[start], PLACES_M[end])
            for each, (start, end) in LINKS.items()
        },
        "zones": _zones(),
        "obstacles": _obstacles(),
        "spot_heights": {
            SpotHeight(**said(each), ground_amsl_m=5.0, margin_m=2.0): point(*at)
            for each, at in corners.items()
        },
    }


@cache
def small_network() -> Network:
    """Return the small network; it is frozen, so all tests may share it."""
    layers = _layers()
    assert layers.keys() == LAYERS.keys()
    return Network(
        info=INFO,
        features={
            layer: tuple(sorted(shapes, key=lambda each: each.id))
            for layer, shapes in layers.items()
        },
        lonlat={each.id: shape for shapes in layers.values() for each, shape in shapes.items()},
    )


def changed(network: Network, identifier: str, **fields: Any) -> Network:
    """Return the network with some fields of one feature changed."""
    features = {
        layer: tuple(replace(each, **fields) if each.id == identifier else each for each in members)
        for layer, members in network.features.items()
    }
    return replace(network, features=features)


def reshaped(network: Network, identifier: str, shape: BaseGeometry) -> Network:
    """Return the network with the lon/lat geometry of one feature changed."""
    return replace(network, lonlat={**network.lonlat, identifier: shape})


def without(network: Network, *identifiers: str) -> Network:
    """Return the network without some features."""
    features = {
        layer: tuple(each for each in members if each.id not in identifiers)
        for layer, members in network.features.items()
    }
    kept = {each.id for members in features.values() for each in members}
    shapes = {each: shape for each, shape in network.lonlat.items() if each in kept}
    return replace(network, features=features, lonlat=shapes)


def added(network: Network, layer: str, feature: Feature, shape: BaseGeometry) -> Network:
    """Return the network with one more feature, its shape in lon/lat."""
    members: Sequence[Feature] = sorted([*network.layer(layer), feature], key=lambda each: each.id)
    return replace(
        network,
        features={**network.features, layer: tuple(members)},
        lonlat={**network.lonlat, feature.id: shape},
    )
