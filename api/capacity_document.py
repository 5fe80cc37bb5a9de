"""The capacity of a network as one JSON document, for the command line and for HTTP."""

from collections.abc import Sequence
from typing import Any

from planner.capacity.capacity import COURSES, Capacities, Capacity, HourCapacity
from planner.saturate.saturate import Saturation


def capacity_document(
    found: Capacities,
    rows: Sequence[Sequence[HourCapacity]],
    saturated: Sequence[Saturation | None],
) -> dict[str, Any]:
    """Return capacities by hour, there, back and both together, with what limits each."""
    question = found.question
    return {
        "edition": found.instance.network.edition,
        "day": found.instance.request.fleet.day.isoformat(),
        "from": list(question.origins),
        "to": list(question.destinations),
        "shares": dict(question.shares),
        "mass_kg": question.mass_kg,
        "returns": question.returns,
        "hours": [
            {
                "hour": row[0].hour,
                **{course: _of_hour(each) for course, each in zip(COURSES, row, strict=True)},
                **({"simulated": _simulated(saturated[number])} if saturated else {}),
            }
            for number, row in enumerate(rows)
        ],
    }


def _of_hour(each: HourCapacity) -> dict[str, Any]:
    return {
        "flights": round(each.total, 2),
        "there": round(each.directions[0], 2),
        "back": round(each.directions[1], 2),
        **_of_stretch(each.longest),
    }


def _of_stretch(found: Capacity) -> dict[str, Any]:
    return {
        "reason": found.reason,
        "stopped": list(found.stopped),
        "limits": [
            {
                "what": each.room.kind,
                "at": each.room.at or " + ".join(each.room.blocks),
                "units": each.room.units,
                "use": round(each.use, 4),
                "dual": round(each.worth, 2),
                "one_more": round(each.gain, 2),
            }
            for each in found.bottlenecks
        ],
    }


def _simulated(found: Saturation | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "flights": found.flown,
        "bound": round(found.bound, 2),
        "reached": round(found.reached, 4),
        "period_s": found.period_s,
        "slots": [
            {"course": tuple(COURSES)[slot.direction], "goods": list(slot.goods)}
            for slot in found.slots
        ],
    }
