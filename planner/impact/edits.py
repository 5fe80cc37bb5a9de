"""The edits between two networks, and the newer network with some of them undone.

An edit is one feature added, removed or changed. Edits that only make sense together are one: a
place that came, went or moved, and the corridors that begin or end there and changed with it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import networkx as nx

from geodata.editions.diff import FeatureChange, NetworkDiff, diff_networks
from geodata.features import Corridor, Feature
from geodata.network import Network

Cause = frozenset[int]
"""Edits by position in `Edits.all`."""

INFO = "network.json"
"""The name of an edit of what holds for the whole network."""

_PLACES = ("vertiports", "checkpoints", "waypoints")
_SILENT_LAYERS = frozenset({"parks", "obstacles"})
_SILENT_FIELDS = frozenset(
    {
        "name",
        "name_zh",
        "source",
        "confidence",
        "accuracy_m",
        "note",
        "authority",
        "category",
        "approved_zones",
        "licence",
        "notice",
    }
)
"""What no route depends on."""

_HOURS = frozenset({"hours", "schedule"})
"""What decides when a place, a lane or a zone is open, and nothing of its shape."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Feature changes that are made and undone together; none, and `info`, for network.json."""

    changes: tuple[FeatureChange, ...]
    info: bool = False

    @property
    def ids(self) -> tuple[str, ...]:
        """Return the ids of the features, sorted."""
        return (INFO,) if self.info else tuple(sorted({each.id for each in self.changes}))

    @property
    def text(self) -> str:
        """Return what was done, in words."""
        if self.info:
            return f"changed {INFO}"
        return ", ".join(f"{each.kind} {each.id}{_fields(each)}" for each in self.changes)


class Edits:
    """All edits that lead from an old network to a new one."""

    def __init__(self, old: Network, new: Network) -> None:
        self.old = old
        self.new = new
        self.diff: NetworkDiff = diff_networks(old, new)
        self.all: tuple[Edit, ...] = tuple(_joined(self.diff, old, new))
        self.telling: tuple[int, ...] = tuple(
            at for at, edit in enumerate(self.all) if _tells(edit, self.diff)
        )
        """Positions of the edits that a route may depend on."""
        self._shaping = frozenset(at for at in self.telling if _shapes(self.all[at]))

    def shape(self, undone: Iterable[int]) -> Cause:
        """Return those of some edits without which lanes and places are cut otherwise.

        With sets of edits undone for which this is the same, the blocks of the network are the
        same, whatever its hours are.
        """
        return self._shaping.intersection(undone)

    def hours(self, edit: int) -> tuple[tuple[str, str], ...]:
        """Return the hours that an edit, by position, changes: as they were, and as they are."""
        return tuple(
            (str(field.old), str(field.new))
            for change in self.all[edit].changes
            for field in change.fields
            if field.field in _HOURS
        )

    def undone(self, edits: Iterable[int]) -> Network:
        """Return the new network with some edits, by position, taken back."""
        features = {
            layer: {each.id: each for each in self.new.layer(layer)} for layer in _all(self)
        }
        shapes, info = dict(self.new.lonlat), self.new.info
        changes = [change for at in edits for change in self.all[at].changes]
        # A feature that went to another layer is removed from one and added to the other.
        for change in sorted(changes, key=lambda each: each.kind != "added"):
            if change.kind == "added":
                del features[change.layer][change.id], shapes[change.id]
            else:
                features[change.layer][change.id] = _find(self.old, change)
                shapes[change.id] = self.old.lonlat[change.id]
        if any(self.all[at].info for at in edits):
            info = self.old.info
        layers = {
            layer: tuple(sorted(members.values(), key=lambda each: each.id))
            for layer, members in features.items()
        }
        return replace(self.new, info=info, features=layers, lonlat=shapes)


def _all(edits: Edits) -> Iterable[str]:
    return dict.fromkeys((*edits.new.features, *edits.old.features))


def _find(network: Network, change: FeatureChange) -> Feature:
    return next(each for each in network.layer(change.layer) if each.id == change.id)


def _fields(change: FeatureChange) -> str:
    """Return the fields that changed, in brackets; nothing for what came or went."""
    if change.kind != "changed":
        return ""
    named = [each.field for each in change.fields]
    if change.shape is not None:
        named.append(f"moved {change.shape.moved_m:.0f} m")
    return f" ({', '.join(named)})"


def _joined(diff: NetworkDiff, old: Network, new: Network) -> Iterable[Edit]:
    """Return the edits of a difference, those that hang together as one."""
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(len(diff.features)))
    placed: dict[str, list[int]] = {}
    for at, change in enumerate(diff.features):
        if _replaced(change) and change.layer in _PLACES:
            placed.setdefault(change.id, []).append(at)
    twice: dict[str, int] = {}
    for at, change in enumerate(diff.features):
        if change.id in twice:
            graph.add_edge(twice[change.id], at)
        twice[change.id] = at
        for end in _ends(change, old, new):
            graph.add_edges_from((at, place) for place in placed.get(end, ()))
    for group in nx.connected_components(graph):
        yield Edit(tuple(diff.features[at] for at in sorted(group)))
    if diff.info:
        yield Edit((), info=True)


def _replaced(change: FeatureChange) -> bool:
    """Tell whether a feature came, went, moved, or changed sides."""
    sides = any(each.field == "side" for each in change.fields)
    return change.kind != "changed" or change.shape is not None or sides


def _ends(change: FeatureChange, old: Network, new: Network) -> set[str]:
    """Return the places where a corridor that changed begins and ends, before and after."""
    corridors: list[Mapping[str, Corridor]] = [old.corridors, new.corridors]
    found = [each[change.id] for each in corridors if change.id in each]
    return {end for each in found for end in (each.start, each.end)}


def _tells(edit: Edit, diff: NetworkDiff) -> bool:
    """Tell whether a route may depend on an edit."""
    if edit.info:
        return any(each.field not in _SILENT_FIELDS | {"name"} for each in diff.info)
    return any(
        change.layer not in _SILENT_LAYERS
        and (
            change.kind != "changed"
            or change.shape is not None
            or any(each.field not in _SILENT_FIELDS for each in change.fields)
        )
        for change in edit.changes
    )


def _shapes(edit: Edit) -> bool:
    """Tell whether an edit may change a block, or what is flown over it: not if hours are all."""
    return edit.info or any(
        change.kind != "changed"
        or change.shape is not None
        or any(each.field not in _HOURS | _SILENT_FIELDS for each in change.fields)
        for change in edit.changes
    )
