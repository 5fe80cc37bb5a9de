"""What a route is held to: each expectation of a route case, and what came instead."""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence

from geodata.nearest import did_you_mean
from planner.air.cruise import type_id
from planner.route.way import Route
from planner.routetest.fields import Bounds
from planner.routetest.outcome import Miss
from planner.routetest.route_ask import Asked, passed


def misses(asked: Asked) -> tuple[Miss, ...]:
    """Return the expectations of a case that its answer does not meet."""
    expect = asked.case.expect
    if expect.refused:
        return tuple(_refused(asked))
    if asked.route is None:
        return (Miss("route", "a route", f"refused: {', '.join(codes(asked))}"),)
    return tuple(miss for check in _CHECKS for miss in check(asked, asked.route))


def codes(asked: Asked) -> tuple[str, ...]:
    """Return the codes of the rules that leave no route, sorted; none if there is one."""
    return tuple(sorted({each.code for each in asked.reasons}))


def landing(asked: Asked, route: Route) -> dt.datetime:
    """Return when a route lands, local time."""
    found: dt.datetime = asked.scene.instance.airspace.calendar.instant(route.landing_s)
    return found


def clock(instant: dt.datetime) -> str:
    """Return the time of day of an instant, without seconds if it has none."""
    return instant.strftime("%H:%M:%S" if instant.second else "%H:%M")


def minutes(seconds: float) -> str:
    """Return a duration as a person reads it."""
    whole, left_s = divmod(round(seconds), 60)
    hours, whole = divmod(whole, 60)
    parts = ((hours, "h"), (whole, "min"), (left_s, "s"))
    return " ".join(f"{number} {unit}" for number, unit in parts if number) or "0 s"


def between(bounds: Bounds[float] | Bounds[int], shown: Callable[[float], str]) -> str:
    """Return bounds in words."""
    parts = []
    if bounds.min is not None:
        parts.append(f"at least {shown(bounds.min)}")
    if bounds.max is not None:
        parts.append(f"at most {shown(bounds.max)}")
    return " and ".join(parts)


def within(value: float, bounds: Bounds[float] | Bounds[int]) -> bool:
    """Tell whether a value lies within bounds, which are allowed themselves."""
    return (bounds.min is None or value >= bounds.min) and (
        bounds.max is None or value <= bounds.max
    )


def _refused(asked: Asked) -> Iterator[Miss]:
    expected = ", ".join(sorted(set(asked.case.expect.refused)))
    if asked.route is not None:
        yield Miss("refused", f"refused: {expected}", f"a route: {told(asked, asked.route)}")
    elif not set(asked.case.expect.refused) <= set(codes(asked)):
        yield Miss("refused", f"refused: {expected}", f"refused: {', '.join(codes(asked))}")


def told(asked: Asked, route: Route) -> str:
    """Return a route in one line."""
    takeoff = asked.scene.instance.airspace.calendar.instant(route.flights[0].takeoff_s)
    stops = f" by {', '.join(route.checkpoints)}" if route.checkpoints else ""
    seconds = minutes(route.landing_s - route.flights[0].takeoff_s)
    return (
        f"{clock(takeoff)} to {clock(landing(asked, route))}, {seconds}{stops}, "
        f"{type_id(route.kind)}, {sum(route.energies_wh):.0f} Wh"
    )


def _arrives_by(asked: Asked, route: Route) -> Iterator[Miss]:
    by = asked.case.expect.arrives_by
    if by is None:
        return
    latest, came = asked.scene.instant(by), landing(asked, route)
    if came > latest:
        late = minutes((came - latest).total_seconds())
        yield Miss("arrives_by", f"arrives by {clock(latest)}", f"{clock(came)}, {late} later")


def _duration(asked: Asked, route: Route) -> Iterator[Miss]:
    bounds, came = asked.case.expect.duration, route.landing_s - route.flights[0].takeoff_s
    if bounds is not None and not within(came, bounds):
        yield Miss("duration", f"under way {between(bounds, minutes)}", minutes(came))


