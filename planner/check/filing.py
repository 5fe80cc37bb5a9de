"""Flight permission: what must be held and filed, and whether there is time left to file it."""

import datetime as dt
from collections.abc import Iterator, Sequence

from geodata.features import Side
from planner.check.day import Day
from planner.check.sortie import Flown
from planner.check.violation import Violation
from planner.plan.plan import Filing, Plan
from planner.rules import permission
from planner.rules.rulebook import FilingRule

_Key = tuple[Side, str, dt.datetime]


def check_permissions(flown: Flown, day: Day) -> Iterator[Violation]:
    """Yield breaches of PERMISSION_MISSING and PERMISSION_DEADLINE."""
    fleet = day.request.fleet
    for side in flown.sides:
        for refusal in permission.missing(
            day.rulebook.permissions, fleet, side, bool(flown.crossings), day.midnight
        ):
            values = ", ".join(f"{name} {value}" for name, value in refusal.values)
            yield Violation(refusal.code, flown.place, "a permission is not held", values)
    for rule, due in _filings(flown, day):
        if not permission.in_time(rule, fleet, due, day.midnight):
            kind = permission.filing_kind(rule, fleet, day.midnight)
            yield Violation(
                "PERMISSION_DEADLINE",
                flown.place,
                f"{rule.side} {kind} can no longer be filed",
                f"planned at {day.clock(day.exact(fleet.planned_at))}",
                f"by {day.clock(day.exact(due))}",
            )


def _filings(flown: Flown, day: Day) -> Iterator[tuple[FilingRule, dt.datetime]]:
    """Yield what a sortie must file, and by when."""
    takeoff = flown.sortie.stops[0].depart
    emergency = permission.is_emergency(flown.loaded(day))
    for rule in day.rulebook.permissions.filings:
        if rule.side in flown.sides:
            yield rule, permission.filing_due(rule, takeoff, day.midnight, emergency)


def check_filings(plan: Plan, sorties: Sequence[Flown], day: Day) -> Iterator[Violation]:
    """Yield breaches of FILINGS; sorties that are broken take no part."""
    right: dict[_Key, set[str]] = {}
    rules: dict[_Key, set[tuple[str, bool]]] = {}
    for flown in sorties:
        for rule, due in _filings(flown, day):
            key = rule.side, permission.filing_kind(rule, day.request.fleet, day.midnight), due
            right.setdefault(key, set()).add(flown.sortie.id)
            rules.setdefault(key, set()).add((rule.source, rule.assumption))
    known = {sortie.id for sortie in plan.sorties}
    broken = known - {flown.sortie.id for flown in sorties}
    listed: dict[_Key, list[Filing]] = {}
    for filing in plan.filings:
        listed.setdefault((filing.side, filing.kind, filing.due), []).append(filing)
    for key in sorted({*right, *listed}):
        named = [sortie_id for filing in listed.get(key, []) for sortie_id in filing.sorties]
        found = sorted(set(named) - broken)
        needed = sorted(right.get(key, set()))
        twice = len(listed.get(key, [])) > 1 or len(set(named)) < len(named)
        empty = key not in right and not set(named) & broken
        side, kind, due = key
        place = f"{side} {kind} due {day.clock(day.exact(due))}"
        if found != needed or twice or empty:
            yield Violation(
                "FILINGS",
                place,
                "the filing does not list the sorties that need it, each once",
                ", ".join(named) or "none",
                ", ".join(needed) or "none",
            )
        for filing in listed.get(key, []):
            if key in rules and (filing.rule, filing.assumption) not in rules[key]:
                yield Violation(
                    "FILINGS",
                    place,
                    "the filing is of another rule",
                    _told(filing.rule, filing.assumption),
                    " or ".join(_told(*each) for each in sorted(rules[key])),
                )


def _told(source: str, assumption: bool) -> str:
    return f"{source} (an assumption)" if assumption else source
