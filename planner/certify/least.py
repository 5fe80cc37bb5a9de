"""The least price of all sorties that a squad may fly, by their first order: branch and bound.

Every group of orders, every sequence and every second of the day is gone through. What is left out
on the way has been shown to be priced no less than the least known, by one of these:

- what two of its orders cost at least at any time of day is already more than the group is worth;
- its sequence is priced more on a day of the quickest legs (`quickest`), at any start of a bucket;
- it is priced more when a whole bucket, or `FINE_S` of it, is walked (`walk`).
"""

import numpy as np

from planner.certify.air import BUCKET_S, FINE_S
from planner.certify.blossoms import of_blossoms
from planner.certify.quickest import (
    END,
    FAR,
    FIXED,
    FLOWN,
    LAST,
    LIMITS,
    SERVING,
    SHARING,
    least_cents,
    quickest,
    rounded_up,
)
from planner.certify.walk import ANY_LAG, MICRO, NO_OTHERS, held, least_price
from planner.compiled import compiled, compiled_with_arrays


@compiled
def least_of_starts(  # type: ignore[no-untyped-def]
    low_s, group, size, which, loads, ways, orders, squad, airs, prefix, room, found, own, known,
    beside_s, behind_s,
):  # fmt: skip
    """Return the least price of a sequence from `low_s` on, or what is known if that is less.

    `found` is what `quickest` says of it, `own` what it is worth; `beside_s` and
    `behind_s` as of `least_price`.
    """
    least_s = max(found[FLOWN], found[END] - found[LAST])
    cents = found[FIXED] + rounded_up(least_s * squad.minute_cents, 60)
    if cents * MICRO - own >= known:
        return known
    for bucket in range(found[LAST] // BUCKET_S, low_s // BUCKET_S - 1, -1):
        since_s = bucket * BUCKET_S
        until_s = min(found[LAST], since_s + BUCKET_S - 1)
        takes_s = max(found[FLOWN], found[END] - until_s)
        cents = found[FIXED] + rounded_up(takes_s * squad.minute_cents, 60)
        price = cents * MICRO - own - held(until_s, since_s, takes_s, prefix)
        if price >= known:
            if takes_s > found[FLOWN] and until_s - since_s + 1 == BUCKET_S:
                break  # who begins earlier only waits longer
            continue
        price, cents, takes_s = least_price(
            since_s, until_s, cents, takes_s, group, size, which, loads, ways, orders, squad,
            airs.of_buckets, own, prefix, room, beside_s, behind_s,
        )  # fmt: skip
        # Parts of the bucket are walked between instants that are the same for all sorties, and
        # take no less than the bucket; then again by the narrowest slots.
        for begin_s in range(since_s, until_s + 1, FINE_S):
            if price >= known:
                break
            end_s = min(until_s, begin_s + FINE_S - 1)
            if end_s < low_s:
                continue
            walked, part_cents, part_s = least_price(
                begin_s, end_s, cents, max(takes_s, found[END] - end_s), group, size, which, loads,
                ways, orders, squad, airs.fine, own, prefix, room, beside_s, behind_s,
            )  # fmt: skip
            if walked < known and airs.finest.slot_s < FINE_S:
                walked = least_price(
                    begin_s, end_s, part_cents, part_s, group, size, which, loads, ways, orders,
                    squad, airs.finest, own, prefix, room, beside_s, behind_s,
                )[0]  # fmt: skip
            known = min(known, walked)
    return known


@compiled
def _earliest_start(group, size, which, loads, orders, squad):  # type: ignore[no-untyped-def]
    """Return the first second at which a sortie may begin that does not wait at its base.

    Its filings allow its take-off, and at the first stop it waits no longer than it may.
    """
    touched, emergency, before_s = 1 << squad.base_side, 1, squad.preflight_s
    for at in range(size):
        order = orders.each[group[at]]
        touched |= 1 << order.origin_side | 1 << order.destination_side
        emergency = min(emergency, order.emergency)
    for step in range(2 * size):
        order = orders.each[group[which[step]]]
        if not loads[step] or order.origin != squad.base:
            break
        before_s += order.load_s
    first = orders.each[group[which[0]]]
    way_s = 0
    if first.origin != squad.base:
        way_s = squad.longest_leg_s + squad.max_wait_s
    earliest_s = first.ready_s - squad.preflight_s - way_s
    return max(squad.from_s, earliest_s, squad.takeoff_s[touched, emergency] - before_s)


@compiled
def _may_share(group, size, orders):  # type: ignore[no-untyped-def]
    """Tell whether a group has all orders of each box or none, and none that are kept apart."""
    for at in range(size):
        of_box = 0
        for other in range(size):
            of_box += orders.each[group[at]].box == orders.each[group[other]].box
            if other > at and len(orders.apart) and orders.apart[group[at], group[other]]:
                return False
        if of_box != orders.each[group[at]].box_size:
            return False
    return True


@compiled
def _scan(  # type: ignore[no-untyped-def]
    group, size, sequences, ways, orders, squad, airs, own, prefix, known, room, found
):
    """Return the least price of a group of orders worth `own`, or what is known if that is less."""
    if not _may_share(group, size, orders):
        return known
    # Of plain numbers other versions of what is called would be compiled.
    code, beside_s, behind_s = 0, np.int64(NO_OTHERS), np.int64(ANY_LAG)
    for at in range(size):
        code += orders.each[group[at]].code * 4**at
    aboard, loaded = room[2], room[0][4]
    for number in range(sequences.counts[size - 1]):
        if not sequences.allowed[size - 1, code, number]:
            continue
        which, loads = sequences.which[size - 1, number], sequences.loads[size - 1, number]
        if not quickest(
            group, size, which, loads, ways, orders, squad, airs.fine, aboard, loaded, found
        ):
            continue
        low_s = _earliest_start(group, size, which, loads, orders, squad)
        known = least_of_starts(
            low_s, group, size, which, loads, ways, orders, squad, airs, prefix, room, found, own,
            known, beside_s, behind_s,
        )  # fmt: skip
    return known


@compiled
def _pair_cents(one, other, alone, orders, squad):  # type: ignore[no-untyped-def]
    """Return what two orders cost at least together, by what each takes alone.

    With the other it is no sooner back, begins no later, and takes the other's loading besides; nor
    does it cost less than any sortie that serves one of them and others.
    """
    takes_s = max(
        alone[one, FLOWN] + orders.each[other].load_s + orders.each[other].unload_s,
        alone[other, FLOWN] + orders.each[one].load_s + orders.each[one].unload_s,
        max(alone[one, END], alone[other, END]) - min(alone[one, LAST], alone[other, LAST]),
    )
    fixed = max(alone[one, FIXED], alone[other, FIXED])
    cents = fixed + rounded_up(takes_s * squad.minute_cents, 60)
    return max(cents, alone[one, SHARING], alone[other, SHARING])


@compiled_with_arrays
def fill_alone(begin, end, fits, sequences, ways, orders, squad, airs, alone):  # type: ignore[no-untyped-def]
    """Fill in what orders take alone, as `quickest` finds it; `FAR` if they cannot be flown.

    What sorties cost that serve them, with others or without, is not known yet.
    """
    group, room = np.empty(1, dtype=np.int64), np.empty((2, 1), dtype=np.int64)
    which, loads, one = sequences.which[0, 0], sequences.loads[0, 0], np.int64(1)
    for order in range(begin, end):
        group[0] = order
        flies = fits[order] and sequences.allowed[0, orders.each[order].code, 0]
        if not flies or not quickest(
            group, one, which, loads, ways, orders, squad, airs.fine, room[0], room[1], alone[order]
        ):
            alone[order, FIXED] = FAR
        alone[order, SERVING], alone[order, SHARING] = 0, 0


@compiled_with_arrays
def fill_pairs(  # type: ignore[no-untyped-def]
    begin, end, most, sequences, ways, orders, squad, airs, worth, alone, dearest, pairs
):
    """Fill in what pairs of orders cost at least; `FAR` where none of a larger group can pay.

    Those pay for what a sortie of `most` orders is worth that has the pair and others that are
    worth `dearest` micro-cents at most.
    """
    group, found = np.empty(2, dtype=np.int64), np.empty(LIMITS, dtype=np.int64)
    both = np.int64(2)
    for one in range(begin, end):
        for other in range(one + 1, len(alone)):
            pairs[one, other] = FAR
            if alone[one, FIXED] >= FAR or alone[other, FIXED] >= FAR:
                continue
            own = worth[one] + worth[other] + (most - 2) * dearest
            if _pair_cents(one, other, alone, orders, squad) * MICRO < own:
                group[0], group[1] = one, other
                pairs[one, other] = least_cents(
                    group, both, sequences, ways, orders, squad, airs.fine, found
                )


@compiled_with_arrays
def fill_shares(  # type: ignore[no-untyped-def]
    begin, end, most, sequences, ways, orders, squad, airs, worth, alone, least
):
    """Fill in for orders a least price by pairs with later ones, of sorties of `most` at most.

    A sortie of m orders costs no less than any two of them. So its price is no less than the sum
    over its pairs of (2/m c_ij - w_i - w_j) / (m - 1), and that than m/2 of the least of these,
    if it is below 0, with `most` for m.
    """
    group, found = np.empty(2, dtype=np.int64), np.empty(LIMITS, dtype=np.int64)
    both = np.int64(2)
    for one in range(begin, end):
        least[one] = 0
        for other in range(one + 1, len(alone)):
            if alone[one, FIXED] >= FAR or alone[other, FIXED] >= FAR:
                continue
            if len(orders.apart) and orders.apart[one, other]:
                continue
            own = worth[one] + worth[other]
            if _pair_cents(one, other, alone, orders, squad) * MICRO * 2 >= own * most:
                continue
            group[0], group[1] = one, other
            cents = least_cents(group, both, sequences, ways, orders, squad, airs.fine, found)
            if cents < FAR:
                cents = max(cents, alone[one, SHARING], alone[other, SHARING])
                least[one] = min(least[one], (cents * MICRO * 2 - own * most) // 2)


@compiled_with_arrays
def fill_least(  # type: ignore[no-untyped-def]
    begin, end, most, sequences, ways, orders, squad, airs, worth, blossoms, prefix, alone, pairs,
    room, least,
):  # fmt: skip
    """Fill in the least price of the sorties whose first order is one of `begin` to `end`.

    `least` is what is known of it from other squads, or 0. `pairs` is looked at only if a sortie
    may have three orders.
    """
    group, found = np.empty(3, dtype=np.int64), np.empty(LIMITS, dtype=np.int64)
    count = len(alone)
    for one in range(begin, end):
        if alone[one, FIXED] >= FAR:
            continue
        group[0] = one
        for other in range(one, count if most > 1 else one + 1):
            if alone[other, FIXED] >= FAR:
                continue
            group[1] = other
            for third in range(other, count if most > 2 and other > one else other + 1):
                # Two that are the same are one.
                size = 1 + (other > one) + (third > other)
                cents = alone[one, SERVING]
                if size == 2:
                    cents = _pair_cents(one, other, alone, orders, squad)
                if size == 3:
                    cents = max(pairs[one, other], pairs[one, third], pairs[other, third])
                    cents = max(cents, alone[other, SHARING], alone[third, SHARING])
                    group[2] = third
                if cents >= FAR:
                    continue
                own = worth[one]
                own += worth[other] if size > 1 else 0
                own += worth[third] if size > 2 else 0
                if size > 1 and len(blossoms.duals):
                    own += of_blossoms(one, other, third, size, blossoms)
                if cents * MICRO - own < least[one]:
                    least[one] = _scan(
                        group, size, sequences, ways, orders, squad, airs, own, prefix,
                        least[one], room, found,
                    )  # fmt: skip
