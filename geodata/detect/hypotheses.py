"""What coordinates might be: each datum, each with its axes swapped, and known slips."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from geodata.datum.datum import DATUMS, WGS84, points_from_wgs84, points_to_wgs84

Floats = npt.NDArray[np.float64]

_COPIED = (WGS84, "GCJ02", "BD09")


@dataclass(frozen=True)
class Hypothesis:
    """A way in which coordinates may have come about, and the way back to WGS-84.

    `crs` is what to give as `--crs`, or None if no option mends it. `prior` is how likely it is
    before anything is looked at, against the others. What is `copied` from maps point by point may
    be in this datum while the rest of a file is in another.
    """

    name: str
    crs: str | None
    to_wgs84: Callable[[Floats], Floats]
    prior: float
    copied: bool = False


def hypotheses(stated: str) -> list[Hypothesis]:
    """Return what coordinates might be that are said to be in `stated`.

    CGCS2000 is left out: it cannot be told from WGS-84.
    """
    found = []
    for name in DATUMS:
        if name == "EPSG:4490":
            continue
        prior = 0.5 if name == stated else 0.05
        straight = partial(points_to_wgs84, crs=name)
        found.append(Hypothesis(name, name, straight, prior, copied=name in _COPIED))
        swapped = partial(_swapped_to_wgs84, crs=name)
        found.append(Hypothesis(f"{name} with its axes swapped", None, swapped, 0.02))
    slip = "EPSG:2326 made without a datum shift"
    found.append(Hypothesis(slip, None, _unshifted_to_wgs84, 0.02))
    return found


def _swapped_to_wgs84(xy: Floats, crs: str) -> Floats:
    return points_to_wgs84(xy[:, ::-1], crs)


def _unshifted_to_wgs84(xy: Floats) -> Floats:
    """Return what went into a grid whose maker took CGCS2000 as equal to Hong Kong 1980."""
    return points_from_wgs84(points_to_wgs84(xy, "EPSG:2326"), "EPSG:4611")
