"""A timetable that repeats: when the legs of some sallies take off, so that nothing is taken twice.

Times count modulo the period. Each set of blocks that all conflict with each other is one machine
that a flight holds at fixed offsets from its take-off, with the buffer; pads and bays are machines
of several units. Drones wait on pads only. CP-SAT finds the times, or proves that there are none.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from ortools.sat.python import cp_model

from planner.capacity_room import Floats, Rooms
from planner.legs import Flight
from planner.saturate_trips import Sally

_EFFORT_S = 0.05
"""Deterministic time of the solver after which a timetable counts as not found."""

_Wait = cp_model.IntVar | int

Holds = Mapping[int, Sequence[tuple[int, int]]]
"""By row of the rooms, when a flight holds it: from, to with the buffer, after take-off."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A sally and when its legs take off, seconds that may lie beyond the period."""

    sally: Sally
    takeoffs_s: tuple[int, ...]

    @property
    def landing_s(self) -> int:
        """Second in which it lands."""
        return self.takeoffs_s[-1] + self.sally.legs[-1].exit[-1]


@dataclass(frozen=True)
class Ground:
    """How long loading and unloading take, and the longest wait at a stop, seconds."""

    load_s: int
    unload_s: int
    wait_s: int


class Timetables:
    """Finds timetables of sallies of one network."""

    def __init__(self, rooms: Rooms, ground: Ground) -> None:
        self.rooms = rooms
        self.ground = ground
        self._buffer_s = rooms.legs.airspace.request.fleet.rules.time_buffer_s
        self._holds: dict[tuple[str, tuple[int, ...], tuple[int, ...]], Holds] = {}

    def holds(self, flight: Flight) -> Holds:
        """Return when a flight holds each set of blocks; holds that overlap are one."""
        key = flight.kind, flight.chain.blocks, flight.exit
        if key not in self._holds:
            found: dict[int, list[tuple[int, int]]] = {}
            for block, enter, leave in zip(
                flight.chain.blocks, flight.enter, flight.exit, strict=True
            ):
                rows = self.rooms.sets_of(block)
                # A block alone is in every set that it is in with others.
                for row in rows[1:] or rows:
                    held = found.setdefault(row, [])
                    end = leave + self._buffer_s
                    if held and enter < held[-1][1]:
                        held[-1] = held[-1][0], max(held[-1][1], end)
                    else:
                        held.append((enter, end))
            self._holds[key] = found
        return self._holds[key]

    def seconds(self, sally: Sally) -> Floats:
        """Return for how long a sally takes each room, without waits."""
        found = np.zeros(len(self.rooms.all))
        for leg in sally.legs:
            for row, held in self.holds(leg).items():
                found[row] += sum(end_s - begin_s for begin_s, end_s in held)
        for kind, site, length_s in self.stays(sally):
            found[self.rooms.row[kind, site]] += length_s
        return found

    def stays(self, sally: Sally) -> Iterator[tuple[str, str, int]]:
        """Yield what a sally takes of pads and bays: kind, site and least seconds."""
        if sally.loaded:
            yield "pads", sally.origin, self.ground.load_s
            yield "pads", sally.destination, self.ground.unload_s
        for stop in sally.stops:
            yield "bays", stop.site, stop.service_s
            yield "pads", stop.site, stop.service_s

    def find(self, sallies: Sequence[Sally], period_s: int) -> tuple[Placed, ...] | None:
        """Return the sallies with their times; None if none were found."""
        return _Model(self, period_s).find(sallies)


