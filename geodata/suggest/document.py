"""What was suggested, as GeoJSON that the network takes in, and as JSON."""

from dataclasses import asdict
from typing import Any

from geodata.geojson import write_geometry
from geodata.suggest.suggest import Answer, Suggestion


def suggestions_geojson(answer: Answer) -> dict[str, Any]:
    """Return the drafts as features of the layer `corridors`, each with its `score` beside."""
    return {
        "type": "FeatureCollection",
        "features": [_feature(each) for each in answer.suggestions],
    }


def suggestions_json(answer: Answer) -> dict[str, Any]:
    """Return the question, the drafts with scores and warnings, or why there are none."""
    return {
        "edition": answer.network.edition,
        "asked": asdict(answer.ask),
        "suggestions": [
            {**_feature(each), "warnings": [asdict(fault) for fault in each.warnings]}
            for each in answer.suggestions
        ],
        "reasons": [asdict(each) for each in answer.reasons],
    }


def _feature(suggestion: Suggestion) -> dict[str, Any]:
    score = {
        name: round(value, 2) if isinstance(value, float) else value
        for name, value in asdict(suggestion.score).items()
    }
    return {
        "type": "Feature",
        "id": suggestion.corridor.id,
        "properties": asdict(suggestion.corridor),
        "geometry": write_geometry(suggestion.lonlat),
        "score": score,
    }
