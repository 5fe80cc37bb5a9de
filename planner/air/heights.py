"""How high a lane is over the ground."""

import numpy as np
import shapely

from geodata.network import Network

_STEP_M = 25.0


def over_ground_m(network: Network, lane_id: str) -> tuple[float, float]:
    """Return the least and greatest height of a lane's middle over the ground under its width, m.

    The ground is taken at its highest for the one and at its lowest for the other, as its heights
    are uncertain.
    """
    corridor, lane = network.lanes[lane_id]
    line = shapely.segmentize(network.lane_line(lane_id), _STEP_M)
    edges = shapely.segmentize(line.buffer(corridor.width_m / 2, cap_style="flat"), _STEP_M)
    points = np.concatenate([shapely.get_coordinates(line), shapely.get_coordinates(edges)])
    low, high = network.ground.heights(points)
    return lane.height_amsl_m - float(np.max(high)), lane.height_amsl_m - float(np.min(low))
