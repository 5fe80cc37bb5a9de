"""The choice of sorties as an integer programme over candidates with set starts, for HiGHS.

The programme is that of `planner.bound.master`, with what sorties cost for real: every job served
once or left out, no more sorties of a flock under way than drones used. Drones of a flock are
alike, so whole sorties that keep this can be flown by them.
"""

import math
from typing import NamedTuple

import highspy
import numpy as np
from scipy.sparse import csc_matrix

from planner.arrays import Flags, Floats, Ints
from planner.choice.choice import NONE, Offers, State, cost_of, empty_state, sorties_of

WHOLE = 1e-6
"""What is nearer to a whole number is taken for it."""

MOST_NODES = 20
"""Nodes of the search for whole sorties."""

GOOD_ENOUGH = 1e-4
"""Share of the cost up to which a whole choice may be above the best."""

STEP_S = 300
"""Starts of a candidate are so far apart, s."""


class Starts(NamedTuple):
    """Candidates, the second that each starts at and how long it holds a drone: parallel arrays."""

    candidate: Ints
    start_s: Ints
    hold_s: Ints


def starts_of(offers: Offers, candidates: Ints, step_s: int = STEP_S) -> Starts:
    """Return candidates at their first starts, and at later ones every `step_s`."""
    count = 1 + (offers.last_s[candidates] - offers.first_s[candidates]) // step_s
    which = np.repeat(candidates, count)
    later = np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count)
    return Starts(which, offers.first_s[which] + step_s * later, offers.hold_s[which])


class Whole:
    """The relaxation over some starts, with bounds that a search narrows.

    Variables: the starts, the jobs left out, the drones used of each flock.
    """

    def __init__(self, offers: Offers, starts: Starts) -> None:
        self._offers, self._starts = offers, starts
        self._sorties = len(starts.candidate)
        self._jobs, self._flocks = len(offers.unserved_cents), len(offers.drones) - 1
        matrix = _rows(offers, starts)
        days = offers.day_cents[offers.drones[:-1]]
        model = highspy.HighsLp()
        model.num_row_, model.num_col_ = matrix.shape
        model.col_cost_ = np.concatenate(
            (offers.cents[starts.candidate], offers.unserved_cents, days), dtype=np.float64
        )
        model.col_lower_ = np.zeros(matrix.shape[1])
        most = np.concatenate((np.ones(self._sorties + self._jobs), np.diff(offers.drones)))
        model.col_upper_ = most.astype(np.float64)
        fleet = matrix.shape[0] - self._jobs
        model.row_lower_ = np.concatenate((np.ones(self._jobs), np.full(fleet, -highspy.kHighsInf)))
        model.row_upper_ = np.concatenate((np.ones(self._jobs), np.zeros(fleet)))
        model.a_matrix_.start_ = matrix.indptr
        model.a_matrix_.index_ = matrix.indices
        model.a_matrix_.value_ = matrix.data
        self._solver = highspy.Highs()
        # One thread: the same choice whatever the machine.
        for option, value in (("output_flag", False), ("threads", 1)):
            self._solver.setOptionValue(option, value)
        self._solver.passModel(model)
        self._basis = self._solver.getBasis()
        self.cents = math.nan

    def shares(self, limit_s: float = math.inf) -> tuple[Floats, Floats, Floats]:
        """Return how far each start is flown, each job left out, and the drones used by flock.

        After `limit_s` they are cut off as they are. What they cost is kept in `cents`.
        """
        # The clock of HiGHS runs on from solve to solve.
        self._solver.setOptionValue("time_limit", self._solver.getRunTime() + limit_s)
        self._run()
        return self._parted()

    def _run(self) -> None:
        self._solver.run()
        # A change of bounds makes the solver forget it.
        self.cents = float(self._solver.getInfo().objective_function_value)

    def _parted(self) -> tuple[Floats, Floats, Floats]:
        found = np.asarray(self._solver.getSolution().col_value)
        ends = (self._sorties, self._sorties + self._jobs)
        flown, left_out, used = np.split(found, ends)
        return flown, left_out, used

    def keep(self) -> None:
        """Keep where the solver stands, for `again`."""
        self._basis = self._solver.getBasis()

    def again(self, free: Flags) -> None:
        """Go back to where the solver stood: no start is fixed any more, only some may be flown."""
        every, most = np.arange(self._sorties, dtype=np.int32), free.astype(np.float64)
        self._solver.changeColsBounds(len(every), every, np.zeros(len(every)), most)
        self._solver.setBasis(self._basis)

    def fix(self, starts: Ints) -> None:
        """Have some starts flown."""
        for start in starts.tolist():
            self._solver.changeColBounds(start, 1.0, 1.0)

    def fix_drones(self, flocks: Ints, counts: Ints) -> None:
        """Have some flocks use so many drones."""
        for flock, count in zip(flocks.tolist(), counts.tolist(), strict=True):
            at = self._sorties + self._jobs + flock
            self._solver.changeColBounds(at, float(count), float(count))

    def best(self, flown: Ints, used: Ints, limit_s: float) -> Ints:
        """Return the starts of a whole choice with drones `used`, no dearer than `flown`.

        Looks at `MOST_NODES` nodes for `limit_s` at most.
        """
        served = np.zeros(self._jobs, dtype=bool)
        jobs = self._offers.jobs[self._starts.candidate[flown]]
        served[jobs[jobs != NONE]] = True
        begun = np.concatenate((np.zeros(self._sorties), ~served, used)).astype(np.float64)
        begun[flown] = 1.0
        for column in range(len(begun)):
            self._solver.changeColIntegrality(column, highspy.HighsVarType.kInteger)
        solution = highspy.HighsSolution()
        solution.col_value = begun.tolist()
        self._solver.setSolution(solution)
        for option, value in (
            ("mip_max_nodes", MOST_NODES),
            # Restarts begin the root anew, some times, and find nothing more in so few nodes.
            ("mip_allow_restart", False),
            ("mip_rel_gap", GOOD_ENOUGH),
            ("time_limit", self._solver.getRunTime() + limit_s),
        ):
            self._solver.setOptionValue(option, value)
        self._run()
        if not np.isfinite(self.cents):
            return flown
        found: Ints = np.flatnonzero(self._parted()[0] > 1 - WHOLE)
        return found

    def state(self, flown: Ints) -> State:
        """Return the state that flies some starts, each on the first drone of its flock free.

        What a programme that was cut off flies twice, or on no drone, is left out.
        """
        offers, state = self._offers, empty_state(self._offers)
        for at in flown[np.argsort(self._starts.start_s[flown], kind="stable")].tolist():
            candidate, start_s = int(self._starts.candidate[at]), int(self._starts.start_s[at])
            flock, jobs = int(offers.flock[candidate]), offers.jobs[candidate]
            if (state.serves[jobs[jobs != NONE]] != NONE).any():
                continue
            for drone in range(int(offers.drones[flock]), int(offers.drones[flock + 1])):
                number = int(state.sorties[drone])
                end_s = start_s + int(self._starts.hold_s[at])
                if (
                    number < state.flown.shape[1]
                    and end_s <= offers.until_s[drone]
                    and (not number or state.end_s[drone, number - 1] <= start_s)
                ):
                    state.flown[drone, number] = candidate
                    state.start_s[drone, number] = start_s
                    state.end_s[drone, number] = end_s
                    state.sorties[drone] += 1
                    state.serves[jobs[jobs != NONE]] = candidate
                    break
        return state


