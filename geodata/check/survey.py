"""What several checks need of a network, worked out once."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import shapely

from geodata.check.unread import Unread
from geodata.features import Corridor
from geodata.limits import SAMPLE_M
from geodata.network import Network, Place

PLACE_LAYERS = ("vertiports", "checkpoints", "waypoints")

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class GroundBelow:
    """The ground under a corridor: points (n, 2) in metric CRS, lowest and highest m AMSL."""

    xy_m: Floats
    lowest_m: Floats
    highest_m: Floats


@dataclass(frozen=True)
class Survey:
    """A network whose shapes are sound, and what follows from them."""

    network: Network
    unread: Unread

    @cached_property
    def places(self) -> tuple[tuple[str, Place], ...]:
        """Every place, with its layer."""
        known = self.network.places
        return tuple(
            (layer, known[each.id]) for layer in PLACE_LAYERS for each in self.network.layer(layer)
        )

    @cached_property
    def corridors(self) -> tuple[Corridor, ...]:
        """Every corridor, sorted by id."""
        return tuple(self.network.corridors.values())

    @cached_property
    def strips(self) -> Mapping[str, shapely.Polygon]:
        """Corridor id to its line widened by half its width, flat at the ends, metric CRS."""
        lines = np.array([self.network.metric[each.id] for each in self.corridors])
        half_m = np.array([each.width_m / 2 for each in self.corridors])
        shapes = shapely.buffer(lines, half_m, cap_style="flat")
        return dict(zip((each.id for each in self.corridors), shapes, strict=True))

    @property
    def ground_known(self) -> bool:
        """Whether an elevation model is in use, or spot heights of which all could be read."""
        spots = self.network.layer("spot_heights")
        whole = bool(spots) and "spot_heights" not in self.unread.layers
        return whole or self.network.elevation is not None

    @cached_property
    def ground(self) -> Mapping[str, GroundBelow]:
        """Corridor id to the ground below it, sampled along, across and at both edges."""
        samples = [self._samples(each) for each in self.corridors]
        if not samples:
            return {}
        lowest, highest = self.network.ground.heights(np.concatenate(samples))
        stops = np.cumsum([len(each) for each in samples])[:-1]
        parts = zip(samples, np.split(lowest, stops), np.split(highest, stops), strict=True)
        return {
            each.id: GroundBelow(*part) for each, part in zip(self.corridors, parts, strict=True)
        }

    def _samples(self, corridor: Corridor) -> Floats:
        line = self.network.metric[corridor.id]
        along_m = _spaced(0.0, line.length)
        step_m = min(0.5, line.length / 2)
        behind = shapely.line_interpolate_point(line, np.maximum(along_m - step_m, 0.0))
        ahead = shapely.line_interpolate_point(line, np.minimum(along_m + step_m, line.length))
        way = shapely.get_coordinates(ahead) - shapely.get_coordinates(behind)
        way /= np.maximum(np.linalg.norm(way, axis=1, keepdims=True), 1e-9)
        leftward = np.column_stack((-way[:, 1], way[:, 0]))
        middle = shapely.get_coordinates(shapely.line_interpolate_point(line, along_m))
        across_m = _spaced(-corridor.width_m / 2, corridor.width_m / 2)
        points: Floats = middle[:, None, :] + leftward[:, None, :] * across_m[None, :, None]
        return points.reshape(-1, 2)

    def where(self, xy_m: Floats) -> str:
        """Return a metric point as a person reads it: "lon 114.07123, lat 22.51234"."""
        (point,) = self.network.projection.to_lonlat(np.array([shapely.Point(xy_m)]))
        return f"lon {point.x:.5f}, lat {point.y:.5f}"


def _spaced(first: float, last: float) -> Floats:
    """Return evenly spaced numbers from first to last, at most SAMPLE_M apart."""
    return np.linspace(first, last, int(np.ceil((last - first) / SAMPLE_M)) + 1)
