"""Which drone flies which timed tour: every drone's day, and room in it."""

from bisect import insort
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple
from weakref import WeakKeyDictionary

from planner.day.instance import Instance
from planner.day.tour import TimedTour, Tour, Unflyable, loaded_s
from planner.dispatch.dispatch import Dispatcher
from planner.dispatch.state import Planned


class Trial(NamedTuple):
    """A tour timed on a drone that is free for it, and what the day costs more with it, cents."""

    cents: int
    drone: str
    timed: TimedTour


EARLIER_S = 60
"""A last flight is tried so much earlier each time, s."""


class Roster:
    """A day being filled: timed tours on drones and on the calendar.

    `last` holds the flight with which drones that end their day elsewhere go there, None if there
    is none that they could fly. It has its room from the first, and is flown if the drone flies.
    """

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.dispatcher = Dispatcher(instance, linked=True)
        self.last = last_flights(instance)
        for timed in self.last.values():
            if timed is not None:
                self.dispatcher.enter(timed)
        self.flown: dict[str, list[TimedTour]] = {
            drone: [] for squad in instance.at_own_cruise for drone in squad.drones
        }

    def place(self, tour: Tour, start_s: int, latest_s: int | None = None) -> TimedTour:
        """Enter what `trial` returns, and return its timing; raise `Unflyable`."""
        found = self.trial(tour, start_s, latest_s)
        self.enter(found.drone, found.timed)
        return found.timed

    def follow(
        self, drone: str, tour: Tour, start_s: int, planned: tuple[Planned, ...]
    ) -> TimedTour:
        """Enter a tour by settled legs, in the first gap of a drone from `start_s` on.

        Returns its timing; raises `Unflyable`.
        """
        squad = self.instance.squads[tour.squad]
        for begin, end in self.gaps(drone, squad.from_s, squad.until_s):
            if max(begin, start_s) < end:
                timed = self.dispatcher.follow(tour, max(begin, start_s), planned)
                if timed.end_s <= end:
                    self.enter(drone, timed)
                    return timed
        raise Unflyable("FLEET_BUSY")

    def trial(
        self,
        tour: Tour,
        start_s: int,
        latest_s: int | None = None,
        least_s: float = 0.0,
    ) -> Trial:
        """Return the cheapest timing from `start_s` on found on any drone; raise `Unflyable`.

        `latest_s` bounds the start that is asked for (not the one that waiting for air or pads
        leads to). The tour is known to take `least_s` at least.
        """
        squad = self.instance.squads[tour.squad]
        best: Trial | None = None
        refused: Unflyable | None = None
        tried: set[tuple[int, int]] = set()
        for drone in squad.drones:
            for begin, end in self.gaps(drone, squad.from_s, squad.until_s):
                since = max(begin, start_s)
                if since + least_s >= end or (latest_s is not None and since > latest_s):
                    continue
                if (since, end) in tried:
                    continue
                tried.add((since, end))
                try:
                    timed = self.dispatcher.best(tour, since, end)
                except Unflyable as error:
                    refused = refused or error
                    continue
                cents = timed.cents + self.day_cents(drone)
                if best is None or cents < best.cents:
                    best = Trial(cents, drone, timed)
        if best is None:
            raise refused or Unflyable("FLEET_BUSY")
        return best

    def day_cents(self, drone: str) -> int:
        """Return what a drone's day costs if it is not yet used, its last flight included."""
        return 0 if self.flown[drone] else self.first_cents(drone)

    def first_cents(self, drone: str) -> int:
        """Return what a drone's day costs beside its sorties, its last flight included."""
        last = self.last.get(drone)
        return self.instance.prices.drone_day_cents + (0 if last is None else last.cents)

    def enter(self, drone: str, timed: TimedTour) -> None:
        """Put a tour on a drone that is free for it, timed on the calendar as it stands."""
        self.dispatcher.enter(timed)
        insort(self.flown[drone], timed, key=lambda each: each.start_s)

    def restore(self, snapshot: Iterable[tuple[str, TimedTour]]) -> None:
        """Make the roster what `tours` gave at an earlier time."""
        wanted = {id(timed): (drone, timed) for drone, timed in snapshot}
        for _, timed in list(self.tours()):
            if id(timed) not in wanted:
                self.remove(timed)
        present = {id(timed) for _, timed in self.tours()}
        for key, (drone, timed) in wanted.items():
            if key not in present:
                self.enter(drone, timed)

    def remove(self, timed: TimedTour) -> str:
        """Take a tour off its drone and the calendar; return the drone."""
        for drone, tours in self.flown.items():
            for at, each in enumerate(tours):
                if each is timed:
                    del tours[at]
                    self.dispatcher.leave(timed)
                    return drone
        raise LookupError("the tour is not on the roster")

    def take_off_orphans(self) -> None:
        """Take off tours with jobs that come after one that is not handed over in time any more."""
        jobs, over = self.instance.jobs, self.dispatcher.handed_over
        while self.instance.awaited:
            orphans = [
                timed
                for _, timed in self.tours()
                for job, second in loaded_s(timed)
                if (before := jobs[job].after) is not None
                and not (before in over and over[before] + jobs[job].order.after_s <= second)
            ]
            if not orphans:
                return
            self.remove(orphans[0])

    def tours(self) -> Iterator[tuple[str, TimedTour]]:
        """Yield drone and timed tour, by drone and start."""
        for drone in sorted(self.flown):
            for timed in self.flown[drone]:
                yield drone, timed

    def last_tours(self) -> Iterator[tuple[str, TimedTour]]:
        """Yield drone and last flight of those that fly and end their day elsewhere."""
        for drone, timed in self.last.items():
            if timed is not None and self.flown[drone]:
                yield drone, timed

    def served(self) -> set[int]:
        """Return the jobs that are served."""
        return {job for _, timed in self.tours() for job in timed.tour.jobs}

    def cents(self) -> int:
        """Return what the day costs: sorties, drone days and orders left out."""
        prices = self.instance.prices
        served = self.served()
        left_out = sum(
            prices.unserved_cents[job.order.priority]
            for at, job in enumerate(self.instance.jobs)
            if at not in served
        )
        days = sum(self.first_cents(drone) for drone, tours in self.flown.items() if tours)
        return sum(timed.cents for _, timed in self.tours()) + days + left_out

    def free_until_s(self, drone: str, from_s: int, until_s: int) -> int:
        """Return until when a drone is free for sorties of its hours: its last flight ends them."""
        if drone not in self.last:
            return until_s
        last = self.last[drone]
        return from_s if last is None else min(until_s, last.start_s)

    def gaps(self, drone: str, from_s: int, until_s: int) -> Iterator[tuple[int, int]]:
        """Yield the stretches between `from_s` and `until_s` in which a drone is free."""
        begin, until_s = from_s, self.free_until_s(drone, from_s, until_s)
        for timed in self.flown[drone]:
            if timed.start_s > begin:
                yield begin, timed.start_s
            begin = timed.end_s
        if until_s > begin:
            yield begin, until_s


