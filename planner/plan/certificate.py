"""A certificate: a relaxation with duals that prove how far from the best a plan is at most.

The same classes are read and written as `certificate.json`. All figures are whole numbers: money in
cents, duals in micro-cents, times in seconds from the local midnight of the planned day.
"""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, TypeAdapter

_STRICT = ConfigDict(extra="forbid")

MOST_MICROCENTS = 10**15
"""No dual is further from 0."""

MOST_BRANCHES = 16
"""There are no more branches."""

_Dual = Annotated[int, Field(ge=-MOST_MICROCENTS, le=MOST_MICROCENTS)]

PRICING = (
    "a sortie of one squad that serves some orders from a second to another costs what the model "
    "says, less the duals of its orders, less its squad's links to them, less its squad's fleet "
    "duals at the starts at which it is under way, less each blossom's dual for each two of its "
    "orders that it serves"
)
"""The rule by which every sortie is priced."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderRow:
    """The row that an order is served or left out."""

    __pydantic_config__ = _STRICT

    order: Annotated[str, Field(description="order id")]
    unserved_cents: Annotated[
        int, Field(ge=0, description="what leaving it out costs, integer cents")
    ]
    dual_microcents: Annotated[
        _Dual, Field(description="dual of the row, millionths of a cent, at least 0")
    ]


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkRow:
    """The row that a squad serves an order only by drones that it uses."""

    __pydantic_config__ = _STRICT

    order: Annotated[str, Field(description="order id")]
    dual_microcents: Annotated[
        _Dual, Field(description="dual of the row, millionths of a cent, at most 0")
    ]


@dataclass(frozen=True, kw_only=True, slots=True)
class SquadRows:
    """The rows of a squad: drones that are alike in type, base, hours, sides and goods.

    At each of the relaxation's starts no more of its drones are under way than it uses.
    """

    __pydantic_config__ = _STRICT

    drones: Annotated[tuple[str, ...], Field(min_length=1, description="its drones, sorted by id")]
    least_used: Annotated[int, Field(ge=0, description="of them that plans use at least")]
    most_used: Annotated[int, Field(ge=0, description="of them that plans use at most")]
    day_cents: Annotated[int, Field(ge=0, description="what using one costs, integer cents")]
    fleet_microcents: Annotated[
        tuple[_Dual, ...],
        Field(description="dual of the row of each start, millionths of a cent, at most 0"),
    ]
    links: Annotated[tuple[LinkRow, ...], Field(description="its links; those not listed are 0")]


@dataclass(frozen=True, kw_only=True, slots=True)
class BlossomRow:
    """The row that sorties make fewer pairs of an odd number of orders than half of that number."""

    __pydantic_config__ = _STRICT

    orders: Annotated[tuple[str, ...], Field(min_length=3, description="its orders, sorted by id")]
    dual_microcents: Annotated[
        _Dual, Field(description="dual of the row, millionths of a cent, at most 0")
    ]


@dataclass(frozen=True, kw_only=True, slots=True)
class Branch:
    """A relaxation of the day with duals, of plans that use some numbers of drones."""

    __pydantic_config__ = _STRICT

    pricing: Annotated[str, Field(description="the rule by which every sortie is priced")]
    starts_s: Annotated[
        tuple[int, ...],
        Field(description="instants at which drones under way are counted, s of the day, rising"),
    ]
    least_used: Annotated[int, Field(ge=0, description="drones that plans use at least in all")]
    most_used: Annotated[int, Field(ge=0, description="drones that plans use at most in all")]
    orders: Annotated[tuple[OrderRow, ...], Field(description="all orders, sorted by id")]
    squads: Annotated[
        tuple[SquadRows, ...], Field(description="all squads, sorted by their first drone")
    ]
    blossoms: Annotated[
        tuple[BlossomRow, ...], Field(description="its blossoms; those not listed are 0")
    ]


@dataclass(frozen=True, kw_only=True, slots=True)
class Certificate:
    """A proof that no plan of a request costs less than a bound, and what a plan is beside it."""

    __pydantic_config__ = _STRICT

    schema_version: Annotated[Literal["1"], Field(description="version of this format")]
    edition: Annotated[str, Field(description="hash of the network")]
    request: Annotated[str, Field(description="hash of the request")]
    rulebook: Annotated[str, Field(description="hash of the customs and permission rules")]
    cost_cents: Annotated[int, Field(ge=0, description="what the plan costs, integer cents")]
    bound_cents: Annotated[int, Field(ge=0, description="no plan costs less, integer cents")]
    gap_ppm: Annotated[
        int,
        Field(
            ge=0,
            description="(cost - bound) / cost in millionths, rounded up; 0 for a cost of 0",
        ),
    ]
    branches: Annotated[
        tuple[Branch, ...],
        Field(
            min_length=1,
            description="what the bound follows from: every plan is one of a branch at least",
        ),
    ]


CERTIFICATE = TypeAdapter(Certificate)


def gap_ppm(cost_cents: int, bound_cents: int) -> int:
    """Return the gap of a cost over a bound in millionths of the cost, rounded up."""
    return -(-(cost_cents - bound_cents) * 10**6 // cost_cents) if cost_cents else 0
