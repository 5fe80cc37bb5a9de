"""What a route query found, as one document and as a person reads it."""

from collections.abc import Iterable
from dataclasses import asdict
from itertools import groupby
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from rich.console import Console

from api.console import print_table

if TYPE_CHECKING:
    from planner.air.legs import Flight
    from planner.day.instance import Instance, Job
    from planner.plan.plan import Reason
    from planner.route.changes import Change
    from planner.route.route import RouteAnswer
    from planner.route.way import Cleared, Route

_HEIGHTS: "WeakKeyDictionary[Instance, dict[str, list[float]]]" = WeakKeyDictionary()


def describe(
    answer: "RouteAnswer",
    reasons: "Iterable[Reason]",
    changes: "Iterable[Change]",
    given: Iterable[str],
    instance: "Instance",
) -> dict[str, Any]:
    """Return an answer as a JSON document: times local with their zone, m, Wh, s."""
    order = answer.job.order
    return {
        "from": order.origin,
        "to": order.destination,
        "depart": order.ready.isoformat(),
        "mass_kg": order.mass_kg,
        "volume_l": order.volume_l,
        "goods": order.goods,
        "declarations": [
            {"document": each.document, "lodged_at": each.lodged_at.isoformat()}
            for each in order.declarations
        ],
        "given": list(given),
        "edition": instance.network.edition,
        "routes": [_route(route, answer.job, instance) for route in answer.routes],
        "reasons": [asdict(reason) for reason in reasons],
        "changes": [asdict(change) for change in changes],
    }


def _route(route: "Route", job: "Job", instance: "Instance") -> dict[str, Any]:
    from planner.air.cruise import type_id

    drone_type = type_id(route.kind)
    chosen = bool(instance.request.types[drone_type].cruises)
    return {
        "drone_type": drone_type,
        "cruise_m_s": route.kind.airspeed_m_s if chosen else None,
        "estimated": list(route.kind.estimated),
        "takeoff": _time(route.flights[0].takeoff_s, instance),
        "landing": _time(route.landing_s, instance),
        "duration_s": route.landing_s - route.flights[0].takeoff_s,
        "distance_m": round(sum(flight.chain.length_m for flight in route.flights), 1),
        "energy_wh": round(sum(route.energies_wh), 2),
        "legs": [
            {
                "from": flight.chain.origin,
                "to": flight.chain.destination,
                "takeoff": _time(flight.takeoff_s, instance),
                "landing": _time(flight.landing_s, instance),
                "distance_m": round(flight.chain.length_m, 1),
                "energy_wh": round(energy_wh, 2),
                "left_wh": round(left_wh, 2),
                "needed_wh": round(needed_wh, 2),
                "lanes": _lanes(flight, instance),
                "blocks": [
                    {
                        "block": instance.airspace.blocks.all[block].id,
                        "enter": _time(flight.takeoff_s + enter, instance),
                        "exit": _time(flight.takeoff_s + leave, instance),
                    }
                    for block, enter, leave in zip(
                        flight.chain.blocks, flight.enter, flight.exit, strict=True
                    )
                ],
            }
            for flight, energy_wh, left_wh, needed_wh in zip(
                route.flights, route.energies_wh, route.left_wh, route.needed_wh, strict=True
            )
        ],
        "clearances": [_clearance(stop, job, instance) for stop in route.cleared],
    }


def _lanes(flight: "Flight", instance: "Instance") -> list[dict[str, Any]]:
    """Return each lane flown with its height and when the drone is on it."""
    blocks = instance.airspace.blocks
    held = list(zip(flight.chain.blocks, flight.enter, flight.exit, strict=True))
    lanes = []
    for lane, group in groupby(held, key=lambda each: blocks.all[each[0]].lane):
        if lane is None:
            continue
        times = list(group)
        lanes.append(
            {
                "lane": lane,
                "length_m": round(blocks.lanes[lane].length_m, 1),
                "height_amsl_m": blocks.lanes[lane].height_amsl_m,
                "height_agl_m": _over_ground_m(lane, instance),
                "enter": _time(flight.takeoff_s + times[0][1], instance),
                "exit": _time(flight.takeoff_s + times[-1][2], instance),
            }
        )
    return lanes


