"""Branches of the relaxation: by how many drones a plan uses, which is a whole number.

After Land and Doig (1960), *An automatic method of solving discrete programming problems*,
Econometrica 28(3), on the drones alone: the least bound of the branches bounds every plan.
"""

from collections.abc import Callable

from planner.bound.columns import joined
from planner.bound.duals import Relaxation
from planner.bound.master import Master
from planner.plan.certificate import MOST_BRANCHES

TIGHT = 1e-4
"""Share of the value that columns left out may be worth: branches differ by little."""


def branched(
    master: Master,
    root: Relaxation,
    late: Callable[[], bool],
    tell: Callable[[float], None],
) -> tuple[Relaxation, ...]:
    """Return relaxations of branches that no plan is left out of.

    The branch of the least bound is parted in two, again and again, until its drones are whole,
    there are enough, or it gets late. What is known of the least bound is told.
    """
    branches = [root]
    while len(branches) < MOST_BRANCHES and not late():
        branches.sort(key=lambda each: each.cents)
        least = branches[0]
        parts = least.within.parted(least.drones)
        if parts is None:
            break
        del branches[0]
        for within in parts:
            master.restrict(within, least.duals)
            branches.append(master.relax(joined([]), late, TIGHT))
        tell(min(each.cents for each in branches))
    return tuple(sorted(branches, key=lambda each: each.cents))
