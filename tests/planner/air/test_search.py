"""The quickest leg is the one that trying everything finds, and flies only what is open."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.network import Network
from planner.air.airspace import Airspace
from planner.air.legs import Flight, Legs
from planner.air.passage import advance, retreat
from planner.air.search import Quickest
from planner.request.weather import CALM, Weather
from planner.testing.day import TYPE, request, second, weather, wind
from tests.geodata.small import changed, small_network, without
from tests.planner.leg_cases import disagreement, leg_cases


@settings(max_examples=50)
@given(seed=st.integers(min_value=0, max_value=10**9))
def test_quickest_leg_is_that_of_trying_every_chain_and_take_off(seed: int) -> None:
    """On small networks full of closures and changing wind, no chain in no window lands earlier."""
    for case in leg_cases(seed, 4):
        assert disagreement(case) is None, str(case)


# -- one rule at a time: SZ-V1 to HK-V2, over crossing A or B ----------------------------

OVER_A = ("SZ-1-F", "X-A-F", "HK-5-F", "HK-2-B")
OVER_B = ("SZ-1-F", "SZ-5-F", "X-B-F", "HK-2-B")


def depart(
    ready: str,
    network: Network | None = None,
    air: Weather = CALM,
    closed: frozenset[str] = frozenset(),
) -> Flight | None:
    """Return the quickest leg of the small network, or of one like it."""
    legs = Legs(Airspace(network or small_network(), request(weather=air)))
    flight = Quickest(legs).depart(TYPE, "SZ-V1", "HK-V2", second(ready), closed)
    assert flight is None or legs.blocked(flight) is None
    return flight


def only_over_a(hours: str) -> Network:
    """Return the small network with crossing A alone, open at some hours."""
    return changed(without(small_network(), "X-B"), "X-A", hours=hours)


def test_where_nothing_changes_it_takes_off_at_once() -> None:
    flight = depart("08:30")
    assert flight is not None
    assert flight.takeoff_s == second("08:30")
    assert flight.chain.lanes == OVER_B


@pytest.mark.parametrize("ready", ["09:58", "10:00", "10:30"])
def test_it_goes_round_what_is_closed_when_it_would_be_there(ready: str) -> None:
    """A zone closes crossing B from 10:00 to 11:00."""
    flight = depart(ready)
    assert flight is not None
    assert flight.takeoff_s == second(ready)
    assert flight.chain.lanes == OVER_A


def test_it_waits_on_its_pad_for_what_opens_and_not_a_second_longer() -> None:
    network = only_over_a("08:40-20:00")
    flight = depart("08:30", network)
    assert flight is not None
    first_over_a = Airspace(network, request()).blocks.position["X-A-F#0"]
    enter = flight.enter[flight.chain.blocks.index(first_over_a)]
    assert flight.takeoff_s + enter == second("08:40")


def test_it_does_not_start_what_closes_under_way() -> None:
    """The crossing closes at 08:32, two minutes after take-off, and opens no more."""
    assert depart("08:30", only_over_a("08:00-08:32")) is None
    assert depart("08:28", only_over_a("08:00-08:32")) is not None


def test_it_is_not_in_the_air_in_too_strong_wind() -> None:
    storm = weather(wind("08:32", "08:47", TYPE.wind_limit_m_s))
    flight = depart("08:30", air=storm)
    assert flight is not None
    assert flight.takeoff_s == second("08:47")


def test_it_is_not_in_the_air_while_a_warning_is_in_force() -> None:
    warned = weather(warnings=(("thunderstorm", "08:32", "08:47"),))
    flight = depart("08:30", air=warned)
    assert flight is not None
    assert flight.takeoff_s == second("08:47")


def test_it_lands_within_the_day() -> None:
    assert depart("23:50", changed(small_network(), "HK-V2", hours="24/7")) is not None
    assert depart("23:59", changed(small_network(), "HK-V2", hours="24/7")) is None


def test_it_uses_no_lane_that_is_left_out() -> None:
    flight = depart("08:30", closed=frozenset({"X-B-F"}))
    assert flight is not None
    assert flight.chain.lanes == OVER_A
    assert depart("08:30", closed=frozenset({"X-A-F", "X-B-F"})) is None


def test_from_a_site_that_no_lane_leaves_there_is_no_leg() -> None:
    assert depart("08:30", without(small_network(), "SZ-1")) is None


# -- a block through a change of wind ----------------------------------------------------

BEGINS = (0, 100, 200)
SLOW_IN_THE_MIDDLE = (40.0, 80.0, 40.0)


def test_what_is_left_of_a_block_is_done_at_the_rate_of_the_next_wind() -> None:
    """Entered 20 s before the wind changes, half is done; the other half takes 40 s."""
    assert advance(BEGINS, 80.0, SLOW_IN_THE_MIDDLE.__getitem__) == pytest.approx(140.0)


@given(
    clock=st.floats(min_value=0, max_value=400),
    times=st.tuples(*[st.floats(min_value=1, max_value=150)] * 3),
)
def test_retreat_undoes_advance(clock: float, times: tuple[float, float, float]) -> None:
    left = advance(BEGINS, clock, times.__getitem__)
    assert retreat(BEGINS, left, times.__getitem__) == pytest.approx(clock, abs=1e-6)


def test_a_block_under_way_in_a_forbidden_wind_is_never_left() -> None:
    forbidden = (40.0, float("inf"), 40.0)
    assert advance(BEGINS, 80.0, forbidden.__getitem__) == float("inf")
    assert advance(BEGINS, 60.0, forbidden.__getitem__) == 100.0


def test_the_first_entry_after_a_forbidden_wind_is_its_end() -> None:
    forbidden = (40.0, float("inf"), 40.0)
    assert retreat(BEGINS, 150.0, forbidden.__getitem__) == 200.0
    assert retreat(BEGINS, 210.0, forbidden.__getitem__) == 200.0
    assert retreat(BEGINS, 100.0, forbidden.__getitem__) == 60.0
