"""Whether a filled day has room for one more order, and what leaves it none.

An order that could be flown alone is tried in every stretch in which a drone is free: on a day on
which only drones are taken, on the day as it stands, and then with nothing taken but the pads of
one site, the bays of one checkpoint, the chargers of one base, or the air. The first of these
without room has decided.
"""

import copy
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from planner.clock import OutOfTimeError
from planner.day.instance import Instance
from planner.day.tour import TimedTour, Tour
from planner.dispatch.dispatch import Dispatcher
from planner.dispatch.roster import Roster
from planner.reasons.alone import LOOK_BACK_S, first_timing, least_alone_s, tour_alone
from planner.reasons.verdict import Finding, clock

_LATER = "or a later due time"

_ENDS: WeakKeyDictionary[Instance, dict[tuple[int, int, int], int | None]] = WeakKeyDictionary()
"""When jobs alone are done on an empty day, s, by squad, job and the second from which on they are
begun; None if they cannot be. Looking for room and for reasons asks for the same."""


def settle(roster: Roster, past: Callable[[], bool]) -> None:
    """Enter every job, or box, left out that still finds room and is worth it, dearest first.

    One that is not may be worth it with those that come after it: then all are entered, or none.
    Stops where the time is `past`.
    """
    roster.take_off_orphans()
    with suppress(OutOfTimeError):
        _settle(roster, Crowding(roster, past))


def _settle(roster: Roster, crowding: "Crowding") -> None:
    instance = roster.instance
    served = roster.served()
    left_out = {unit[0] for job, unit in enumerate(instance.units) if job not in served}
    price = {job: instance.unserved_cents(instance.units[job]) for job in left_out}
    depth = {
        job: max(instance.jobs[each].depth for each in instance.units[job]) for job in left_out
    }
    waiting = sorted(left_out, key=lambda each: (depth[each], -price[each], each))
    for job in waiting:
        if instance.awaited and job in roster.served():
            continue
        found = crowding.room(job)
        if found is not None:
            roster.enter(*found)
        elif followers := _followers(instance, job, waiting):
            _enter_all(roster, crowding, (job, *followers))


def _followers(instance: Instance, job: int, waiting: Iterable[int]) -> list[int]:
    """Return those of some jobs that come after one, or after its followers; `waiting` by depth."""
    ahead, found = set(instance.units[job]), list[int]()
    for each in waiting:
        if any(instance.jobs[one].after in ahead for one in instance.units[each]):
            ahead.update(instance.units[each])
            found.append(each)
    return found


