"""Prices of columns and of groups that are asleep, in compiled code.

The arrays are those of `planner.bound.lattice`; `prefix` are running sums of a squad's fleet duals,
which are 0 or less. So a row whose `lowest` cents are no less than its worth and a limit is passed
over.
"""

import math

import numpy as np

from geodata.schedule import DAY_S
from planner.bound.columns import BUCKET_S, FINE_S, PARTS
from planner.compiled import compiled

_ROUNDING = 1e-3
"""What rounding may add to a number of cents that is whole."""

DOWN = np.float32(1 - 1e-6)
"""Makes up for rounding to single precision."""


@compiled
def price_of(number, width, cents, seconds, worth, prefix):  # type: ignore[no-untyped-def]
    """Return the reduced cost of a column: what it costs, its fleet, less what its jobs are worth.

    It is the `number`-th of the day with starts so many slots wide, and holds its drone at the
    instants that every start covers.
    """
    if math.isinf(cents):
        return math.inf
    first = (number + 1) * width
    end_s = min((first - width) * FINE_S + seconds, float(DAY_S))
    end = max(first, math.ceil(end_s / FINE_S))
    return cents - worth - (prefix[end] - prefix[first])


@compiled
def fill_columns(low, offset, fixed, flown, end_s, last_s, rate, cents, seconds, least):  # type: ignore[no-untyped-def]
    """Fill in what columns take at least on a day of quickest legs, and the least cents of rows."""
    for row in range(len(low)):
        least[row] = math.inf
        for at in range(offset[row], offset[row + 1]):
            begin_s = (low[row] + at - offset[row]) * BUCKET_S
            takes = max(flown[row], end_s[row] - float(begin_s + BUCKET_S - 1))
            seconds[at] = takes * DOWN
            cents[at] = (fixed[row] + math.ceil(takes * rate - _ROUNDING)) * DOWN
            least[row] = min(least[row], cents[at])


@compiled
def renew_least(rows, offset, cents, least):  # type: ignore[no-untyped-def]
    """Find the least cents of some rows again."""
    for row in rows:
        found = np.float32(math.inf)
        for at in range(offset[row], offset[row + 1]):
            found = min(found, cents[at])
        least[row] = found


@compiled
def fill_least_asleep(  # type: ignore[no-untyped-def]
    groups, fixed, flown, end_s, last_s, rate, worth, prefix, limit, least
):
    """Fill in the least price of groups at any start, at most the limit.

    Who starts so early that the group must wait pays for more time and more of the fleet.
    """
    for row in range(len(groups)):
        own = 0.0
        for job in groups[row]:
            own += worth[job]
        least[row] = limit
        last = int(last_s[row]) // BUCKET_S
        takes = max(float(flown[row]), end_s[row] - float(last * BUCKET_S + BUCKET_S - 1))
        if fixed[row] + takes * rate - own >= limit:
            continue
        # The first bucket that need not wait, if there is one.
        first = math.ceil((end_s[row] - flown[row] - BUCKET_S + 1) / BUCKET_S)
        for bucket in range(max(0, min(first, last)), last + 1):
            takes = max(float(flown[row]), end_s[row] - float(bucket * BUCKET_S + BUCKET_S - 1))
            price = price_of(bucket, PARTS, fixed[row] + takes * rate, takes, own, prefix)
            least[row] = min(least[row], price)


@compiled
def histogram(  # type: ignore[no-untyped-def]
    width, low, offset, cents, seconds, lowest, worth, prefix, limit, bin_cents, count
):
    """Count columns by how far below the limit their price is, in bins of so many cents."""
    for row in range(len(low)):
        if lowest[row] - worth[row] >= limit:
            continue
        for at in range(offset[row], offset[row + 1]):
            number = low[row] + at - offset[row]
            below = limit - price_of(number, width, cents[at], seconds[at], worth[row], prefix)
            if below > 0:
                count[min(len(count) - 1, int(below // bin_cents))] += 1


@compiled
def fill_least(width, low, offset, cents, seconds, lowest, worth, prefix, least):  # type: ignore[no-untyped-def]
    """Fill in the least price of the columns of groups, at most what is there."""
    for row in range(len(low)):
        if lowest[row] - worth[row] >= least[row]:
            continue
        for at in range(offset[row], offset[row + 1]):
            number = low[row] + at - offset[row]
            price = price_of(number, width, cents[at], seconds[at], worth[row], prefix)
            least[row] = min(least[row], price)


@compiled
def count_below(width, low, offset, cents, seconds, lowest, worth, prefix, limit):  # type: ignore[no-untyped-def]
    """Return how many columns are priced below a limit."""
    count = 0
    for row in range(len(low)):
        if lowest[row] - worth[row] >= limit:
            continue
        for at in range(offset[row], offset[row + 1]):
            number = low[row] + at - offset[row]
            count += price_of(number, width, cents[at], seconds[at], worth[row], prefix) < limit
    return count


@compiled
def fill_below(  # type: ignore[no-untyped-def]
    width, low, offset, cents, seconds, lowest, worth, prefix, limit, rows, ats, prices
):
    """Fill in row, position and price of the columns priced below a limit."""
    count = 0
    for row in range(len(low)):
        if lowest[row] - worth[row] >= limit:
            continue
        for at in range(offset[row], offset[row + 1]):
            number = low[row] + at - offset[row]
            price = price_of(number, width, cents[at], seconds[at], worth[row], prefix)
            if price < limit:
                rows[count] = row
                ats[count] = at
                prices[count] = price
                count += 1
