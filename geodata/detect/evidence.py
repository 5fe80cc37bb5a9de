"""How well features fit what is known of where things are, if their coordinates are taken so."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.detect.hypotheses import Hypothesis
from geodata.detect.known_places import DRAWN_M, KnownPlace, Reference, fold

Floats = npt.NDArray[np.float64]
Points = npt.NDArray[np.object_]

SAMPLES = 24
"""Most positions of a feature that are looked at; more tell nothing new of its datum."""

_ASTRAY = 0.02
"""Share of named features that are taken to be anywhere, and of sides that are wrongly claimed."""

_OUTSIDE = -6.0
"""Log-likelihood of a feature outside the area, against one dropped at random within it."""

_SHARES = np.array([0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.6, 0.8, 0.95])
"""Shares of features near known things that are tried."""

_ALIKE_M = 500.0
"""Positions of a line that are nearer to each other than this are near the same things."""

_NOWHERE_M = 1e9
"""East and north of what cannot be projected: outside any area."""

_ANYWHERE, _NEAR_POINT, _IN_PARK, _ON_BOUNDARY = 0.4, 0.3, 0.15, 0.15
"""Where features without a known name are expected, by share: a judgement, no measurement."""


@dataclass(frozen=True)
class Item:
    """One feature of a file: its names, the side that it claims, its shape as it stands."""

    title: str
    names: frozenset[str]
    side: str | None
    shape: BaseGeometry


@dataclass(frozen=True)
class Named:
    """How far a feature is from the place that bears its name, and how well that is known, m."""

    gap_m: float
    spread_m: float


class Evidence:
    """The positions of some features, held against a reference under one hypothesis at a time."""

    def __init__(self, items: Sequence[Item], reference: Reference) -> None:
        self.items = items
        self.reference = reference
        sampled = [_samples(each.shape) for each in items]
        self.raw = np.concatenate(sampled)
        self.owner = np.repeat(np.arange(len(items)), [len(each) for each in sampled])
        self.known = [_places(item, reference) for item in items]

    def fit(self, hypothesis: Hypothesis) -> Floats:
        """Return each feature's log-likelihood against one dropped at random over the area.

        Features without a known name are near known things only in part, often not at all: the
        share that is, is the one that suits them best, so that many features in no particular
        place speak for no datum.
        """
        at = self._metric(hypothesis)
        inside = self._contained(at)
        within = self._mean(inside) > 0.5
        nearness = np.zeros(len(at))
        nearness[inside] = self._near_things(at[inside])
        unnamed = within & np.array([not places for places in self.known])
        fit = np.zeros(len(self.items))
        fit[unnamed] = _mixed((self._mean(nearness) * self._weight(at))[unnamed])
        for number, places in enumerate(self.known):
            if places:
                fit[number] = self._near_name(at[self.owner == number], places)
        return np.where(within, fit + self._sides(at), _OUTSIDE)

    def inside(self, hypothesis: Hypothesis) -> int:
        """Return how many features are within the area."""
        inside = self._contained(self._metric(hypothesis))
        return int((self._mean(inside) > 0.5).sum())

    def _contained(self, at: Points) -> npt.NDArray[np.bool_]:
        return np.asarray(shapely.contains(self.reference.extent, at))

    def named(self, hypothesis: Hypothesis) -> list[Named]:
        """Return the gaps of all features that have the name of a known place."""
        at = self._metric(hypothesis)
        return [
            min(
                (_gap(at[self.owner == number], each) for each in places), key=lambda gap: gap.gap_m
            )
            for number, places in enumerate(self.known)
            if places
        ]

    def _metric(self, hypothesis: Hypothesis) -> Points:
        lonlat = hypothesis.to_wgs84(self.raw)
        xy_m = np.full(lonlat.shape, _NOWHERE_M)
        fair = on_globe(lonlat)
        metric = self.reference.network.projection.to_metric(shapely.points(lonlat[fair]))
        xy_m[fair] = shapely.get_coordinates(metric)
        return np.asarray(shapely.points(np.where(np.isfinite(xy_m), xy_m, _NOWHERE_M)))

    def _mean(self, values: npt.NDArray[np.bool_] | Floats) -> Floats:
        """Return the mean of each feature's positions."""
        count = np.bincount(self.owner, minlength=len(self.items))
        return np.bincount(self.owner, values, minlength=len(self.items)) / count

    def _weight(self, at: Points) -> Floats:
        """Return how many independent positions a feature counts for: a long line for several."""
        xy_m = shapely.get_coordinates(at)
        steps = np.linalg.norm(np.diff(xy_m, axis=0, prepend=xy_m[:1]), axis=1)
        steps[np.diff(self.owner, prepend=-1) > 0] = 0.0
        length_m = np.bincount(self.owner, steps, minlength=len(self.items))
        count = np.bincount(self.owner, minlength=len(self.items))
        spread = np.minimum(count, 1 + length_m / _ALIKE_M)
        line = shapely.get_dimensions([each.shape for each in self.items]) == 1
        return np.where(line, np.sqrt(spread), 1.0)

    def _near_things(self, at: Points) -> Floats:
        """Return the log density of positions near known points, in parks, along the boundary."""
        area_m2 = self.reference.extent.area
        density = np.full(len(at), _ANYWHERE)
        xy_m = shapely.get_coordinates(at)
        for place in self.reference.points:
            distance_m = np.linalg.norm(xy_m - shapely.get_coordinates(place.shape), axis=1)
            near = _bell(distance_m, _spread_m(place))
            density += _NEAR_POINT / len(self.reference.points) * near * area_m2
        parks = self.reference.parks
        if not parks.is_empty:
            density += _IN_PARK * shapely.contains(parks, at) * area_m2 / parks.area
        if self.reference.network.layer("boundary"):
            line = self.reference.network.sides.line
            spread_m = 2 * DRAWN_M
            across = np.exp(-0.5 * (shapely.distance(at, line) / spread_m) ** 2)
            strip_m2 = line.length * spread_m * np.sqrt(2 * np.pi)
            density += _ON_BOUNDARY * across * area_m2 / strip_m2
        return np.asarray(np.log(density))

    def _near_name(self, at: Points, places: Sequence[KnownPlace]) -> float:
        gaps = [_gap(at, place) for place in places]
        best = max(float(_bell(gap.gap_m, gap.spread_m)) for gap in gaps)
        return float(np.log((1 - _ASTRAY) * best * self.reference.extent.area + _ASTRAY))

    def _sides(self, at: Points) -> Floats:
        """Return the log-likelihood of the sides that features claim."""
        claimed = np.array([item.side or "" for item in self.items])
        if not self.reference.network.layer("boundary") or not claimed.any():
            return np.zeros(len(self.items))
        sides = self.reference.network.sides
        left = self._mean(sides.on_left(at)) > 0.5
        stands = np.where(left, sides.left_side, sides.right_side)
        likelihood = np.where(stands == claimed, 2 * (1 - _ASTRAY), 2 * _ASTRAY)
        return np.where(claimed == "", 0.0, np.log(likelihood))


