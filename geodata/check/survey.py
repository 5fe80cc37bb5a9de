"""What several checks need of a network, worked out once for all corridors."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any, TypeVar, cast

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.check.unread import Unread
from geodata.edit import find_feature
from geodata.features import Corridor, Feature
from geodata.ground import SpotGround
from geodata.limits import SAMPLE_M
from geodata.network import Network

SITE_LAYERS = ("vertiports", "checkpoints")
PLACE_LAYERS = (*SITE_LAYERS, "waypoints")

T = TypeVar("T")

Floats = npt.NDArray[np.float64]
Shapes = npt.NDArray[Any]

_BATCH = 4096
"""Corridors whose ground is sampled at once: bounds the memory."""


@dataclass(frozen=True, slots=True)
class GroundBelow:
    """The ground under a corridor: points (n, 2) in metric CRS, lowest and highest m AMSL.

    `floor_m` and `roof_m` are the extremes over all points, NaN if any point's ground is unknown;
    `span_m` is the box of the points: west, south, east, north. A spot height farther than
    `reach_m` from all points does not count towards the ground at any.
    """

    xy_m: Floats
    lowest_m: Floats
    highest_m: Floats
    floor_m: float
    roof_m: float
    reach_m: float
    span_m: tuple[float, float, float, float]


@dataclass(frozen=True)
class Survey:
    """A network whose shapes are sound, and what follows from them."""

    network: Network
    unread: Unread

    def members(self, layers: Iterable[str]) -> tuple[Feature, ...]:
        """Return the features of some layers, each layer sorted by id."""
        return tuple(chain.from_iterable(self.network.layer(layer) for layer in layers))

    def shapes(self, features: Iterable[Feature]) -> Shapes:
        """Return the metric shapes of some features."""
        return object_array(self.network.metric[each.id] for each in features)

    @property
    def corridors(self) -> tuple[Corridor, ...]:
        """Every corridor, sorted by id."""
        return cast("tuple[Corridor, ...]", self.network.layer("corridors"))

    @cached_property
    def at_end(self) -> Mapping[str, frozenset[str]]:
        """Id of a place, known or not, to the ids of the corridors that begin or end there."""
        return _grouped((end, each.id) for each in self.corridors for end in ends_of(each))

    def between(self, one: str, other: str) -> frozenset[str]:
        """Return the ids of the corridors between two places, in either direction."""
        return self.at_end.get(one, frozenset()) & self.at_end.get(other, frozenset())

    def corridor(self, identifier: str) -> Corridor | None:
        """Return the corridor of an id, or None."""
        return cast("Corridor | None", find_feature(self.network, "corridors", identifier))

    @cached_property
    def approved(self) -> Mapping[str, frozenset[str]]:
        """Zone id to the ids of the corridors that are approved for it."""
        return _grouped((zone, each.id) for each in self.corridors for zone in each.approved_zones)

    @cached_property
    def strips(self) -> Mapping[str, shapely.Polygon]:
        """Corridor id to its line widened by half its width, flat at the ends, metric CRS."""
        return self._strips(self.corridors)

    @property
    def ground_known(self) -> bool:
        """Whether an elevation model is in use, or spot heights of which all could be read."""
        spots = self.network.layer("spot_heights")
        whole = bool(spots) and "spot_heights" not in self.unread.layers
        return whole or self.network.elevation is not None

    @cached_property
    def ground(self) -> Mapping[str, GroundBelow]:
        """Corridor id to the ground below it, sampled along, across and at both edges."""
        return self._ground(self.corridors)

    def followed_by(
        self, after: "Survey", edited: str, stale_ground: Collection[str] | None
    ) -> "Survey":
        """Return `after` with all that was worked out here and still holds.

        The corridor `edited`, if it is one, may be new, gone or changed; below `stale_ground`
        (None: everywhere) the ground may differ.
        """
        old, new = (find_feature(each.network, "corridors", edited) for each in (self, after))
        known = vars(after)  # where cached_property keeps what it has worked out
        known["at_end"] = _regrouped(self.at_end, edited, _ends(old), _ends(new))
        known["approved"] = _regrouped(self.approved, edited, _approvals(old), _approvals(new))
        known["strips"] = _without(self.strips, [edited]) | after._strips(_corridors([new]))
        if after.ground_known and stale_ground is not None:
            stale = {*stale_ground, edited}
            again = [find_feature(after.network, "corridors", each) for each in sorted(stale)]
            known["ground"] = _without(self.ground, stale) | after._ground(_corridors(again))
        return after

    def _strips(self, corridors: Sequence[Corridor]) -> dict[str, shapely.Polygon]:
        half_m = np.array([each.width_m / 2 for each in corridors])
        shapes = shapely.buffer(self.shapes(corridors), half_m, cap_style="flat")
        return dict(zip((each.id for each in corridors), shapes, strict=True))

    def _ground(self, corridors: Sequence[Corridor]) -> dict[str, GroundBelow]:
        found: dict[str, GroundBelow] = {}
        for at in range(0, len(corridors), _BATCH):
            batch = corridors[at : at + _BATCH]
            below = _ground_below(self.network, batch, self.shapes(batch))
            found.update(zip((each.id for each in batch), below, strict=True))
        return found

    def sites_at_ends(self, corridors: Sequence[Corridor]) -> tuple[Shapes, Shapes]:
        """Return the points of the sites where corridors start and end; None for no site."""
        sites, metric = self.network.sites, self.network.metric
        return (
            object_array(metric[c.start] if c.start in sites else None for c in corridors),
            object_array(metric[c.end] if c.end in sites else None for c in corridors),
        )

    def ends_off_m(self, corridors: Sequence[Corridor]) -> tuple[Floats, Floats]:
        """Return how far corridors' starts and ends are from their places; NaN where unknown."""
        lines, places, metric = self.shapes(corridors), self.network.places, self.network.metric
        starts = object_array(metric[c.start] if c.start in places else None for c in corridors)
        ends = object_array(metric[c.end] if c.end in places else None for c in corridors)
        return (
            shapely.distance(shapely.get_point(lines, 0), starts),
            shapely.distance(shapely.get_point(lines, -1), ends),
        )

    def where(self, xy_m: Floats) -> str:
        """Return a metric point as a person reads it: "lon 114.07123, lat 22.51234"."""
        (point,) = self.network.projection.to_lonlat(np.array([shapely.Point(xy_m)]))
        return f"lon {point.x:.5f}, lat {point.y:.5f}"


