"""A tour, and the same tour timed to the second: what a drone does, where, when, at what cost."""

from collections.abc import Iterator
from dataclasses import dataclass

from planner.air.legs import Flight
from planner.day.instance import Instance
from planner.plan.plan import EventKind


class Unflyable(Exception):  # noqa: N818 - a finding, not a failure of the program
    """A tour breaks a rule; `later_s` is a delay of the start that may help, if any."""

    def __init__(self, code: str, later_s: int | None = None, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.later_s = later_s
        self.values = values


@dataclass(frozen=True, slots=True)
class Step:
    """Load or unload a job."""

    job: int
    load: bool


@dataclass(frozen=True, slots=True)
class Tour:
    """What a squad's drone does, in order; checkpoints are found when it is flown.

    With no steps it flies to where it ends its day.
    """

    squad: int
    steps: tuple[Step, ...]

    @property
    def jobs(self) -> tuple[int, ...]:
        """Jobs served, sorted."""
        return tuple(sorted(step.job for step in self.steps if step.load))


@dataclass(frozen=True, slots=True)
class TimedEvent:
    """An event on a pad, in seconds of the day."""

    kind: EventKind
    job: int | None
    regime: str | None
    start_s: int
    end_s: int


@dataclass(frozen=True, slots=True)
class TimedStop:
    """A stay on a pad."""

    place: str
    arrive_s: int
    depart_s: int
    events: tuple[TimedEvent, ...]


@dataclass(frozen=True, slots=True)
class TimedTour:
    """A tour with its times: `flights[i]` joins `stops[i]` and `stops[i + 1]`."""

    tour: Tour
    stops: tuple[TimedStop, ...]
    flights: tuple[Flight, ...]
    aboard: tuple[tuple[int, ...], ...]
    energies_wh: tuple[float, ...]
    time_cents: int
    energy_cents: int
    late_cents: int

    @property
    def start_s(self) -> int:
        """Start of the preflight check."""
        return self.stops[0].arrive_s

    @property
    def end_s(self) -> int:
        """End of the battery swap or charge, or of the day's last landing."""
        return self.stops[-1].depart_s

    @property
    def cents(self) -> int:
        """Cost of the sortie."""
        return self.time_cents + self.energy_cents + self.late_cents


def bay_stay(stop: TimedStop) -> tuple[int, int] | None:
    """Return begin and end in seconds of the bay that is held at a stop, None if none is."""
    cleared = [each for each in stop.events if each.kind in ("export", "import", "joint")]
    return (cleared[0].start_s, cleared[-1].end_s) if cleared else None


def bay_stays(timed: TimedTour) -> Iterator[tuple[str, int, int]]:
    """Yield checkpoint, begin and end in seconds of each bay that a tour holds."""
    for stop in timed.stops:
        held = bay_stay(stop)
        if held is not None:
            yield stop.place, *held


def charger_stays(timed: TimedTour) -> Iterator[tuple[str, int, int]]:
    """Yield vertiport, begin and end in seconds of the charger that a tour holds, if any."""
    last = timed.stops[-1]
    if last.events and last.events[-1].kind == "charge":
        yield last.place, last.events[-1].start_s, last.events[-1].end_s


def handed_over_s(timed: TimedTour, job: int) -> int:
    """Return when a timing ends the unloading of a job, s of the day."""
    return next(
        event.end_s
        for stop in timed.stops
        for event in stop.events
        if event.kind == "unload" and event.job == job
    )


def loaded_s(timed: TimedTour) -> Iterator[tuple[int, int]]:
    """Yield each job of a tour and the second at which its loading begins."""
    for stop in timed.stops:
        for event in stop.events:
            if event.kind == "load" and event.job is not None:
                yield event.job, event.start_s


def idle_s(timed: TimedTour) -> int:
    """Return the seconds that a tour stands on pads without an event."""
    stood = sum(stop.depart_s - stop.arrive_s for stop in timed.stops)
    return stood - sum(event.end_s - event.start_s for stop in timed.stops for event in stop.events)


def visits_of(instance: Instance, tour: Tour) -> Iterator[tuple[str, tuple[Step, ...]]]:
    """Yield the places of a tour with what is done at each, neighbours of one place joined."""
    place, steps = "", list[Step]()
    for step in tour.steps:
        order = instance.jobs[step.job].order
        at = order.origin if step.load else order.destination
        if at != place and steps:
            yield place, tuple(steps)
            steps = []
        place = at
        steps.append(step)
    if steps:
        yield place, tuple(steps)
