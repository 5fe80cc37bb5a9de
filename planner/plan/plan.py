"""A plan: what every drone does all day, what is left out and why, what it costs.

The same classes are read and written as `plan.json`. Instants are aware, in local time, whole
seconds; masses kg, energies Wh, lengths m, money integer cents.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field, TypeAdapter

from geodata.features import Side
from planner.records import STRICT

EventKind = Literal["preflight", "load", "unload", "export", "import", "joint", "swap", "charge"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """Something that happens on a pad. Clearances hold a bay, charges a charger, start to end."""

    __pydantic_config__ = STRICT

    kind: Annotated[EventKind, Field(description="what happens")]
    order: Annotated[
        str | None, Field(description="order id; null for preflight, swap and charge")
    ] = None
    regime: Annotated[str | None, Field(description="customs regime of a clearance")] = None
    start: Annotated[AwareDatetime, Field(description="it begins")]
    end: Annotated[AwareDatetime, Field(description="it is over")]


@dataclass(frozen=True, kw_only=True, slots=True)
class Stop:
    """Time on a pad: held from arrive to depart. Events run one after the other."""

    __pydantic_config__ = STRICT

    place: Annotated[str, Field(description="vertiport or checkpoint id")]
    arrive: Annotated[
        AwareDatetime, Field(description="touch-down; at the first stop: start of preflight")
    ]
    depart: Annotated[
        AwareDatetime, Field(description="take-off; at the last stop: end of the swap or charge")
    ]
    events: Annotated[tuple[Event, ...], Field(description="in order of time")] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Hold:
    """A block held by a leg from entry to exit (the time buffer is not included)."""

    __pydantic_config__ = STRICT

    block: Annotated[
        str, Field(description="place id for the air over a place, else LANE-ID#n, n from 0")
    ]
    enter: Annotated[AwareDatetime, Field(description="held from, entry rounded down to 1 s")]
    exit: Annotated[AwareDatetime, Field(description="held until, exit rounded up to 1 s")]


@dataclass(frozen=True, kw_only=True, slots=True)
class Leg:
    """A flight from pad to pad without a stop."""

    __pydantic_config__ = STRICT

    lanes: Annotated[tuple[str, ...], Field(min_length=1, description="lanes flown, in order")]
    orders: Annotated[tuple[str, ...], Field(description="orders on board, sorted")]
    payload_kg: Annotated[float, Field(description="mass of the orders on board, kg")]
    distance_m: Annotated[float, Field(description="length of the lanes in plan, m")]
    energy_wh: Annotated[float, Field(description="drawn from the battery, Wh")]
    holds: Annotated[tuple[Hold, ...], Field(description="blocks held, in order of entry")]


@dataclass(frozen=True, kw_only=True, slots=True)
class SortieCost:
    """What a sortie costs."""

    __pydantic_config__ = STRICT

    drone_time_cents: Annotated[
        int, Field(description="from preflight until ready again, integer cents")
    ]
    energy_cents: Annotated[int, Field(description="energy of its legs, integer cents")]
    lateness_cents: Annotated[int, Field(description="orders handed over late, integer cents")]


@dataclass(frozen=True, kw_only=True, slots=True)
class Sortie:
    """From the start of preflight at base to the end of the swap or charge at base.

    The last of a drone that ends its day elsewhere is over when it has landed there.


    `legs[i]` flies from `stops[i]` to `stops[i + 1]`, from its depart to its arrive.
    """

    __pydantic_config__ = STRICT

    id: Annotated[str, Field(description="unique within the plan")]
    drone: Annotated[str, Field(description="drone id")]
    cruise_m_s: Annotated[
        float | None,
        Field(
            gt=0,
            exclude_if=lambda value: value is None,
            description="airspeed of all its legs, m/s; null: that of the drone's type",
        ),
    ] = None
    stops: Annotated[
        tuple[Stop, ...],
        Field(
            min_length=2,
            description="the first is at the drone's base, the last too but at the end of its day",
        ),
    ]
    legs: Annotated[tuple[Leg, ...], Field(min_length=1, description="one between two stops")]
    cost: Annotated[SortieCost, Field(description="what the sortie costs, by part")]


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """One rule that keeps an order out, with what decided and what would help."""

    __pydantic_config__ = STRICT

    code: Annotated[str, Field(description="code of the rule, as `hetao rules` lists it")]
    message: Annotated[str, Field(description="the rule in words")]
    values: Annotated[
        dict[str, Any],
        Field(description="values that decided, by name; a name ends in its unit, if it has one"),
    ]
    remedy: Annotated[str, Field(description="what would help")]


@dataclass(frozen=True, kw_only=True, slots=True)
class Unserved:
    """An order left out and why."""

    __pydantic_config__ = STRICT

    order: Annotated[str, Field(description="order id")]
    reasons: Annotated[
        tuple[Reason, ...], Field(min_length=1, description="the rules that decided")
    ]


@dataclass(frozen=True, kw_only=True, slots=True)
class Filing:
    """Something that must be filed with a side's authority, and by when."""

    __pydantic_config__ = STRICT

    side: Annotated[Side, Field(description="side whose authority it is filed with")]
    kind: Annotated[str, Field(description="kind of the permission rules")]
    due: Annotated[AwareDatetime, Field(description="to be filed by then")]
    sorties: Annotated[tuple[str, ...], Field(description="ids of the sorties that need it")]
    rule: Annotated[str, Field(description="where the rule comes from")]
    assumption: Annotated[bool, Field(description="whether nobody has published the rule")] = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Cost:
    """Cost of the whole plan, by part."""

    __pydantic_config__ = STRICT

    drone_time_cents: Annotated[int, Field(description="that of all sorties, integer cents")]
    energy_cents: Annotated[int, Field(description="that of all sorties, integer cents")]
    drone_days_cents: Annotated[int, Field(description="drones that fly, integer cents")]
    lateness_cents: Annotated[int, Field(description="that of all sorties, integer cents")]
    unserved_cents: Annotated[int, Field(description="orders left out, integer cents")]
    total_cents: Annotated[int, Field(description="sum of the parts, integer cents")]


