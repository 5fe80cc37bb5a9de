"""The weather of one day: mean winds by height band, and warnings in force.

Instants are timezone-aware; speeds m/s, heights m AMSL. The same classes give the JSON Schema
(`hetao schema weather`).
"""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, TypeAdapter

from planner.records import STRICT


@dataclass(frozen=True, kw_only=True, slots=True)
class Wind:
    """Mean wind in one height band for a stretch of time."""

    __pydantic_config__ = STRICT

    since: Annotated[AwareDatetime, Field(description="it holds from here")]
    until: Annotated[AwareDatetime, Field(description="to just before here")]
    lower_amsl_m: Annotated[float, Field(ge=-50, le=3000, description="bottom of the band, m AMSL")]
    upper_amsl_m: Annotated[
        float, Field(ge=-50, le=3000, description="its top, not included, m AMSL")
    ]
    from_degrees: Annotated[float, Field(ge=0, lt=360, description="where it blows from, true")]
    speed_m_s: Annotated[float, Field(ge=0, le=80, description="mean speed, m/s")]


WarningKind = Literal["T1", "T3", "T8", "T9", "T10", "amber", "red", "black", "thunderstorm"]


@dataclass(frozen=True, kw_only=True, slots=True)
class WeatherWarning:
    """A weather warning in force."""

    __pydantic_config__ = STRICT

    kind: Annotated[
        WarningKind, Field(description="tropical cyclone signal, rainstorm warning, thunderstorm")
    ]
    since: Annotated[AwareDatetime, Field(description="in force from here")]
    until: Annotated[AwareDatetime, Field(description="to just before here")]


@dataclass(frozen=True, kw_only=True, slots=True)
class Weather:
    """`weather.json`: calm where no wind is given, no warning where none is given."""

    __pydantic_config__ = STRICT

    schema_version: Annotated[Literal["1"], Field(description="version of this format")]
    source: Annotated[str, Field(min_length=1, description="whose observation or forecast")]
    winds: Annotated[tuple[Wind, ...], Field(description="calm where none holds")] = ()
    warnings: Annotated[tuple[WeatherWarning, ...], Field(description="warnings in force")] = ()
    stop_warnings: Annotated[
        tuple[WarningKind, ...],
        Field(description="warnings that stop flying: an operator's policy, no published rule"),
    ] = ("T3", "T8", "T9", "T10", "amber", "red", "black", "thunderstorm")


CALM = Weather(schema_version="1", source="none given: calm")
WEATHER = TypeAdapter(Weather)
