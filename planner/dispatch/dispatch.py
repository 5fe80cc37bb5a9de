"""One tour timed to the second against what is taken already: first come, first served.

The dispatcher flies a tour forward from a start: each leg is the quickest at its time, delayed on
the pad until its blocks and the pad ahead are free; a crossing with goods on board takes the
checkpoints that bring it across first (`planner.dispatch.legs`). On pads it works as
`planner.dispatch.work` says. What cannot be done raises `Unflyable` with a rule's code.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

from geodata.schedule import DAY_S
from planner.day.calendar import Calendar
from planner.day.instance import Instance, Job, Squad
from planner.day.tour import (
    TimedEvent,
    TimedStop,
    TimedTour,
    Tour,
    Unflyable,
    bay_stays,
    charger_stays,
    handed_over_s,
    idle_s,
    visits_of,
)
from planner.dispatch.holdings import enter_held
from planner.dispatch.legs import go
from planner.dispatch.state import Day, DroneState, Planned
from planner.dispatch.takeoff import Takeoffs
from planner.dispatch.tour_rules import check_start, check_tour
from planner.dispatch.work import turn, work


class Dispatcher:
    """Times tours on a calendar and enters them into it.

    Where tours are not `linked`, what comes after a job of another tour does not wait for it.
    `handed_over` is when jobs that others come after are, second of the day.
    """

    def __init__(self, instance: Instance, *, linked: bool = False) -> None:
        self.instance = instance
        self.calendar = empty_calendar(instance)
        self.linked = linked
        self.handed_over: dict[int, int] = {}
        self._takeoffs = Takeoffs(instance)

    def enter(self, timed: TimedTour) -> None:
        """Take what a timed tour holds."""
        for flight in timed.flights:
            self.calendar.traffic.add(flight)
        for stop in timed.stops:
            self.calendar.pads[stop.place].add(stop.arrive_s, stop.depart_s)
        for place, begin, end in bay_stays(timed):
            self.calendar.bays[place].add(begin, end)
        for place, begin, end in charger_stays(timed):
            self.calendar.chargers[place].add(begin, end)
        for job, end in self._awaited(timed):
            self.handed_over[job] = end

    def leave(self, timed: TimedTour) -> None:
        """Give back what a timed tour holds."""
        for flight in timed.flights:
            self.calendar.traffic.remove(flight)
        for stop in timed.stops:
            self.calendar.pads[stop.place].remove(stop.arrive_s, stop.depart_s)
        for place, begin, end in bay_stays(timed):
            self.calendar.bays[place].remove(begin, end)
        for place, begin, end in charger_stays(timed):
            self.calendar.chargers[place].remove(begin, end)
        for job, _ in self._awaited(timed):
            del self.handed_over[job]

    def _awaited(self, timed: TimedTour) -> Iterator[tuple[int, int]]:
        """Yield jobs of a tour that others come after, and when they are handed over."""
        if not self.instance.awaited.isdisjoint(timed.tour.jobs):
            for job in self.instance.awaited.intersection(timed.tour.jobs):
                yield job, handed_over_s(timed, job)

    def best(self, tour: Tour, start_s: int, until_s: int = DAY_S, tries: int = 12) -> TimedTour:
        """Return the cheapest timing found that starts at `start_s` or later, ends by `until_s`.

        Raises `Unflyable` with the rule that the last start tried does not keep.
        """
        found: TimedTour | None = None
        refused: Unflyable | None = None
        start = start_s
        for _ in range(tries):
            try:
                timed = self.fly(tour, start)
            except Unflyable as error:
                # What the latest start meets decides: earlier ones were told to start later.
                refused = error
                if error.later_s is None:
                    break
                start += max(1, error.later_s)
                continue
            if timed.end_s > until_s:
                refused = Unflyable("DRONE_HOURS", until_s=until_s)
                break
            if found is None or timed.cents < found.cents:
                found = timed
            idle = idle_s(timed)
            if idle <= 1 or (found is not timed and timed.cents >= found.cents):
                break
            start = timed.start_s + idle
        if found is None:
            assert refused is not None
            raise refused
        return found

    def fly(self, tour: Tour, start_s: int) -> TimedTour:
        """Return the tour flown from the start of preflight at `start_s`; raise `Unflyable`.

        Goods take the checkpoints that bring them across first, or, if the battery does not last
        for these, those that take the least energy.
        """
        try:
            return self._fly(tour, start_s, lean=False)
        except Unflyable as error:
            if error.code != "ENERGY_RESERVE":
                raise
        return self._fly(tour, start_s, lean=True)

    def follow(self, tour: Tour, start_s: int, planned: tuple[Planned, ...]) -> TimedTour:
        """Return the tour flown by some legs, none before its time; raise `Unflyable`."""
        return self._fly(tour, start_s, planned, lean=False)

    def _fly(
        self, tour: Tour, start_s: int, planned: tuple[Planned, ...] = (), *, lean: bool
    ) -> TimedTour:
        over = self.handed_over if self.linked else None
        day = Day(self.instance, self.calendar, self._takeoffs, over)
        squad = self.instance.squads[tour.squad]
        jobs = [self.instance.jobs[job] for job in tour.jobs]
        visits = list(visits_of(self.instance, tour))
        home = squad.base if tour.steps else squad.ends_at or squad.base
        check_tour(self.instance, squad, jobs, [*visits, (home, ())])
        ready = start_s + squad.kind.preflight_s
        preflight = TimedEvent("preflight", None, None, start_s, ready)
        begun = (preflight,)
        state = DroneState(
            squad.base, start_s, ready, (), 0.0, begun, (), (), (), (), (), 0, planned
        )
        if visits and visits[0][0] == squad.base:
            state = work(day, squad, state, visits.pop(0)[1])
        for place, steps in visits:
            state = work(day, squad, go(day, squad, state, place, lean), steps)
        if state.place != home or not state.flights:
            state = go(day, squad, state, home, lean)
        return self._finish(day, tour, squad, jobs, state)

    def _finish(
        self, day: Day, tour: Tour, squad: Squad, jobs: Sequence[Job], state: DroneState
    ) -> TimedTour:
        used_wh = sum(state.energies_wh)
        end, events = state.clock_s, state.events
        if state.place == squad.base:
            if state.planned:
                end = max(end, state.planned[-1].serve_s)
            ready = turn(day, squad, end, used_wh)
            end, events = ready.end_s, (*events, ready)
        last = TimedStop(state.place, state.arrive_s, end, events)
        if not self.calendar.pads[state.place].free(last.arrive_s, last.depart_s):
            raise Unflyable("PAD_CAPACITY", 60, site=state.place)
        prices = self.instance.prices
        stops = self._pull_start(squad, (*state.stops, last))
        seconds = end - stops[0].arrive_s
        timed = TimedTour(
            tour,
            stops,
            state.flights,
            state.loads,
            state.energies_wh,
            math.ceil(seconds * prices.drone_minute_cents / 60),
            math.ceil(round(used_wh, 6) * prices.energy_kwh_cents / 1000),
            state.late_cents,
        )
        check_start(self.instance, squad, jobs, timed)
        return timed

    def _pull_start(self, squad: Squad, stops: tuple[TimedStop, ...]) -> tuple[TimedStop, ...]:
        """Move preflight and loading at base up to the take-off, so that no wait there is paid."""
        first = stops[0]
        clock, moved = first.depart_s, []
        for event in reversed(first.events):
            begin = clock - (event.end_s - event.start_s)
            moved.append(replace(event, start_s=begin, end_s=clock))
            clock = begin
        pulled = replace(first, arrive_s=clock, events=tuple(reversed(moved)))
        if not self.calendar.pads[squad.base].free(pulled.arrive_s, pulled.depart_s):
            raise Unflyable("PAD_CAPACITY", 60, site=squad.base)
        return (pulled, *stops[1:])


def empty_calendar(instance: Instance) -> Calendar:
    """Return a day on which nothing is taken but what others, or the day's other parts, hold."""
    network = instance.network
    calendar = Calendar(
        instance.airspace.blocks,
        instance.rules.time_buffer_s,
        [(site.id, site.pads) for site in network.sites.values()],
        [(site.id, site.bays) for site in network.checkpoints.values()],
        [(site.id, site.chargers) for site in network.vertiports.values() if site.chargers],
    )
    enter_held(calendar, instance.airspace)
    if instance.taken is not None:
        instance.taken.enter(calendar)
    return calendar
