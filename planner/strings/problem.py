"""What is to be driven or flown, as arrays that know nothing of who drives or flies.

A job is a delivery from the depot, or a pickup and a delivery on one trip. Job j has nodes 2j
(pickup) and 2j + 1 (delivery); a job without a pickup is loaded at the depot when its trip begins.
The depot of class k is node 2 jobs + k. A vehicle makes trips, each from its depot and back, one
after the other, and reloads in between. All figures are whole numbers: times in one unit, money in
another.
"""

from typing import NamedTuple

import numpy as np

from planner.arrays import Flags, Floats, Ints

UNBOUNDED = 1 << 40
"""Stands for no limit, small enough to be added to."""

NEAR = 200
"""Neighbours of a job that are known; a ruin seldom looks at more."""

BLOCK = 256
"""Jobs whose neighbours are looked for at a time: memory does not grow with their square."""

LATER = 0.2
"""What a unit of waiting between two jobs counts in how near they are, travel being 1."""


class Classes(NamedTuple):
    """Classes of vehicles, an entry each: what one may do and costs.

    `longest` bounds a trip's time from the depot to the depot, `most_jobs` its jobs. Costs: `fixed`
    a vehicle that is used, `trip` each trip, `time` each unit of a trip's time. `open` and `close`
    bound what it does, `reload` is the time between trips.
    """

    most_jobs: Ints
    most_trips: Ints
    longest: Ints
    fixed: Ints
    trip: Ints
    time: Ints
    reload: Ints
    open: Ints
    close: Ints
    depot: Ints


(
    MOST_JOBS, MOST_TRIPS, LONGEST, FIXED, TRIP, TIME, RELOAD, OPEN, CLOSE, DEPOT,
) = range(10)  # fmt: skip
"""Columns of `Problem.classes`."""

PLACE, READY, DUE, SERVICE = range(4)
"""Columns of `Problem.nodes`; ready and due are of the start of service."""

PAIRED, RELEASE, PRICE = range(3)
"""Columns of `Problem.jobs`: is there a pickup; when it is at the depot; of leaving it out."""


class Problem(NamedTuple):
    """All that the search reads.

    `kind` is each vehicle's class, `capacity` [class, dimension], `travel` and `cost` [class,
    place, place]; `draws` [measure, class, place, place] is what else a leg draws on, of which a
    trip has `limits` [class, measure]. `load` is [job, dimension], `suits` [class, job]. A job is
    not aboard beside more than `beside` [job, dimension] of others; that must be mutual. `near` are
    the jobs near a job, itself first; `keys` [order, job] are what jobs may be sorted by.
    """

    classes: Ints
    capacity: Ints
    kind: Ints
    travel: Ints
    cost: Ints
    draws: Ints
    limits: Ints
    nodes: Ints
    jobs: Ints
    load: Ints
    beside: Ints
    suits: Flags
    near: Ints
    keys: Floats


def make_problem(
    classes: Classes,
    capacity: Ints,
    kind: Ints,
    travel: Ints,
    cost: Ints,
    draws: Ints,
    limits: Ints,
    nodes: Ints,
    jobs: Ints,
    load: Ints,
    beside: Ints,
    suits: Flags,
) -> Problem:
    """Return a problem of what is given, nodes without the depots.

    Raises ValueError if shapes disagree, a figure is negative, or a job with a pickup has a
    release: it is ready where it is picked up.
    """
    count = len(jobs)
    if len(nodes) != 2 * count or load.shape != (count, capacity.shape[1]):
        raise ValueError("every job has two nodes and a load in every dimension")
    if min(each.min(initial=0) for each in (travel, draws, nodes, jobs, load)) < 0:
        raise ValueError("travel, draws, nodes, jobs and loads are not negative")
    if (jobs[jobs[:, PAIRED] > 0, RELEASE] > 0).any():
        raise ValueError("what is picked up has no release")
    none = np.zeros(len(classes.depot), dtype=np.int64)
    depots = np.column_stack((classes.depot, classes.open, classes.close, none))
    return Problem(
        np.ascontiguousarray(np.column_stack(classes)),
        capacity,
        kind,
        travel,
        cost,
        draws,
        limits,
        np.concatenate((nodes, depots)),
        jobs,
        np.ascontiguousarray(load),
        beside,
        suits,
        _near(travel[0], nodes, jobs),
        _keys(travel[0], classes.depot[0], nodes, jobs, load),
    )


def _keys(travel: Ints, depot: int, nodes: Ints, jobs: Ints, load: Ints) -> Floats:
    """Return what jobs may be sorted by: nothing, load, distance (2), window, begin, end."""
    first, last = _ends(nodes, jobs)
    away = travel[first[:, PLACE], last[:, PLACE]] + travel[depot, last[:, PLACE]]
    return np.array(
        [
            np.zeros(len(jobs)),
            -load.sum(axis=1),
            -away,
            away,
            last[:, DUE] - first[:, READY],
            first[:, READY],
            -last[:, DUE],
        ],
        dtype=float,
    )


def _ends(nodes: Ints, jobs: Ints) -> tuple[Ints, Ints]:
    """Return the first node of each job and its last."""
    last = 2 * np.arange(len(jobs)) + 1
    return nodes[last - jobs[:, PAIRED]], nodes[last]


def _near(travel: Ints, nodes: Ints, jobs: Ints) -> Ints:
    """Return the jobs near each, nearest first: travel between nodes, and the wait it must bring.

    After Vidal et al. (2013), Computers & Operations Research 40(1): two stops are as near as the
    travel between them and the least wait or lateness of one after the other, the better way round.
    """
    ends = _ends(nodes, jobs)
    found = np.empty((len(jobs), min(NEAR, len(jobs))), dtype=np.int64)
    for begin in range(0, len(jobs), BLOCK):
        own = slice(begin, begin + BLOCK)
        nearest = np.full((len(jobs[own]), len(jobs)), np.inf)
        for one in ends:
            for two in ends:
                for first, then in ((one[own, None], two[None]), (two[None], one[own, None])):
                    leg = travel[first[..., PLACE], then[..., PLACE]].astype(float)
                    there = leg + first[..., SERVICE]
                    wait = np.maximum(0, then[..., READY] - first[..., DUE] - there)
                    late = np.maximum(0, first[..., READY] + there - then[..., DUE])
                    nearest = np.minimum(nearest, leg + LATER * wait + late)
        row = np.arange(len(nearest))
        nearest[row, begin + row] = -1
        found[own] = np.argsort(nearest, axis=1, kind="stable")[:, :NEAR]
    return found