_LAST: WeakKeyDictionary[Instance, Mapping[str, TimedTour | None]] = WeakKeyDictionary()


def last_flights(instance: Instance) -> Mapping[str, TimedTour | None]:
    """Return how drones that end their day elsewhere go there, as late as they can.

    None for one that cannot; at the first cruise at which they can. They are flown around each
    other, on a day with nothing else.
    """
    if instance not in _LAST:
        dispatcher, found = Dispatcher(instance), dict[str, TimedTour | None]()
        for flock, squad in enumerate(instance.at_own_cruise):
            for drone in squad.drones if squad.ends_at is not None else ():
                flown = (_latest(dispatcher, number) for number in instance.flocks[flock])
                found[drone] = next((each for each in flown if each is not None), None)
                if (timed := found[drone]) is not None:
                    dispatcher.enter(timed)
        _LAST[instance] = found
    return _LAST[instance]


def _latest(dispatcher: Dispatcher, number: int) -> TimedTour | None:
    """Return the last flight of a squad's drone that lands within its hours."""
    squad = dispatcher.instance.squads[number]
    for start_s in range(squad.until_s - squad.kind.preflight_s, squad.from_s - 1, -EARLIER_S):
        try:
            return dispatcher.fly(Tour(number, ()), start_s)
        except Unflyable:
            continue
    return None
