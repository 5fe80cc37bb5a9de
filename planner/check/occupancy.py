"""Pads and bays: never more in use than there are."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from planner.check.day import Day
from planner.check.sortie import Flown
from planner.check.stops import CLEARANCES
from planner.check.violation import Violation


@dataclass(frozen=True, slots=True, order=True)
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


def _over(
    uses: Iterable[Use], capacity: int, code: str, place: str, day: Day
) -> Iterator[Violation]:
    """Yield one violation for each stretch of time with more users than there is room for."""
    held = [use for use in uses if use.since < use.until]
    # At one instant those who leave come before those who arrive: uses are half-open.
    changes = sorted(
        [(use.since, 1, use.user) for use in held] + [(use.until, -1, use.user) for use in held],
        key=lambda change: (change[0], change[1], change[2]),
    )
    inside: list[str] = []
    for second, change, user in changes:
        if change < 0:
            inside.remove(user)
            continue
        inside.append(user)
        if len(inside) == capacity + 1:
            yield Violation(
                code,
                place,
                f"too many at {day.clock(second)}: sorties {', '.join(sorted(inside))}",
                str(len(inside)),
                str(capacity),
            )
