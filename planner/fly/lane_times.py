"""Chains of lanes flown in steady winds, many at once, in compiled code.

The same that `planner.air.legs` makes of one chain: blocks, when each is entered and left, how long
the flight takes and what it climbs.
"""

import math
from typing import NamedTuple

import numpy as np

from geodata.features import Waypoint
from planner.air.lane_arcs import LaneArcs
from planner.arrays import Flags, Floats, Ints
from planner.compiled import compiled, inlined
from planner.day.traffic import HOLD
from planner.fly.records import FLIGHT, NONE, Records
from planner.request.fleet import DroneType


class Lanes(NamedTuple):
    """Lanes as arrays: lane n has the blocks `block[first[n]:first[n + 1]]` between two places.

    `start` and `end` are the blocks of these; heights of lane and ground are m AMSL, that of the
    ground NaN where the place is a waypoint.
    """

    first: Ints
    block: Ints
    start: Ints
    end: Ints
    height_m: Floats
    start_ground_m: Floats
    end_ground_m: Floats


class Pace(NamedTuple):
    """What a type takes in a wind, s: each block of `Lanes.block`, the ends of each lane.

    And what it takes for itself: take-off and landing, s, climb and descent, m/s.
    """

    block_s: Floats
    out_s: Floats
    in_s: Floats
    takeoff_s: float
    landing_s: float
    climb_m_s: float
    descent_m_s: float


def lanes_of(arcs: LaneArcs) -> Lanes:
    """Return the lanes of an airspace in the order of their vertices."""
    blocks, times = arcs.times.airspace.blocks, arcs.times
    cuts = [blocks.lanes[lane] for lane in arcs.lane_ids]
    places = arcs.times.airspace.network.places

    def ground_m(block: int) -> float:
        if isinstance(places[blocks.all[block].place or ""], Waypoint):
            return math.nan
        return times.ground_m(block)

    return Lanes(
        np.cumsum([0, *(len(cut.blocks) for cut in cuts)], dtype=np.int64),
        np.array([block for cut in cuts for block in cut.blocks], dtype=np.int64),
        np.array([cut.start for cut in cuts], dtype=np.int64),
        np.array([cut.end for cut in cuts], dtype=np.int64),
        np.array([cut.height_amsl_m for cut in cuts], dtype=float),
        np.array([ground_m(cut.start) for cut in cuts], dtype=float),
        np.array([ground_m(cut.end) for cut in cuts], dtype=float),
    )


def pace_of(arcs: LaneArcs, kind: DroneType, epoch: int) -> Pace:
    """Return what a type takes over all lanes in the wind of a step."""
    every = arcs.times.lanes_s(kind, epoch)
    return Pace(
        every.block_s,
        every.out_s,
        every.in_s,
        float(kind.takeoff_s),
        float(kind.landing_s),
        float(kind.climb_m_s),
        float(kind.descent_m_s),
    )