def _energy(asked: Asked, route: Route) -> Iterator[Miss]:
    bounds, came = asked.case.expect.energy_wh, round(sum(route.energies_wh), 1)
    if bounds is not None and not within(came, bounds):
        expected = between(bounds, lambda each: f"{each:g} Wh")
        yield Miss("energy_wh", f"draws {expected}", f"{came:g} Wh")


def _via(asked: Asked, route: Route) -> Iterator[Miss]:
    expect = asked.case.expect
    if not expect.via and not expect.avoids:
        return
    over = frozenset[str]().union(*passed(asked.scene, route).values())
    for name in expect.via:
        unknown = _unknown(asked, name)
        if unknown or name not in over:
            yield Miss("via", f"goes by {name}", unknown or _way(route))
    for name in expect.avoids:
        unknown = _unknown(asked, name)
        if unknown or name in over:
            yield Miss("avoids", f"keeps clear of {name}", unknown or _way(route))


def _unknown(asked: Asked, name: str) -> str:
    """Return that the network has nothing of a name; nothing if it has."""
    network = asked.scene.network
    known = (*network.lanes, *network.corridors, *network.places, *network.zones)
    return "" if name in known else f"the network has no {name}{did_you_mean(name, known)}"


def _way(route: Route) -> str:
    return f"flies {', '.join(route.lanes)}"


def _lanes(asked: Asked, route: Route) -> Iterator[Miss]:
    expected = asked.case.expect.lanes
    if not expected or route.lanes == expected:
        return
    network = asked.scene.network
    gone = [each for each in expected if each not in network.lanes]
    came = _way(route)
    if gone:
        came += f"; the network has no {', '.join(gone)}{did_you_mean(gone[0], network.lanes)}"
    yield Miss("lanes", f"flies {', '.join(expected)}", came)


def _checkpoint(asked: Asked, route: Route) -> Iterator[Miss]:
    expected = asked.case.expect.checkpoint
    if expected and route.checkpoints != expected:
        came = ", ".join(route.checkpoints) or "clears nowhere"
        yield Miss("checkpoint", f"clears at {', '.join(expected)}", came)


def _height(asked: Asked, route: Route) -> Iterator[Miss]:
    bounds = asked.case.expect.height_agl_m
    if bounds is None:
        return
    low, high = heights(asked, route, bounds.side)
    side = f" in {bounds.side}" if bounds.side else ""
    if low and bounds.min is not None and low[0] < bounds.min:
        expected = f"at least {bounds.min:g} m above ground{side}"
        yield Miss("height_agl_m", expected, f"{low[0]:.1f} m on {low[1]}")
    if high and bounds.max is not None and high[0] > bounds.max:
        expected = f"at most {bounds.max:g} m above ground{side}"
        yield Miss("height_agl_m", expected, f"{high[0]:.1f} m on {high[1]}")


Height = tuple[float, str]


def heights(asked: Asked, route: Route, side: str | None) -> tuple[Height | None, Height | None]:
    """Return the least and greatest height over the ground, m, each with its lane.

    Of one side, a lane counts that flies there for any part. None where no lane is flown there.
    """
    found: list[tuple[float, float, str]] = []
    for lane in dict.fromkeys(route.lanes):
        corridor, _ = asked.scene.network.lanes[lane]
        if side in (None, corridor.start_side, corridor.end_side):
            found.append((*asked.scene.shapes.over_ground_m(lane), lane))
    if not found:
        return None, None
    low, high = min(found), max(found, key=lambda each: each[1])
    return (low[0], low[2]), (high[1], high[2])


def _alternatives(asked: Asked, route: Route) -> Iterator[Miss]:
    bounds, came = asked.case.expect.alternatives, len(asked.answer.routes) - 1
    if bounds is not None and not within(came, bounds):
        more = " or more" if came == asked.query.others else ""
        expected = between(bounds, lambda each: f"{each:g}")
        yield Miss("alternatives", f"{expected} other routes", f"{came}{more}")


Check = Callable[[Asked, Route], Iterator[Miss]]
_CHECKS: Sequence[Check] = (
    _arrives_by,
    _duration,
    _energy,
    _checkpoint,
    _via,
    _lanes,
    _height,
    _alternatives,
)
