"""How many loaded flights an hour can pass between two sets of vertiports, and what limits them.

For each stretch of the day without changes the linear programme of `planner.capacity_model` gives
the highest rate that any timetable could keep up. docs/capacity.md says what is taken as given.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from types import MappingProxyType
from typing import Literal

import numpy as np

from geodata.features import GoodsClass, Side
from geodata.network import Network
from geodata.schedule import DAY_S, contains
from planner.capacity_model import Leg, Move, Program, Rate, Trade
from planner.capacity_room import HOUR_S, Passings, Room, Rooms
from planner.consignment import lodged_in_time
from planner.cruise import cruising
from planner.fleet import DroneType
from planner.instance import Instance, Job
from planner.order import Order
from planner.route import Router
from planner.stretch import Stretches
from planner.stretch_routes import way_tables

MIX: Mapping[GoodsClass, float] = MappingProxyType(
    {"document": 0.2, "general": 0.3, "bonded": 0.15, "research": 0.2, "biological": 0.15}
)
"""Shares of goods classes if none are given: those of the shipped sample day."""

Course = Literal["there", "back", "both"]
COURSES: Mapping[Course, tuple[bool, bool]] = MappingProxyType(
    {"there": (True, False), "back": (False, True), "both": (True, True)}
)
_STILL = 1e-3
"""Flights an hour that count as none."""


@dataclass(frozen=True, slots=True)
class CapacityQuestion:
    """Flights between which vertiports, of which goods, and whether empty drones fly back.

    `shares` of goods classes add up to 1; each flight carries `mass_kg`, sealed and declared in
    time. All origins are on one side, all destinations on the other.
    """

    origins: tuple[str, ...]
    destinations: tuple[str, ...]
    shares: Mapping[GoodsClass, float]
    mass_kg: float = 1.0
    returns: bool = True


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """A room that limits a rate, in loaded flights an hour.

    `worth` is the dual value of one more of it, by which the rate would rise as long as nothing
    else becomes the limit; `gain` by how much it does rise, from solving again with one more. `use`
    is the share of its seconds that is taken.
    """

    room: Room
    use: float
    worth: float
    gain: float


@dataclass(frozen=True, slots=True)
class Capacity:
    """Loaded flights an hour in a course, by direction, while nothing changes.

    `stopped` are the goods classes that cannot pass at all; the others keep their proportions.
    `reason` says why nothing passes, empty if something does.
    """

    directions: tuple[float, float]
    bottlenecks: tuple[Bottleneck, ...]
    stopped: tuple[GoodsClass, ...]
    reason: str
    rate: Rate | None

    @property
    def total(self) -> float:
        """Loaded flights an hour in both directions."""
        return sum(self.directions)


@dataclass(frozen=True, slots=True)
class HourCapacity:
    """Loaded flights in one hour of the day: the mean of its stretches, by how long they are.

    `longest` is the capacity in the longest of them.
    """

    hour: int
    directions: tuple[float, float]
    longest: Capacity

    @property
    def total(self) -> float:
        """Loaded flights in both directions."""
        return sum(self.directions)


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


_Key = tuple[int, frozenset[int], bool]


class Capacities:
    """Answers one question for any time of an instance's day; equal states are solved once."""

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
        self._programs: dict[_Key, State] = {}
        self._found: dict[tuple[_Key, Course], Capacity] = {}

    def at(self, second: int, course: Course) -> Capacity:
        """Return the capacity while what holds at a second of the day would last."""
        key = self._key(second)
        if (key, course) not in self._found:
            self._found[key, course] = self._solve(self.state(second), course)
        return self._found[key, course]

    def hour(self, hour: int, course: Course) -> HourCapacity:
        """Return the capacity of the hour that begins at `hour`, 0 to 23."""
        begin_s, end_s = hour * HOUR_S, (hour + 1) * HOUR_S
        steps = [begin_s, *(each for each in self._changes if begin_s < each < end_s), end_s]
        parts = [(until - since, self.at(since, course)) for since, until in pairwise(steps)]
        there, back = (
            sum(seconds * part.directions[at] for seconds, part in parts) / HOUR_S for at in (0, 1)
        )
        longest = max(parts, key=lambda each: each[0])[1]
        return HourCapacity(hour, (there, back), longest)

    def job(self, direction: int, goods: GoodsClass) -> Job:
        """Return a flight's load as a job from the first vertiport of a direction."""
        return self._jobs[direction, goods]

    @cached_property
    def _changes(self) -> tuple[int, ...]:
        crossing = [each for pair in self.instance.empty_crossing for each in pair]
        return tuple(sorted({*self.instance.legs.steps, *crossing} - {DAY_S}))

    @cached_property
    def _jobs(self) -> Mapping[tuple[int, GoodsClass], Job]:
        network = self.instance.network
        midnight = self.instance.airspace.calendar.midnight
        found: dict[tuple[int, GoodsClass], Job] = {}
        ends = self.question.origins[0], self.question.destinations[0]
        for direction, (origin, destination) in enumerate((ends, ends[::-1])):
            sides = network.side_of(origin), network.side_of(destination)
            for goods in self.question.shares:
                papers = lodged_in_time(self.instance.rulebook.customs, goods, *sides, midnight)
                order = Order(
                    id="load",
                    origin=origin,
                    destination=destination,
                    mass_kg=self.question.mass_kg,
                    volume_l=1.0,
                    goods=goods,
                    ready=midnight,
                    due=midnight + dt.timedelta(days=1),
                    sealed=True,
                    declarations=papers,
                )
                found[direction, goods] = self.instance.job(order)
        return found

    def _key(self, second: int) -> _Key:
        legs = self.instance.legs
        step = legs.step(second)
        empty = contains(self.instance.empty_crossing, second, second)
        return legs.airspace.epoch(legs.steps[step]), legs.closed(step), empty

    def state(self, second: int) -> State:
        """Return the linear programme of what holds at a second."""
        key = self._key(second)
        if key not in self._programs:
            self._programs[key] = self._state(self.instance.legs.step(second), key)
        return self._programs[key]

    # -- solving -------------------------------------------------------------------------

    def _solve(self, state: State, course: Course) -> Capacity:
        wanted = COURSES[course]
        if state.reason:
            return Capacity((0.0, 0.0), (), (), state.reason, None)
        stopped = tuple(
            goods
            for goods in self.question.shares
            if any(
                want and goods not in trade.shares
                for want, trade in zip(wanted, state.trades, strict=True)
            )
        )
        rate = state.program.most(wanted)
        if not rate.total > _STILL:
            reason = self._standstill(state, wanted)
            return Capacity((0.0, 0.0), (), stopped, reason, None)
        limits = tuple(self._bottlenecks(state, wanted, rate))
        there, back = state.program.even(wanted, rate.total).directions
        return Capacity((there, back), limits, stopped, "", rate)

    def _bottlenecks(
        self, state: State, wanted: Sequence[bool], rate: Rate
    ) -> Iterator[Bottleneck]:
        """Yield what limits a rate, the most worth first, each tried with one more of it."""
        for row in np.argsort(-rate.prices, kind="stable").tolist():
            if rate.prices[row] * HOUR_S <= _STILL:
                return
            more = state.program.most(wanted, {row: float(HOUR_S)})
            yield Bottleneck(
                self.rooms.all[row],
                float(rate.used_s[row] / self.rooms.seconds[row]),
                float(rate.prices[row]) * HOUR_S,
                more.total - rate.total,
            )

    def _standstill(self, state: State, wanted: Sequence[bool]) -> str:
        """Return why nothing passes although there are vertiports and checkpoints."""
        pairs = zip(wanted, state.trades, strict=True)
        if any(want and trade.moves for want, trade in pairs):
            return "drones cannot fly back: no empty drone may cross the boundary at this hour"
        return "no route is open: checkpoints, vertiports or corridors between are closed"

    def _state(self, step: int, key: _Key) -> State:
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


def park_vertiports(network: Network, side: Side) -> tuple[str, ...]:
    """Return the vertiports within the parks of a side, sorted."""
    areas = [network.metric[park.id] for park in network.parks.values() if park.side == side]
    return tuple(
        sorted(
            name
            for name, vertiport in network.vertiports.items()
            if vertiport.side == side and any(area.covers(network.metric[name]) for area in areas)
        )
    )
