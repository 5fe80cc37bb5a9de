"""Pads, bays and chargers: never more in use than there are."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from planner.check.day import Day
from planner.check.sortie import Flown
from planner.check.stops import CLEARANCES
from planner.check.violation import Violation


@dataclass(frozen=True, slots=True)
class Stay:
    """One pad, bay or charger in use over [since, until), seconds from midnight, and by whom."""

    since: int
    until: int
    user: str


def check_pads(sorties: Sequence[Flown], day: Day) -> Iterator[Violation]:
    """Yield breaches of PAD_CAPACITY."""
    for site_id, stays in sorted(pad_stays(sorties, day).items()):
        pads = day.network.sites[site_id].pads
        yield from _over(stays, pads, "PAD_CAPACITY", f"pads of {site_id}", day)


def check_bays(sorties: Sequence[Flown], day: Day) -> Iterator[Violation]:
    """Yield breaches of BAY_CAPACITY."""
    for checkpoint_id, stays in sorted(bay_stays(sorties, day).items()):
        bays = day.network.checkpoints[checkpoint_id].bays
        yield from _over(stays, bays, "BAY_CAPACITY", f"bays of {checkpoint_id}", day)


def check_chargers(sorties: Sequence[Flown], day: Day) -> Iterator[Violation]:
    """Yield breaches of CHARGER_CAPACITY."""
    for site_id, stays in sorted(charger_stays(sorties, day).items()):
        chargers = day.network.vertiports[site_id].chargers
        yield from _over(stays, chargers, "CHARGER_CAPACITY", f"chargers of {site_id}", day)


def pad_stays(sorties: Sequence[Flown], day: Day) -> dict[str, list[Stay]]:
    """Return who is on the pads of each site, and when."""
    found: dict[str, list[Stay]] = {}
    for flown in sorties:
        for stop in flown.sortie.stops:
            stay = Stay(day.seconds(stop.arrive), day.seconds(stop.depart), flown.sortie.id)
            found.setdefault(stop.place, []).append(stay)
    return found


def bay_stays(sorties: Sequence[Flown], day: Day) -> dict[str, list[Stay]]:
    """Return who is in the bays of each checkpoint, and when."""
    found: dict[str, list[Stay]] = {}
    for flown in sorties:
        for stop in flown.sortie.stops:
            if stop.place not in day.network.checkpoints:
                continue
            for clearing, run in groupby(stop.events, lambda event: event.kind in CLEARANCES):
                if clearing:
                    events = list(run)
                    begin, end = day.seconds(events[0].start), day.seconds(events[-1].end)
                    found.setdefault(stop.place, []).append(Stay(begin, end, flown.sortie.id))
    return found


def charger_stays(sorties: Sequence[Flown], day: Day) -> dict[str, list[Stay]]:
    """Return who charges at each vertiport, and when."""
    found: dict[str, list[Stay]] = {}
    for flown in sorties:
        for stop in flown.sortie.stops:
            for event in stop.events:
                if event.kind == "charge" and stop.place in day.network.vertiports:
                    begin, end = day.seconds(event.start), day.seconds(event.end)
                    found.setdefault(stop.place, []).append(Stay(begin, end, flown.sortie.id))
    return found


def most_at_once(stays: Iterable[Stay]) -> int:
    """Return how many are inside when most are."""
    inside = most = 0
    for _, arrives, _ in _comings(stays):
        inside += 1 if arrives else -1
        most = max(most, inside)
    return most


def overfull(stays: Iterable[Stay], capacity: int) -> Iterator[tuple[int, list[str]]]:
    """Yield when there come to be more users than there is room for, and who they are.

    Once for each stretch of time; who leaves makes room for who arrives at the same second.
    """
    inside: list[str] = []
    for second, arrives, user in _comings(stays):
        if not arrives:
            inside.remove(user)
            continue
        inside.append(user)
        if len(inside) == capacity + 1:
            yield second, sorted(inside)


def _comings(stays: Iterable[Stay]) -> list[tuple[int, int, str]]:
    """Return when who leaves (0) or arrives (1), in order; stays of no length are left out."""
    held = [stay for stay in stays if stay.since < stay.until]
    leaving = [(stay.until, 0, stay.user) for stay in held]
    arriving = [(stay.since, 1, stay.user) for stay in held]
    return sorted(leaving + arriving)


def _over(
    stays: Iterable[Stay], capacity: int, code: str, place: str, day: Day
) -> Iterator[Violation]:
    for second, users in overfull(stays, capacity):
        message = f"too many at {day.clock(second)}: sorties {', '.join(users)}"
        yield Violation(code, place, message, str(len(users)), str(capacity))
