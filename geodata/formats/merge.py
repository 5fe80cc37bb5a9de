"""A part of a network put into a whole one: features replaced or added by id."""

from dataclasses import dataclass, replace

from geodata.features import LAYERS
from geodata.formats.imported import Imported
from geodata.network import Network


@dataclass(frozen=True)
class Merged:
    """The network with a part put into it, and the ids of features added and replaced, sorted."""

    network: Network
    added: tuple[str, ...]
    replaced: tuple[str, ...]


def merged(network: Network, part: Imported) -> Merged:
    """Return a network with the features of a part in place of those of the same layer and id.

    Nothing is removed. An id that another layer uses is then there twice, which the check finds.
    """
    features = {}
    added: list[str] = []
    replaced: list[str] = []
    for layer in LAYERS:
        old = {each.id: each for each in network.layer(layer)}
        new = part.features.get(layer, ())
        ids = {each.id for each in new}
        replaced += sorted(ids & old.keys())
        added += sorted(ids - old.keys())
        kept = [each for each in old.values() if each.id not in ids]
        features[layer] = tuple(sorted([*kept, *new], key=lambda each: each.id))
    lonlat = {**network.lonlat, **part.lonlat}
    return Merged(replace(network, features=features, lonlat=lonlat), tuple(added), tuple(replaced))
