"""Types of a route test's fields that several records share: times, names, bounds."""

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Generic, Literal, TypeVar, get_args

from pydantic import BeforeValidator, ConfigDict, Field, PlainValidator, WithJsonSchema

from geodata.features import GoodsClass, Side
from planner.routetest.quantities import annotated, fault
from planner.rules.codes import RULES

STRICT = ConfigDict(extra="forbid", allow_inf_nan=False, strict=True)
LISTED = ConfigDict(extra="forbid", allow_inf_nan=False)
"""For records of which one or a list may be written; each of their fields is strict by itself."""

_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?")
_TIME = "a time of day such as 09:30, or a time with its zone such as 2026-11-24T09:30+08:00"
_DAY = "a day such as 2026-11-24, or a time with its zone such as 2026-11-24T09:30+08:00"


def _instant(value: str) -> dt.datetime | None:
    """Return a time that says its zone, in a year that is planned for, else None."""
    if len(value) < len("2026-11-24T00:00Z"):
        return None
    try:
        found = dt.datetime.fromisoformat(value)
    except ValueError:
        return None
    return found if found.tzinfo is not None and 2000 <= found.year <= 2099 else None


def read_moment(value: Any) -> dt.time | dt.datetime:
    """Return a time of day, or an instant."""
    if isinstance(value, str):
        if _CLOCK.fullmatch(value):
            return dt.time.fromisoformat(value)
        found = _instant(value)
        if found is not None:
            return found
    raise fault("TIME_INVALID", f"must be {_TIME}", _TIME)


def read_clock(value: Any) -> dt.date | dt.datetime:
    """Return a day, or an instant."""
    if isinstance(value, str):
        try:
            if re.fullmatch(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}", value):
                return dt.date.fromisoformat(value)
        except ValueError:
            pass
        found = _instant(value)
        if found is not None:
            return found
    raise fault("TIME_INVALID", f"must be {_DAY}", _DAY)


_MONEY = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,2})?) ?([A-Z]{3})")


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount of a currency, integer cents."""

    currency: str
    cents: int

    def __str__(self) -> str:
        return f"{self.cents / 100:,.2f} {self.currency}"


def read_money(value: Any) -> Money:
    """Return an amount with its currency."""
    found = _MONEY.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        limit = "an amount with its currency, such as 10300 HKD"
        raise fault("WRONG_FORMAT", f"must be {limit}", limit)
    return Money(found[2], round(float(found[1]) * 100))


Moment = Annotated[
    dt.time | dt.datetime,
    PlainValidator(read_moment),
    WithJsonSchema({"type": "string", "examples": ["09:30", "2026-11-24T09:30+08:00"]}),
]
Clock = Annotated[
    dt.date | dt.datetime,
    PlainValidator(read_clock),
    WithJsonSchema({"type": "string", "examples": ["2026-11-24", "2026-11-24T09:30+08:00"]}),
]
Cash = Annotated[
    Money,
    PlainValidator(read_money),
    WithJsonSchema({"type": "string", "pattern": f"^{_MONEY.pattern}$", "examples": ["90 HKD"]}),
]
Duration = Annotated[float, *annotated("duration")]
Mass = Annotated[float, *annotated("mass")]
Volume = Annotated[float, *annotated("volume")]
Height = Annotated[float, *annotated("height")]
Speed = Annotated[float, *annotated("speed")]
Angle = Annotated[float, *annotated("angle")]
Share = Annotated[float, *annotated("share")]


def listed(value: Any) -> Any:
    """Return a tuple for a list, and for one text or one mapping, so that either may be written."""
    if isinstance(value, str | dict):
        return (value,)
    return tuple(value) if isinstance(value, list) else value


def read_documents(value: Any) -> Literal["in time", "none"] | dict[str, dt.time | dt.datetime]:
    """Return which documents are lodged: `in time`, `none`, or when each of some was."""
    if isinstance(value, dict):
        return {str(document): read_moment(lodged) for document, lodged in value.items()}
    if value in ("in time", "none"):
        return "none" if value == "none" else "in time"
    limit = "in time, none, or times by document"
    raise fault("UNKNOWN_VALUE", f"must be {limit}", limit)


GoodsClasses = Annotated[
    tuple[GoodsClass, ...],
    BeforeValidator(listed),
    WithJsonSchema(
        {
            "anyOf": [
                {"enum": list(get_args(GoodsClass))},
                {"type": "array", "items": {"enum": list(get_args(GoodsClass))}},
            ]
        }
    ),
]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Names = Annotated[
    tuple[Name, ...],
    BeforeValidator(listed),
    Field(min_length=1),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "minLength": 1},
                {"type": "array", "items": {"type": "string", "minLength": 1}, "minItems": 1},
            ]
        }
    ),
]
"""One id, or a list of them."""

if TYPE_CHECKING:
    RuleCode = str
else:
    RuleCode = Literal[tuple(RULES)]
"""The code of a rule, as `hetao rules` lists it."""

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounds(Generic[T]):
    """Least and greatest value, each allowed itself; at least one of them is given."""

    __pydantic_config__ = STRICT

    min: Annotated[T | None, Field(description="least that holds")] = None
    max: Annotated[T | None, Field(description="greatest that holds")] = None


@dataclass(frozen=True, kw_only=True, slots=True)
class HeightBounds:
    """Least and greatest height over the ground; on one side of the boundary, or on both."""

    __pydantic_config__ = STRICT

    min: Annotated[float | None, Field(description="m, over the ground at its highest")] = None
    max: Annotated[float | None, Field(description="m, over the ground at its lowest")] = None
    side: Annotated[Side | None, Field(description="only lanes of this side")] = None
