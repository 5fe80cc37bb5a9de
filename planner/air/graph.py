"""The corridor graph that people see: places as nodes, lanes as edges, in networkx."""

from collections.abc import Iterable

import networkx as nx
import numpy as np
import shapely

from geodata.schedule import DAY_S, Intervals
from planner.air.airspace import Airspace


def corridor_graph(airspace: Airspace) -> "nx.MultiDiGraph[str]":
    """Return the graph of an airspace: one node a place, one edge a lane, keyed by lane id.

    Nodes carry `side`, `kind` and `lon`, `lat` in degrees. Edges carry `length_m`,
    `height_amsl_m`, `heading_deg` (grid bearing from first to last point), `corridor`, `blocks`
    (block ids in flight order) and `open_s`, the stretches of the day, [since, until) seconds, in
    which none of those blocks is closed by hours, zones or warnings.
    """
    network, blocks = airspace.network, airspace.blocks
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(edition=network.edition)
    for place_id, place in sorted(network.places.items()):
        point = network.lonlat[place_id]
        graph.add_node(
            place_id,
            side=place.side,
            kind=type(place).__name__.lower(),
            lon=float(point.x),
            lat=float(point.y),
        )
    for lane_id, cut in blocks.lanes.items():
        corridor, lane = network.lanes[lane_id]
        start, end = network.lane_ends(lane_id)
        points = shapely.get_coordinates(network.lane_line(lane_id))
        east, north = points[-1] - points[0]
        graph.add_edge(
            start,
            end,
            key=lane_id,
            length_m=cut.length_m,
            height_amsl_m=lane.height_amsl_m,
            heading_deg=float(np.degrees(np.arctan2(east, north)) % 360),
            corridor=corridor.id,
            blocks=tuple(blocks.all[at].id for at in cut.blocks),
            open_s=_open_s(airspace, cut.blocks),
        )
    return graph


def _open_s(airspace: Airspace, blocks: Iterable[int]) -> Intervals:
    """Return when none of some blocks is closed."""
    closed = sorted((each.since, each.until) for at in blocks for each in airspace.closures[at])
    found, since_s = [], 0
    for begin_s, end_s in closed:
        if begin_s > since_s:
            found.append((since_s, begin_s))
        since_s = max(since_s, end_s)
    return (*found, (since_s, DAY_S)) if since_s < DAY_S else tuple(found)
