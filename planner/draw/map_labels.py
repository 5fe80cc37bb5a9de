"""What a map names, and in which order: sites and sides first, waypoints last."""

import numpy as np
import shapely
from matplotlib.axes import Axes
from shapely.geometry.base import BaseGeometry

from geodata.features import Zone
from geodata.network import Network
from planner.draw import palette
from planner.draw.labels import Label, place_labels, wrapped
from planner.draw.map_layers import (
    MARKER_PX,
    ZONE_ORDER,
    Flights,
    marker_kind,
    middle_of,
    ribbon_px,
)

SMALL_AREA_PX = 110
"""A narrower area is named beside it, not inside."""


def draw_labels(
    axes: Axes, network: Network, view: BaseGeometry, flights: Flights, widest_px: float
) -> None:
    """Name what the map shows: the sites and the sides first, waypoints last."""

    def pixels(shape: BaseGeometry) -> BaseGeometry:
        return shapely.transform(shape, axes.transData.transform)

    occupied, spared = list[BaseGeometry](), list[BaseGeometry]()
    for place_id in network.places:
        at = pixels(network.metric[place_id])
        occupied.append(shapely.box(*at.buffer(MARKER_PX[marker_kind(network, place_id)]).bounds))
    for obstacle in network.obstacles.values():
        shape = network.metric[obstacle.id]
        if shape.geom_type == "LineString":
            spared.append(pixels(shape).buffer(2))
        middle = middle_of(shape, view)
        if middle is not None:
            occupied.append(shapely.box(*pixels(middle).buffer(5).bounds))
    for corridor in network.corridors.values():
        aside = max(ribbon_px(flights, lane.id, widest_px) for lane in corridor.lanes)
        spared.append(pixels(network.metric[corridor.id]).buffer(aside + 2, cap_style="flat"))
    spared.append(pixels(network.sides.line).buffer(3))
    spared += [pixels(network.metric[zone].boundary).buffer(2) for zone in network.zones]
    place_labels(
        axes,
        [
            *_site_labels(network),
            *_side_labels(network, view),
            *_zone_labels(
                network, view, px_per_m=axes.bbox.width / (view.bounds[2] - view.bounds[0])
            ),
            *_park_labels(network, view),
            *_obstacle_labels(network, view),
            *_waypoint_labels(network),
        ],
        taken=occupied,
        spared=spared,
    )


def _site_labels(network: Network) -> list[Label]:
    found = []
    for site_id, site in sorted(network.sites.items(), key=lambda each: each[0]):
        checkpoint = site_id in network.checkpoints
        label = Label(
            text=wrapped(site.name, 22),
            anchors=[_xy(network.metric[site_id])],
            marker_px=MARKER_PX[marker_kind(network, site_id)],
            colour=palette.CHECKPOINT if checkpoint else palette.INK,
            weight="bold" if checkpoint else "normal",
        )
        found.append((not checkpoint, label))
    return [label for _, label in sorted(found, key=lambda each: each[0])]


def _side_labels(network: Network, view: BaseGeometry) -> list[Label]:
    sides, found = network.sides, []
    areas = {
        sides.left_side: view.intersection(sides.left),
        sides.right_side: view.difference(sides.left),
    }
    for side, area in areas.items():
        if area.is_empty:
            continue
        text = " ".join(palette.SIDE_NAME[side].upper())
        found.append(
            Label(text=text, anchors=_inside(area), size_pt=17, colour="#9aa6b2", weight="bold")
        )
    return found


def _zone_labels(network: Network, view: BaseGeometry, px_per_m: float) -> list[Label]:
    """Name zones with their hours, the strictest first: inside, or beside a small one."""
    found = []
    strictest = sorted(network.zones.values(), key=lambda each: -ZONE_ORDER.index(each.kind))
    for zone in strictest:
        area = network.metric[zone.id].intersection(view)
        if area.is_empty:
            continue
        west, _, east, _ = area.bounds
        width_px = (east - west) * px_per_m
        small = width_px < SMALL_AREA_PX
        found.append(
            Label(
                text=_zone_text(zone),
                anchors=[_xy(area.representative_point())] if small else _inside(area),
                marker_px=width_px / 2 if small else None,
                size_pt=8,
                colour=palette.ZONE_TEXT[zone.kind],
                style="italic",
            )
        )
    return found


def _zone_text(zone: Zone) -> str:
    hours = "" if zone.schedule == "24/7" else f"\n{zone.schedule}"
    return wrapped(zone.name, 24) + hours


def _park_labels(network: Network, view: BaseGeometry) -> list[Label]:
    found = []
    for park in network.parks.values():
        area = network.metric[park.id].intersection(view)
        text = wrapped(park.name, 24)
        anchors = _inside(area)
        found.append(Label(text=text, anchors=anchors, colour=palette.PARK_TEXT, weight="bold"))
    return found


def _obstacle_labels(network: Network, view: BaseGeometry) -> list[Label]:
    found = []
    highest_first = sorted(network.obstacles.values(), key=lambda each: (-each.top_m, each.id))
    for obstacle in highest_first:
        middle = middle_of(network.metric[obstacle.id], view)
        if middle is None:
            continue
        above = " above ground" if obstacle.top_reference == "AGL" else ""
        found.append(
            Label(
                text=f"{wrapped(obstacle.name, 22)}\n{obstacle.top_m:.0f} m{above}",
                anchors=[_xy(middle)],
                marker_px=5,
                size_pt=7.5,
                colour=palette.OBSTACLE,
            )
        )
    return found


def _waypoint_labels(network: Network) -> list[Label]:
    return [
        Label(
            text=waypoint_id,
            anchors=[_xy(network.metric[waypoint_id])],
            marker_px=MARKER_PX["waypoint"],
            size_pt=7,
            colour=palette.MUTED,
        )
        for waypoint_id in network.waypoints
    ]


def _inside(area: BaseGeometry) -> list[tuple[float, float]]:
    """Return points of a grid inside an area, those farthest from its edge first."""
    west, south, east, north = area.bounds
    columns, rows = np.meshgrid(
        np.linspace(west, east, 15)[1:-1], np.linspace(south, north, 15)[1:-1]
    )
    points = shapely.points(columns.ravel(), rows.ravel())
    points = points[shapely.contains(area, points)]
    depth = shapely.distance(area.boundary, points)
    ranked = points[np.argsort(-depth, kind="stable")]
    return [_xy(area.representative_point()), *(_xy(each) for each in ranked)]


def _xy(point: shapely.Point) -> tuple[float, float]:
    return point.x, point.y
