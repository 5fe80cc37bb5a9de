"""How far GCJ-02, the obfuscated datum of Chinese web maps, lies from WGS-84."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_SEMI_MAJOR_M = 6_378_245.0
_ECCENTRICITY2 = 0.006_693_421_622_965_943_23
"""The Krassovsky 1940 ellipsoid, which the algorithm uses for both datums."""


def gcj02_shift(lonlat: Floats) -> Floats:
    """Return GCJ-02 minus WGS-84, degrees (lon, lat), at points of shape (n, 2) in degrees.

    The algorithm is not official: it is the published reverse-engineered one, as in the
    "eviltransform" and "coordtransform" libraries. At Hetao it gives lon +0.00512, lat -0.00270,
    some 606 m towards 119.6 degrees. It holds for mainland China and Hong Kong.
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
