"""Why an order is left out, which rule decides with which values, and what would help.

An order is tried alone, by every squad, on a day on which nothing else flies. If it can be served
so, it was the others that took its room; if not, rules are relaxed one at a time to find the one
that decides.
"""

import copy
import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from geodata.schedule import DAY_S, overlaps
from planner.codes import RULES
from planner.columns import BUCKET_S
from planner.customs import OTHER, clearance
from planner.dispatch import Dispatcher, Step, TimedTour, Tour, Unflyable
from planner.instance import Instance, Job
from planner.permission import is_emergency, missing
from planner.plan import Reason

LOOK_BACK_S = 2400
"""A sortie for an order is tried from this long before the order is ready."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that keeps an order out, the values that decided, and a remedy of its own if known."""

    code: str
    values: dict[str, object]
    remedy: str = ""

    def reason(self) -> Reason:
        """Return it as a plan states it."""
        rule = RULES[self.code]
        detail = ", ".join(f"{name} {value}" for name, value in self.values.items())
        message = f"{rule.meaning} Here: {detail}." if detail else rule.meaning
        return Reason(
            code=self.code,
            message=message,
            values=dict(self.values),
            remedy=self.remedy or rule.remedy,
        )


def reasons(instance: Instance, job: int) -> tuple[Reason, ...]:
    """Return why a job was left out, the deciding rules first; never empty."""
    findings = list(_standing(instance, job))
    if not findings:
        findings = list(_timing(instance, job))
    return tuple(finding.reason() for finding in findings)


def _standing(instance: Instance, at: int) -> Iterator[Finding]:
    """Yield the rules that keep the job out whatever the time of day."""
    job = instance.jobs[at]
    order = job.order
    if not instance.rulebook.customs.goods[order.goods].carried:
        yield Finding("GOODS_PROHIBITED", {"goods": order.goods})
        return
    kinds = {squad.kind.id: squad.kind for squad in instance.squads}
    if not kinds:
        yield Finding("FLEET_BUSY", {"drones": 0}, "add a drone")
        return
    strongest = max(kinds.values(), key=lambda kind: kind.payload_kg)
    if order.mass_kg > strongest.payload_kg:
        values = {"mass_kg": order.mass_kg, "payload_kg": strongest.payload_kg}
        yield Finding("PAYLOAD_MASS", {**values, "type": strongest.id})
    roomiest = max(kinds.values(), key=lambda kind: kind.volume_l)
    if order.volume_l > roomiest.volume_l:
        values = {"volume_l": order.volume_l, "allowed_l": roomiest.volume_l}
        yield Finding("PAYLOAD_VOLUME", {**values, "type": roomiest.id})
    carriers = [squad for squad in instance.squads if order.goods in squad.goods]
    if not carriers:
        yield Finding("GOODS_NOT_CARRIED", {"goods": order.goods})
    sides = {job.origin_side, job.destination_side}
    if not any(sides | {squad.base_side} <= squad.registered for squad in instance.squads):
        yield Finding("SIDE_NOT_REGISTERED", {"sides": " and ".join(sorted(sides))})
    yield from _papers(instance, job)
    yield from _permits(instance, job)


def _papers(instance: Instance, job: Job) -> Iterator[Finding]:
    """Yield what customs refuses at every checkpoint of a side that the job has to pass."""
    if not job.crosses:
        return
    customs, seen = instance.rulebook.customs, set[tuple[str, str]]()
    checkpoints = instance.network.checkpoints.values()
    joint = any(instance.network.checkpoints[each].joint for each in job.clearings)
    for side in (job.origin_side, OTHER[job.origin_side]):
        own = [each for each in checkpoints if each.side == side and not each.joint]
        if joint or any(each.id in job.clearings for each in own):
            continue
        for checkpoint in own:
            for refusal in clearance(customs, job.order, checkpoint, job.origin_side).refusals:
                values = dict(refusal.values)
                what = values.get("document", values.get("goods", ""))
                if (refusal.code, what) not in seen:
                    seen.add((refusal.code, what))
                    yield Finding(refusal.code, dict(values))


def _permits(instance: Instance, job: Job) -> Iterator[Finding]:
    """Yield permissions that are missing and deadlines that have passed."""
    sides = frozenset({job.origin_side, job.destination_side})
    midnight = instance.airspace.calendar.midnight
    fleet = instance.request.fleet
    for side in sorted(sides):
        lacking = missing(instance.rulebook.permissions, fleet, side, len(sides) > 1, midnight)
        for refusal in lacking:
            yield Finding(refusal.code, dict(refusal.values))
    if instance.earliest_takeoff_s(sides, is_emergency([job.order])) is None and not any(
        missing(instance.rulebook.permissions, fleet, side, len(sides) > 1, midnight)
        for side in sides
    ):
        values = {"planned_at": fleet.planned_at.isoformat(), "sides": " and ".join(sorted(sides))}
        yield Finding("PERMISSION_DEADLINE", dict(values))


