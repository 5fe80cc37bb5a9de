"""Sorties of a day that has too many to enumerate: orders alone, or with one that goes near.

Others of the same way, or of the way back, may go along if their windows meet; those due next are
looked at. The nearest squads fly them, from when they are ready to when they would be too late.
They are as promising as they are cheap beside what orders cost alone, or their part of what they
cost with another.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from planner.arrays import Floats, Ints
from planner.bound.columns import BUCKET_S, MAX_JOBS, PARTS, Columns, sequences_of
from planner.choice.candidates import Candidates
from planner.choice.choice import NONE
from planner.day.instance import Instance
from planner.day.tour import Step, Tour
from planner.dispatch.roster import Roster
from planner.fly.day_arrays import DayArrays
from planner.fly.filling import Filling, everywhere
from planner.fly.nearest import NEAREST_SQUADS, Nearest
from planner.fly.quick import there

ALONG = 2
"""Others of the way, and of the way back, that are looked at for each order."""

Key = tuple[int, int, tuple[int, ...]]
"""Squad, sequence and jobs of a sortie."""


def near_candidates(roster: Roster, arrays: DayArrays, workers: int) -> Candidates:
    """Return sorties to better a roster with, its own among them.

    An order that none of them serves gets those of all squads, and one that starts later.
    """
    instance, rows = roster.instance, dict[tuple[Key, int], None]()
    nearest = Nearest(instance)
    for steps in _tours(instance):
        for choice in nearest.choices(steps, NEAREST_SQUADS):
            tour = Tour(int(choice["squad"]), steps)
            rows[key_of(tour), int(choice["start_s"]) // BUCKET_S] = None
    for _, timed in roster.tours():
        if len(timed.tour.jobs) <= MAX_JOBS:
            rows[key_of(timed.tour), timed.start_s // BUCKET_S] = None
    empty = Filling(Roster(instance), arrays)
    for job in _unserved(instance, _candidates(arrays, rows, workers)):
        steps = there(instance.units[job])
        for choice in nearest.choices(steps, len(instance.flocks)):
            tour = Tour(int(choice["squad"]), steps)
            rows[key_of(tour), int(choice["start_s"]) // BUCKET_S] = None
        trial = empty.trial(steps, everywhere(instance))
        if trial is not None:
            rows[key_of(trial.tour), trial.start_s // BUCKET_S] = None
    return _candidates(arrays, rows, workers)


def _unserved(instance: Instance, candidates: Candidates) -> list[int]:
    """Return the first jobs of boxes, and jobs that go in none, that no candidate serves."""
    served = set(np.unique(candidates.columns.jobs).tolist())
    return [
        job
        for job, unit in enumerate(instance.units)
        if unit[0] == job and len(unit) <= MAX_JOBS and job not in served
    ]


def key_of(tour: Tour) -> Key:
    """Return what tells sorties of candidates apart, of up to `MAX_JOBS` jobs."""
    order = tuple((tour.jobs.index(step.job), step.load) for step in tour.steps)
    return tour.squad, sequences_of(len(tour.jobs)).index(order), tour.jobs


def _tours(instance: Instance) -> Iterator[tuple[Step, ...]]:
    """Yield the steps of sorties for an order, or a box, alone, and for an order with another."""
    jobs, ways = instance.jobs, dict[tuple[str, str], list[int]]()
    for job in sorted(range(len(jobs)), key=lambda one: (jobs[one].due_s, one)):
        ways.setdefault((jobs[job].order.origin, jobs[job].order.destination), []).append(job)
    for job, unit in enumerate(instance.units):
        if unit[0] == job and len(unit) <= MAX_JOBS:
            yield there(unit)
    for (origin, destination), those in ways.items():
        for place, job in enumerate(those):
            for other in _along(instance, job, those[place + 1 :]):
                yield there((job, other))
            for other in _along(instance, job, ways.get((destination, origin), ())):
                yield there((job,)) + there((other,))


def _along(instance: Instance, job: int, others: Sequence[int]) -> list[int]:
    """Return the first of some others that may go along with a job."""
    jobs, found = instance.jobs, list[int]()
    if jobs[job].order.box is not None or instance.rules.max_orders_per_sortie < 2:
        return found
    for other in others:
        meets = jobs[other].ready_s <= jobs[job].due_s and jobs[job].ready_s <= jobs[other].due_s
        if meets and jobs[other].order.box is None:
            found.append(other)
            if len(found) == ALONG:
                break
    return found


def _candidates(arrays: DayArrays, rows: dict[tuple[Key, int], None], workers: int) -> Candidates:
    """Return sorties by their bucket, as long as none of their orders is too late."""
    instance = arrays.instance
    found = Candidates(arrays, _columns(list(rows)), np.zeros(len(rows)), workers)
    latest_s = np.array([job.latest_s for job in instance.jobs] + [np.iinfo(np.int64).max])
    jobs, sorties = found.columns.jobs, found.sorties
    # Half of a sortie lies behind it when it hands over, more or less.
    late_s = latest_s[jobs].min(axis=1) - sorties["hold_s"] // 2
    sorties["last_s"] = np.maximum(sorties["last_s"], late_s)
    unserved = np.array([instance.unserved_cents([job]) for job in range(len(instance.jobs))])
    sorties["reduced"] = sorties["cents"] - _shares(jobs, sorties["cents"], unserved)[jobs].sum(1)
    return found


def _columns(rows: Sequence[tuple[Key, int]]) -> Columns:
    jobs: Ints = np.full((len(rows), MAX_JOBS), NONE, dtype=np.int64)
    for row, ((_, _, served), _) in enumerate(rows):
        jobs[row, : len(served)] = served
    squad, sequence, bucket = (
        np.array([(squad, sequence, at) for (squad, sequence, _), at in rows], dtype=np.int64)
        .reshape(-1, 3)
        .T.copy()
    )
    start, width = bucket * PARTS, np.full(len(rows), PARTS)
    return Columns(squad, jobs, sequence, start, width, np.zeros(len(rows)), np.zeros(len(rows)))


def _shares(jobs: Ints, cents: Ints, unserved: Ints) -> Floats:
    """Return what each job costs at least, alone or its part of a sortie; at last 0 for none."""
    alone = np.append(unserved.astype(float), 0.0)
    single = jobs[:, 1] == NONE
    np.minimum.at(alone, jobs[single, 0], cents[single])
    share = alone.copy()
    part = cents / np.maximum(1.0, alone[jobs].sum(axis=1))
    for slot in range(jobs.shape[1]):
        served = jobs[:, slot] != NONE
        np.minimum.at(share, jobs[served, slot], (part * alone[jobs[:, slot]])[served])
    return share
