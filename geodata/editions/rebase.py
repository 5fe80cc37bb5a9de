"""Two edits of one network put together, feature by feature and field by field."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import shapely
from shapely.geometry.base import BaseGeometry

from geodata.content import canonical_shapes, field_values, record_of
from geodata.features import LAYERS, Feature, NetworkInfo
from geodata.geojson import write_geometry
from geodata.network import Network

_ABSENT = object()
NOT_THERE = "(not there)"
"""Stands in a conflict for the value of a feature or a lane that one of the networks lacks."""

INFO = "network.json"

Values: TypeAlias = Mapping[str, Any]
"""What a feature holds by field name, with its layer and the WKB of its canonical shape."""

_Three: TypeAlias = Sequence[Values]
"""The same in three networks: the base, theirs and mine."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that both edits changed, each to another value, or that one of them removed.

    `layer` is "network.json" where it is a field of the whole network. A value is as
    `geodata.content.field_values` gives it, a GeoJSON geometry where `field` is "geometry", and
    "(not there)" where that network lacks the feature or the lane.
    """

    layer: str
    id: str
    field: str
    base: Any
    theirs: Any
    mine: Any


class ConflictError(Exception):
    """Two edits cannot be put together; `conflicts` holds every field that keeps them apart."""

    def __init__(self, conflicts: Iterable[Conflict]) -> None:
        self.conflicts = tuple(conflicts)
        super().__init__(f"conflicting fields: {len(self.conflicts)}")


def rebase(base: Network | None, theirs: Network, mine: Network) -> Network:
    """Return `theirs` with the edits that made `mine` of `base`; ids must be unique in each.

    A feature that only one of the two touched is as that one has it. In a feature that both
    touched, fields and geometry go one by one, and so do the fields of a corridor's lanes. Where
    both changed the same one to different values, or one removed what the other changed, there is
    a conflict. Without a base, both added all that they have. The result need not keep the rules
    of a network, even if both do. Raises `ConflictError` with every conflict.
    """
    before, others, ours = _values(base) if base else {}, _values(theirs), _values(mine)
    conflicts: list[Conflict] = []
    layers: dict[str, list[Feature]] = {layer: [] for layer in LAYERS}
    shapes: dict[str, BaseGeometry] = {}
    for identifier in sorted(others.keys() | ours.keys()):
        three: _Three = [each.get(identifier, {}) for each in (before, others, ours)]
        values, clashes = _merged(*three)
        if clashes:
            conflicts += _conflicts(identifier, clashes, three)
        elif values:
            layer = values["layer"]
            layers[layer].append(record_of(LAYERS[layer], values))
            same = values["geometry"] == others.get(identifier, {}).get("geometry")
            shapes[identifier] = (theirs if same else mine).lonlat[identifier]
    three = [
        {"layer": INFO, **field_values(each.info)} if each else {} for each in (base, theirs, mine)
    ]
    info, clashes = _merged(*three)
    conflicts += _conflicts("", clashes, three)
    if conflicts:
        raise ConflictError(conflicts)
    features = {layer: tuple(members) for layer, members in layers.items()}
    return replace(mine, info=record_of(NetworkInfo, info), features=features, lonlat=shapes)


def _values(network: Network) -> dict[str, Values]:
    """Return what each feature of a network holds, by its id."""
    found: dict[str, Values] = {}
    for layer, members in network.features.items():
        forms = shapely.to_wkb(canonical_shapes([network.lonlat[each.id] for each in members]))
        for member, form in zip(members, forms, strict=True):
            found[member.id] = {"layer": layer, **field_values(member), "geometry": form}
    return found


def _merged(base: Values, theirs: Values, mine: Values) -> tuple[dict[str, Any], list[str]]:
    """Return the values of both edits together, and the names of those that clash.

    Nothing is merged of features in two layers: there the layer itself clashes.
    """
    if mine == base:
        return dict(theirs), []
    if theirs in (base, mine):
        return dict(mine), []
    if theirs and mine and theirs.get("layer") != mine.get("layer"):
        return {}, ["layer"]
    merged: dict[str, Any] = {}
    clashes: list[str] = []
    for name in dict.fromkeys((*mine, *theirs)):
        was, other, own = (each.get(name, _ABSENT) for each in (base, theirs, mine))
        if own != was and other not in (was, own):
            clashes.append(name)
        kept = other if own == was else own
        if kept is not _ABSENT:
            merged[name] = kept
    return merged, clashes


def _conflicts(identifier: str, clashes: Iterable[str], three: _Three) -> Iterable[Conflict]:
    """Yield a feature's conflicts; `three` is what it holds in base, theirs and mine."""
    layer = next(each["layer"] for each in reversed(three) if each)
    for name in clashes:
        yield Conflict(layer, identifier, name, *(_shown(each, name) for each in three))


def _shown(values: Values, name: str) -> Any:
    if name not in values:
        return NOT_THERE
    return write_geometry(shapely.from_wkb(values[name])) if name == "geometry" else values[name]
