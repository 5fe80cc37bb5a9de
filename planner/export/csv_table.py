"""A plan's legs as CSV (RFC 4180): one row a flight, for a spreadsheet."""

import csv
import io

from planner.plan.plan import Plan

COLUMNS = (
    "sortie",
    "leg",
    "drone",
    "from",
    "to",
    "takeoff",
    "landing",
    "duration_s",
    "distance_m",
    "energy_wh",
    "payload_kg",
    "orders",
    "lanes",
    "cruise_m_s",
)


def plan_csv(plan: Plan) -> str:
    """Return the legs of a plan by sortie and rank; times ISO 8601 local with their offset.

    `orders` and `lanes` are lists with spaces between; `cruise_m_s` is empty where the drone's type
    has one airspeed only.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for sortie in plan.sorties:
        for rank, leg in enumerate(sortie.legs):
            start, end = sortie.stops[rank], sortie.stops[rank + 1]
            writer.writerow(
                (
                    sortie.id,
                    rank + 1,
                    sortie.drone,
                    start.place,
                    end.place,
                    start.depart.isoformat(),
                    end.arrive.isoformat(),
                    round((end.arrive - start.depart).total_seconds()),
                    leg.distance_m,
                    leg.energy_wh,
                    leg.payload_kg,
                    " ".join(leg.orders),
                    " ".join(leg.lanes),
                    sortie.cruise_m_s,
                )
            )
    return text.getvalue()