def ends_of(corridor: Corridor) -> tuple[str, str]:
    """Return the places where a corridor begins and ends."""
    return corridor.start, corridor.end


def _ends(corridor: Feature | None) -> frozenset[str]:
    return frozenset(ends_of(corridor)) if isinstance(corridor, Corridor) else frozenset()


def _approvals(corridor: Feature | None) -> frozenset[str]:
    return frozenset(corridor.approved_zones if isinstance(corridor, Corridor) else ())


def _corridors(found: Iterable[Feature | None]) -> list[Corridor]:
    return [each for each in found if isinstance(each, Corridor)]


def _without(known: Mapping[str, T], ids: Iterable[str]) -> dict[str, T]:
    found = dict(known)
    for each in ids:
        found.pop(each, None)
    return found


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    found: dict[str, list[str]] = {}
    for key, each in pairs:
        found.setdefault(key, []).append(each)
    return {key: frozenset(each) for key, each in found.items()}


def _regrouped(
    groups: Mapping[str, frozenset[str]], member: str, old: Set[str], new: Set[str]
) -> Mapping[str, frozenset[str]]:
    """Return groups of which the member was in some, `old`, and is now in others, `new`."""
    if old == new:
        return groups
    found = dict(groups)
    for key in old | new:
        group = found.pop(key, frozenset()) - {member} | ({member} if key in new else set())
        if group:
            found[key] = group
    return found


