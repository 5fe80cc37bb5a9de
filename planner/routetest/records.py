"""What a `*.route.yaml` says: a network, a clock, and cases; its JSON Schema comes from here.

Times of day are local times of the network on the clock's day. Inside, durations are seconds,
masses kg, volumes litres, heights m, speeds m/s, angles degrees, shares of one.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, PlainValidator, TypeAdapter, WithJsonSchema

from geodata.features import GoodsClass, Hours, Side
from planner.request.order import Priority
from planner.request.weather import WarningKind
from planner.routetest.fields import (
    LISTED,
    STRICT,
    Angle,
    Bounds,
    Cash,
    Clock,
    Duration,
    GoodsClasses,
    Height,
    HeightBounds,
    Mass,
    Moment,
    Name,
    Names,
    RuleCode,
    Share,
    Speed,
    Volume,
    listed,
    read_documents,
)

Amount = Bounds[float]
Count = Bounds[int]


@dataclass(frozen=True, kw_only=True, slots=True)
class WindEdit:
    """Wind at every height, or in a band; it takes the place of the request's wind."""

    __pydantic_config__ = LISTED

    speed: Annotated[Speed, Field(description="mean speed, such as `9 m/s`")]
    from_degrees: Annotated[
        Angle, Field(alias="from", description="where it blows from, such as `270 deg`")
    ] = 0.0
    since: Annotated[Moment | None, Field(description="from here; the day's begin")] = None
    until: Annotated[Moment | None, Field(description="to just before here; the day's end")] = None
    above: Annotated[Height | None, Field(description="bottom of the band, AMSL")] = None
    below: Annotated[Height | None, Field(description="its top, AMSL")] = None


@dataclass(frozen=True, kw_only=True, slots=True)
class WarningEdit:
    """A weather warning in force."""

    __pydantic_config__ = LISTED

    kind: Annotated[WarningKind, Field(description="signal, rainstorm warning or thunderstorm")]
    since: Annotated[Moment | None, Field(description="from here; the day's begin")] = None
    until: Annotated[Moment | None, Field(description="to just before here; the day's end")] = None


@dataclass(frozen=True, kw_only=True, slots=True)
class When:
    """Edits that are made before the case: what-ifs."""

    __pydantic_config__ = STRICT

    close: Annotated[
        Names, Field(description="lanes, corridors, waypoints, vertiports, checkpoints: all day")
    ] = ()
    activate: Annotated[Names, Field(description="zones that are active all day")] = ()
    hours: Annotated[
        Mapping[Name, Hours],
        Field(description="other hours of corridors, vertiports, checkpoints and zones, by id"),
    ] = field(default_factory=dict)
    clears: Annotated[
        Mapping[Name, GoodsClasses],
        Field(description="other goods classes that a checkpoint clears, by id; `[]` for none"),
    ] = field(default_factory=dict)
    wind: Annotated[
        tuple[WindEdit, ...], BeforeValidator(listed), Field(description="wind, or a list")
    ] = ()
    warning: Annotated[
        tuple[WarningEdit, ...], BeforeValidator(listed), Field(description="warning, or a list")
    ] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Load:
    """What is carried, and when it stands loaded on the pad."""

    __pydantic_config__ = STRICT

    depart: Annotated[
        Moment | None, Field(description="loaded and ready; the clock's time if left out")
    ] = None
    mass: Annotated[Mass, Field(description="packed, such as `2.5 kg`")] = 1.0
    volume: Annotated[Volume, Field(description="packed, such as `12 l`")] = 5.0
    goods: Annotated[GoodsClass, Field(description="goods class")] = "general"
    drone: Annotated[Name | None, Field(description="drone type; any if left out")] = None
    documents: Annotated[
        Literal["in time", "none"] | Mapping[str, dt.time | dt.datetime],
        PlainValidator(read_documents),
        WithJsonSchema(
            {
                "anyOf": [
                    {"enum": ["in time", "none"]},
                    {"type": "object", "additionalProperties": {"type": "string"}},
                ]
            }
        ),
        Field(description="`in time`, `none`, or when each was lodged, by document"),
    ] = "in time"
    sealed: Annotated[bool, Field(description="in a sealed and pre-declared box")] = True
    priority: Annotated[Priority, Field(description="an emergency has other filings")] = "standard"


@dataclass(frozen=True, kw_only=True, slots=True)
class RouteAsk(Load):
    """One consignment from a vertiport to another."""

    __pydantic_config__ = STRICT

    origin: Annotated[Name, Field(alias="from", description="vertiport where it is loaded")]
    destination: Annotated[Name, Field(alias="to", description="vertiport to bring it to")]


@dataclass(frozen=True, kw_only=True, slots=True)
class MatrixAsk(Load):
    """The same consignment from each of some vertiports to each of others; one test a pair."""

    __pydantic_config__ = STRICT

    origins: Annotated[Names, Field(alias="from", description="vertiports, each in turn")]
    destinations: Annotated[Names, Field(alias="to", description="vertiports, each in turn")]


