"""Whether the rows of a certificate's branch are those of the request, and its duals sound."""

from collections import Counter
from collections.abc import Iterator, Sequence

from geodata.faults import Fault
from geodata.field_faults import Place
from geodata.schedule import DAY_S
from planner.certify.branches import every_range, left_out, ranges_of
from planner.day.instance import Instance, Squad
from planner.plan.certificate import MOST_BRANCHES, MOST_MICROCENTS, PRICING, Branch, SquadRows


def row_faults(branches: Sequence[Branch], instance: Instance, source: str) -> Iterator[Fault]:
    """Yield what keeps branches from being relaxations of all plans of the request's day."""
    sound = len(branches) <= MOST_BRANCHES
    if not sound:
        yield Place(source).fault(
            "branches",
            "CERTIFICATE_ROWS",
            "there are not too many branches",
            value=len(branches),
            limit=f"at most {MOST_BRANCHES}",
        )
    for number, each in enumerate(branches, start=1):
        for fault in _branch_faults(each, instance, Place(source, f"branch {number}")):
            sound = False
            yield fault
    missed = None
    if sound:
        missed = left_out(
            every_range(instance.at_own_cruise), [ranges_of(each) for each in branches]
        )
    if missed is not None:
        yield Place(source).fault(
            "branches",
            "CERTIFICATE_BRANCHES",
            "each way to use drones is within a branch: of each squad, then in all",
            value=" ".join(f"{least}-{most}" for least, most in missed),
            limit="within a branch",
        )


def _branch_faults(branch: Branch, instance: Instance, place: Place) -> Iterator[Fault]:

    def fault(field: str, message: str, value: object, limit: str) -> Fault:
        return place.fault(field, "CERTIFICATE_ROWS", message, value=value, limit=limit)

    if branch.pricing != PRICING:
        yield fault("pricing", "sorties are priced by one rule only", branch.pricing, PRICING)
    yield from _start_faults(branch, place)
    yield from _order_faults(branch, instance, place)
    squads = instance.at_own_cruise
    if len(branch.squads) != len(squads):
        message = "there is an entry for each squad"
        yield fault("squads", message, len(branch.squads), str(len(squads)))
    for number, (rows, squad) in enumerate(zip(branch.squads, squads, strict=False), start=1):
        of_squad = Place(place.source, f"{place.item} squad {number}")
        yield from _squad_faults(rows, squad, instance, len(branch.starts_s), of_squad)
    drones = sum(len(squad.drones) for squad in squads)
    yield from _range_faults(branch, drones, place)
    yield from _blossom_faults(branch, instance, place)


def _start_faults(branch: Branch, place: Place) -> Iterator[Fault]:
    before = -1
    for number, start_s in enumerate(branch.starts_s):
        if not before < start_s < DAY_S:
            yield place.fault(
                f"starts_s[{number}]",
                "CERTIFICATE_ROWS",
                "the starts rise, within the day",
                value=start_s,
                limit=f"more than {before}, less than {DAY_S}",
            )
        before = max(before, start_s)


def _range_faults(rows: SquadRows | Branch, drones: int, place: Place) -> Iterator[Fault]:
    if not 0 <= rows.least_used <= rows.most_used <= drones:
        yield place.fault(
            "least_used",
            "CERTIFICATE_ROWS",
            "drones used are from least to most, and of those that there are",
            value=f"{rows.least_used} to {rows.most_used}",
            limit=f"within 0 to {drones}",
        )


