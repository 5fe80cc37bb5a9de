"""A made-up city network of any size that keeps every rule, for benches and tests.

Corridors follow a jittered grid of waypoints on both sides of a boundary that runs east through the
middle. Sites stand inside cells of the grid, each joined to one of its corners; other cells hold
obstacles, nature reserves and events. A pure function of its sizes and its seed.
"""

from collections.abc import Iterator, Sequence
from typing import Any, get_args

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.features import (
    Boundary,
    Checkpoint,
    Corridor,
    Feature,
    GoodsClass,
    Lane,
    NetworkInfo,
    Obstacle,
    Park,
    Side,
    SpotHeight,
    Vertiport,
    Waypoint,
    Zone,
)
from geodata.network import Network
from geodata.projection import Projection
from tests.bench.city_plan import SPACING_M, CityPlan, side_of

Floats = npt.NDArray[np.float64]
Member = tuple[Feature, BaseGeometry]
"""A feature with its shape in metres."""

Members = list[Member]

WIDTH_M = 40.0
STRIP_M = 150.0
"""Depth of the permission strip along the boundary."""

ORIGIN_M = (826_000.0, 842_500.0)
"""Hong Kong 1980 Grid easting and northing of the city's middle."""

GOODS: tuple[GoodsClass, ...] = tuple(each for each in get_args(GoodsClass) if each != "dangerous")
INFO = NetworkInfo(
    schema_version="1",
    name="Made-up city",
    metric_crs="EPSG:2326",
    vertical_datum="HKPD",
    timezone="Asia/Hong_Kong",
    licence="CC0-1.0",
    notice="Made up for benches; no place in it exists. Not for navigation.",
)


def city(
    *,
    corridors: int = 400,
    vertiports: int = 30,
    checkpoints: int = 8,
    bases_of_ten: int = 4,
    seed: int = 1,
) -> Network:
    """Return a network with exactly so many corridors, vertiports and checkpoints.

    So many of ten vertiports have battery swap, and more pads. Needs 4 vertiports, 2 checkpoints
    and twice as many corridors as sites, or more; raises ValueError else. The network is not
    checked here; it has no faults and no warnings.
    """
    if vertiports < 4 or checkpoints < 2 or corridors < 2 * (vertiports + checkpoints):
        raise ValueError("too few vertiports, checkpoints or corridors for a city")
    plan = CityPlan(corridors, vertiports, checkpoints, np.random.default_rng(seed))
    layers: dict[str, Members] = {
        "parks": list(_parks(plan)),
        "boundary": [
            (Boundary(**_said("BOUNDARY"), left_side="SZ", right_side="HK"), plan.boundary)
        ],
        "vertiports": list(_vertiports(plan, bases_of_ten)),
        "checkpoints": list(_checkpoints(plan)),
        "waypoints": [
            (Waypoint(**_said(each), side=side_of(each)), shapely.Point(plan.places_m[each]))
            for each in plan.waypoints
        ],
        "zones": list(_zones(plan)),
        "obstacles": list(_obstacles(plan)),
        "spot_heights": list(_spot_heights(plan)),
    }
    layers["corridors"] = list(_corridors(plan, layers))
    for members in layers.values():
        members.sort(key=lambda member: member[0].id)
    pairs = [pair for members in layers.values() for pair in members]
    shapes = _lonlat([shape for _, shape in pairs])
    return Network(
        info=INFO,
        features={layer: tuple(each for each, _ in members) for layer, members in layers.items()},
        lonlat={each.id: shape for (each, _), shape in zip(pairs, shapes, strict=True)},
    )


def _said(identifier: str) -> dict[str, Any]:
    return {
        "id": identifier,
        "name": f"Feature {identifier}",
        "source": "made up for benches",
        "confidence": "illustrative",
    }


