"""Legs that wait for a place to open are told without a search, and are those of one."""

from dataclasses import replace
from random import Random

import pytest

from geodata.network import Network
from planner.air.airspace import Airspace
from planner.air.awaited import awaited_leg
from planner.air.legs import Legs
from planner.air.search import Quickest
from planner.air.ways import Ways
from planner.testing.random_network import BEGIN_S, END_S, random_day, random_network
from tests.geodata.small import changed
from tests.planner.leg_cases import leg_cases

SEEDS = range(40)
OPENS = "08:40-24:00"


def opening(draw: Random, destination: str) -> Network:
    """Return a random network in which all is open, but one place from 08:40 on."""
    network = random_network(draw)
    for each in (*network.sites, *network.corridors):
        network = changed(network, each, hours=OPENS if each == destination else "24/7")
    for zone in network.zones:
        network = changed(network, zone, schedule="off")
    return network


def test_a_leg_put_off_is_the_one_that_a_search_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    """In changing wind, from whenever it is ready; some are told, and not all."""
    monkeypatch.setattr("planner.air.search.awaited_leg", lambda *_: None)
    told = untold = 0
    for seed in SEEDS:
        draw = Random(seed)
        destination = draw.choice(("SZ-V1", "SZ-C2", "HK-V2", "HK-J"))
        network, day = opening(draw, destination), random_day(draw)
        winds = draw.sample(day.weather.winds, draw.choice((0, len(day.weather.winds))))
        day = replace(day, weather=replace(day.weather, winds=tuple(winds)))
        legs = Legs(Airspace(network, day))
        quickest, kind = Quickest(legs), next(iter(legs.kinds.values()))
        for origin in sorted({"SZ-V2", "SZ-C1", "HK-V1", "HK-J"} - {destination}):
            ready_s = draw.randrange(BEGIN_S, END_S)
            ways = Ways(legs, kind, network.side_of(origin))
            if origin not in legs.arcs.out_vertex or destination not in legs.arcs.in_vertex:
                continue
            found = awaited_leg(ways, origin, destination, ready_s, END_S + 3600)
            searched = quickest.depart(kind, origin, destination, ready_s)
            if found is None:
                untold += 1
                continue
            told += 1
            assert searched is not None
            # A search tells instants apart that are within its touch, and may miss a shorter leg.
            assert searched.landing_s - 1 <= found.landing_s <= searched.landing_s
            assert found.airborne_s <= searched.airborne_s + 1e-5
    assert told > 20
    assert untold > 20


def test_no_leg_takes_off_before_its_own_air_is_open() -> None:
    """One that waits for that is the leg that is ready when it opens."""
    later = 0
    for seed in SEEDS:
        for case in leg_cases(seed, 6):
            takeoff_s = case.quickest.takeoff_s(case.kind, case.origin, case.ready_s)
            found = case.answer()
            if found is None or case.without:
                continue
            assert takeoff_s is not None
            assert case.ready_s <= takeoff_s <= found.takeoff_s
            later += takeoff_s > case.ready_s
            at_opening = case.quickest.depart(case.kind, case.origin, case.destination, takeoff_s)
            assert at_opening is not None
            assert at_opening.landing_s == found.landing_s
    assert later > 10
