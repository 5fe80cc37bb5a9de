"""Pads and bays: never more in use than there are."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from planner.check.day import Day
from planner.check.sortie import Flown
from planner.check.stops import CLEARANCES
from planner.check.violation import Violation


@dataclass(frozen=True, slots=True)
class Use:
    """One pad or bay in use over [since, until), seconds from midnight, and by whom."""

    since: int
    until: int
    user: str


def check_pads(sorties: Sequence[Flown], day: Day) -> Iterator[Violation]:
    """Yield breaches of PAD_CAPACITY."""
    uses: dict[str, list[Use]] = {}
    for flown in sorties:
        for stop in flown.sortie.stops:
            use = Use(day.seconds(stop.arrive), day.seconds(stop.depart), flown.sortie.id)
            uses.setdefault(stop.place, []).append(use)
    for site_id, listed in sorted(uses.items()):
        pads = day.network.sites[site_id].pads
        yield from _over(listed, pads, "PAD_CAPACITY", f"pads of {site_id}", day)


def check_bays(sorties: Sequence[Flown], day: Day) -> Iterator[Violation]:
    """Yield breaches of BAY_CAPACITY."""
    uses: dict[str, list[Use]] = {}
    for flown in sorties:
        for stop in flown.sortie.stops:
            if stop.place not in day.network.checkpoints:
                continue
            for clearing, run in groupby(stop.events, lambda event: event.kind in CLEARANCES):
                if clearing:
                    events = list(run)
                    begin, end = day.seconds(events[0].start), day.seconds(events[-1].end)
                    uses.setdefault(stop.place, []).append(Use(begin, end, flown.sortie.id))
    for checkpoint_id, listed in sorted(uses.items()):
        bays = day.network.checkpoints[checkpoint_id].bays
        yield from _over(listed, bays, "BAY_CAPACITY", f"bays of {checkpoint_id}", day)


def overfull(uses: Iterable[Use], capacity: int) -> Iterator[tuple[int, list[str]]]:
    """Yield when there come to be more users than there is room for, and who they are.

    Once for each stretch of time; who leaves makes room for who arrives at the same second.
    """
    held = [use for use in uses if use.since < use.until]
    leaving = [(use.until, 0, use.user) for use in held]
    arriving = [(use.since, 1, use.user) for use in held]
    inside: list[str] = []
    for second, arrives, user in sorted(leaving + arriving):
        if not arrives:
            inside.remove(user)
            continue
        inside.append(user)
        if len(inside) == capacity + 1:
            yield second, sorted(inside)


def _over(
    uses: Iterable[Use], capacity: int, code: str, place: str, day: Day
) -> Iterator[Violation]:
    for second, users in overfull(uses, capacity):
        message = f"too many at {day.clock(second)}: sorties {', '.join(users)}"
        yield Violation(code, place, message, str(len(users)), str(capacity))
