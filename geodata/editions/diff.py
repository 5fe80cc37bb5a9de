"""What differs between two networks: features added, removed and changed, field by field."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.content import Value, canonical_shapes, field_values
from geodata.editions.moved import moved_m, outline_m
from geodata.features import LAYERS, Feature
from geodata.network import Network

ChangeKind = Literal["added", "removed", "changed"]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field with its old and its new value; None where the feature or the lane is not there.

    A corridor's lanes are known by their ids: `lanes[ID].height_amsl_m`.
    """

    field: str
    old: Value
    new: Value


@dataclass(frozen=True, slots=True)
class ShapeChange:
    """How a geometry changed.

    `moved_m` is the Hausdorff distance between the old and the new outline, in metres, and
    `length_change_m` by how much the line, or all rings together, became longer; both in the
    metric CRS of the new network.
    """

    moved_m: float
    length_change_m: float


@dataclass(frozen=True, slots=True)
class FeatureChange:
    """One feature that is not the same in both networks; shapes are lon/lat.

    An added or removed feature has all of its fields among `fields`, and one of the shapes; one
    that went to another layer is removed from the one and added to the other.
    """

    kind: ChangeKind
    layer: str
    id: str
    name: str
    fields: tuple[FieldChange, ...]
    old_shape: BaseGeometry | None
    new_shape: BaseGeometry | None
    shape: ShapeChange | None = None


@dataclass(frozen=True, slots=True)
class NetworkDiff:
    """The difference of two networks: of `network.json`, and of features by layer and id."""

    old_edition: str
    new_edition: str
    info: tuple[FieldChange, ...]
    features: tuple[FeatureChange, ...]

    @property
    def equal(self) -> bool:
        """Whether both are one edition."""
        return not self.info and not self.features


def diff_networks(old: Network, new: Network) -> NetworkDiff:
    """Return what differs between two networks; nothing if and only if they are one edition.

    Both need unique ids and sound shapes (`geodata.editions.named`), but may break every other
    rule.
    """
    changes: list[FeatureChange] = []
    for layer in LAYERS:
        before = {each.id: each for each in old.layer(layer)}
        after = {each.id: each for each in new.layer(layer)}
        reshaped = _reshaped(before.keys() & after.keys(), old, new)
        for identifier in sorted(before.keys() | after.keys()):
            one, other = before.get(identifier), after.get(identifier)
            if one == other and identifier not in reshaped:
                continue
            change = _change(layer, one, other, old, new, reshaped.get(identifier))
            if change.fields or change.shape:
                changes.append(change)
    info = _field_changes(field_values(old.info), field_values(new.info))
    return NetworkDiff(old.edition, new.edition, info, tuple(changes))


def _reshaped(ids: set[str], old: Network, new: Network) -> dict[str, ShapeChange]:
    """Return how the shapes of features changed, for those where it did."""
    shared = sorted(ids)
    before = canonical_shapes([old.lonlat[each] for each in shared])
    after = canonical_shapes([new.lonlat[each] for each in shared])
    differ = np.flatnonzero(~shapely.equals_exact(before, after, 0.0))
    pairs = zip(
        new.projection.to_metric(before[differ]),
        new.projection.to_metric(after[differ]),
        strict=True,
    )
    return {
        shared[at]: ShapeChange(moved_m(one, other), outline_m(other) - outline_m(one))
        for at, (one, other) in zip(differ, pairs, strict=True)
    }


def _change(
    layer: str,
    one: Feature | None,
    other: Feature | None,
    old: Network,
    new: Network,
    shape: ShapeChange | None,
) -> FeatureChange:
    either = other or one
    assert either is not None
    return FeatureChange(
        kind="added" if one is None else "removed" if other is None else "changed",
        layer=layer,
        id=either.id,
        name=either.name,
        fields=_field_changes(
            field_values(one) if one else {}, field_values(other) if other else {}
        ),
        old_shape=old.lonlat[either.id] if one else None,
        new_shape=new.lonlat[either.id] if other else None,
        shape=shape,
    )


def _field_changes(old: Mapping[str, Value], new: Mapping[str, Value]) -> tuple[FieldChange, ...]:
    return tuple(
        FieldChange(name, old.get(name), new.get(name))
        for name in dict.fromkeys((*new, *old))
        if name not in old or name not in new or old[name] != new[name]
    )