def _timing(instance: Instance, at: int) -> Iterator[Finding]:
    """Yield what keeps the job out on an empty day, or that the day is full."""
    alone = _alone(instance, at)
    if isinstance(alone, TimedTour):
        yield Finding("FLEET_BUSY", {"alone_from": _clock(instance, alone.start_s)})
        return
    job = instance.jobs[at]
    closed = list(_closed(instance, job))
    if closed:
        yield from closed
        return
    late = _declared_late(instance, at)
    if late is not None:
        yield late
        return
    hurried = _alone(_changed(instance, at, lambda each: replace(each, latest_s=DAY_S)), at)
    if isinstance(hurried, TimedTour):
        handed_over = _handed_over_s(hurried, at)
        minutes = -(-(handed_over - job.latest_s) // 60)
        yield Finding(
            "ORDER_DUE",
            {
                "earliest": _clock(instance, handed_over),
                "latest": _clock(instance, job.latest_s),
            },
            f"a due time {minutes} minutes later, or goods ready {minutes} minutes earlier",
        )
        return
    yield Finding(alone.code, alone.values)


def _closed(instance: Instance, job: Job) -> Iterator[Finding]:
    """Yield sites of the order that are closed all through its window."""
    for site in (job.order.origin, job.order.destination):
        if not overlaps(instance.open_hours[site], job.ready_s, job.latest_s):
            hours = instance.network.vertiports[site].hours
            yield Finding("SITE_CLOSED", {"site": site, "hours": hours})


def _declared_late(instance: Instance, at: int) -> Finding | None:
    """Return the document that was lodged too late, if lodging it earlier would serve the job."""
    job = instance.jobs[at]
    timely = _changed(
        instance,
        at,
        lambda each: replace(
            each,
            clearings={
                name: replace(clearing, earliest_s=0) for name, clearing in each.clearings.items()
            },
        ),
    )
    if not job.clearings or not isinstance(_alone(timely, at), TimedTour):
        return None
    latest = max(job.clearings.values(), key=lambda each: each.earliest_s)
    document = latest.clearance.earliest_document
    lodged = {each.document: each.lodged_at for each in job.order.declarations}
    values = {
        "document": document,
        "lodged_at": lodged[document].isoformat() if document else "",
        "clears_from": _clock(instance, latest.earliest_s),
        "latest": _clock(instance, job.latest_s),
    }
    return Finding("DECLARATION_LATE", dict(values))


def _alone(instance: Instance, at: int) -> TimedTour | Unflyable:
    """Return the job served alone on an empty day, or what refuses it with the squad that fits."""
    job = instance.jobs[at]
    dispatcher = Dispatcher(instance)
    refused: Unflyable | None = None
    for number, squad in enumerate(instance.squads):
        if job.order.mass_kg > squad.kind.payload_kg or job.order.volume_l > squad.kind.volume_l:
            continue
        tour = Tour(number, (Step(at, True), Step(at, False)))
        begin = max(squad.from_s, job.ready_s - LOOK_BACK_S)
        for start in range(begin, max(begin + 1, job.latest_s), BUCKET_S):
            try:
                return dispatcher.best(tour, start)
            except Unflyable as error:
                if refused is None or _weight(error) > _weight(refused):
                    refused = error
                if error.code in _HOPELESS:
                    break
    return refused or Unflyable("FLEET_BUSY")


_HOPELESS = ("GOODS_NOT_CARRIED", "SIDE_NOT_REGISTERED", "PAYLOAD_MASS", "PAYLOAD_VOLUME")
"""No later start helps."""


def _weight(error: Unflyable) -> int:
    """Order refusals by how much they tell: what another squad could mend tells least."""
    return 0 if error.code in _HOPELESS or error.code == "DRONE_HOURS" else 1


def _changed(instance: Instance, at: int, change: Callable[[Job], Job]) -> Instance:
    """Return the instance with one job changed."""
    other = copy.copy(instance)
    jobs = list(instance.jobs)
    jobs[at] = change(jobs[at])
    other.jobs = tuple(jobs)
    return other


def _handed_over_s(timed: TimedTour, at: int) -> int:
    return next(
        event.end_s
        for stop in timed.stops
        for event in stop.events
        if event.kind == "unload" and event.job == at
    )


def _clock(instance: Instance, second: int) -> str:
    instant: dt.datetime = instance.airspace.calendar.instant(second)
    return instant.isoformat()
