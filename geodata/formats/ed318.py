"""ED-318, the GeoJSON of UAS geographical zones: read leniently, written strictly.

After EUROCAE ED-318 as its JSON schema (github.com/UASGeoZones/ED-318) and the files of national
authorities have it; docs/formats-zones.md names them and lists what they do otherwise.
"""

from pathlib import Path
from typing import Any

from geodata.features import Side, Zone
from geodata.formats.imported import Imported
from geodata.formats.uas_export import (
    NO_CEILING_M,
    Piece,
    any_day,
    document_text,
    extended_properties,
    message,
    pieces_of,
    said_of,
    shortened,
)
from geodata.formats.uas_items import items_of, source_of
from geodata.formats.uas_read import read_zones
from geodata.formats.uas_report import Report
from geodata.formats.uas_schedule import applicability
from geodata.formats.uas_words import (
    CHINESE_OF,
    COUNTRY_OF,
    ENGLISH,
    REASON_OF,
    RESTRICTION_OF,
)
from geodata.formats.zone_file import read_json
from geodata.geojson import write_geometry
from geodata.network import Network
from geodata.schedule import Calendar


def read_ed318(path: Path, *, assumed_side: Side = "SZ", ellipsoidal: bool = False) -> Imported:
    """Return the zones of an ED-318 file, coordinates WGS-84 lon before lat; raises nothing.

    `assumed_side` is taken, with a warning, for zones whose country is neither CHN nor HKG. With
    `ellipsoidal`, limits over the ellipsoid are read as AMSL, to be moved by who has said so.
    """
    report = Report(path.name, [])
    document = read_json(path, report)
    items = items_of(document, "ED-318", report)
    if items is None:
        return Imported({}, {}, tuple(sorted(report.faults)))
    return read_zones(
        items, source_of(document, "ED-318", path), assumed_side, report, ellipsoidal=ellipsoidal
    )


def ed318_text(network: Network) -> str:
    """Return a network's zones as ED-318: a feature for each polygon on each side.

    Coordinates are WGS-84 degrees, lon before lat, to 7 decimals; limits are metres.
    """
    head = {
        "type": "FeatureCollection",
        "name": shortened(f"{network.info.name}: UAS zones"),
        "metadata": {
            "provider": [_text(shortened(network.info.name))],
            "description": [_text("UAS geographical zones. Planning data. Not for navigation.")],
            "technicalLimitations": [_text(each) for each in said_of(network)],
        },
    }
    calendar = any_day(network)
    return document_text(head, [_feature(each, calendar) for each in pieces_of(network)])


def _feature(piece: Piece, calendar: Calendar) -> dict[str, Any]:
    layer = _layer(piece.zone)
    properties = _properties(piece, calendar)
    extended = extended_properties(piece, properties, layer)
    return {
        "type": "Feature",
        "properties": {**properties, "extendedProperties": extended},
        "geometry": {**write_geometry(piece.shape), "layer": layer},
    }


def _layer(zone: Zone) -> dict[str, Any]:
    upper = (NO_CEILING_M, "AMSL") if zone.upper_m is None else (zone.upper_m, zone.upper_reference)
    return {
        "upper": upper[0],
        "upperReference": upper[1],
        "lower": zone.lower_m,
        "lowerReference": zone.lower_reference,
        "uom": "m",
    }


def _properties(piece: Piece, calendar: Calendar) -> dict[str, Any]:
    zone = piece.zone
    name = [_text(shortened(zone.name))]
    if zone.name_zh:
        name.append(_text(shortened(zone.name_zh), CHINESE_OF[piece.side]))
    reason = REASON_OF[zone.category]
    asked = RESTRICTION_OF[zone.kind] != "PROHIBITED"
    properties: dict[str, Any] = {
        "identifier": piece.identifier,
        "country": COUNTRY_OF[piece.side],
        "name": name,
        "type": RESTRICTION_OF[zone.kind],
        "variant": "COMMON",
        "reason": [reason],
        "message": [_text(message(zone))],
        "zoneAuthority": [
            {
                "name": [_text(shortened(zone.authority))],
                "purpose": "AUTHORIZATION" if asked else "INFORMATION",
            }
        ],
    }
    if reason == "OTHER":
        properties["otherReasonInfo"] = [_text(zone.category)]
    periods = applicability(zone.schedule, calendar, sun_events=True)
    if periods is not None:
        properties["limitedApplicability"] = [{"schedule": periods}]
    return properties


def _text(text: str, lang: str = ENGLISH) -> dict[str, str]:
    return {"text": text, "lang": lang}
