"""The benchmarks run to their end on a small day, and their judge can be trusted."""

import datetime as dt
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from geodata.check import check_network
from planner.air.airspace import Airspace
from planner.day.instance import Instance
from planner.day.tour import Step
from tests.bench import bench_city, bench_day, bench_peers, bench_search
from tests.bench.cases import Case, make_case, make_city_case, write_figures
from tests.bench.given import NEVER_S, Given
from tests.bench.judge import judge, plan_of
from tests.bench.repriced import dearer_lateness, priced_by
from tests.bench.routes import Route, fly, fly_alone


@pytest.fixture(scope="module")
def case() -> Case:
    return make_case(orders=8, drones=3)


@pytest.fixture(scope="module")
def instance(case: Case) -> Instance:
    return Instance(Airspace(case.network, case.request), case.rulebook)


def test_every_planner_gives_a_plan_that_the_checker_passes(case: Case) -> None:
    verdicts = bench_peers.run_all(case, 1.0, lambda each: None)
    assert len(verdicts) == len(bench_peers.peers()) + 3
    # No release of vrp-cli runs on later ones.
    assert len(verdicts) == (10 if sys.version_info < (3, 13) else 9)
    for each in verdicts:
        assert not each.broken, each
        assert each.on_time + each.late + each.unserved == 8
    lines = bench_peers.report(verdicts, "HKD").splitlines()
    assert len(lines) == len(verdicts) + 2
    assert all(line.endswith("| 0 |") for line in lines[2:])


def test_a_plan_made_with_lateness_dearer_costs_what_the_request_says() -> None:
    """The checker finds it right at the request's own prices, and wrong as it was."""
    case = make_case(orders=40, drones=1)
    dear = dearer_lateness(case.request, 10)
    plan = plan_of(fly_alone(Instance(Airspace(case.network, dear), case.rulebook)), 0.0)
    own = priced_by(plan, case.request)
    assert 0 < own.cost.lateness_cents < plan.cost.lateness_cents
    assert not judge("own", own, case, 0.0).broken
    assert judge("dear", replace(plan, request=case.request.hash), case, 0.0).broken


def test_a_day_is_reported_with_its_bound(case: Case) -> None:
    verdict, bound_cents = bench_day.run(case, 1.0)
    assert not verdict.broken
    assert 0 < bound_cents <= verdict.cents
    assert len(bench_day.report(case, verdict, bound_cents, 100.0).splitlines()) == 3


def test_a_city_has_a_day_that_its_network_can_carry() -> None:
    """Every vertiport is a base, and most orders go near by."""
    case = make_city_case(orders=400, drones=60)
    assert check_network(case.network) == []
    assert (len(case.request.orders), len(case.request.fleet.drones)) == (400, 60)
    assert {each.base for each in case.request.fleet.drones} == set(case.network.vertiports)
    side_of = case.network.side_of
    crossing = [
        each for each in case.request.orders if side_of(each.origin) != side_of(each.destination)
    ]
    assert 0.05 < len(crossing) / 400 < 0.15
    assert bench_city.peak_mib(2) > 0


def test_the_judge_catches_a_broken_timing(case: Case, instance: Instance) -> None:
    """Known-bad control: one landing a minute early, all else as it was."""
    plan = plan_of(fly_alone(instance), 0.0)
    assert not judge("good", plan, case, 0.0).broken
    first = plan.sorties[0]
    early = replace(first.stops[1], arrive=first.stops[1].arrive - dt.timedelta(minutes=1))
    broken = replace(first, stops=(first.stops[0], early, *first.stops[2:]))
    verdict = judge("bad", replace(plan, sorties=(broken, *plan.sorties[1:])), case, 0.0)
    assert verdict.broken


def test_a_route_is_cut_where_a_sortie_must_end(instance: Instance) -> None:
    """Three orders one after the other are more than a sortie may hold, and all are flown."""
    given = Given(instance)
    squad = max(
        range(len(instance.squads)), key=lambda at: sum(at in each for each in given.squads_for)
    )
    jobs = [job for job in given.jobs if squad in given.squads_for[job]][:3]
    assert len(jobs) == 3
    steps = tuple(Step(job, load) for job in jobs for load in (True, False))
    flown = fly(instance, [Route(squad, instance.squads[squad].from_s, steps)])
    most = instance.rules.max_orders_per_sortie
    assert all(len(timed.tour.jobs) <= most for _, timed in flown.roster.tours())
    assert set(jobs) <= flown.roster.served()


def test_an_order_left_out_by_its_route_is_rescued(instance: Instance) -> None:
    assert fly(instance, []).rescued == fly_alone(instance).served() != set()


def test_goods_cross_only_by_way_of_customs(instance: Instance) -> None:
    """Given to a peer: loaded over the boundary takes longer than empty, astray is impossible."""
    given = Given(instance)
    kind = instance.squads[0].kind
    airborne = given.airborne(kind)
    for place, job in enumerate(given.jobs):
        load, unload = given.pickup(place), given.pickup(place) + 1
        assert airborne[load, unload] < NEVER_S
        assert airborne[load, : len(given.bases)].min() == NEVER_S
        ends = given.nodes[load].site, given.nodes[unload].site
        direct_s = instance.legs.static_s(kind, instance.legs.step(12 * 3600), *ends)
        if instance.jobs[job].crosses:
            assert airborne[load, unload] > direct_s
        side = instance.network.side_of(ends[0])
        for other, node in enumerate(given.nodes):
            if not instance.jobs[job].crosses and instance.network.side_of(node.site) != side:
                assert airborne[load, other] == NEVER_S


def test_figures_go_between_their_marks(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- one -->\nold\n<!-- /one -->\nafter\n")
    write_figures("one", "new\n", page)
    write_figures("one", "newer\n", page)
    assert page.read_text() == "before\n<!-- one -->\n\nnewer\n\n<!-- /one -->\nafter\n"
    with pytest.raises(LookupError, match="two"):
        write_figures("two", "new\n", page)


def test_what_the_parts_of_the_search_find_is_not_below_the_bound(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bench_search, "WORK", 10_000)
    monkeypatch.setattr(bench_search, "ON_DAY_S", 0.1)
    bench = bench_search.Bench(8, 3)
    bench_search.run(bench)
    assert len(bench.rows) == 16
    for name, _, chosen, flown, _ in bench.rows:
        assert chosen == "-" or not chosen.startswith("-"), name
        assert not flown.startswith("-"), name
