"""GCJ-02 and BD-09, the obfuscated datums of Chinese web maps, to and from WGS-84.

Neither is published by those who set it; these are the reverse-engineered formulas that open
libraries agree on (PRCoords, eviltransform, coordtransform). Points are arrays of shape (n, 2),
degrees, longitude before latitude. They hold for mainland China, Hong Kong and Macao.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_SEMI_MAJOR_M = 6_378_245.0
_ECCENTRICITY2 = 0.006_693_421_622_965_943_23
"""The Krassovsky 1940 ellipsoid, which the algorithm uses for both datums."""

_SETTLED_DEG = 1e-12
"""An inverse ends when it moves by less: a ten-thousandth of a millimetre."""

_BD09_OFFSET_DEG = (0.0065, 0.006)
_BD09_WAVE = np.pi * 3000 / 180


def gcj02_shift(lonlat: Floats) -> Floats:
    """Return GCJ-02 minus WGS-84, degrees (lon, lat), at points in WGS-84.

    In the Loop, at 114.0700 E 22.5200 N, it gives lon +0.00512, lat -0.00270: some 606 m.
    """
    x, y = lonlat[:, 0] - 105.0, lonlat[:, 1] - 35.0
    root = np.sqrt(np.abs(x))
    common = (20 * np.sin(6 * np.pi * x) + 20 * np.sin(2 * np.pi * x)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + common
    east += (20 * np.sin(np.pi * x) + 40 * np.sin(np.pi * x / 3)) * 2 / 3
    east += (150 * np.sin(np.pi * x / 12) + 300 * np.sin(np.pi * x / 30)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + common
    north += (20 * np.sin(np.pi * y) + 40 * np.sin(np.pi * y / 3)) * 2 / 3
    north += (160 * np.sin(np.pi * y / 12) + 320 * np.sin(np.pi * y / 30)) * 2 / 3
    latitude = np.radians(lonlat[:, 1])
    curvature = 1 - _ECCENTRICITY2 * np.sin(latitude) ** 2
    meridian_m = _SEMI_MAJOR_M * (1 - _ECCENTRICITY2) / curvature**1.5
    normal_m = _SEMI_MAJOR_M / np.sqrt(curvature)
    return np.column_stack(
        (np.degrees(east / (normal_m * np.cos(latitude))), np.degrees(north / meridian_m))
    )


def wgs84_to_gcj02(lonlat: Floats) -> Floats:
    """Return points in GCJ-02 for points in WGS-84."""
    return lonlat + gcj02_shift(lonlat)


def gcj02_to_wgs84(lonlat: Floats) -> Floats:
    """Return points in WGS-84 for points in GCJ-02; `wgs84_to_gcj02` gives them back to 0.001 mm.

    Web pages subtract the shift at the shifted point, which is up to 2 m wrong at Hetao.
    """
    return _inverse(wgs84_to_gcj02, lonlat)


def wgs84_to_bd09(lonlat: Floats) -> Floats:
    """Return points in BD-09, the datum of Baidu's maps, for points in WGS-84."""
    return _gcj02_to_bd09(wgs84_to_gcj02(lonlat))


def bd09_to_wgs84(lonlat: Floats) -> Floats:
    """Return points in WGS-84 for points in BD-09; `wgs84_to_bd09` gives them back to 0.001 mm."""
    return gcj02_to_wgs84(_inverse(_gcj02_to_bd09, lonlat))


def _gcj02_to_bd09(lonlat: Floats) -> Floats:
    lon, lat = lonlat[:, 0], lonlat[:, 1]
    radius = np.hypot(lon, lat) + 0.000_02 * np.sin(lat * _BD09_WAVE)
    angle = np.arctan2(lat, lon) + 0.000_003 * np.cos(lon * _BD09_WAVE)
    return np.column_stack((radius * np.cos(angle), radius * np.sin(angle))) + _BD09_OFFSET_DEG


def _inverse(forward: Callable[[Floats], Floats], target: Floats) -> Floats:
    """Return the points that `forward` moves to `target`, by fixed-point iteration.

    Both maps differ from the identity by a shift that grows by some 0.3 % of the way at most, so
    each round leaves less than a hundredth of the error; twenty are never needed.
    """
    found = target
    for _ in range(20):
        left = target - forward(found)
        found = found + left
        if not (np.abs(left) > _SETTLED_DEG).any():
            break
    return found
