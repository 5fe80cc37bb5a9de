"""What route queries ask and answer. Times local with their zone, m, Wh, s, kg, litres."""

import datetime as dt
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from api.http.samples import MATRIX, ROUTE
from planner.request.order import Declaration

MOST_PLACES, MOST_CELLS, MOST_OTHERS = 100, 2_500, 5
Place = Annotated[str, Field(min_length=1, max_length=64, description="Vertiport.")]
Word = Annotated[str, Field(max_length=64)]


class Carried(BaseModel):
    """What is to be carried, and when; the drone stands loaded at `depart`."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    depart: str = Field(
        max_length=64,
        json_schema_extra={"format": "date-time"},
        description="Loaded and ready to take off, with the zone.",
    )
    mass_kg: float = Field(default=1, description="Packed, kg: more than 0, at most 1000.")
    volume_l: float = Field(default=5, description="Packed, litres: more than 0, at most 5000.")
    goods: Word = Field(
        default="general",
        description="document, general, bonded, research, biological, strategic or dangerous.",
    )
    priority: Word = Field(default="standard", description="standard, express or emergency.")
    sealed: bool = Field(default=True, description="In a sealed and pre-declared box.")
    documents: list[Declaration] = Field(
        default=[], max_length=50, description="Documents lodged; only these, if any is given."
    )
    documents_in_time: bool = Field(
        default=True, description="Without `documents`: take all that it needs as lodged in time."
    )
    drone: Word | None = Field(default=None, description="Drone type; any if left out.")
    cruise_m_s: float | None = Field(
        default=None,
        description="Cruise airspeed of the type, m/s; any of its cruises if left out.",
    )
    request: str | None = Field(
        default=None,
        pattern="^[0-9a-f]{32}$",
        description="Stored request with the fleet, its permissions and the weather. Left out: the "
        "shipped sample's fleet on the day of departure in calm air, permissions not looked at.",
    )


class RouteAsk(Carried):
    """One consignment from one vertiport to another."""

    model_config = ConfigDict(json_schema_extra={"example": ROUTE})

    origin: Place = Field(alias="from")
    destination: Place = Field(alias="to")
    alternatives: int = Field(
        default=0, ge=0, le=MOST_OTHERS, description="How many other routes to look for."
    )


class MatrixAsk(Carried):
    """One consignment from each of some vertiports to each of others; at most 2,500 pairs."""

    model_config = ConfigDict(json_schema_extra={"example": MATRIX})

    origins: list[Place] = Field(alias="from", min_length=1, max_length=MOST_PLACES)
    destinations: list[Place] = Field(alias="to", min_length=1, max_length=MOST_PLACES)


class LaneView(BaseModel):
    """A lane flown."""

    lane: str
    length_m: float
    height_amsl_m: float
    height_agl_m: list[float] = Field(description="Least and greatest height above ground, m.")
    enter: dt.datetime
    exit: dt.datetime


class BlockView(BaseModel):
    """A block held."""

    block: str
    enter: dt.datetime
    exit: dt.datetime


class RouteLeg(BaseModel):
    """A flight from pad to pad."""

    origin: str = Field(alias="from")
    destination: str = Field(alias="to")
    takeoff: dt.datetime
    landing: dt.datetime
    distance_m: float
    energy_wh: float
    left_wh: float = Field(description="Left in the battery after landing, Wh.")
    needed_wh: float = Field(description="What must be left, Wh.")
    lanes: list[LaneView]
    blocks: list[BlockView]


class ClearanceView(BaseModel):
    """A customs clearance on the way."""

    checkpoint: str
    kind: str
    mode: str
    regime: str
    assumption: bool = Field(description="Whether nobody has published its time.")
    arrive: dt.datetime
    waited_s: int
    start: dt.datetime
    end: dt.datetime
    depart: dt.datetime


class RouteView(BaseModel):
    """A route: legs with the clearances between them."""

    drone_type: str
    cruise_m_s: float | None = Field(
        description="Airspeed of all legs, m/s; null if the type has one only."
    )
    estimated: list[str] = Field(description="Fields of the type that are estimates.")
    takeoff: dt.datetime
    landing: dt.datetime
    duration_s: int
    distance_m: float
    energy_wh: float
    legs: list[RouteLeg]
    clearances: list[ClearanceView]


class ReasonView(BaseModel):
    """A rule that decided, with its values and what would help."""

    code: str
    message: str
    values: dict[str, Any]
    remedy: str


class ChangeView(BaseModel):
    """A field of the query, a value with which there is a route, and when that lands."""

    field: str
    value: Any
    message: str
    landing: dt.datetime


class RouteAnswer(BaseModel):
    """Routes, the one that lands first before all others; else the reasons, and what would help."""

    origin: str = Field(alias="from")
    destination: str = Field(alias="to")
    depart: dt.datetime
    mass_kg: float
    volume_l: float
    goods: str
    declarations: list[Declaration]
    given: list[str] = Field(description="What is taken as given because the query is silent.")
    edition: str
    routes: list[RouteView]
    reasons: list[ReasonView]
    changes: list[ChangeView]


class Cell(BaseModel):
    """The quickest route of one pair; without one, the codes of the rules that decided."""

    landing: dt.datetime | None
    duration_s: int | None
    distance_m: float | None
    energy_wh: float | None
    drone_type: str | None
    checkpoints: list[str] = []
    codes: list[str] = []


class MatrixAnswer(BaseModel):
    """`cells[i][j]` goes from `from[i]` to `to[j]`; null where both are the same vertiport."""

    origins: list[str] = Field(alias="from")
    destinations: list[str] = Field(alias="to")
    depart: str
    edition: str
    cells: list[list[Cell | None]]
