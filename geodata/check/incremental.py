"""The check of a network that is being edited: after each edit, only what it may touch is judged.

    checked = Checked.of(network)
    checked = checked.with_feature(corridor, line)
    checked = checked.without_feature("OBSTACLE-7")
    checked.findings

What an edit may touch stands beside each rule in `geodata.check.rules`. Two things are judged
anew from the start because everything hangs on them: whether there is a boundary that parts the
network, and whether the ground is known.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import TypeAlias

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geodata import edit
from geodata.check.links import unknown_references
from geodata.check.neighbours import Edit, Neighbours, Version, over_spot
from geodata.check.network import IN_ORDER, barred_by
from geodata.check.rules import RULES, WHOLE_RULES, Rule, WholeRule
from geodata.check.shapes import astray, middle_of, shape_faults
from geodata.check.sound import (
    duplicate_ids,
    ids_of,
    info_faults,
    unsound_features,
    without_features,
)
from geodata.check.survey import Survey
from geodata.check.unread import Unread
from geodata.faults import Fault, InvalidInput, errors
from geodata.features import Feature
from geodata.limits import REACH_DEG
from geodata.network import Network

Faults: TypeAlias = tuple[Fault, ...]
ById: TypeAlias = Mapping[str, Faults]
Find: TypeAlias = Callable[..., Iterable[Fault]]

_FOUNDATIONS = frozenset({"boundary", "ground"})
"""What rules cannot even be worked out without; a change of these is checked from the start."""


Box: TypeAlias = tuple[float, float, float, float]
"""West, south, east, north, degrees."""


@dataclass(frozen=True)
class Checked:
    """A network with all that its check finds; immutable, so an edit leaves this one as it is.

    Make one with `Checked.of`. `found` holds the findings of the rules for single features, by
    rule and feature id, `whole` those for the network; also of rules that are not judged as long
    as some feature they need is unsound. `times` counts each id, `box` holds all coordinates.
    """

    network: Network
    survey: Survey
    unsound: ById
    doubles: Faults
    times: Mapping[str, int]
    box: Box
    found: Mapping[Find, ById]
    whole: Mapping[Find, Faults]

    @classmethod
    def of(cls, network: Network) -> "Checked":
        """Check a whole network.

        Raises `InvalidInput` if two features have the same id, or the metric CRS is unknown: such
        a network has no features to edit by id, or no place to put them.
        """
        members = list(chain.from_iterable(network.features.values()))
        doubles = tuple(duplicate_ids(network.features))
        blocking = list(doubles) if len(members) > len(network.lonlat) else []
        blocking += [each for each in info_faults(network.info) if each.code == "CRS_UNKNOWN"]
        if blocking:
            raise InvalidInput(blocking)
        unsound = {each: tuple(faults) for each, faults in unsound_features(network).items()}
        dropped = _dropped(unsound)
        sound = without_features(network, dropped) if dropped else network
        survey = Survey(sound, Unread().and_features(dropped, dropped.values()))
        barred = barred_by(survey)[0] & _FOUNDATIONS
        return cls(
            network,
            survey,
            unsound,
            doubles,
            Counter(chain.from_iterable(map(ids_of, members))),
            _box(network.lonlat.values()),
            {
                rule.find: _by_id(rule.find(survey, survey.members(rule.judges)))
                for rule in RULES
                if not rule.needs & barred
            },
            {
                rule.find: tuple(rule.find(survey))
                for rule in WHOLE_RULES
                if not rule.needs & barred
            },
        )

    @cached_property
    def findings(self) -> Faults:
        """All faults and warnings, sorted: what `check_network` returns for the network."""
        barred, found = barred_by(self.survey)
        found += chain(info_faults(self.network.info), self.doubles)
        found += chain.from_iterable(self.unsound.values())
        for rule in RULES:
            if not rule.needs & barred:
                found += chain.from_iterable(self.found[rule.find].values())
        for whole in WHOLE_RULES:
            if not whole.needs & barred:
                found += self.whole[whole.find]
        return tuple(sorted(set(found), key=IN_ORDER))

    def with_feature(self, feature: Feature, lonlat: BaseGeometry) -> "Checked":
        """Return this with a feature put in place of the one of its id, or as a new one.

        `lonlat` is its shape in WGS-84 degrees, lon before lat. Raises `InvalidInput` as
        `geodata.edit.with_feature` does.
        """
        network = edit.with_feature(self.network, feature, lonlat)
        return self._after(network, edit.layer_of(feature), feature.id)

    def without_feature(self, identifier: str) -> "Checked":
        """Return this without a feature; raises `InvalidInput` if there is none of that id."""
        network = edit.without_feature(self.network, identifier)
        return self._after(network, edit.layer_with(self.network, identifier), identifier)

    def _after(self, network: Network, layer: str, identifier: str) -> "Checked":
        old, new = (edit.find_feature(each, layer, identifier) for each in (self.network, network))
        shape = network.lonlat.get(identifier)
        box = self.box if shape is None else _box([shape], self.box)
        unsound = self._unsound_after(network, layer, identifier, box)
        dropped, before = _dropped(unsound), self.survey.network
        if (dropped.keys() ^ self.survey.unread.ids) - {identifier}:
            return Checked.of(network)  # it moved the middle, from which others are now too far
        sound = self._sound_after(network, None if identifier in dropped else new, identifier)
        after = Survey(sound, Unread().and_features(dropped, dropped.values()))
        if (barred_by(after)[0] ^ barred_by(self.survey)[0]) & _FOUNDATIONS:
            return Checked.of(network)
        change = Edit(
            layer,
            identifier,
            _version(before, layer, identifier),
            _version(sound, layer, identifier),
            self.survey,
            self.found[unknown_references].keys(),
            frozenset(chain.from_iterable(self.found.values())),
        )
        touched = _Touched(change)
        over = touched.by(over_spot) if layer == "spot_heights" and after.ground_known else ()
        survey = self.survey.followed_by(after, identifier, over)
        times = self._times_after(old, new)
        return Checked(
            network,
            survey,
            unsound,
            self._doubles_after(network, old, new, times),
            times,
            box,
            {
                rule.find: self._found_after(rule, survey, touched)
                for rule in RULES
                if rule.find in self.found
            },
            {
                rule.find: self._whole_after(rule, survey, change)
                for rule in WHOLE_RULES
                if rule.find in self.whole
            },
        )

    def _unsound_after(self, network: Network, layer: str, identifier: str, box: Box) -> ById:
        """Judge shapes again: the edited one, and those far from the middle, which it may move."""
        old, new = self.network.lonlat.get(identifier), network.lonlat.get(identifier)
        if old is not None and new is not None and old.equals_exact(new):
            return self.unsound
        west, south, east, north = box
        if east - west <= REACH_DEG and north - south <= REACH_DEG:  # none is far from any middle
            again, middle = {identifier}, np.array([west, south])
        else:
            ids = list(network.lonlat)
            shapes = np.fromiter(network.lonlat.values(), dtype=object, count=len(ids))
            middle = middle_of(shapes)
            far = {ids[row] for row in np.flatnonzero(astray(shapes, middle))}
            again = {identifier, *self.unsound, *far}
        found = {each: faults for each, faults in self.unsound.items() if each not in again}
        for each in again & network.lonlat.keys():
            of = layer if each == identifier else edit.layer_with(network, each)
            faults = tuple(shape_faults(of, each, network.lonlat[each], middle))
            if faults:
                found[each] = faults
        return found

    def _sound_after(self, network: Network, new: Feature | None, identifier: str) -> Network:
        """Return the sound part after the edit, with what was worked out of the one before.

        `new` is None if the feature is gone or unsound.
        """
        before = self.survey.network
        if before is self.network and (new is None) == (identifier not in network.lonlat):
            return network
        if new is not None:
            return edit.with_feature(before, new, network.lonlat[identifier])
        if identifier in before.lonlat:
            return edit.without_feature(before, identifier)
        return before

    def _times_after(self, old: Feature | None, new: Feature | None) -> Mapping[str, int]:
        gone, come = (() if each is None else ids_of(each) for each in (old, new))
        if gone == come:
            return self.times
        times = Counter(self.times)
        times.subtract(gone)
        times.update(come)
        return times

    def _doubles_after(
        self, network: Network, old: Feature | None, new: Feature | None, times: Mapping[str, int]
    ) -> Faults:
        gone, come = (() if each is None else ids_of(each) for each in (old, new))
        if gone == come or not (self.doubles or any(times[each] > 1 for each in come)):
            return self.doubles
        return tuple(duplicate_ids(network.features))

    def _found_after(self, rule: Rule, survey: Survey, touched: "_Touched") -> ById:
        known: ById = self.found[rule.find]
        ids = touched.of(rule)
        if ids is None:
            return _by_id(rule.find(survey, survey.members(rule.judges)))
        members = [
            member
            for layer in rule.judges
            for each in sorted(ids)
            if (member := edit.find_feature(survey.network, layer, each)) is not None
        ]
        new: ById = _by_id(rule.find(survey, members)) if members else {}
        if not new and known.keys().isdisjoint(ids):
            return known
        return {each: faults for each, faults in known.items() if each not in ids} | dict(new)

    def _whole_after(self, rule: WholeRule, survey: Survey, change: Edit) -> Faults:
        known, aspect = self.whole[rule.find], rule.follows.get(change.layer)
        if aspect is None:
            return known
        old, new = (None if each is None else aspect(each) for each in (change.old, change.new))
        if old == new or (not known and rule.settled(change, survey)):
            return known
        return tuple(rule.find(survey))


class _Touched:
    """The features that an edit touches, each kind of neighbour looked up once."""

    def __init__(self, edit: Edit) -> None:
        self.edit = edit
        self._known: dict[Neighbours, frozenset[str] | None] = {}

    def of(self, rule: Rule) -> frozenset[str] | None:
        """Return the features whose findings by a rule may change; None: all that it judges."""
        layer = self.edit.layer
        found = self.by(rule.follows[layer]) if layer in rule.follows else frozenset()
        if found is None or layer not in rule.judges:
            return found
        return found | {self.edit.identifier}

    def by(self, neighbours: Neighbours) -> frozenset[str] | None:
        """Return the neighbours of one kind; None: everything."""
        if neighbours not in self._known:
            ids = neighbours(self.edit)
            self._known[neighbours] = None if ids is None else frozenset(ids)
        return self._known[neighbours]


def _dropped(unsound: ById) -> dict[str, str]:
    """Return the layer of each feature that is left out of the sound part."""
    return {each: faults[0].source for each, faults in unsound.items() if errors(faults)}


def _box(shapes: Iterable[BaseGeometry], other: Box | None = None) -> Box:
    """Return the box of lon/lat shapes, and of another box; all infinite if any is not finite."""
    at = shapely.get_coordinates(np.fromiter(shapes, dtype=object))
    if other is not None:
        at = np.concatenate((at, np.reshape(other, (2, 2))))
    if not len(at) or not np.isfinite(at).all():
        return -np.inf, -np.inf, np.inf, np.inf
    west, south, east, north = (float(each) for each in (*at.min(axis=0), *at.max(axis=0)))
    return west, south, east, north


def _by_id(faults: Iterable[Fault]) -> ById:
    found: dict[str, Faults] = {}
    for each in faults:
        found[each.item] = (*found.get(each.item, ()), each)
    return found


def _version(network: Network, layer: str, identifier: str) -> Version | None:
    feature = edit.find_feature(network, layer, identifier)
    if feature is None:
        return None
    return Version(feature, network.lonlat[identifier], network.metric[identifier])
