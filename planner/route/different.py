"""Routes that differ from each other by more than a wiggle.

Two routes differ if they clear at other checkpoints, cross the boundary by another corridor, or
if at least a third of the way of one is not flown by the other. The drone type does not count.
"""

import heapq
from collections.abc import Iterable, Iterator
from itertools import count

from planner.day.instance import Instance, Job
from planner.route.way import Navigator, Route

OWN_SHARE = 1 / 3
"""Share of a route's way that no other route that is shown flies."""

_DETOURS = 30
"""How many detours are flown at most."""


def different_routes(
    navigator: Navigator, job: Job, begin_s: int, found: Iterable[Route], number: int
) -> tuple[Route, ...]:
    """Return the first to land of some routes, then up to `number` in all that differ from it.

    They are sought among those found and their detours, made by closing what a route flies over;
    each differs from all before it, and they are sorted by landing.
    """
    serial, heap = count(), list[tuple[tuple[object, ...], int, Route, frozenset[str]]]()

    def push(route: Route, without: frozenset[str]) -> None:
        heapq.heappush(heap, (route.rank, next(serial), route, without))

    for route in found:
        push(route, frozenset())
    chosen, seen, detours = list[Route](), set[tuple[str, ...]](), 0
    while heap and len(chosen) < number:
        _, _, route, without = heapq.heappop(heap)
        if route.lanes in seen:
            continue
        seen.add(route.lanes)
        if all(differ(navigator.instance, route, other) for other in chosen):
            chosen.append(route)
        elif not without:
            continue
        for closed in filter(None, _closures(navigator.instance, route)):
            if detours < _DETOURS:
                detours += 1
                detour = navigator.fly(
                    route.kind, job, route.checkpoints, begin_s, without | closed
                )
                if isinstance(detour, Route):
                    push(detour, without | closed)
    return tuple(chosen)


def differ(instance: Instance, one: Route, other: Route) -> bool:
    """Tell whether two routes differ by more than a wiggle."""
    if one.checkpoints != other.checkpoints or _gates(instance, one) != _gates(instance, other):
        return True
    return _own_share(instance, one, other) >= OWN_SHARE


def _own_share(instance: Instance, one: Route, other: Route) -> float:
    """Return how much of one route's way lies in corridors that the other does not fly."""
    shared = set(_corridors(instance, other))
    lengths = [instance.airspace.blocks.lanes[lane].length_m for lane in one.lanes]
    own = [
        length
        for corridor, length in zip(_corridors(instance, one), lengths, strict=True)
        if corridor not in shared
    ]
    return sum(own) / sum(lengths)


def _corridors(instance: Instance, route: Route) -> list[str]:
    return [instance.network.lanes[lane][0].id for lane in route.lanes]


def _gates(instance: Instance, route: Route) -> list[str]:
    lanes = instance.crossing_lanes.intersection(route.lanes)
    return sorted(instance.network.lanes[lane][0].id for lane in lanes)


def _closures(instance: Instance, route: Route) -> Iterator[frozenset[str]]:
    """Yield lanes to close: those over the boundary, the middle of each leg, then each lane."""
    yield frozenset(instance.crossing_lanes.intersection(route.lanes))
    for flight in route.flights:
        yield frozenset(flight.chain.lanes[1:-1])
    for lane in route.lanes:
        yield frozenset({lane})
