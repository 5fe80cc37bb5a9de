"""A day of sorties and the candidates that go on it, as `planner.rebuild` has them."""

from typing import NamedTuple

import numpy as np

from planner.candidates import Candidates
from planner.compiled import compiled
from planner.day_arrays import DayArrays
from planner.fly import copy_trip
from planner.fly_records import NONE, Records, Sky, Trip, trips
from planner.tables import Ints

SPARE_ROWS, SCRATCH, MOST_A_DRONE = 32, 3, 200
"""Rows of sorties beside one for each job, those for trials, and sorties of a drone at most."""

SORTIE = np.dtype(
    [
        (name, "i8")
        for name in ("squad", "flock", "first_s", "last_s", "hold_s", "cents", "takeoff_s")
    ]
    + [("reduced", "f8")]
)
ROW = np.dtype([("candidate", "i8"), ("drone", "i8")])


class Menu(NamedTuple):
    """Candidates, and which serve each job, as `planner.anneal.Offers` has them.

    `sorties` are records: when a candidate may start, the earliest take-off by what is filed, and
    what it costs on an empty day, cents. `steps` are what `planner.fly` does of them.
    """

    sorties: Records
    jobs: Ints
    steps: Ints
    begin: Ints
    of_job: Ints
    drones: Ints
    unserved_cents: Ints
    day_cents: int


class Board(NamedTuple):
    """Sorties on a day: row r of `trip` flies a candidate on a drone, `rows[r]`; -1 if it is free.

    Drone d flies rows `flown[d, :sorties[d]]`, in order of start. `serves` is the row of each job.
    The last three rows of `trip` are scratch.
    """

    trip: Trip
    rows: Records
    serves: Ints
    sorties: Ints
    flown: Ints


def menu_of(candidates: Candidates, arrays: DayArrays) -> Menu:
    """Return candidates as the search takes them, as they are known now."""
    offers, columns = candidates.offers, candidates.columns
    sorties = np.zeros(len(columns), dtype=SORTIE)
    for name in ("flock", "first_s", "last_s", "hold_s", "cents"):
        sorties[name] = getattr(offers, name)
    sorties["squad"] = columns.squad
    sorties["takeoff_s"] = arrays.takeoffs(columns)
    sorties["reduced"] = candidates.reduced_cents
    return Menu(
        sorties,
        offers.jobs,
        arrays.steps(columns),
        offers.begin,
        offers.of_job,
        offers.drones,
        offers.unserved_cents,
        offers.day_cents,
    )


def empty_board(menu: Menu, sky: Sky) -> Board:
    """Return a board on which nothing flies."""
    jobs, drones = len(menu.unserved_cents), int(menu.drones[-1])
    rows = np.full(jobs + SPARE_ROWS, NONE, dtype=ROW)
    return Board(
        trips(sky, len(rows) + SCRATCH),
        rows,
        np.full(jobs, NONE),
        np.zeros(drones, dtype=np.int64),
        np.full((drones, MOST_A_DRONE), NONE),
    )


@compiled
def cents_of(menu, board):  # type: ignore[no-untyped-def]
    """Return the cents of a day."""
    total = 0
    for drone in range(len(board.sorties)):
        if board.sorties[drone]:
            total += menu.day_cents
        for at in range(board.sorties[drone]):
            total += board.trip.head[board.flown[drone, at]].cents
    for job in range(len(board.serves)):
        if board.serves[job] == NONE:
            total += menu.unserved_cents[job]
    return total


@compiled
def copy_board(source, target):  # type: ignore[no-untyped-def]
    """Make a board what another is."""
    for job in range(len(source.serves)):
        target.serves[job] = source.serves[job]
    for row in range(len(target.rows)):
        target.rows[row].candidate = NONE
    for drone in range(len(source.sorties)):
        target.sorties[drone] = source.sorties[drone]
        for at in range(source.sorties[drone]):
            row = source.flown[drone, at]
            target.flown[drone, at] = row
            target.rows[row] = source.rows[row]
            copy_trip(source.trip, row, target.trip, row)
