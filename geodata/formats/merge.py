"""A part of a network put into a whole one: features replaced or added by id."""

from dataclasses import replace

from geodata.features import LAYERS
from geodata.formats.imported import Imported
from geodata.network import Network

Ids = tuple[str, ...]


def merged(network: Network, part: Imported) -> tuple[Network, Ids, Ids]:
    """Return a network with the features of a part in place of those of the same layer and id.

    The second and third value are the ids of the features that are new and of those that the part
    has otherwise, in a field or in shape, sorted. Nothing is removed. An id that another layer
    uses is then there twice, which the check finds.
    """
    features = {}
    added: list[str] = []
    changed: list[str] = []
    for layer in LAYERS:
        old = {each.id: each for each in network.layer(layer)}
        new = part.features.get(layer, ())
        ids = {each.id for each in new}
        changed += [
            each.id
            for each in new
            if each.id in old
            and (each != old[each.id] or part.lonlat[each.id] != network.lonlat[each.id])
        ]
        added += ids - old.keys()
        kept = [each for each in old.values() if each.id not in ids]
        features[layer] = tuple(sorted([*kept, *new], key=lambda each: each.id))
    lonlat = {**network.lonlat, **part.lonlat}
    whole = replace(network, features=features, lonlat=lonlat)
    return whole, tuple(sorted(added)), tuple(sorted(changed))