def object_array(shapes: Iterable[BaseGeometry | None]) -> Shapes:
    """Return shapes as an array; None stands for a shape that is not there."""
    return np.fromiter(shapes, dtype=object)


def _ground_below(
    network: Network, corridors: Sequence[Corridor], lines: Shapes
) -> Iterator[GroundBelow]:
    xy_m, counts = _samples(lines, np.array([each.width_m for each in corridors]))
    ground = network.ground
    if isinstance(ground, SpotGround):
        lowest, highest, reach = ground.heights_and_reach(xy_m)
    else:
        (lowest, highest), reach = ground.heights(xy_m), np.zeros(len(xy_m))
    first = np.concatenate(([0], np.cumsum(counts)[:-1]))
    least, most = np.minimum.reduceat, np.maximum.reduceat
    extremes = np.column_stack((least(lowest, first), most(highest, first), most(reach, first)))
    spans = np.hstack((least(xy_m, first), most(xy_m, first))).tolist()
    for begin, count, (floor_m, roof_m, reach_m), (west, south, east, north) in zip(
        first.tolist(), counts.tolist(), extremes.tolist(), spans, strict=True
    ):
        part = slice(begin, begin + count)
        yield GroundBelow(
            xy_m[part],
            lowest[part],
            highest[part],
            floor_m,
            roof_m,
            reach_m,
            (west, south, east, north),
        )


def _samples(lines: Shapes, width_m: Floats) -> tuple[Floats, npt.NDArray[np.intp]]:
    """Return points along and across corridors, one after the other, and how many each has."""
    length_m = shapely.length(lines)
    along, across = _steps(length_m), _steps(width_m)
    line, step = _spread(along)
    along_m = step * (length_m / np.maximum(along - 1, 1))[line]
    middle, way = _along(lines, line, along_m)
    leftward = np.column_stack((-way[:, 1], way[:, 0]))
    row, step = _spread(across[line])
    width = width_m[line[row]]
    across_m = step * (width / (across[line[row]] - 1)) - width / 2
    points: Floats = middle[row] + leftward[row] * across_m[:, None]
    return points, along * across


def _along(lines: Shapes, line: npt.NDArray[np.intp], along_m: Floats) -> tuple[Floats, Floats]:
    """Return points so far along lines, and the lines' directions there, over 1 m about them."""
    length_m = shapely.length(lines)[line]
    first, last = (shapely.get_coordinates(shapely.get_point(lines, at)) for at in (0, -1))
    way = (last - first)[line]
    middle = first[line] + way * (along_m / length_m)[:, None]
    bent = (shapely.get_num_points(lines) > 2)[line]  # the others, most, are quicker so
    lines, along_m, length_m = lines[line[bent]], along_m[bent], length_m[bent]
    half_m = np.minimum(0.5, length_m / 2)
    behind_m, ahead_m = np.maximum(along_m - half_m, 0.0), np.minimum(along_m + half_m, length_m)
    middle[bent], behind, ahead = (
        shapely.get_coordinates(shapely.line_interpolate_point(lines, at_m))
        for at_m in (along_m, behind_m, ahead_m)
    )
    way[bent] = ahead - behind
    way /= np.maximum(np.hypot(way[:, :1], way[:, 1:]), 1e-9)
    return middle, way


def _steps(length_m: Floats) -> npt.NDArray[np.intp]:
    """Return how many evenly spaced points, ends included, lie at most SAMPLE_M apart."""
    return np.ceil(length_m / SAMPLE_M).astype(np.intp) + 1


def _spread(counts: npt.NDArray[np.intp]) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return for each of `counts[0]`, `counts[1]`, … items its row, and its number in the row."""
    row = np.repeat(np.arange(len(counts)), counts)
    first = np.cumsum(counts) - counts
    return row, np.arange(len(row)) - first[row]
