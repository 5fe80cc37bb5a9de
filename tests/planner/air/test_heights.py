"""Heights over ground are those over the ground as it may be at its highest and its lowest."""

import pytest

from geodata.network import Network
from planner.air.heights import over_ground_m
from tests.geodata.small import changed, small_network


@pytest.mark.parametrize(("lane", "height_m"), [("SZ-1-F", 60.0), ("SZ-1-B", 85.0)])
def test_a_lane_is_over_its_ground_by_its_height_give_or_take_the_margin(
    lane: str, height_m: float
) -> None:
    """The ground of the small network is at 5 m, give or take 2 m."""
    assert over_ground_m(small_network(), lane) == pytest.approx((height_m - 7, height_m - 3))


def test_a_hill_at_one_end_counts() -> None:
    hill: Network = changed(small_network(), "SZ-H1", ground_amsl_m=45.0)
    low_m, high_m = over_ground_m(hill, "SZ-1-F")
    assert low_m < 53
    assert high_m - low_m > 4
