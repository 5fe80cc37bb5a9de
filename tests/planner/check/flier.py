"""Writes plans by hand: sketches of sorties become a plan whose times, loads and costs agree."""

import datetime as dt
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from geodata.features import Side
from geodata.network import Network
from planner.air.cruise import cruising
from planner.check.day import Day
from planner.energy import leg_energy_wh
from planner.plan.plan import (
    Bound,
    Cost,
    Event,
    EventKind,
    Filing,
    Hold,
    Leg,
    Options,
    Plan,
    Reason,
    Sortie,
    SortieCost,
    Stop,
    Unserved,
)
from planner.request.fleet import Drone
from planner.request.order import Order
from planner.request.request import Request
from planner.rules import customs, permission
from planner.rules.rulebook import FilingRule, Rulebook
from tests.planner.check.stated import assumptions, utilisation


@dataclass(frozen=True)
class Act:
    """An event to come: `wait_s` after the one before, as long as the rules ask or `took_s`."""

    kind: EventKind
    order: str | None = None
    wait_s: int = 0
    took_s: int | None = None
    regime: str | None = None


@dataclass(frozen=True)
class Halt:
    """A stop to come, left `wait_s` after its last event."""

    place: str
    acts: tuple[Act, ...] = ()
    wait_s: int = 0


@dataclass(frozen=True)
class Sketch:
    """A sortie to come: from the start of its preflight, over the lanes between its halts."""

    id: str
    drone: str
    start_s: int
    halts: tuple[Halt, ...]
    lanes: tuple[tuple[str, ...], ...]
    cruise_m_s: float | None = None

    def shifted(self, seconds: int) -> "Sketch":
        """Return the sketch, that much later."""
        return replace(self, start_s=self.start_s + seconds)

    def with_halt(self, index: int, **changes: Any) -> "Sketch":
        """Return the sketch with one halt changed."""
        halts = list(self.halts)
        halts[index] = replace(halts[index], **changes)
        return replace(self, halts=tuple(halts))

    def with_act(self, halt: int, act: int, **changes: Any) -> "Sketch":
        """Return the sketch with one act of one halt changed."""
        acts = list(self.halts[halt].acts)
        acts[act] = replace(acts[act], **changes)
        return self.with_halt(halt, acts=tuple(acts))


@dataclass(frozen=True)
class World:
    """A network, a request, rules and the sorties to fly; `plan()` writes the plan of it all."""

    network: Network
    request: Request
    rulebook: Rulebook
    sketches: tuple[Sketch, ...]
    unserved: tuple[str, ...] = ()

    def with_network(self, change: Callable[..., Network], *args: Any, **fields: Any) -> "World":
        """Return the world on a changed network."""
        return replace(self, network=change(self.network, *args, **fields))

    def with_order(self, order_id: str, **fields: Any) -> "World":
        """Return the world with one order changed."""
        orders = tuple(
            replace(order, **fields) if order.id == order_id else order
            for order in self.request.orders
        )
        return replace(self, request=replace(self.request, orders=orders))

    def with_fleet(self, **fields: Any) -> "World":
        """Return the world with its fleet changed."""
        return replace(
            self, request=replace(self.request, fleet=replace(self.request.fleet, **fields))
        )

    def with_rules(self, **fields: Any) -> "World":
        """Return the world with its operating rules changed."""
        return self.with_fleet(rules=replace(self.request.fleet.rules, **fields))

    def with_type(self, **fields: Any) -> "World":
        """Return the world with its one drone type changed."""
        (kind,) = self.request.fleet.types
        return self.with_fleet(types=(replace(kind, **fields),))

    def with_drone(self, drone_id: str, **fields: Any) -> "World":
        """Return the world with one drone changed."""
        drones = tuple(
            replace(drone, **fields) if drone.id == drone_id else drone
            for drone in self.request.fleet.drones
        )
        return self.with_fleet(drones=drones)

    def with_sketch(self, sketch_id: str, change: Callable[[Sketch], Sketch]) -> "World":
        """Return the world with one sketch changed."""
        sketches = tuple(
            change(sketch) if sketch.id == sketch_id else sketch for sketch in self.sketches
        )
        return replace(self, sketches=sketches)

    def plan(self) -> Plan:
        """Return the plan of the sketches, its times, loads, energies, costs and filings right."""
        day = Day(self.network, self.request, self.rulebook)
        sorties = tuple(_sortie(sketch, day) for sketch in self.sketches)
        cost = plan_cost(sorties, self.unserved, self.request)
        bound = int(cost.total_cents * 0.98)
        return Plan(
            schema_version="1",
            version="0",
            edition=self.network.edition,
            request=self.request.hash,
            rulebook=self.rulebook.hash,
            options=Options(seed=1, time_limit_s=1.0, deterministic=True, gap=0.0),
            sorties=sorties,
            unserved=tuple(_unserved(order_id) for order_id in self.unserved),
            cost=cost,
            bound=Bound(
                lower_bound_cents=bound,
                gap=(cost.total_cents - bound) / cost.total_cents,
                method="by hand",
            ),
            filings=tuple(_filings(sorties, day)),
            utilisation=tuple(utilisation(sorties, day)),
            assumptions=tuple(assumptions(sorties, day)),
        )


