"""Writing a network: sorted GeoJSON files that differ only where the network does."""

import json
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

from geodata.features import LAYERS
from geodata.geojson import write_geometry
from geodata.network import Network


def write_network(network: Network, path: Path) -> None:
    """Write `network.json` and one GeoJSON file a layer into a folder, made if need be.

    Features are sorted by id, one a line, coordinates in WGS-84 degrees, lon before lat, to 7
    decimals. All files are written beside the old ones and only then put in their place, so that
    a full disk leaves the old ones whole. Raises `OSError` if the folder cannot be written.
    """
    path.mkdir(parents=True, exist_ok=True)
    _replace_all({path / name: text for name, text in network_files(network).items()})


def network_files(network: Network) -> dict[str, str]:
    """Return the text of each file of a network, by file name."""
    info = json.dumps(asdict(network.info), ensure_ascii=False, indent=2)
    layers = {f"{layer}.geojson": layer_text(network, layer) for layer in LAYERS}
    return {"network.json": f"{info}\n", **layers}


def layer_text(network: Network, layer: str) -> str:
    """Return one layer as GeoJSON text, one feature a line, sorted by id."""
    lines = [
        json.dumps(
            {
                "type": "Feature",
                "id": feature.id,
                "properties": asdict(feature),
                "geometry": write_geometry(network.lonlat[feature.id]),
            },
            ensure_ascii=False,
            allow_nan=False,
        )
        for feature in sorted(network.layer(layer), key=lambda each: each.id)
    ]
    body = ",\n".join(lines)
    return f'{{"type": "FeatureCollection", "features": [\n{body}\n]}}\n'


def _replace_all(texts: Mapping[Path, str]) -> None:
    with ExitStack() as stack:
        beside = {}
        for path, text in texts.items():
            beside[path] = path.with_name(f".{path.name}.new")
            stack.callback(beside[path].unlink, missing_ok=True)
            beside[path].write_text(text, encoding="utf-8", newline="\n")
        for path, new in beside.items():
            new.replace(path)
