"""Days rebuilt on blocks, pads and bays: what the search says is what flies."""

import math
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import replace
from random import Random
from typing import ClassVar

import numpy as np
import pytest

from planner.arrays import Ints
from planner.check import check_plan
from planner.choice import improve
from planner.choice.choice import empty_state
from planner.day.tour import loaded_s
from planner.dispatch.roster import Roster
from planner.fly.day_arrays import DayArrays
from planner.fly.records import NEVER_S
from planner.rebuild import rebuild_day
from planner.rebuild.board import LATER_S, Board, Menu, cents_of, empty_board, menu_of
from planner.rebuild.choice_board import begin, board_of_choice
from planner.rebuild.foreseen import foreseen_cents, note_change, thought_of
from planner.rebuild.halves import Halves
from planner.rebuild.nearby import nearby
from planner.rebuild.pace import cooled, next_work
from planner.rebuild.rebuild import rebuild
from planner.rebuild.rebuild_day import write_day
from planner.rebuild.ruin import room_for
from planner.rebuild.serve import SLACK_S, serve
from planner.request.fleet import Rules
from planner.rules.rulebook import shipped_rulebook
from planner.solve.solve import make_plan
from planner.solve_options import SolveOptions
from planner.stop import Stop
from planner.testing.day import at, drone, order, request
from tests.geodata.small import small_network
from tests.planner.days import instance, random_request
from tests.planner.fly.test_fly import candidates_of, steady
from tests.planner.test_ends_elsewhere import away


def rebuilt(menu: Menu, arrays: DayArrays, seed: int, foreseen: bool = False) -> tuple[Board, int]:
    """Return a board that is filled and bettered, and what the search says that it costs, cents."""
    board, day = empty_board(menu, arrays), arrays.day()
    empty, near = arrays.day()._replace(over_s=day.over_s), nearby(arrays.instance, 8)
    cents = rebuild(
        menu,
        arrays,
        day,
        empty,
        board,
        near,
        room_for(board, day, Stop()),
        seed,
        3000,
        1000.0,
        15.0,
        foreseen,
    )
    return board, cents