def on_globe(lonlat: Floats) -> npt.NDArray[np.bool_]:
    """Tell which points are finite and within 180 degrees east or west and 90 north or south."""
    fair = np.isfinite(lonlat) & (np.abs(lonlat) <= (180.0, 90.0))
    return np.asarray(fair.all(axis=1))


def _mixed(nearness: Floats) -> Floats:
    """Return log-likelihoods of features of which the most likely share is near known things.

    `nearness` is the log-likelihood of each if it is one of those, against anywhere.
    """
    if not len(nearness):
        return nearness
    mixtures = np.log1p(_SHARES[:, None] * np.expm1(nearness)[None, :])
    return np.asarray(mixtures[mixtures.sum(axis=1).argmax()])


def _places(item: Item, reference: Reference) -> tuple[KnownPlace, ...]:
    found = (place for name in item.names for place in reference.by_name.get(fold(name), ()))
    return tuple({id(place): place for place in found}.values())


def _samples(shape: BaseGeometry) -> Floats:
    at = shapely.get_coordinates(shape)
    return np.asarray(at[np.unique(np.linspace(0, len(at) - 1, SAMPLES).astype(int))])


def _spread_m(place: KnownPlace) -> float:
    return float(np.hypot(place.accuracy_m, DRAWN_M))


def _bell(distance_m: Floats | float, spread_m: float) -> Floats:
    """Return the density per m² of a place known to `spread_m` each way, at a distance from it."""
    density = np.exp(-0.5 * (np.asarray(distance_m) / spread_m) ** 2)
    return np.asarray(density / (2 * np.pi * spread_m**2))


def _gap(at: Points, place: KnownPlace) -> Named:
    """Return how far positions are from a place: from its outline, if they are more than one."""
    area = shapely.get_dimensions(place.shape) == 2
    outline = shapely.boundary(place.shape) if area and len(at) > 1 else place.shape
    return Named(float(np.median(shapely.distance(at, outline))), _spread_m(place))
