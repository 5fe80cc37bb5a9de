"""An impact as one JSON document, and its lines for a person."""

from collections import Counter
from collections.abc import Iterator, Mapping, Set
from typing import Any

from planner.impact.change import Change
from planner.impact.impact import ChangedRoute, Impact

_WORSE = (Change.LOST, Change.SLOWER, Change.COSTLIER)


def impact_document(found: Impact) -> dict[str, Any]:
    """Return all that an impact holds: seconds, cents, flights an hour, times as HH:MM:SS.

    An edit is named by the ids of its features. Each of a route's `causes` is a list of positions
    in `edits`; undoing any one of these lists brings the route back.
    """
    edits = found.edits
    return {
        "old": edits.old.edition,
        "new": edits.new.edition,
        "faults": [
            {"code": each.code, "source": each.source, "item": each.item, "message": str(each)}
            for each in found.faults
        ],
        "grid": {
            "day": found.grid.request.fleet.day.isoformat(),
            "vertiports": list(found.grid.vertiports),
            "types": list(found.grid.types),
            "goods": list(found.grid.goods),
            "departures": [clock(each) for each in found.grid.departures],
            "mass_kg": found.grid.mass_kg,
        },
        "edits": [{"ids": list(edit.ids), "what": edit.text} for edit in edits.all],
        "compared": found.compared,
        "counts": {change.word: count for change, count in counts(found).items()},
        "routes": [_route(each) for each in found.routes],
        "capacity": [
            {
                "course": each.course,
                "old": round(each.old.total, 2),
                "new": round(each.new.total, 2),
                "old_reason": each.old.reason,
                "new_reason": each.new.reason,
            }
            for each in found.capacity
        ],
        "plans": [
            {
                "plan": each.name,
                "violations": [str(violation) for violation in each.violations],
            }
            for each in found.plans
        ],
    }


def counts(found: Impact) -> Mapping[Change, int]:
    """Return how many routes of the grid changed in each way."""
    counted = Counter[Change]()
    for each in found.routes:
        counted[each.change] += len(each.departures)
    return {change: counted[change] for change in Change if change is not Change.SAME}


def clock(second: int) -> str:
    """Return a second of the day as HH:MM:SS."""
    return f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"


def _route(each: ChangedRoute) -> dict[str, Any]:
    return {
        "from": each.origin,
        "to": each.destination,
        "goods": each.goods,
        "type": each.drone_type,
        "change": each.change.word,
        "causes": [list(cause) for cause in each.causes],
        "departures": [clock(second) for second in each.departures],
        "later_s": list(each.later_s),
        "more_cents": list(each.more_cents),
    }


def pair_rows(found: Impact) -> Iterator[tuple[str, ...]]:
    """Yield a line for each pair of vertiports, change and cause.

    The columns are pair, change, goods classes, types, first and last departure, the greatest
    difference, and the edits without which it would not be there.

    Lost routes come first, then those with the most departures, classes and types changed.
    """
    groups: dict[tuple[Change, str, str, tuple[tuple[int, ...], ...]], list[ChangedRoute]] = {}
    for each in found.routes:
        key = each.change, each.origin, each.destination, each.causes
        groups.setdefault(key, []).append(each)
    cells = {key: sum(len(each.departures) for each in group) for key, group in groups.items()}
    for key in sorted(groups, key=lambda key: (key[0], -cells[key], key)):
        change, origin, destination, causes = key
        group = groups[key]
        times = sorted({second for each in group for second in each.departures})
        yield (
            f"{origin} → {destination}",
            change.word,
            _some({each.goods for each in group}, len(found.grid.goods), "classes"),
            _some({each.drone_type for each in group}, len(found.grid.types), "types"),
            f"{clock(times[0])[:5]}-{clock(times[-1])[:5]}",
            _worst(change, group),
            " or ".join(_cause(found, cause) for cause in causes),
        )


def _some(names: Set[str], of: int, noun: str) -> str:
    """Return a name, or how many there are of how many."""
    if len(names) == 1 and of > 1:
        return next(iter(names))
    return f"all {noun}" if len(names) == of else f"{len(names)} of {of} {noun}"


def _worst(change: Change, group: list[ChangedRoute]) -> str:
    if change in (Change.SLOWER, Change.FASTER):
        seconds = [each for route in group for each in route.later_s if each is not None]
        return f"{max(seconds, key=abs):+d} s"
    if change in (Change.COSTLIER, Change.CHEAPER):
        cents = [each for route in group for each in route.more_cents if each is not None]
        return f"{max(cents, key=abs):+.0f} cents"
    return ""


def _cause(found: Impact, cause: tuple[int, ...]) -> str:
    return " with ".join(edit.text for edit in found.edits_of(cause))


def cause_rows(found: Impact) -> Iterator[tuple[str, ...]]:
    """Yield a line for each set of edits: what was done, and how many routes it changed how.

    The columns after the first are lost, gained, slower, faster, costlier, cheaper. A route that
    each of several sets would bring back counts for all of them.
    """
    counted: dict[tuple[int, ...], Counter[Change]] = {}
    for each in found.routes:
        for cause in each.causes:
            counted.setdefault(cause, Counter())[each.change] += len(each.departures)
    for cause, by_change in sorted(
        counted.items(), key=lambda each: (-sum(each[1][c] for c in _WORSE), each[0])
    ):
        numbers = [str(by_change[change] or "") for change in Change if change is not Change.SAME]
        yield (_cause(found, cause), *numbers)