@pytest.mark.parametrize("foreseen", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_a_board_is_flown_as_it_stands(seed: int, foreseen: bool) -> None:
    found = steady(seed)
    candidates, arrays = candidates_of(found)
    menu = menu_of(candidates)
    board, cents = rebuilt(menu, arrays, seed, foreseen)
    assert cents == cents_of(menu, board) < menu.unserved_cents.sum()
    roster = Roster(found)
    write_day(roster, candidates, menu, board)
    assert roster.cents() == cents
    assert len(roster.served()) == int((board.serves >= 0).sum())


@pytest.mark.parametrize("seed", range(3))
def test_between_its_stays_a_drone_is_free(seed: int) -> None:
    """Whatever came off and went on, they are those of its sorties, in order of start."""
    candidates, arrays = candidates_of(steady(seed))
    board, _ = rebuilt(menu_of(candidates), arrays, seed)
    assert board.sorties.sum() > 3
    for which, number in enumerate(board.sorties.tolist()):
        trip, rows = board.trip, board.flown[which, :number]
        starts_s = trip.stop["arrive"][rows, 0]
        ends_s = trip.stop["depart"][rows, trip.head["legs"][rows]]
        stays = np.column_stack((starts_s, ends_s))
        np.testing.assert_array_equal(board.gaps.stays[which, :number], stays)
        assert (ends_s[:-1] <= starts_s[1:]).all()


@pytest.mark.parametrize("seed", range(3))
def test_a_step_is_foreseen_by_the_hours_of_drones_alone(seed: int) -> None:
    """The board stays as it is, and each step is foreseen from it, whatever others would do."""
    candidates, arrays = candidates_of(steady(seed))
    menu = menu_of(candidates)
    board, cents = rebuilt(menu, arrays, seed)
    rows = np.flatnonzero(board.rows["candidate"] >= 0)
    thought = thought_of(board.gaps, len(board.rows), len(board.serves))
    for which in range(len(board.sorties)):
        note_change(thought, which)
    none, jobs = rows[:0], np.flatnonzero(np.diff(menu.begin))

    def more(off: Ints, loose: Ints) -> int:
        return int(foreseen_cents(menu, board, thought, off, len(off), loose, len(loose)))

    assert cents + more(rows, none) == menu.unserved_cents.sum()
    assert not thought.gaps.sorties.any()
    filled_cents = cents + more(rows, jobs)
    assert filled_cents < menu.unserved_cents.sum() / 2
    for number, stays, until_s in zip(
        thought.gaps.sorties, thought.gaps.stays, menu.until_s, strict=True
    ):
        ends_s = stays[:number, 1]
        assert (ends_s[:-1] <= stays[1:number, 0]).all()
        assert (ends_s <= until_s).all()
    # What is served stays so, and its drones have no time for what is left out.
    served = np.flatnonzero(board.serves >= 0)
    assert more(none, served) == 0
    np.testing.assert_array_equal(thought.gaps.sorties, board.sorties)
    for which, number in enumerate(board.sorties.tolist()):
        mine, its = thought.gaps.stays[which, :number], board.gaps.stays[which, :number]
        np.testing.assert_array_equal(mine, its)
    board.window[:] = NEVER_S, NEVER_S
    assert cents + more(rows, jobs) == menu.unserved_cents.sum()


def test_candidates_that_differ_by_start_alone_are_one_sortie_of_a_menu() -> None:
    """It starts from the first of their starts on, and is as promising as the best of them."""
    candidates, _ = candidates_of(steady(1))
    menu, columns, sorties = menu_of(candidates), candidates.columns, candidates.sorties
    same = dict[tuple[int, ...], list[int]]()
    for row, jobs in enumerate(columns.jobs.tolist()):
        key = int(columns.squad[row]), int(columns.sequence[row]), *jobs
        same.setdefault(key, []).append(row)
    assert len(menu.sorties) == len(same) < len(candidates)
    for those in same.values():
        (entry,) = set(menu.entry[those].tolist())
        assert int(menu.candidate[entry]) in those
        assert menu.sorties["reduced"][entry] == sorties["reduced"][those].min()
        assert menu.sorties["first_s"][entry] == sorties["first_s"][those].min()
        assert menu.sorties["last_s"][entry] == sorties["last_s"][those].max() + LATER_S
        assert menu.jobs[entry].tolist() == columns.jobs[those[0]].tolist()


def test_what_is_begun_from_a_choice_keeps_its_drones_apart() -> None:
    found = steady(1)
    candidates, arrays = candidates_of(found)
    menu = menu_of(candidates)
    board = empty_board(menu, arrays)
    some = menu.of_job[menu.begin[:-1]]
    begin(
        menu, arrays.sky, arrays.day(), arrays.fleet, arrays.goods, board,
        np.unique(some), menu.sorties["first_s"][np.unique(some)],
        np.ones(len(board.sorties), dtype=bool),
    )  # fmt: skip
    assert board.sorties.sum() > 3
    for which in range(len(board.sorties)):
        rows = board.flown[which, : board.sorties[which]]
        ends = [board.trip.stop[row, board.trip.head[row]["legs"]]["depart"] for row in rows]
        starts = [board.trip.stop[row, 0]["arrive"] for row in rows]
        assert all(end <= start for end, start in zip(ends[:-1], starts[1:], strict=True))


def test_a_choice_flies_on_no_more_drones_than_it_uses_where_these_suffice() -> None:
    """A sortie that is back sooner on another drone waits for its own."""
    fleet = tuple(drone(f"D-{number}") for number in range(2))
    orders = tuple(order(f"O-{number}", due=at("12:00")) for number in range(2))
    found = instance(request(*orders, drones=fleet, rules=Rules(max_late_s=3600)))
    candidates, arrays = candidates_of(found)
    menu = menu_of(candidates)
    alone = menu.of_job[menu.begin[:-1]]
    start_s = menu.sorties["first_s"][alone]
    for used, drones in (([True, False], 1), ([False, True], 1), ([True, True], 2)):
        board = empty_board(menu, arrays)
        begin(
            menu, arrays.sky, arrays.day(), arrays.fleet, arrays.goods, board,
            alone, start_s, np.array(used),
        )  # fmt: skip
        assert (board.serves >= 0).all()
        assert (board.sorties > 0).sum() == drones
        assert not board.sorties[~np.array(used)].any()


@pytest.mark.parametrize("seed", range(4))
def test_a_rebuilt_day_breaks_no_rule_whatever_the_threads(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(improve, "MOST_DIVED", 0)
    asked = random_request(Random(seed), 8, 3)
    plans = [
        make_plan(
            small_network(),
            asked,
            shipped_rulebook(),
            SolveOptions(time_limit_s=2.0, seed=seed, workers=workers, deterministic=True),
        )
        for workers in (1, 2)
    ]
    assert plans[0] == plans[1]
    assert check_plan(plans[0], small_network(), asked, shipped_rulebook()) == []


def test_a_board_on_which_nothing_flies_is_a_day_without_sorties_and_takes_no_place() -> None:
    """It costs what leaving all orders out does, so a day that serves some stays as it is."""
    found = steady(1)
    candidates, arrays = candidates_of(found)
    menu = menu_of(candidates)
    flown, nothing = empty_board(menu, arrays), empty_board(menu, arrays)
    some = menu.of_job[menu.begin[:1]]
    begin(
        menu, arrays.sky, arrays.day(), arrays.fleet, arrays.goods, flown,
        some, menu.sorties["first_s"][some], np.ones(len(flown.sorties), dtype=bool),
    )  # fmt: skip
    empty, day = Roster(found), Roster(found)
    write_day(empty, candidates, menu, nothing)
    assert not list(empty.tours())
    assert empty.cents() == cents_of(menu, nothing) == menu.unserved_cents.sum()
    write_day(day, candidates, menu, flown)
    (tour,) = day.tours()
    write_day(day, candidates, menu, nothing)
    assert list(day.tours()) == [tour]


@pytest.mark.parametrize("seed", range(3))
def test_what_comes_after_another_order_waits_for_it_on_a_board(seed: int) -> None:
    """So it is flown as it stands: nothing is refused for coming too early."""
    asked = random_request(Random(seed), 10, 4)
    orders = [
        replace(order, after=asked.orders[0].id, after_s=600) if number in (1, 2) else order
        for number, order in enumerate(asked.orders)
    ]
    found = instance(replace(asked, orders=tuple(orders)))
    candidates, arrays = candidates_of(found)
    menu = menu_of(candidates)
    board, cents = rebuilt(menu, arrays, seed)
    roster = Roster(found)
    write_day(roster, candidates, menu, board)
    assert roster.cents() == cents
    for before, job in menu.links.tolist():
        if job in roster.served():
            loaded = dict(each for _, timed in roster.tours() for each in loaded_s(timed))
            assert loaded[job] >= roster.dispatcher.handed_over[before] + 600


def test_a_drone_that_ends_its_day_elsewhere_is_back_before_it_goes_there() -> None:
    found = instance(away(2, orders=4))
    candidates, arrays = candidates_of(found)
    menu = menu_of(candidates)
    board, cents = rebuilt(menu, arrays, 1)
    roster = Roster(found)
    write_day(roster, candidates, menu, board)
    assert list(roster.tours())
    assert roster.cents() == cents


@pytest.mark.parametrize("linked", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_two_parts_of_a_day_bettered_at_once_are_a_day(seed: int, linked: bool) -> None:
    """It is flown as it stands, costs what it says, and gets no dearer."""
    orders = list(random_request(Random(seed), 14, 4).orders)
    if linked:
        orders[1] = replace(orders[1], after=orders[0].id, after_s=600)
    asked = replace(random_request(Random(seed), 14, 4), orders=tuple(orders))
    found = instance(asked)
    candidates, arrays = candidates_of(found)
    menu = menu_of(candidates)
    rounds = improve.Rounds(200, seed, 1, lambda: math.inf, math.inf)
    states = improve.improve(candidates.offers, rounds, lambda number: number < 2)
    halves = Halves(
        menu, arrays, [board_of_choice(menu, arrays, state) for state in states], True, Stop()
    )
    least = list[int]()
    with ThreadPoolExecutor(2) as pool:
        for number in range(6):
            halves.better(pool, seed + 2 * number, 200, 1000.0, 15.0)
            least.append(int(cents_of(menu, halves.best)))
    assert least == sorted(least, reverse=True)
    roster = Roster(found)
    write_day(roster, candidates, menu, halves.best)
    assert roster.cents() == least[-1]
    assert len(roster.served()) == int((halves.best.serves >= 0).sum())


def test_a_day_begins_from_the_cheapest_board_and_goes_on_from_the_best() -> None:
    candidates, arrays = candidates_of(steady(1))
    menu = menu_of(candidates)
    board, cents = rebuilt(menu, arrays, 1)
    halves = Halves(menu, arrays, [empty_board(menu, arrays), board], False, Stop())
    assert cents_of(menu, halves.best) == cents
    halves.begin(halves.best)
    assert cents_of(menu, halves.best) == cents


class Watched(Halves):
    """Notes what each board costs that is begun from."""

    begun: ClassVar[list[int]]

    def begin(self, board: Board) -> None:
        super().begin(board)
        self.begun.append(int(cents_of(self._menu, board)))


def test_a_day_is_rebuilt_from_the_roster_where_that_is_cheaper_than_the_choices(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What was flown before is not lost: it may come of a choice that looked dearer."""
    found = steady(1)
    candidates, arrays = candidates_of(found)
    menu = menu_of(candidates)
    board, cents = rebuilt(menu, arrays, 1)
    roster, shares = Roster(found), iter((0.9,))
    write_day(roster, candidates, menu, board)
    monkeypatch.setattr(rebuild_day, "Halves", Watched)
    monkeypatch.setattr(Watched, "begun", [], raising=False)
    rounds = improve.Rounds(200, 1, 1, lambda: math.inf, math.inf)
    nothing = [empty_state(candidates.offers)]
    rebuild_day.rebuild_day(
        roster, candidates, menu, nothing, rounds, lambda cents: next(shares, None)
    )
    assert Watched.begun[-1] == cents >= roster.cents()


@pytest.mark.parametrize("large", [False, True])
def test_of_a_small_day_each_choice_is_tried_and_the_best_goes_on(
    monkeypatch: pytest.MonkeyPatch, large: bool
) -> None:
    """A large one begins from the cheapest alone."""
    found = steady(1)
    candidates, arrays = candidates_of(found)
    menu = menu_of(candidates)
    whole = improve.Rounds(200, 1, 1, lambda: math.inf, math.inf)
    good, *_ = improve.improve(candidates.offers, whole, lambda number: number < 2)
    flown = int(cents_of(menu, board_of_choice(menu, arrays, good)))
    choices = [empty_state(candidates.offers), good]
    none = int(cents_of(menu, empty_board(menu, arrays)))
    assert flown < none
    monkeypatch.setattr(rebuild_day, "is_large", lambda jobs: large)
    monkeypatch.setattr(rebuild_day, "Halves", Watched)
    monkeypatch.setattr(Watched, "begun", [], raising=False)
    roster, shares = Roster(found), iter((0.0, 0.125, 0.25, 0.5, 0.75))
    rebuild_day.rebuild_day(
        roster, candidates, menu, choices, whole, lambda cents: next(shares, None)
    )
    first, *tried = Watched.begun
    assert first == flown
    if large:
        assert tried == [flown]
    else:
        assert tried[:2] == [none, flown]
        assert roster.cents() <= tried[2] <= flown
        assert len(tried) == 3


def test_rounds_take_the_time_they_may_and_grow_colder() -> None:
    """Of up to four times as many flights each; by equal factors from the first to the last."""
    assert next_work(100, took_s=2.0, wanted_s=1.0) == 51
    assert next_work(100, took_s=1.0, wanted_s=9.0) == next_work(100, 0.0, 9.0) == 401
    assert [cooled(400.0, 4.0, spent) for spent in (0.0, 0.5, 1.0, 1.1)] == [400.0, 40.0, 4.0, 4.0]


def test_rounds_do_not_get_ever_shorter(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last are no shorter than others may be: to part a day and join it takes time as well."""
    found = steady(1)
    candidates, _ = candidates_of(found)
    menu, left_s, took_s = menu_of(candidates), [1.0], list[float]()

    class Timed(Halves):
        def better(
            self, pool: Executor, seed: int, flights: int, hot_cents: float, cold_cents: float
        ) -> None:
            took_s.append(1e-4 * flights)
            left_s.append(left_s[-1] - took_s[-1])

    monkeypatch.setattr(rebuild_day, "Halves", Timed)
    rounds = improve.Rounds(200, 1, 1, lambda: left_s[-1], math.inf)
    rebuild_day.rebuild_day(
        Roster(found),
        candidates,
        menu,
        [empty_state(candidates.offers)],
        rounds,
        lambda cents: 1 - left_s[-1] if left_s[-1] > 0 else None,
    )
    least_s = rebuild_day.ROUND_S * len(menu.unserved_cents)
    assert rebuild_day.ROUND_SHARE * left_s[-3] < least_s
    assert min(took_s[:-1]) == pytest.approx(least_s, abs=2e-4)


def test_what_turns_out_too_long_for_a_gap_goes_into_the_next() -> None:
    """By itself the sortie would fit in between; as it waits for others it does not."""
    rules = Rules(max_late_s=3600)
    found = instance(request(order("O-0", due=at("12:00")), drones=(drone("D-0"),), rules=rules))
    candidates, arrays = candidates_of(found)
    menu = menu_of(candidates)
    board, day, sorties = empty_board(menu, arrays), arrays.day(), menu.sorties
    shortest_s, sorties["hold_s"][:] = int(sorties["hold_s"].min()), SLACK_S + 60
    begin_s = int(sorties["first_s"].max()) + shortest_s - 60
    board.sorties[0], board.gaps.stays[0, 0] = 1, (begin_s, begin_s + 300)
    more, tried = serve(
        menu, arrays.sky, day, arrays.fleet, arrays.goods, board, np.int64(0), np.int64(0)
    )
    assert more < 0
    assert board.serves[0] == 0
    assert board.gaps.stays[0, 1, 0] >= begin_s + 300
    assert tried > 1
