"""A network with one feature put, changed or removed; what was worked out and still holds stays."""

from bisect import bisect_left
from dataclasses import replace

import numpy as np
from shapely.geometry.base import BaseGeometry

from geodata.codes import fault
from geodata.content import canonical_shapes
from geodata.faults import InvalidInput
from geodata.features import GEOMETRY, LAYERS, Feature
from geodata.network import Network

_LAYER_OF = {kind: layer for layer, kind in LAYERS.items()}
_PLACES = frozenset({"vertiports", "checkpoints", "waypoints"})
_MADE_OF: dict[str, frozenset[str]] = {
    "projection": frozenset(),
    **{layer: frozenset({layer}) for layer in LAYERS},
    "sites": _PLACES,
    "places": _PLACES,
    "lanes": frozenset({"corridors"}),
    "sides": frozenset({"boundary"}),
    "ground": frozenset({"spot_heights"}),
}
"""What a network works out once, and the layers that it is made of."""


def layer_of(feature: Feature) -> str:
    """Return the layer that a feature belongs in."""
    return _LAYER_OF[type(feature)]


def find_feature(network: Network, layer: str, identifier: str) -> Feature | None:
    """Return the feature of a layer that has an id, or None."""
    members = network.layer(layer)
    at = bisect_left(members, identifier, key=lambda each: each.id)
    return members[at] if at < len(members) and members[at].id == identifier else None


def with_feature(network: Network, feature: Feature, lonlat: BaseGeometry) -> Network:
    """Return the network with a feature in place of the one of its id, or as a new one.

    `lonlat` is its shape in WGS-84 degrees, lon before lat. Raises `InvalidInput` if the shape is
    of a type that the layer does not take, or another layer has a feature of the id.
    """
    layer = layer_of(feature)
    kind = lonlat.geom_type
    if kind not in GEOMETRY[layer]:
        limit = " or ".join(GEOMETRY[layer])
        raise InvalidInput(
            [fault("GEOMETRY_TYPE", layer, feature.id, "geometry", value=kind, limit=limit)]
        )
    before = find_feature(network, layer, feature.id)
    if before is None and feature.id in network.lonlat:
        value = f"also in {layer_with(network, feature.id)}"
        raise InvalidInput([fault("DUPLICATE_ID", layer, feature.id, "id", value=value)])
    return _edited(network, layer, feature.id, feature, lonlat)


def without_feature(network: Network, identifier: str) -> Network:
    """Return the network without a feature; raises `InvalidInput` if it has none of that id."""
    return _edited(network, layer_with(network, identifier), identifier, None, None)


def layer_with(network: Network, identifier: str) -> str:
    """Return the layer with a feature of an id; raises `InvalidInput` if there is none."""
    if identifier in network.lonlat:
        for layer in LAYERS:
            if find_feature(network, layer, identifier) is not None:
                return layer
    raise InvalidInput([fault("UNKNOWN_REFERENCE", "network", identifier, value=identifier)])


def _edited(
    network: Network,
    layer: str,
    identifier: str,
    feature: Feature | None,
    lonlat: BaseGeometry | None,
) -> Network:
    members = network.layer(layer)
    at = bisect_left(members, identifier, key=lambda each: each.id)
    until = at + (at < len(members) and members[at].id == identifier)
    middle = () if feature is None else (feature,)
    shapes = dict(network.lonlat)
    if lonlat is None:
        del shapes[identifier]
    else:
        shapes[identifier] = lonlat
    features = {**network.features, layer: (*members[:at], *middle, *members[until:])}
    after = replace(network, features=features, lonlat=shapes)
    known = vars(network)
    kept = {
        name: known[name]
        for name, layers in _MADE_OF.items()
        if name in known and layer not in layers
    }
    if "metric" in known:
        metric = dict(known["metric"])
        metric.pop(identifier, None)
        if lonlat is not None:
            canonical = canonical_shapes(np.array([lonlat], dtype=object))
            (metric[identifier],) = network.projection.to_metric(canonical)
        kept["metric"] = metric
    vars(after).update(kept)  # where cached_property keeps what it has worked out
    return after
