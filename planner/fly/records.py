"""A day as records for compiled code: squads, goods, legs, what is taken, and timed sorties.

Records in few arrays rather than an array for each field: what is compiled is then called with few
arguments, and compiled in a fraction of the time.
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from planner.arrays import Floats, Ints
from planner.bound.columns import MAX_JOBS
from planner.day.traffic import HOLD, Holds

NONE = -1

NEVER_S = 1 << 40
"""A second later than all."""

MOST_LEGS = 16
"""Legs of a sortie at most."""

Counts = npt.NDArray[np.uint8]
Records = npt.NDArray[Any]

FLIGHT = np.dtype([("begin", "i8"), ("end", "i8"), ("airborne_s", "f8"), ("climbed_m", "f8")])
LEG = np.dtype([("flight", "i4"), ("onward", "i4")])
DIVERSION = np.dtype([("seconds", "f8"), ("climbed_m", "f8")])
SQUAD = np.dtype(
    [(name, "i8") for name in ("kind", "base", "from_s", "until_s", "preflight_s", "swap_s")]
    + [
        (name, "f8")
        for name in (
            "slow_j",
            "slow_s_per_j",
            "fast_s_per_j",
            "usable_j",
            "base_power_w",
            "power_w_per_kg15",
            "empty_kg",
            "lift_j_per_kg_m",
            "second_cents",
            "joule_cents",
        )
    ]
)
JOB = np.dtype(
    [("origin", "i8"), ("destination", "i8"), ("after", "i8")]
    + [
        (name, "f8")
        for name in (
            "ready",
            "due",
            "latest",
            "load",
            "unload",
            "longest",
            "mass",
            "late_cents",
            "after_s",
        )
    ]
)
CLEARING = np.dtype([("service", "f8"), ("earliest", "f8"), ("latest", "f8")])
STOP = np.dtype(
    [
        (name, "i8")
        for name in (
            "flight",
            "way",
            "takeoff",
            "bends",
            "site",
            "arrive",
            "depart",
            "bay",
            "bay_from",
            "bay_until",
        )
    ]
)
SITE, WAY, TAKEOFF, BAY, BAY_FROM = (
    list(STOP.names or ()).index(name) for name in ("site", "way", "takeoff", "bay", "bay_from")
)
"""Where fields are in a stop."""

HEAD = np.dtype([("legs", "i8"), ("cents", "i8"), ("turn_from", "i8")])


class Sky(NamedTuple):
    """Legs by drone type, stretch of the day, and sites from and to; times in s, heights in m.

    `leg[kind, stretch, origin, destination]` is a flight or -1; `onward` is the same in the winds
    of the next stretch, -1 if that closes it. `way[kind, stretch, origin, destination]` are flights
    by other ways (`planner.air.ways_round`), -1 where there is none. Flight f holds its blocks,
    `block[begin]` to `block[end - 1]`, from `enter` to `leave` after its take-off.
    `diversion[kind, stretch, site]` is the one that a drone that lands must be able to fly, inf s
    if there is none. `least_s[kind, origin, destination]` is the least that the legs of any stretch
    take, `NEVER_S` if there are none; one that meets a change of winds may be a little quicker.
    """

    steps: Ints
    leg: Records
    way: Ints
    flight: Records
    block: Records
    diversion: Records
    least_s: Ints


class Day(NamedTuple):
    """What is taken of a day, and the hours of its places; it changes as sorties are entered.

    `pads` and `chargers` [site, second] and `bays` [checkpoint, second] count stays, `..._of` is
    how many there may be. `open_s` are the hours of checkpoints, `crossing_s` those of empty
    crossings. `over_s[job]` is when a job is handed over, for those that come after it: -1 while it
    is not, 0 where they are not to wait.
    """

    holds: Holds
    pads: Counts
    bays: Counts
    chargers: Counts
    pads_of: Ints
    bays_of: Ints
    chargers_of: Ints
    open_s: Ints
    crossing_s: Ints
    over_s: Ints
    buffer_s: int
    max_wait_s: int


class Goods(NamedTuple):
    """Jobs, their clearings [job, checkpoint], and the sides of sites.

    A job may come `after` another, -1 for none. One that a checkpoint does not clear takes it
    inf s. `ways[side]` are the checkpoints that goods of a side may cross by, as (checkpoint, site)
    twice, -1 for none. `least_s[kind, origin, destination]` is the least that legs take by any of
    these ways, `NEVER_S` if there is none.
    """

    jobs: Records
    clearing: Records
    side: Ints
    ways: tuple[Ints, Ints]
    least_s: Ints


class Trip(NamedTuple):
    """Sorties timed, by row: leg i leaves stop i for stop i + 1; no legs where nothing flies.

    A leg that meets a change of winds holds the first `bends` blocks of `bent[row, leg]`, others
    those of their flight. A stop in a bay holds it from `bay_from` to `bay_until`; `bay` is -1
    elsewhere. `way` is 0 for the quickest leg of its stretch, n + 1 for other way n. The battery is
    swapped or charged from `turn_from` on. A step that unloads ends at `over[row, step]`. The
    others are scratch: jobs aboard and since when, seconds of ways.
    """

    head: Records
    stop: Records
    bent: Records
    over: Ints
    aboard: Ints
    loaded: Ints
    ways_s: Floats


def trips(sky: Sky, goods: Goods, rows: int, steps: int = 2 * MAX_JOBS) -> Trip:
    """Return room for so many sorties of so many steps at most."""
    blocks = int((sky.flight["end"] - sky.flight["begin"]).max(initial=1))
    return Trip(
        np.zeros(rows, dtype=HEAD),
        np.zeros((rows, MOST_LEGS + 1), dtype=STOP),
        np.zeros((rows, MOST_LEGS, blocks), dtype=HOLD),
        np.zeros((rows, steps), dtype=np.int64),
        np.empty(steps, dtype=np.int64),
        np.empty(steps, dtype=np.int64),
        np.empty(max(map(len, goods.ways))),
    )
