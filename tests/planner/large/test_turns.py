"""How the time of a large day is shared by turns: only those in which parts can choose."""

from planner.large.turns import DETERMINISTIC_TURNS, LAST_SHARE, TURN_SHARE, Turns, least_part_s
from planner.solve_options import SolveOptions


def turns(left_s: list[float], limit_s: float = 900.0, orders: int = 10_000) -> Turns:
    """Return turns of a clock that shows some times left, one after the other, then the last."""
    options = SolveOptions(time_limit_s=limit_s, workers=2)
    return Turns(options, orders, lambda: left_s.pop(0) if len(left_s) > 1 else left_s[0])


def test_a_turn_takes_a_share_of_what_is_left_and_the_last_takes_the_rest() -> None:
    found = turns([850.0, 850.0, 450.0])
    parts = 10_000 // found.size
    first, second = found.seconds(0, parts), found.seconds(1, parts)
    assert first is not None
    assert second is not None
    kept_s = 90.0 + 20.0
    assert first == TURN_SHARE * (850.0 - kept_s)
    assert second > TURN_SHARE * (450.0 - kept_s)
    assert second <= LAST_SHARE * (450.0 - kept_s)


def test_there_is_no_turn_where_parts_had_no_time_to_choose() -> None:
    found = turns([100.0], limit_s=120.0)
    parts = 10_000 // found.size
    assert least_part_s(found.size) * parts > LAST_SHARE * 100.0 * 2
    assert found.seconds(0, parts) is None


def test_a_turn_that_took_longer_than_asked_leaves_room_for_the_next_to_do_so() -> None:
    """The first asked for half of 740 s and took 600."""
    found = turns([850.0, 850.0, 250.0], orders=10_000)
    assert found.seconds(0, 50) is not None
    second = found.seconds(1, 50)
    slow = 600.0 / (TURN_SHARE * 740.0)
    assert second is None or second <= LAST_SHARE / slow * 140.0


def test_turns_are_counted_where_wall_time_may_not_decide() -> None:
    options = SolveOptions(time_limit_s=5.0, workers=1, deterministic=True)
    found = Turns(options, 500, lambda: 0.0)
    asked = [found.seconds(turn, 4) for turn in range(DETERMINISTIC_TURNS + 1)]
    assert asked == [5.0] * DETERMINISTIC_TURNS + [None]
