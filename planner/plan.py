"""A plan: what every drone does all day, what is left out and why, what it costs.

The same classes are read and written as `plan.json`. Instants are aware, in local time, whole
seconds; masses kg, energies Wh, lengths m, money integer cents.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, ConfigDict, Field, TypeAdapter

from geodata.features import Side

_STRICT = ConfigDict(extra="forbid", allow_inf_nan=False)
Cents = Annotated[int, Field(description="integer cents")]

EventKind = Literal["preflight", "load", "unload", "export", "import", "joint", "swap"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """Something that happens on a pad. Clearances hold one bay from start to end."""

    __pydantic_config__ = _STRICT

    kind: EventKind
    order: Annotated[str | None, Field(description="order id; null for preflight and swap")] = None
    regime: Annotated[str | None, Field(description="customs regime of a clearance")] = None
    start: AwareDatetime
    end: AwareDatetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Stop:
    """Time on a pad: held from arrive to depart. Events run one after the other."""

    __pydantic_config__ = _STRICT

    place: str
    arrive: Annotated[
        AwareDatetime, Field(description="touch-down; at the first stop: start of preflight")
    ]
    depart: Annotated[
        AwareDatetime, Field(description="take-off; at the last stop: end of the swap")
    ]
    events: tuple[Event, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Hold:
    """A block held by a leg from entry to exit (the time buffer is not included)."""

    __pydantic_config__ = _STRICT

    block: Annotated[
        str, Field(description="place id for the air over a place, else LANE-ID#n, n from 0")
    ]
    enter: AwareDatetime
    exit: AwareDatetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Leg:
    """A flight from pad to pad without a stop."""

    __pydantic_config__ = _STRICT

    lanes: Annotated[tuple[str, ...], Field(min_length=1, description="lanes flown, in order")]
    orders: Annotated[tuple[str, ...], Field(description="orders on board, sorted")]
    payload_kg: float
    distance_m: float
    energy_wh: float
    holds: tuple[Hold, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class SortieCost:
    """What a sortie costs."""

    __pydantic_config__ = _STRICT

    drone_time_cents: Cents
    energy_cents: Cents
    lateness_cents: Cents


@dataclass(frozen=True, kw_only=True, slots=True)
class Sortie:
    """From the start of preflight at base to the end of the swap at base.

    `legs[i]` flies from `stops[i]` to `stops[i + 1]`, from its depart to its arrive.
    """

    __pydantic_config__ = _STRICT

    id: str
    drone: str
    stops: Annotated[tuple[Stop, ...], Field(min_length=2)]
    legs: Annotated[tuple[Leg, ...], Field(min_length=1)]
    cost: SortieCost


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """One rule that keeps an order out, with what decided and what would help."""

    __pydantic_config__ = _STRICT

    code: str
    message: str
    values: dict[str, Any]
    remedy: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Unserved:
    """An order left out and why."""

    __pydantic_config__ = _STRICT

    order: str
    reasons: Annotated[tuple[Reason, ...], Field(min_length=1)]


@dataclass(frozen=True, kw_only=True, slots=True)
class Filing:
    """Something that must be filed with a side's authority, and by when."""

    __pydantic_config__ = _STRICT

    side: Side
    kind: str
    due: AwareDatetime
    sorties: tuple[str, ...]
    rule: str
    assumption: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Cost:
    """Cost of the whole plan, by part."""

    __pydantic_config__ = _STRICT

    drone_time_cents: Cents
    energy_cents: Cents
    drone_days_cents: Cents
    lateness_cents: Cents
    unserved_cents: Cents
    total_cents: Cents


@dataclass(frozen=True, kw_only=True, slots=True)
class Bound:
    """No plan under the same rules costs less than `lower_bound_cents`."""

    __pydantic_config__ = _STRICT

    lower_bound_cents: Cents
    gap: Annotated[float, Field(ge=0, description="(cost - bound) / cost")]
    method: str


UseKind = Literal["pads", "bays", "lane"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Use:
    """How busy a checkpoint, site or lane is."""

    __pydantic_config__ = _STRICT

    resource: str
    kind: UseKind
    busy_s: int
    share: Annotated[float, Field(ge=0, description="of its capacity over its hours")]
    peak: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Options:
    """How the plan was asked for."""

    __pydantic_config__ = _STRICT

    seed: int
    time_limit_s: float
    deterministic: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """A day's plan. A pure function of edition, request, rules, options and version."""

    __pydantic_config__ = _STRICT

    schema_version: Literal["1"]
    version: Annotated[str, Field(description="version of the planner")]
    edition: Annotated[str, Field(description="hash of the network")]
    request: Annotated[str, Field(description="hash of the request")]
    rulebook: Annotated[str, Field(description="hash of the customs and permission rules")]
    options: Options
    sorties: tuple[Sortie, ...]
    unserved: tuple[Unserved, ...]
    cost: Cost
    bound: Bound
    filings: tuple[Filing, ...]
    utilisation: tuple[Use, ...]
    assumptions: Annotated[
        tuple[str, ...], Field(description="rules in use whose figures nobody has published")
    ]


PLAN = TypeAdapter(Plan)
