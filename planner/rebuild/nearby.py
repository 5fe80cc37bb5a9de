"""Orders near each other: of nearly the same way, or of the way back, at about the same time."""

import numpy as np
from scipy.spatial import KDTree

from planner.arrays import Ints
from planner.day.instance import Instance
from planner.fly.records import NONE

M_A_SECOND = 2.0
"""Metres between ends of ways that are as far as a second between orders."""


def nearby(instance: Instance, most: int) -> Ints:
    """Return up to so many other jobs near each job, the nearest first, padded by -1.

    The metric is that of both ends of their ways, in the order that suits, and of when they are
    ready.
    """
    metric, jobs = instance.network.metric, instance.jobs
    ends = np.array(
        [
            [metric[place].coords[0][:2] for place in (job.order.origin, job.order.destination)]
            for job in jobs
        ]
    ).reshape(len(jobs), 4)
    ready_m = M_A_SECOND * np.array([[job.ready_s] for job in jobs], dtype=float).reshape(-1, 1)
    there = np.hstack((ends, ready_m))
    back = np.hstack((ends[:, 2:], ends[:, :2], ready_m))
    wanted = min(2 * len(jobs), 2 * most + 2)
    found: Ints = np.full((len(jobs), most), NONE, dtype=np.int64)
    _, near = KDTree(np.concatenate((there, back))).query(there, k=wanted)
    for job, others in enumerate(near.reshape(len(jobs), wanted) % len(jobs)):
        each, first = np.unique(others, return_index=True)
        kept = each[np.argsort(first)]
        kept = kept[kept != job][:most]
        found[job, : len(kept)] = kept
    return found
