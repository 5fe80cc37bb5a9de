"""A roster put on a board as it is flown: the same drones, seconds and lanes."""

from planner.air.legs import Flight
from planner.air.ways_round import other_ways
from planner.bound.columns import MAX_JOBS
from planner.choice.candidates import Candidates
from planner.choice.choice import NONE
from planner.day.tour import TimedTour, bay_stay, handed_over_s
from planner.dispatch.roster import Roster
from planner.fly.records import Trip
from planner.rebuild.board import Board, Menu, empty_board
from planner.rebuild.near_sorties import Key, key_of


def board_of(roster: Roster, candidates: Candidates, menu: Menu) -> Board:
    """Return the board that flies what a roster flies, but for what is no candidate.

    That are sorties of more jobs than candidates have, or by longer ways than any quickest one:
    their jobs are left out.
    """
    board = empty_board(menu, candidates.arrays)
    columns, rows = candidates.columns, dict[Key, int]()
    for row, jobs in enumerate(columns.jobs.tolist()):
        served = tuple(job for job in jobs if job != NONE)
        rows.setdefault((int(columns.squad[row]), int(columns.sequence[row]), served), row)
    drones = [drone for squad in roster.instance.at_own_cruise for drone in squad.drones]
    number = {drone: at for at, drone in enumerate(drones)}
    row = 0
    for drone, timed in roster.tours():
        if len(timed.tour.jobs) > MAX_JOBS or not _fits(board, number[drone], timed):
            continue
        candidate = rows.get(key_of(timed.tour))
        if candidate is None:
            continue
        entry = int(menu.entry[candidate])
        board.rows[row] = entry, number[drone]
        _write(board.trip, row, timed, candidates)
        for step, code in enumerate(menu.steps[entry].tolist()):
            if code < 0:
                board.trip.over[row, step] = handed_over_s(timed, -code - 1)
        board.flown[number[drone], board.sorties[number[drone]]] = row
        board.gaps.stays[number[drone], board.sorties[number[drone]]] = timed.start_s, timed.end_s
        board.sorties[number[drone]] += 1
        board.serves[list(timed.tour.jobs)] = row
        row += 1
    return board


def _fits(board: Board, drone: int, timed: TimedTour) -> bool:
    """Tell whether a board has room for a sortie of a drone."""
    legs, blocks = board.trip.bent.shape[1:]
    longest = max(len(flight.enter) for flight in timed.flights)
    room = int(board.sorties[drone]) < board.flown.shape[1]
    return room and len(timed.flights) <= int(legs) and longest <= int(blocks)


def _write(trip: Trip, row: int, timed: TimedTour, candidates: Candidates) -> None:
    """Write a timed sortie down, each leg with what it holds."""
    sites = candidates.instance.legs.row
    trip.head[row] = len(timed.flights), timed.cents, timed.stops[-1].events[-1].start_s
    for at, stop in enumerate(timed.stops):
        written = trip.stop[row, at]
        written["site"] = sites[stop.place]
        written["arrive"], written["depart"], written["bay"] = stop.arrive_s, stop.depart_s, NONE
        if (held := bay_stay(stop)) is not None:
            written["bay"] = candidates.arrays.checkpoints.index(stop.place)
            written["bay_from"], written["bay_until"] = held
    for at, flight in enumerate(timed.flights):
        blocks = len(flight.enter)
        # Flight 0 stands for all: what is held is that of `bent`.
        trip.stop[row, at]["flight"], trip.stop[row, at]["way"] = 0, _way(candidates, flight)
        trip.stop[row, at]["takeoff"], trip.stop[row, at]["bends"] = flight.takeoff_s, blocks
        held = trip.bent[row, at][:blocks]
        held["block"], held["enter"], held["leave"] = flight.chain.blocks, flight.enter, flight.exit


def _way(candidates: Candidates, flight: Flight) -> int:
    """Return which of the other ways of its leg a flight goes, from 1 on; 0 if none of them."""
    legs, chain = candidates.instance.legs, flight.chain
    ways = other_ways(legs, legs.kinds[flight.kind], (chain.origin, chain.destination))
    lanes = [each.lanes for each in ways]
    return lanes.index(chain.lanes) + 1 if chain.lanes in lanes else 0