def held(state: State) -> Ints:
    """Return the candidate, the start and how long a drone is held of each sortie."""
    candidate, start_s, end_s = sorties_of(state).T
    return np.column_stack((candidate, start_s, end_s - start_s))


def bettered(
    offers: Offers, begun: State, flown: Ints, others: Ints, kept: Ints, limit_s: float
) -> State:
    """Return the best choice of some starts that is found; it costs no more than one begun from.

    `flown` are the starts of that, as of `held` in any order, of which those at `kept` stay;
    `others` are starts alike.
    """
    # Those of the choice come first: that is how the programme knows them.
    every = np.concatenate((flown, others))
    every = every[np.sort(np.unique(every, axis=0, return_index=True)[1])]
    programme = Whole(offers, Starts(*np.ascontiguousarray(every.T)))
    programme.fix(kept)
    drones = np.add.reduceat(begun.sorties > 0, offers.drones[:-1], dtype=np.int64)
    found = programme.state(programme.best(np.arange(len(flown)), drones, limit_s))
    return min(begun, found, key=lambda state: int(cost_of(offers, state)))


def _rows(offers: Offers, starts: Starts) -> csc_matrix:
    """Return a row for each job, then one for each flock and start after which a sortie ends."""
    chosen, count, jobs = starts.candidate, len(starts.candidate), len(offers.unserved_cents)
    at, slot = np.nonzero(offers.jobs[chosen] != NONE)
    rows = [offers.jobs[chosen][at, slot], np.arange(jobs)]
    columns = [at, count + np.arange(jobs)]
    values = [np.ones(len(at)), np.ones(jobs)]
    height = jobs
    for flock in range(len(offers.drones) - 1):
        mine = np.flatnonzero(offers.flock[chosen] == flock)
        begin_s = starts.start_s[mine]
        end_s = begin_s + starts.hold_s[mine]
        instants = _fullest(begin_s, end_s)
        first = np.searchsorted(instants, begin_s)
        span = np.searchsorted(instants, end_s) - first
        within = np.arange(int(span.sum())) - np.repeat(np.cumsum(span) - span, span)
        rows += [height + np.repeat(first, span) + within, height + np.arange(len(instants))]
        columns += [np.repeat(mine, span), np.full(len(instants), count + jobs + flock)]
        values += [np.ones(int(span.sum())), np.full(len(instants), -1.0)]
        height += len(instants)
    shape = height, count + jobs + len(offers.drones) - 1
    entries = np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))
    return csc_matrix(entries, shape=shape)


def _fullest(begin_s: Ints, end_s: Ints) -> Ints:
    """Return the starts of sorties after which one ends before the next starts.

    What is under way at any other instant is under way at one of these too.
    """
    starts, ends = np.unique(begin_s), np.unique(end_s)
    if not len(starts):
        return starts
    following = np.append(starts[1:], np.iinfo(np.int64).max)
    ending = ends[np.searchsorted(ends, starts, side="right")]
    found: Ints = starts[ending <= following]
    return found
