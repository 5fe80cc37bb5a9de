"""One tour timed to the second against what is taken already: first come, first served.

The dispatcher flies a tour forward from a start: each leg is the quickest at its time, delayed on
the pad until its blocks and the pad ahead are free; a crossing with goods on board takes the
checkpoints that bring it across first. What cannot be done raises `Unflyable` with a rule's code.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from geodata.schedule import DAY_S, contains
from planner.calendar import Calendar
from planner.customs import checkpoint_chains, event_kind
from planner.energy import leg_energy_wh
from planner.holdings import enter_held
from planner.instance import Clearing, Instance, Job, Squad
from planner.legs import Flight
from planner.plan import EventKind
from planner.takeoff import Takeoffs
from planner.tour import (
    Step,
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
from planner.tour_rules import check_load, check_start, check_tour
from planner.turnaround import turn_s
from planner.ways_round import GAIN


class Planned(NamedTuple):
    """A leg that is to be flown: where to, and the seconds before which nothing is to happen.

    It does not take off before `takeoff_s`, and takes no bay or charger there before `serve_s`.
    Where it has no lanes, they are the quickest of the stretch of the day in which it takes off.
    """

    place: str
    takeoff_s: int
    serve_s: int
    lanes: tuple[str, ...] = ()


class _State(NamedTuple):
    """A drone on a pad, done with what it has to do there at `clock_s`.

    `planned` are the legs of the whole tour, if they are settled.
    """

    place: str
    arrive_s: int
    clock_s: int
    aboard: tuple[int, ...]
    used_wh: float
    events: tuple[TimedEvent, ...]
    stops: tuple[TimedStop, ...]
    flights: tuple[Flight, ...]
    loads: tuple[tuple[int, ...], ...]
    energies_wh: tuple[float, ...]
    loaded_s: tuple[tuple[int, int], ...]
    late_cents: int
    planned: tuple[Planned, ...] = ()


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
        squad = self.instance.squads[tour.squad]
        jobs = [self.instance.jobs[job] for job in tour.jobs]
        visits = list(visits_of(self.instance, tour))
        home = squad.base if tour.steps else squad.ends_at or squad.base
        check_tour(self.instance, squad, jobs, [*visits, (home, ())])
        ready = start_s + squad.kind.preflight_s
        preflight = TimedEvent("preflight", None, None, start_s, ready)
        begun = (preflight,)
        state = _State(squad.base, start_s, ready, (), 0.0, begun, (), (), (), (), (), 0, planned)
        if visits and visits[0][0] == squad.base:
            state = self._work(squad, state, visits.pop(0)[1])
        for place, steps in visits:
            state = self._work(squad, self._go(squad, state, place, lean), steps)
        if state.place != home or not state.flights:
            state = self._go(squad, state, home, lean)
        return self._finish(tour, squad, jobs, state)

    def _finish(self, tour: Tour, squad: Squad, jobs: Sequence[Job], state: _State) -> TimedTour:
        used_wh = sum(state.energies_wh)
        end, events = state.clock_s, state.events
        if state.place == squad.base:
            if state.planned:
                end = max(end, state.planned[-1].serve_s)
            turn = self._turn(squad, end, used_wh)
            end, events = turn.end_s, (*events, turn)
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

    def _turn(self, squad: Squad, clock_s: int, used_wh: float) -> TimedEvent:
        """Return the swap, or the charge as soon as a charger is free, that ends a sortie."""
        lasts_s = turn_s(squad.turn, used_wh)
        if squad.turn.charges:
            clock_s = self.calendar.chargers[squad.base].next_free(clock_s, lasts_s)
        kind: EventKind = "charge" if squad.turn.charges else "swap"
        return TimedEvent(kind, None, None, clock_s, clock_s + lasts_s)

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

    # -- on the ground -------------------------------------------------------------------

    def _work(self, squad: Squad, state: _State, steps: Sequence[Step]) -> _State:
        """Unload, then load, at the pad where the drone stands."""
        clock, events, aboard = state.clock_s, list(state.events), list(state.aboard)
        loaded, late = dict(state.loaded_s), state.late_cents
        for step in sorted(steps, key=lambda each: each.load):
            job = self.instance.jobs[step.job]
            if step.load:
                begin = max(clock, job.ready_s)
                if job.after is not None:
                    done = [event for stop in state.stops for event in stop.events] + events
                    begin = max(begin, self._after_s(job, done))
                clock = begin + job.order.load_s
                aboard.append(step.job)
                loaded[step.job] = clock
                events.append(TimedEvent("load", step.job, None, begin, clock))
                continue
            begin, clock = clock, clock + job.order.unload_s
            aboard.remove(step.job)
            events.append(TimedEvent("unload", step.job, None, begin, clock))
            late += self._late_cents(job, clock)
            longest = job.order.max_under_way_s
            under_way = clock - loaded[step.job]
            if longest is not None and under_way > longest:
                raise Unflyable(
                    "ORDER_UNDER_WAY",
                    under_way - longest,
                    order=job.order.id,
                    under_way_s=under_way,
                    allowed_s=longest,
                )
        check_load(self.instance, squad, aboard)
        return state._replace(
            clock_s=clock,
            events=tuple(events),
            aboard=tuple(aboard),
            loaded_s=tuple(sorted(loaded.items())),
            late_cents=late,
        )

    def _after_s(self, job: Job, done: Sequence[TimedEvent]) -> int:
        """Return from when on a job may be loaded for what it comes after; `done` in its tour."""
        for event in done:
            if event.kind == "unload" and event.job == job.after:
                return event.end_s + job.order.after_s
        if job.after is None or not self.linked:
            return 0
        if job.after not in self.handed_over:
            raise Unflyable("ORDER_AFTER", after=self.instance.jobs[job.after].order.id)
        return self.handed_over[job.after] + job.order.after_s

    def _late_cents(self, job: Job, handed_over_s: int) -> int:
        if handed_over_s > job.latest_s:
            raise Unflyable(
                "ORDER_DUE",
                order=job.order.id,
                handed_over_s=handed_over_s,
                latest_s=job.latest_s,
            )
        late_s = max(0, handed_over_s - job.due_s)
        cents = self.instance.prices.late_minute_cents[job.order.priority]
        return math.ceil(late_s * cents / 60)

    def _clear(self, state: _State, checkpoint: str) -> _State:
        """Clear everything aboard at a checkpoint, one after the other, in one bay."""
        facility = self.instance.network.checkpoints[checkpoint]
        jobs = sorted(
            state.aboard, key=lambda job: (self._clearing(job, checkpoint).earliest_s, job)
        )
        seats = self.calendar.bays[checkpoint]
        begin = state.clock_s
        if state.planned:
            begin = max(begin, state.planned[len(state.flights) - 1].serve_s)
        while True:
            clock, events = begin, []
            for job in jobs:
                clearing = self._clearing(job, checkpoint)
                start = max(clock, clearing.earliest_s)
                if start > clearing.latest_s:
                    raise Unflyable(
                        "DECLARATION_EARLY",
                        order=self.instance.jobs[job].order.id,
                        document=clearing.clearance.latest_document,
                    )
                clock = start + clearing.service_s
                kind = event_kind(facility, self.instance.jobs[job].origin_side)
                events.append(TimedEvent(kind, job, clearing.clearance.regime, start, clock))
            first = events[0].start_s
            free = seats.next_free(first, clock - first)
            if free == first:
                break
            begin = free
        if not contains(self.instance.open_hours[checkpoint], first, clock):
            raise Unflyable("CUSTOMS_CLOSED", checkpoint=checkpoint, start_s=first, end_s=clock)
        return state._replace(clock_s=clock, events=(*state.events, *events))

    def _clearing(self, job: int, checkpoint: str) -> Clearing:
        return self.instance.jobs[job].clearings[checkpoint]

    # -- in the air ----------------------------------------------------------------------

    def _go(self, squad: Squad, state: _State, place: str, lean: bool) -> _State:
        """Go to a place, through checkpoints if goods cross the boundary on the way."""
        side_of = self.instance.network.side_of
        if side_of(state.place) == side_of(place) or not state.aboard:
            return self._leg(squad, state, place, lean)
        for job in map(self.instance.jobs.__getitem__, state.aboard):
            if (job.origin_side, job.destination_side) != (side_of(state.place), side_of(place)):
                raise Unflyable("CUSTOMS_SEQUENCE", order=job.order.id)
        best: _State | None = None
        refused: Unflyable | None = None
        for chain in self._checkpoint_chains(state):
            try:
                here = state
                for checkpoint in chain:
                    here = self._clear(self._leg(squad, here, checkpoint, lean), checkpoint)
                here = self._leg(squad, here, place, lean)
            except Unflyable as error:
                if refused is None or (error.later_s or DAY_S) < (refused.later_s or DAY_S):
                    refused = error
                continue
            if best is None or _rank(here, lean) < _rank(best, lean):
                best = here
        if best is None:
            raise refused or self._no_checkpoint(state)
        return best

    def _checkpoint_chains(self, state: _State) -> list[tuple[str, ...]]:
        """Return the checkpoints, in order, that may clear all that is aboard."""
        jobs = [self.instance.jobs[job] for job in state.aboard]
        common = set.intersection(*(set(job.clearings) for job in jobs))
        facilities = [self.instance.network.checkpoints[each] for each in sorted(common)]
        chains = checkpoint_chains(facilities, jobs[0].origin_side)
        found = [tuple(each.id for each in chain) for chain in chains]
        if state.planned:
            ahead = [leg.place for leg in state.planned[len(state.flights) :]]
            found = [chain for chain in found if list(chain) == ahead[: len(chain)]]
        return found

    def _no_checkpoint(self, state: _State) -> Unflyable:
        goods = sorted({self.instance.jobs[job].order.goods for job in state.aboard})
        return Unflyable("CUSTOMS_CLASS", goods=goods)

    def _leg(self, squad: Squad, state: _State, place: str, lean: bool) -> _State:
        """Fly to a place as soon as air and pads allow; the stop left behind is closed."""
        ready_s, ends, empty = state.clock_s, (state.place, place), not state.aboard
        if state.planned:
            leg = state.planned[len(state.flights)]
            flight = self._takeoffs.settled(
                squad.kind,
                ends,
                leg.lanes,
                max(ready_s, leg.takeoff_s),
                self.calendar,
                empty=empty,
            )
        else:
            flight = self._takeoffs.first_free(
                squad.kind,
                ends,
                ready_s,
                self.calendar,
                empty=empty,
                quickest=lean,
                gain=0 if state.stops else GAIN,
            )
        waited = (
            flight.takeoff_s
            - state.arrive_s
            - sum(event.end_s - event.start_s for event in state.events)
        )
        if state.stops and waited > self.instance.rules.max_wait_s:
            excess = waited - self.instance.rules.max_wait_s
            raise Unflyable("PAD_WAIT", excess, site=state.place, waited_s=waited)
        if state.stops and not self.calendar.pads[state.place].free(
            state.arrive_s, flight.takeoff_s
        ):
            raise Unflyable("PAD_CAPACITY", 30, site=state.place)
        jobs = [self.instance.jobs[job] for job in state.aboard]
        payload = sum(job.order.mass_kg for job in jobs)
        kind = squad.kind
        energy = leg_energy_wh(kind, payload, flight.airborne_s, flight.chain.climbed_m)
        used = state.used_wh + energy
        reserve = kind.battery_wh * self.instance.rules.reserve_fraction
        reserve += self.instance.diversions.energy_wh(kind, place, payload, flight.landing_s)
        if kind.battery_wh - used < reserve:
            refusal = Unflyable(
                "ENERGY_RESERVE",
                site=place,
                left_wh=round(kind.battery_wh - used, 1),
                needed_wh=round(reserve, 1),
            )
            if (chosen_m_s := self.instance.chosen_m_s(squad)) is not None:
                refusal.values["cruise_m_s"] = chosen_m_s
            raise refusal
        stop = TimedStop(state.place, state.arrive_s, flight.takeoff_s, state.events)
        return state._replace(
            place=place,
            arrive_s=flight.landing_s,
            clock_s=flight.landing_s,
            used_wh=used,
            events=(),
            stops=(*state.stops, stop),
            flights=(*state.flights, flight),
            loads=(*state.loads, state.aboard),
            energies_wh=(*state.energies_wh, energy),
        )


def _rank(state: _State, lean: bool) -> tuple[float, float]:
    """Return what makes one way over the boundary better than another, less being better."""
    ranked = float(state.clock_s), state.used_wh
    return ranked[::-1] if lean else ranked


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
