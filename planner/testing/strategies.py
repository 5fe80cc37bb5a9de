"""Hypothesis strategies: networks that can be flown, days to fly on them, and edits."""

import datetime as dt
from dataclasses import replace
from typing import Literal

from hypothesis import strategies as st

from geodata.features import Checkpoint, Corridor, GoodsClass, Vertiport, Zone
from geodata.network import Network
from planner.request.order import Order
from planner.request.request import Request
from planner.routetest.records import When, WindEdit
from planner.testing.any_network import any_networks
from planner.testing.day import at, clock, papers
from planner.testing.day import order as made_order
from planner.testing.random_network import BEGIN_S, END_S, random_day, random_hours, random_network

__all__ = ["any_networks", "edits", "networks", "orders", "requests"]

_RANDOM = st.randoms(use_true_random=False)
_GOODS: tuple[GoodsClass, ...] = ("document", "general", "biological")


@st.composite
def networks(draw: st.DrawFn, columns: Literal[2, 3] | None = None) -> Network:
    """Return a small network over both sides, full of hours; it need not keep every rule.

    Vertiports, checkpoints (one of them joint), waypoints in two rows of `columns`, corridors
    between them and over the boundary, up to two restricted zones. `any_networks` makes networks
    of every layer whose features have nothing to do with each other.
    """
    sizes: tuple[Literal[2, 3], ...] = (2, 3) if columns is None else (columns,)
    return random_network(draw(_RANDOM), draw(st.sampled_from(sizes)))


@st.composite
def orders(draw: st.DrawFn, network: Network, identifier: str = "O-1") -> Order:
    """Return an order between two vertiports of a network, its papers lodged or not."""
    origin, destination = draw(
        st.lists(st.sampled_from(sorted(network.vertiports)), min_size=2, max_size=2, unique=True)
    )
    goods = draw(st.sampled_from(_GOODS))
    ready_s = draw(st.integers(BEGIN_S, END_S - 600))
    return made_order(
        identifier,
        origin=origin,
        destination=destination,
        goods=goods,
        mass_kg=draw(st.sampled_from((0.5, 3.0, 9.5))),
        ready=at(clock(ready_s)),
        due=at(clock(ready_s)) + dt.timedelta(seconds=draw(st.integers(600, 7200))),
        sealed=draw(st.booleans()),
        declarations=papers(goods) if draw(st.booleans()) else (),
    )


@st.composite
def requests(draw: st.DrawFn, network: Network, max_orders: int = 3) -> Request:
    """Return a day on a network: one or two drone types in changing wind, and some orders."""
    number = draw(st.integers(0, max_orders))
    listed = tuple(draw(orders(network, f"O-{at}")) for at in range(1, number + 1))
    return replace(random_day(draw(_RANDOM)), orders=listed)


@st.composite
def edits(draw: st.DrawFn, network: Network) -> When:
    """Return what-ifs of a network: things closed, zones active, other hours, goods and wind."""
    closable = sorted((*network.lanes, *network.corridors, *network.sites, *network.waypoints))
    timed: list[str] = [
        each.id
        for layer in ("corridors", "vertiports", "checkpoints", "zones")
        for each in network.layer(layer)
        if isinstance(each, Corridor | Vertiport | Checkpoint | Zone)
    ]
    zones, posts = sorted(network.zones), sorted(network.checkpoints)
    active = st.lists(st.sampled_from(zones), max_size=1) if zones else st.just(list[str]())
    winds = st.lists(
        st.builds(
            WindEdit,
            speed=st.sampled_from((0.0, 3.0, 6.5, 9.0, 14.0)),
            from_degrees=st.floats(0, 359),
        ),
        max_size=1,
    )
    return When(
        close=tuple(draw(st.lists(st.sampled_from(closable), max_size=2, unique=True))),
        activate=tuple(draw(active)),
        hours={
            name: random_hours(draw(_RANDOM))
            for name in draw(st.lists(st.sampled_from(timed), max_size=2, unique=True))
        },
        clears={
            name: tuple(draw(st.lists(st.sampled_from(_GOODS), max_size=3, unique=True)))
            for name in draw(st.lists(st.sampled_from(posts), max_size=1) if posts else st.just([]))
        },
        wind=tuple(draw(winds)),
    )
