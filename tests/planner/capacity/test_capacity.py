"""No timetable passes more than the capacity, and what is said to limit it does.

On the small network goods clear at HK-J1 (joint), or at SZ-C1 and HK-C1; all share two crossings.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import networkx as nx
import pytest

from geodata.features import GoodsClass
from geodata.network import Network
from planner.capacity.capacity import Capacities, Capacity
from planner.capacity.question import MIX, CapacityQuestion, park_vertiports
from planner.capacity.room import HOUR_S, Passings, Rooms
from planner.day.instance import Instance
from planner.request.fleet import Cruise, DroneType
from planner.testing.day import TYPE, drone, request, second
from tests.geodata.small import changed, small_network, without
from tests.planner.days import instance

NOON_S = second("12:00")
BIOLOGICAL: Mapping[GoodsClass, float] = {"biological": 1.0}


def asked(
    network: Network,
    shares: Mapping[GoodsClass, float] = MIX,
    types: Sequence[DroneType] = (TYPE,),
    **fields: Any,
) -> Capacities:
    drones = tuple(drone(f"D-{kind.id}", type=kind.id) for kind in types)
    day = instance(request(drones=drones, types=tuple(types)), network)
    ends = park_vertiports(network, "SZ"), park_vertiports(network, "HK")
    return Capacities(day, CapacityQuestion(*ends, shares, **fields))


def noon(network: Network, shares: Mapping[GoodsClass, float] = MIX, **fields: Any) -> Capacity:
    return asked(network, shares, **fields).at(NOON_S, "both")


def one_bay() -> Network:
    """Return the small network with the joint checkpoint alone, and one bay there."""
    return changed(without(small_network(), "SZ-C1", "HK-C1", *_SPURS), "HK-J1", bays=1)


_SPURS = ("SZ-3", "SZ-4", "HK-3", "HK-4")


def test_one_bay_passes_an_hour_over_its_time_of_service() -> None:
    """Where one bay alone limits, the rate is 3600 s by the seconds of a clearance."""
    found = noon(one_bay(), BIOLOGICAL)
    job = asked(one_bay(), BIOLOGICAL).states.job(0, "biological")
    service_s = job.clearings["HK-J1"].service_s
    assert found.total == pytest.approx(HOUR_S / service_s)
    assert [(each.room.kind, each.room.at) for each in found.bottlenecks] == [("bays", "HK-J1")]


def test_a_faster_cruise_raises_the_rate_to_that_of_a_type_so_fast() -> None:
    """Air limits, and is held for less time. As many of a type come as leave, at any cruise."""
    faster = replace(TYPE, airspeed_m_s=1.25 * TYPE.airspeed_m_s)
    may = replace(TYPE, cruises=(Cruise(airspeed_m_s=faster.airspeed_m_s, power_share=1.0),))
    own, other, both = (noon(small_network(), types=(kind,)).total for kind in (TYPE, faster, may))
    assert own < other
    assert both >= other - 1e-6


def test_out_at_one_cruise_and_home_at_another() -> None:
    """Fast the battery lasts for loads one way only, and at night no drone comes home empty."""
    fast = 4.25
    faster = replace(
        TYPE,
        airspeed_m_s=1.25 * TYPE.airspeed_m_s,
        power_coefficient_w_per_kg15=fast * TYPE.power_coefficient_w_per_kg15,
    )
    may = replace(TYPE, cruises=(Cruise(airspeed_m_s=faster.airspeed_m_s, power_share=fast),))
    network = changed(changed(small_network(), "HK-J1", hours="24/7"), "SZ-V1", hours="24/7")
    shares: Mapping[GoodsClass, float] = {"general": 1.0}
    night_s = second("03:00")
    own, other, both = (
        asked(network, shares, types=(kind,), mass_kg=10.0).at(night_s, "both").total
        for kind in (TYPE, faster, may)
    )
    assert other == 0
    assert both > own + 0.1


def test_one_more_bay_raises_the_rate_by_what_was_said() -> None:
    """The gain of a bottleneck is the rate of the network with one more of it, less its own."""
    network = one_bay()
    (bay,) = noon(network, BIOLOGICAL).bottlenecks
    more = noon(changed(network, "HK-J1", bays=2), BIOLOGICAL)
    assert more.total - noon(network, BIOLOGICAL).total == pytest.approx(bay.gain, abs=1e-4)
    assert 0 < bay.gain <= bay.worth + 1e-6


@pytest.mark.parametrize(("shares", "field"), [(MIX, "bays"), (MIX, "pads"), (BIOLOGICAL, "pads")])
def test_one_more_of_what_does_not_limit_changes_nothing(
    shares: Mapping[GoodsClass, float], field: str
) -> None:
    """What is not among the bottlenecks has a dual value of 0, and one more of it brings 0."""
    network = small_network()
    found = noon(network, shares)
    limited = {(each.room.kind, each.room.at) for each in found.bottlenecks}
    for site in network.checkpoints.values():
        if (field, site.id) not in limited:
            richer = changed(network, site.id, **{field: getattr(site, field) + 1})
            assert noon(richer, shares).total == pytest.approx(found.total, abs=1e-4)


def test_the_dual_values_add_up_to_the_rate() -> None:
    """By duality the rate is what all rooms are worth; so no bottleneck is left unnamed."""
    found = noon(small_network())
    worth = sum(each.worth * each.room.units for each in found.bottlenecks)
    assert worth == pytest.approx(found.total, rel=1e-3)


def test_closing_a_bottleneck_lowers_the_rate() -> None:
    """Whatever limits the rate, without it less passes."""
    network = small_network()
    found = noon(network)
    for each in found.bottlenecks:
        place = each.room.at or each.room.blocks[0]
        if place in network.checkpoints:
            closed = changed(network, place, hours="00:00-01:00")
            assert noon(closed).total < found.total - 1


def test_a_slower_passing_lowers_the_rate() -> None:
    """The rate follows the seconds for which the air is held, and the buffer between holds."""
    slow = replace(TYPE, descent_m_s=TYPE.descent_m_s / 2)
    assert noon(small_network(), types=(slow,)).total < noon(small_network()).total - 1


def test_without_checkpoints_nothing_passes_and_the_reason_is_told() -> None:
    """Goods cross only where customs clears them."""
    network = without(small_network(), "SZ-C1", "HK-C1", "HK-J1", *_SPURS, "HK-6")
    found = noon(network)
    assert found.total == 0
    assert "no checkpoint" in found.reason


@pytest.mark.parametrize(
    ("network", "shares", "hour", "reason"),
    [
        (without(small_network(), "X-A", "X-B"), MIX, 12, "no route is open"),
        (small_network(), MIX, 3, "are closed"),
        (without(small_network(), "SZ-PARK"), MIX, 12, "no lane begins or ends"),
    ],
)
def test_nothing_passes_for_the_reason_that_is_told(
    network: Network, shares: Mapping[GoodsClass, float], hour: int, reason: str
) -> None:
    """A rate of 0 says why: vertiports, checkpoints, fleet, or the hour."""
    found = asked(network, shares).at(3600 * hour, "both")
    assert found.total == 0
    assert reason in found.reason


def test_goods_that_no_drone_carries_do_not_pass() -> None:
    """What the fleet cannot carry is told apart from what the network cannot pass."""
    found = noon(small_network(), mass_kg=TYPE.payload_kg + 1)
    assert found.total == 0
    assert "no drone type of the fleet carries" in found.reason


def test_empty_drones_cross_at_their_hours_only() -> None:
    """At night loads may pass both ways, or one way if drones need not come back."""
    network = changed(changed(small_network(), "HK-J1", hours="24/7"), "SZ-V1", hours="24/7")
    night_s = second("03:00")
    shares: Mapping[GoodsClass, float] = {"general": 1.0}
    both, there = (asked(network, shares).at(night_s, course) for course in ("both", "there"))
    assert both.total > 1
    assert both.directions[0] == pytest.approx(both.directions[1], abs=1e-4)
    assert there.total == 0
    assert "no empty drone may cross" in there.reason
    assert asked(network, shares, returns=False).at(night_s, "there").total > 1


def test_both_together_pass_at_least_as_much_as_one_way_and_at_most_the_sum() -> None:
    """Two directions share the rooms."""
    found = asked(small_network())
    there, back, both = (found.at(NOON_S, course).total for course in ("there", "back", "both"))
    assert max(there, back) - 1e-6 <= both <= there + back + 1e-6


def test_a_class_that_no_checkpoint_clears_is_left_out_and_said() -> None:
    """The other classes keep their proportions."""
    kept: tuple[GoodsClass, ...] = ("document", "general")
    network = small_network()
    for each in network.checkpoints:
        network = changed(network, each, goods=kept)
    found = noon(network)
    assert set(found.stopped) == set(MIX) - set(kept)
    assert found.total > 1


def test_an_hour_that_changes_is_the_mean_of_its_stretches() -> None:
    """The checkpoints of the small network open at 08:00; at 08:30 here."""
    network = small_network()
    for each in network.checkpoints:
        network = changed(network, each, hours="08:30-20:00")
    found = asked(network)
    assert found.hour(8, "both").total == pytest.approx(
        found.at(NOON_S, "both").total / 2, rel=1e-3
    )


def test_no_leg_takes_less_of_a_room_than_its_shortest_way_is_said_to_take() -> None:
    """The programme counts no more seconds than a flight holds, so that it bounds timetables."""
    day = instance(request(drones=(drone(),)), small_network())
    legs, kind = day.legs, TYPE
    rooms = Rooms(legs)
    step = legs.step(NOON_S)
    buffer_s = day.rules.time_buffer_s
    for side in ("SZ", "HK"):
        passings = Passings(rooms, kind, legs.airspace.epoch(NOON_S), legs.closed(step), side)
        costs = passings.cheapest(rooms.seconds * 0)
        for origin, site in enumerate(legs.site_ids):
            for destination in range(len(legs.site_ids)):
                if day.network.side_of(site) != side or not 0 < costs[origin, destination] < 1e9:
                    continue
                path, taken = passings.path(origin, destination)
                flight = legs.flight(kind, legs.chain(path), NOON_S)
                assert flight is not None
                for row, each in enumerate(rooms.sets):
                    held = set[int]()
                    for block, enter, leave in zip(
                        flight.chain.blocks, flight.enter, flight.exit, strict=True
                    ):
                        if block in each:
                            held.update(range(enter, leave + buffer_s))
                    assert taken[row] <= len(held)


def least_passings(day: Instance) -> dict[str, float]:
    """Return the least seconds for which a flight is over each place at noon."""
    times, blocks = day.legs.times, day.airspace.blocks
    epoch, least = day.airspace.epoch(NOON_S), dict[str, float]()

    def met(place: str, seconds: float) -> None:
        least[place] = min(seconds, least.get(place, seconds))

    for lane, cut in blocks.lanes.items():
        start, end = (blocks.all[at].place or "" for at in (cut.start, cut.end))
        if start in day.network.sites:
            met(start, times.origin_s(TYPE, lane, epoch))
        if end in day.network.sites:
            met(end, times.destination_s(TYPE, lane, epoch))
        for following in day.legs.arcs.successors[lane]:
            met(end, times.waypoint_s(TYPE, lane, following, epoch))
    return least


def cut_of(found: Capacities, checkpoint: str, goods: GoodsClass) -> tuple[float, set[str]]:
    """Return the minimum cut of all ways there by a joint checkpoint, and which nodes it is of.

    A place passes 3600 s an hour over its least passing, each bay over the clearance; each of the
    two legs has all places to itself. So no flow of flights passes the cut.
    """
    day, graph = found.instance, nx.DiGraph()
    service_s = found.states.job(0, goods).clearings[checkpoint].service_s
    bays = day.network.checkpoints[checkpoint].bays
    graph.add_edge("bay in", "bay out", capacity=bays * HOUR_S / service_s)
    graph.add_edge(f"1 {checkpoint} in", "bay in")
    graph.add_edge("bay out", f"2 {checkpoint} out")
    for lane in day.airspace.blocks.lanes:
        start, end = day.network.lane_ends(lane)
        for leg in (1, 2):
            graph.add_edge(f"{leg} {start} out", f"{leg} {end} in")
    for place, seconds in least_passings(day).items():
        rate = HOUR_S / (seconds + day.rules.time_buffer_s)
        if place in found.question.origins:
            graph.add_edge("load", f"1 {place} out", capacity=rate)
        elif place in found.question.destinations:
            graph.add_edge(f"2 {place} in", "unload", capacity=rate)
        elif place not in day.network.sites:
            for leg in (1, 2):
                graph.add_edge(f"{leg} {place} in", f"{leg} {place} out", capacity=rate)
    rate, (near, far) = nx.minimum_cut(graph, "load", "unload")
    return rate, {one for one, other in graph.edges if one in near and other in far}


def test_no_more_passes_than_the_minimum_cut_and_where_one_bay_limits_the_two_are_one() -> None:
    """A minimum cut knows neither classes nor returns, and no flow of flights passes it.

    networkx finds it on a model of its own.
    """
    rate, cut = cut_of(asked(one_bay(), BIOLOGICAL), "HK-J1", "biological")
    assert cut == {"bay in"}
    for bays in (1, 2, 9):
        found = asked(changed(one_bay(), "HK-J1", bays=bays), BIOLOGICAL, returns=False)
        cut_rate, _ = cut_of(found, "HK-J1", "biological")
        passed = found.at(NOON_S, "there").total
        assert 0 < passed <= cut_rate + 1e-6
        assert bays > 1 or passed == pytest.approx(cut_rate) == pytest.approx(rate)
