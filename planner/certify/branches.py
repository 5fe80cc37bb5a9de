"""The branches of a certificate: how many drones plans of each use, and that none is left out."""

from collections.abc import Sequence

from planner.day.instance import Squad
from planner.plan.certificate import Branch

Ranges = tuple[tuple[int, int], ...]
"""From least to most drones used: of each squad, then in all."""


def ranges_of(branch: Branch) -> Ranges:
    """Return how many drones the plans of a branch use."""
    of_squads = ((each.least_used, each.most_used) for each in branch.squads)
    return (*of_squads, (branch.least_used, branch.most_used))


def every_range(squads: Sequence[Squad]) -> Ranges:
    """Return how many drones any plan may use."""
    drones = [len(squad.drones) for squad in squads]
    return (*((0, each) for each in drones), (0, sum(drones)))


def cheapest(ranges: Ranges, prices: Sequence[int]) -> int:
    """Return what drones cost at least in all, each squad's at its price, within ranges.

    Where no numbers of drones are within them, which no plan uses, it is of no meaning.
    """
    *of_squads, (least, most) = ranges
    used = sum(low for low, _ in of_squads)
    cost = sum(price * low for price, (low, _) in zip(prices, of_squads, strict=True))
    # The rest of the cheapest first: those that are paid for, and those that must be.
    for price, (low, high) in sorted(zip(prices, of_squads, strict=True)):
        more = max(0, min(high - low, (most if price < 0 else least) - used))
        used += more
        cost += price * more
    return cost


def within(ranges: Ranges) -> Ranges | None:
    """Return the same numbers of drones with no range wider than the others leave it; or None.

    None if no numbers are within all of them.
    """
    *of_squads, (least, most) = ranges
    low, high = sum(each for each, _ in of_squads), sum(each for _, each in of_squads)
    least, most = max(least, low), min(most, high)
    if least > most or any(one > other for one, other in of_squads):
        return None
    # A squad makes up for what all others together lack, and leaves what they need.
    found = (
        (max(one, least - (high - other)), min(other, most - (low - one)))
        for one, other in of_squads
    )
    return (*found, (least, most))


def left_out(ranges: Ranges, branches: Sequence[Ranges]) -> Ranges | None:
    """Return ranges of which some numbers of drones may be in no branch; None if each is in one.

    Branches are found to leave nothing out if they come of parting ranges in two, again and again.
    """
    found = within(ranges)
    if found is None:
        return None
    for each in branches:
        if all(a <= b and c <= d for (a, d), (b, c) in zip(each, found, strict=True)):
            return None
    for at, (least, most) in enumerate(found):
        for below in sorted({each[at][1] for each in branches}):
            fewer = [each for each in branches if each[at][1] <= below]
            more = [each for each in branches if each[at][0] > below]
            if least <= below < most and len(fewer) + len(more) == len(branches):
                low = *found[:at], (least, below), *found[at + 1 :]
                high = *found[:at], (below + 1, most), *found[at + 1 :]
                return left_out(low, fewer) or left_out(high, more)
    return found
