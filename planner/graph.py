"""The corridor graph that people see: places as nodes, lanes as edges, in networkx."""

import networkx as nx
import numpy as np

from geodata.network import Network
from planner.blocks import Blocks


def corridor_graph(network: Network, blocks: Blocks) -> "nx.MultiDiGraph[str]":
    """Return the graph of a network: one node a place, one edge a lane, keyed by lane id.

    Nodes carry `side`, `kind` and `lon`, `lat` in degrees. Edges carry `length_m`,
    `height_amsl_m`, `heading_deg` (grid bearing from first to last point), `corridor`, `blocks`
    (block ids in flight order) and `hours` (opening_hours of the corridor).
    """
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
        east, north = np.subtract(
            network.lane_line(lane_id).coords[-1], network.lane_line(lane_id).coords[0]
        )
        graph.add_edge(
            start,
            end,
            key=lane_id,
            length_m=cut.length_m,
            height_amsl_m=lane.height_amsl_m,
            heading_deg=float(np.degrees(np.arctan2(east, north)) % 360),
            corridor=corridor.id,
            blocks=tuple(blocks.all[at].id for at in cut.blocks),
            hours=corridor.hours,
        )
    return graph
