"""A roster that is being filled, with its day as arrays: sorties are tried in compiled code.

What is entered is flown by the dispatcher, leg by leg as it was found (`Roster.follow`), so the
roster is exact; the arrays are then what it has taken.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from planner.arrays import Ints
from planner.bound.instance_arrays import InstanceArrays
from planner.day.instance import Instance
from planner.day.tour import Step, TimedTour, Tour, Unflyable, bay_stays, charger_stays
from planner.dispatch.roster import Roster
from planner.dispatch.state import Planned
from planner.fly.day_arrays import DayArrays
from planner.fly.gaps import Gaps, fly_cheapest
from planner.fly.nearest import Nearest
from planner.fly.planned import planned_legs
from planner.fly.records import NONE, Counts, Records, trips

SCRATCH = 3
"""Rows for trials."""

MOST_A_DRONE = 300
"""Sorties of a drone at most."""


class Effort(NamedTuple):
    """How many squads are compared for a sortie, how many starts of each, and how far apart, s.

    Of each squad the first start that flies counts, or, if it is `thorough`, the cheapest.
    """

    squads: int
    starts: int
    apart_s: int
    thorough: bool = False


def everywhere(instance: Instance) -> Effort:
    """Return the effort of looking at all squads, at a few starts each over some two hours."""
    return Effort(len(instance.flocks), 8, 900)


@dataclass(frozen=True, slots=True)
class Found:
    """A sortie of a drone, the legs that it is to follow, and what the day costs more, cents."""

    cents: int
    drone: str
    tour: Tour
    start_s: int
    planned: tuple[Planned, ...]


class Filling:
    """Tries sorties on a roster, and enters them.

    Nobody else may change the roster meanwhile.
    """

    def __init__(self, roster: Roster, arrays: DayArrays | None = None) -> None:
        self._roster, self._instance = roster, roster.instance
        self._arrays = arrays or DayArrays(InstanceArrays(roster.instance))
        self._checkpoint_at = {each: at for at, each in enumerate(self._arrays.checkpoints)}
        self._site_at = {name: at for at, name in enumerate(roster.instance.legs.site_ids)}
        self._day = self._arrays.as_taken(roster.dispatcher.calendar)
        for job, over_s in roster.dispatcher.handed_over.items():
            self._day.over_s[job] = over_s
        self._nearest = Nearest(roster.instance)
        squads = roster.instance.at_own_cruise
        self._drones = [drone for squad in squads for drone in squad.drones]
        self._drone_at = {drone: at for at, drone in enumerate(self._drones)}
        self._gaps = Gaps(
            np.cumsum([0, *(len(squad.drones) for squad in squads)], dtype=np.int64),
            np.zeros((len(self._drones), MOST_A_DRONE, 2), dtype=np.int64),
            np.zeros(len(self._drones), dtype=np.int64),
            np.array(
                [
                    roster.free_until_s(drone, squad.from_s, squad.until_s)
                    for squad in squads
                    for drone in squad.drones
                ],
                dtype=np.int64,
            ),
            np.array([roster.first_cents(drone) for drone in self._drones], dtype=np.int64),
        )
        steps = 2 * roster.instance.rules.max_orders_per_sortie
        self._trip = trips(self._arrays.sky, self._arrays.goods, 1 + SCRATCH, steps)
        for drone in self._drones:
            self._note(drone)

    def trial(self, steps: tuple[Step, ...], effort: Effort) -> Found | None:
        """Return the cheapest sortie found that does some steps, None if none flies."""
        latest_s = min(self._instance.jobs[step.job].latest_s for step in steps)
        choices, starts = self._nearest.choices(steps, effort.squads), effort.starts
        if effort.thorough:
            choices, starts = _every_start(choices, effort, latest_s), 1
        if not len(choices):
            return None
        coded = _coded(steps)
        arrays = self._arrays
        drone, cents, squad = fly_cheapest(
            arrays.sky, self._day, arrays.fleet, arrays.goods, self._gaps, coded, choices,
            latest_s, starts, effort.apart_s, self._trip, 0,
        )  # fmt: skip
        if drone == NONE:
            return None
        instance = self._instance
        planned = planned_legs(self._trip, 0, instance.legs, instance.squads[int(squad)].kind)
        start_s = int(self._trip.stop[0, 0]["arrive"])
        return Found(int(cents), self._drones[drone], Tour(int(squad), steps), start_s, planned)

    def enter(self, found: Found) -> TimedTour | None:
        """Enter what was found on the roster as it stands; None if the dispatcher refuses it."""
        try:
            timed = self._roster.follow(found.drone, found.tour, found.start_s, found.planned)
        except Unflyable:
            return None
        self._take(timed)
        self._note(found.drone)
        return timed

    def _take(self, timed: TimedTour) -> None:
        """Take from the day what a tour holds but for blocks: these it shares with the roster."""
        day, at = self._day, self._site_at
        for stop in timed.stops:
            _count(day.pads, at[stop.place], stop.arrive_s, stop.depart_s)
        for place, begin_s, end_s in bay_stays(timed):
            _count(day.bays, self._checkpoint_at[place], begin_s, end_s)
        for place, begin_s, end_s in charger_stays(timed):
            _count(day.chargers, at[place], begin_s, end_s)
        for job in self._instance.awaited.intersection(timed.tour.jobs):
            day.over_s[job] = self._roster.dispatcher.handed_over[job]

    def _note(self, drone: str) -> None:
        """Write down when a drone flies."""
        number, flown = self._drone_at[drone], self._roster.flown[drone]
        stays = [(timed.start_s, timed.end_s) for timed in flown]
        self._gaps.sorties[number] = len(stays)
        if stays:
            self._gaps.stays[number, : len(stays)] = sorted(stays)


def _every_start(choices: Records, effort: Effort, latest_s: int) -> Records:
    """Return each choice once for each of the starts up to `latest_s` that are to be compared."""
    found = np.repeat(choices, effort.starts)
    found["start_s"] += np.tile(np.arange(effort.starts) * effort.apart_s, len(choices))
    return found[found["start_s"] <= latest_s]


def _coded(steps: tuple[Step, ...]) -> Ints:
    """Return steps as `fly` takes them."""
    return np.array([step.job + 1 if step.load else -step.job - 1 for step in steps])


def _count(counts: Counts, at: int, begin_s: int, end_s: int) -> None:
    counts[at, max(0, begin_s) : max(0, end_s)] += np.uint8(1)
