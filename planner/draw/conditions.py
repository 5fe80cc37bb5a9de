"""What limits flying over a day: wind, warnings and zones, as bars along a time axis."""

from dataclasses import dataclass
from itertools import pairwise

from geodata.network import Network
from geodata.schedule import Calendar, overlaps
from planner.draw import palette
from planner.plan.occupation import Span
from planner.request.request import Request


@dataclass(frozen=True)
class Bar:
    """A stretch of time with a colour, and a text if there is room for it."""

    span: Span
    colour: str
    text: str = ""


@dataclass(frozen=True)
class Condition:
    """One line of the conditions: wind, a warning, or a zone."""

    name: str
    bars: tuple[Bar, ...]


def wind_limit_m_s(request: Request) -> float:
    """Return the lowest wind limit of the drones in the request; infinite without drones."""
    kinds = {drone.type for drone in request.fleet.drones}
    return min((request.types[kind].wind_limit_m_s for kind in kinds), default=float("inf"))


def strongest_wind(request: Request, calendar: Calendar) -> list[tuple[Span, float]]:
    """Return the wind of the windiest height band, m/s, in spans of the same speed."""
    winds = [
        (calendar.seconds(wind.since), calendar.seconds(wind.until), wind.speed_m_s)
        for wind in request.weather.winds
    ]
    found: list[tuple[Span, float]] = []
    for start, end in pairwise(sorted({at for since, until, _ in winds for at in (since, until)})):
        speeds = [speed for since, until, speed in winds if since <= start and end <= until]
        if not speeds:
            continue
        if found and found[-1][0][1] == start and found[-1][1] == max(speeds):
            start = found.pop()[0][0]
        found.append(((start, end), max(speeds)))
    return found


def no_flying(request: Request, calendar: Calendar) -> list[Span]:
    """Return when some drone may not fly at some height, for wind or a stop warning."""
    limit = wind_limit_m_s(request)
    windy = [span for span, speed in strongest_wind(request, calendar) if speed >= limit]
    stops = request.weather.stop_warnings
    warned = [
        (calendar.seconds(each.since), calendar.seconds(each.until))
        for each in request.weather.warnings
        if each.kind in stops
    ]
    return sorted(windy + warned)


def conditions(
    network: Network, request: Request, calendar: Calendar, shown: Span
) -> list[Condition]:
    """Return wind, warnings, and the closing zones that are active for part of the time shown."""
    found = []
    limit = wind_limit_m_s(request)
    winds = tuple(
        Bar(span, palette.WIND_OVER if speed >= limit else palette.WIND, f"{speed:.0f}")
        for span, speed in strongest_wind(request, calendar)
    )
    if winds:
        found.append(Condition("Wind, m/s, windiest height", winds))
    for kind in sorted({each.kind for each in request.weather.warnings}):
        stopping = kind in request.weather.stop_warnings
        colour = palette.WIND_OVER if stopping else palette.WIND
        bars = tuple(
            Bar(
                (calendar.seconds(each.since), calendar.seconds(each.until)),
                colour,
                "no flights" if stopping else "in force",
            )
            for each in request.weather.warnings
            if each.kind == kind
        )
        found.append(Condition(f"Warning {kind}", bars))
    for zone in network.zones.values():
        active = calendar.intervals(zone.schedule)
        whole = any(start <= shown[0] and shown[1] <= end for start, end in active)
        if zone.kind in ("prohibited", "restricted") and overlaps(active, *shown) and not whole:
            bars = tuple(Bar(span, palette.ZONE[zone.kind], "active") for span in active)
            found.append(Condition(zone.name, bars))
    return found
