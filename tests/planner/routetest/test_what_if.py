"""What-ifs are overlays: what they answer is what a network edited on disk would."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.edit import with_feature
from geodata.network import Network
from planner.air.airspace import Airspace
from planner.day.instance import Instance
from planner.request.request import Request
from planner.route.route import RouteQuery, Router
from planner.routetest.records import When
from planner.routetest.scene import Scenes
from planner.routetest.what_if import NEVER, without_lanes
from planner.rules.rulebook import shipped_rulebook
from planner.testing import edits, networks, requests


@st.composite
def asked(draw: st.DrawFn) -> tuple[Network, Request, When]:
    """Return a network, a day with an order, and what-ifs."""
    network = draw(networks(columns=2))
    request = draw(requests(network).filter(lambda each: each.orders))
    return network, request, draw(edits(network))


def on_their_own(network: Network, lanes: frozenset[str]) -> Network:
    """Return a network with some lanes each in a corridor of its own that is never open."""
    for name in sorted(lanes):
        corridor, lane = network.lanes[name]
        line = network.lonlat[corridor.id]
        network = without_lanes(network, frozenset({name}))
        closed = replace(corridor, id=f"{name}.SHUT", hours=NEVER, lanes=(lane,))
        network = with_feature(network, closed, line)
    return network


@settings(max_examples=40)
@given(asked())
def test_an_overlay_answers_as_a_network_made_anew(case: tuple[Network, Request, When]) -> None:
    network, request, when = case
    rulebook = shipped_rulebook()
    plain = replace(request, orders=())
    scenes = Scenes(network, plain, rulebook, permissions=False)
    before = scenes.on(request.fleet.day, None, When())
    for order in request.orders:  # what is kept of these answers must not change the others
        before.router.routes(RouteQuery(order))
    scene = scenes.on(request.fleet.day, None, when)
    edited = on_their_own(scene.network, scene.shut)
    anew = Router(Instance(Airspace(edited, scene.request), rulebook), permissions=False)
    for order in request.orders:
        over = scene.router.routes(RouteQuery(order)).routes
        from_scratch = anew.routes(RouteQuery(order)).routes
        assert [each.landing_s for each in over] == [each.landing_s for each in from_scratch]
        assert [each.kind for each in over] == [each.kind for each in from_scratch]


@settings(max_examples=10)
@given(asked())
def test_a_what_if_leaves_the_network_as_it_was(case: tuple[Network, Request, When]) -> None:
    network, request, when = case
    rulebook, edition = shipped_rulebook(), network.edition
    scenes = Scenes(network, replace(request, orders=()), rulebook, permissions=False)
    before = scenes.on(request.fleet.day, None, When())
    scenes.on(request.fleet.day, None, when)
    assert scenes.on(request.fleet.day, None, When()) is before
    assert (network.edition, before.network) == (edition, network)
    assert before.shut == frozenset()