def _sortie(sketch: Sketch, day: Day) -> Sortie:
    drone = day.request.drones[sketch.drone]
    own, *others = cruising(day.request.types[drone.type])
    (kind,) = [each for each in others if each.airspeed_m_s == sketch.cruise_m_s] or [own]
    stops: list[Stop] = []
    legs: list[Leg] = []
    on_board: set[str] = set()
    now_s = sketch.start_s
    for index, halt in enumerate(sketch.halts):
        used_wh = sum(leg.energy_wh for leg in legs)
        stop = _stop(halt, now_s, drone, used_wh, day)
        stops.append(stop)
        on_board |= {act.order for act in halt.acts if act.kind == "load" and act.order}
        on_board -= {act.order for act in halt.acts if act.kind == "unload" and act.order}
        if index < len(sketch.lanes):
            lanes = sketch.lanes[index]
            flight = day.flyer.fly(kind, lanes, day.seconds(stop.depart))
            load_kg = sum(day.request.orders_by_id[each].mass_kg for each in on_board)
            legs.append(
                Leg(
                    lanes=lanes,
                    orders=tuple(sorted(on_board)),
                    payload_kg=load_kg,
                    distance_m=flight.distance_m,
                    energy_wh=leg_energy_wh(kind, load_kg, flight.airborne_s, flight.climbed_m),
                    holds=tuple(
                        Hold(
                            block=each.block,
                            enter=day.calendar.instant(each.enter),
                            exit=day.calendar.instant(each.exit),
                        )
                        for each in flight.passages
                    ),
                )
            )
            now_s = flight.passages[-1].exit
    cost = sortie_cost(stops, legs, day.request)
    return Sortie(
        id=sketch.id,
        drone=sketch.drone,
        cruise_m_s=sketch.cruise_m_s,
        stops=tuple(stops),
        legs=tuple(legs),
        cost=cost,
    )


def _stop(halt: Halt, arrive_s: int, drone: Drone, used_wh: float, day: Day) -> Stop:
    events = []
    now_s = arrive_s
    for act in halt.acts:
        begin_s = now_s + act.wait_s
        took_s, regime = _terms(act, halt.place, drone, day)
        if act.kind == "charge":
            took_s = _charge_s(halt.place, drone, used_wh, day)
        now_s = begin_s + (took_s if act.took_s is None else act.took_s)
        events.append(
            Event(
                kind=act.kind,
                order=act.order,
                regime=act.regime or regime,
                start=day.calendar.instant(begin_s),
                end=day.calendar.instant(now_s),
            )
        )
    return Stop(
        place=halt.place,
        arrive=day.calendar.instant(arrive_s),
        depart=day.calendar.instant(now_s + halt.wait_s),
        events=tuple(events),
    )


def _terms(act: Act, place: str, drone: Drone, day: Day) -> tuple[int, str | None]:
    """Return how long an act takes, and under which regime."""
    kind = day.request.types[drone.type]
    if act.order is None:
        return {"preflight": kind.preflight_s, "swap": kind.swap_s}.get(act.kind, 0), None
    order = day.request.orders_by_id[act.order]
    if act.kind in ("load", "unload"):
        return (order.load_s if act.kind == "load" else order.unload_s), None
    checkpoint = day.network.checkpoints[place]
    side = day.network.side_of(order.origin)
    terms = customs.clearance(day.rulebook.customs, order, checkpoint, side)
    return terms.service_s, terms.regime


