"""What several checks need of a network, worked out once for all corridors."""

from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any, TypeVar, cast

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.check.below import GroundBelow, ground_below
from geodata.check.lane_graph import LaneGraph, lane_graph, ways_of
from geodata.check.unread import Unread
from geodata.edit import find_feature
from geodata.features import Corridor, Feature
from geodata.network import Network

SITE_LAYERS = ("vertiports", "checkpoints")
PLACE_LAYERS = (*SITE_LAYERS, "waypoints")

T = TypeVar("T")

Floats = npt.NDArray[np.float64]
Shapes = npt.NDArray[Any]


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
    def lane_graph(self) -> LaneGraph:
        """The places that lanes join."""
        return lane_graph(self.corridors)

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
        if "lane_graph" in vars(self) and _ways(old) == _ways(new):
            known["lane_graph"] = self.lane_graph
        known["strips"] = _without(self.strips, [edited]) | after._strips(_corridors([new]))
        if after.ground_known and stale_ground is not None:
            stale = {*stale_ground, edited}
            again = [find_feature(after.network, "corridors", each) for each in sorted(stale)]
            known["ground"] = _without(self.ground, stale) | after._ground(_corridors(again))
        return after

    def _strips(self, corridors: Sequence[Corridor]) -> dict[str, shapely.Polygon]:
        shapes = shapely.buffer(self.shapes(corridors), _widths_m(corridors) / 2, cap_style="flat")
        return dict(zip((each.id for each in corridors), shapes, strict=True))

    def _ground(self, corridors: Sequence[Corridor]) -> dict[str, GroundBelow]:
        below = ground_below(self.network.ground, self.shapes(corridors), _widths_m(corridors))
        return dict(zip((each.id for each in corridors), below, strict=True))

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


def _widths_m(corridors: Sequence[Corridor]) -> Floats:
    return np.array([each.width_m for each in corridors])


def _ends(corridor: Feature | None) -> frozenset[str]:
    return frozenset(ends_of(corridor)) if isinstance(corridor, Corridor) else frozenset()


def _ways(corridor: Feature | None) -> frozenset[tuple[str, str]]:
    return ways_of(corridor) if isinstance(corridor, Corridor) else frozenset()


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
