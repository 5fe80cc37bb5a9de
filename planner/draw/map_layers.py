"""What a map shows, layer by layer, drawn on axes in the network's metric CRS."""

import math
from collections.abc import Iterable, Mapping

import numpy as np
import shapely
import shapely.ops
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Outline
from shapely.geometry.base import BaseGeometry

from geodata.features import Checkpoint, Feature, Obstacle, Zone
from geodata.network import Network
from planner.draw import palette

Flights = Mapping[str, Mapping[str, int]]
"""Lane id to drone id to number of flights."""

RIBBON_PX = 18.0
"""Width of the flights in the busiest lane; others by the root of their number of flights."""

THINNEST_PX = 1.2
FREE_PX = 0.8
"""Left free on either side of a corridor's centre line, so that it can be seen."""

SEAM_PX = 0.15
"""Stripes overlap by so much, so that nothing shines through between them."""

TRIM_M = 28.0
"""Flights are drawn so far short of the places, so that these can be seen."""

HATCH = {"prohibited": "xx", "restricted": "//", "permission": "..", "ceiling": ""}
FILL = {"prohibited": 0.10, "restricted": 0.12, "permission": 0.05, "ceiling": 0.0}
ZONE_ORDER = ("ceiling", "permission", "restricted", "prohibited")
MARKER_PX = {"vertiport": 5.5, "base": 7.0, "checkpoint": 6.5, "joint": 8.5, "waypoint": 2.0}
"""Half the size of each marker."""


def illustrative(feature: Feature) -> bool:
    """Tell whether a feature only stands for something that is not public."""
    return feature.confidence == "illustrative"


def dashes(feature: Feature) -> str:
    """Return the line style that tells illustrative features from the others."""
    return "dashed" if illustrative(feature) else "solid"


def points(axes: Axes, pixels: float) -> float:
    """Return pixels as points, matplotlib's unit of widths and sizes."""
    return float(pixels * 72 / axes.figure.dpi)


def marker_kind(network: Network, place_id: str) -> str:
    """Return how a place is marked; a key of `MARKER_PX`."""
    place = network.places[place_id]
    if isinstance(place, Checkpoint):
        return "joint" if place.joint else "checkpoint"
    if place_id in network.vertiports:
        port = network.vertiports[place_id]
        return "base" if port.battery_swap or port.chargers else "vertiport"
    return "waypoint"


def draw_areas(axes: Axes, network: Network, view: BaseGeometry) -> None:
    """Draw the ground of both sides, ceilings, permission zones, parks and closed zones."""
    sides = network.sides
    _patch(axes, view.intersection(sides.left), fc=palette.SIDE[sides.left_side], zorder=0)
    _patch(axes, view.difference(sides.left), fc=palette.SIDE[sides.right_side], zorder=0)
    for park in network.parks.values():
        shape = network.metric[park.id]
        alpha = 0.55 if illustrative(park) else 0.9
        _patch(axes, shape, fc=palette.PARK, alpha=alpha, zorder=1)
        _patch(axes, shape, fc="none", ec=palette.PARK_EDGE, ls=dashes(park), lw=1.2, zorder=3.1)
    for zone in sorted(network.zones.values(), key=lambda each: ZONE_ORDER.index(each.kind)):
        _zone(axes, zone, network.metric[zone.id].intersection(view.buffer(100)))


def _zone(axes: Axes, zone: Zone, shape: BaseGeometry) -> None:
    colour, order = palette.ZONE[zone.kind], 2 + 0.1 * ZONE_ORDER.index(zone.kind)
    light = 0.6 if illustrative(zone) else 1.0
    if FILL[zone.kind]:
        _patch(axes, shape, fc=colour, alpha=FILL[zone.kind] * light, zorder=order)
        _patch(
            axes,
            shape,
            fc="none",
            ec=colour,
            lw=0,
            hatch=HATCH[zone.kind],
            alpha=(0.22 if zone.kind == "permission" else 0.4) * light,
            zorder=order,
        )
    width = 0.8 if zone.kind in ("ceiling", "permission") else 1.4
    _patch(axes, shape, fc="none", ec=colour, lw=width, ls=dashes(zone), zorder=order)


def draw_boundary(axes: Axes, network: Network) -> None:
    """Draw the river and the boundary line along it."""
    x, y = network.sides.line.xy
    axes.plot(x, y, color=palette.RIVER, lw=6, zorder=3, solid_capstyle="butt")
    axes.plot(x, y, color=palette.BOUNDARY, lw=1.3, ls=(0, (9, 2, 2, 2)), zorder=3.2)


def draw_corridors(axes: Axes, network: Network) -> None:
    """Draw every corridor at its width, with its centre line, and its gate if it has one."""
    gates = []
    for corridor in network.corridors.values():
        line = network.metric[corridor.id]
        light = 0.55 if illustrative(corridor) else 0.9
        band = line.buffer(corridor.width_m / 2, cap_style="flat")
        _patch(axes, band, fc=palette.CORRIDOR, alpha=light, zorder=4)
        axes.plot(*line.xy, color=palette.CORRIDOR_LINE, lw=0.8, ls=dashes(corridor), zorder=4.1)
        if corridor.gate_lon is not None and corridor.gate_lat is not None:
            gates.append(shapely.Point(corridor.gate_lon, corridor.gate_lat))
    if gates:
        xy = shapely.get_coordinates(network.projection.to_metric(np.array(gates)))
        axes.scatter(
            xy[:, 0], xy[:, 1], s=34, marker="D", fc="white", ec=palette.BOUNDARY, lw=1.2, zorder=8
        )


