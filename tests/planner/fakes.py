"""Made-up requests and plans for tests of what only reads a plan: shaped right, not optimised.

Times, lanes and loads hang together as in a real plan; pads and blocks are not deconflicted.
"""

import datetime as dt
import itertools
from dataclasses import dataclass
from functools import cache
from math import ceil
from random import Random

import networkx as nx

from geodata.features import GoodsClass
from geodata.network import Network, shipped_network_path
from geodata.read import read_network
from planner.plan.plan import (
    Bound,
    Cost,
    Event,
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
from planner.request.fleet import Drone, DroneType, Fleet
from planner.request.order import Declaration, Order
from planner.request.request import Request
from planner.request.weather import Weather, WeatherWarning, Wind
from tests.geodata.small import small_network

ZONE = dt.timezone(dt.timedelta(hours=8))
DAY = dt.date(2026, 12, 1)
SPEED_M_S = 14.0
CLIMB_S = 30
GOODS: tuple[GoodsClass, ...] = ("document", "general", "bonded", "research", "biological")


def at(seconds: int) -> dt.datetime:
    """Return the instant so many seconds after the fake day's midnight."""
    return dt.datetime.combine(DAY, dt.time(0), ZONE) + dt.timedelta(seconds=seconds)


def drone_type(name: str = "T10", wind_limit_m_s: float = 12) -> DroneType:
    return DroneType(
        id=name,
        name=f"Type {name}",
        source="test",
        empty_mass_kg=20,
        payload_kg=10,
        volume_l=60,
        battery_wh=2000,
        power_coefficient_w_per_kg15=20,
        airspeed_m_s=SPEED_M_S,
        climb_m_s=4,
        descent_m_s=3,
        wind_limit_m_s=wind_limit_m_s,
        swap_s=180,
    )


def fake_request(network: Network, orders: int = 40, drones: int = 6, seed: int = 1) -> Request:
    """Return orders between random vertiports, drones at random bases, one windy hour."""
    rng = Random(seed)
    sites = sorted(network.vertiports)
    bases = [each.id for each in network.vertiports.values() if each.battery_swap] or sites
    fleet = Fleet(
        schema_version="1",
        day=DAY,
        planned_at=at(-20 * 3600),
        types=(drone_type("T10"), drone_type("T25", 15)),
        drones=tuple(
            Drone(
                id=f"D{number + 1:02d}",
                type=rng.choice(("T10", "T25")),
                base=rng.choice(bases),
                available_from=at(7 * 3600),
                available_until=at(20 * 3600),
                registered=("SZ", "HK"),
                goods=GOODS,
            )
            for number in range(drones)
        ),
    )
    listed = []
    for number in range(orders):
        origin, destination = rng.sample(sites, 2)
        ready = rng.randrange(7 * 3600, 18 * 3600, 300)
        listed.append(
            Order(
                id=f"O{number + 1:04d}",
                origin=origin,
                destination=destination,
                mass_kg=round(rng.uniform(0.5, 8), 1),
                volume_l=round(rng.uniform(1, 30), 1),
                goods=rng.choice(GOODS),
                ready=at(ready),
                due=at(ready + 5400),
                priority=rng.choice(("standard", "standard", "express", "emergency")),
                declarations=(Declaration(document="manifest", lodged_at=at(ready - 3600)),),
            )
        )
    winds = tuple(
        Wind(
            since=at(hour * 3600),
            until=at((hour + 1) * 3600),
            lower_amsl_m=lower,
            upper_amsl_m=lower + 100,
            from_degrees=80,
            speed_m_s=(13 if hour == 14 else rng.choice((3, 4, 6))) + lower / 100,
        )
        for hour in range(6, 22)
        for lower in (0, 100)
    )
    warning = WeatherWarning(kind="T1", since=at(16 * 3600), until=at(18 * 3600))
    weather = Weather(schema_version="1", source="made up", winds=winds, warnings=(warning,))
    return Request(tuple(listed), fleet, weather)


def fake_plan(network: Network, request: Request, unserved: int = 3, seed: int = 1) -> Plan:
    """Return a plan that serves all orders but the last few, each drone in turn when it is free."""
    rng = Random(seed)
    graph: nx.DiGraph[str] = nx.DiGraph()
    for lane_id in sorted(network.lanes):
        length_m = network.lane_line(lane_id).length
        graph.add_edge(*network.lane_ends(lane_id), lane=lane_id, length=length_m)
    free = {drone: 7 * 3600 + rng.randrange(1800) for drone in sorted(request.drones)}
    served = request.orders[: len(request.orders) - unserved]
    sorties: list[Sortie] = []
    for order in sorted(served, key=lambda each: (each.ready, each.id)):
        drone = request.drones[min(free, key=lambda each: (free[each], each))]
        start = max(free[drone.id], int((order.ready - at(0)).total_seconds()))
        flight = _Flight(network, graph, f"S{len(sorties) + 1:03d}", start)
        sortie = flight.serve(order, drone)
        free[drone.id] = flight.now_s + rng.randrange(60, 900)
        sorties.append(sortie)
    left_out = tuple(
        Unserved(
            order=order.id,
            reasons=(
                Reason(
                    code="PAYLOAD_MASS",
                    message="The order is heavier than any drone carries.",
                    values={"mass_kg": order.mass_kg, "payload_kg": 10},
                    remedy="split the order, or a larger type",
                ),
            ),
        )
        for order in request.orders[len(served) :]
    )
    parts = [sum(getattr(each.cost, field.name) for each in sorties) for field in _COSTS]
    left_cents = 30_000 * len(left_out)
    used = len({each.drone for each in sorties}) * 10_000
    total = sum(parts) + left_cents + used
    return Plan(
        schema_version="1",
        version="0.1.0",
        edition=network.edition,
        request=request.hash,
        rulebook="0" * 64,
        options=Options(seed=seed, time_limit_s=30, deterministic=True, gap=0.0),
        sorties=tuple(sorties),
        unserved=left_out,
        cost=Cost(
            drone_time_cents=parts[0],
            energy_cents=parts[1],
            drone_days_cents=used,
            lateness_cents=parts[2],
            unserved_cents=left_cents,
            total_cents=total,
        ),
        bound=Bound(lower_bound_cents=0, gap=1, method="none: a made-up plan"),
        filings=(
            Filing(side="SZ", kind="flight plan", due=at(-12 * 3600), sorties=(), rule="test"),
        ),
        utilisation=(),
        assumptions=("service times of mode sandbox",),
    )


_COSTS = SortieCost.__dataclass_fields__.values()


@dataclass
class _Flight:
    """One drone's way through one sortie; `now_s` moves on with every event and leg."""

    network: Network
    graph: "nx.DiGraph[str]"
    name: str
    now_s: int

    def serve(self, order: Order, drone: Drone) -> Sortie:
        """Fetch the order, clear it where it crosses, hand it over and come home."""
        cleared = self._clearances(order)
        places = [drone.base]
        for place in (order.origin, *cleared, order.destination, drone.base):
            if place != places[-1]:
                places.append(place)
        stops: list[Stop] = []
        legs: list[Leg] = []
        aboard = False
        for rank, place in enumerate(places):
            arrive, events = self.now_s, list[Event]()
            first, last = rank == 0, rank == len(places) - 1
            if first:
                events.append(self._event("preflight", 60))
            if place == order.origin and not aboard and not last:
                events.append(self._event("load", order.load_s, order.id))
                aboard = True
            elif place in cleared and aboard:
                events.append(self._event(cleared[place], 120, order.id, "document"))
            elif place == order.destination and aboard:
                events.append(self._event("unload", order.unload_s, order.id))
                aboard = False
            if last:
                events.append(self._event("swap", 180))
            else:
                self.now_s += 20
            stops.append(
                Stop(place=place, arrive=at(arrive), depart=at(self.now_s), events=tuple(events))
            )
            if not last:
                legs.append(self._leg(place, places[rank + 1], order if aboard else None))
        cost = SortieCost(
            drone_time_cents=(self.now_s - int((stops[0].arrive - at(0)).total_seconds())) * 4,
            energy_cents=20,
            lateness_cents=0,
        )
        return Sortie(id=self.name, drone=drone.id, stops=tuple(stops), legs=tuple(legs), cost=cost)

    def _clearances(self, order: Order) -> dict[str, str]:
        """Return checkpoint to clearance kind, in the order in which the goods land there."""
        from_side = self.network.side_of(order.origin)
        to_side = self.network.side_of(order.destination)
        if from_side == to_side:
            return {}
        points = self.network.checkpoints
        joint = sorted(each.id for each in points.values() if each.joint)
        split = {
            side: sorted(
                each.id for each in points.values() if each.side == side and not each.joint
            )
            for side in ("SZ", "HK")
        }
        if joint and (hash_of(order.id) % 3 or not (split["SZ"] and split["HK"])):
            return {joint[hash_of(order.id) % len(joint)]: "joint"}
        out, back = split[from_side], split[to_side]
        return {
            out[hash_of(order.id) % len(out)]: "export",
            back[hash_of(order.id) % len(back)]: "import",
        }

    def _event(
        self, kind: str, lasts_s: int, order: str | None = None, regime: str | None = None
    ) -> Event:
        start = self.now_s
        self.now_s += lasts_s
        return Event(
            kind=kind,  # type: ignore[arg-type]
            order=order,
            regime=regime,
            start=at(start),
            end=at(self.now_s),
        )

    def _leg(self, origin: str, destination: str, order: Order | None) -> Leg:
        sites = set(self.network.sites) - {origin, destination}
        open_graph = nx.restricted_view(self.graph, sorted(sites & set(self.graph)), [])
        try:
            path = nx.shortest_path(open_graph, origin, destination, weight="length")
        except nx.NetworkXNoPath:
            # A site in between is flown over; good enough for a picture.
            path = nx.shortest_path(self.graph, origin, destination, weight="length")
        lanes, holds, length = [], list[Hold](), 0.0
        for start, end in itertools.pairwise(path):
            edge = self.graph.edges[start, end]
            lanes.append(edge["lane"])
            length += edge["length"]
            holds.append(self._hold(start, CLIMB_S if start == origin else 6))
            parts = max(1, ceil((edge["length"] - 80) / 250))
            share = max(1, round(edge["length"] / SPEED_M_S / parts))
            holds += [self._hold(f"{edge['lane']}#{part}", share) for part in range(parts)]
        holds.append(self._hold(destination, CLIMB_S))
        return Leg(
            lanes=tuple(lanes),
            orders=(order.id,) if order else (),
            payload_kg=order.mass_kg if order else 0,
            distance_m=round(length, 1),
            energy_wh=round(length * 0.05, 2),
            holds=tuple(holds),
        )

    def _hold(self, block: str, lasts_s: int) -> Hold:
        start = self.now_s
        self.now_s += lasts_s
        return Hold(block=block, enter=at(start), exit=at(self.now_s))


def hash_of(text: str) -> int:
    """Return a number that depends on the text alone, unlike `hash`."""
    return sum(text.encode())


@cache
def shipped_network() -> Network:
    """Return the Hetao network, read once for all tests."""
    return read_network(shipped_network_path())


@cache
def fake_day(network_name: str) -> tuple[Network, Request, Plan]:
    """Return a network ("small" or "shipped") with a made-up request and plan."""
    network = small_network() if network_name == "small" else shipped_network()
    request = (
        fake_request(network, 60, 9) if network_name == "small" else fake_request(network, 200, 16)
    )
    return network, request, fake_plan(network, request)
