"""Between WGS-84 lon/lat and a network's metric CRS, through pyproj."""

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyproj
import shapely


@lru_cache(maxsize=8)
def _transformer(source: str, target: str) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(source, target, always_xy=True)


class Projection:
    """Both directions between EPSG:4326 (x = lon, y = lat) and a projected CRS in metres."""

    def __init__(self, metric_crs: str) -> None:
        self.metric_crs = metric_crs

    def to_metric(self, shapes: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return an array of shapely geometries, lon/lat degrees to metres east and north."""
        return self._apply(shapes, "EPSG:4326", self.metric_crs)

    def to_lonlat(self, shapes: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return an array of shapely geometries, metres east and north to lon/lat degrees."""
        return self._apply(shapes, self.metric_crs, "EPSG:4326")

    @staticmethod
    def _apply(shapes: npt.NDArray[Any], source: str, target: str) -> npt.NDArray[Any]:
        transformer = _transformer(source, target)

        def move(xy: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
            return np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))

        moved = shapely.transform(shapes, move)
        return np.asarray(moved)
