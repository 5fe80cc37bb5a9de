"""What accepted plans hold, as others see it: held, and not whose or what for."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic_core import from_json, to_json
from sqlalchemy import func, select
from sqlalchemy.orm import Session, undefer

from api.store.plans import PlanResult, StoredPlan
from api.store.requests import StoredRequest

NEAR = dt.timedelta(minutes=2)
"""How far over midnight what is held matters: no rules ask for a longer time between holds."""

ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Flier:
    """Who keeps clear of others: an operator, on a local day, with drones by their ids.

    With None for the drones, nothing of the operator's own is kept clear of.
    """

    operator: str
    day: dt.date
    drones: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class HeldByOthers:
    """The JSON of what is to be kept clear of, None for nothing, and the plans that hold it."""

    json: bytes | None
    plans: frozenset[str]


def drones_of(content: bytes) -> frozenset[str]:
    """Return the drones of a request's JSON."""
    return frozenset(each["id"] for each in from_json(content)["fleet"]["drones"])


def held_by_others(session: Session, flier: Flier) -> HeldByOthers:
    """Return what accepted plans hold that a flier keeps clear of.

    Those are all plans of other operators and the operator's own with other drones. Of the days
    before and after, what is held near midnight.
    """
    parts: dict[str, list[Any]] = {"air": [], "seats": []}
    plans = _kept_clear_of(session, flier)
    for plan in plans:
        held = session.get_one(PlanResult, plan.id, options=[undefer(PlanResult.holdings)])
        for name, listed in from_json(held.holdings).items():
            if name in parts:
                parts[name] += listed if plan.day == flier.day else _near(listed, flier.day)
    for listed in parts.values():
        # In an order that does not tell what belongs together.
        listed.sort(key=lambda each: to_json(each))
    any_held = any(parts.values())
    content = to_json({"schema_version": "1", **parts}) if any_held else None
    return HeldByOthers(content, frozenset(each.id for each in plans))


def which_hold(session: Session, flier: Flier) -> frozenset[str]:
    """Return the plans that `held_by_others` would find.

    In a writing transaction nobody accepts another one until it ends.
    """
    if session.get_bind().dialect.name == "postgresql":
        for number in range(-1, 2):  # in this order always, so that none waits for the other
            turn = (flier.day + number * ONE_DAY).toordinal()
            session.execute(select(func.pg_advisory_xact_lock(turn)))
    return frozenset(each.id for each in _kept_clear_of(session, flier))


def own_that_give_way(session: Session, flier: Flier) -> list[StoredPlan]:
    """Return the operator's accepted plans of the day that use one of its drones, locked."""
    rows = _accepted(session, flier, lock=True)
    return [each for each in rows if _gives_way(session, each, flier)]


def _kept_clear_of(session: Session, flier: Flier) -> list[StoredPlan]:
    return [each for each in _accepted(session, flier) if not _gives_way(session, each, flier)]


def _accepted(session: Session, flier: Flier, *, lock: bool = False) -> list[StoredPlan]:
    """Return the accepted plans of a day, that before and that after."""
    days = [flier.day - ONE_DAY, flier.day, flier.day + ONE_DAY]
    rows = select(StoredPlan).where(StoredPlan.day.in_(days), StoredPlan.accepted_at.is_not(None))
    ordered = rows.order_by(StoredPlan.id)
    return list(session.scalars(ordered.with_for_update() if lock else ordered))


def _gives_way(session: Session, plan: StoredPlan, flier: Flier) -> bool:
    """Tell whether an accepted plan is the flier's own, and is no longer once it flies."""
    if plan.operator != flier.operator:
        return False
    if flier.drones is None:
        return True
    if plan.day != flier.day:
        return False
    content = session.get_one(StoredRequest, plan.request).content
    return not flier.drones.isdisjoint(drones_of(content))


def _near(listed: list[Any], day: dt.date) -> Iterator[Any]:
    """Yield what is held on another day so near to this one that it matters, and no more of it."""
    first = dt.datetime.combine(day, dt.time()) - NEAR
    last = first + ONE_DAY + 2 * NEAR
    for each in listed:
        spans = [
            span for span in each["spans"] if _local(span[1]) > first and _local(span[0]) < last
        ]
        if spans:
            yield {**each, "spans": spans}


def _local(text: str) -> dt.datetime:
    """Return the local time of an instant, which is written in the network's zone."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=None)


def with_held(content: bytes, held: bytes | None) -> bytes:
    """Return a request's JSON with what others hold as a part of it."""
    if held is None:
        return content
    return to_json({**from_json(content), "held": from_json(held)})
