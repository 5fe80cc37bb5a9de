"""The made-up day of `planner.testing.day` on the small network."""

from planner.testing.day import (
    DAY,
    EVE,
    HELD,
    TYPE,
    ZONE,
    at,
    clock,
    drone,
    order,
    papers,
    request,
    second,
    weather,
    wind,
)

__all__ = [
    "DAY",
    "EVE",
    "HELD",
    "TYPE",
    "ZONE",
    "at",
    "clock",
    "drone",
    "order",
    "papers",
    "request",
    "second",
    "weather",
    "wind",
]
