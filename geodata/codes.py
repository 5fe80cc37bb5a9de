"""Every fault that a network can have, under its code: meaning, limit, severity.

The table in docs/network.md is made from this one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from geodata.faults import Fault, Severity
from geodata.limits import (
    CORRIDOR_MIN_M,
    END_TOLERANCE_M,
    FILE_MAX_MB,
    GATE_TOLERANCE_M,
    NESTING_MAX,
    PARK_OVERLAP,
    POSITIONS_MAX,
    REACH_DEG,
    VERTICAL_CLEARANCE_M,
)


@dataclass(frozen=True, slots=True)
class FaultKind:
    """One kind of fault: its stable code, what is wrong, what is allowed instead."""

    code: str
    meaning: str
    limit: str
    severity: Severity = "error"


_FILES = (
    FaultKind("FILE_MISSING", "A file that must be there is not.", "all files present"),
    FaultKind("FILE_UNREADABLE", "A file or folder cannot be read.", "a readable file"),
    FaultKind("NOT_UTF8", "The text is not UTF-8.", "UTF-8"),
    FaultKind("BYTE_ORDER_MARK", "A file begins with a byte order mark.", "UTF-8 without a mark"),
    FaultKind("FILE_EMPTY", "The file holds nothing.", "a JSON document"),
    FaultKind("SYNTAX", "The text is not what the file's name says, such as JSON.", "RFC 8259"),
    FaultKind(
        "NESTED_TOO_DEEPLY",
        "The brackets of a file are nested too deeply.",
        f"at most {NESTING_MAX} levels",
    ),
    FaultKind("KEY_TWICE", "A key is given twice in one object or mapping.", "once"),
    FaultKind(
        "NOT_A_FEATURE_COLLECTION",
        "A layer is not a GeoJSON FeatureCollection.",
        'an object of type "FeatureCollection" with a list "features"',
    ),
    FaultKind(
        "NOT_A_FEATURE",
        "An item of a layer is not a GeoJSON Feature.",
        'an object of type "Feature" with "properties" and "geometry"',
    ),
    FaultKind("CRS_NOT_WGS84", "A layer says that it is not in WGS-84.", "CRS84 or EPSG:4326"),
    FaultKind("FEATURE_ID", "A feature's id is not its property id.", "the same, or none"),
    FaultKind(
        "ELEVATION_UNREADABLE", "The elevation model cannot be used.", "a GeoTIFF with its CRS"
    ),
)
_FIELDS = (
    FaultKind(
        "FIELD_MISSING", "A field that must be given is missing or empty.", "all required fields"
    ),
    FaultKind("FIELD_UNKNOWN", "A field has a name that is not known.", "the layer's fields"),
    FaultKind("WRONG_TYPE", "A value is of the wrong type, say text for a number.", "the type"),
    FaultKind("WRONG_FORMAT", "A text is not written as the field asks.", "the format"),
    FaultKind(
        "NOT_FINITE",
        "A number is not finite (NaN, infinite, or too large to hold).",
        "a finite number",
    ),
    FaultKind("OUT_OF_RANGE", "A value lies outside what is allowed.", "the range"),
    FaultKind("UNKNOWN_VALUE", "A value is not one of those allowed.", "the values"),
    FaultKind(
        "HEIGHT_WITHOUT_REFERENCE",
        "A height does not say where it counts from.",
        "a *_reference beside it; none in coordinates",
    ),
    FaultKind("HOURS_SYNTAX", "Hours or a schedule cannot be read.", "OpenStreetMap opening_hours"),
    FaultKind("CRS_UNKNOWN", "The metric CRS is unknown or not in metres.", "projected, in metres"),
    FaultKind("TIMEZONE_UNKNOWN", "The time zone is not in the IANA database.", "an IANA name"),
)
_SHAPES = (
    FaultKind("GEOMETRY_MISSING", "A feature has no geometry.", "the layer's geometry types"),
    FaultKind("GEOMETRY_TYPE", "A geometry is of the wrong type.", "the layer's geometry types"),
    FaultKind("GEOMETRY_COORDINATES", "Coordinates are malformed.", "RFC 7946 section 3.1"),
    FaultKind("COORDINATE_RANGE", "A coordinate is off the globe.", "lon ±180, lat ±90 degrees"),
    FaultKind(
        "COORDINATE_FAR",
        "A coordinate is far from the rest of the network.",
        f"within {REACH_DEG:g}° of its middle",
    ),
    FaultKind("AXES_SWAPPED", "Latitude stands before longitude.", "lon, lat"),
    FaultKind("RING_OPEN", "A ring's last position is not its first.", "closed rings"),
    FaultKind("RING_INVALID", "A polygon's rings cross or touch wrongly.", "OGC valid rings"),
    FaultKind("RING_AREA", "A ring encloses nothing.", "area over 0 m²"),
    FaultKind(
        "RING_ORIENTATION",
        "An outer ring runs clockwise, or a hole anticlockwise.",
        "the right-hand rule of RFC 7946 section 3.1.6",
        "warning",
    ),
    FaultKind("LINE_NOT_SIMPLE", "A line crosses itself or stands still.", "a simple line"),
    FaultKind(
        "GCJ02_SUSPECTED",
        "Coordinates look as if they were in GCJ-02, the datum of Chinese web maps.",
        "WGS-84",
        "warning",
    ),
)
_LINKS = (
    FaultKind("DUPLICATE_ID", "An id is used more than once.", "ids unique over all layers"),
    FaultKind(
        "DUPLICATE_PLACE", "Two places are at one point.", f"over {END_TOLERANCE_M:g} m apart"
    ),
    FaultKind(
        "DUPLICATE_CORRIDOR", "Two corridors run the same way.", f"over {END_TOLERANCE_M:g} m apart"
    ),
    FaultKind("UNKNOWN_REFERENCE", "A field names a feature that is not there.", "a known id"),
    FaultKind("CORRIDOR_ENDS", "A corridor begins and ends at one place.", "two places"),
    FaultKind(
        "CORRIDOR_END_OFF_PLACE",
        "A corridor's end is not on its place.",
        f"within {END_TOLERANCE_M:g} m",
    ),
    FaultKind("CORRIDOR_SHORT", "A corridor is too short.", f"at least {CORRIDOR_MIN_M:g} m"),
    FaultKind("ISOLATED_PLACE", "No corridor begins or ends at a place.", "at least one corridor"),
    FaultKind("UNREACHABLE", "Lanes do not join a site to the others both ways.", "every site"),
    FaultKind(
        "CUSTOMS_GAP",
        "No checkpoint of a side, nor a joint one, clears a goods class.",
        "every class except dangerous, on each side",
    ),
)
_SIDES = (
    FaultKind("BOUNDARY_COUNT", "There is not exactly one boundary line.", "one line"),
    FaultKind("BOUNDARY_SIDES", "The boundary has one side twice.", "SZ on one side, HK opposite"),
    FaultKind("BEYOND_BOUNDARY", "A place lies past the boundary line's ends.", "between its ends"),
    FaultKind("PLACE_SIDE", "A place is not on the side that it claims.", "the side it is on"),
    FaultKind(
        "PARK_SIDE",
        "A park lies across the boundary.",
        f"at most {PARK_OVERLAP:.0%} of its area across",
    ),
    FaultKind("CORRIDOR_SIDE", "A part of a corridor is not on the side it claims.", "its sides"),
    FaultKind("CORRIDOR_CROSSINGS", "A corridor between sides must cross the boundary.", "once"),
    FaultKind("GATE_MISSING", "A corridor that crosses the boundary names no gate.", "a gate"),
    FaultKind("GATE_UNEXPECTED", "A corridor of one side names a gate.", "no gate"),
    FaultKind(
        "GATE_OFF_CROSSING",
        "A gate is not where the corridor crosses the boundary.",
        f"within {GATE_TOLERANCE_M:g} m",
    ),
)
_HEIGHTS = (
    FaultKind("TERRAIN_MISSING", "Nothing says how high the ground is.", "spot heights or a grid"),
    FaultKind("TERRAIN_UNKNOWN", "The ground under a corridor is unknown.", "ground everywhere"),
    FaultKind(
        "TERRAIN_CLEARANCE",
        "A lane is too near the highest ground within its width.",
        f"at least {VERTICAL_CLEARANCE_M:g} m above",
    ),
    FaultKind(
        "PAD_CLEARANCE",
        "A lane is too near the height of the pads that it leads to.",
        f"at least {VERTICAL_CLEARANCE_M:g} m above",
    ),
    FaultKind(
        "OBSTACLE_CLEARANCE",
        "A lane is too near the top of an obstacle within its width.",
        f"at least {VERTICAL_CLEARANCE_M:g} m above",
    ),
    FaultKind(
        "LANES_TOO_CLOSE",
        "Opposite lanes of a corridor are too close in height.",
        f"at least {VERTICAL_CLEARANCE_M:g} m between their bands",
    ),
    FaultKind(
        "CHARGER_POWER",
        "A vertiport has chargers without their power, or a power without chargers.",
        "both, or neither",
    ),
    FaultKind("ZONE_WITHOUT_UPPER_LIMIT", "A zone has no upper limit.", "a height, or UNL"),
    FaultKind("ZONE_UPPER_WITH_UNL", "A zone has a height and UNL.", "null with UNL"),
    FaultKind("ZONE_LIMITS", "A zone's limits enclose nothing.", "lower under upper"),
    FaultKind(
        "LANE_PROHIBITED",
        "A lane, or the climb at its ends, is in an always active prohibited zone.",
        "outside",
    ),
    FaultKind(
        "PERMISSION_NOT_NAMED",
        "A lane is in a permission zone that its corridor does not name.",
        "named in approved_zones, or outside",
    ),
    FaultKind(
        "CEILING_EXCEEDED",
        "A lane is above a ceiling that its corridor is not exempted from.",
        "named in approved_zones, or below",
    ),
    FaultKind(
        "APPROVAL_KIND", "An approval names a zone that takes none.", "permission or ceiling zones"
    ),
    FaultKind(
        "APPROVAL_UNUSED",
        "An approval names a zone that no lane enters.",
        "zones entered",
        "warning",
    ),
)
_DATUMS = (
    FaultKind(
        "DATUM_NOT_STATED", "Nothing says which datum the coordinates are in.", "a datum's name"
    ),
    FaultKind("DATUM_UNKNOWN", "There is no such horizontal datum.", "a datum's name"),
    FaultKind(
        "VERTICAL_NOT_STATED", "Nothing says what the heights count from.", "a reference's name"
    ),
    FaultKind("VERTICAL_UNKNOWN", "There is no such vertical reference.", "a reference's name"),
    FaultKind(
        "VERTICAL_FAR",
        "An offset between vertical references is known for Hetao alone.",
        "within 30 km of the Loop",
    ),
    FaultKind(
        "HEIGHT_UNCERTAIN",
        "Heights were moved between vertical references by an offset known only roughly.",
        "heights in the network's own reference",
        "warning",
    ),
    FaultKind(
        "RIVER_BEFORE_1997",
        "A line follows the Shenzhen River's course of before 1997, the Loop on the wrong side.",
        "the boundary of State Council Order 221 of 1997",
        "warning",
    ),
)
_FORMATS = (
    FaultKind("FILE_TOO_LARGE", "A file is larger than is read.", f"at most {FILE_MAX_MB} MB"),
    FaultKind(
        "TOO_MANY_POSITIONS",
        "A shape has more positions than are read.",
        f"at most {POSITIONS_MAX:,}",
    ),
    FaultKind("FORMAT_UNKNOWN", "The name of a file tells no format.", "a format named"),
    FaultKind("NOT_A_GEOPACKAGE", "A file is no GeoPackage, or a damaged one.", "OGC 12-128r18"),
    FaultKind("PART_OF_A_NETWORK", "A file holds a part of a network.", "--into NETWORK"),
    FaultKind("LAYER_NOT_NAMED", "A file does not say which layer it holds.", "--layer"),
    FaultKind("LAYER_MISSING", "A layer's table is not in the file.", "every layer's table"),
    FaultKind(
        "LAYER_UNKNOWN",
        "A table of the file is no layer, and is not read.",
        "the network's layers",
        "warning",
    ),
    FaultKind("COLUMN_MISSING", "A table lacks the column of a field.", "a column for each field"),
    FaultKind("COLUMN_UNKNOWN", "A column has a name that is no field.", "the layer's fields"),
    FaultKind(
        "COLUMN_UNREAD",
        "A column belongs to no field, and is not read.",
        "--column FIELD=COLUMN",
        "warning",
    ),
    FaultKind("COLUMN_TWICE", "Two columns have the same name.", "once"),
    FaultKind("ROW_RAGGED", "A row has more or fewer cells than columns.", "one cell a column"),
    FaultKind("TEXT_UNSTORABLE", "A text holds a character that the format cannot.", "no U+0000"),
    FaultKind(
        "DATUM_OVERRIDDEN",
        "The file states another datum than the one that it was read in.",
        "the file's own datum, unless it is known to be wrong",
        "warning",
    ),
)

_ZONE_FILES = (
    FaultKind("NOT_A_ZONE_FILE", "A file holds no list of zones.", "features, or UASZoneList"),
    FaultKind("OPENAIR_SYNTAX", "A line is not OpenAir.", "OpenAir 2.1"),
    FaultKind(
        "HEIGHT_ELLIPSOIDAL",
        "A zone's limit counts from the ellipsoid.",
        "AGL or AMSL, or all of them from it and --vertical WGS84E",
    ),
)
_ASSUMED = tuple(
    FaultKind(code, meaning, limit, "warning")
    for code, meaning, limit in (
        ("IMPORT_BYTE_ORDER_MARK", "A file begins with a byte order mark.", "UTF-8 without a mark"),
        ("IMPORT_ENCODING", "The text is not UTF-8; it is read as Windows-1252.", "UTF-8"),
        ("IMPORT_WRAPPER", "The list of zones is not where the format has it.", "the format's"),
        ("IMPORT_ID_CHANGED", "A zone's identifier cannot be kept.", "one a zone, as ids are"),
        ("IMPORT_SPELLING", "A word is spelt as in another format.", "the format's spelling"),
        ("IMPORT_KIND_ASSUMED", "What a zone asks has no equal here.", "a known restriction"),
        ("IMPORT_CATEGORY_ASSUMED", "A zone's reason has no equal here.", "one known reason"),
        ("IMPORT_SIDE_ASSUMED", "Nothing says whose side a zone is of.", "country CHN or HKG"),
        ("IMPORT_AUTHORITY_ASSUMED", "Nothing says who set a zone.", "an authority's name"),
        ("IMPORT_LIMIT_ASSUMED", "A limit is missing; the widest is taken.", "a number"),
        ("IMPORT_REFERENCE_ASSUMED", "A limit's reference is missing or unknown.", "AGL or AMSL"),
        ("IMPORT_UNIT_ASSUMED", "A length's unit is missing or unknown.", "a known unit"),
        ("IMPORT_NUMBER_AS_TEXT", "A number is written as text.", "a number"),
        ("IMPORT_NO_CEILING", "An upper limit beyond all flying is read as none.", "a height"),
        ("IMPORT_FLIGHT_LEVEL", "A flight level is read as an altitude.", "AGL or AMSL"),
        ("IMPORT_CIRCLE", "A circle or arc is read as a polygon.", "a polygon"),
        ("IMPORT_SHAPE_MENDED", "A shape was mended.", "closed, valid rings without heights"),
        ("IMPORT_AXES_SWAPPED", "Latitude stands before longitude; they are swapped.", "lon, lat"),
        ("IMPORT_SCHEDULE_WIDENED", "A schedule is read as longer than it is.", "an exact one"),
        ("IMPORT_TIME_ZONE_ASSUMED", "A time says no zone; it is read as UTC.", "Z or an offset"),
        ("IMPORT_ZONE_SKIPPED", "A zone that restricts nobody is left out.", "a restriction"),
        ("IMPORT_PART_MISSING", "Parts of a zone are not in the file.", "all parts"),
        ("IMPORT_EXTRA_OVERRULED", "A zone was changed since its export.", "extras that agree"),
        ("IMPORT_FIELDS_DROPPED", "Fields have no place here and are left out.", "known fields"),
    )
)

_EDITIONS = (
    FaultKind("STORE_UNKNOWN", "A folder is no store of editions.", "made by hetao network draft"),
    FaultKind("LINE_DAMAGED", "The line of editions cannot be read.", "as hetao wrote it"),
    FaultKind("EDITION_UNKNOWN", "The line has no such edition.", "an edition, or how it begins"),
    FaultKind("EDITION_AMBIGUOUS", "Several editions begin so.", "enough digits for one"),
    FaultKind("EDITION_DAMAGED", "A stored edition is not what was published.", "its content"),
    FaultKind(
        "DRAFT_NAME",
        "A draft may not be called so.",
        "a letter or digit, then up to 63 letters, digits, dots, dashes or underscores",
    ),
    FaultKind("DRAFT_EXISTS", "There is a draft of that name.", "a new name"),
    FaultKind("DRAFT_UNKNOWN", "The store has no such draft.", "a draft that was started"),
    FaultKind(
        "DRAFT_DAMAGED", "A draft does not say which edition it was started on.", "its parent"
    ),
    FaultKind("DRAFT_UNCHANGED", "A draft is the newest edition already.", "an edit to publish"),
    FaultKind(
        "EDIT_CONFLICT",
        "The draft and an edition published since it was started both changed a field.",
        "one of the two values in the draft, started anew",
    ),
)

_SUGGESTIONS = (
    FaultKind(
        "LANE_MINIMA",
        "A suggested corridor would come nearer to lanes or places than the minima.",
        "the separation minima, in plan or in height",
    ),
    FaultKind(
        "RESTRICTED_AVOIDED",
        "A suggested corridor keeps out of restricted zones, at whatever time they are active.",
        "outside",
    ),
    FaultKind(
        "CROSSING_ANGLE",
        "A suggested corridor crosses the boundary once, near the perpendicular.",
        "once, near 90°",
    ),
    FaultKind("TURN_LIMIT", "There is a way, but none that the drones turn along.", "the limits"),
    FaultKind("RISK_UNREADABLE", "A user's risk cannot be used.", "numbers from 0, in a known CRS"),
)

GROUPS: Mapping[str, tuple[FaultKind, ...]] = MappingProxyType(
    {
        "Files": _FILES,
        "Fields": _FIELDS,
        "Shapes": _SHAPES,
        "Links": _LINKS,
        "Sides": _SIDES,
        "Heights and zones": _HEIGHTS,
        "Conversion": _FORMATS,
        "Zones in other formats": (*_ZONE_FILES, *_ASSUMED),
        "Datums": _DATUMS,
        "Editions": _EDITIONS,
        "Suggestions": _SUGGESTIONS,
    }
)
"""Kinds of fault by the subject that they are about."""

KINDS: Mapping[str, FaultKind] = MappingProxyType(
    {kind.code: kind for kinds in GROUPS.values() for kind in kinds}
)


def fault(
    code: str,
    source: str,
    item: str = "",
    field: str = "",
    *,
    value: str = "",
    limit: str | None = None,
    message: str | None = None,
) -> Fault:
    """Return a fault of a kind in the table; `limit` and `message` default to the kind's."""
    kind = KINDS[code]
    return Fault(
        source=source,
        item=item,
        field=field,
        code=code,
        value=value,
        limit=kind.limit if limit is None else limit,
        message=kind.meaning if message is None else message,
        severity=kind.severity,
    )
