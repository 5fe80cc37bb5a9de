"""Each drone's day: its hours, its base, one sortie after the other, a full battery first."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from planner.check.charging import curve
from planner.check.day import Day
from planner.check.sortie import Flown
from planner.check.violation import Violation
from planner.plan.plan import Plan


def check_sortie_ids(plan: Plan) -> Iterator[Violation]:
    """Yield a breach of DRONE_OVERLAP for every sortie id that is used twice."""
    for sortie_id, times in Counter(sortie.id for sortie in plan.sorties).items():
        if times > 1:
            yield Violation(
                "DRONE_OVERLAP",
                f"sortie {sortie_id}",
                "sorties share an id",
                f"{times} times",
                "once",
            )


def check_hours(flown: Flown, day: Day) -> Iterator[Violation]:
    """Yield breaches of DRONE_HOURS."""
    drone = flown.drone
    begin, end = flown.sortie.stops[0].arrive, flown.sortie.stops[-1].depart
    if begin < drone.available_from or end > drone.available_until:
        hours = day.exact(drone.available_from), day.exact(drone.available_until)
        yield Violation(
            "DRONE_HOURS",
            flown.place,
            f"drone {drone.id} does not work then",
            day.span(day.seconds(begin), day.seconds(end)),
            day.span(*hours),
        )


def check_drones(sorties: Sequence[Flown], day: Day) -> Iterator[Violation]:
    """Yield breaches of DRONE_OVERLAP, and of SWAP_TIME or CHARGE_TIME before a first sortie."""
    by_drone: dict[str, list[Flown]] = {}
    for each in sorted(sorties, key=lambda each: each.sortie.stops[0].arrive):
        by_drone.setdefault(each.drone.id, []).append(each)
        ends = each.sortie.stops[0].place, each.sortie.stops[-1].place
        if ends != (each.drone.base, each.drone.base) and not goes_away(each):
            yield Violation(
                "DRONE_OVERLAP",
                each.place,
                f"drone {each.drone.id} does not fly from and to its base",
                " to ".join(ends),
                each.drone.base,
            )
    for listed in by_drone.values():
        yield from _first(listed[0], day)
        yield from _last(listed)
        for before, after in pairwise(listed):
            end, begin = before.sortie.stops[-1].depart, after.sortie.stops[0].arrive
            if begin < end:
                yield Violation(
                    "DRONE_OVERLAP",
                    after.place,
                    f"drone {after.drone.id} is still on sortie {before.sortie.id}",
                    day.clock(day.seconds(begin)),
                    f"from {day.clock(day.seconds(end))}",
                )


def goes_away(flown: Flown) -> bool:
    """Tell whether a sortie goes from a drone's base to where else it ends its day."""
    drone, stops = flown.drone, flown.sortie.stops
    ends = stops[0].place, stops[-1].place
    return drone.ends_at not in (None, drone.base) and ends == (drone.base, drone.ends_at)


def _last(listed: Sequence[Flown]) -> Iterator[Violation]:
    """Yield breaches of DRONE_ENDS by a drone's sorties, in order of start."""
    drone = listed[0].drone
    if drone.ends_at in (None, drone.base):
        return
    if not goes_away(listed[-1]):
        yield Violation(
            "DRONE_ENDS",
            listed[-1].place,
            f"drone {drone.id} does not end its day where it should",
            listed[-1].sortie.stops[-1].place,
            str(drone.ends_at),
        )
    for each in listed:
        if goes_away(each) and (each is not listed[-1] or any(each.aboard) or len(each.aboard) > 1):
            yield Violation(
                "DRONE_ENDS",
                each.place,
                f"drone {drone.id} goes to {drone.ends_at} too early, by a detour or with orders",
                f"{len(each.aboard)} legs",
                "one empty leg after all else",
            )


def _first(flown: Flown, day: Day) -> Iterator[Violation]:
    """Yield a breach by a drone that is not full and does not swap its battery or charge first."""
    drone, kind, begin = flown.drone, flown.kind, flown.sortie.stops[0].arrive
    charging = curve(kind, day.network.vertiports.get(drone.base))
    code, what, takes_s = "SWAP_TIME", "swap its battery", float(kind.swap_s)
    if charging is not None:
        lacking_wh = (1 - drone.charge) * kind.battery_wh
        code, what, takes_s = "CHARGE_TIME", "charge", charging.seconds(lacking_wh)
    ready = drone.available_from + dt.timedelta(seconds=takes_s)
    if drone.charge < 1 and drone.available_from <= begin < ready:
        yield Violation(
            code,
            flown.place,
            f"drone {drone.id} is not full and must {what} first",
            day.clock(day.seconds(begin)),
            f"from {day.clock(day.exact(ready))}",
        )