@compiled
def trace(before, seconds, rows, destinations, these, chain, count):  # type: ignore[no-untyped-def]
    """Write down the lanes of some quickest legs, from the trees of `planner.air.lane_arcs.Static`.

    Leg p leaves the site at `rows[p]` for the vertex `destinations[p]`: its lanes are
    `chain[p, :count[p]]`, of which there is room for all. There are none where no lanes join.
    """
    lanes = chain.shape[1]
    for leg in these:
        count[leg] = 0
        if math.isinf(seconds[rows[leg], destinations[leg]]):
            continue
        last, number = before[rows[leg], destinations[leg]], 0
        while last < lanes:
            chain[leg, number] = last
            number += 1
            last = before[rows[leg], last]
        count[leg] = number
        for at in range(number // 2):
            other = chain[leg, number - 1 - at]
            chain[leg, number - 1 - at], chain[leg, at] = chain[leg, at], other


@compiled
def same_chains(chain, count, other, other_count, same):  # type: ignore[no-untyped-def]
    """Tell of each leg whether its lanes are those of another."""
    for leg in range(len(count)):
        same[leg] = count[leg] == other_count[leg]
        for at in range(count[leg]):
            if chain[leg, at] != other[leg, at]:
                same[leg] = False
                break


@inlined
def _add(block, at, held, now, takes):  # type: ignore[no-untyped-def]
    """Write down a block entered at a time; return when it is left."""
    block[at].block, block[at].seconds = held, takes
    block[at].enter = math.floor(now + 1e-9)
    block[at].leave = math.ceil(now + takes - 1e-9)
    return now + takes


@compiled
def fly_chains(lanes, pace, chain, count, wanted, flight, block, number_of):  # type: ignore[no-untyped-def]
    """Fly the chains of the legs that are wanted; return how many flights and blocks there are.

    `number_of[p]` is the flight of leg p, -1 if there is none or the wind forbids it.
    """
    flights, at = 0, 0
    for leg in range(len(count)):
        if not wanted[leg] or count[leg] == 0:
            continue
        begin, now = at, 0.0
        lane = chain[leg, 0]
        climb_m = lanes.height_m[lane] - lanes.start_ground_m[lane]
        climbed_m = climb_m
        takes = pace.takeoff_s + climb_m / pace.climb_m_s + pace.out_s[lane]
        now = _add(block, at, lanes.start[lane], now, takes)
        at += 1
        for number in range(count[leg]):
            lane = chain[leg, number]
            for each in range(lanes.first[lane], lanes.first[lane + 1]):
                now = _add(block, at, lanes.block[each], now, pace.block_s[each])
                at += 1
            if number + 1 == count[leg]:
                descent_m = lanes.height_m[lane] - lanes.end_ground_m[lane]
                takes = pace.in_s[lane] + descent_m / pace.descent_m_s + pace.landing_s
            else:
                onward = chain[leg, number + 1]
                rise_m = lanes.height_m[onward] - lanes.height_m[lane]
                climbed_m += max(0.0, rise_m)
                takes = max(
                    pace.in_s[lane] + pace.out_s[onward],
                    rise_m / pace.climb_m_s,
                    -rise_m / pace.descent_m_s,
                )
            now = _add(block, at, lanes.end[lane], now, takes)
            at += 1
        if math.isinf(now):
            at = begin
            continue
        flight[flights].begin, flight[flights].end = begin, at
        flight[flights].airborne_s, flight[flights].climbed_m = now, climbed_m
        number_of[leg] = flights
        flights += 1
    return flights, at


@compiled
def any_shut(lanes, chain, count, shut, found):  # type: ignore[no-untyped-def]
    """Tell of each leg whether it passes a block that is shut."""
    for leg in range(len(count)):
        found[leg] = False
        for number in range(count[leg]):
            lane = chain[leg, number]
            if shut[lanes.start[lane]] or shut[lanes.end[lane]]:
                found[leg] = True
            for each in range(lanes.first[lane], lanes.first[lane + 1]):
                if shut[lanes.block[each]]:
                    found[leg] = True


@compiled
def blocks_of(lanes, chain, count, wanted):  # type: ignore[no-untyped-def]
    """Return how many blocks the chains of the legs that are wanted pass."""
    blocks = 0
    for leg in range(len(count)):
        if wanted[leg] and count[leg]:
            blocks += 1
            for number in range(count[leg]):
                lane = chain[leg, number]
                blocks += lanes.first[lane + 1] - lanes.first[lane] + 1
    return blocks


def flown(
    lanes: Lanes, pace: Pace, chain: Ints, count: Ints, wanted: Flags
) -> tuple[Records, Records, Ints]:
    """Return flights by the chains of legs, their blocks, and the flight of each leg or -1."""
    flight = np.empty(len(count), dtype=FLIGHT)
    block = np.empty(blocks_of(lanes, chain, count, wanted), dtype=HOLD)
    number_of = np.full(len(count), NONE, dtype=np.int64)
    flights, blocks = fly_chains(lanes, pace, chain, count, wanted, flight, block, number_of)
    return flight[:flights], block[:blocks], number_of
