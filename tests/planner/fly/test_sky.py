"""The legs of a day as arrays are those of `planner.air.legs`."""

from random import Random

import numpy as np
import pytest

from planner.air.ways_round import other_ways
from planner.day.instance import Instance
from planner.fly.records import NONE
from planner.fly.sky import kinds_of, sky_of
from tests.planner.days import instance, random_request


@pytest.mark.parametrize("seed", range(3))
def test_legs_are_the_quickest_chains_in_their_own_wind_and_the_next(seed: int) -> None:
    given = instance(random_request(Random(seed), 4, 3))
    legs, sites = given.legs, range(len(given.legs.site_ids))
    sky = sky_of(given, sites, 0, 86_400, 0)
    met = 0
    for number, kind in enumerate(kinds_of(given)):
        for step, here, there in np.ndindex(len(legs.steps) - 1, len(sites), len(sites)):
            if here == there:
                continue
            leg = sky.leg[number, step, here, there]
            origin, destination = legs.site_ids[here], legs.site_ids[there]
            if np.isinf(legs.static_s(kind, step, origin, destination)):
                assert leg["flight"] == NONE
                continue
            chain = legs.static_chain(kind, step, origin, destination)
            for name, of in (("flight", step), ("onward", step + 1)):
                steady = _steady(given, number, chain.lanes, of)
                assert (steady is None) == (leg[name] == NONE)
                if steady is not None:
                    flight = sky.flight[leg[name]]
                    block = sky.block[flight["begin"] : flight["end"]]
                    assert steady == (
                        tuple(block["enter"]),
                        tuple(block["leave"]),
                        flight["airborne_s"],
                    )
                    assert tuple(block["block"]) == chain.blocks
                    assert flight["climbed_m"] == chain.climbed_m
                    met += 1
    assert met > 500


def test_legs_without_other_ways_are_kept_until_others_are_asked_for() -> None:
    given = instance(random_request(Random(0), 4, 3))
    sites = range(len(given.legs.site_ids))
    sky = sky_of(given, sites, 0, 86_400, 0)
    sky_of(given, sites, 0, 86_400, 3)
    assert sky_of(given, sites, 0, 86_400, 0) is sky
    later = sky_of(given, sites, 50_000, 86_400, 0)
    assert np.count_nonzero(later.leg["flight"] != NONE) < np.count_nonzero(
        sky.leg["flight"] != NONE
    )
    assert sky_of(given, sites, 0, 86_400, 0) is not sky


@pytest.mark.parametrize("seed", range(2))
def test_other_ways_are_flown_where_they_are_open_and_not_the_quickest(seed: int) -> None:
    given = instance(random_request(Random(seed), 4, 3))
    legs, sites = given.legs, range(len(given.legs.site_ids))
    sky = sky_of(given, sites, 0, 86_400, 3)
    met, shut = 0, 0
    for number, kind in enumerate(kinds_of(given)):
        for step, here, there in np.ndindex(len(legs.steps) - 1, len(sites), len(sites)):
            ends, found = (legs.site_ids[here], legs.site_ids[there]), sky.way[number, step]
            ways = other_ways(legs, kind, ends)[:3] if here != there else ()
            usual = None
            if ways and not np.isinf(legs.static_s(kind, step, *ends)):
                usual = legs.static_chain(kind, step, *ends).lanes
            assert (found[here, there, len(ways) :] == NONE).all()
            for at, way in enumerate(ways):
                steady = _steady(given, number, way.lanes, step)
                wanted = steady if way.lanes != usual else None
                assert (wanted is None) == (found[here, there, at] == NONE)
                shut += steady is None
                if wanted is not None:
                    flight = sky.flight[found[here, there, at]]
                    block = sky.block[flight["begin"] : flight["end"]]
                    assert tuple(block["block"]) == way.blocks
                    assert tuple(block["enter"]) == wanted[0]
                    met += 1
    assert met > 200
    assert shut


def _steady(
    given: Instance, number: int, lanes: tuple[str, ...], step: int
) -> tuple[tuple[int, ...], tuple[int, ...], float] | None:
    """Return a chain flown in a stretch, None where it may not be."""
    legs = given.legs
    chain = legs.chain(lanes)
    if step == len(legs.steps) - 1 or not legs.closed(step).isdisjoint(chain.blocks):
        return None
    return legs.steady(kinds_of(given)[number], chain, legs.airspace.epoch(legs.steps[step]))
