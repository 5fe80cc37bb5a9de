"""What others hold on the day: volumes of air, pads, bays and chargers that a plan keeps clear of.

Nothing here says whose it is or what for. A volume stands by itself and not for a block, so it
holds whatever the edition and the length of blocks of who reads it.
"""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, TypeAdapter

from planner.records import STRICT

Lonlat = tuple[
    Annotated[float, Field(ge=-180, le=180)],
    Annotated[float, Field(ge=-90, le=90)],
]
Span = tuple[AwareDatetime, AwareDatetime]
Spans = Annotated[
    tuple[Span, ...],
    Field(min_length=1, description="held from the first to just before the second, of each pair"),
]
SeatKind = Literal["pads", "bays", "chargers"]


@dataclass(frozen=True, kw_only=True, slots=True)
class HeldAir:
    """A volume of air and when it is held."""

    __pydantic_config__ = STRICT

    area: Annotated[
        tuple[Lonlat, ...],
        Field(min_length=3, description="outline, WGS-84 lon and lat, the first not repeated"),
    ]
    lower_amsl_m: Annotated[float, Field(ge=-100, le=10_000, description="its bottom, m AMSL")]
    upper_amsl_m: Annotated[float, Field(ge=-100, le=10_000, description="its top, m AMSL")]
    spans: Spans


@dataclass(frozen=True, kw_only=True, slots=True)
class HeldSeats:
    """Pads, bays or chargers of a site, and when one of them is held; spans may overlap."""

    __pydantic_config__ = STRICT

    site: Annotated[str, Field(min_length=1, description="vertiport or checkpoint id")]
    kind: Annotated[SeatKind, Field(description="what is held: pads, bays or chargers")]
    spans: Spans


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """`held.json`: what others hold; without it the day is all one's own."""

    __pydantic_config__ = STRICT

    schema_version: Annotated[Literal["1"], Field(description="version of this format")] = "1"
    air: Annotated[tuple[HeldAir, ...], Field(description="volumes of air")] = ()
    seats: Annotated[tuple[HeldSeats, ...], Field(description="pads, bays and chargers")] = ()


FREE = Held()
HELD = TypeAdapter(Held)
