"""What accepted plans hold, as other operators see it: held, and not whose or what for."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from pydantic_core import from_json, to_json
from sqlalchemy import func, select
from sqlalchemy.orm import Session, undefer

from api.store.plans import PlanResult, StoredPlan


@dataclass(frozen=True, slots=True)
class HeldByOthers:
    """The JSON of what others hold on a day, None for nothing, and which plans it comes from."""

    json: bytes | None
    plans: frozenset[str]


def held_by_others(session: Session, operator: str, day: dt.date) -> HeldByOthers:
    """Return what the accepted plans of all other operators hold on a day."""
    rows = (
        select(PlanResult)
        .join(StoredPlan, StoredPlan.id == PlanResult.plan)
        .where(
            StoredPlan.day == day,
            StoredPlan.operator != operator,
            StoredPlan.accepted_at.is_not(None),
        )
        .options(undefer(PlanResult.holdings))
        .order_by(PlanResult.plan)
    )
    found = session.scalars(rows).all()
    parts: dict[str, list[Any]] = {"air": [], "seats": []}
    for each in found:
        held = from_json(each.holdings)
        for name, listed in parts.items():
            listed += held[name]
    for listed in parts.values():
        # In an order that does not tell what belongs together.
        listed.sort(key=lambda each: to_json(each))
    any_held = any(parts.values())
    content = to_json({"schema_version": "1", **parts}) if any_held else None
    return HeldByOthers(content, frozenset(each.plan for each in found))


def which_hold(session: Session, operator: str, day: dt.date) -> frozenset[str]:
    """Return the accepted plans of all other operators on a day.

    In a writing transaction nobody accepts another one until it ends.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(day.toordinal())))
    rows = select(StoredPlan.id).where(
        StoredPlan.day == day,
        StoredPlan.operator != operator,
        StoredPlan.accepted_at.is_not(None),
    )
    return frozenset(session.scalars(rows))


def with_held(content: bytes, held: bytes | None) -> bytes:
    """Return a request's JSON with what others hold as a part of it."""
    if held is None:
        return content
    return to_json({**from_json(content), "held": from_json(held)})
