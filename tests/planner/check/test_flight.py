"""How a leg flies: the wind triangle, steps of the wind, and a leg by hand."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.check.airspace import Airspace
from planner.check.flight import (
    Breeze,
    Flyer,
    Passage,
    Winds,
    ground_speed_m_s,
    pass_through,
)
from planner.request.fleet import Rules
from planner.request.weather import Wind
from planner.testing.day import TYPE, at, second
from tests.geodata.small import small_network

COURSES = st.floats(-math.pi, math.pi)


def _wind(since: str, until: str, speed_m_s: float, band: tuple[float, float] = (0, 300)) -> Wind:
    return Wind(
        since=at(since),
        until=at(until),
        lower_amsl_m=band[0],
        upper_amsl_m=band[1],
        from_degrees=0.0,
        speed_m_s=speed_m_s,
    )


def _winds(*winds: Wind) -> Winds:
    midnight = at("00:00")
    return Winds(
        winds,
        lambda wind: (
            (wind.since - midnight).total_seconds(),
            (wind.until - midnight).total_seconds(),
        ),
    )


@pytest.mark.parametrize(
    ("from_degrees", "speed_m_s"),
    [(0.0, 9.0), (180.0, 19.0), (90.0, math.sqrt(171)), (270.0, math.sqrt(171))],
)
def test_wind_from_ahead_slows_from_behind_speeds_from_aside_asks_a_crab_angle(
    from_degrees: float, speed_m_s: float
) -> None:
    breeze = Breeze(5.0, math.radians(from_degrees))
    assert ground_speed_m_s(14.0, 0.0, breeze) == pytest.approx(speed_m_s)


def test_wind_across_stronger_than_the_airspeed_lets_nobody_keep_the_course() -> None:
    assert ground_speed_m_s(14.0, 0.0, Breeze(14.1, math.pi / 2)) == -math.inf


@given(COURSES, COURSES, st.floats(0, 13.9))
def test_ground_velocity_less_wind_has_the_airspeed(
    course: float, wind_from: float, wind_m_s: float
) -> None:
    speed = ground_speed_m_s(14.0, course, Breeze(wind_m_s, wind_from))
    east = speed * math.sin(course) + wind_m_s * math.sin(wind_from)
    north = speed * math.cos(course) + wind_m_s * math.cos(wind_from)
    assert math.hypot(east, north) == pytest.approx(14.0)


def test_share_done_before_a_step_stays_done() -> None:
    winds = _winds(_wind("00:01", "00:02", 5.0))
    durations = [100.0, 200.0, 100.0]
    # 40 s of 100 done, then 60 s of 200, which is 30 hundredths more; the last 30 take 30 s.
    assert pass_through(20.0, durations.__getitem__, winds) == (150.0, [0, 1, 2])


def test_block_entered_at_a_step_takes_the_new_wind() -> None:
    winds = _winds(_wind("00:01", "00:02", 5.0))
    assert pass_through(60.0, [100.0, 50.0, 100.0].__getitem__, winds) == (110.0, [1])
    assert pass_through(10.0, [50.0, 9.0, 9.0].__getitem__, winds) == (60.0, [0])


def test_block_without_headway_is_never_left() -> None:
    winds = _winds(_wind("00:01", "00:02", 5.0))
    assert pass_through(20.0, [100.0, math.inf, 9.0].__getitem__, winds)[0] == math.inf


@settings(max_examples=200)
@given(
    st.lists(st.integers(1, 600), min_size=1, max_size=8),
    st.lists(st.floats(1, 500), min_size=9, max_size=9),
    st.floats(0, 4000),
    st.floats(0, 1000),
)
def test_later_entry_never_leaves_earlier(
    spans: list[int], durations: list[float], entry_s: float, later_s: float
) -> None:
    winds = _winds()
    winds.steps_s = [float(sum(spans[: index + 1])) for index in range(len(spans))]
    early, _ = pass_through(entry_s, durations.__getitem__, winds)
    late, _ = pass_through(entry_s + later_s, durations.__getitem__, winds)
    assert early <= late + 1e-6


def test_wind_is_that_of_the_first_entry_holding_height_and_time() -> None:
    winds = _winds(
        _wind("01:00", "02:00", 3.0, (0, 60)),
        _wind("01:00", "03:00", 5.0, (50, 80)),
    )
    epoch = winds.epoch(second("01:30"))
    assert winds.over(epoch, 55.0).speed_m_s == 3.0
    assert winds.over(epoch, 60.0).speed_m_s == 5.0
    assert winds.over(epoch, 80.0).speed_m_s == 0.0
    assert winds.over(winds.epoch(second("02:00")), 55.0).speed_m_s == 5.0
    assert winds.over(winds.epoch(second("03:00")), 55.0).speed_m_s == 0.0
    assert winds.over(winds.epoch(second("00:59:59")), 55.0).speed_m_s == 0.0


def test_leg_in_calm_air_takes_what_its_parts_take() -> None:
    network = small_network()
    flyer = Flyer(Airspace(network, Rules()), _winds())
    flight = flyer.fly(TYPE, ("SZ-1-F", "SZ-3-B"), 36_000)
    inner = [network.lane_line(lane).length - 80 for lane in ("SZ-1-F", "SZ-3-B")]
    origin_s = 5 + (60 - 5) / 4 + 40 / 14
    waypoint_s = max(80 / 14, 25 / 4)
    destination_s = 40 / 14 + (85 - 5) / 3 + 10
    assert [each.block for each in flight.passages] == [
        "SZ-V1",
        *(f"SZ-1-F#{number}" for number in range(3)),
        "SZ-WA",
        *(f"SZ-3-B#{number}" for number in range(3)),
        "SZ-C1",
    ]
    assert flight.passages[0].exit_s - 36_000 == pytest.approx(origin_s)
    assert flight.passages[4].exit_s - flight.passages[4].entry_s == pytest.approx(waypoint_s)
    assert flight.airborne_s == pytest.approx(
        origin_s + inner[0] / 14 + waypoint_s + inner[1] / 14 + destination_s
    )
    assert flight.climbed_m == pytest.approx(55 + 25)
    assert flight.distance_m == pytest.approx(sum(inner) + 160)


def test_descent_over_a_waypoint_takes_its_time_and_no_lifting() -> None:
    flyer = Flyer(Airspace(small_network(), Rules()), _winds())
    flight = flyer.fly(TYPE, ("SZ-2-F", "SZ-5-B", "X-A-F", "HK-1-B"), 0)
    down = next(each for each in flight.passages if each.block == "SZ-WA")
    assert down.exit_s - down.entry_s == pytest.approx(25 / 3)
    assert flight.climbed_m == pytest.approx(55 + 25 + 25)


def test_wind_acts_on_level_flight_only() -> None:
    network = small_network()
    calm = Flyer(Airspace(network, Rules()), _winds())
    windy = Flyer(Airspace(network, Rules()), _winds(_wind("00:00", "23:00", 7.0)))
    # X-A-F flies due south, with the wind behind.
    lanes = ("SZ-1-F", "X-A-F", "HK-1-B")
    still = next(p for p in calm.fly(TYPE, lanes, 0).passages if p.lane == "X-A-F")
    blown = next(p for p in windy.fly(TYPE, lanes, 0).passages if p.lane == "X-A-F")
    ratio = (still.exit_s - still.entry_s) / (blown.exit_s - blown.entry_s)
    assert ratio == pytest.approx(21 / 14, rel=1e-3)
    assert blown.strongest_wind_m_s == 7.0


def test_leg_against_too_strong_a_wind_ends_where_it_stalls() -> None:
    flyer = Flyer(Airspace(small_network(), Rules()), _winds(_wind("00:00", "23:00", 13.5)))
    flight = flyer.fly(TYPE, ("SZ-1-F", "X-A-F", "HK-5-F", "X-B-B", "SZ-2-B"), 0)
    assert flight.stalled_over == "HK-WB"
    assert flight.passages[-1].block == "HK-5-F#3"


def test_holds_round_out_but_for_the_noise_of_sums() -> None:
    passage = Passage("A", None, 10.4, 20.2, 0.0)
    assert (passage.enter, passage.exit) == (10, 21)
    noisy = passage._replace(entry_s=11 - 1e-9, exit_s=20 + 1e-9)
    assert (noisy.enter, noisy.exit) == (11, 20)
