"""What may fly while nothing changes, as a linear programme: who trades, what empty drones fly.

A state is what winds, closures and hours of empty crossings make of the legs, checkpoints and drone
types of a day; equal ones have one programme (`planner.capacity.model`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from geodata.features import GoodsClass, Side
from geodata.schedule import contains
from planner.air.cruise import cruising
from planner.air.stretch import Stretches
from planner.capacity.model import Leg, Move, Program, Trade
from planner.capacity.question import CapacityQuestion
from planner.capacity.room import Passings, Rooms
from planner.day.instance import Instance, Job
from planner.request.fleet import DroneType
from planner.route.consignment import load_of
from planner.route.route import Router
from planner.route.stretch_routes import way_tables

Key = tuple[int, frozenset[int], bool]
"""What a state depends on: winds, blocks that are closed, whether empty drones may cross."""


@dataclass(frozen=True)
class State:
    """What holds while nothing changes: what may fly, the linear programme of it, what it takes.

    `reason` says why nothing may fly at any hour; empty if something may.
    """

    program: Program
    passings: Mapping[tuple[str, Side], Passings]
    trades: tuple[Trade, ...]
    empties: tuple[Leg, ...]
    reason: str


class States:
    """The states of an instance's day for one question."""

    def __init__(self, instance: Instance, question: CapacityQuestion) -> None:
        self.instance = instance
        self.question = question
        self.rooms = Rooms(instance.legs)
        self._router = Router(instance, permissions=False)
        types = instance.request.types.values()
        self._kinds = [each for kind in types for each in cruising(kind)]
        self._stretches = Stretches(instance.legs)
        self._at = {site: at for at, site in enumerate(instance.legs.site_ids)}
        self._ends = (
            [self._at[each] for each in question.origins if each in self._at],
            [self._at[each] for each in question.destinations if each in self._at],
        )
        self._programs: dict[Key, State] = {}

    def at(self, second: int) -> State:
        """Return the linear programme of what holds at a second."""
        key = self.key(second)
        if key not in self._programs:
            self._programs[key] = self._state(self.instance.legs.step(second), key)
        return self._programs[key]

    def key(self, second: int) -> Key:
        """Return what tells the state at a second of the day from others."""
        legs = self.instance.legs
        step = legs.step(second)
        empty = contains(self.instance.empty_crossing, second, second)
        return legs.airspace.epoch(legs.steps[step]), legs.closed(step), empty

    def job(self, direction: int, goods: GoodsClass) -> Job:
        """Return a flight's load as a job from the first vertiport of a direction."""
        return self._jobs[direction, goods]

    @cached_property
    def _jobs(self) -> Mapping[tuple[int, GoodsClass], Job]:
        ends = self.question.origins[0], self.question.destinations[0]
        return {
            (direction, goods): load_of(self.instance, *way, goods, self.question.mass_kg)
            for direction, way in enumerate((ends, ends[::-1]))
            for goods in self.question.shares
        }

    def _state(self, step: int, key: Key) -> State:
        epoch, closed, empty = key
        reason = self._missing()
        passings: dict[tuple[str, Side], Passings] = {}
        trades: list[Trade] = []
        if not reason:
            sides: tuple[Side, Side] = ("SZ", "HK")
            passings = {
                (kind.id, side): Passings(self.rooms, kind, epoch, closed, side)
                for kind in self._kinds
                for side in sides
            }
            trades = [self._trade(direction, step) for direction in (0, 1)]
        empties: tuple[Leg, ...] = ()
        if self.question.returns and trades:
            empties = tuple(self._empties(step, empty))
        program = Program(self.rooms, passings, trades, empties, balanced=self.question.returns)
        return State(program, passings, tuple(trades), empties, reason)

    def _missing(self) -> str:
        """Return what the network lacks for anything to pass at any hour; empty if nothing."""
        for number, ends in enumerate((self.question.origins, self.question.destinations)):
            if not self._ends[number]:
                places = ", ".join(ends) or "there"
                return f"no lane begins or ends at a vertiport of {places}"
        if not self.instance.network.checkpoints:
            return "the network has no checkpoint, so no goods may cross the boundary"
        goods, jobs = ", ".join(self.question.shares), self._jobs.values()
        if not any(self._router.ways(job) for job in jobs):
            return f"no checkpoints clear export and import of {goods} between the sides"
        if all(self._router.unfit(kind, job) for kind in self._kinds for job in jobs):
            return f"no drone type of the fleet carries {goods} at {self.question.mass_kg:g} kg"
        return ""

    def _trade(self, direction: int, step: int) -> Trade:
        origins, destinations = self._ends if direction == 0 else self._ends[::-1]
        moves: dict[Move, Mapping[int, float]] = {}
        shares: dict[GoodsClass, float] = {}
        for goods, share in self.question.shares.items():
            job = self.job(direction, goods)
            for kind in self._kinds:
                if self._router.unfit(kind, job) is not None:
                    continue
                for move, seconds in self._moves(kind, step, direction, job):
                    moves[move] = seconds
                    shares[goods] = share
        total = sum(shares.values())
        return Trade(
            {goods: share / total for goods, share in shares.items()},
            moves,
            frozenset(origins),
            frozenset(destinations),
        )

    def _moves(
        self, kind: DroneType, step: int, direction: int, job: Job
    ) -> Iterator[tuple[Move, Mapping[int, float]]]:
        """Yield legs of the routes of a class, with what they take of pads and bays."""
        origins, destinations = self._ends if direction == 0 else self._ends[::-1]
        ends = np.array(origins), np.array(destinations)
        ways = self._router.ways(job)
        legs_of_kind = self._stretches.of(kind, step)
        for table in way_tables(self.instance, legs_of_kind, step, job, tuple(ways), *ends):
            good = np.isfinite(table.seconds)
            if not good.any():
                continue
            via = [self._at[each] for each in table.checkpoints]
            legs = [(int(origin), via[0]) for origin in ends[0][good.any(axis=1)]]
            legs += pairwise(via)
            legs += [(via[-1], int(destination)) for destination in ends[1][good.any(axis=0)]]
            for origin, destination in legs:
                move = Move(Leg(kind.id, origin, destination), direction, job.order.goods)
                yield move, self._ground(move, job)

    def _ground(self, move: Move, job: Job) -> Mapping[int, float]:
        """Return the seconds on pads and in bays that belong to a leg, by row of the rooms."""
        row, sites = self.rooms.row, self.instance.legs.site_ids
        origin, destination = sites[move.leg.origin], sites[move.leg.destination]
        found: dict[int, float] = {}
        if origin in self.instance.network.vertiports:
            found[row["pads", origin]] = float(job.order.load_s)
        if destination in self.instance.network.vertiports:
            found[row["pads", destination]] = float(job.order.unload_s)
        else:
            service_s = float(job.clearings[destination].service_s)
            found[row["pads", destination]] = found[row["bays", destination]] = service_s
        return found

    def _empties(self, step: int, crossing: bool) -> Iterator[Leg]:
        """Yield legs of empty drones between the vertiports; only at their hours they cross."""
        network, sites = self.instance.network, self.instance.legs.site_ids
        every = [*self._ends[0], *self._ends[1]]
        ended_s = self.instance.legs.steps[step + 1]
        for kind in self._kinds:
            tables = self._stretches.of(kind, step)
            energy_wh = tables.energy_wh(0.0)
            for origin in every:
                for destination in every:
                    here, there = sites[origin], sites[destination]
                    if network.side_of(here) != network.side_of(there) and not crossing:
                        continue
                    diversion_wh = self.instance.diversions.energy_wh(kind, there, 0.0, ended_s)
                    least_wh = kind.battery_wh * self.instance.rules.reserve_fraction + diversion_wh
                    left_wh = kind.battery_wh - energy_wh[origin, destination]
                    if origin != destination and left_wh >= least_wh:
                        yield Leg(kind.id, origin, destination)