def _over_ground_m(lane: str, instance: "Instance") -> list[float]:
    """Return the least and the greatest height of a lane over ground, worked out once."""
    from planner.air.heights import over_ground_m

    known = _HEIGHTS.setdefault(instance, {})
    if lane not in known:
        known[lane] = [round(each, 1) for each in over_ground_m(instance.network, lane)]
    return known[lane]


def _clearance(stop: "Cleared", job: "Job", instance: "Instance") -> dict[str, Any]:
    from planner.rules.customs import event_kind

    checkpoint = instance.network.checkpoints[stop.clearing.checkpoint]
    return {
        "checkpoint": checkpoint.id,
        "kind": event_kind(checkpoint, job.origin_side),
        "mode": checkpoint.clearance_mode,
        "regime": stop.clearing.clearance.regime,
        "assumption": stop.clearing.clearance.assumption,
        "arrive": _time(stop.arrive_s, instance),
        "waited_s": stop.depart_s - stop.arrive_s - stop.clearing.service_s,
        "start": _time(stop.start_s, instance),
        "end": _time(stop.end_s, instance),
        "depart": _time(stop.depart_s, instance),
    }


def _time(second: int, instance: "Instance") -> str:
    return instance.airspace.calendar.instant(second).isoformat()


def print_answer(document: dict[str, Any], console: Console) -> None:
    """Print the routes, the one that lands first before the others, or why there is none."""
    for reason in document["reasons"]:
        console.print(f"{reason['code']}: {reason['message']}", markup=False, soft_wrap=True)
    for change in document["changes"]:
        would = f"would help: {change['message']}; it lands {_clock(change['landing'])}"
        console.print(would, markup=False, soft_wrap=True)
    for number, route in enumerate(document["routes"], start=1):
        minutes, seconds = divmod(route["duration_s"], 60)
        marks = " (battery estimated)" if "battery_wh" in route["estimated"] else ""
        if route["cruise_m_s"] is not None:
            marks += f" at {route['cruise_m_s']:g} m/s"
        console.print(
            f"{number}  {route['drone_type']}{marks}  {_clock(route['takeoff'])} to "
            f"{_clock(route['landing'])}, {minutes} min {seconds} s, "
            f"{route['distance_m'] / 1000:.1f} km, {route['energy_wh']:.0f} Wh",
            style="bold",
        )
        print_table(console, None, _rows(route))
        console.print()
    for given in document["given"]:
        console.print(given, style="dim", markup=False, soft_wrap=True)


def _rows(route: dict[str, Any]) -> list[tuple[str, str]]:
    """Return legs and clearances in the order of the day."""
    rows = []
    for number, leg in enumerate(route["legs"]):
        rows += [
            (
                _clock(leg["takeoff"]),
                f"fly {leg['from']} to {leg['to']}, lands {_clock(leg['landing'])}: "
                f"{leg['distance_m'] / 1000:.1f} km, {leg['energy_wh']:.0f} Wh, "
                f"{leg['left_wh']:.0f} Wh left of at least {leg['needed_wh']:.0f}",
            ),
            ("", ", ".join(map(_lane, leg["lanes"]))),
        ]
        if number < len(route["clearances"]):
            stop = route["clearances"][number]
            waited = f", waits {stop['waited_s']} s" if stop["waited_s"] else ""
            assumption = ", its time is an assumption" if stop["assumption"] else ""
            rows.append(
                (
                    _clock(stop["start"]),
                    f"clear {stop['kind']} at {stop['checkpoint']}, ends {_clock(stop['end'])}: "
                    f"{stop['regime']} regime, {stop['mode']} mode{assumption}{waited}",
                )
            )
    return rows


def _lane(lane: dict[str, Any]) -> str:
    low_m, high_m = lane["height_agl_m"]
    return (
        f"{lane['lane']} at {lane['height_amsl_m']:g} m ({low_m:.0f} to {high_m:.0f} above ground)"
    )


def _clock(instant: str) -> str:
    """Return the time of day of an instant of the planned day."""
    return instant.partition("T")[2][:8]
