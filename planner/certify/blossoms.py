"""What the blossom rows of a branch add to the price of sorties.

Of an odd set of orders no more than half of those but one are pairs of a sortie. The dual of its
row, 0 or less, is paid for by each sortie that serves two of its orders or three.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from planner.arrays import Flags, Ints
from planner.compiled import compiled
from planner.plan.certificate import Branch


class Blossoms(NamedTuple):
    """Rows by what orders they have, [row, order], with their duals, micro-cents.

    `of_pairs` [order, order] are the duals added up of all rows that have both.
    """

    sets: Flags
    duals: Ints
    of_pairs: Ints


def blossoms_of(branch: Branch, position: Mapping[str, int]) -> Blossoms:
    """Return the blossom rows of a branch, by the positions of orders."""
    sets = np.zeros((len(branch.blossoms), len(position)), dtype=bool)
    for number, row in enumerate(branch.blossoms):
        sets[number, [position[order] for order in row.orders]] = True
    duals = np.array([row.dual_microcents for row in branch.blossoms], dtype=np.int64)
    rows = sets.astype(np.int64)
    return Blossoms(sets, duals, rows.T @ (duals[:, None] * rows))


@compiled
def of_blossoms(one, other, third, size, blossoms):  # type: ignore[no-untyped-def]
    """Return the duals of the rows that take a sortie of two orders, or of three, added up."""
    found = blossoms.of_pairs[one, other]
    if size == 2:
        return found
    found += blossoms.of_pairs[one, third] + blossoms.of_pairs[other, third]
    if found:
        for row in range(len(blossoms.duals)):
            sets = blossoms.sets[row]
            if sets[one] and sets[other] and sets[third]:
                # Once, not once for each pair.
                found -= 2 * blossoms.duals[row]
    return found
