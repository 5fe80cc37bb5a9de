"""Expectations as today's answer would have them, in the words of a file."""

import datetime as dt
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from geodata.schedule import DAY_S
from planner.route.way import Route
from planner.routetest.expect_route import codes, heights, landing
from planner.routetest.fields import Bounds, HeightBounds
from planner.routetest.outcome import Miss
from planner.routetest.route_ask import Asked, passed

Written = Mapping[str, object]
"""What stands under `expect`, by field; None for a field that nothing would make hold."""


def recorded(asked: Asked) -> Written:
    """Return expectations that hold today's answer fast: times to the minute, and all lanes."""
    route = asked.route
    if route is None:
        return {"refused": list(codes(asked))}
    found: dict[str, object] = {
        "arrives_by": _arrives_by(asked, route),
        "duration": {"max": minutes_up(_seconds(route))},
        "energy_wh": {"max": up(sum(route.energies_wh), 5)},
    }
    if route.checkpoints:
        found["checkpoint"] = list(route.checkpoints)
    found["lanes"] = list(route.lanes)
    low, high = heights(asked, route, None)
    assert low is not None
    assert high is not None
    found["height_agl_m"] = {"min": math.floor(low[0]), "max": math.ceil(high[0])}
    return found


def refreshed_route(asked: Asked, missed: Iterable[Miss]) -> Written:
    """Return the fields that a route case misses as they would hold today."""
    route, fields = asked.route, dict.fromkeys(each.field for each in missed)
    if fields and (route is None or asked.case.expect.refused):
        # Another kind of answer: nothing of the old expectations applies.
        expect = asked.case.expect
        gone: dict[str, object] = {
            name: None
            for name in expect.__dataclass_fields__
            if getattr(expect, name) not in (None, ())
        }
        return {**gone, **recorded(asked)}
    return {name: _FRESH[name](asked, route) for name in fields if route is not None}


def up(value: float, step: int) -> int:
    """Return the next whole number of steps that is not below a value."""
    return math.ceil(round(value, 6) / step) * step


def down(value: float, step: int) -> int:
    """Return the last whole number of steps that is not above a value."""
    return math.floor(round(value, 6) / step) * step


def minutes_up(seconds: float) -> str:
    """Return a duration rounded up to whole minutes."""
    return f"{up(seconds, 60) // 60} min"


def moved(
    bounds: Bounds[float] | Bounds[int] | HeightBounds,
    came: float,
    least: Callable[[float], object],
    greatest: Callable[[float], object],
) -> dict[str, object]:
    """Return the bound that a value misses moved to it, rounded so that it holds."""
    if bounds.min is not None and came < bounds.min:
        return {"min": least(came)}
    if bounds.max is not None and came > bounds.max:
        return {"max": greatest(came)}
    return {}


def minutes_down(seconds: float) -> str:
    """Return a duration rounded down to whole minutes."""
    return f"{down(seconds, 60) // 60} min"


def _seconds(route: Route) -> int:
    return route.landing_s - route.flights[0].takeoff_s


def _arrives_by(asked: Asked, route: Route) -> object:
    """Return the landing, rounded up to the minute where the day has one."""
    came = landing(asked, route)
    if came.second:
        came += dt.timedelta(seconds=60 - came.second)
    if up(route.landing_s, 60) >= DAY_S:
        return came.isoformat(timespec="minutes")
    return came.strftime("%H:%M")


def _duration(asked: Asked, route: Route) -> object:
    bounds = asked.case.expect.duration
    assert bounds is not None
    return moved(bounds, _seconds(route), minutes_down, minutes_up)


def _energy(asked: Asked, route: Route) -> object:
    bounds, came = asked.case.expect.energy_wh, round(sum(route.energies_wh), 1)
    assert bounds is not None
    return moved(bounds, came, lambda wh: down(wh, 5), lambda wh: up(wh, 5))


def _height(asked: Asked, route: Route) -> object:
    bounds = asked.case.expect.height_agl_m
    assert bounds is not None
    low, high = heights(asked, route, bounds.side)
    assert low is not None
    assert high is not None
    return moved(bounds, low[0], math.floor, math.ceil) | moved(
        replace(bounds, min=None), high[0], math.floor, math.ceil
    )


def _alternatives(asked: Asked, route: Route) -> object:
    bounds = asked.case.expect.alternatives
    assert bounds is not None
    return moved(bounds, len(asked.answer.routes) - 1, int, int)


def _kept(names: Iterable[str]) -> list[str] | None:
    return list(names) or None


def _over(asked: Asked, route: Route) -> frozenset[str]:
    return frozenset[str]().union(*passed(asked.scene, route).values())


_FRESH: Mapping[str, Callable[[Asked, Route], object]] = {
    "arrives_by": _arrives_by,
    "duration": _duration,
    "energy_wh": _energy,
    "checkpoint": lambda asked, route: _kept(route.checkpoints),
    "lanes": lambda asked, route: list(route.lanes),
    "via": lambda asked, route: _kept(
        each for each in asked.case.expect.via if each in _over(asked, route)
    ),
    "avoids": lambda asked, route: _kept(
        each for each in asked.case.expect.avoids if each not in _over(asked, route)
    ),
    "height_agl_m": _height,
    "alternatives": _alternatives,
}
