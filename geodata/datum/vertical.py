"""Vertical references: what a height counts from, and what lies between two of them at Hetao.

PROJ has no grid for any of these pairs unless one was installed by hand, and where it has none it
returns the height unchanged and says nothing (docs/datums.md). So no height is ever moved by PROJ:
the offsets stand here as data, each with its source and how well it is known, and hold within
`REACH_M` of the Loop alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import hypot
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import shapely

from geodata.codes import fault
from geodata.faults import InvalidInput
from geodata.features import NetworkInfo
from geodata.nearest import did_you_mean
from geodata.network import Network

Floats = npt.NDArray[np.float64]

LOOP_LONLAT = (114.0794, 22.5213)
"""Middle of the Loop, where the offsets were derived for."""

REACH_M = 30_000.0
"""How far from there they hold: the geoid falls by less than 1 m over that distance."""


@dataclass(frozen=True, slots=True)
class VerticalReference:
    """A surface that heights count from.

    A height above it, plus `offset_m`, is a height above its `parent`, good to `uncertainty_m`
    (one standard deviation, by judgement where the source gives none). The references form a tree
    with mean sea level at its root, each hung below the one that it was compared with.
    """

    name: str
    title: str
    aliases: tuple[str, ...]
    parent: str | None
    offset_m: float
    uncertainty_m: float
    source: str


ELLIPSOID = "WGS84E"
"""The reference of heights that a satellite receiver counts."""

_KNOWN = (
    VerticalReference(
        "AMSL",
        "Mean sea level at Hetao",
        ("MSL", "mean sea level"),
        None,
        0.0,
        0.0,
        "what the shipped network counts from: the zero of its spot heights",
    ),
    VerticalReference(
        "HKPD",
        "Hong Kong Principal Datum",
        ("EPSG:5738", "mPD"),
        "AMSL",
        -1.23,
        0.15,
        "EPSG datum 5136: chart datum is 0.15 m below HKPD and 1.38 m below mean sea level at "
        "Quarry Bay, 30 km from Hetao",
    ),
    VerticalReference(
        "YS56",
        "1956 Yellow Sea Height Datum",
        ("YELLOWSEA56",),
        "HKPD",
        1.01,
        0.10,
        "HKGEOID-2000 and SZGEOID-2000 with GPS levelling on both sides: 1.01 m (Marine Geodesy "
        "28, doi 10.1080/01490410590953758); its sign follows from mean sea level, which is "
        "1.23 m above HKPD and some 0.35 m above the zero at Qingdao",
    ),
    VerticalReference(
        "NHD85",
        "1985 National Height Datum",
        ("EPSG:5737", "YELLOWSEA85", "YS85", "1985"),
        "YS56",
        0.029,
        0.01,
        "the origin at Qingdao is 72.289 m in 1956 and 72.260 m in 1985",
    ),
    VerticalReference(
        "EGM2008",
        "EGM2008 geoid",
        ("EPSG:3855", "EGM08"),
        "NHD85",
        -0.32,
        0.20,
        "the 1985 zero is 0.30 m to 0.34 m above the geoid (doi 10.13203/j.whugis20150548 and "
        "10.11947/j.AGCS.2018.20170051; other authors 0.21 m to 0.46 m)",
    ),
    VerticalReference(
        ELLIPSOID,
        "WGS-84 ellipsoid, as a satellite receiver counts",
        ("EPSG:4979", "ELLIPSOID", "ELLIPSOIDAL", "HAE"),
        "HKPD",
        3.35,
        0.30,
        "0 m HKPD is -2.371 m at 845000 E 822200 N by the Lands Department's transformation "
        "(HKGEOID2016, quoted at second hand), carried 28 km to Hetao along EGM96, which falls "
        "by 0.98 m",
    ),
    VerticalReference(
        "EGM96",
        "EGM96 geoid",
        ("EPSG:5773",),
        "WGS84E",
        -2.88,
        0.10,
        "EGM96 15-minute grid of the NGA: -2.88 m at 114.07 E 22.52 N, -2.96 m to -2.78 m over "
        "the network",
    ),
)
REFERENCES: Mapping[str, VerticalReference] = MappingProxyType({each.name: each for each in _KNOWN})
"""The references that heights may count from, by name."""

_BY_ALIAS = {
    alias.upper(): each for each in _KNOWN for alias in (each.name, *each.aliases, each.title)
}


@dataclass(frozen=True, slots=True)
class HeightMove:
    """The way from one reference to another: a height in `source` plus `offset_m` is in `target`.

    `steps` are the references whose `source` texts the offset rests on.
    """

    source: str
    target: str
    offset_m: float
    uncertainty_m: float
    steps: tuple[str, ...]


def vertical_reference(name: str | None, source: str = "--vertical") -> VerticalReference:
    """Return the reference of a name or alias, in any case.

    Raises `InvalidInput` with the choices: `VERTICAL_NOT_STATED` for None, `VERTICAL_UNKNOWN`
    else. `source` is what lacks the reference: a file, or an option.
    """
    choices = ", ".join(REFERENCES)
    if name is None:
        raise InvalidInput([fault("VERTICAL_NOT_STATED", source, "", "vertical", limit=choices)])
    found = _BY_ALIAS.get(name.strip().upper())
    if found is None:
        message = f"There is no such vertical reference{did_you_mean(name, _BY_ALIAS) or '.'}"
        place = ("VERTICAL_UNKNOWN", source, "", "vertical")
        raise InvalidInput([fault(*place, value=name[:60], limit=choices, message=message)])
    return found


def network_reference(info: NetworkInfo) -> VerticalReference:
    """Return what a network's AMSL heights count from, by the first words of its `vertical_datum`.

    Those are what stands before a comma, semicolon or bracket. Raises `InvalidInput` with
    `VERTICAL_UNKNOWN` if they name no known reference: then no height can be moved to or from it.
    """
    words = info.vertical_datum
    for mark in ",;(":
        words = words.split(mark)[0]
    return vertical_reference(words, "network.json")


def height_move(source: str, target: str) -> HeightMove:
    """Return the way between two references at Hetao, along the tree of `REFERENCES`.

    The uncertainty is the root of the sum of the squares of those of the steps between them; what
    both have in common cancels. Raises `InvalidInput` for an unknown name.
    """
    ends = [vertical_reference(each).name for each in (source, target)]
    up, down = (_ancestry(each) for each in ends)
    climbed = [each for each in up if each not in down]
    fallen = [each for each in down if each not in up]
    offset_m = sum((REFERENCES[each].offset_m for each in climbed), 0.0)
    offset_m -= sum(REFERENCES[each].offset_m for each in fallen)
    steps = (*climbed, *fallen)
    uncertainty_m = hypot(*(REFERENCES[each].uncertainty_m for each in steps))
    return HeightMove(ends[0], ends[1], round(offset_m, 3), round(uncertainty_m, 3), steps)


def _ancestry(name: str) -> list[str]:
    parent = REFERENCES[name].parent
    return [name] if parent is None else [name, *_ancestry(parent)]


def agl_to_amsl(network: Network, lonlat: Floats, height_agl_m: Floats) -> tuple[Floats, Floats]:
    """Return lowest and highest height, m AMSL, of heights above the network's ground.

    `lonlat` is (n, 2) in WGS-84 degrees. The ground is the terrain in use, `network.ground`, whose
    margin makes the two differ. Raises `InvalidInput` where the ground is unknown.
    """
    lowest, highest = _ground(network, lonlat)
    return lowest + height_agl_m, highest + height_agl_m


def amsl_to_agl(network: Network, lonlat: Floats, height_amsl_m: Floats) -> tuple[Floats, Floats]:
    """Return least and greatest height above the network's ground, m, of heights AMSL.

    The least is over the highest ground. Otherwise as `agl_to_amsl`.
    """
    lowest, highest = _ground(network, lonlat)
    return height_amsl_m - highest, height_amsl_m - lowest


def _ground(network: Network, lonlat: Floats) -> tuple[Floats, Floats]:
    if network.elevation is None and not network.layer("spot_heights"):
        raise InvalidInput([fault("TERRAIN_MISSING", "spot_heights", value="no spot heights")])
    metric = network.projection.to_metric(shapely.points(lonlat))
    lowest, highest = network.ground.heights(shapely.get_coordinates(metric))
    unknown = ~np.isfinite(lowest)
    if unknown.any():
        lon, lat = lonlat[unknown][0]
        message = "The ground is unknown at a point, so no height above it can be told."
        value = f"{unknown.sum()} points, first {lon:.6f}, {lat:.6f}"
        raise InvalidInput([fault("TERRAIN_UNKNOWN", "terrain", value=value, message=message)])
    return lowest, highest