def _enter_all(roster: Roster, crowding: "Crowding", chain: Sequence[int]) -> None:
    """Enter a job and its followers, each if it is worth it with those after it; or none at all."""
    before, cents = tuple(roster.tours()), roster.cents()
    try:
        for number, job in enumerate(chain):
            behind = [job, *_followers(roster.instance, job, chain[number + 1 :])]
            units = [each for one in behind for each in roster.instance.units[one]]
            found = crowding.room(job, roster.instance.unserved_cents(units))
            if found is not None:
                roster.enter(*found)
    finally:
        if roster.cents() >= cents:
            roster.restore(before)


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A stretch in which a drone is free, with the tour that would serve a job in it."""

    drone: str
    tour: Tour
    since_s: int
    until_s: int


class Crowding:
    """A filled day, asked about jobs that it leaves out.

    What is asked raises OutOfTimeError once the time is `past`.
    """

    def __init__(self, roster: Roster, past: Callable[[], bool] = lambda: False) -> None:
        self._roster, self._past = roster, past
        self._instance = roster.instance
        self._empty = Dispatcher(roster.instance)
        self._ends = _ENDS.setdefault(roster.instance, {})

    @property
    def served(self) -> set[int]:
        """The jobs that the day serves."""
        return self._roster.served()

    def room(self, job: int, worth_cents: int | None = None) -> tuple[str, TimedTour] | None:
        """Return the drone and the timing that serve a job at least cost, if that is worth it.

        It is worth what leaving it out costs, if nothing else is said.
        """
        return self._cheapest(job, self._free(job), worth_cents)

    def finding(self, job: int, alone: TimedTour) -> Finding:
        """Return what leaves a job no room that is flown as `alone` on an empty day."""
        instance, squad = self._instance, self._instance.squads[alone.tour.squad]
        begin, end = clock(instance, alone.start_s), clock(instance, alone.end_s)
        values: dict[str, object] = {"alone_from": begin}
        free = self._free(job)
        if not free:
            remedy = f"a drone as {squad.drones[0]} that is free from {begin} to {end}, {_LATER}"
            return Finding("FLEET_BUSY", values | {"rule": "DRONE_OVERLAP"}, remedy)
        if self._cheapest(job, free) is not None:
            remedy = "plan again with a longer time limit: there is room"
            return Finding("FLEET_BUSY", values, remedy)
        unit = self._instance.units[job]
        linked = any(self._instance.jobs[each].after is not None for each in unit)
        if linked and self._too_late_after(free):
            values["rule"] = "ORDER_AFTER"
            return Finding("FLEET_BUSY", values, f"the order that it comes after earlier, {_LATER}")
        full, sites = self._roster.dispatcher.calendar, self._sites(job)
        if self._crowded(free, pads=full.pads):
            values["rule"] = "PAD_CAPACITY"
            values |= self._named(site for site in sites if self._crowded(free, pads=[site]))
            return Finding("FLEET_BUSY", values, f"one more pad, {_LATER}")
        if self._crowded(free, bays=full.bays):
            values["rule"] = "BAY_CAPACITY"
            sites = [site for site in sites if site in full.bays]
            values |= self._named(site for site in sites if self._crowded(free, bays=[site]))
            return Finding("FLEET_BUSY", values, f"one more bay, {_LATER}")
        if full.chargers and self._crowded(free, chargers=full.chargers):
            values["rule"] = "CHARGER_CAPACITY"
            sites = [site for site in sites if site in full.chargers]
            values |= self._named(site for site in sites if self._crowded(free, chargers=[site]))
            return Finding("FLEET_BUSY", values, f"one more charger, {_LATER}")
        if self._crowded(free, air=True):
            values["rule"] = "BLOCK_CONFLICT"
            return Finding("FLEET_BUSY", values, f"another lane, {_LATER}")
        # Only together do they leave no room, or what room there is costs more than the order.
        return Finding("FLEET_BUSY", values)

    def _cheapest(
        self, job: int, free: Iterable[_Stretch], worth_cents: int | None = None
    ) -> tuple[str, TimedTour] | None:
        """Return the drone and timing of least cost on the day as it stands, if worth it."""
        found: tuple[str, TimedTour] | None = None
        least = worth_cents
        if least is None:
            least = self._instance.unserved_cents(self._instance.units[job])
        dispatcher = self._roster.dispatcher
        for stretch in free:
            first = self._timed(stretch, dispatcher)
            if first is None:
                continue
            # One that stands idle on the way is cheaper later.
            timed = dispatcher.best(stretch.tour, first.start_s, stretch.until_s)
            day = self._roster.day_cents(stretch.drone)
            if timed.cents + day < least:
                found, least = (stretch.drone, timed), timed.cents + day
        return found

    def _crowded(
        self,
        free: Iterable[_Stretch],
        *,
        air: bool = False,
        pads: Iterable[str] = (),
        bays: Iterable[str] = (),
        chargers: Iterable[str] = (),
    ) -> bool:
        """Tell whether a part of what the day holds, and nothing else, leaves no room."""
        dispatcher, full = copy.copy(self._empty), self._roster.dispatcher.calendar
        dispatcher.calendar = self._empty.calendar.taking(
            full, air=air, pads=pads, bays=bays, chargers=chargers
        )
        return all(self._timed(stretch, dispatcher) is None for stretch in free)

    def _too_late_after(self, free: Iterable[_Stretch]) -> bool:
        """Tell whether what a job comes after, when it is handed over, leaves no room by itself."""
        dispatcher = copy.copy(self._empty)
        dispatcher.linked = True
        dispatcher.handed_over = self._roster.dispatcher.handed_over
        return all(self._timed(stretch, dispatcher) is None for stretch in free)

    def _timed(self, stretch: _Stretch, dispatcher: Dispatcher) -> TimedTour | None:
        """Return the first timing of a tour in its stretch; None if none flies."""
        if self._past():
            raise OutOfTimeError
        return first_timing(dispatcher, stretch.tour, {}, stretch.since_s, stretch.until_s)

    @staticmethod
    def _named(sites: Iterable[str]) -> dict[str, object]:
        """Return the first site that alone leaves no room; nothing if it takes several."""
        site = next(iter(sites), None)
        return {} if site is None else {"site": site}

    def _sites(self, job: int) -> list[str]:
        """Return the sites that a sortie for a job may stop at."""
        unit = [self._instance.jobs[each] for each in self._instance.units[job]]
        bases = {squad.base for squad in self._instance.at_own_cruise}
        ends = {place for each in unit for place in (each.order.origin, each.order.destination)}
        return sorted(ends | bases | {place for each in unit for place in each.clearings})

    def _free(self, job: int) -> list[_Stretch]:
        """Return where a drone is free for as long as a job takes, were nothing else taken."""
        unit, found = [self._instance.jobs[each] for each in self._instance.units[job]], []
        earliest_s = max(each.ready_s for each in unit) - LOOK_BACK_S
        latest_s = min(each.latest_s for each in unit)
        for number, squad in enumerate(self._instance.squads):
            tour, tried = tour_alone(self._instance, number, job), set[tuple[int, int]]()
            least_s = least_alone_s(self._instance, tour)
            for drone in squad.drones:
                for begin_s, end_s in self._roster.gaps(drone, squad.from_s, squad.until_s):
                    since_s = max(begin_s, earliest_s)
                    fits = since_s < latest_s and since_s + least_s <= end_s
                    if not fits or (since_s, end_s) in tried:
                        continue
                    tried.add((since_s, end_s))
                    done_s = self._end_s(job, tour, since_s)
                    if done_s is not None and done_s <= end_s:
                        found.append(_Stretch(drone, tour, since_s, end_s))
        return found

    def _end_s(self, job: int, tour: Tour, since_s: int) -> int | None:
        """Return when a job is done on an empty day if it is begun from a second on, if it can."""
        asked = tour.squad, job, since_s
        if asked not in self._ends:
            if self._past():
                raise OutOfTimeError
            timed = first_timing(self._empty, tour, {}, since_s)
            self._ends[asked] = None if timed is None else timed.end_s
        return self._ends[asked]
