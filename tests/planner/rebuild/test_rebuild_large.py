"""A filled day bettered in steps that are local: never dearer, and as the dispatcher flies it."""

import math
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from random import Random

import numpy as np
import pytest

from planner.bound.instance_arrays import InstanceArrays
from planner.check import check_plan
from planner.choice.candidates import Candidates
from planner.clock import Clock
from planner.day.instance import Instance
from planner.dispatch.roster import Roster
from planner.fly.day_arrays import DayArrays
from planner.fly.fly import fly
from planner.fly.quick import fill_at_once
from planner.fly.records import NEVER_S
from planner.plan.plan import Options
from planner.rebuild.blockers import MARK, find_blockers
from planner.rebuild.board import (
    ELSEWHERE,
    Menu,
    cents_of,
    change_board,
    empty_board,
    give_back,
    menu_of,
    take,
)
from planner.rebuild.near_sorties import near_candidates
from planner.rebuild.nearby import nearby
from planner.rebuild.rebuild import rebuild
from planner.rebuild.rebuild_day import write_day
from planner.rebuild.rebuild_large import TIMES, Rounds, rebuild_large
from planner.rebuild.roster_board import board_of
from planner.rebuild.ruin import room_for
from planner.request.fleet import Rules
from planner.rules.rulebook import shipped_rulebook
from planner.solve.assemble import assemble
from planner.solve_options import SolveOptions
from planner.stop import Stop
from planner.testing.day import at, drone, order, request
from tests.geodata.small import small_network
from tests.planner.days import instance, random_request

OPTIONS = Options(seed=1, time_limit_s=1.0, deterministic=True, gap=0.0)


def clock(seed: int = 1, workers: int = 1) -> Clock:
    """Return one by which wall time does not decide."""
    return Clock(SolveOptions(1.0, seed, workers, deterministic=True), time.monotonic())


def filled(given: Instance) -> Roster:
    """Return a day as it is filled at once."""
    roster = Roster(given)
    fill_at_once(roster, range(len(given.jobs)))
    return roster


def near_menu(roster: Roster) -> tuple[DayArrays, Candidates, Menu]:
    """Return the day as arrays, and what a roster is rebuilt among."""
    arrays = DayArrays(InstanceArrays(roster.instance))
    candidates = near_candidates(roster, arrays, 1)
    return arrays, candidates, menu_of(candidates)


def days_of(roster: Roster) -> list[object]:
    """Return what a roster flies."""
    return [
        (name, timed.start_s, timed.end_s, timed.cents, timed.tour)
        for name, timed in roster.tours()
    ]


@pytest.mark.parametrize("seed", range(4))
def test_a_day_rebuilt_keeps_every_rule_and_is_never_dearer(seed: int) -> None:
    asked = random_request(Random(seed), 24, 3, max_orders_per_sortie=2, max_late_s=900)
    orders = list(asked.orders)
    orders[1] = replace(orders[1], after=orders[0].id, after_s=300)
    asked = replace(asked, orders=tuple(orders))
    roster = filled(instance(asked))
    before = roster.cents()
    rebuild_large(roster, clock(seed))
    assert roster.cents() <= before
    plan = assemble(roster.instance, roster, 0.0, "none", OPTIONS, lambda: True)
    assert check_plan(plan, small_network(), asked, shipped_rulebook()) == []
    assert plan.cost.total_cents == roster.cents()


def test_what_a_day_costs_is_known_however_often_time_counts() -> None:
    """To what is rounded up for each sortie."""
    asked = random_request(Random(4), 24, 4, max_orders_per_sortie=2, max_late_s=1800)
    roster = filled(instance(asked))
    arrays = DayArrays(InstanceArrays(roster.instance))
    arrays.fleet["second_cents"] *= TIMES
    candidates = near_candidates(roster, arrays, 1)
    menu = menu_of(candidates)
    rounds = Rounds(candidates, menu, board_of(roster, candidates, menu), Stop())
    assert rounds.cents == roster.cents()
    counted = set[float]()
    with ThreadPoolExecutor(1) as pool:
        for number, spent in enumerate((0.0, 0.3, 0.6, 0.9)):
            rounds.better(pool, number, 400, spent)
            written = Roster(roster.instance)
            write_day(written, candidates, menu, rounds.best)
            assert rounds.cents == pytest.approx(written.cents(), abs=len(list(written.tours())))
            counted.add(float(arrays.fleet["second_cents"][0]))
    once = roster.instance.prices.drone_minute_cents / 60
    assert min(counted) == pytest.approx(once)
    assert max(counted) == pytest.approx(TIMES * once)


