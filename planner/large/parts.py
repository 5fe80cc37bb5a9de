"""A large day bettered in parts, which are solved by other processes and joined one by one.

Each turn divides the day in another way. A part takes its sorties off, is solved anew beside what
all others hold, together with orders that are left out, and flies what it found, leg by leg; it is
put back as it was unless the day became cheaper. Orders that are left out then are tried once more.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import count

from planner.crew import Crew, Shared
from planner.day.instance import Instance
from planner.day.taken import Taken
from planner.day.tour import Step, TimedTour, Tour, Unflyable
from planner.dispatch.roster import Roster
from planner.fly.quick import serve_left_over
from planner.large.divide import Division, Part
from planner.large.part import Choose, PartDay, PartTask, Wanted
from planner.plan.plan import Options
from planner.request.fleet import Drone

STEP_S = 600
"""When drones become free is rounded so far, so that more of them are alike, s."""

UNDER_WAY_S = 5400
"""What others hold is told to a part from so long before its hours until so long after, s."""


@dataclass(frozen=True)
class Effort:
    """How to better a day in parts: jobs of a part, what solves one, and by which options.

    `turn_s` tells how long so many parts of a turn may take together, None when it is time to end.
    When it is `past` time, no more parts are waited for or joined, nor orders tried that are left
    out.
    """

    size: int
    choose: Choose
    options: Options
    turn_s: Callable[[int, int], float | None]
    past: Callable[[], bool]


def better_in_parts(
    roster: Roster,
    crew: Crew,
    effort: Effort,
    shared: Shared[PartDay],
    told: Callable[[int, str, float], None],
) -> None:
    """Better a roster in parts as long as there is time for a turn.

    `told` hears the number of a turn, what is being done and which share of it is done.
    """
    day = _Day(roster, effort)
    for turn in count():
        parts = day.parts(turn)
        seconds = effort.turn_s(turn, len(parts))
        if seconds is None or not parts or effort.past():
            return
        asked = [day.task(part, seconds * crew.workers / len(parts)) for part in parts]
        heard = partial(_tell, told, turn, len(asked))
        heard(0)
        wanted: dict[int, tuple[Wanted, ...]] = crew.within(shared, asked, heard, effort.past)
        for number, part in enumerate(parts):
            if effort.past():
                return
            if number in wanted:
                day.exchange(part, wanted[number])
        serve_left_over(roster, range(len(roster.instance.jobs)), effort.past)


def _tell(told: Callable[[int, str, float], None], turn: int, tasks: int, done: int) -> None:
    told(turn, f"{done} of {tasks} parts", done / tasks)


class _Day:
    """A roster that parts are taken from and joined to."""

    def __init__(self, roster: Roster, effort: Effort) -> None:
        self._roster = roster
        self._instance: Instance = roster.instance
        self._effort = effort
        self._division = Division(self._instance, effort.size)
        self._sites = tuple(sorted(self._instance.network.sites))
        self._taken = dict[int, tuple[TimedTour, Taken]]()
        self._job_at = {job.order.id: at for at, job in enumerate(self._instance.jobs)}
        self._squad_of = {
            (drone, squad.kind.id): at
            for at, squad in enumerate(self._instance.squads)
            for drone in squad.drones
        }

    def parts(self, turn: int) -> list[Part]:
        """Return the parts of a turn with the jobs that they fly in their hours, or leave out."""
        served, found = self._roster.served(), []
        flown = {id(timed) for _, timed in self._roster.tours()}
        self._taken = {key: each for key, each in self._taken.items() if key in flown}
        for part in self._division.parts(turn):
            jobs = {job for timed in self._flown(part) for job in timed.tour.jobs}
            jobs |= set(part.jobs) - served
            if jobs:
                found.append(replace(part, jobs=tuple(sorted(jobs))))
        return found

    def task(self, part: Part, seconds: float) -> PartTask:
        """Return a part as a task that may take so long."""
        flown = {id(timed) for timed in self._flown(part)}
        others = [timed for _, timed in self._roster.tours() if id(timed) not in flown]
        others += [timed for timed in self._roster.last.values() if timed is not None]
        since_s, until_s = part.since_s - UNDER_WAY_S, part.until_s + UNDER_WAY_S
        taken = None
        if others:
            near = [each for each in others if each.start_s < until_s and each.end_s > since_s]
            several = [self._taken_by(each) for each in near]
            taken = Taken.joined(several, self._sites).during(since_s, until_s)
        return PartTask(
            tuple(self._instance.jobs[job].order for job in part.jobs),
            tuple(self._free(drone, part) for drone in part.drones),
            taken,
            replace(self._effort.options, time_limit_s=seconds),
            self._effort.choose,
        )

    def _taken_by(self, timed: TimedTour) -> Taken:
        """Return what a tour takes; it is kept for the next part that asks."""
        if id(timed) not in self._taken:
            self._taken[id(timed)] = timed, Taken.of([timed], self._sites)
        return self._taken[id(timed)][1]

    def enter(self, wanted: Iterable[Wanted]) -> None:
        """Enter sorties in order of start, by their legs or else as soon as they fly."""
        for each in sorted(wanted, key=lambda one: (one.start_s, one.drone)):
            tour = self._tour(each)
            try:
                self._roster.follow(each.drone, tour, each.start_s, each.planned)
            except Unflyable:
                with suppress(Unflyable):
                    self._roster.place(tour, each.start_s)

    def exchange(self, part: Part, wanted: Iterable[Wanted]) -> None:
        """Fly what a part asks for in place of what it flies, if that is cheaper."""
        before, snapshot = self._roster.cents(), tuple(self._roster.tours())
        for timed in self._flown(part):
            self._roster.remove(timed)
        served = self._roster.served()
        self.enter(each for each in wanted if served.isdisjoint(self._tour(each).jobs))
        self._roster.take_off_orphans()
        if self._roster.cents() >= before:
            self._roster.restore(snapshot)

    def _flown(self, part: Part) -> list[TimedTour]:
        """Return what the drones of a part fly that starts in its hours."""
        return [
            timed
            for drone in part.drones
            for timed in self._roster.flown[drone]
            if part.since_s <= timed.start_s < part.until_s
        ]

    def _free(self, drone: str, part: Part) -> Drone:
        """Return a drone as it is free for a part: between what it flies before and after."""
        found = self._instance.request.drones[drone]
        squad = self._instance.squads[self._squad_of[drone, found.type]]
        flown = self._roster.flown[drone]
        before = [timed.end_s for timed in flown if timed.start_s < part.since_s]
        after = [timed.start_s for timed in flown if timed.start_s >= part.until_s]
        if drone in self._roster.last:
            last = self._roster.last[drone]
            after.append(squad.from_s if last is None else last.start_s)
        since_s = max([part.since_s, *before])
        until_s = min(after, default=part.until_s)
        if before:
            since_s = -(-since_s // STEP_S) * STEP_S
        if after:
            until_s = until_s // STEP_S * STEP_S
        if since_s <= squad.from_s and until_s >= squad.until_s:
            return found
        instant = self._instance.airspace.calendar.instant
        # A drone that is not yet charged at its first hour is when the squad begins.
        begin_s = max(since_s, squad.from_s)
        return replace(
            found,
            charge=1.0,
            ends_at=None,
            available_from=instant(begin_s),
            available_until=instant(max(begin_s, min(until_s, squad.until_s))),
        )

    def _tour(self, wanted: Wanted) -> Tour:
        steps = tuple(Step(self._job_at[order], load) for order, load in wanted.steps)
        return Tour(self._squad_of[wanted.drone, wanted.kind], steps)
