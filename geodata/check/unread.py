"""What a check may not judge, because the features it needs could not be read."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unread:
    """Which features stand in the files but are not in the network.

    `ids` are those of features known by id alone; `layers` have at least one unread feature;
    `lost` are the layers among them of which not even all ids are known.
    """

    ids: frozenset[str] = frozenset()
    layers: frozenset[str] = frozenset()
    lost: frozenset[str] = frozenset()

    def and_features(self, ids: Iterable[str], layers: Iterable[str]) -> "Unread":
        """Return this with more features, known by id, of some layers."""
        return Unread(self.ids | set(ids), self.layers | set(layers), self.lost)

    def and_lost(self, layers: Iterable[str]) -> "Unread":
        """Return this with more layers of which not all ids are known."""
        more = frozenset(layers)
        return Unread(self.ids, self.layers | more, self.lost | more)