def test_a_dear_order_takes_the_room_of_a_cheap_one() -> None:
    """One drone, time for one sortie of two; the day is filled with the cheap order, due first."""
    rules = Rules(max_orders_per_sortie=1, max_late_s=0)
    cheap = order("O-0", due=at("08:10"))
    dear = order("O-1", due=at("08:11"), priority="emergency")
    later = order("O-2", ready=at("10:00"), due=at("11:00"))
    roster = filled(instance(request(cheap, dear, later, drones=(drone("D-0"),), rules=rules)))
    assert roster.served() == {0, 2}
    rebuild_large(roster, clock())
    assert roster.served() == {1, 2}


def test_nothing_changes_where_there_is_no_time() -> None:
    roster = Roster(instance(request(order("O-0"))))
    rebuild_large(roster, Clock(SolveOptions(1.0, 1, 1), time.monotonic() - 2.0))
    assert not roster.served()


class RunOut(Clock):
    """A clock by which setting up takes all the time there is, and more goes by after it."""

    def left_s(self) -> float:
        """Return less each time it is asked."""
        lefts.append(lefts[-1] - 1.0)
        return lefts[-1]


lefts = [2.0]
"""What was left, s, each time a clock that runs out was asked."""


def test_it_ends_where_setting_up_takes_all_the_time() -> None:
    roster = filled(instance(random_request(Random(3), 24, 3)))
    before = roster.cents()
    rebuild_large(roster, RunOut(SolveOptions(1.0, 1, 1), time.monotonic()))
    assert roster.cents() <= before
    assert lefts[-1] > -10


def test_the_same_seed_gives_the_same_day_on_any_number_of_threads() -> None:
    given = instance(random_request(Random(3), 24, 3))
    days = []
    for workers in (1, 1, 2):
        roster = Roster(given)
        fill_at_once(roster, range(12))
        rebuild_large(roster, clock(5, workers))
        days.append(days_of(roster))
    assert days[0] == days[1] == days[2]


@pytest.mark.parametrize("seed", range(4))
def test_a_roster_is_on_the_board_as_it_is_flown(seed: int) -> None:
    """The same sorties to the second; the day has nothing taken when all come off again."""
    roster = filled(instance(random_request(Random(seed), 24, 3)))
    arrays, candidates, menu = near_menu(roster)
    board = board_of(roster, candidates, menu)
    assert cents_of(menu, board) == roster.cents()
    assert set(np.flatnonzero(board.serves >= 0).tolist()) == roster.served()
    written = Roster(roster.instance)
    write_day(written, candidates, menu, board)
    assert days_of(written) == days_of(roster)
    day, other = arrays.day(), empty_board(menu, arrays)
    change_board(menu, arrays.sky, day, arrays.fleet, other, board)
    flown = arrays.as_taken(roster.dispatcher.calendar)
    for name in ("pads", "bays", "chargers"):
        np.testing.assert_array_equal(getattr(day, name), getattr(flown, name))
    np.testing.assert_array_equal(day.holds.digits, flown.holds.digits)
    np.testing.assert_array_equal(day.holds.taken, flown.holds.taken)
    change_board(menu, arrays.sky, day, arrays.fleet, other, empty_board(menu, arrays))
    assert not day.holds.taken.any()
    assert not day.pads.any()


