"""Days filled at once: what is tried in compiled code is what the dispatcher flies."""

from collections.abc import Iterable
from dataclasses import replace
from random import Random

import pytest

from planner.check import check_plan
from planner.day.tour import handed_over_s, loaded_s
from planner.dispatch.roster import Roster
from planner.fly.filling import Effort, Filling
from planner.fly.nearest import Nearest
from planner.fly.quick import FIRST, fill_at_once, there
from planner.plan.plan import Options
from planner.request.fleet import Rules
from planner.request.request import Request
from planner.rules.rulebook import shipped_rulebook
from planner.solve.assemble import assemble
from planner.testing.day import TYPE, at, clock, drone, order, request, second, weather, wind
from tests.geodata.small import small_network
from tests.planner.days import instance, random_request

OPTIONS = Options(seed=1, time_limit_s=1.0, deterministic=True, gap=0.0)


def filled(asked: Request, jobs: Iterable[int] | None = None) -> Roster:
    """Return a day filled at once; its plan keeps every rule."""
    given = instance(asked)
    roster = Roster(given)
    fill_at_once(roster, range(len(given.jobs)) if jobs is None else jobs)
    plan = assemble(given, roster, 0.0, "none", OPTIONS, lambda: True)
    assert check_plan(plan, small_network(), asked, shipped_rulebook()) == []
    return roster


def second_of(roster: Roster, kind: str, job: int) -> int:
    """Return when the loading of a job begins, or its unloading ends."""
    for _, timed in roster.tours():
        if job in timed.tour.jobs:
            return handed_over_s(timed, job) if kind == "unload" else dict(loaded_s(timed))[job]
    raise LookupError(job)


@pytest.mark.parametrize("seed", [0, 2, 3])
def test_a_day_filled_at_once_keeps_every_rule(seed: int) -> None:
    draw = Random(seed)
    asked = random_request(draw, 14, 4, max_orders_per_sortie=3, max_late_s=1800)
    orders = list(asked.orders)
    orders[1] = replace(orders[1], after=orders[0].id, after_s=300)
    orders[4] = replace(orders[4], not_with=(orders[5].id,))
    drones = list(asked.fleet.drones)
    drones[0] = replace(drones[0], ends_at="SZ-V2")
    fleet = replace(asked.fleet, drones=tuple(drones))
    roster = filled(replace(asked, orders=tuple(orders), fleet=fleet))
    assert roster.served()


def test_a_thorough_trial_takes_the_cheapest_start() -> None:
    """The first that flies meets strong wind; an hour later it costs less."""
    windy = weather(wind("00:00", "09:00", 10.0))
    filling = Filling(Roster(instance(request(order(), weather=windy))))
    first = filling.trial(there((0,)), Effort(1, 60, 120))
    cheapest = filling.trial(there((0,)), Effort(1, 60, 120, thorough=True))
    assert first is not None
    assert cheapest is not None
    assert first.start_s < second("08:00") < second("08:30") < cheapest.start_s
    assert cheapest.cents < first.cents


def test_what_is_found_is_entered_as_it_was_found() -> None:
    """Beside what the roster holds already: the second sortie keeps clear of the first."""
    given = instance(request(order("O-0"), order("O-1"), drones=(drone("D-0"), drone("D-1"))))
    roster = Roster(given)
    for count in (1, 2):
        filling = Filling(roster)
        found = filling.trial(there((count - 1,)), FIRST)
        assert found is not None
        before = roster.cents()
        assert filling.enter(found)
        left_out = given.unserved_cents((count - 1,))
        assert roster.cents() - before == found.cents - left_out
        assert len(roster.served()) == count


def test_an_order_that_comes_after_another_waits_for_it() -> None:
    roster = filled(
        request(
            order("O-1"),
            order("O-2", "SZ-V2", "SZ-V1", after="O-1", after_s=600),
            drones=(drone("D-0"), drone("D-1")),
        )
    )
    assert second_of(roster, "load", 1) >= second_of(roster, "unload", 0) + 600


def test_what_an_order_comes_after_may_be_due_later() -> None:
    """It goes among those left over, once the other is handed over."""
    first = order("O-1", due=at("12:00"))
    then = order("O-2", "SZ-V2", "SZ-V1", after="O-1", due=at("11:59"))
    assert filled(request(first, then)).served() == {0, 1}
    assert filled(request(first, then), jobs=(1,)).served() == set()


def test_a_drone_that_ends_elsewhere_is_back_for_its_last_flight() -> None:
    away = drone("D-0", ends_at="HK-V2", available_until=at("10:00"))
    orders = [order(f"O-{number}", due=at("12:00")) for number in range(8)]
    roster = filled(request(*orders, drones=(away,), rules=Rules(max_orders_per_sortie=1)))
    last = roster.last["D-0"]
    assert last is not None
    assert 0 < len(roster.flown["D-0"]) < 8
    assert all(timed.end_s <= last.start_s for timed in roster.flown["D-0"])


