"""The tables of a stretch say what the legs and routes of that stretch are."""

from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.air.airspace import Airspace
from planner.air.stretch import Stretches
from planner.day.instance import Instance
from planner.rules.rulebook import shipped_rulebook
from planner.testing.random_network import random_day, random_network


@settings(derandomize=True, max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_each_leg_of_a_table_is_the_quickest_of_its_stretch(seed: int) -> None:
    """Seconds, metres climbed and energy are those of the chain that the search takes."""
    draw = Random(seed)
    day = Instance(Airspace(random_network(draw), random_day(draw)), shipped_rulebook())
    legs, tables = day.legs, Stretches(day.legs)
    for kind in day.request.types.values():
        for step in range(0, len(legs.steps) - 1, 3):
            found = tables.of(kind, step)
            energy_wh = found.energy_wh(2.0)
            for row, origin in enumerate(legs.site_ids):
                for column, destination in enumerate(legs.site_ids):
                    seconds = legs.static_s(kind, step, origin, destination)
                    assert found.seconds[row, column] == seconds
                    if not np.isfinite(seconds):
                        assert np.isinf(energy_wh[row, column])
                        continue
                    chain = legs.static_chain(kind, step, origin, destination)
                    flight = legs.flight(kind, chain, legs.steps[step])
                    assert found.climbed_m[row, column] == pytest.approx(chain.climbed_m)
                    if flight is not None and flight.landing_s <= legs.steps[step + 1]:
                        assert energy_wh[row, column] == pytest.approx(legs.energy_wh(flight, 2.0))
                        assert found.whole_s[row, column] == flight.exit[-1]