class _Model:
    """The constraint model of one period."""

    def __init__(self, timetables: Timetables, period_s: int) -> None:
        self._of = timetables
        self._period_s = period_s
        self._model = cp_model.CpModel()
        self._held: dict[int, list[cp_model.IntervalVar]] = {}
        self._stays: dict[tuple[str, str], list[cp_model.IntervalVar]] = {}
        self._moved: dict[tuple[int, int], cp_model.IntVar] = {}

    def find(self, sallies: Sequence[Sally]) -> tuple[Placed, ...] | None:
        takeoffs = [self._sally(sally) for sally in sallies]
        # A timetable may begin at any instant of its period.
        self._model.add(takeoffs[0][0] == 0)
        for held in self._held.values():
            self._model.add_no_overlap(held)
        for (kind, site), stays in self._stays.items():
            room = self._of.rooms.all[self._of.rooms.row[kind, site]]
            self._model.add_cumulative(stays, [1] * len(stays), room.units)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.max_deterministic_time = _EFFORT_S
        if solver.solve(self._model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return None
        return tuple(
            Placed(sally, self._unrolled(sally, [solver.value(each) for each in times]))
            for sally, times in zip(sallies, takeoffs, strict=True)
        )

    def _unrolled(self, sally: Sally, phases_s: Sequence[int]) -> tuple[int, ...]:
        """Return take-offs one after the other, from those within the period."""
        takeoffs_s = [phases_s[0]]
        for leg, stop, phase_s in zip(sally.legs, sally.stops, phases_s[1:], strict=False):
            ready_s = takeoffs_s[-1] + leg.exit[-1] + stop.service_s
            takeoffs_s.append(ready_s + (phase_s - ready_s) % self._period_s)
        return tuple(takeoffs_s)

    def _sally(self, sally: Sally) -> list[cp_model.IntVar]:
        """Add a sally; return when its legs take off, modulo the period."""
        ground, takeoffs = self._of.ground, [self._phase() for _ in sally.legs]
        if sally.loaded:
            self._stay(
                "pads", sally.origin, self._after(takeoffs[0], -ground.load_s), ground.load_s
            )
        for leg, takeoff in zip(sally.legs, takeoffs, strict=True):
            for row, held in self._of.holds(leg).items():
                for begin_s, end_s in held:
                    self._hold(row, self._after(takeoff, begin_s), end_s - begin_s)
        for number, stop in enumerate(sally.stops):
            landed = self._after(takeoffs[number], sally.legs[number].exit[-1])
            wait = self._model.new_int_var(0, min(ground.wait_s, self._period_s - 1), "")
            ready = self._after(landed, stop.service_s)
            over = self._model.new_bool_var("")
            self._model.add(takeoffs[number + 1] == ready + wait - self._period_s * over)
            self._stay("bays", stop.site, landed, stop.service_s)
            self._stay("pads", stop.site, landed, stop.service_s, wait)
        if sally.loaded:
            landed = self._after(takeoffs[-1], sally.legs[-1].exit[-1])
            self._stay("pads", sally.destination, landed, ground.unload_s)
        return takeoffs

    def _phase(self) -> cp_model.IntVar:
        return self._model.new_int_var(0, self._period_s - 1, "")

    def _after(self, phase: cp_model.IntVar, seconds: int) -> cp_model.IntVar:
        """Return the phase so many seconds later."""
        seconds %= self._period_s
        if not seconds:
            return phase
        key = phase.index, seconds
        if key not in self._moved:
            self._moved[key] = self._phase()
            over = self._model.new_bool_var("")
            self._model.add(self._moved[key] == phase + seconds - self._period_s * over)
        return self._moved[key]

    def _hold(self, row: int, begin: cp_model.IntVar, length_s: int) -> None:
        """Take a set of blocks."""
        for back_s in (0, self._period_s):
            interval = self._model.new_fixed_size_interval_var(begin - back_s, length_s, "")
            self._held.setdefault(row, []).append(interval)

    def _stay(
        self, kind: str, site: str, begin: cp_model.IntVar, least_s: int, wait: _Wait = 0
    ) -> None:
        """Take a pad or a bay, in this period and by those before that reach into it."""
        longest_s = least_s + self._of.ground.wait_s
        end = self._model.new_int_var(0, self._period_s + longest_s, "")
        self._model.add(end == begin + least_s + wait)
        for turn in range(2 + longest_s // self._period_s):
            back_s = turn * self._period_s
            interval = self._model.new_interval_var(
                begin - back_s, least_s + wait, end - back_s, ""
            )
            self._stays.setdefault((kind, site), []).append(interval)
