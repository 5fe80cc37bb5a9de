"""Flight permission by side: what must be held, what must be filed and by when."""

import datetime as dt
from collections.abc import Iterable

from geodata.features import Side
from planner.customs import Refusal
from planner.request import Fleet, Order
from planner.rulebook import FilingRule, Permissions, noon_before


def is_emergency(orders: Iterable[Order]) -> bool:
    """Tell whether a sortie is a medical emergency: all its orders are, and there is one."""
    listed = list(orders)
    return bool(listed) and all(
        order.priority == "emergency" and order.goods == "biological" for order in listed
    )


def missing(
    rules: Permissions, fleet: Fleet, side: Side, crossing: bool, midnight: dt.datetime
) -> list[Refusal]:
    """Return which permissions a flight on `side` lacks on the day that starts at `midnight`."""
    day_end = midnight + dt.timedelta(days=1)
    refusals = []
    for rule in rules.required:
        if rule.side != side or (rule.when == "crossing" and not crossing):
            continue
        held = [
            each
            for each in fleet.permissions
            if each.side == side
            and each.kind == rule.kind
            and (each.valid_from is None or each.valid_from <= midnight)
            and (each.valid_until is None or each.valid_until >= day_end)
            and (rule.amount_hkd is None or (each.amount_hkd or 0) >= rule.amount_hkd)
        ]
        if not held:
            amount = "" if rule.amount_hkd is None else f", at least {rule.amount_hkd} HKD"
            values = (("side", side), ("permission", rule.kind + amount), ("source", rule.source))
            refusals.append(Refusal("PERMISSION_MISSING", values))
    return refusals


def filing_kind(rule: FilingRule, fleet: Fleet) -> str:
    """Return what is filed under a rule: the standing approval's plan if one is held."""
    standing = rule.standing_kind is not None and any(
        each.side == rule.side and each.kind == rule.standing_kind for each in fleet.permissions
    )
    return rule.standing_filing or rule.kind if standing else rule.kind


def filing_due(
    rule: FilingRule, takeoff: dt.datetime, midnight: dt.datetime, emergency: bool
) -> dt.datetime:
    """Return by when a sortie that first takes off at `takeoff` must be filed under a rule."""
    if emergency:
        return takeoff - dt.timedelta(seconds=rule.emergency_before_takeoff_s)
    if rule.day_before is not None:
        return noon_before(midnight, rule.day_before)
    return takeoff - dt.timedelta(seconds=rule.before_takeoff_s or 0)


def filed(rule: FilingRule, fleet: Fleet, due: dt.datetime) -> bool:
    """Tell whether the request says that the filing was made in time."""
    kind = filing_kind(rule, fleet)
    return any(
        each.side == rule.side
        and each.kind == kind
        and each.filed_at is not None
        and each.filed_at <= due
        for each in fleet.permissions
    )


def earliest_takeoff(
    rules: Permissions, fleet: Fleet, side: Side, midnight: dt.datetime, emergency: bool
) -> dt.datetime | None:
    """Return the earliest first take-off of a sortie on `side` whose filings can still be made.

    None if a deadline that does not depend on the take-off has passed.
    """
    earliest = midnight
    for rule in rules.filings:
        if rule.side != side:
            continue
        fixed = rule.day_before is not None and not emergency
        due = filing_due(rule, midnight, midnight, emergency)
        if fixed:
            if fleet.planned_at > due and not filed(rule, fleet, due):
                return None
            continue
        lead = midnight - due
        if not filed(rule, fleet, fleet.planned_at):
            earliest = max(earliest, fleet.planned_at + lead)
    return earliest
