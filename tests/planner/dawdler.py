"""Sorties flown for real on a small day, by drones that at times wait for no reason."""

from collections.abc import Iterator
from random import Random

from planner.dispatch import Dispatcher, _State
from planner.instance import Instance, Squad
from planner.tour import TimedTour, Unflyable
from tests.planner.every_plan import tours_of


class Dawdler(Dispatcher):
    """A dispatcher whose drones at times wait on a pad for no reason, as far as the rules allow."""

    def __init__(self, instance: Instance, draw: Random) -> None:
        super().__init__(instance)
        self.draw = draw

    def _leg(self, squad: Squad, state: _State, place: str, lean: bool) -> _State:
        if state.stops and self.draw.random() < 0.4:
            waited_s = self.draw.randint(0, self.instance.rules.max_wait_s)
            state = state._replace(clock_s=state.clock_s + waited_s)
        return super()._leg(squad, state, place, lean)


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
