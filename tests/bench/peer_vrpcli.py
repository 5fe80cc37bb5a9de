"""The vrp-cli solver through its pragmatic format.

https://reinterpretcat.github.io/vrp. It knows no soft windows, no limit on waiting and no longest
time under way: an order's window ends when it is due. Its reloads hold limits of a whole shift, so
trips are vehicles here as well.
"""

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

import numpy as np

from tests.bench.given import NEVER_S, Given, Ints, Node, Trip
from tests.bench.routes import Route

DAY = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
"""Any day: the format asks for one."""

THREADS = 2


def vrpcli_routes(given: Given, seconds: float) -> list[Route]:
    """Return its routes after `seconds`: most value served, then most orders, then least cost."""
    import vrp_cli  # type: ignore[import-untyped,unused-ignore]

    if not given.jobs or not given.trips:
        return []
    kinds = list(given.instance.request.types.values())
    trips = sorted(Counter(given.trips).items(), key=lambda each: str(each[0]))
    problem = {
        "plan": {"jobs": [_job(given, place) for place in range(len(given.jobs))]},
        "fleet": {
            "vehicles": [_vehicle(given, at, *each) for at, each in enumerate(trips)],
            "profiles": [{"name": kind.id} for kind in kinds],
        },
        "objectives": [
            [{"type": "maximize-value"}],
            [{"type": "minimize-unassigned"}],
            [{"type": "minimize-cost"}],
        ],
    }
    matrices = []
    for kind in kinds:
        flown = _flown(given.airborne(kind), len(given.bases)).ravel().tolist()
        matrices.append({"profile": kind.id, "travelTimes": flown, "distances": flown})
    config = {
        "termination": {"maxTime": max(1, round(seconds))},
        "environment": {
            "parallelism": {"numThreadPools": 1, "threadsPerPool": THREADS},
            "logging": {"enabled": False},
        },
    }
    found = vrp_cli.solve_pragmatic(
        problem=json.dumps(problem),
        matrices=[json.dumps(each) for each in matrices],
        config=json.dumps(config),
    )
    return list(_routes(given, [trip for trip, _ in trips], json.loads(found)))


def _flown(airborne: Ints, bases: int) -> Ints:
    """Return seconds in the air, from pickups to bases and from bases to deliveries the way back.

    No drone flies these, but it inserts a pickup first and its delivery after, and a pickup from
    which there were no way home would never be tried.
    """
    found = airborne.copy()
    never = airborne[:, :bases] >= NEVER_S
    found[:, :bases] = np.where(never, airborne[:bases].T, airborne[:, :bases])
    found[:bases] = np.where(airborne[:bases] >= NEVER_S, airborne[:, :bases].T, airborne[:bases])
    return found


def _at(second: int) -> str:
    return (DAY + dt.timedelta(seconds=second)).isoformat().replace("+00:00", "Z")


def _job(given: Given, place: int) -> dict[str, Any]:
    job = given.jobs[place]
    order, node = given.instance.jobs[job].order, given.pickup(place)
    demand = [round(order.mass_kg * 1000), round(order.volume_l * 10)]
    return {
        "id": str(place),
        "pickups": [_task(given.nodes[node], node, demand)],
        "deliveries": [_task(given.nodes[node + 1], node + 1, demand)],
        "skills": {"oneOf": [f"squad {squad}" for squad in sorted(given.squads_for[job])]},
        "value": float(given.instance.prices.unserved_cents[order.priority]),
    }


def _task(node: Node, number: int, demand: list[int]) -> dict[str, Any]:
    place = {
        "location": {"index": number},
        "duration": float(node.service_s),
        "times": [[_at(node.from_s), _at(max(node.from_s, node.due_s))]],
    }
    return {"places": [place], "demand": demand}


def _vehicle(given: Given, at: int, trip: Trip, count: int) -> dict[str, Any]:
    squad, prices = given.instance.squads[trip.squad], given.instance.prices
    kind, base = squad.kind, {"index": given.bases.index(squad.base)}
    per_s = prices.drone_minute_cents / 60
    return {
        "typeId": str(at),
        "vehicleIds": [f"{at} {number}" for number in range(count)],
        "profile": {"matrix": kind.id},
        "costs": {
            "fixed": (kind.preflight_s + kind.swap_s) * per_s,
            "distance": per_s,
            "time": 0.0,
        },
        "shifts": [
            {
                "start": {"earliest": _at(trip.from_s), "location": base},
                "end": {"latest": _at(trip.until_s), "location": base},
            }
        ],
        "capacity": [round(kind.payload_kg * 1000), round(kind.volume_l * 10)],
        "skills": [f"squad {trip.squad}"],
        "limits": {
            "maxDistance": float(trip.airborne_s),
            "tourSize": 2 * given.instance.rules.max_orders_per_sortie,
        },
    }


def _routes(given: Given, trips: list[Trip], found: dict[str, Any]) -> Iterable[Route]:
    """Yield the trips that a solution uses."""
    for tour in found["tours"]:
        trip = trips[int(tour["typeId"])]
        done = [each for stop in tour["stops"] for each in stop["activities"]]
        steps = tuple(
            given.step(given.pickup(int(each["jobId"])) + int(each["type"] == "delivery"))
            for each in done
            if each["type"] in ("pickup", "delivery")
        )
        off = dt.datetime.fromisoformat(tour["stops"][0]["time"]["departure"])
        kind = given.instance.squads[trip.squad].kind
        yield Route(trip.squad, int((off - DAY).total_seconds()) - kind.preflight_s, steps)