def _charge_s(place: str, drone: Drone, used_wh: float, day: Day) -> int:
    """Return how long a charge takes, watt-hour by watt-hour from the full end down."""
    kind, offered_kw = day.request.types[drone.type], day.network.vertiports[place].charger_kw
    assert offered_kw is not None
    assert kind.charging is not None
    taken = kind.charging
    taken_s, full_wh, step_wh = 0.0, kind.battery_wh, used_wh / 10_000
    for step in range(10_000):
        slow = full_wh - (step + 0.5) * step_wh > taken.taper_from * kind.battery_wh
        power_w = taken.power_w * (taken.taper_factor if slow else 1.0)
        taken_s += step_wh * 3600 / min(power_w, offered_kw * 1000)
    return math.ceil(taken_s)


def sortie_cost(stops: Iterable[Stop], legs: Iterable[Leg], request: Request) -> SortieCost:
    """Return what stops and legs cost."""
    listed, prices = list(stops), request.fleet.prices
    time_s = (listed[-1].depart - listed[0].arrive).total_seconds()
    energy_wh = sum(leg.energy_wh for leg in legs)
    late = 0
    for event in (event for stop in listed for event in stop.events):
        if event.kind == "unload" and event.order is not None:
            order = request.orders_by_id[event.order]
            late_s = max(0.0, (event.end - order.due).total_seconds())
            late += math.ceil(late_s * prices.late_minute_cents[order.priority] / 60)
    return SortieCost(
        drone_time_cents=math.ceil(time_s * prices.drone_minute_cents / 60),
        energy_cents=math.ceil(energy_wh * prices.energy_kwh_cents / 1000),
        lateness_cents=late,
    )


def plan_cost(sorties: Iterable[Sortie], unserved: Iterable[str], request: Request) -> Cost:
    """Return what sorties and unserved orders cost together."""
    listed, prices = list(sorties), request.fleet.prices
    parts = {
        "drone_time_cents": sum(each.cost.drone_time_cents for each in listed),
        "energy_cents": sum(each.cost.energy_cents for each in listed),
        "drone_days_cents": prices.drone_day_cents * len({each.drone for each in listed}),
        "lateness_cents": sum(each.cost.lateness_cents for each in listed),
        "unserved_cents": sum(
            prices.unserved_cents[request.orders_by_id[each].priority] for each in unserved
        ),
    }
    return Cost(**parts, total_cents=sum(parts.values()))


def _unserved(order_id: str) -> Unserved:
    reason = Reason(code="FLEET_BUSY", message="no room", values={}, remedy="more drones")
    return Unserved(order=order_id, reasons=(reason,))


def _filings(sorties: Iterable[Sortie], day: Day) -> Iterable[Filing]:
    due: dict[tuple[Side, str, dt.datetime], tuple[FilingRule, list[str]]] = {}
    for sortie in sorties:
        orders = _orders(sortie, day.request.orders_by_id.values())
        for rule in day.rulebook.permissions.filings:
            if rule.side in _sides(sortie, day.network):
                by = permission.filing_due(
                    rule, sortie.stops[0].depart, day.midnight, permission.is_emergency(orders)
                )
                kind = permission.filing_kind(rule, day.request.fleet, day.midnight)
                due.setdefault((rule.side, kind, by), (rule, []))[1].append(sortie.id)
    for (side, kind, by), (rule, sortie_ids) in sorted(due.items()):
        yield Filing(
            side=side,
            kind=kind,
            due=by,
            sorties=tuple(sortie_ids),
            rule=rule.source,
            assumption=rule.assumption,
        )


def _orders(sortie: Sortie, orders: Iterable[Order]) -> list[Order]:
    loaded = {event.order for stop in sortie.stops for event in stop.events}
    return [order for order in orders if order.id in loaded]


def _sides(sortie: Sortie, network: Network) -> set[Side]:
    corridors = (network.lanes[lane][0] for leg in sortie.legs for lane in leg.lanes)
    return {side for corridor in corridors for side in (corridor.start_side, corridor.end_side)}
