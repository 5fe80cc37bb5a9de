"""Routes between all vertiports in a stretch of the day without changes, all at once.

Such a route waits nowhere: each leg is the quickest of the stretch, each clearance starts at
landing. What `planner.route.route` answers then depends on nothing but the stretch.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from planner.air.stretch import StretchLegs
from planner.arrays import Floats, Ints
from planner.day.instance import Instance, Job
from planner.request.fleet import DroneType


@dataclass(frozen=True)
class WayTable:
    """Routes by one way through checkpoints, from each origin (row) to each destination.

    `seconds` from take-off to landing, inf where no leg joins the places or the battery would fall
    below the reserve; `energy_wh` is of all legs.
    """

    checkpoints: tuple[str, ...]
    seconds: Floats
    energy_wh: Floats


def way_tables(
    instance: Instance,
    tables: StretchLegs,
    step: int,
    job: Job,
    ways: Sequence[tuple[str, ...]],
    origins: Ints,
    destinations: Ints,
) -> Iterator[WayTable]:
    """Yield the routes of a job's goods by each way, over the legs of a stretch of the day.

    `origins` and `destinations` are positions in `Legs.site_ids`. Of the job, goods, mass, sides
    and documents count, not its vertiports. A way through a checkpoint that is closed in the
    stretch, or that lanes do not reach, is left out.
    """
    legs, kind, payload_kg = instance.legs, tables.kind, job.order.mass_kg
    energies = tables.energy_wh(payload_kg)
    closed = legs.closed(step)
    at = {site: number for number, site in enumerate(legs.site_ids)}
    needed = needed_wh(instance, kind, payload_kg, step)
    for way in ways:
        if any(each not in at or legs.airspace.blocks.position[each] in closed for each in way):
            continue
        stops = [origins, *(np.array([at[each]]) for each in way), destinations]
        seconds = np.zeros((len(origins), 1))
        energy_wh = np.zeros((len(origins), 1))
        for number, (here, there) in enumerate(pairwise(stops)):
            seconds = seconds + tables.whole_s[np.ix_(here, there)]
            energy_wh = energy_wh + energies[np.ix_(here, there)]
            short = kind.battery_wh - energy_wh < needed[there]
            seconds = np.where(short, np.inf, seconds)
            if number < len(way):
                seconds = seconds + job.clearings[way[number]].service_s
        yield WayTable(way, seconds, energy_wh)


def needed_wh(instance: Instance, kind: DroneType, payload_kg: float, step: int) -> Floats:
    """Return what must be left at a landing on each site: the reserve and the way to another.

    Which sites are open is the same all through the stretch.
    """
    legs, diversions = instance.legs, instance.diversions
    key = "diversions_wh", kind.id, payload_kg, step
    if key not in legs.kept:
        landing_s = legs.steps[step + 1]
        legs.kept[key] = np.array(
            [diversions.energy_wh(kind, site, payload_kg, landing_s) for site in legs.site_ids]
        )
    return np.asarray(kind.battery_wh * instance.rules.reserve_fraction + legs.kept[key])
