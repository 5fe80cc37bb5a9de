"""What flights share: blocks in time, pads and bays, diversions from where they land."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.network import Network
from planner.check.battery import Diversions
from planner.check.conflicts import Holds, meetings
from planner.check.day import Day
from planner.check.flight import Flight
from planner.check.occupancy import Stay, overfull
from planner.energy import leg_energy_wh
from planner.testing.day import TYPE, second
from tests.geodata.small import changed, small_network, without
from tests.planner.check.good import good_world

HOLDS = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 15), st.just(0)).map(
        lambda hold: (hold[0], hold[0] + hold[1], hold[2])
    ),
    min_size=1,
    max_size=8,
)
USES = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 8)), max_size=12)


@given(HOLDS, HOLDS, st.integers(0, 6))
def test_holds_meet_if_less_than_the_buffer_apart(
    one: list[tuple[int, int, int]], other: list[tuple[int, int, int]], buffer_s: int
) -> None:
    right = {
        (left, at)
        for left, a in enumerate(sorted(one))
        for at, b in enumerate(sorted(other))
        if a[0] < b[1] + buffer_s and b[0] < a[1] + buffer_s
    }
    assert set(meetings(Holds.of(one), Holds.of(other), buffer_s)) == right


def test_hold_does_not_meet_itself() -> None:
    holds = Holds.of([(0, 10, 0), (15, 20, 1)])
    assert list(meetings(holds, holds, 5)) == []
    assert list(meetings(holds, holds, 6)) == [(0, 1), (1, 0)]


def test_pad_is_free_again_the_second_a_drone_leaves_it() -> None:
    assert list(overfull([Stay(0, 10, "A"), Stay(10, 20, "B")], 1)) == []
    assert list(overfull([Stay(0, 11, "A"), Stay(10, 20, "B")], 1)) == [(10, ["A", "B"])]


@given(USES, st.integers(1, 3))
def test_users_are_too_many_whenever_more_are_inside_than_fit(
    spans: list[tuple[int, int]], capacity: int
) -> None:
    uses = [Stay(since, since + length, str(at)) for at, (since, length) in enumerate(spans)]
    crowded = {
        now for now in range(40) if sum(use.since <= now < use.until for use in uses) > capacity
    }
    found = {second for second, _ in overfull(uses, capacity)}
    assert found <= crowded
    assert {now for now in crowded if now - 1 not in crowded} <= found


def _diversion_wh(
    network: Network, site_id: str, load_kg: float = 0.0, landed: str = "12:00"
) -> float:
    world = good_world()
    day = Day(network, world.request, world.rulebook)
    return Diversions(day).energy_wh(TYPE, site_id, load_kg, second(landed))


def _leg(*lanes: str) -> Flight:
    world = good_world()
    return Day(world.network, world.request, world.rulebook).calm_flyer.fly(TYPE, lanes, 0)


@pytest.mark.parametrize("load_kg", [0.0, 6.0])
def test_diversion_goes_to_the_nearest_other_site_by_time(load_kg: float) -> None:
    near = _leg("HK-2-F", "HK-6-B")
    right = leg_energy_wh(TYPE, load_kg, near.airborne_s, near.climbed_m)
    assert _diversion_wh(small_network(), "HK-V2", load_kg) == pytest.approx(right)


def test_diversion_passes_by_sites_that_take_none() -> None:
    network = changed(small_network(), "HK-J1", diversion=False)
    near = _leg("HK-2-F", "HK-4-B")
    right = leg_energy_wh(TYPE, 0.0, near.airborne_s, near.climbed_m)
    assert _diversion_wh(network, "HK-V2") == pytest.approx(right)


def test_diversion_passes_by_sites_that_are_closed_when_the_drone_lands() -> None:
    """HK-J1 closes at eight in the evening: who lands in the last second may still go there."""
    network = changed(small_network(), "HK-J1", hours="08:00-20:00")
    network = changed(network, "HK-C1", hours="24/7")
    near, far = (
        leg_energy_wh(TYPE, 0.0, flight.airborne_s, flight.climbed_m)
        for flight in (_leg("HK-2-F", "HK-6-B"), _leg("HK-2-F", "HK-4-B"))
    )
    for landed, right in (
        ("08:00:00", far),
        ("08:00:01", near),
        ("20:00:00", near),
        ("20:00:01", far),
    ):
        assert _diversion_wh(network, "HK-V2", landed=landed) == pytest.approx(right), landed


def test_diversion_crosses_the_boundary_once_at_most() -> None:
    network = without(small_network(), "HK-5")
    for site_id in network.sites.keys() - {"HK-V2"}:
        network = changed(network, site_id, diversion=False)
    assert _diversion_wh(network, "HK-V1") == math.inf
    over = _leg("SZ-1-F", "SZ-5-F", "X-B-F", "HK-2-B")
    right = leg_energy_wh(TYPE, 0.0, over.airborne_s, over.climbed_m)
    assert _diversion_wh(network, "SZ-V1") == pytest.approx(right)


def test_without_a_diversion_no_energy_is_enough() -> None:
    network = small_network()
    for site_id in network.sites:
        network = changed(network, site_id, diversion=False)
    assert _diversion_wh(network, "HK-V2") == math.inf
