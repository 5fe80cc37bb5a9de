"""Power and energy of multirotors, against the figures that their sources publish."""

from dataclasses import replace

import pytest

from planner.energy import cruise_power_w, hover_coefficient, leg_energy_wh
from planner.read.request import read_request
from planner.rules.rulebook import shipped_rulebook
from planner.sample.sample import shipped_sample_path
from planner.testing.day import TYPE
from tests.planner.fakes import shipped_network

CHENG_W = ((0.0, 525.0), (0.5, 661.6), (1.0, 808.4), (1.5, 964.6))
"""Payload in kg and power in W of Cheng, Adulyasak and Rousseau (2020), frame and battery 3 kg."""


def test_hover_coefficient_is_that_of_cheng_and_others() -> None:
    """Six rotors of 0.0064 m2 each in air of 1.204 kg/m3."""
    assert hover_coefficient(0.0064, 6, 1.204) == pytest.approx(101.04, rel=1e-4)


@pytest.mark.parametrize(("payload_kg", "power_w"), CHENG_W)
def test_power_is_that_of_cheng_and_others(payload_kg: float, power_w: float) -> None:
    """Frame and battery of 1.5 kg each; their table within 2 %."""
    coefficient = hover_coefficient(0.0064, 6, 1.204)
    kind = replace(TYPE, empty_mass_kg=1.5 + 1.5, power_coefficient_w_per_kg15=coefficient)
    assert cruise_power_w(kind, payload_kg) == pytest.approx(power_w, rel=0.02)


@pytest.mark.parametrize(("payload_kg", "range_m"), [(30.0, 16_000.0), (0.0, 28_000.0)])
def test_shipped_flycart_30_flies_its_published_ranges(payload_kg: float, range_m: float) -> None:
    """16 km with 30 kg and 28 km empty at 15 m/s on 3968.8 Wh, within 2 %."""
    shipped = read_request(shipped_sample_path(), shipped_network(), shipped_rulebook())
    kind = shipped.types["dji-flycart-30"]
    assert (kind.battery_wh, kind.airspeed_m_s, kind.payload_kg) == (3968.8, 15.0, 30.0)
    used_wh = leg_energy_wh(kind, payload_kg, airborne_s=range_m / 15.0, climbed_m=0.0)
    assert used_wh == pytest.approx(kind.battery_wh, rel=0.02)


def test_power_grows_with_mass_to_the_power_three_halves_over_the_base_power() -> None:
    """Four times the mass takes eight times the power, electronics apart."""
    kind = replace(TYPE, empty_mass_kg=2.0, base_power_w=100.0, power_coefficient_w_per_kg15=10.0)
    light, heavy = (cruise_power_w(kind, payload_kg) - 100.0 for payload_kg in (0.0, 6.0))
    assert heavy == pytest.approx(8 * light)


def test_a_leg_takes_power_over_its_time_and_the_work_of_lifting() -> None:
    """An hour of flight takes the power in Wh; lifting takes m g H over the efficiency."""
    level_wh = leg_energy_wh(TYPE, 5.0, airborne_s=3600.0, climbed_m=0.0)
    assert level_wh == pytest.approx(cruise_power_w(TYPE, 5.0))
    climb_wh = leg_energy_wh(TYPE, 5.0, airborne_s=3600.0, climbed_m=100.0) - level_wh
    assert climb_wh == pytest.approx(25.0 * 9.80665 * 100.0 / 0.7 / 3600)
