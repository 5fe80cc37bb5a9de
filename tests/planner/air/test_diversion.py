"""Where a drone goes that cannot stay: as the checker has it, and never better than the least."""

import math
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.network import Network
from geodata.schedule import contains
from planner.air.airspace import Airspace
from planner.air.diversion import Diversions
from planner.air.legs import Legs
from planner.check.battery import Diversions as CheckedDiversions
from planner.check.day import Day
from planner.energy import leg_energy_wh
from planner.request.request import Request
from planner.rules.rulebook import shipped_rulebook
from planner.testing.day import TYPE, order, request, second
from planner.testing.random_network import BEGIN_S, END_S, random_day, random_network
from tests.geodata.small import changed, small_network


def diversions(network: Network, asked: Request) -> tuple[Diversions, CheckedDiversions, Legs]:
    """Return the planner's and the checker's diversions of a day, and the planner's legs."""
    legs = Legs(Airspace(network, asked))
    return Diversions(legs), CheckedDiversions(Day(network, asked, shipped_rulebook())), legs


@settings(max_examples=25)
@given(seed=st.integers(0, 10**6))
def test_planner_and_checker_agree_and_no_diversion_takes_less_than_the_least(seed: int) -> None:
    """At every site of networks full of closures, at any second, with and without a load."""
    draw = Random(seed)
    network, asked = random_network(draw), random_day(draw)
    for site in sorted(network.sites):
        network = changed(network, site, diversion=draw.random() < 0.6)
    found, checked, legs = diversions(network, asked)
    for kind in asked.fleet.types:
        for site in legs.site_ids:
            landing_s, load_kg = draw.randint(BEGIN_S, END_S), draw.choice((0.0, 2.5))
            wh = found.energy_wh(kind, site, load_kg, landing_s)
            assert wh == pytest.approx(checked.energy_wh(kind, site, load_kg, landing_s))
            assert leg_energy_wh(kind, load_kg, *found.least(kind, site)) <= wh


def test_a_site_that_closes_is_passed_by_from_the_second_on_in_which_it_is_closed() -> None:
    """From HK-V2 HK-J1 is the nearest; from 20:00 on it is SZ-V2, open until 22:00."""
    found, _, legs = diversions(small_network(), request(order()))
    near, far = (legs.calm_chain(TYPE, "HK-V2", site) for site in ("HK-J1", "SZ-V2"))
    assert near is not None
    assert far is not None
    for landed, chain in (("20:00:00", near), ("20:00:01", far)):
        seconds = legs.calm_s(TYPE, "HK-V2", chain.destination)
        right = leg_energy_wh(TYPE, 5.0, seconds, chain.climbed_m)
        assert found.energy_wh(TYPE, "HK-V2", 5.0, second(landed)) == pytest.approx(right)


def test_where_nothing_that_takes_diversions_is_open_no_energy_is_enough() -> None:
    network = small_network()
    for site in network.sites:
        network = changed(network, site, diversion=site in ("HK-C1", "HK-J1"))
    found, _, legs = diversions(network, request(order()))
    hours = legs.airspace.calendar.intervals(network.sites["HK-C1"].hours)
    assert contains(hours, second("12:00"), second("12:00"))
    assert math.isfinite(found.energy_wh(TYPE, "HK-V2", 0.0, second("12:00")))
    assert math.isinf(found.energy_wh(TYPE, "HK-V2", 0.0, second("21:00")))
