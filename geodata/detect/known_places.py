"""What is known of where things are: the points, parks and boundary that a file is held against."""

import json
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.features import LAYERS
from geodata.network import Network, shipped_network_path
from geodata.projection import Projection
from geodata.read import read_layers

DRAWN_M = 30.0
"""How exactly people place a point or line on a map, where its source does not say."""

MARGIN_M = 5_000.0
"""How far around the reference network a file is still taken to be about the same place."""


@dataclass(frozen=True)
class KnownPlace:
    """One thing with a name and a place; `shape` is in the metric CRS of its reference."""

    title: str
    names: frozenset[str]
    shape: BaseGeometry
    accuracy_m: float


@dataclass(frozen=True)
class Reference:
    """A network, and points known besides it, as evidence of where things are."""

    network: Network
    places: tuple[KnownPlace, ...]

    @classmethod
    def of(cls, network: Network, points: Iterable[KnownPlace] = ()) -> "Reference":
        """Build from a network; its features are known by id, published ones by name as well."""
        places = [
            KnownPlace(
                feature.id,
                frozenset(
                    fold(each)
                    for each in (
                        (feature.id,)
                        if feature.confidence == "illustrative"
                        else (feature.id, feature.name, feature.name_zh)
                    )
                    if each
                ),
                network.metric[feature.id],
                feature.accuracy_m or DRAWN_M,
            )
            for layer in LAYERS
            for feature in network.layer(layer)
        ]
        return cls(network, (*places, *points))

    @cached_property
    def by_name(self) -> Mapping[str, tuple[KnownPlace, ...]]:
        """Places by folded name; several may share one."""
        found: dict[str, list[KnownPlace]] = {}
        for place in self.places:
            for name in place.names:
                found.setdefault(name, []).append(place)
        return {name: tuple(listed) for name, listed in found.items()}

    @cached_property
    def points(self) -> tuple[KnownPlace, ...]:
        """The places that are points."""
        return tuple(each for each in self.places if each.shape.geom_type == "Point")

    @cached_property
    def parks(self) -> BaseGeometry:
        """All parks together."""
        parks = [self.network.metric[each.id] for each in self.network.layer("parks")]
        return shapely.union_all(parks) if parks else shapely.Polygon()

    @cached_property
    def extent(self) -> BaseGeometry:
        """Where a file about this place lies: the network's bounds and a margin."""
        shapes = list(self.network.metric.values())
        return shapely.box(*shapely.total_bounds(shapes)).buffer(MARGIN_M)


def fold(name: str) -> str:
    """Return a name as it is compared: without case, width, spaces or punctuation."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return "".join(each for each in plain if each.isalnum())


@lru_cache(maxsize=1)
def hetao_reference() -> Reference:
    """Return the shipped network with the known points around it."""
    network = read_layers(shipped_network_path()).network
    assert network is not None, "the shipped network can be read"
    return Reference.of(network, known_points(network.projection))


def known_points(projection: Projection) -> tuple[KnownPlace, ...]:
    """Return ports, stations, peaks and towers about Hetao whose place was published."""
    path = Path(__file__).parents[1] / "reference" / "known_points.geojson"
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    points = [shapely.Point(each["geometry"]["coordinates"]) for each in features]
    shapes = projection.to_metric(np.array(points))
    return tuple(
        KnownPlace(
            each["properties"]["name"],
            frozenset(
                fold(name)
                for name in (each["properties"]["name"], *each["properties"]["other_names"])
            ),
            shape,
            each["properties"]["accuracy_m"],
        )
        for each, shape in zip(features, shapes, strict=True)
    )
