"""Zones: which blocks they share volume with."""

from dataclasses import dataclass

import numpy as np
import pytest

from geodata.ground import Floats
from geodata.network import Network
from planner.check.airspace import Airspace
from planner.check.windows import ClosingZones
from planner.request.fleet import Rules
from planner.testing.layout import box
from tests.geodata.small import changed, reshaped, small_network


def _closing(network: Network, block_id: str) -> list[str]:
    block = Airspace(network, Rules()).block(block_id)
    return [zone.id for zone in ClosingZones(network).over(block)]


@pytest.mark.parametrize(("upper_m", "closes"), [(48.0, False), (48.1, True)])
def test_upper_limit_above_ground_counts_from_the_highest_ground(
    upper_m: float, closes: bool
) -> None:
    # The ground is at 5 m, 2 m more or less; the lower lane's band begins at 55 m.
    network = changed(small_network(), "SZ-EVENT", upper_m=upper_m, upper_reference="AGL")
    assert _closing(network, "X-B-F#0") == (["SZ-EVENT"] if closes else [])


@pytest.mark.parametrize(("lower_m", "closes"), [(87.0, False), (86.9, True)])
def test_lower_limit_above_ground_counts_from_the_lowest_ground(
    lower_m: float, closes: bool
) -> None:
    network = changed(small_network(), "SZ-EVENT", lower_m=lower_m, lower_reference="AGL")
    assert _closing(network, "X-B-B#2") == (["SZ-EVENT"] if closes else [])


def test_limits_above_sea_level_are_taken_as_they_are() -> None:
    limits = {"lower_m": 65.0, "lower_reference": "AMSL", "upper_m": 80.0}
    network = changed(small_network(), "SZ-EVENT", **limits)
    assert _closing(network, "X-B-F#0") == _closing(network, "X-B-B#2") == []


def test_zone_without_upper_limit_closes_everything_above_its_lower_one() -> None:
    limits = {"lower_m": 70.0, "lower_reference": "AMSL", "upper_reference": "UNL"}
    network = changed(small_network(), "SZ-EVENT", upper_m=None, **limits)
    assert _closing(network, "X-B-F#0") == []
    assert _closing(network, "X-B-B#2") == ["SZ-EVENT"]


@pytest.mark.parametrize(("west_m", "closes"), [(520.5, False), (519.5, True)])
def test_zone_closes_a_lane_block_when_it_reaches_into_its_width(
    west_m: float, closes: bool
) -> None:
    network = reshaped(small_network(), "SZ-EVENT", box(west_m, 150, 600, 250))
    assert _closing(network, "X-B-F#0") == (["SZ-EVENT"] if closes else [])


@pytest.mark.parametrize(("south_m", "closes"), [(399.0, True), (401.0, False)])
def test_zone_closes_the_air_over_a_place_only_if_it_holds_the_place(
    south_m: float, closes: bool
) -> None:
    network = reshaped(small_network(), "SZ-EVENT", box(450, south_m, 550, 500))
    assert _closing(network, "SZ-WB") == (["SZ-EVENT"] if closes else [])


@pytest.mark.parametrize("kind", ["permission", "ceiling"])
def test_zones_that_corridors_are_approved_for_do_not_close_them(kind: str) -> None:
    assert _closing(changed(small_network(), "SZ-EVENT", kind=kind), "X-B-F#0") == []


@dataclass(frozen=True)
class _NoGround:
    """An elevation model that ends before the network does."""

    def heights(self, xy_m: Floats) -> tuple[Floats, Floats]:
        nothing = np.full(len(xy_m), np.nan)
        return nothing, nothing


def test_unknown_ground_leaves_a_zone_closed_at_every_height() -> None:
    network = changed(small_network(), "SZ-EVENT", upper_m=1.0, upper_reference="AGL")
    blind = Network(network.info, network.features, network.lonlat, _NoGround())
    assert _closing(blind, "X-B-F#0") == ["SZ-EVENT"]
