"""A network as KML 2.2 (OGC 12-007r2) for Google Earth: lanes, zones and obstacles at heights."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import fastkml
import shapely
from fastkml import styles
from fastkml.data import Data
from fastkml.enums import AltitudeMode
from fastkml.geometry import MultiGeometry, create_kml_geometry
from pygeoif.factories import shape as pygeoif_shape
from shapely.geometry.base import BaseGeometry

from geodata.datum.vertical import height_move, network_reference
from geodata.faults import InvalidInput
from geodata.features import (
    LAYERS,
    Checkpoint,
    Corridor,
    Feature,
    Obstacle,
    SpotHeight,
    Vertiport,
    Zone,
)
from geodata.formats.statement import statement_text
from geodata.geojson import DECIMALS
from geodata.network import Network

_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ICON = "http://maps.google.com/mapfiles/kml/shapes/{}.png"
_MODES = {"AMSL": AltitudeMode.absolute, "AGL": AltitudeMode.relative_to_ground}


@dataclass(frozen=True, slots=True)
class _Look:
    """Colours are aabbggrr, as KML has them."""

    line: str = "ff404040"
    width: float = 1.5
    fill: str = "00ffffff"
    icon: str = "placemark_circle"


_LOOKS = {
    "parks": _Look(line="ff14881e", fill="281ea666"),
    "boundary": _Look(line="ff202020", width=3),
    "vertiports": _Look(icon="heliport"),
    "checkpoints": _Look(icon="police"),
    "waypoints": _Look(icon="shaded_dot"),
    "forward": _Look(line="fff07820", width=3),
    "backward": _Look(line="ff20b4f0", width=3),
    "prohibited": _Look(line="ff1c1ae4", fill="501c1ae4"),
    "restricted": _Look(line="ff007fff", fill="50007fff"),
    "permission": _Look(line="ffa34e98", fill="18a34e98"),
    "ceiling": _Look(line="ff808080", fill="08808080"),
    "obstacles": _Look(line="ff2856a6", width=2, fill="802856a6", icon="caution"),
    "spot_heights": _Look(icon="triangle"),
}
_HIDDEN = ("spot_heights",)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A shape at one height, from where it counts, perhaps with walls down to the ground."""

    shape: BaseGeometry
    height_m: float = 0.0
    mode: AltitudeMode = AltitudeMode.clamp_to_ground
    walls: bool = False


def kml_text(network: Network) -> str:
    """Return a network as KML, one folder a layer; coordinates are lon, lat, height in m.

    Lanes, and limits above mean sea level, have altitude mode `absolute`; limits above ground
    `relativeToGround`; what has no height lies on the ground. Heights are those of the network,
    unchanged; the document's description says what they count from, and how far that is from what
    Google Earth counts from. Fields stand in each placemark's extended data.
    """
    folders = [
        fastkml.Folder(
            name=layer.replace("_", " "),
            visibility=layer not in _HIDDEN,
            features=[
                mark
                for feature in network.layer(layer)
                for mark in _placemarks(network, layer, feature)
            ],
        )
        for layer in LAYERS
        if network.layer(layer)
    ]
    document = fastkml.Document(
        name=_clean(network.info.name),
        description=_clean(f"{statement_text(network)}\n{_heights(network)}"),
        styles=[_style(name, look) for name, look in _LOOKS.items()],
        features=folders,
    )
    return f"{fastkml.KML(features=[document]).to_string(precision=DECIMALS)}\n"


def _heights(network: Network) -> str:
    """Say how the network's heights lie to those that Google Earth takes them for."""
    drawn = "heights: drawn as they stand in the network"
    try:
        move = height_move(network_reference(network.info).name, "EGM96")
    except InvalidInput:
        return f"{drawn}; how far that is from EGM96, which Google Earth counts from, is unknown"
    return (
        f"{drawn}; Google Earth counts from EGM96, above which each of them is "
        f"{move.offset_m:+.2f} m more, known to {move.uncertainty_m:.2f} m"
    )


def _placemarks(network: Network, layer: str, feature: Feature) -> Iterator[fastkml.Placemark]:
    shape = network.lonlat[feature.id]
    if isinstance(feature, Corridor):
        for lane in feature.lanes:
            line = shape if lane.direction == "forward" else shape.reverse()
            at = _Piece(line, lane.height_amsl_m, AltitudeMode.absolute)
            values = {**asdict(feature), **asdict(lane), "corridor": feature.id}
            yield _placemark(lane.id, feature.name, lane.direction, values, [at])
        return
    look = feature.kind if isinstance(feature, Zone) else layer
    yield _placemark(feature.id, feature.name, look, asdict(feature), list(_pieces(feature, shape)))


def _pieces(feature: Feature, shape: BaseGeometry) -> Iterator[_Piece]:
    """Yield what a feature is drawn as."""
    if isinstance(feature, Zone):
        from_ground = feature.lower_reference == "AGL" and feature.lower_m <= 0
        if feature.upper_m is not None and feature.upper_reference != "UNL":
            yield _Piece(shape, feature.upper_m, _MODES[feature.upper_reference], from_ground)
        if not from_ground or feature.upper_m is None:
            yield _Piece(shape, feature.lower_m, _MODES[feature.lower_reference])
    elif isinstance(feature, Obstacle):
        yield _Piece(shape, feature.top_m, _MODES[feature.top_reference], walls=True)
    elif isinstance(feature, Vertiport | Checkpoint | SpotHeight):
        yield _Piece(shape, feature.ground_amsl_m, AltitudeMode.absolute)
    else:
        yield _Piece(shape)


def _placemark(
    identifier: str, name: str, look: str, values: dict[str, Any], pieces: Sequence[_Piece]
) -> fastkml.Placemark:
    data = [
        Data(name=field, value=_clean("" if value is None else f"{value}"))
        for field, value in values.items()
        if field not in ("name", "lanes")  # the description, and placemarks of their own
    ]
    drawn = [_geometry(piece) for piece in pieces]
    return fastkml.Placemark(
        name=identifier,
        description=_clean(name),
        style_url=styles.StyleUrl(url=f"#{look}"),
        extended_data=fastkml.ExtendedData(elements=data),
        kml_geometry=drawn[0] if len(drawn) == 1 else MultiGeometry(kml_geometries=drawn),
    )


def _geometry(piece: _Piece) -> Any:
    flat = piece.mode is AltitudeMode.clamp_to_ground
    shape = piece.shape if flat else shapely.force_3d(piece.shape, piece.height_m)
    return create_kml_geometry(
        pygeoif_shape(shape.__geo_interface__),
        altitude_mode=piece.mode,
        extrude=piece.walls,
        tessellate=flat,
    )


def _style(name: str, look: _Look) -> styles.Style:
    return styles.Style(
        id=name,
        styles=[
            styles.IconStyle(icon_href=_ICON.format(look.icon), scale=0.8),
            styles.LineStyle(color=look.line, width=look.width),
            styles.PolyStyle(color=look.fill),
        ],
    )


def _clean(text: str) -> str:
    """Return a text with the characters that XML cannot hold replaced."""
    return _NOT_XML.sub("\ufffd", text)
