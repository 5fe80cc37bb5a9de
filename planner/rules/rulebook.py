"""Customs and flight permission as data: which documents, lead times, service times, filings."""

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, TypeAdapter

from geodata.features import GoodsClass, Side

_STRICT = ConfigDict(extra="forbid")
Regime = Literal["sealed", "document", "physical"]
Stage = Literal["export", "import"]
Seconds = Annotated[int, Field(ge=0)]


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """A customs document."""

    __pydantic_config__ = _STRICT

    name: str
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Requirement:
    """A document that a side asks for at a stage."""

    __pydantic_config__ = _STRICT

    side: Side
    stage: Stage
    document: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Goods:
    """How customs treats a goods class; `inspection` is the lightest regime it may have."""

    __pydantic_config__ = _STRICT

    name: str
    carried: bool
    inspection: Regime
    requires: tuple[Requirement, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Lead:
    """Lodge at least `latest_s` and at most `earliest_s` before the clearance starts."""

    __pydantic_config__ = _STRICT

    latest_s: Seconds
    earliest_s: Seconds | None
    source: str
    assumption: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Mode:
    """A clearance mode that a checkpoint may be set to."""

    __pydantic_config__ = _STRICT

    name: str
    source: str
    leads: Mapping[str, Lead]
    service_s: Mapping[Regime, Seconds]
    service_source: str
    service_assumption: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class EmptyCrossing:
    """When a drone with nothing on board may cross the boundary."""

    __pydantic_config__ = _STRICT

    hours: str
    source: str
    assumption: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Customs:
    """`customs.json`."""

    __pydantic_config__ = _STRICT

    schema_version: Literal["1"]
    documents: Mapping[str, Document]
    goods: Mapping[GoodsClass, Goods]
    modes: Mapping[str, Mode]
    empty_crossing: EmptyCrossing


@dataclass(frozen=True, kw_only=True, slots=True)
class Required:
    """A permission that must be held and valid on the day."""

    __pydantic_config__ = _STRICT

    side: Side
    kind: str
    when: Literal["always", "crossing"]
    amount_hkd: int | None
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class FilingRule:
    """Something to file for a sortie that flies on a side.

    It is due at an hour of the day before or some time before the sortie's first take-off; a
    holder of `standing_kind` files `standing_filing` instead, by the same time.
    """

    __pydantic_config__ = _STRICT

    side: Side
    kind: str
    standing_kind: str | None
    standing_filing: str | None
    day_before: str | None
    before_takeoff_s: Seconds | None
    emergency_before_takeoff_s: Seconds
    source: str
    assumption: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Permissions:
    """`permissions.json`."""

    __pydantic_config__ = _STRICT

    schema_version: Literal["1"]
    required: tuple[Required, ...]
    filings: tuple[FilingRule, ...]


@dataclass(frozen=True)
class Rulebook:
    """Customs and permission rules in force, with the hash that a plan names."""

    customs: Customs
    permissions: Permissions

    @cached_property
    def hash(self) -> str:
        """SHA-256 over the content."""
        text = _CUSTOMS.dump_json(self.customs) + _PERMISSIONS.dump_json(self.permissions)
        return hashlib.sha256(text).hexdigest()


_CUSTOMS = TypeAdapter(Customs)
_PERMISSIONS = TypeAdapter(Permissions)


@lru_cache(maxsize=1)
def shipped_rulebook() -> Rulebook:
    """Return the rules that come with the package."""
    folder = Path(__file__).parent / "data"
    return Rulebook(
        _CUSTOMS.validate_json((folder / "customs.json").read_bytes()),
        _PERMISSIONS.validate_json((folder / "permissions.json").read_bytes()),
    )


def noon_before(day_midnight: dt.datetime, clock: str) -> dt.datetime:
    """Return the instant `clock` ("HH:MM") of the day before the one that starts at midnight."""
    hours, minutes = (int(part) for part in clock.split(":"))
    return day_midnight - dt.timedelta(days=1) + dt.timedelta(hours=hours, minutes=minutes)
