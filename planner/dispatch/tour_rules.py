"""Rules of a tour that other traffic has no part in: goods, load, registration, filings, hours.

What is not kept raises `Unflyable` with the rule's code.
"""

from collections.abc import Sequence
from itertools import pairwise

from planner.day.instance import Instance, Job, Squad
from planner.day.tour import Step, TimedTour, Unflyable
from planner.rules.permission import is_emergency
from planner.rules.sharing import first_apart

MOST_CROSSINGS = 2
"""Times that a sortie may cross the boundary."""

ROUNDING = 1e-10
"""What sums of decimal figures may err, kg and l; the bound and the checker allow more."""


def check_tour(
    instance: Instance,
    squad: Squad,
    jobs: Sequence[Job],
    stops: Sequence[tuple[str, tuple[Step, ...]]],
) -> None:
    """Raise for what no time of day changes: goods, boxes, registration, crossings."""
    for job in jobs:
        if job.order.goods not in squad.goods:
            raise Unflyable("GOODS_NOT_CARRIED", goods=job.order.goods)
    most = instance.rules.max_orders_per_sortie
    if len(jobs) > most:
        raise Unflyable("SORTIE_ORDERS", orders=len(jobs), allowed=most)
    if instance.bonds:
        check_bonds(instance, stops)
    side_of = instance.network.side_of
    sides = [squad.base_side, *(side_of(place) for place, _ in stops), squad.base_side]
    for side in sorted(set(sides) - squad.registered):
        raise Unflyable("SIDE_NOT_REGISTERED", side=side)
    crossings = sum(here != there for here, there in pairwise(sides))
    if crossings > MOST_CROSSINGS:
        raise Unflyable("CROSSINGS", crossings=crossings)


def check_bonds(instance: Instance, stops: Sequence[tuple[str, tuple[Step, ...]]]) -> None:
    """Raise for boxes that are split, orders kept apart, and orders before what they follow."""
    jobs = sorted({step.job for _, steps in stops for step in steps})
    for job in jobs:
        unit = instance.units[job]
        if not _together(stops, unit):
            raise Unflyable("BOX_SPLIT", box=instance.jobs[job].order.box)
        before = instance.jobs[job].after
        if before in jobs and _stop(stops, job, load=True) < _stop(stops, before, load=False):
            raise Unflyable("ORDER_AFTER", after=instance.jobs[before].order.id)
    clash = first_apart(instance.rules, [instance.jobs[job].order for job in jobs])
    if clash is not None:
        raise Unflyable("ORDERS_APART", order=clash[0].id, other=clash[1].id)


def _together(stops: Sequence[tuple[str, tuple[Step, ...]]], unit: Sequence[int]) -> bool:
    """Tell whether all jobs of a unit are loaded at one stop and handed over at one."""
    return all(
        any(all(Step(job, load) in steps for job in unit) for _, steps in stops)
        for load in (True, False)
    )


def _stop(stops: Sequence[tuple[str, tuple[Step, ...]]], job: int, *, load: bool) -> int:
    """Return at which stop a job is loaded, or unloaded."""
    return next(at for at, (_, steps) in enumerate(stops) if Step(job, load) in steps)


def check_start(instance: Instance, squad: Squad, jobs: Sequence[Job], timed: TimedTour) -> None:
    """Raise if the sortie starts before its drone or its filings allow."""
    side_of = instance.network.side_of
    sides = frozenset(side_of(stop.place) for stop in timed.stops)
    emergency = is_emergency(job.order for job in jobs)
    earliest = instance.earliest_takeoff_s(sides, emergency)
    takeoff = timed.stops[0].depart_s
    if not instance.permitted(sides):
        raise Unflyable("PERMISSION_MISSING", sides=sorted(sides))
    if earliest is None:
        raise Unflyable("PERMISSION_DEADLINE", sides=sorted(sides))
    if takeoff < earliest:
        raise Unflyable(
            "PERMISSION_DEADLINE", earliest - takeoff, takeoff_s=takeoff, earliest_s=earliest
        )
    if timed.start_s < squad.from_s:
        raise Unflyable("DRONE_HOURS", squad.from_s - timed.start_s, from_s=squad.from_s)
    if timed.end_s > squad.until_s:
        raise Unflyable("DRONE_HOURS", until_s=squad.until_s, end_s=timed.end_s)


def check_load(instance: Instance, squad: Squad, aboard: Sequence[int]) -> None:
    """Raise if what is on board is more than the type takes up."""
    orders = [instance.jobs[job].order for job in aboard]
    mass = sum(order.mass_kg for order in orders)
    volume = sum(order.volume_l for order in orders)
    rounding = ROUNDING if len(orders) > 1 else 0.0
    if mass > squad.kind.payload_kg + rounding:
        raise Unflyable("PAYLOAD_MASS", mass_kg=mass, allowed_kg=squad.kind.payload_kg)
    if volume > squad.kind.volume_l + rounding:
        raise Unflyable("PAYLOAD_VOLUME", volume_l=volume, allowed_l=squad.kind.volume_l)
