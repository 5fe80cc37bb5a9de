"""A request: orders, fleet and weather of one day, and what others hold; its hash."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from types import MappingProxyType
from typing import Any

from planner.request.fleet import FLEET, Drone, DroneType, Fleet
from planner.request.held import FREE, HELD, Held
from planner.request.order import ORDERS, Order
from planner.request.weather import CALM, WEATHER, Weather


@dataclass(frozen=True)
class Request:
    """Everything that a plan answers."""

    orders: tuple[Order, ...]
    fleet: Fleet
    weather: Weather = CALM
    held: Held = FREE

    def __getstate__(self) -> dict[str, object]:
        """Return what it is made of, for another process; what was worked out of it stays here."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    @cached_property
    def orders_by_id(self) -> Mapping[str, Order]:
        """Orders by id."""
        return MappingProxyType({order.id: order for order in self.orders})

    @cached_property
    def drones(self) -> Mapping[str, Drone]:
        """Drones by id."""
        return MappingProxyType({drone.id: drone for drone in self.fleet.drones})

    @cached_property
    def types(self) -> Mapping[str, DroneType]:
        """Drone types by id."""
        return MappingProxyType({kind.id: kind for kind in self.fleet.types})

    @cached_property
    def hash(self) -> str:
        """SHA-256 over the canonical content; orders and drones count in order of id."""
        content = {
            "orders": without_later(
                ORDERS.dump_python(
                    tuple(sorted(self.orders, key=lambda order: order.id)), mode="json"
                )
            ),
            "fleet": without_later(FLEET.dump_python(self.fleet, mode="json")),
            "weather": WEATHER.dump_python(self.weather, mode="json"),
        }
        if self.held != FREE:
            content["held"] = HELD.dump_python(self.held, mode="json")
        text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


LATER: Mapping[str, object] = MappingProxyType(
    {
        "charging": None,
        "box": None,
        "not_with": [],
        "segregated": [],
        "after": None,
        "after_s": 0,
        "ends_at": None,
        "other_ways": 4,
        "cruises": [],
    }
)
"""Fields that came after the first plans, with what stands where they are not said."""


def without_later(value: Any) -> Any:
    """Return a JSON value without later fields that say no more than their being left out.

    So requests that do without them are written, and hashed, as before.
    """
    if isinstance(value, dict):
        return {
            name: without_later(each)
            for name, each in value.items()
            if name not in LATER or each != LATER[name]
        }
    return [without_later(each) for each in value] if isinstance(value, list) else value
