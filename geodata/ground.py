"""Ground heights: spot heights with a margin, or a user's elevation grid in their place."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


class Ground(Protocol):
    """Anything that knows the ground's height; extension point for elevation models."""

    def heights(self, xy_m: Floats) -> tuple[Floats, Floats]:
        """Return lowest and highest ground, m AMSL, at points of shape (n, 2) in metric CRS."""


@dataclass(frozen=True)
class SpotGround:
    """Ground between spot heights, by inverse distance weighting, plus or minus their margin.

    Shepard (1968), "A two-dimensional interpolation function for irregularly-spaced data",
    equation 1 with exponent 2, over the `neighbours` nearest points.
    """

    xy_m: Floats
    ground_amsl_m: Floats
    margin_m: Floats
    neighbours: int = 6

    def heights(self, xy_m: Floats) -> tuple[Floats, Floats]:
        """Return lowest and highest ground, m AMSL, at points of shape (n, 2) in metric CRS."""
        gaps = np.linalg.norm(xy_m[:, None, :] - self.xy_m[None, :, :], axis=2)
        count = min(self.neighbours, len(self.xy_m))
        near = np.argpartition(gaps, count - 1, axis=1)[:, :count]
        gap = np.maximum(np.take_along_axis(gaps, near, axis=1), 0.01)
        weight = 1.0 / gap**2
        weight /= weight.sum(axis=1, keepdims=True)
        height = (weight * self.ground_amsl_m[near]).sum(axis=1)
        margin = (weight * self.margin_m[near]).sum(axis=1)
        return height - margin, height + margin


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
