"""The routes of a grid are those that a query for each would find."""

import datetime as dt
from dataclasses import replace
from random import Random
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.features import GoodsClass
from planner.air.airspace import Airspace
from planner.day.instance import Instance
from planner.impact.grid import NONE_S, Grid
from planner.impact.routes import Routes
from planner.request.order import Order
from planner.route.route import RouteQuery, Router
from planner.rules.rulebook import shipped_rulebook
from planner.testing.day import at
from planner.testing.random_network import BEGIN_S, END_S, VERTIPORTS, random_day, random_network
from tests.planner.cruise_power import with_cruises


def grid_of(draw: Random, *shares: float) -> Grid:
    """Return a grid of every class on a random day, with uneven departures.

    Types have other cruises at some shares of their airspeeds.
    """
    day = random_day(draw)
    types = tuple(with_cruises(kind, *shares) for kind in day.fleet.types)
    day = replace(day, fleet=replace(day.fleet, types=types))
    departures = sorted(draw.sample(range(BEGIN_S - 600, END_S), 4))
    goods = tuple(get_args(GoodsClass))
    return Grid(
        day, shipped_rulebook(), VERTIPORTS, tuple(day.types), goods, tuple(departures), 1.0
    )


@settings(derandomize=True, max_examples=10, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(((), (0.8, 1.2), (0.7,))))
def test_each_cell_is_what_a_route_query_answers(seed: int, shares: tuple[float, ...]) -> None:
    """Landing and cost are equal to the router's, through closures and changing wind.

    That is at the cruise that lands first.
    """
    draw = Random(seed)
    network, grid = random_network(draw), grid_of(draw, *shares)
    routes = Routes(network, grid)
    found = routes.outcomes(np.ones(grid.shape, dtype=bool))
    router = Router(Instance(Airspace(network, grid.request), grid.rulebook), permissions=False)
    cells = [tuple(draw.randrange(size) for size in grid.shape) for _ in range(50)]
    for cell in cells:
        kind, goods, departure, origin, destination = cell
        if origin == destination:
            assert found.landing_s[cell] == NONE_S
            continue
        ends = grid.vertiports[origin], grid.vertiports[destination]
        order = _order(routes, *ends, grid.goods[goods], grid.departures[departure])
        answer = router.routes(RouteQuery(order, grid.types[kind])).routes
        if not answer:
            assert found.landing_s[cell] == NONE_S
            continue
        assert found.landing_s[cell] == answer[0].landing_s
        seconds = answer[0].landing_s - answer[0].flights[0].takeoff_s
        prices = routes.instance.prices
        cents = seconds * prices.drone_minute_cents / 60
        cents += sum(answer[0].energies_wh) * prices.energy_kwh_cents / 1000
        assert found.cents[cell] == pytest.approx(cents, abs=0.02)


def _order(routes: Routes, origin: str, destination: str, goods: GoodsClass, ready_s: int) -> Order:
    order = routes.job(origin, destination, goods).order
    return replace(order, ready=at("00:00") + dt.timedelta(seconds=ready_s))


def test_cells_that_are_not_wanted_are_left_out() -> None:
    """Only what is asked for is worked out."""
    draw = Random(3)
    network, grid = random_network(draw), grid_of(draw)
    every = Routes(network, grid).outcomes(np.ones(grid.shape, dtype=bool))
    wanted = np.zeros(grid.shape, dtype=bool)
    wanted[:, 1:3, ::2] = True
    some = Routes(network, grid).outcomes(wanted)
    assert (some.landing_s[~wanted] == NONE_S).all()
    assert (some.landing_s[wanted] == every.landing_s[wanted]).all()
    assert (every.landing_s != NONE_S).any()
