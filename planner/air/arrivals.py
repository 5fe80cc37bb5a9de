"""Earliest landings from every site, if a drone could wait in the air for blocks to open.

A relaxation of what the planner flies: an earlier take-off never lands later, and no leg of the
plan lands before. So what is found for a second bounds all later ones too.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from geodata.features import Side
from planner.air.blocks import LaneCut
from planner.air.legs import Legs
from planner.air.passage import SAME_S, TOUCH_S
from planner.arrays import Floats, Ints
from planner.compiled import compiled
from planner.request.fleet import DroneType


@dataclass(frozen=True)
class Moves:
    """The moves of one drone type from the sites of one side, as arrays.

    Vertices are lanes, then sites to leave from, then sites to land at, as in `Legs`. The moves
    out of vertex v are `first[v]` to `first[v + 1]`, each to vertex `head`. Move m passes the
    blocks `begin[m]` to `begin[m + 1]`, which take `seconds[epoch, block]`, inf where the wind
    forbids it, and are shut from `since` to `until` of `shut[block]` to `shut[block + 1]`.
    `whole_s[step, m]` is what a move takes while nothing changes, inf if something is shut.
    `slope[step]` is by how much a landing is put off at least for each second that a take-off is,
    if the change that ends the step is met; 0 where something opens or shuts then. `locked[step,
    v]` tells of a vertex that no block may be entered from it during a step.
    """

    winds_s: Floats
    steps_s: Floats
    first: Ints
    head: Ints
    begin: Ints
    seconds: Floats
    shut: Ints
    since: Floats
    until: Floats
    whole_s: Floats
    slope: Floats
    locked: npt.NDArray[np.bool_]

    @property
    def arrays(self) -> tuple[npt.NDArray[Any], ...]:
        """What landings follow from, in the order in which compiled code takes it."""
        return (
            self.winds_s, self.steps_s, self.first, self.head, self.begin, self.seconds, self.shut,
            self.since, self.until, self.whole_s,
        )  # fmt: skip


def moves_of(legs: Legs, kind: DroneType, side: Side) -> Moves:
    """Return the moves of a type on legs from the sites of a side."""
    air, lanes = legs.airspace, legs.airspace.blocks.lanes
    epochs = range(len(air.wind_steps) - 1)
    chains: list[list[tuple[int, list[int], list[tuple[float, ...]]]]] = [
        [] for _ in range(len(legs.arcs.lane_ids) + 2 * len(legs.site_ids))
    ]
    every = air.blocks.all
    flyable = [lane for lane in legs.arcs.lane_ids if lane not in legs.arcs.inbound[side]]
    own = {lane: [legs.times.lane_s(kind, lane, epoch) for epoch in epochs] for lane in flyable}

    def onto(tail: int, lane: str, cut: LaneCut, over: list[float]) -> None:
        times = [(over[epoch], *own[lane][epoch]) for epoch in epochs]
        chains[tail].append((legs.arcs.lane_vertex[lane], [cut.start, *cut.blocks], times))

    for lane in flyable:
        cut = lanes[lane]
        start, end = every[cut.start].place or "", every[cut.end].place or ""
        if start in legs.arcs.out_vertex:
            out = [legs.times.origin_s(kind, lane, epoch) for epoch in epochs]
            onto(legs.arcs.out_vertex[start], lane, cut, out)
        if end in legs.arcs.in_vertex:
            into: list[tuple[float, ...]] = [
                (legs.times.destination_s(kind, lane, epoch),) for epoch in epochs
            ]
            chains[legs.arcs.lane_vertex[lane]].append((legs.arcs.in_vertex[end], [cut.end], into))
            continue
        for following in legs.arcs.successors[lane]:
            if following in own:
                over = [legs.times.waypoint_s(kind, lane, following, epoch) for epoch in epochs]
                onto(legs.arcs.lane_vertex[lane], following, lanes[following], over)
    return _as_arrays(legs, chains)


def _as_arrays(
    legs: Legs, chains: list[list[tuple[int, list[int], list[tuple[float, ...]]]]]
) -> Moves:
    air = legs.airspace
    flat = [each for of_vertex in chains for each in of_vertex]
    blocks = [block for _, passed, _ in flat for block in passed]
    seconds = np.concatenate([np.array(times) for _, _, times in flat], axis=1)
    shuts = [air.closures[block] for block in blocks]
    begin = _running([len(passed) for _, passed, _ in flat])
    whole = np.empty((len(legs.steps) - 1, len(flat)))
    first = _running([len(of_vertex) for of_vertex in chains])
    tail = np.repeat(np.arange(len(chains)), np.diff(first))
    locked = np.ones((len(legs.steps) - 1, len(chains)), dtype=bool)
    for step in range(len(legs.steps) - 1):
        closed = legs.closed(step)
        taken = seconds[air.epoch(legs.steps[step])].copy()
        taken[[at for at, block in enumerate(blocks) if block in closed]] = math.inf
        whole[step] = np.add.reduceat(taken, begin[:-1])
        locked[step, tail[np.isfinite(taken[begin[:-1]])]] = False
    return Moves(
        np.array(air.wind_steps, dtype=float),
        np.array(legs.steps, dtype=float),
        first,
        np.array([head for head, _, _ in flat], dtype=np.int64),
        begin,
        np.ascontiguousarray(seconds),
        _running([len(each) for each in shuts]),
        np.array([closure.since for each in shuts for closure in each], dtype=float),
        np.array([closure.until for each in shuts for closure in each], dtype=float),
        whole,
        _slopes(legs, seconds),
        locked,
    )


def _slopes(legs: Legs, seconds: Floats) -> Floats:
    """Return the least share of a second by which a later take-off lands later, by change met.

    A block under way at a change of wind is left by new / old seconds later for each second that it
    is entered later; blocks after it by as much.
    """
    air, found = legs.airspace, np.zeros(len(legs.steps) - 1)
    turns = {
        each for closures in air.closures for shut in closures for each in (shut.since, shut.until)
    }
    for step, end in enumerate(legs.steps[1:-1]):
        old, new = seconds[air.epoch(legs.steps[step])], seconds[air.epoch(end)]
        if end not in turns and np.isfinite(old).all() and np.isfinite(new).all():
            found[step] = min(1.0, float((new / old).min()))
    return found


def _running(counts: list[int]) -> Ints:
    found: Ints = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
    return found


@compiled
def _advance(winds_s, seconds, at, clock):  # type: ignore[no-untyped-def]
    """Return when a block entered at `clock` is left (planner.passage.advance)."""
    last = len(winds_s) - 2
    epoch = min(max(np.searchsorted(winds_s, clock + SAME_S, side="right") - 1, 0), last)
    left = 1.0
    while True:
        takes = seconds[epoch, at]
        if math.isinf(takes):
            return math.inf
        end = clock + left * takes
        if epoch == last or end <= winds_s[epoch + 1]:
            return end
        left -= (winds_s[epoch + 1] - clock) / takes
        clock = winds_s[epoch + 1]
        epoch += 1


@compiled
def _leave(winds_s, seconds, shut, since, until, at, clock):  # type: ignore[no-untyped-def]
    """Return when a block is left by a drone that comes to it at `clock` and may wait for it."""
    last = len(winds_s) - 2
    while True:
        end = _advance(winds_s, seconds, at, clock)
        if math.isinf(end):
            # The first wind that forbids it, and until when.
            epoch = min(max(np.searchsorted(winds_s, clock + SAME_S, side="right") - 1, 0), last)
            while not math.isinf(seconds[epoch, at]):
                epoch += 1
            end, opens = max(clock, winds_s[epoch]) + 2 * TOUCH_S, winds_s[epoch + 1]
            if epoch == last:
                opens = math.inf
        else:
            opens = -1.0
        for number in range(shut[at], shut[at + 1]):
            if since[number] + TOUCH_S < end and clock < until[number] - TOUCH_S:
                opens = until[number]
                break
        if opens < 0 or math.isinf(opens):
            return max(end, opens)
        clock = opens


@compiled
def _landings(  # type: ignore[no-untyped-def]
    origin, takeoff_s, steady, rest, moves, clock, waiting, queue
):
    """Fill `clock` with the earliest arrival at each vertex, labels corrected until they hold.

    With `steady` not below zero as if that step lasted for ever, clocks counted from 0. Else `rest`
    are those clocks for the step of the take-off: what is reached before it ends is known from
    them, and only what leads beyond is looked at.
    """
    winds_s, steps_s, first, head, begin, seconds, shut, since, until, whole_s = moves
    vertices = len(first) - 1
    head_at, size = 0, 0
    for vertex in range(vertices):
        clock[vertex] = math.inf
        waiting[vertex] = False
    if steady < 0:
        known = min(max(np.searchsorted(steps_s, takeoff_s, side="right") - 1, 0), len(steps_s) - 2)
        left_s = steps_s[known + 1] - takeoff_s
        for vertex in range(vertices):
            if rest[vertex] <= left_s:
                clock[vertex] = takeoff_s + rest[vertex]
                for move in range(first[vertex], first[vertex + 1]):
                    if rest[vertex] + whole_s[known, move] > left_s and not waiting[vertex]:
                        waiting[vertex] = True
                        queue[size] = vertex
                        size += 1
    if not size:
        clock[origin] = takeoff_s
        queue[0] = origin
        size = 1
    last = len(steps_s) - 2
    while size:
        vertex = queue[head_at]
        head_at = (head_at + 1) % vertices
        size -= 1
        waiting[vertex] = False
        now = clock[vertex]
        step = steady
        if steady < 0:
            step = min(max(np.searchsorted(steps_s, now, side="right") - 1, 0), last)
        for move in range(first[vertex], first[vertex + 1]):
            end = now + whole_s[step, move]
            if steady < 0 and end > steps_s[step + 1]:
                end = now
                for at in range(begin[move], begin[move + 1]):
                    end = _leave(winds_s, seconds, shut, since, until, at, end)
                    if math.isinf(end):
                        break
            into = head[move]
            if end < clock[into] - 1e-9:
                clock[into] = end
                if not waiting[into]:
                    waiting[into] = True
                    queue[(head_at + size) % vertices] = into
                    size += 1


def room_for(moves: Moves) -> tuple[Floats, Floats, npt.NDArray[np.bool_], Ints]:
    """Return room to find landings in: two clocks by vertex, and which of them wait in a queue."""
    vertices = len(moves.first) - 1
    return (
        np.empty(vertices),
        np.empty(vertices),
        np.zeros(vertices, dtype=np.bool_),
        np.empty(vertices, dtype=np.int64),
    )


@compiled
def fill_legs(  # type: ignore[no-untyped-def]
    origins, lanes, from_s, slot_s, part_s, slope, locked, moves, room, leg, arrive
):
    """Fill `leg` and `arrive` [slot, origin, site] for take-offs from a second of the day on.

    `leg` is the least seconds of legs that take off at a whole second within a slot, `arrive` the
    earliest landing of one that takes off at the slot's start or later; both inf beyond the day.
    Slots count from `from_s`. Legs that meet no change are those of the step. For others take-offs
    `part_s` apart are flown: one in between lands no earlier than the one before, put off by
    `slope` for each second. `room` is as of `room_for`.
    """
    steps_s = moves[1]
    sites, day_s = leg.shape[1], moves[1][-1]
    clock, rest, waiting, queue = room
    into, moving = lanes + sites, np.int64(-1)  # of a plain number another version is compiled
    for origin in origins:
        known = -1
        for slot in range(len(leg)):
            begin_s = from_s + slot * slot_s
            step = np.searchsorted(steps_s, begin_s, side="right") - 1
            if step != known:
                _landings(lanes + origin, 0.0, step, rest, moves, rest, waiting, queue)
                known = step
            left_s = steps_s[step + 1] - (begin_s + slot_s - 1)
            changing, shut = False, left_s >= 0 and locked[step, lanes + origin]
            for site in range(sites):
                leg[slot, origin, site] = rest[into + site]
                arrive[slot, origin, site] = begin_s + rest[into + site]
                changing = changing or (site != origin and rest[into + site] > left_s)
            for part in range(begin_s, begin_s + slot_s, part_s):
                if not changing or (part > begin_s and shut):
                    break
                _landings(lanes + origin, float(part), moving, rest, moves, clock, waiting, queue)
                for site in range(sites):
                    if rest[into + site] <= left_s:
                        continue
                    landing = clock[into + site]
                    put_off, met = 1.0, step
                    while met < len(slope) and steps_s[met + 1] <= landing + part_s:
                        put_off *= slope[met]
                        met += 1
                    least = landing - part - (1.0 - put_off) * (part_s - 1)
                    if part == begin_s:
                        leg[slot, origin, site] = least
                        arrive[slot, origin, site] = landing
                    leg[slot, origin, site] = min(leg[slot, origin, site], least)
                    if shut:
                        leg[slot, origin, site] = math.inf
            for site in range(sites):
                if arrive[slot, origin, site] > day_s:
                    arrive[slot, origin, site] = math.inf
                if begin_s + leg[slot, origin, site] > day_s:
                    leg[slot, origin, site] = math.inf
            leg[slot, origin, origin] = 0.0
            arrive[slot, origin, origin] = begin_s