def _order_faults(branch: Branch, instance: Instance, place: Place) -> Iterator[Fault]:
    unserved = instance.prices.unserved_cents
    right = {job.order.id: unserved[job.order.priority] for job in instance.jobs}
    listed = Counter(row.order for row in branch.orders)

    def fault(order: str, field: str, message: str, value: object, limit: str) -> Fault:
        at = Place(place.source, f"{place.item} order {order}")
        return at.fault(field, "CERTIFICATE_ROWS", message, value=value, limit=limit)

    for order in sorted(right.keys() - listed.keys()):
        yield fault(order, "", "each order of the request has a row", "none", "one")
    for order, times in listed.items():
        if order not in right:
            yield fault(order, "", "the request has no such order", times, "none")
        elif times > 1:
            yield fault(order, "", "each order of the request has a row", times, "one")
    ids = [row.order for row in branch.orders]
    if listed.keys() == right.keys() and ids != sorted(ids):
        first = next(one for one, two in zip(ids, sorted(ids), strict=True) if one != two)
        yield fault(first, "", "the rows of orders are sorted by id", first, "sorted")
    for row in branch.orders:
        price = right.get(row.order, row.unserved_cents)
        if row.unserved_cents != price:
            message = "leaving an order out costs what the request says"
            yield fault(row.order, "unserved_cents", message, row.unserved_cents, str(price))
        if row.dual_microcents < 0:
            yield Place(place.source, f"{place.item} order {row.order}").fault(
                "dual_microcents",
                "CERTIFICATE_DUALS",
                "the dual of an order has this sign",
                value=row.dual_microcents,
                limit="at least 0",
            )


def _blossom_faults(branch: Branch, instance: Instance, place: Place) -> Iterator[Fault]:
    known = {job.order.id for job in instance.jobs}
    for number, row in enumerate(branch.blossoms, start=1):
        at = Place(place.source, f"{place.item} blossom {number}")

        def fault(message: str, value: object, limit: str, at: Place = at) -> Fault:
            return at.fault("orders", "CERTIFICATE_ROWS", message, value=value, limit=limit)

        if len(row.orders) % 2 == 0:
            yield fault("it has an odd number of orders", len(row.orders), "an odd number")
        if list(row.orders) != sorted(set(row.orders)):
            yield fault("its orders are sorted by id, each once", " ".join(row.orders), "sorted")
        for order in sorted(set(row.orders) - known):
            yield fault("the request has no such order", order, "an order of the request")
        if row.dual_microcents > 0:
            yield at.fault(
                "dual_microcents",
                "CERTIFICATE_DUALS",
                "the dual of a blossom has this sign",
                value=row.dual_microcents,
                limit="at most 0",
            )
    duals = [row.dual_microcents for row in branch.blossoms]
    yield from _sum_faults(duals, "blossoms", "blossoms", place)


def _sum_faults(duals: Sequence[int], field: str, rows: str, place: Place) -> Iterator[Fault]:
    taken = sum(duals)
    if abs(taken) > MOST_MICROCENTS:
        yield place.fault(
            field,
            "CERTIFICATE_DUALS",
            f"the duals of all {rows} add up to too much to be added in whole numbers",
            value=taken,
            limit=f"at least {-MOST_MICROCENTS}",
        )


def _squad_faults(
    rows: SquadRows, squad: Squad, instance: Instance, starts: int, place: Place
) -> Iterator[Fault]:
    def fault(field: str, message: str, value: object, limit: str) -> Fault:
        return place.fault(field, "CERTIFICATE_ROWS", message, value=value, limit=limit)

    day_cents = instance.prices.drone_day_cents
    if rows.drones != squad.drones:
        message = "these drones are alike"
        yield fault("drones", message, " ".join(rows.drones), " ".join(squad.drones))
    if rows.day_cents != day_cents:
        message = "a drone's day costs what the request says"
        yield fault("day_cents", message, rows.day_cents, str(day_cents))
    if len(rows.fleet_microcents) != starts:
        message = "there is a dual for each start"
        yield fault("fleet_microcents", message, len(rows.fleet_microcents), str(starts))
    yield from _range_faults(rows, len(squad.drones), place)
    known = {job.order.id for job in instance.jobs}
    for order, times in Counter(link.order for link in rows.links).items():
        if order not in known:
            yield fault(f"links {order}", "the request has no such order", times, "none")
        elif times > 1:
            yield fault(f"links {order}", "an order is linked once", times, "at most 1")
    yield from _sum_faults(rows.fleet_microcents, "fleet_microcents", "starts", place)
    duals = [(f"fleet_microcents[{at}]", each) for at, each in enumerate(rows.fleet_microcents)]
    duals += [(f"links {link.order}", link.dual_microcents) for link in rows.links]
    for field, dual in duals:
        if dual > 0:
            message = "the dual of a squad has this sign"
            yield place.fault(field, "CERTIFICATE_DUALS", message, value=dual, limit="at most 0")
