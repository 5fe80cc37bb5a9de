"""What a network holds as one JSON document, for the command line and for HTTP."""

from typing import Any

import shapely

from geodata.features import LAYERS
from geodata.network import Network


def network_document(network: Network) -> dict[str, Any]:
    """Return a network's edition, bounds in degrees, and how many features of what kind it has."""
    west, south, east, north = shapely.total_bounds(list(network.lonlat.values())).tolist()
    features = [feature for layer in LAYERS for feature in network.layer(layer)]
    confidence = sorted({feature.confidence for feature in features})
    return {
        "name": network.info.name,
        "edition": network.edition,
        "bounds": {"west": west, "south": south, "east": east, "north": north},
        "metric_crs": network.info.metric_crs,
        "vertical_datum": network.info.vertical_datum,
        "licence": network.info.licence,
        "notice": network.info.notice,
        "layers": {layer: len(network.layer(layer)) for layer in LAYERS},
        "lanes": len(network.lanes),
        "confidence": {
            each: sum(feature.confidence == each for feature in features) for each in confidence
        },
    }
