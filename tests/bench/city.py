"""A made-up city network of any size that keeps every rule, for benches and tests.

Corridors follow a jittered grid of waypoints on both sides of a boundary that runs east through the
middle. Sites stand inside cells of the grid, each joined to one of its corners; other cells hold
obstacles, nature reserves and events. A pure function of its sizes and its seed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
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
from geodata.ground import SpotGround
from geodata.network import Network
from geodata.projection import Projection

Floats = npt.NDArray[np.float64]
Edge = tuple[str, str]
Members = list[tuple[Feature, BaseGeometry]]
"""Features of one layer with their shapes in metres."""

SPACING_M = 400.0
JITTER_M = 30.0
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
    *, corridors: int = 400, vertiports: int = 30, checkpoints: int = 8, seed: int = 1
) -> Network:
    """Return a network with exactly so many corridors, vertiports and checkpoints.

    Needs 4 vertiports, 2 checkpoints and twice as many corridors as sites, or more; raises
    ValueError else. The network is not checked here; it has no faults and no warnings.
    """
    if vertiports < 4 or checkpoints < 2 or corridors < 2 * (vertiports + checkpoints):
        raise ValueError("too few vertiports, checkpoints or corridors for a city")
    plan = _Plan(corridors, vertiports, checkpoints, np.random.default_rng(seed))
    layers: dict[str, Members] = {
        "parks": list(_parks(plan)),
        "boundary": [
            (Boundary(**_said("BOUNDARY"), left_side="SZ", right_side="HK"), plan.boundary)
        ],
        "vertiports": list(_vertiports(plan)),
        "checkpoints": list(_checkpoints(plan)),
        "waypoints": [
            (Waypoint(**_said(each), side=_side(each)), shapely.Point(plan.places_m[each]))
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


@dataclass(frozen=True)
class _Plan:
    """Where everything stands, in metres east and north of the city's middle."""

    corridors: int
    vertiports: int
    checkpoints: int
    draw: np.random.Generator

    @cached_property
    def columns(self) -> int:
        """Columns of waypoints, as many as rows or one more; enough for the corridors."""
        sites, columns = self.vertiports + self.checkpoints, 4
        while True:
            rows = self.rows_of(columns)
            within = (columns - 1) * rows + columns * (rows - 2)
            cells = (columns - 1) * (rows - 2)
            if within + len(range(0, columns, 4)) + sites >= self.corridors and cells >= 2 * sites:
                return columns
            columns += 1

    @staticmethod
    def rows_of(columns: int) -> int:
        """Return an even number of rows, half of them on each side."""
        return columns - columns % 2

    @cached_property
    def rows(self) -> int:
        """Rows of waypoints, from south to north."""
        return self.rows_of(self.columns)

    @cached_property
    def grid_m(self) -> Floats:
        """Waypoints, shape (rows, columns, 2)."""
        east = (np.arange(self.columns) - (self.columns - 1) / 2) * SPACING_M
        north = (np.arange(self.rows) - (self.rows - 1) / 2) * SPACING_M
        grid = np.stack(np.meshgrid(east, north), axis=-1)
        found: Floats = grid + self.draw.uniform(-JITTER_M, JITTER_M, grid.shape)
        return found

    @cached_property
    def boundary(self) -> shapely.LineString:
        """A winding line that runs east, past the first and last column."""
        reach_m = (self.columns + 2) / 2 * SPACING_M
        east = np.arange(-reach_m, reach_m + 1, SPACING_M / 2)
        return shapely.LineString(
            np.column_stack((east, 60 * np.sin(east / 900) + self.draw.uniform(-15, 15, len(east))))
        )

    @cached_property
    def waypoints(self) -> list[str]:
        """Ids of the waypoints."""
        return [self.waypoint(row, column) for row, column in np.ndindex(self.rows, self.columns)]

    def waypoint(self, row: int, column: int) -> str:
        """Return the id of the waypoint at a place of the grid."""
        return f"{'HK' if row < self.rows // 2 else 'SZ'}-W{row:03}-{column:03}"

    @cached_property
    def cells(self) -> list[tuple[int, int]]:
        """Cells (row and column of their south-west corner) off the boundary, in random order."""
        middle = self.rows // 2 - 1
        cells = [
            (row, column)
            for row, column in np.ndindex(self.rows - 1, self.columns - 1)
            if row != middle
        ]
        return [cells[index] for index in self.draw.permutation(len(cells))]

    def cell_m(self, cell: tuple[int, int]) -> Floats:
        """Return the middle of a cell's four corners."""
        row, column = cell
        middle: Floats = self.grid_m[row : row + 2, column : column + 2].mean(axis=(0, 1))
        return middle

    @cached_property
    def sites(self) -> dict[str, tuple[int, int]]:
        """Site id to its cell; the sides take turns, so that both have each kind."""
        halves: dict[Side, Iterator[tuple[int, int]]] = {
            "SZ": (cell for cell in self.cells if cell[0] >= self.rows // 2),
            "HK": (cell for cell in self.cells if cell[0] < self.rows // 2),
        }
        found = {}
        for letter, count in (("V", self.vertiports), ("C", self.checkpoints)):
            for number in range(count):
                side: Side = "SZ" if number % 2 else "HK"
                found[f"{side}-{letter}{number // 2 + 1:04}"] = next(halves[side])
        return found

    @cached_property
    def free_cells(self) -> list[tuple[int, int]]:
        """Cells without a site, in random order."""
        taken = set(self.sites.values())
        return [cell for cell in self.cells if cell not in taken]

    @cached_property
    def places_m(self) -> dict[str, Floats]:
        """Place id to its point."""
        points = dict(zip(self.waypoints, self.grid_m.reshape(-1, 2), strict=True))
        return points | {site: self.cell_m(cell) for site, cell in self.sites.items()}

    @cached_property
    def links(self) -> list[Edge]:
        """Start and end of every corridor: a tree that joins all places, then others by lot."""
        joins = [
            (site, self.waypoint(row + int(self.draw.integers(2)), column))
            for site, (row, column) in self.sites.items()
        ]
        middle = self.rows // 2 - 1
        spine, rungs = [], []
        for row, column in np.ndindex(self.rows, self.columns):
            here = self.waypoint(row, column)
            if column + 1 < self.columns:
                rungs.append((here, self.waypoint(row, column + 1)))
            if row + 1 < self.rows and (row != middle or column % 4 == 0):
                way = (here, self.waypoint(row + 1, column))
                (rungs if row == middle else spine).append(way)
        across = [(one, other) for one, other in rungs if _side(one) != _side(other)]
        rows = {self.rows // 4, self.rows // 2 + self.rows // 4}
        tree = [rung for rung in rungs if int(rung[0][4:7]) in rows and rung not in across]
        tree += spine + across[:2] + joins
        rest = sorted(set(rungs) - set(tree))
        order = self.draw.permutation(len(rest))[: self.corridors - len(tree)]
        return tree + [rest[index] for index in order]

    @cached_property
    def ground(self) -> SpotGround:
        """The ground between the spot heights, which stand on a coarse jittered grid."""
        reach_m = (self.columns + 1) / 2 * SPACING_M
        step_m = 2.5 * SPACING_M
        axis = np.arange(-reach_m, reach_m + step_m, step_m)
        grid = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
        at = grid + self.draw.uniform(-100, 100, grid.shape)
        east, north = at.T
        height_m = 20 + 10 * np.sin(east / 4000) * np.cos(north / 5000)
        return SpotGround(at, np.round(height_m, 1), np.full(len(at), 2.0))


def _side(identifier: str) -> Side:
    return "SZ" if identifier.startswith("SZ") else "HK"


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


def _half_city(plan: _Plan, side: Side, depth_m: float) -> shapely.Polygon:
    """Return the land from the boundary so far into one side."""
    line = shapely.get_coordinates(plan.boundary)
    far = line[::-1].copy()
    far[:, 1] = depth_m if side == "SZ" else -depth_m
    return shapely.orient_polygons(shapely.Polygon(np.concatenate((line, far))))


def _parks(plan: _Plan) -> Iterator[tuple[Feature, BaseGeometry]]:
    reach_m = min(1000.0, plan.columns * SPACING_M / 4)
    for side, south_m, north_m in (("SZ", 100.0, reach_m), ("HK", -reach_m, -100.0)):
        yield (
            Park(**_said(f"{side}-PARK"), side=_side(side)),
            shapely.box(-reach_m, south_m, reach_m, north_m),
        )


def _vertiports(plan: _Plan) -> Iterator[tuple[Feature, BaseGeometry]]:
    for number, site in enumerate(each for each in plan.sites if each[3] == "V"):
        base = number % 10 < 4
        vertiport = Vertiport(
            **_said(site),
            side=_side(site),
            pads=6 if base else 2,
            ground_amsl_m=_ground_m(plan, site),
            hours="24/7" if base else "07:00-22:00",
            battery_swap=base,
        )
        yield vertiport, shapely.Point(plan.places_m[site])


def _checkpoints(plan: _Plan) -> Iterator[tuple[Feature, BaseGeometry]]:
    for number, site in enumerate(each for each in plan.sites if each[3] == "C"):
        checkpoint = Checkpoint(
            **_said(site),
            side=_side(site),
            joint=number % 8 == 7,
            pads=4,
            bays=3,
            ground_amsl_m=_ground_m(plan, site),
            hours="24/7" if number < 2 else "Mo-Fr 08:00-20:00",
            goods=GOODS if number % 4 < 2 else GOODS[:3],
            clearance_mode="made up for benches",
            diversion=True,
        )
        yield checkpoint, shapely.Point(plan.places_m[site])


def _ground_m(plan: _Plan, site: str) -> float:
    _, highest_m = plan.ground.heights(plan.places_m[site][None, :])
    return round(float(highest_m[0]), 1)


def _zones(plan: _Plan) -> Iterator[tuple[Feature, BaseGeometry]]:
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
        yield _zone(_side(side), f"NATURE{number}", "prohibited", "nature"), _box(at, 110)
    for number, cell in enumerate(plan.free_cells[: plan.corridors // 200]):
        side, at = "HK" if cell[0] < plan.rows // 2 else "SZ", plan.cell_m(cell)
        zone = _zone(
            _side(side),
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


def _obstacles(plan: _Plan) -> Iterator[tuple[Feature, BaseGeometry]]:
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


def _spot_heights(plan: _Plan) -> Iterator[tuple[Feature, BaseGeometry]]:
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


def _corridors(plan: _Plan, layers: dict[str, Members]) -> Iterator[tuple[Feature, BaseGeometry]]:
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
        crosses = _side(start) != _side(end)
        identifier = f"{'X' if crosses else _side(start)}-{number:05}"
        height_m = round(float(over_m[number]), 1)
        corridor = Corridor(
            **_said(identifier),
            start=start,
            end=end,
            start_side=_side(start),
            end_side=_side(end),
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