def test_what_is_not_within_the_window_stays_as_it_is() -> None:
    roster = filled(instance(random_request(Random(2), 24, 3, max_late_s=900)))
    arrays, candidates, menu = near_menu(roster)
    board, day = board_of(roster, candidates, menu), arrays.day()
    starts_s = sorted(timed.start_s for _, timed in roster.tours())
    cut_s = starts_s[len(starts_s) // 2]
    now = empty_board(menu, arrays)
    change_board(menu, arrays.sky, day, arrays.fleet, now, board)
    now.window[:] = cut_s, NEVER_S
    now.serves[(now.serves < 0) & (menu.soon_s < cut_s)] = ELSEWHERE
    near = nearby(roster.instance, 8)
    empty = arrays.day()._replace(over_s=day.over_s)
    least = rebuild(
        menu, arrays, day, empty, now, near, room_for(now, day, Stop()), 1, 4000, 900.0, 20.0, True
    )
    written = Roster(roster.instance)
    write_day(written, candidates, menu, now)
    assert written.cents() == least
    early = [each for each in days_of(roster) if each[1] < cut_s]  # type: ignore[index]
    assert early
    assert [each for each in days_of(written) if each[1] < cut_s] == early  # type: ignore[index]


@pytest.mark.parametrize("seed", range(6))
def test_what_is_in_the_way_is_all_that_is(seed: int) -> None:
    """Without its blockers a sortie flies on the full day as on the empty one."""
    roster = filled(instance(random_request(Random(seed), 24, 4)))
    arrays, candidates, menu = near_menu(roster)
    board, day, empty = empty_board(menu, arrays), arrays.day(), arrays.day()
    empty.over_s[:] = day.over_s[:] = 0
    full = board_of(roster, candidates, menu)
    change_board(menu, arrays.sky, day, arrays.fleet, board, full)
    # Of seats there are enough for all, so that only blocks keep anybody.
    day.pads_of[:] = empty.pads_of[:] = day.bays_of[:] = empty.bays_of[:] = 200
    marks = np.zeros(len(day.holds.first) - 1, dtype=MARK)
    found, number, met = np.zeros(30, dtype=np.int64), 0, 0
    scratch, beside = len(board.rows), np.zeros(len(board.rows), dtype=np.int64)
    for candidate in range(0, len(menu.sorties), 7):
        start_s = np.int64(menu.sorties["first_s"][candidate])
        count, number = find_blockers(
            menu, arrays.sky, day, empty, arrays.fleet, arrays.goods, board, candidate, start_s,
            marks, number, found, len(found), beside,
        )  # fmt: skip
        if count < 0:
            continue
        rows = found[:count].tolist()
        # No more are looked for than are of use.
        for most in range(-1, count):
            others, number = find_blockers(
                menu, arrays.sky, day, empty, arrays.fleet, arrays.goods, board, candidate,
                start_s, marks, number, found, most, beside,
            )  # fmt: skip
            assert others == (-1 if count else 0)

        def lands_s(day: object, candidate: int = candidate, start_s: np.int64 = start_s) -> float:
            flies = fly(
                arrays.sky, day, arrays.fleet, arrays.goods,
                np.int64(menu.sorties["squad"][candidate]), menu.steps[candidate], start_s,
                np.int64(menu.sorties["takeoff_s"][candidate]), board.trip,
                np.int64(scratch), np.int64(1), np.int64(NEVER_S),
            )  # fmt: skip
            last = board.trip.head[scratch]["legs"]
            return float(board.trip.stop[scratch, last]["depart"]) if flies else math.inf

        free_s = lands_s(empty)
        kept = lands_s(day) != free_s
        assert rows or not kept
        for row in rows:
            give_back(menu, arrays.sky, day, arrays.fleet, board, row)
        assert lands_s(day) == free_s
        for row in rows:
            take(menu, arrays.sky, day, arrays.fleet, board, row)
        met += kept
    assert met


def test_near_orders_go_the_same_way_or_back_at_about_the_same_time() -> None:
    orders = (
        order("O-0", "SZ-V1", "HK-V1", ready=at("09:00"), due=at("10:00")),
        order("O-1", "SZ-V1", "HK-V1", ready=at("09:05"), due=at("10:00")),
        order("O-2", "HK-V1", "SZ-V1", ready=at("09:10"), due=at("10:10")),
        order("O-3", "SZ-V2", "HK-V2", ready=at("09:00"), due=at("10:00")),
        order("O-4", "SZ-V1", "HK-V1", ready=at("12:00"), due=at("13:00")),
    )
    near = nearby(instance(request(*orders)), 6)
    assert near.shape == (5, 6)
    assert near[0, :2].tolist() == [1, 2]
    assert sorted(near[0].tolist()) == [-1, -1, 1, 2, 3, 4]
    assert near[0, 3] == 4
