"""The features of a corridor network: field names, units, ranges and meanings, in one place.

The docs' table and the JSON Schema are made from these classes. Geometry is not a field: GeoJSON
holds it beside the properties (WGS-84 lon/lat), and a `Network` maps feature ids to shapes.
"""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

Side = Literal["SZ", "HK"]
Confidence = Literal["surveyed", "published", "derived", "illustrative"]
GoodsClass = Literal[
    "document", "general", "bonded", "research", "biological", "strategic", "dangerous"
]
Identifier = Annotated[
    str,
    Field(
        pattern=r"^[A-Z0-9][A-Z0-9.-]{0,31}$",
        description="unique over all layers of the network",
    ),
]
Hours = Annotated[
    str,
    Field(
        min_length=1,
        description="OpenStreetMap opening_hours expression, local time UTC+8; "
        "sunrise and sunset are those of the network's first boundary point",
    ),
]
Amsl = Annotated[float, Field(ge=-50, le=3000, description="m above the network's vertical datum")]
LimitReference = Literal["AGL", "AMSL"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Feature:
    """What every feature says of itself."""

    __pydantic_config__ = ConfigDict(extra="forbid", allow_inf_nan=False)

    id: Identifier
    name: Annotated[str, Field(min_length=1, description="name in English")]
    name_zh: Annotated[str | None, Field(description="name in Chinese")] = None
    source: Annotated[str, Field(min_length=1, description="where the shape and values come from")]
    confidence: Annotated[
        Confidence,
        Field(
            description="surveyed, published, derived from published data, or illustrative: "
            "made up to stand for something that is not public"
        ),
    ]
    accuracy_m: Annotated[float | None, Field(ge=0, description="horizontal accuracy, m")] = None
    note: Annotated[str | None, Field(description="what a reader must know")] = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Park(Feature):
    """One of the zone's two parks; a polygon (the Shenzhen Park has several)."""

    side: Annotated[Side, Field(description="whose rules and customs hold")]


@dataclass(frozen=True, kw_only=True, slots=True)
class Boundary(Feature):
    """The boundary line; which side a place is on follows from it alone. A line string."""

    left_side: Annotated[Side, Field(description="side to the left of the line's direction")]
    right_side: Annotated[Side, Field(description="side to the right of the line's direction")]


@dataclass(frozen=True, kw_only=True, slots=True)
class Vertiport(Feature):
    """A place to take off and land; a point."""

    side: Annotated[Side, Field(description="side it claims; must agree with the boundary")]
    pads: Annotated[int, Field(ge=1, le=50, description="landing positions, one drone each")]
    ground_amsl_m: Annotated[Amsl, Field(description="height of the pads, m AMSL")]
    hours: Annotated[Hours, Field(description="when drones may take off and land")] = "24/7"
    battery_swap: Annotated[bool, Field(description="charged batteries are held")] = False
    diversion: Annotated[bool, Field(description="takes diverted flights")] = True
    chargers: Annotated[
        int, Field(ge=0, le=50, description="chargers at the pads, one drone each")
    ] = 0
    charger_kw: Annotated[
        float | None,
        Field(gt=0, le=500, description="power of each charger, kW; null where there is none"),
    ] = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Checkpoint(Feature):
    """A customs facility with pads and inspection bays; a point."""

    side: Annotated[Side, Field(description="side it stands on")]
    joint: Annotated[bool, Field(description="clears export and import at once")] = False
    pads: Annotated[int, Field(ge=1, le=50, description="landing positions, one drone each")]
    bays: Annotated[int, Field(ge=1, le=50, description="inspection bays, one clearance each")]
    ground_amsl_m: Annotated[Amsl, Field(description="height of the pads, m AMSL")]
    hours: Annotated[Hours, Field(description="when clearances run")]
    goods: Annotated[
        tuple[GoodsClass, ...], Field(min_length=1, description="goods classes cleared here")
    ]
    clearance_mode: Annotated[
        str,
        Field(min_length=1, description="customs mode that the facility works under"),
    ]
    diversion: Annotated[bool, Field(description="takes diverted flights")] = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Waypoint(Feature):
    """A place in the air where corridors meet; a point."""

    side: Annotated[Side, Field(description="side it claims; must agree with the boundary")]


@dataclass(frozen=True, kw_only=True, slots=True)
class Lane:
    """One direction of a corridor at one height."""

    __pydantic_config__ = ConfigDict(extra="forbid", allow_inf_nan=False)

    id: Identifier
    direction: Annotated[
        Literal["forward", "backward"],
        Field(description="forward: from start to end of the corridor's line"),
    ]
    height_amsl_m: Annotated[Amsl, Field(description="cruise height, middle of the band, m AMSL")]
    band_m: Annotated[float, Field(gt=0, le=100, description="vertical extent of the lane, m")] = (
        10.0
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Corridor(Feature):
    """A centre line between two places, with a width; holds lanes. A line string."""

    start: Annotated[Identifier, Field(description="place at the line's first point")]
    end: Annotated[Identifier, Field(description="place at the line's last point")]
    start_side: Annotated[Side, Field(description="side of the line up to the gate")]
    end_side: Annotated[Side, Field(description="side of the line after the gate")]
    gate_lon: Annotated[
        float | None, Field(ge=-180, le=180, description="gate on the boundary, degrees")
    ] = None
    gate_lat: Annotated[
        float | None, Field(ge=-90, le=90, description="gate on the boundary, degrees")
    ] = None
    width_m: Annotated[float, Field(gt=0, le=500, description="full lateral width, m")]
    hours: Annotated[Hours, Field(description="when drones may be inside")] = "24/7"
    lanes: Annotated[tuple[Lane, ...], Field(min_length=1, description="lanes, each way")]
    approved_zones: Annotated[
        tuple[Identifier, ...],
        Field(description="permission and ceiling zones that it is approved or exempted for"),
    ] = ()


ZoneKind = Literal["prohibited", "restricted", "permission", "ceiling"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Zone(Feature):
    """An airspace restriction; a polygon with lower and upper limit.

    Kinds: `prohibited` closes the volume whenever active and may hold no lane if always active;
    `restricted` closes it while active; `permission` may be entered by corridors that name it;
    `ceiling` is the volume above a side's height limit, entered only by exempted corridors.
    """

    kind: Annotated[ZoneKind, Field(description="what the zone asks")]
    category: Annotated[
        Literal[
            "nature", "border", "control_point", "airspace", "infrastructure", "event", "aerodrome"
        ],
        Field(description="why it is there"),
    ]
    side: Annotated[Side, Field(description="side whose authority set it")]
    authority: Annotated[str, Field(min_length=1, description="who set it")]
    lower_m: Annotated[float, Field(ge=-50, le=20000, description="lower limit, m")]
    lower_reference: Annotated[LimitReference, Field(description="where lower_m counts from")]
    upper_m: Annotated[
        float | None, Field(le=20000, description="upper limit, m; null only with UNL")
    ]
    upper_reference: Annotated[
        Literal["AGL", "AMSL", "UNL"], Field(description="where upper_m counts from; UNL: none")
    ]
    schedule: Annotated[Hours, Field(description="when the zone is active")] = "24/7"


@dataclass(frozen=True, kw_only=True, slots=True)
class Obstacle(Feature):
    """Something to stay clear of: a tower, hill, footbridge, power line. Any geometry."""

    kind: Annotated[
        Literal["tower", "building", "hill", "footbridge", "power_line"],
        Field(description="what it is"),
    ]
    top_m: Annotated[float, Field(ge=-50, le=3000, description="highest point, m")]
    top_reference: Annotated[LimitReference, Field(description="where top_m counts from")]
    radius_m: Annotated[
        float, Field(ge=0, le=2000, description="lateral extent about the geometry, m")
    ] = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class SpotHeight(Feature):
    """A ground height at a point; the terrain model where no elevation grid is given."""

    ground_amsl_m: Annotated[Amsl, Field(description="height of the ground, m AMSL")]
    margin_m: Annotated[float, Field(ge=0, le=200, description="uncertainty either way, m")]


LAYERS: dict[str, type[Feature]] = {
    "parks": Park,
    "boundary": Boundary,
    "vertiports": Vertiport,
    "checkpoints": Checkpoint,
    "waypoints": Waypoint,
    "corridors": Corridor,
    "zones": Zone,
    "obstacles": Obstacle,
    "spot_heights": SpotHeight,
}

GEOMETRY: dict[str, tuple[str, ...]] = {
    "parks": ("Polygon", "MultiPolygon"),
    "boundary": ("LineString",),
    "vertiports": ("Point",),
    "checkpoints": ("Point",),
    "waypoints": ("Point",),
    "corridors": ("LineString",),
    "zones": ("Polygon", "MultiPolygon"),
    "obstacles": ("Point", "LineString", "Polygon"),
    "spot_heights": ("Point",),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class NetworkInfo:
    """`network.json`: what holds for the whole network."""

    __pydantic_config__ = ConfigDict(extra="forbid", allow_inf_nan=False)

    schema_version: Annotated[Literal["1"], Field(description="version of this format")]
    name: Annotated[str, Field(min_length=1, description="name of the network")]
    metric_crs: Annotated[
        str, Field(pattern=r"^EPSG:\d+$", description="projected CRS in metres for all geometry")
    ]
    vertical_datum: Annotated[str, Field(min_length=1, description="what AMSL means here")]
    timezone: Annotated[str, Field(description="IANA name; both sides keep UTC+8")]
    licence: Annotated[str, Field(min_length=1, description="licence of the data")]
    notice: Annotated[str, Field(min_length=1, description="shown with the data")]
