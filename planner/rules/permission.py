"""Flight permission by side: what must be held, what must be filed and by when."""

import datetime as dt
from collections.abc import Iterable

from geodata.features import Side
from planner.request.fleet import Fleet, Permission
from planner.request.order import Order
from planner.rules.customs import Refusal
from planner.rules.rulebook import FilingRule, Permissions, noon_before


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
    refusals = []
    for rule in rules.required:
        if rule.side != side or (rule.when == "crossing" and not crossing):
            continue
        held = [
            each
            for each in fleet.permissions
            if each.side == side
            and each.kind == rule.kind
            and _holds(each, midnight)
            and (rule.amount_hkd is None or (each.amount_hkd or 0) >= rule.amount_hkd)
        ]
        if not held:
            amount = "" if rule.amount_hkd is None else f", at least {rule.amount_hkd} HKD"
            values = (("side", side), ("permission", rule.kind + amount), ("source", rule.source))
            refusals.append(Refusal("PERMISSION_MISSING", values))
    return refusals


def _holds(permission: Permission, midnight: dt.datetime) -> bool:
    """Tell whether a permission is valid all through the day that starts at `midnight`."""
    since, until = permission.valid_from, permission.valid_until
    return (since is None or since <= midnight) and (
        until is None or until >= midnight + dt.timedelta(days=1)
    )


def filing_kind(rule: FilingRule, fleet: Fleet, midnight: dt.datetime) -> str:
    """Return what is filed under a rule: a plan under a standing approval valid on the day."""
    standing = rule.standing_kind is not None and any(
        each.side == rule.side and each.kind == rule.standing_kind and _holds(each, midnight)
        for each in fleet.permissions
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


def filed_at(rule: FilingRule, fleet: Fleet, midnight: dt.datetime) -> dt.datetime | None:
    """Return when the request says that a filing for the day was made first; None: it was not."""
    kind = filing_kind(rule, fleet, midnight)
    made = [
        each.filed_at
        for each in fleet.permissions
        if each.side == rule.side
        and each.kind == kind
        and each.filed_at is not None
        and _holds(each, midnight)
    ]
    return min(made, default=None)


def in_time(rule: FilingRule, fleet: Fleet, due: dt.datetime, midnight: dt.datetime) -> bool:
    """Tell whether what is due then can be filed yet, or has been in time; late does not count."""
    made = filed_at(rule, fleet, midnight)
    return fleet.planned_at <= due or (made is not None and made <= due)


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
        due = filing_due(rule, midnight, midnight, emergency)
        if rule.day_before is not None and not emergency:
            if not in_time(rule, fleet, due, midnight):
                return None
            continue
        made = filed_at(rule, fleet, midnight) or fleet.planned_at
        earliest = max(earliest, min(made, fleet.planned_at) + (midnight - due))
    return earliest
