"""Ground heights: between spot heights, and from a GeoTIFF."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import rasterio
from rasterio.errors import CRSError, RasterioIOError
from rasterio.transform import Affine

from geodata.ground import SpotGround, read_grid


def write_grid(path: Path, heights_m: npt.NDArray[Any], crs: str | None, **options: object) -> Path:
    """Write a GeoTIFF with its north-west corner at 815 000 E, 2 495 000 N, in cells of 50 m."""
    rows, columns = heights_m.shape
    profile = {"driver": "GTiff", "width": columns, "height": rows, "count": 1, **options}
    transform = Affine(50, 0, 815_000, 0, -50, 2_495_000)
    with rasterio.open(
        path, "w", dtype=heights_m.dtype, crs=crs, transform=transform, **profile
    ) as grid:
        grid.write(heights_m, 1)
    return path


def test_ground_at_a_spot_height_is_that_height_give_or_take_its_margin() -> None:
    ground = SpotGround(
        np.array([[0.0, 0.0], [100.0, 0.0]]), np.array([5.0, 9.0]), np.array([1.0, 3.0])
    )
    lowest, highest = ground.heights(np.array([[0.0, 0.0], [100.0, 0.0], [50.0, 0.0]]))
    assert lowest == pytest.approx([4.0, 6.0, 5.0], abs=1e-6)
    assert highest == pytest.approx([6.0, 12.0, 9.0], abs=1e-6)


def test_a_grid_in_the_metric_crs_is_read_cell_by_cell(tmp_path: Path) -> None:
    heights_m = np.arange(12, dtype="float32").reshape(3, 4)
    path = write_grid(tmp_path / "grid.tif", heights_m, "EPSG:32649")
    lowest, highest = read_grid(path, "EPSG:32649", 2.0).heights(
        np.array([[815_025.0, 2_494_975.0], [815_175.0, 2_494_875.0], [815_201.0, 2_494_975.0]])
    )
    assert lowest == pytest.approx([-2.0, 9.0, np.nan], nan_ok=True)
    assert highest == pytest.approx([2.0, 13.0, np.nan], nan_ok=True)


@pytest.mark.parametrize("nodata", [None, -9999])
def test_what_a_warp_leaves_empty_is_unknown_and_not_sea_level(
    tmp_path: Path, nodata: int | None
) -> None:
    """A grid in UTM lies askew in the Hong Kong grid, so that its corners have empty cells."""
    heights_m = np.full((60, 60), 7, dtype="int16")
    path = write_grid(tmp_path / "grid.tif", heights_m, "EPSG:32649", nodata=nodata)
    warped = read_grid(path, "EPSG:2326", 0.0).heights_amsl_m
    assert warped[np.isfinite(warped)] == pytest.approx(7.0)
    assert np.isnan(warped).any()


def test_a_grid_names_its_crs(tmp_path: Path) -> None:
    path = write_grid(tmp_path / "grid.tif", np.zeros((2, 2), dtype="float32"), None)
    with pytest.raises(CRSError):
        read_grid(path, "EPSG:2326", 0.0)


def test_a_file_that_is_no_grid(tmp_path: Path) -> None:
    with pytest.raises(RasterioIOError):
        read_grid(tmp_path / "none.tif", "EPSG:2326", 0.0)
