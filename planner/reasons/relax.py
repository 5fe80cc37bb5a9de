"""The same question with one rule out of the way, to see whether that rule decided the answer.

Each relaxation changes what is asked (network, request or rulebook), not how it is answered, so it
holds whatever the search does. One that would change nothing returns its question as it was.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, get_args

from geodata.features import Checkpoint, Corridor, Feature, GoodsClass, Vertiport
from geodata.network import Network
from geodata.schedule import DAY_S
from planner.air.cruise import cruising
from planner.request.fleet import Drone, DroneType
from planner.request.held import FREE
from planner.request.order import Declaration, Order
from planner.request.request import Request
from planner.request.weather import Wind
from planner.rules.rulebook import Rulebook

AMPLE = 10**6
"""More battery, payload or volume than any order asks for, in Wh, kg or litres."""

ALWAYS = "24/7"


@dataclass(frozen=True, eq=False)
class Question:
    """What a plan answers: a request on a network under rules."""

    network: Network
    request: Request
    rulebook: Rulebook

    @property
    def midnight(self) -> dt.datetime:
        """The first instant of the planned day."""
        return self.network.calendar(self.request.fleet.day).midnight

    def with_fleet(self, **fields: Any) -> "Question":
        """Return the question with some fields of the fleet changed."""
        fleet = replace(self.request.fleet, **fields)
        return replace(self, request=replace(self.request, fleet=fleet))

    def with_rules(self, **fields: Any) -> "Question":
        """Return the question with some operating rules changed."""
        return self.with_fleet(rules=replace(self.request.fleet.rules, **fields))

    def with_types(self, **fields: Any) -> "Question":
        """Return the question with some fields of all drone types changed."""
        return self.with_fleet(
            types=tuple(replace(kind, **fields) for kind in self.request.fleet.types)
        )

    def with_drones(self, **fields: Any) -> "Question":
        """Return the question with some fields of all drones changed."""
        return self.with_fleet(
            drones=tuple(replace(drone, **fields) for drone in self.request.fleet.drones)
        )

    def with_each_drone(self, change: Callable[[Drone], Drone]) -> "Question":
        """Return the question with all drones changed."""
        return self.with_fleet(drones=tuple(map(change, self.request.fleet.drones)))

    def with_orders(self, change: Callable[[Order], Order]) -> "Question":
        """Return the question with all orders changed."""
        orders = tuple(change(order) for order in self.request.orders)
        return replace(self, request=replace(self.request, orders=orders))

    def with_layer(self, layer: str, features: tuple[Feature, ...]) -> "Question":
        """Return the question with other features in a layer of the network."""
        layers = {**self.network.features, layer: features}
        return replace(self, network=replace(self.network, features=layers))


def _no_warnings(asked: Question) -> Question:
    weather = asked.request.weather
    if not weather.warnings:
        return asked
    return replace(asked, request=replace(asked.request, weather=replace(weather, warnings=())))


def strong_winds(request: Request) -> tuple[Wind, ...]:
    """Return the winds that stop some drone type: over its limit, or no headway at any cruise."""
    limit_m_s = min(
        min(kind.wind_limit_m_s, max(each.airspeed_m_s for each in cruising(kind)) - 1)
        for kind in request.fleet.types
    )
    return tuple(wind for wind in request.weather.winds if wind.speed_m_s >= limit_m_s)


def _no_strong_wind(asked: Question) -> Question:
    """Keep milder winds, so that an order that is only slow is not put down to the wind."""
    strong, weather = strong_winds(asked.request), asked.request.weather
    if not strong:
        return asked
    mild = tuple(wind for wind in weather.winds if wind not in strong)
    return replace(asked, request=replace(asked.request, weather=replace(weather, winds=mild)))


def _no_zones(asked: Question) -> Question:
    closing = ("prohibited", "restricted")
    left = tuple(zone for zone in asked.network.zones.values() if zone.kind not in closing)
    return asked if len(left) == len(asked.network.zones) else asked.with_layer("zones", left)


def _opened(
    asked: Question, layer: str, features: Iterable[Corridor | Vertiport | Checkpoint]
) -> Question:
    """Return the question with all features of a layer open all day."""
    listed = tuple(features)
    if all(each.hours == ALWAYS for each in listed):
        return asked
    return asked.with_layer(layer, tuple(replace(each, hours=ALWAYS) for each in listed))


def _empty_crossings_all_day(asked: Question) -> Question:
    customs = asked.rulebook.customs
    rule = replace(customs.empty_crossing, hours=ALWAYS)
    rulebook = Rulebook(replace(customs, empty_crossing=rule), asked.rulebook.permissions)
    return replace(asked, rulebook=rulebook)


def _declared(
    change: Callable[[dt.datetime, dt.datetime], dt.datetime],
) -> Callable[[Question], Question]:
    """Return the relaxation that changes when documents were lodged, given the day before."""

    def relaxation(asked: Question) -> Question:
        day_before = asked.midnight - dt.timedelta(days=1)

        def lodged(order: Order) -> Order:
            papers = tuple(
                Declaration(document=each.document, lodged_at=change(each.lodged_at, day_before))
                for each in order.declarations
            )
            return replace(order, declarations=papers)

        return asked.with_orders(lodged)

    return relaxation


def _planned_early(asked: Question) -> Question:
    return asked.with_fleet(planned_at=asked.midnight - dt.timedelta(days=30))


def _works_all_day(asked: Question) -> Question:
    midnight = asked.midnight
    return asked.with_drones(
        available_from=midnight, available_until=midnight + dt.timedelta(days=1)
    )


_EVERY_CLASS: tuple[GoodsClass, ...] = get_args(GoodsClass)


def _nothing_held(asked: Question) -> Question:
    if asked.request.held == FREE:
        return asked
    return replace(asked, request=replace(asked.request, held=FREE))


def _unboxed(asked: Question) -> Question:
    if all(order.box is None for order in asked.request.orders):
        return asked
    return asked.with_orders(lambda order: replace(order, box=None))


def _after_none(asked: Question) -> Question:
    if all(order.after is None for order in asked.request.orders):
        return asked
    return asked.with_orders(lambda order: replace(order, after=None))


def _ample_battery(asked: Question) -> Question:
    """Enlarge batteries at their full end: drones lack no more than before, and charge alike."""
    kinds = asked.request.types

    def lacking(share: float, kind: DroneType) -> float:
        return 1 - (1 - share) * kind.battery_wh / AMPLE

    def enlarged(kind: DroneType) -> DroneType:
        taken = kind.charging
        if taken is not None:
            taken = replace(taken, taper_from=lacking(taken.taper_from, kind))
        return replace(kind, battery_wh=AMPLE, charging=taken)

    lasting = asked.with_each_drone(
        lambda drone: replace(drone, charge=lacking(drone.charge, kinds[drone.type]))
    )
    return lasting.with_fleet(types=tuple(map(enlarged, asked.request.fleet.types)))


Relaxation = Callable[[Question], Question]
RELAXATIONS: Mapping[str, Relaxation] = MappingProxyType(
    {
        "BOX_SPLIT": _unboxed,
        "ORDER_AFTER": _after_none,
        "PERMISSION_DEADLINE": _planned_early,
        "DECLARATION_LATE": _declared(min),
        "DECLARATION_EARLY": _declared(max),
        "WARNING_IN_FORCE": _no_warnings,
        "WIND_LIMIT": _no_strong_wind,
        "ZONE_ACTIVE": _no_zones,
        "CORRIDOR_CLOSED": lambda asked: _opened(
            asked, "corridors", asked.network.corridors.values()
        ),
        "SITE_CLOSED": lambda asked: _opened(
            asked, "vertiports", asked.network.vertiports.values()
        ),
        "CUSTOMS_CLOSED": lambda asked: _opened(
            asked, "checkpoints", asked.network.checkpoints.values()
        ),
        "EMPTY_CROSSING": _empty_crossings_all_day,
        "DRONE_HOURS": _works_all_day,
        "HELD_BY_OTHERS": _nothing_held,
        "ENERGY_RESERVE": _ample_battery,
        "ORDER_UNDER_WAY": lambda asked: asked.with_orders(
            lambda order: replace(order, max_under_way_s=None)
        ),
        "PAD_WAIT": lambda asked: asked.with_rules(max_wait_s=DAY_S),
        "ORDER_DUE": lambda asked: asked.with_rules(max_late_s=DAY_S),
        "PAYLOAD_MASS": lambda asked: asked.with_types(payload_kg=AMPLE),
        "PAYLOAD_VOLUME": lambda asked: asked.with_types(volume_l=AMPLE),
        "GOODS_NOT_CARRIED": lambda asked: asked.with_drones(goods=_EVERY_CLASS),
        "SIDE_NOT_REGISTERED": lambda asked: asked.with_drones(registered=("SZ", "HK")),
    }
)
"""Relaxations by the code of the rule that each takes away, the first to be blamed first."""

CLOSING = frozenset(
    {
        "WARNING_IN_FORCE",
        "WIND_LIMIT",
        "ZONE_ACTIVE",
        "CORRIDOR_CLOSED",
        "SITE_CLOSED",
        "CUSTOMS_CLOSED",
    }
)
"""Rules that close air or sites for a time; without them legs are other ones."""

ONLY_IF_MET = frozenset(
    {
        "PERMISSION_DEADLINE",
        "DECLARATION_EARLY",
        "ENERGY_RESERVE",
        "ORDER_UNDER_WAY",
        "PAD_WAIT",
        "PAYLOAD_MASS",
        "PAYLOAD_VOLUME",
        "GOODS_NOT_CARRIED",
        "SIDE_NOT_REGISTERED",
    }
)
"""Rules that refuse a tour under their own code; the others may also show as delay or detour."""


def relaxed(asked: Question, codes: frozenset[str]) -> Question:
    """Return the question with the rules of some codes out of the way."""
    for code, relaxation in RELAXATIONS.items():
        if code in codes:
            asked = relaxation(asked)
    return asked
