"""Other ways of a leg than the quickest, for when others hold what that flies over."""

from collections.abc import Iterator
from weakref import WeakKeyDictionary

from planner.legs import Chain
from planner.request import DroneType
from planner.search import Quickest

_Known = dict[tuple[str, str, str, int], tuple[Chain, ...]]
_KNOWN: WeakKeyDictionary[Quickest, _Known] = WeakKeyDictionary()
"""Chains by drone type, ends and stretch of the day, kept as long as who finds legs."""


def other_ways(
    quickest: Quickest, kind: DroneType, ends: tuple[str, str], at_s: int
) -> tuple[Chain, ...]:
    """Return chains of lanes besides the quickest at a second of the day, the quickest first.

    They are the quickest at the begin of its stretch, in which no wind and no closure changes, that
    leave out all of the quickest way between its ends, or one lane of it.
    """
    known, step = _KNOWN.setdefault(quickest, {}), quickest.legs.step(at_s)
    key = (kind.id, *ends, step)
    if key not in known:
        known[key] = tuple(_search(quickest, kind, ends, quickest.legs.steps[step]))
    return known[key]


def _search(
    quickest: Quickest, kind: DroneType, ends: tuple[str, str], begin_s: int
) -> Iterator[Chain]:
    first = quickest.depart(kind, *ends, begin_s)
    if first is None:
        return
    lanes, seen, found = first.chain.lanes, {first.chain.lanes}, []
    for without in (frozenset(lanes[1:-1]), *map(frozenset, zip(lanes, strict=True))):
        other = quickest.depart(kind, *ends, begin_s, without)
        if other is not None and other.chain.lanes not in seen:
            seen.add(other.chain.lanes)
            found.append((other.airborne_s, other.chain.lanes, other.chain))
    for _, _, chain in sorted(found, key=lambda each: each[:2]):
        yield chain