def test_orders_share_a_sortie_only_where_that_is_cheaper() -> None:
    """The second is ready in the first half of the first one's window, but too late for it."""
    over_s = second_of(filled(request(order("O-1"))), "unload", 0)
    soon = order("O-1", due=at(clock(over_s + 60)))
    middle_s = (second("08:00") + over_s + 60) // 2
    later = order("O-2", ready=at(clock(middle_s)), due=at("12:00"))
    alike = order("O-2", due=at("12:00"))
    apart = filled(request(soon, later, rules=Rules(max_late_s=0)))
    assert sorted(timed.tour.jobs for _, timed in apart.tours()) == [(0,), (1,)]
    assert [timed.tour.jobs for _, timed in filled(request(soon, alike)).tours()] == [(0, 1)]


def test_a_drone_takes_an_order_of_the_way_back_along() -> None:
    """Where each alone would take a sortie; over the boundary a drone crosses twice at most."""
    out, back = order("O-1", due=at("12:00")), order("O-2", "SZ-V2", "SZ-V1", due=at("12:00"))
    assert [timed.tour.jobs for _, timed in filled(request(out, back)).tours()] == [(0, 1)]
    over = order("O-1", "SZ-V1", "HK-V1", due=at("12:00"))
    home = order("O-2", "HK-V1", "SZ-V1", due=at("12:00"))
    for base in ("SZ-V1", "HK-V1"):
        assert filled(request(over, home, drones=(drone("D-0", base),))).served() == {0, 1}


def test_orders_too_heavy_together_go_one_by_one() -> None:
    heavy = [order(f"O-{number}", mass_kg=6.0, due=at("12:00")) for number in range(2)]
    roster = filled(request(*heavy))
    assert sorted(timed.tour.jobs for _, timed in roster.tours()) == [(0,), (1,)]


def test_orders_left_over_go_at_any_later_time_of_their_windows() -> None:
    """One drone, and five orders that are ready and due at once, but may be late."""
    orders = [order(f"O-{number}", due=at("08:40")) for number in range(5)]
    rules = Rules(max_orders_per_sortie=1, max_late_s=4 * 3600)
    assert filled(request(*orders, drones=(drone("D-0"),), rules=rules)).served() == set(range(5))


def test_nothing_is_entered_once_the_time_is_past() -> None:
    given = instance(request(*(order(f"O-{number}") for number in range(3))))
    roster, asked, told = Roster(given), iter((False, True)), list[float]()
    fill_at_once(roster, range(3), lambda: next(asked), told.append)
    assert len(list(roster.tours())) == 1
    assert told == [0.0]


def test_squads_are_the_nearest_that_may_carry_the_jobs() -> None:
    fleet = (
        drone("D-0", "SZ-V1"),
        drone("D-1", "HK-V1"),
        drone("D-2", "SZ-V1", goods=("document",)),
    )
    given = instance(request(order("O-1", "SZ-V1", "SZ-V2", goods="general"), drones=fleet))
    found = Nearest(given).squads((0,), 9)
    assert [given.squads[number].drones for number, *_ in found] == [("D-0",), ("D-1",)]
    number, start_s, away_s = found[0]
    squad, job = given.squads[number], given.jobs[0]
    assert start_s == job.ready_s - squad.kind.preflight_s
    assert 0 < away_s < found[1][2]
    assert len(Nearest(given).squads((0,), 1)) == 1


def test_squads_that_wind_keeps_back_come_after_those_that_fly() -> None:
    """The nearer one may not fly until 09:00; the order is ready at 08:00."""
    sturdy = replace(TYPE, id="S", wind_limit_m_s=13.0)
    fleet = (drone("D-0", "SZ-V1"), drone("D-1", "HK-V1", type="S"))
    asked = request(
        order("O-1", "SZ-V1", "SZ-V2", due=at("10:00")),
        drones=fleet,
        types=(TYPE, sturdy),
        weather=weather(wind("00:00", "09:00", 12.5)),
    )
    given = instance(asked)
    found = Nearest(given).squads((0,), 9)
    assert [given.squads[number].drones for number, *_ in found] == [("D-1",), ("D-0",)]
    assert found[0][1] < second("08:00")
    assert found[1][1] == second("09:00") - TYPE.preflight_s
    assert len(Nearest(given).squads((0,), 1)) == 1


def test_an_order_that_wind_keeps_back_is_served_after_it() -> None:
    windy = weather(wind("00:00", "09:00", 12.5))
    roster = filled(request(order("O-0", due=at("10:00")), weather=windy))
    assert second_of(roster, "unload", 0) > second("09:00")
