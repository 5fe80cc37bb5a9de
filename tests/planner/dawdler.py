"""Sorties flown for real on a small day, by drones that at times wait for no reason."""

from collections.abc import Iterator
from random import Random

from planner.air.legs import Flight
from planner.day.calendar import Calendar
from planner.day.instance import Instance
from planner.day.tour import TimedTour, Unflyable
from planner.dispatch.dispatch import Dispatcher
from planner.dispatch.takeoff import Takeoffs
from planner.request.fleet import DroneType
from tests.planner.every_plan import tours_of


class DawdlingTakeoffs(Takeoffs):
    """Take-offs of drones that at times wait on a pad for no reason, as far as the rules allow."""

    def __init__(self, instance: Instance, draw: Random) -> None:
        super().__init__(instance)
        self.draw, self.most_s = draw, instance.rules.max_wait_s

    def first_free(
        self,
        kind: DroneType,
        ends: tuple[str, str],
        ready_s: int,
        calendar: Calendar,
        *,
        empty: bool,
        quickest: bool,
        gain: int = 0,
    ) -> Flight:
        # From its base, where a sortie begins, there is something to gain.
        if not gain and self.draw.random() < 0.4:
            ready_s += self.draw.randint(0, self.most_s)
        return super().first_free(
            kind, ends, ready_s, calendar, empty=empty, quickest=quickest, gain=gain
        )


class Dawdler(Dispatcher):
    """A dispatcher of such drones."""

    def __init__(self, instance: Instance, draw: Random) -> None:
        super().__init__(instance)
        self._takeoffs = DawdlingTakeoffs(instance, draw)


def flown(given: Instance, draw: Random, count: int) -> Iterator[TimedTour]:
    """Yield tours of random groups, sequences and starts that a dawdling dispatcher flies."""
    dispatcher = Dawdler(given, draw)
    most = min(given.rules.max_orders_per_sortie, len(given.jobs))
    for _ in range(count):
        group = tuple(sorted(draw.sample(range(len(given.jobs)), draw.randint(1, most))))
        jobs = [given.jobs[job] for job in group]
        start_s = draw.randrange(
            min(job.ready_s for job in jobs) - 2400, max(job.latest_s for job in jobs)
        )
        tours = list(tours_of(given, group))
        if tours:
            try:
                yield dispatcher.fly(draw.choice(tours), start_s)
            except Unflyable:
                continue
