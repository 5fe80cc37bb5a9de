"""What a drone does on a pad: it unloads and loads, clears customs, and is made ready again.

What cannot be done raises `Unflyable` with a rule's code.
"""

import math
from collections.abc import Sequence

from geodata.schedule import contains
from planner.day.instance import Instance, Job, Squad
from planner.day.tour import Step, TimedEvent, Unflyable
from planner.day.turnaround import turn_s
from planner.dispatch.state import Day, DroneState
from planner.dispatch.tour_rules import check_load
from planner.plan.plan import EventKind
from planner.rules.customs import event_kind


def work(day: Day, squad: Squad, state: DroneState, steps: Sequence[Step]) -> DroneState:
    """Unload, then load, at the pad where the drone stands."""
    clock, events, aboard = state.clock_s, list(state.events), list(state.aboard)
    loaded, late = dict(state.loaded_s), state.late_cents
    for step in sorted(steps, key=lambda each: each.load):
        job = day.instance.jobs[step.job]
        if step.load:
            begin = max(clock, job.ready_s)
            if job.after is not None:
                done = [event for stop in state.stops for event in stop.events] + events
                begin = max(begin, _after_s(day, job, done))
            clock = begin + job.order.load_s
            aboard.append(step.job)
            loaded[step.job] = clock
            events.append(TimedEvent("load", step.job, None, begin, clock))
            continue
        begin, clock = clock, clock + job.order.unload_s
        aboard.remove(step.job)
        events.append(TimedEvent("unload", step.job, None, begin, clock))
        late += _late_cents(day.instance, job, clock)
        longest = job.order.max_under_way_s
        under_way = clock - loaded[step.job]
        if longest is not None and under_way > longest:
            raise Unflyable(
                "ORDER_UNDER_WAY",
                under_way - longest,
                order=job.order.id,
                under_way_s=under_way,
                allowed_s=longest,
            )
    check_load(day.instance, squad, aboard)
    return state._replace(
        clock_s=clock,
        events=tuple(events),
        aboard=tuple(aboard),
        loaded_s=tuple(sorted(loaded.items())),
        late_cents=late,
    )


def _after_s(day: Day, job: Job, done: Sequence[TimedEvent]) -> int:
    """Return from when on a job may be loaded for what it comes after; `done` in its tour."""
    for event in done:
        if event.kind == "unload" and event.job == job.after:
            return event.end_s + job.order.after_s
    if job.after is None or day.handed_over is None:
        return 0
    if job.after not in day.handed_over:
        raise Unflyable("ORDER_AFTER", after=day.instance.jobs[job.after].order.id)
    return day.handed_over[job.after] + job.order.after_s


def _late_cents(instance: Instance, job: Job, handed_over_s: int) -> int:
    if handed_over_s > job.latest_s:
        raise Unflyable(
            "ORDER_DUE",
            order=job.order.id,
            handed_over_s=handed_over_s,
            latest_s=job.latest_s,
        )
    late_s = max(0, handed_over_s - job.due_s)
    cents = instance.prices.late_minute_cents[job.order.priority]
    return math.ceil(late_s * cents / 60)


def clear(day: Day, state: DroneState, checkpoint: str) -> DroneState:
    """Clear everything aboard at a checkpoint, one after the other, in one bay."""
    facility = day.instance.network.checkpoints[checkpoint]
    jobs = sorted(
        state.aboard, key=lambda job: (day.instance.jobs[job].clearings[checkpoint].earliest_s, job)
    )
    seats = day.calendar.bays[checkpoint]
    begin = state.clock_s
    if state.planned:
        begin = max(begin, state.planned[len(state.flights) - 1].serve_s)
    while True:
        clock, events = begin, []
        for job in jobs:
            clearing = day.instance.jobs[job].clearings[checkpoint]
            start = max(clock, clearing.earliest_s)
            if start > clearing.latest_s:
                raise Unflyable(
                    "DECLARATION_EARLY",
                    order=day.instance.jobs[job].order.id,
                    document=clearing.clearance.latest_document,
                )
            clock = start + clearing.service_s
            kind = event_kind(facility, day.instance.jobs[job].origin_side)
            events.append(TimedEvent(kind, job, clearing.clearance.regime, start, clock))
        first = events[0].start_s
        free = seats.next_free(first, clock - first)
        if free == first:
            break
        begin = free
    if not contains(day.instance.open_hours[checkpoint], first, clock):
        raise Unflyable("CUSTOMS_CLOSED", checkpoint=checkpoint, start_s=first, end_s=clock)
    return state._replace(clock_s=clock, events=(*state.events, *events))


def turn(day: Day, squad: Squad, clock_s: int, used_wh: float) -> TimedEvent:
    """Return the swap, or the charge as soon as a charger is free, that ends a sortie."""
    lasts_s = turn_s(squad.turn, used_wh)
    if squad.turn.charges:
        clock_s = day.calendar.chargers[squad.base].next_free(clock_s, lasts_s)
    kind: EventKind = "charge" if squad.turn.charges else "swap"
    return TimedEvent(kind, None, None, clock_s, clock_s + lasts_s)