@dataclass(frozen=True, kw_only=True, slots=True)
class RouteExpect:
    """What must hold of the route that lands first; nothing given: there is a route."""

    __pydantic_config__ = STRICT

    arrives_by: Annotated[Moment | None, Field(description="it has landed by then")] = None
    duration: Annotated[
        Bounds[Duration] | None, Field(description="from take-off to landing, stops included")
    ] = None
    energy_wh: Annotated[Amount | None, Field(description="drawn from the battery, Wh")] = None
    via: Annotated[
        Names, Field(description="places, corridors, lanes or zones that it passes, all of them")
    ] = ()
    avoids: Annotated[
        Names, Field(description="places, corridors, lanes or zones that it does not pass")
    ] = ()
    lanes: Annotated[Names, Field(description="lanes flown, all of them and in order")] = ()
    checkpoint: Annotated[Names, Field(description="where it clears, all and in order")] = ()
    height_agl_m: Annotated[
        HeightBounds | None, Field(description="height of its lanes over the ground, m")
    ] = None
    alternatives: Annotated[
        Count | None, Field(description="other routes that differ by more than a wiggle")
    ] = None
    refused: Annotated[
        tuple[RuleCode, ...],
        BeforeValidator(listed),
        Field(description="there is no route, and each of these rules decided"),
    ] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanAsk:
    """A request's day, planned and checked."""

    __pydantic_config__ = STRICT

    request: Annotated[Name, Field(description="its folder, from the file's own")]
    time_limit: Annotated[Duration, Field(description="of the search")] = 30.0
    seed: Annotated[int, Field(ge=0, description="seed of the solver's choices")] = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanExpect:
    """What must hold of the plan."""

    __pydantic_config__ = STRICT

    served: Annotated[Count | None, Field(description="orders served")] = None
    unserved: Annotated[
        Mapping[Name, RuleCode],
        Field(description="orders left out and a rule that decided; others may be left out too"),
    ] = field(default_factory=dict)
    cost: Annotated[Bounds[Cash] | None, Field(description="total, such as `10300 HKD`")] = None
    gap: Annotated[Bounds[Share] | None, Field(description="(cost - bound) / cost")] = None
    utilisation: Annotated[
        Mapping[Name, Bounds[Share]],
        Field(description="busiest of pads, bays or lane, of its capacity, by id"),
    ] = field(default_factory=dict)
    violations: Annotated[int | None, Field(ge=0, description="that the checker finds")] = None


@dataclass(frozen=True, kw_only=True, slots=True)
class CapacityAsk:
    """Loaded flights between the vertiports of the parks on two sides, in one hour."""

    __pydantic_config__ = STRICT

    origin: Annotated[Side, Field(alias="from", description="side that they leave")]
    destination: Annotated[Side, Field(alias="to", description="side that they go to")]
    at: Annotated[Moment | None, Field(description="within the hour; the clock's")] = None
    goods: Annotated[
        Mapping[GoodsClass, Annotated[float, Field(gt=0)]],
        Field(description="weights of the goods classes; a usual mix if left out"),
    ] = field(default_factory=dict)
    mass: Annotated[Mass, Field(description="of each load")] = 1.0
    returns: Annotated[bool, Field(description="whether the empty drones fly back")] = True


@dataclass(frozen=True, kw_only=True, slots=True)
class CapacityExpect:
    """What must hold of the capacity."""

    __pydantic_config__ = STRICT

    flights_per_hour: Annotated[Amount, Field(description="loaded flights in that hour")]


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseBase:
    """What every case says."""

    __pydantic_config__ = STRICT

    name: Annotated[Name, Field(description="says the rule; unique within the file")]
    protects: Annotated[RuleCode | None, Field(description="rule that the case protects")] = None
    when: Annotated[When, Field(description="edits made first")] = field(default_factory=When)


@dataclass(frozen=True, kw_only=True, slots=True)
class RouteCase(CaseBase):
    """A route that must be found, or refused."""

    __pydantic_config__ = STRICT

    route: Annotated[RouteAsk, Field(description="what is carried from where to where")]
    expect: Annotated[RouteExpect, Field(description="what must hold")] = field(
        default_factory=RouteExpect
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class MatrixCase(CaseBase):
    """Many routes of which the same must hold."""

    __pydantic_config__ = STRICT

    matrix: Annotated[MatrixAsk, Field(description="what is carried from each to each")]
    expect: Annotated[RouteExpect, Field(description="what must hold of each pair")] = field(
        default_factory=RouteExpect
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanCase(CaseBase):
    """A day that must be planned so well."""

    __pydantic_config__ = STRICT

    plan: Annotated[PlanAsk, Field(description="which request")]
    expect: Annotated[PlanExpect, Field(description="what must hold")]


@dataclass(frozen=True, kw_only=True, slots=True)
class CapacityCase(CaseBase):
    """A capacity that must be there."""

    __pydantic_config__ = STRICT

    capacity: Annotated[CapacityAsk, Field(description="between which sides, when")]
    expect: Annotated[CapacityExpect, Field(description="what must hold")]


Case = RouteCase | MatrixCase | PlanCase | CapacityCase


@dataclass(frozen=True, kw_only=True, slots=True)
class Suite:
    """One file of route tests."""

    __pydantic_config__ = STRICT

    network: Annotated[
        Name,
        Field(
            description="`shipped`, a folder or .gpkg from the file's own folder, or an edition "
            "by its first digits with `store`"
        ),
    ] = "shipped"
    store: Annotated[Name | None, Field(description="store that editions are in")] = None
    request: Annotated[
        Name | None,
        Field(
            description="folder of fleet, weather and permissions; left out: the sample's drone "
            "types, calm air, and no question of permission"
        ),
    ] = None
    clock: Annotated[
        Clock, Field(description="the day of all times of day; with a time, also when it is now")
    ]
    cases: Annotated[tuple[Case, ...], Field(min_length=1, description="the tests")]


SUITE = TypeAdapter(Suite)