def _lonlat(shapes_m: Sequence[BaseGeometry]) -> npt.NDArray[Any]:
    moved = shapely.transform(np.array(shapes_m), lambda xy: xy + np.array(ORIGIN_M))
    degrees = Projection(INFO.metric_crs).to_lonlat(moved)
    return np.asarray(shapely.transform(degrees, lambda xy: np.round(xy, 7)))


def _box(middle_m: Floats, half_m: float) -> shapely.Polygon:
    (x, y) = middle_m
    return shapely.box(x - half_m, y - half_m, x + half_m, y + half_m)


def _half_city(plan: CityPlan, side: Side, depth_m: float) -> shapely.Polygon:
    """Return the land from the boundary so far into one side."""
    line = shapely.get_coordinates(plan.boundary)
    far = line[::-1].copy()
    far[:, 1] = depth_m if side == "SZ" else -depth_m
    return shapely.orient_polygons(shapely.Polygon(np.concatenate((line, far))))


def _parks(plan: CityPlan) -> Iterator[Member]:
    reach_m = min(1000.0, plan.columns * SPACING_M / 4)
    for side, south_m, north_m in (("SZ", 100.0, reach_m), ("HK", -reach_m, -100.0)):
        yield (
            Park(**_said(f"{side}-PARK"), side=side_of(side)),
            shapely.box(-reach_m, south_m, reach_m, north_m),
        )


def _vertiports(plan: CityPlan, bases_of_ten: int) -> Iterator[Member]:
    for number, site in enumerate(each for each in plan.sites if each[3] == "V"):
        base = number % 10 < bases_of_ten
        vertiport = Vertiport(
            **_said(site),
            side=side_of(site),
            pads=6 if base else 2,
            ground_amsl_m=_ground_m(plan, site),
            hours="24/7" if base else "07:00-22:00",
            battery_swap=base,
        )
        yield vertiport, shapely.Point(plan.places_m[site])


def _checkpoints(plan: CityPlan) -> Iterator[Member]:
    for number, site in enumerate(each for each in plan.sites if each[3] == "C"):
        checkpoint = Checkpoint(
            **_said(site),
            side=side_of(site),
            joint=number % 8 == 7,
            pads=4,
            bays=3,
            ground_amsl_m=_ground_m(plan, site),
            hours="24/7" if number < 2 else "Mo-Fr 08:00-20:00",
            goods=GOODS if number % 4 < 2 else GOODS[:3],
            clearance_mode="sandbox",
            diversion=True,
        )
        yield checkpoint, shapely.Point(plan.places_m[site])


def _ground_m(plan: CityPlan, site: str) -> float:
    _, highest_m = plan.ground.heights(plan.places_m[site][None, :])
    return round(float(highest_m[0]), 1)


