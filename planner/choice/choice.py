"""A choice of sorties on an empty day as arrays: what may be chosen, and what is."""

from typing import NamedTuple

import numpy as np

from planner.arrays import Floats, Ints
from planner.compiled import compiled, inlined

NONE = -1


class Offers(NamedTuple):
    """Candidates as arrays, and where to find them.

    Candidate c serves `jobs[c]` (-1 for none) with a drone of `flock[c]`, starts between `first_s`
    and `last_s`, both inclusive, and holds it for `hold_s`; the lower `reduced` the more promising.
    Candidates `first[g]` to `first[g + 1] - 1` serve the same group of jobs, the most promising
    first. Job j is of the groups `groups[begin[j]:begin[j + 1]]`, that of the most promising
    candidate first, which starts at `soon_s[j]` or later. Drones are numbered, those of flock q
    from `drones[q]` to `drones[q + 1]`; each is back by `until_s`, and a day costs `day_cents`.
    """

    jobs: Ints
    flock: Ints
    first_s: Ints
    last_s: Ints
    hold_s: Ints
    cents: Ints
    reduced: Floats
    first: Ints
    begin: Ints
    groups: Ints
    soon_s: Ints
    drones: Ints
    until_s: Ints
    day_cents: Ints
    unserved_cents: Ints


class State(NamedTuple):
    """Which candidate serves each job, and each drone's day, sorted by start.

    Drone d flies `sorties[d]` sorties: candidate, start and end in the first entries of its rows.
    """

    serves: Ints
    sorties: Ints
    flown: Ints
    start_s: Ints
    end_s: Ints


def empty_state(offers: Offers) -> State:
    """Return the state in which nothing flies."""
    drones, most = int(offers.drones[-1]), len(offers.unserved_cents) + 1
    most = min(most, 200)
    shape = (drones, most)
    return State(
        np.full(len(offers.unserved_cents), NONE, dtype=np.int64),
        np.zeros(drones, dtype=np.int64),
        np.full(shape, NONE, dtype=np.int64),
        np.zeros(shape, dtype=np.int64),
        np.zeros(shape, dtype=np.int64),
    )


@inlined
def days_and_left_out(offers, state):  # type: ignore[no-untyped-def]
    """Return the cents of the drones used and of the jobs left out, of a state or of a board."""
    total = 0
    for drone in range(len(state.sorties)):
        if state.sorties[drone]:
            total += offers.day_cents[drone]
    for job in range(len(state.serves)):
        if state.serves[job] == NONE:
            total += offers.unserved_cents[job]
    return total


@compiled
def cost_of(offers, state):  # type: ignore[no-untyped-def]
    """Return the cents of a state."""
    total = days_and_left_out(offers, state)
    for drone in range(len(state.sorties)):
        for at in range(state.sorties[drone]):
            total += offers.cents[state.flown[drone, at]]
    return total


def sorties_of(state: State) -> Ints:
    """Return the candidate, the start and the end of each sortie, drone by drone."""
    drone, at = np.nonzero(np.arange(state.flown.shape[1]) < state.sorties[:, None])
    return np.column_stack(
        (state.flown[drone, at], state.start_s[drone, at], state.end_s[drone, at])
    )


def copied(state: State) -> State:
    """Return a state that changes by itself."""
    return State(*(each.copy() for each in state))
