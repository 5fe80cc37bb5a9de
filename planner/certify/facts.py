"""What a request asks, as records for compiled code: orders, squads, and ways over the boundary.

Money is in cents, times in whole seconds of the day, orders and squads in the order of
`Instance.jobs` and `Instance.squads`.
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from geodata.features import Checkpoint, Side
from planner.arrays import Flags, Ints
from planner.certify.air import NEVER
from planner.certify.sequences import SIDES, code_of
from planner.day.instance import Instance, Squad
from planner.energy import GRAVITY_M_S2
from planner.request.fleet import DroneType
from planner.rules.customs import checkpoint_chains
from planner.rules.permission import is_emergency
from planner.rules.sharing import apart, keeps_apart

Records = npt.NDArray[Any]


ORDER = np.dtype(
    [
        (name, "i8")
        for name in (
            "origin",
            "destination",
            "origin_side",
            "destination_side",
            "code",
            "emergency",
            "ready_s",
            "due_s",
            "latest_s",
            "load_s",
            "unload_s",
            "longest_s",
            "late_minute_cents",
            "box",
            "box_size",
        )
    ]
    + [("mass_kg", "f8"), ("volume_l", "f8")]
)
"""An order: places are positions in `Legs.site_ids`, sides 0 and 1.

It rides together with those of the same `box`, `box_size` in all.
"""

CLEARING = np.dtype([("service_s", "i8"), ("cleared_s", "i8")])
"""What a checkpoint takes to clear an order, -1 if it does not, and when that is over at the
earliest."""

SQUAD = np.dtype(
    [
        (name, "i8")
        for name in (
            "base",
            "base_side",
            "from_s",
            "until_s",
            "preflight_s",
            "longest_leg_s",
            "max_wait_s",
            "minute_cents",
        )
    ]
    + [
        (name, "f8")
        for name in (
            "swap_s",
            "slow_j",
            "slow_s_per_j",
            "fast_s_per_j",
            "payload_kg",
            "volume_l",
            "empty_kg",
            "base_power_w",
            "power_w_per_kg15",
            "lift_j_per_kg_m",
            "usable_j",
            "joule_cents",
        )
    ]
    + [("takeoff_s", "i8", (4, 2))]
)
"""A squad: what its flying depends on, its rules and its prices.

