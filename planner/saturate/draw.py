"""Choices of trips for a timetable: one for each slot, drawn so that rooms are little crowded."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, cycle, islice

import numpy as np

from planner.arrays import Floats
from planner.saturate.itinerary import Itinerary, Slot, Trip
from planner.saturate.slots import Deal
from planner.saturate.trips import Trips
from planner.saturate.usage import Usage

_SPARING = 1.03
"""Trips may take up to so much of the rooms that limit, as a multiple of the least."""

_DRAWN = 3_000
"""Draws of trips for a deal."""

_KEPT = 100
"""How many of them are kept, those that crowd rooms least."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What is flown in a period: the slots of a deal, and an itinerary for each flight."""

    slots: Deal
    itineraries: tuple[Itinerary, ...]


class Choices:
    """Draws choices of trips of some deals."""

    def __init__(
        self, trips: Trips, usage: Usage, deals: Iterable[Deal], draw: np.random.Generator
    ) -> None:
        self._trips = trips
        self._usage = usage
        self._draw = draw
        self._units = np.array([room.units for room in usage.rooms.all])
        self._options: dict[tuple[Slot, ...], tuple[list[Trip], Floats]] = {}
        self._given = deals

    def drawn(self, period_s: int) -> Iterator[Choice]:
        """Yield choices for a period without end, of each deal in turn; none if there is none."""
        kept = [each for each in (self._kept(deal, period_s) for deal in self._deals) if each]
        for number, listed in enumerate(cycle(kept)):
            # The least crowded is not always the one that fits: only the first turn begins with it.
            at = 0 if number < len(kept) else int(self._draw.integers(len(listed)))
            yield listed[at]

    @cached_property
    def _deals(self) -> Sequence[Deal]:
        """Return the deals, made when the first choice is drawn."""
        return tuple(self._given)

    def _kept(self, deal: Deal, period_s: int) -> list[Choice]:
        """Return the least crowded of the choices that are drawn of a deal."""
        options = [self._of(each) for each in _demands(deal, self._trips)]
        if not all(trips for trips, _ in options):
            return []
        drawn = [self._draw.integers(len(trips), size=_DRAWN) for trips, _ in options]
        pairs = list(zip(options, drawn, strict=True))
        use = sum((taken[at] for (_, taken), at in pairs), np.zeros(1)) / period_s
        order = np.lexsort(((use * use * use).sum(axis=1), use.max(axis=1) > 1))
        return [
            Choice(deal, tuple(chain.from_iterable(trips[at[each]] for (trips, _), at in pairs)))
            for each in islice(order.tolist(), _KEPT)
        ]

    def _of(self, demand: tuple[Slot, ...]) -> tuple[list[Trip], Floats]:
        """Return the trips of a demand, and what each takes of a unit of each room.

        Left out is what takes much more of the rooms that limit than others do.
        """
        if demand not in self._options:
            listed = list(self._trips.trips(demand))
            means = {each: self._usage.mean(each) for trip in listed for each in trip}
            taken = np.array([sum(means[each] for each in trip) for trip in listed])
            taken = taken.reshape(len(listed), -1) / self._units
            scarce = taken[:, self._trips.scarce].sum(axis=1)
            good = np.flatnonzero(scarce <= _SPARING * scarce.min(initial=np.inf))
            self._options[demand] = [listed[at] for at in good.tolist()], taken[good]
        return self._options[demand]


def _demands(deal: Deal, trips: Trips) -> list[tuple[Slot, ...]]:
    """Return the slots as what one trip flies: out and back, if drones have to come back."""
    by_direction = [
        sorted((slot for slot in deal if slot.direction == at), key=_pairing)
        for at in trips.directions
    ]
    if trips.capacities.question.returns:
        return list(zip(*by_direction, strict=True))
    return [(slot,) for side in by_direction for slot in side]


def _pairing(slot: Slot) -> tuple[list[str], tuple[str, ...]]:
    return sorted(slot.checkpoints), slot.goods