def ribbon_px(flights: Flights, lane_id: str, widest_px: float) -> float:
    """Return how wide the flights in a lane are drawn; 0 without any."""
    busiest = max((sum(lane.values()) for lane in flights.values()), default=1)
    total = sum(flights.get(lane_id, {}).values())
    return max(THINNEST_PX, widest_px * math.sqrt(total / busiest)) if total else 0.0


def draw_flights(
    axes: Axes,
    network: Network,
    flights: Flights,
    colours: Mapping[str, str],
    m_per_px: float,
    widest_px: float = RIBBON_PX,
) -> None:
    """Draw each lane's flights as a ribbon to the right of its line, a stripe for each drone.

    Within a ribbon each stripe is as wide as the drone's share of the flights, so that nothing
    hides beneath anything else.
    """
    stripes, widths, drones = [], [], []
    for lane_id, by_drone in flights.items():
        whole = network.lane_line(lane_id)
        line = shapely.ops.substring(whole, TRIM_M, whole.length - TRIM_M)
        flight_px = ribbon_px(flights, lane_id, widest_px) / sum(by_drone.values())
        begin_px = FREE_PX
        for drone in sorted(by_drone):
            width_px = by_drone[drone] * flight_px
            aside = line.offset_curve(-(begin_px + width_px / 2) * m_per_px, join_style="mitre")
            stripes.append(shapely.get_coordinates(aside))
            widths.append(points(axes, width_px + SEAM_PX))
            drones.append(drone)
            begin_px += width_px
    axes.add_collection(
        LineCollection(
            stripes,
            colors=[colours[drone] for drone in drones],
            linewidths=widths,
            capstyle="butt",
            zorder=6,
        ),
        autolim=False,
    )


def middle_of(shape: BaseGeometry, view: BaseGeometry) -> shapely.Point | None:
    """Return a point on what can be seen of a shape, None if nothing can."""
    seen = shape.intersection(view)
    return None if seen.is_empty else seen.representative_point()


def draw_obstacles(axes: Axes, network: Network, view: BaseGeometry) -> None:
    """Draw obstacles at their lateral extent, with a mark in the middle of those that stand."""
    for obstacle in network.obstacles.values():
        shape = network.metric[obstacle.id]
        if obstacle.radius_m > 0:
            _patch(axes, shape.buffer(obstacle.radius_m), fc=palette.OBSTACLE, alpha=0.16, zorder=5)
        if shape.geom_type == "LineString":
            style = "dashed" if illustrative(obstacle) else "solid"
            axes.plot(*shape.xy, color=palette.OBSTACLE, lw=1.1, ls=style, zorder=5.1)
            continue
        if shape.geom_type == "Polygon":
            _patch(axes, shape, fc=palette.OBSTACLE, alpha=0.35, zorder=5)
        middle = middle_of(shape, view)
        if middle is None:
            continue
        face = "white" if illustrative(obstacle) else palette.OBSTACLE
        axes.scatter(
            middle.x,
            middle.y,
            s=30,
            marker=obstacle_marker(obstacle),
            fc=face,
            ec=palette.OBSTACLE,
            lw=0.9,
            zorder=7,
        )


def obstacle_marker(obstacle: Obstacle) -> str:
    """Return the marker of an obstacle's kind."""
    return {"hill": "^", "tower": "X", "building": "X"}.get(obstacle.kind, "_")


def draw_places(axes: Axes, network: Network) -> None:
    """Draw vertiports, checkpoints and waypoints; the illustrative ones hollow."""
    for place_id, place in network.places.items():
        kind = marker_kind(network, place_id)
        colour, shape = MARKER_STYLE[kind]
        at = network.metric[place_id]
        diameter_pt = points(axes, 2 * MARKER_PX[kind])
        axes.plot(
            at.x,
            at.y,
            marker=shape,
            ms=diameter_pt - 1.4,
            mec=colour,
            mew=1.6,
            ls="none",
            mfc="white" if illustrative(place) else colour,
            zorder=10 if kind != "waypoint" else 7,
        )
        if kind in ("base", "joint"):
            inner = colour if illustrative(place) else "white"
            axes.plot(at.x, at.y, marker="o", ms=3, mec="none", mfc=inner, ls="none", zorder=10.1)


MARKER_STYLE = {
    "vertiport": (palette.VERTIPORT, "o"),
    "base": (palette.VERTIPORT, "o"),
    "checkpoint": (palette.CHECKPOINT, "s"),
    "joint": (palette.CHECKPOINT, "D"),
    "waypoint": (palette.CORRIDOR_LINE, "o"),
}
"""Colour and matplotlib marker of each kind of place."""


def _patch(axes: Axes, shape: BaseGeometry, *, fc: str, **style: object) -> None:
    """Draw all polygons of a shape; holes stay empty."""
    for part in _polygons(shape):
        rings = (part.exterior, *part.interiors)
        outline = Outline.make_compound_path(
            *(Outline(shapely.get_coordinates(ring), closed=True) for ring in rings)
        )
        lined = {"ec": "none", **style}
        axes.add_patch(PathPatch(outline, fc=fc, **lined))


def _polygons(shape: BaseGeometry) -> Iterable[shapely.Polygon]:
    """Return the polygons of a shape, each with its holes turning against its outer ring."""
    parts = shapely.get_parts(shapely.normalize(shape))
    return [part for part in parts if part.geom_type == "Polygon" and not part.is_empty]
