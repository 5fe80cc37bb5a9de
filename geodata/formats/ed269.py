"""ED-269, the JSON of UAS geographical zones before ED-318: read leniently, written strictly.

EUROCAE's schema is not public; after InterUSS's `uas_standards` and the files of national
authorities, named in docs/formats-zones.md with what they do otherwise.
"""

import math
from pathlib import Path
from typing import Any

from geodata.features import Side, Zone
from geodata.formats.imported import Imported
from geodata.formats.statement import statement_text
from geodata.formats.uas_export import (
    NO_CEILING_M,
    Piece,
    any_day,
    document_text,
    extended_properties,
    message,
    pieces_of,
    shortened,
)
from geodata.formats.uas_items import items_of, source_of
from geodata.formats.uas_limits import FOOT_M
from geodata.formats.uas_read import read_zones
from geodata.formats.uas_report import Report
from geodata.formats.uas_schedule import applicability
from geodata.formats.uas_words import COUNTRY_OF, REASON_OF, RESTRICTION_OF
from geodata.formats.zone_file import read_json
from geodata.geojson import write_geometry
from geodata.network import Network
from geodata.schedule import Calendar

_REASON_INFO = 30
_WHOLE_FT = 1e-6
"""How far from whole a number of feet may be that is not exact in metres."""


def read_ed269(path: Path, *, assumed_side: Side = "SZ", ellipsoidal: bool = False) -> Imported:
    """Return the zones of an ED-269 file, coordinates WGS-84 lon before lat; raises nothing.

    `assumed_side` is taken, with a warning, for zones whose country is neither CHN nor HKG. With
    `ellipsoidal`, limits over the ellipsoid are read as AMSL, to be moved by who has said so.
    """
    report = Report(path.name, [])
    document = read_json(path, report)
    items = items_of(document, "ED-269", report)
    if items is None:
        return Imported({}, {}, tuple(sorted(report.faults)))
    return read_zones(
        items, source_of(document, "ED-269", path), assumed_side, report, ellipsoidal=ellipsoidal
    )


def ed269_text(network: Network) -> str:
    """Return a network's zones as ED-269: a zone of one volume for each polygon on each side.

    Coordinates are WGS-84 degrees, lon before lat, to 7 decimals. Limits are whole feet where both
    are, else whole metres rounded outward, as the format has no fractions.
    """
    head = {
        "title": shortened(f"{network.info.name}: UAS zones"),
        "description": statement_text(network),
    }
    calendar = any_day(network)
    return document_text(head, [_zone(each, calendar) for each in pieces_of(network)])


def _zone(piece: Piece, calendar: Calendar) -> dict[str, Any]:
    limits = _limits(piece.zone)
    fields = _fields(piece, calendar)
    return {
        **fields,
        "geometry": [{**limits, "horizontalProjection": write_geometry(piece.shape)}],
        "extendedProperties": extended_properties(piece, fields, limits),
    }


def _limits(zone: Zone) -> dict[str, Any]:
    given = (zone.lower_m, zone.upper_m)
    in_feet = [each / FOOT_M for each in given if each is not None]
    whole = all(abs(each - round(each)) < _WHOLE_FT for each in in_feet)
    lower, *uppers = [round(each) for each in in_feet] if whole else given
    upper = uppers[0] if uppers else None
    assert lower is not None
    return {
        "uomDimensions": "FT" if whole else "M",
        "lowerLimit": math.floor(lower),
        "lowerVerticalReference": zone.lower_reference,
        "upperLimit": NO_CEILING_M if upper is None else math.ceil(upper),
        "upperVerticalReference": "AMSL" if upper is None else zone.upper_reference,
    }


def _fields(piece: Piece, calendar: Calendar) -> dict[str, Any]:
    zone = piece.zone
    reason = REASON_OF[zone.category]
    asked = RESTRICTION_OF[zone.kind] != "PROHIBITED"
    periods = applicability(zone.schedule, calendar, sun_events=False, utc=".00Z")
    fields: dict[str, Any] = {
        "identifier": piece.identifier,
        "country": COUNTRY_OF[piece.side],
        "name": shortened(zone.name),
        "type": "COMMON",
        "restriction": RESTRICTION_OF[zone.kind].replace("AUTHORIZATION", "AUTHORISATION"),
        "reason": [reason],
        "message": message(zone),
        "applicability": [{"permanent": "YES"}]
        if periods is None
        else [{"permanent": "NO", "schedule": periods}],
        "zoneAuthority": [
            {
                "name": shortened(zone.authority),
                "purpose": "AUTHORIZATION" if asked else "INFORMATION",
            }
        ],
    }
    if reason == "OTHER":
        fields["otherReasonInfo"] = shortened(zone.category, _REASON_INFO)
    return fields