@dataclass(frozen=True, kw_only=True, slots=True)
class Bound:
    """No plan under the same rules costs less than `lower_bound_cents`."""

    __pydantic_config__ = STRICT

    lower_bound_cents: Annotated[int, Field(description="no plan costs less, integer cents")]
    gap: Annotated[float, Field(ge=0, description="(cost - bound) / cost; 0 for a cost of 0")]
    method: Annotated[str, Field(description="how the bound was got")]


UseKind = Literal["pads", "bays", "chargers", "lane"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Use:
    """How busy a checkpoint, site or lane is."""

    __pydantic_config__ = STRICT

    resource: Annotated[str, Field(description="site or lane id")]
    kind: Annotated[UseKind, Field(description="what is held: pads, bays, chargers or the lane")]
    busy_s: Annotated[int, Field(description="time held over the day, summed over holders, s")]
    share: Annotated[float, Field(ge=0, description="of its capacity over its hours")]
    peak: Annotated[int, Field(description="most holders at one time")]


@dataclass(frozen=True, kw_only=True, slots=True)
class Options:
    """How the plan was asked for."""

    __pydantic_config__ = STRICT

    seed: Annotated[int, Field(ge=0, description="seed of the solver's choices")]
    time_limit_s: Annotated[
        float, Field(gt=0, description="limit of the search: s, or the solver's own work")
    ]
    deterministic: Annotated[bool, Field(description="whether the limit counts the solver's work")]
    gap: Annotated[
        float,
        Field(ge=0, lt=1, description="gap, as a share of the cost, at which the search ends"),
    ]


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """A day's plan. A pure function of edition, request, rules, options and version."""

    __pydantic_config__ = STRICT

    schema_version: Annotated[Literal["1"], Field(description="version of this format")]
    version: Annotated[str, Field(min_length=1, description="version of the planner")]
    edition: Annotated[str, Field(description="hash of the network")]
    request: Annotated[str, Field(description="hash of the request")]
    rulebook: Annotated[str, Field(description="hash of the customs and permission rules")]
    options: Annotated[Options, Field(description="how the plan was asked for")]
    sorties: Annotated[
        tuple[Sortie, ...], Field(description="what drones do, in order of their start")
    ]
    unserved: Annotated[tuple[Unserved, ...], Field(description="orders left out, with reasons")]
    cost: Annotated[Cost, Field(description="what the plan costs, by part")]
    bound: Annotated[Bound, Field(description="what any plan must cost, and how that is known")]
    filings: Annotated[tuple[Filing, ...], Field(description="what must be filed, and by when")]
    utilisation: Annotated[
        tuple[Use, ...], Field(description="how busy the sites and lanes in use are")
    ]
    assumptions: Annotated[
        tuple[str, ...], Field(description="rules in use whose figures nobody has published")
    ]


PLAN = TypeAdapter(Plan)