From `swap_s` to `fast_s_per_j` as in `planner.day.turnaround`. `takeoff_s` [sides, emergency] is
when a sortie may first take off that touches the sides of which the bits are set.
"""


class Orders(NamedTuple):
    """Orders by position: what each asks, and its clearings [order, checkpoint].

    An order rides together with none that is `apart` from it; where no orders are kept apart that
    is empty.
    """

    each: Records
    clearing: Records
    apart: Flags


def orders_of(instance: Instance) -> Orders:
    """Return the orders of a request."""
    at = {site: number for number, site in enumerate(instance.legs.site_ids)}
    late, jobs = instance.prices.late_minute_cents, instance.jobs
    each = np.zeros(len(jobs), dtype=ORDER)
    each["origin"] = [at[job.order.origin] for job in jobs]
    each["destination"] = [at[job.order.destination] for job in jobs]
    each["origin_side"] = [SIDES.index(job.origin_side) for job in jobs]
    each["destination_side"] = [SIDES.index(job.destination_side) for job in jobs]
    each["code"] = [code_of((job.origin_side, job.destination_side)) for job in jobs]
    each["emergency"] = [is_emergency([job.order]) for job in jobs]
    each["ready_s"] = [job.ready_s for job in jobs]
    each["due_s"] = [job.due_s for job in jobs]
    each["latest_s"] = [job.latest_s for job in jobs]
    each["load_s"] = [job.order.load_s for job in jobs]
    each["unload_s"] = [job.order.unload_s for job in jobs]
    each["longest_s"] = [job.order.max_under_way_s or NEVER for job in jobs]
    each["late_minute_cents"] = [late[job.order.priority] for job in jobs]
    each["box"] = [unit[0] for unit in instance.units]
    each["box_size"] = [len(unit) for unit in instance.units]
    each["mass_kg"] = [job.order.mass_kg for job in jobs]
    each["volume_l"] = [job.order.volume_l for job in jobs]
    return Orders(each, _clearings(instance), _apart(instance))


def _clearings(instance: Instance) -> Records:
    facilities = checkpoints_of(instance)
    found = np.full((len(instance.jobs), len(facilities)), -1, dtype=CLEARING)
    for row, job in enumerate(instance.jobs):
        for column, facility in enumerate(facilities):
            clearing = job.clearings.get(facility.id)
            if clearing is not None:
                over_s = clearing.earliest_s + clearing.service_s
                found[row, column] = clearing.service_s, over_s
    return found


def _apart(instance: Instance) -> Flags:
    """Return which orders share no sortie, nothing where all may."""
    orders = [job.order for job in instance.jobs]
    if not keeps_apart(instance.rules, orders):
        return np.zeros((0, 0), dtype=bool)
    rows = [[apart(instance.rules, one, other) for other in orders] for one in orders]
    return np.array(rows, dtype=bool)


def squad_of(instance: Instance, squad: Squad) -> Any:
    """Return the record of a squad of a request."""
    kind, rules, prices, turn = squad.kind, instance.rules, instance.prices, squad.turn
    found = np.zeros(1, dtype=SQUAD)[0]
    found["base"] = instance.legs.site_ids.index(squad.base)
    found["base_side"] = SIDES.index(squad.base_side)
    found["from_s"], found["until_s"] = squad.from_s, squad.until_s
    found["preflight_s"] = kind.preflight_s
    found["usable_j"] = kind.battery_wh * 3600 * (1 - rules.reserve_fraction)
    found["longest_leg_s"] = _longest_leg_s(kind, found["usable_j"])
    found["max_wait_s"] = rules.max_wait_s
    found["minute_cents"] = prices.drone_minute_cents
    found["joule_cents"] = prices.energy_kwh_cents / 1000 / 3600
    found["swap_s"], found["slow_j"] = turn.swap_s, turn.slow_j
    found["slow_s_per_j"], found["fast_s_per_j"] = turn.slow_s_per_j, turn.fast_s_per_j
    found["payload_kg"], found["volume_l"] = kind.payload_kg, kind.volume_l
    found["empty_kg"] = kind.empty_mass_kg
    found["base_power_w"] = kind.base_power_w
    found["power_w_per_kg15"] = kind.power_coefficient_w_per_kg15
    found["lift_j_per_kg_m"] = GRAVITY_M_S2 / kind.climb_efficiency
    found["takeoff_s"] = _takeoffs(instance, squad)
    return found


def _longest_leg_s(kind: DroneType, usable_j: float) -> int:
    """Return how long a battery lasts with nothing aboard: no leg is longer."""
    power_w = kind.base_power_w + kind.power_coefficient_w_per_kg15 * kind.empty_mass_kg**1.5
    return int(min(usable_j / power_w, NEVER)) + 1


def _takeoffs(instance: Instance, squad: Squad) -> Ints:
    found = np.full((4, 2), NEVER, dtype=np.int64)
    for touched in range(4):
        sides = {side for at, side in enumerate(SIDES) if touched >> at & 1} | {squad.base_side}
        for emergency in (False, True):
            earliest = instance.earliest_takeoff_s(frozenset(sides), emergency)
            if earliest is not None:
                found[touched, int(emergency)] = earliest
    return found


def fits_of(instance: Instance, squad: Squad) -> Flags:
    """Return which orders a squad may carry at all."""
    return np.array([instance.fits(squad, job) for job in instance.jobs], dtype=bool)


def checkpoints_of(instance: Instance) -> list[Checkpoint]:
    """Return the checkpoints that legs lead to."""
    sites = set(instance.legs.site_ids)
    return [each for each in instance.network.checkpoints.values() if each.id in sites]


def ways_of(instance: Instance) -> tuple[Ints, Ints]:
    """Return for each side the ways over the boundary of goods from there.

    A row has the position of a checkpoint and of its site, then those of a second one, -1 for none.
    """
    first, second = (_ways(instance, side) for side in SIDES)
    return first, second


def _ways(instance: Instance, side: Side) -> Ints:
    facilities = checkpoints_of(instance)
    number = {facility.id: at for at, facility in enumerate(facilities)}
    rows = []
    for chain in checkpoint_chains(facilities, side):
        row = [-1, -1, -1, -1]
        for at, facility in enumerate(chain):
            row[2 * at] = number[facility.id]
            row[2 * at + 1] = instance.legs.site_ids.index(facility.id)
        rows.append(row)
    return np.array(rows, dtype=np.int64).reshape(-1, 4)
