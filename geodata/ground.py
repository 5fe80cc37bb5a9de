"""Ground heights: spot heights with a margin, or a user's elevation grid in their place."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from scipy.spatial import cKDTree

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]

_CHUNK = 100_000
"""Points that are interpolated at once: bounds the memory."""

_FEW_SPOTS = 256
"""Up to here all distances are quicker than a tree, which takes half a second to import."""


class Ground(Protocol):
    """Anything that knows the ground's height; extension point for elevation models."""

    def heights(self, xy_m: Floats) -> tuple[Floats, Floats]:
        """Return lowest and highest ground, m AMSL, at points of shape (n, 2) in metric CRS."""


@dataclass(frozen=True)
class SpotGround:
    """Ground between spot heights, by inverse distance weighting, plus or minus their margin.

    Shepard (1968), "A two-dimensional interpolation function for irregularly-spaced data",
    equation 1 with exponent 2, over the `neighbours` nearest points; of points equally near, those
    that stand first in the arrays count.
    """

    xy_m: Floats
    ground_amsl_m: Floats
    margin_m: Floats
    neighbours: int = 6

    def heights(self, xy_m: Floats) -> tuple[Floats, Floats]:
        """Return lowest and highest ground, m AMSL, at points of shape (n, 2) in metric CRS."""
        lowest, highest, _ = self.heights_and_reach(xy_m)
        return lowest, highest

    def heights_and_reach(self, xy_m: Floats) -> tuple[Floats, Floats, Floats]:
        """Return `heights`, and how far in metres the farthest spot that counts at each point is.

        A spot farther off changes nothing at the point; infinite where every spot counts.
        """
        found = np.empty((3, len(xy_m)))
        for at in range(0, len(xy_m), _CHUNK):
            chunk = slice(at, at + _CHUNK)
            found[:, chunk] = self._heights_and_reach(xy_m[chunk])
        return found[0], found[1], found[2]

    def _heights_and_reach(self, xy_m: Floats) -> tuple[Floats, Floats, Floats]:
        near = self._near(xy_m)
        gaps = self._gaps(xy_m, near)
        weight = 1.0 / np.maximum(gaps, 0.01) ** 2
        weight /= weight.sum(axis=1, keepdims=True)
        height = (weight * self.ground_amsl_m[near]).sum(axis=1)
        margin = (weight * self.margin_m[near]).sum(axis=1)
        every_counts = len(self.xy_m) <= self.neighbours
        reach = np.full(len(xy_m), np.inf) if every_counts else gaps.max(axis=1)
        return height - margin, height + margin, reach

    def _gaps(self, xy_m: Floats, near: Indices) -> Floats:
        x_m, y_m = self.xy_m.T
        gaps: Floats = np.hypot(xy_m[:, :1] - x_m[near], xy_m[:, 1:] - y_m[near])
        return gaps

    def _near(self, xy_m: Floats) -> Indices:
        """Return the spots that count at each point, ascending: the same whatever else is asked."""
        count, every = self.neighbours, np.arange(len(self.xy_m))
        if len(every) <= count:
            return np.broadcast_to(every, (len(xy_m), len(every)))
        if self._tree is None:
            gaps = self._gaps(xy_m, every[None, :])
            near = np.argpartition(gaps, (count - 1, count), axis=1)[:, : count + 1]
            last_two = np.take_along_axis(gaps, near[:, count - 1 :], axis=1)
        else:
            last_two, near = map(np.asarray, self._tree.query(xy_m, k=count + 1))
            last_two = last_two[:, count - 1 :]
        near = near[:, :count].copy()
        (tied,) = np.nonzero(last_two[:, 0] == last_two[:, 1])
        for row in tied:
            gaps = self._gaps(xy_m[row : row + 1], every[None, :])
            near[row] = np.argsort(gaps[0], kind="stable")[:count]
        near.sort(axis=1)
        return near

    @cached_property
    def _tree(self) -> "cKDTree | None":
        if len(self.xy_m) <= _FEW_SPOTS:
            return None
        from scipy.spatial import cKDTree

        return cKDTree(self.xy_m)


@dataclass(frozen=True)
class GridGround:
    """Ground from an elevation grid, nearest cell, plus or minus a stated vertical error."""

    heights_amsl_m: Floats
    origin_xy_m: tuple[float, float]
    cell_m: tuple[float, float]
    margin_m: float

    def heights(self, xy_m: Floats) -> tuple[Floats, Floats]:
        """Return lowest and highest ground, m AMSL, at points of shape (n, 2) in metric CRS.

        Outside the grid both are NaN, so that no lane is passed there by accident.
        """
        rows, columns = self.heights_amsl_m.shape
        column = np.floor((xy_m[:, 0] - self.origin_xy_m[0]) / self.cell_m[0]).astype(int)
        row = np.floor((xy_m[:, 1] - self.origin_xy_m[1]) / self.cell_m[1]).astype(int)
        inside = (row >= 0) & (row < rows) & (column >= 0) & (column < columns)
        height = np.full(len(xy_m), np.nan)
        height[inside] = self.heights_amsl_m[row[inside], column[inside]]
        return height - self.margin_m, height + self.margin_m


def read_grid(path: Path, metric_crs: str, margin_m: float) -> GridGround:
    """Read a GeoTIFF of heights in m AMSL and warp it to the network's metric CRS.

    Cells without data, and those that the warp leaves empty, become NaN. Raises
    `rasterio.errors.RasterioIOError` if it cannot be read, and `CRSError` if it names no CRS.
    """
    import rasterio
    from rasterio.enums import Resampling
    from rasterio.errors import CRSError
    from rasterio.vrt import WarpedVRT

    with rasterio.open(path) as grid:
        if grid.crs is None:
            raise CRSError("it names no CRS")
        # Empty cells are zero, as sea level is, unless the target has a value of its own for them.
        target = {"crs": metric_crs, "dtype": "float64", "nodata": np.nan}
        with WarpedVRT(grid, resampling=Resampling.bilinear, **target) as warped:
            band = warped.read(1)
            transform = warped.transform
    return GridGround(band, (transform.c, transform.f), (transform.a, transform.e), margin_m)
