"""What a timetable is searched for by says the same as counting second by second."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from planner.air.legs import Flight
from planner.saturate.conflicts import conflicts, meets_itself
from planner.saturate.draw import Choices
from planner.saturate.itinerary import Slot
from planner.saturate.search import Search
from planner.saturate.seats import Seats
from planner.saturate.slots import Dealer
from planner.saturate.trips import Trips
from planner.saturate.usage import Ground, Holds, Placed, Usage
from planner.testing.day import TYPE
from tests.geodata.small import small_network
from tests.planner.capacity.test_capacity import asked
from tests.planner.saturate.test_saturate import NOON_S

PERIOD_S = 23
SPANS = st.builds(
    lambda begin, length: (begin, begin + length), st.integers(0, 60), st.integers(1, 9)
)
HOLDS = st.dictionaries(st.integers(0, 2), st.lists(SPANS, min_size=1, max_size=2), max_size=3)
SHARES = {"general": 0.5, "document": 0.5}


def seconds(holds: Holds, takeoff_s: int) -> list[tuple[int, int]]:
    """Return every second of the period in which a flight holds a room, as often as it does."""
    return [
        (row, (takeoff_s + at) % PERIOD_S)
        for row, held in holds.items()
        for begin_s, end_s in held
        for at in range(begin_s, end_s)
    ]


@given(st.lists(HOLDS, min_size=2, max_size=4))
def test_two_flights_conflict_if_they_hold_a_room_in_the_same_second(
    holds: list[Mapping[int, Sequence[tuple[int, int]]]],
) -> None:
    """For every difference of take-offs, modulo the period; ways of one leg never conflict."""
    legs = np.array([0, *range(len(holds) - 1)])
    table = conflicts(holds, legs, PERIOD_S)
    for one, two in product(range(len(holds)), repeat=2):
        for late_s in range(2 * PERIOD_S):
            met = not set(seconds(holds[one], 0)).isdisjoint(seconds(holds[two], late_s))
            assert table[one, two, late_s] == (met and legs[one] != legs[two])


@given(HOLDS)
def test_a_flight_meets_itself_if_it_holds_a_room_twice_in_a_second(
    holds: Mapping[int, Sequence[tuple[int, int]]],
) -> None:
    """Those of the periods before and after are the same flight."""
    listed = seconds(holds, 0)
    assert meets_itself(holds, PERIOD_S) == (len(set(listed)) < len(listed))


STAYS = st.tuples(st.integers(-40, 80), st.integers(0, 70))


@given(st.lists(STAYS, max_size=6), st.lists(STAYS, min_size=1, max_size=3), st.integers(1, 3))
def test_a_stay_lacks_what_all_stays_together_take_beyond_the_units(
    stays: list[tuple[int, int]], more: list[tuple[int, int]], units: int
) -> None:
    """Stays may be longer than the period; what is given back has never been taken."""

    def beyond(listed: list[tuple[int, int]]) -> int:
        counts = np.zeros(PERIOD_S, dtype=int)
        for begin_s, length_s in listed:
            np.add.at(counts, np.arange(begin_s, begin_s + length_s) % PERIOD_S, 1)
        return int(np.maximum(counts - units, 0).sum())

    seats = Seats([units], PERIOD_S)
    for stay in [*stays, *more]:
        seats.add(0, *stay, 1)
    assert seats.crowded()[0] == (beyond([*stays, *more]) > 0)
    for stay in more:
        seats.add(0, *stay, -1)
    begins, lengths = np.array(more).T
    assert seats.excess(0, begins, lengths).tolist() == [
        beyond([*stays, each]) - beyond(stays) for each in more
    ]


def found(wait_s: int, period_s: int) -> tuple[Placed, ...]:
    """Return a timetable of the small network whose drones wait no longer than that."""
    trips = Trips(asked(small_network(), SHARES), NOON_S, "both")
    usage = Usage(trips.capacities.rooms, Ground(60, 60, wait_s))
    dealer, draw = Dealer(trips, usage), np.random.default_rng(0)
    deals = list(dealer.deals(2, period_s))
    choice = next(Choices(trips, usage, deals, draw).drawn(period_s))
    placed = Search(usage, choice.itineraries, period_s, draw).find(3_000)
    assert placed is not None
    return placed


def waits(placed: Sequence[Placed]) -> list[int]:
    """Return the waits after clearances, seconds."""
    return [
        next_s - at - leg.exit[-1] - stop.service_s
        for each in placed
        for at, next_s, leg, stop in zip(
            each.takeoffs_s, each.takeoffs_s[1:], each.sally.legs, each.sally.stops, strict=False
        )
    ]


def test_no_drone_waits_longer_than_it_may() -> None:
    """The longest wait is a rule, not a price; with more leave drones do wait longer."""
    assert max(waits(found(5, 400))) <= 5
    assert max(waits(found(600, 400))) > 5


def test_deals_fit_in_their_period_and_no_two_are_by_the_same_ways() -> None:
    """So that a search that fails with one has another to go to."""
    trips = Trips(asked(small_network(), SHARES), NOON_S, "both")
    usage = Usage(trips.capacities.rooms, Ground(60, 60, 600))
    dealer = Dealer(trips, usage)
    least_s = dealer.least_period(3)
    assert least_s is not None
    deals = list(dealer.deals(3, least_s))
    assert not list(dealer.deals(3, least_s - 1))
    by_way = [tuple(sorted((each.direction, each.checkpoints) for each in deal)) for deal in deals]
    assert len(set(by_way)) == len(by_way) > 0
    assert all(sum(each.direction == 0 for each in deal) == 3 for deal in deals)


def test_the_battery_lasts_whatever_ways_the_legs_take() -> None:
    """Ways for which it might not are left out, however they are combined."""
    strong, weak, weakest = (ways(battery_wh) for battery_wh in (TYPE.battery_wh, 500.0, 400.0))
    assert len(weak) == len(strong) > len(weakest) > 0
    assert count(weak) < count(strong)


def count(found: Iterable[Sequence[Sequence[Flight]]]) -> int:
    """Return how many ways legs have, all together."""
    return sum(len(leg) for legs in found for leg in legs)


def ways(battery_wh: float) -> list[tuple[tuple[Flight, ...], ...]]:
    """Return the legs of loaded flights of a type whose battery lasts for any ways of them."""
    capacities = asked(small_network(), SHARES, types=(replace(TYPE, battery_wh=battery_wh),))
    instance = capacities.instance
    kind = instance.request.types[TYPE.id]
    trips = Trips(capacities, NOON_S, "both")
    usable_wh = battery_wh * (1 - instance.rules.reserve_fraction)
    found = [
        each.legs
        for goods in SHARES
        for direction in (0, 1)
        for way in trips.ways(direction, goods)
        for each in trips.itineraries(Slot(direction, way, (goods,)))
    ]
    for legs in found:
        for flown in product(*legs):
            used_wh = np.cumsum([instance.legs.energy_wh(leg, 1.0) for leg in flown])
            spare_wh = [
                instance.diversions.energy_wh(kind, leg.chain.destination, 1.0, NOON_S)
                for leg in flown
            ]
            assert max(used_wh + spare_wh) <= usable_wh + 1e-6
    return found