def _zones(plan: CityPlan) -> Iterator[Member]:
    depth_m = (plan.rows + 2) / 2 * SPACING_M
    ceilings: tuple[tuple[Side, float], ...] = (("SZ", 120.0), ("HK", 91.44))
    for side, ceiling_m in ceilings:
        yield (
            _zone(side, "CEILING", "ceiling", "airspace", ceiling_m),
            _half_city(plan, side, depth_m),
        )
    yield _zone("SZ", "STRIP", "permission", "border"), _half_city(plan, "SZ", STRIP_M)
    for number, cell in enumerate(plan.free_cells[: plan.corridors // 100]):
        side, at = "HK" if cell[0] < plan.rows // 2 else "SZ", plan.cell_m(cell)
        yield _zone(side_of(side), f"NATURE{number}", "prohibited", "nature"), _box(at, 110)
    for number, cell in enumerate(plan.free_cells[: plan.corridors // 200]):
        side, at = "HK" if cell[0] < plan.rows // 2 else "SZ", plan.cell_m(cell)
        zone = _zone(
            side_of(side),
            f"EVENT{number}",
            "restricted",
            "event",
            upper_m=150.0,
            schedule="Su 10:00-12:00",
        )
        yield zone, _box(at, 260)


def _zone(
    side: Side,
    name: str,
    kind: Any,
    category: Any,
    lower_m: float = 0.0,
    upper_m: float | None = None,
    schedule: str = "24/7",
) -> Zone:
    return Zone(
        **_said(f"{side}-{name}"),
        kind=kind,
        category=category,
        side=side,
        authority="made-up authority",
        lower_m=lower_m,
        lower_reference="AGL",
        upper_m=upper_m,
        upper_reference="UNL" if upper_m is None else "AGL",
        schedule=schedule,
    )


def _obstacles(plan: CityPlan) -> Iterator[Member]:
    zoned = plan.corridors // 100
    for number, cell in enumerate(plan.free_cells[zoned : zoned + plan.corridors // 25]):
        at = plan.cell_m(cell)
        if number % 4:
            tower = Obstacle(
                **_said(f"TOWER{number}"),
                kind="tower",
                top_m=120.0,
                top_reference="AGL",
                radius_m=25.0,
            )
            yield tower, shapely.Point(at)
        else:
            bridge = Obstacle(
                **_said(f"BRIDGE{number}"), kind="footbridge", top_m=4.0, top_reference="AGL"
            )
            yield bridge, shapely.LineString([at, at + np.array([SPACING_M, 0.0])])


def _spot_heights(plan: CityPlan) -> Iterator[Member]:
    ground = plan.ground
    heights = zip(ground.xy_m, ground.ground_amsl_m, ground.margin_m, strict=True)
    for number, (at, height_m, margin_m) in enumerate(heights):
        spot = SpotHeight(
            **_said(f"H{number:05}"), ground_amsl_m=float(height_m), margin_m=float(margin_m)
        )
        yield spot, shapely.Point(at)


def _bent(ends_m: Floats, number: int) -> shapely.LineString:
    """Return a way from end to end, every third one with a bend of some metres in its middle."""
    (x, y), way = ends_m.mean(axis=0), ends_m[1] - ends_m[0]
    if number % 3:
        return shapely.LineString(ends_m)
    return shapely.LineString([ends_m[0], (x - way[1] / 40, y + way[0] / 40), ends_m[1]])


def _corridors(plan: CityPlan, layers: dict[str, Members]) -> Iterator[Member]:
    """Yield a corridor a link: lanes 25 m apart, the lower one well over the ground below it."""
    ends_m = np.array([[plan.places_m[each] for each in link] for link in plan.links])
    lines = np.array([_bent(way, number) for number, way in enumerate(ends_m)])
    along = np.linspace(0, 1, 9)[None, :, None]
    below_m = ends_m[:, :1] * (1 - along) + ends_m[:, 1:] * along
    _, highest_m = plan.ground.heights(below_m.reshape(-1, 2))
    over_m = highest_m.reshape(len(lines), -1).max(axis=1) + 30
    strip = next(shape for zone, shape in layers["zones"] if zone.id == "SZ-STRIP")
    approved = shapely.intersects(strip, shapely.buffer(lines, WIDTH_M / 2, cap_style="flat"))
    gates = _lonlat(list(shapely.centroid(shapely.intersection(lines, plan.boundary))))
    for number, (start, end) in enumerate(plan.links):
        crosses = side_of(start) != side_of(end)
        identifier = f"{'X' if crosses else side_of(start)}-{number:05}"
        height_m = round(float(over_m[number]), 1)
        corridor = Corridor(
            **_said(identifier),
            start=start,
            end=end,
            start_side=side_of(start),
            end_side=side_of(end),
            gate_lon=gates[number].x if crosses else None,
            gate_lat=gates[number].y if crosses else None,
            width_m=WIDTH_M,
            lanes=(
                Lane(id=f"{identifier}-F", direction="forward", height_amsl_m=height_m),
                Lane(id=f"{identifier}-B", direction="backward", height_amsl_m=height_m + 25),
            ),
            approved_zones=("SZ-STRIP",) if approved[number] else (),
        )
        yield corridor, lines[number]
