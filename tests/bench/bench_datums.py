"""How exact and how quick GCJ-02 and BD-09 are here and in other libraries.

`python -m tests.bench.bench_datums`; eviltransform, prcoords and coordtransform are measured
where they are installed.
"""

import importlib.util
import time
from collections.abc import Callable

import geocoordinates_ffi
import numpy as np
import pyproj

from geodata.datum.gcj02 import bd09_to_wgs84, gcj02_to_wgs84, wgs84_to_bd09, wgs84_to_gcj02

Floats = np.ndarray
Move = Callable[[Floats], Floats]
Ways = dict[str, tuple[Move, Move]]
"""By datum, the way there from WGS-84 and the way back."""

POINTS = 20_000


def one_by_one(move: Callable[[float, float], tuple[float, float]]) -> Move:
    return lambda lonlat: np.array([move(float(lon), float(lat)) for lon, lat in lonlat])


def geocoordinates() -> Ways:
    lib = geocoordinates_ffi

    def moved(move: Callable[..., object], kind: type) -> Move:
        def each(lon: float, lat: float) -> tuple[float, float]:
            found = move(kind(lat=lat, lon=lon))
            return found.lon, found.lat

        return one_by_one(each)

    return {
        "GCJ-02": (
            moved(lib.wgs84_to_gcj02, lib.Wgs84),
            moved(lib.gcj02_to_wgs84_refined, lib.Gcj02),
        ),
        "BD-09": (moved(lib.wgs84_to_bd09, lib.Wgs84), moved(lib.bd09_to_wgs84_refined, lib.Bd09)),
    }


def ours() -> Ways:
    return {"GCJ-02": (wgs84_to_gcj02, gcj02_to_wgs84), "BD-09": (wgs84_to_bd09, bd09_to_wgs84)}


def eviltransform() -> Ways:
    import eviltransform as lib

    def moved(move: Callable[..., tuple[float, float]]) -> Move:
        return one_by_one(lambda lon, lat: move(lat, lon)[::-1])

    return {
        "GCJ-02": (moved(lib.wgs2gcj), moved(lib.gcj2wgs_exact)),
        "BD-09": (moved(lib.wgs2bd), moved(lib.bd2wgs)),
    }


def prcoords() -> Ways:
    import prcoords as lib

    def moved(move: Callable[..., object]) -> Move:
        def each(lon: float, lat: float) -> tuple[float, float]:
            found = move(lib.Coords(lat, lon))
            return found.lon, found.lat

        return one_by_one(each)

    return {
        "GCJ-02": (moved(lib.wgs_gcj), moved(lib.gcj_wgs_bored)),
        "BD-09": (moved(lib.wgs_bd), moved(lib.bd_wgs_bored)),
    }


def coord_transform() -> Ways:
    import coordTransform as lib  # noqa: N813

    return {
        "GCJ-02": (one_by_one(lib.wgs84_to_gcj02), one_by_one(lib.gcj02_to_wgs84)),
        "BD-09": (one_by_one(lib.wgs84_to_bd09), one_by_one(lib.bd09_to_wgs84)),
    }


LIBRARIES = {
    "here": (ours, None),
    "geocoordinates-rs": (geocoordinates, "geocoordinates_ffi"),
    "prcoords": (prcoords, "prcoords"),
    "eviltransform": (eviltransform, "eviltransform"),
    "coordtransform": (coord_transform, "coordTransform"),
}


def main() -> None:
    rng = np.random.default_rng(1)
    points = np.column_stack((rng.uniform(113.9, 114.3, POINTS), rng.uniform(22.4, 22.6, POINTS)))
    geod = pyproj.Geod(ellps="WGS84")
    for name, (library, module) in LIBRARIES.items():
        if module is not None and importlib.util.find_spec(module) is None:
            print(f"{name:18} not installed")
            continue
        for datum, (there, back) in library().items():
            moved = there(points)
            began = time.process_time()
            found = back(moved)
            took_s = time.process_time() - began
            off_mm = geod.inv(*points.T, *found.T)[2].max() * 1000
            per_million_s = took_s / POINTS * 1e6
            print(f"{name:18} {datum:7} {off_mm:12.6f} mm {per_million_s:7.1f} s a million back")


if __name__ == "__main__":
    main()
