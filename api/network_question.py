"""What the questions to a network take from the command line: goods shares, places, hours."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, get_args

import typer

from geodata.features import GoodsClass

if TYPE_CHECKING:
    from pathlib import Path

    from geodata.features import Side
    from geodata.network import Network
    from planner.request.request import Request
    from planner.rules.rulebook import Rulebook

CARRIED: tuple[GoodsClass, ...] = tuple(
    each for each in get_args(GoodsClass) if each != "dangerous"
)
"""Goods classes that any drone may carry."""


def asked_request(
    folder: "Path | None", day: dt.datetime | None, network: "Network", rulebook: "Rulebook"
) -> "Request":
    """Return fleet and weather of a folder, or the sample's fleet in calm air, without orders.

    A `day` takes the place of the fleet's.
    """
    from api.route_query import fleet_and_weather

    request = fleet_and_weather(folder, network, rulebook)
    if day is None:
        return request
    return replace(request, fleet=replace(request.fleet, day=day.date()))


def read_shares(text: str) -> Mapping[GoodsClass, float]:
    """Return the shares that `general=3,bonded=1` names; a class without a number has weight 1."""
    weights: dict[GoodsClass, float] = {}
    for part in text.split(","):
        name, _, number = (each.strip() for each in part.partition("="))
        known = next((each for each in CARRIED if each == name), None)
        if known is None or known in weights:
            raise typer.BadParameter(
                f"{part}: give classes of {', '.join(CARRIED)}, each once", param_hint="--goods"
            )
        weights[known] = _weight(part, number)
    total = sum(weights.values())
    return {goods: weight / total for goods, weight in weights.items()}


def read_classes(text: str | None) -> tuple[GoodsClass, ...]:
    """Return the goods classes that a list names; all without one."""
    if text is None:
        return CARRIED
    names = [each.strip() for each in text.split(",")]
    found = tuple(each for each in CARRIED if each in names)
    if len(found) < len(names):
        raise typer.BadParameter(
            f"{text}: give classes of {', '.join(CARRIED)}, each once", param_hint="--goods"
        )
    return found


def _weight(part: str, number: str) -> float:
    try:
        weight = float(number or 1)
    except ValueError:
        weight = 0.0
    if not 0 < weight < 1e6:
        raise typer.BadParameter(f"{part}: give a number over 0", param_hint="--goods")
    return weight


def read_places(text: str | None, side: "Side", network: "Network", option: str) -> tuple[str, ...]:
    """Return the vertiports that a list of vertiports, parks and sides names, sorted.

    Without a list, those within the parks of a side.
    """
    from geodata.nearest import did_you_mean
    from planner.capacity.question import park_vertiports

    if text is None:
        return park_vertiports(network, side)
    found: set[str] = set()
    for name in (each.strip() for each in text.split(",")):
        if name in network.vertiports:
            found.add(name)
        elif name in network.parks:
            area = network.metric[name]
            found.update(each for each in network.vertiports if area.covers(network.metric[each]))
        elif name in ("SZ", "HK"):
            found.update(each for each, port in network.vertiports.items() if port.side == name)
        else:
            known = [*network.vertiports, *network.parks, "SZ", "HK"]
            hint = did_you_mean(name, known) or "; give vertiports, parks, SZ or HK"
            raise typer.BadParameter(f"{name} is none of the network's{hint}", param_hint=option)
    if not found:
        raise typer.BadParameter(f"{text} holds no vertiport", param_hint=option)
    if len({network.side_of(each) for each in found}) > 1:
        raise typer.BadParameter(f"{text} lies on both sides", param_hint=option)
    return tuple(sorted(found))


def read_times(text: str) -> tuple[int, ...]:
    """Return the seconds of the day that `07:00-21:00/60` names: from, to, minutes between.

    A list of times, `08:00,12:30`, is taken as it stands.
    """
    span, _, step = text.partition("/")
    times = span.split("-") if "-" in span else span.split(",")
    seconds = [_second(each) for each in times]
    if any(each is None for each in seconds) or ("-" in span and len(seconds) != 2):
        raise _unreadable(text)
    known = [each for each in seconds if each is not None]
    if "-" not in span:
        if step or sorted(set(known)) != known:
            raise _unreadable(text)
        return tuple(known)
    if not step.isdigit() or not 1 <= int(step) <= 24 * 60 or known[0] > known[1]:
        raise _unreadable(text)
    return tuple(range(known[0], known[1] + 1, 60 * int(step)))


def _second(text: str) -> int | None:
    try:
        time = dt.time.fromisoformat(text.strip())
    except ValueError:
        return None
    return None if time.tzinfo else 3600 * time.hour + 60 * time.minute + time.second


def _unreadable(text: str) -> typer.BadParameter:
    return typer.BadParameter(
        f"{text}: give times, ascending, as 08:00,12:30 or as 07:00-21:00/60, minutes apart",
        param_hint="--departures",
    )
