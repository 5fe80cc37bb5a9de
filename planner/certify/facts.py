"""What a request asks, as arrays for compiled code: orders, squads, and ways over the boundary.

Money is in cents, times in whole seconds of the day, orders and squads in the order of
`Instance.jobs` and `Instance.squads`.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from geodata.features import Checkpoint, Side
from planner.certify.air import NEVER
from planner.certify.sequences import SIDES, code_of
from planner.customs import checkpoint_chains
from planner.energy import GRAVITY_M_S2
from planner.instance import Instance, Job, Squad
from planner.permission import is_emergency
from planner.request import DroneType
from planner.sharing import apart, keeps_apart

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


class Orders(NamedTuple):
    """Orders by position. Places are positions in `Legs.site_ids`, sides 0 and 1.

    `clears` [order, checkpoint] tells whether a checkpoint clears the order, which then takes
    `service_s` and is over at `cleared_s` at the earliest. An order rides together with those of
    the same `box`, `box_size` in all, and with none that is `apart` from it; where no orders are
    kept apart that is empty.
    """

    origin: Ints
    destination: Ints
    origin_side: Ints
    destination_side: Ints
    code: Ints
    emergency: Bools
    ready_s: Ints
    due_s: Ints
    latest_s: Ints
    load_s: Ints
    unload_s: Ints
    longest_s: Ints
    mass_kg: Floats
    volume_l: Floats
    late_minute_cents: Ints
    clears: Bools
    service_s: Ints
    cleared_s: Ints
    box: Ints
    box_size: Ints
    apart: Bools


class Fleet(NamedTuple):
    """A squad: what its flying depends on, its rules and its prices.

    From `swap_s` to `fast_s_per_j` as in `planner.turnaround`. `takeoff_s` [sides, emergency] is
    when a sortie may first take off that touches the sides of which the bits are set.
    """

    base: int
    base_side: int
    from_s: int
    until_s: int
    preflight_s: int
    swap_s: float
    slow_j: float
    slow_s_per_j: float
    fast_s_per_j: float
    payload_kg: float
    volume_l: float
    empty_kg: float
    base_power_w: float
    power_w_per_kg15: float
    lift_j_per_kg_m: float
    usable_j: float
    longest_leg_s: int
    max_wait_s: int
    takeoff_s: Ints
    minute_cents: int
    joule_cents: float


def orders_of(instance: Instance) -> Orders:
    """Return the orders of a request."""
    at = {site: number for number, site in enumerate(instance.legs.site_ids)}
    facilities = checkpoints_of(instance)
    late = instance.prices.late_minute_cents

    def whole(value: Callable[[Job], int]) -> Ints:
        return np.array([value(job) for job in instance.jobs], dtype=np.int64)

    def real(value: Callable[[Job], float]) -> Floats:
        return np.array([value(job) for job in instance.jobs], dtype=np.float64)

    shape = (len(instance.jobs), len(facilities))
    clears, service, cleared = np.zeros(shape, bool), np.zeros(shape, int), np.zeros(shape, int)
    for row, job in enumerate(instance.jobs):
        for column, facility in enumerate(facilities):
            clearing = job.clearings.get(facility.id)
            if clearing is not None:
                clears[row, column] = True
                service[row, column] = clearing.service_s
                cleared[row, column] = clearing.earliest_s + clearing.service_s
    return Orders(
        origin=whole(lambda job: at[job.order.origin]),
        destination=whole(lambda job: at[job.order.destination]),
        origin_side=whole(lambda job: SIDES.index(job.origin_side)),
        destination_side=whole(lambda job: SIDES.index(job.destination_side)),
        code=whole(lambda job: code_of((job.origin_side, job.destination_side))),
        emergency=whole(lambda job: is_emergency([job.order])).astype(bool),
        ready_s=whole(lambda job: job.ready_s),
        due_s=whole(lambda job: job.due_s),
        latest_s=whole(lambda job: job.latest_s),
        load_s=whole(lambda job: job.order.load_s),
        unload_s=whole(lambda job: job.order.unload_s),
        longest_s=whole(lambda job: job.order.max_under_way_s or NEVER),
        mass_kg=real(lambda job: job.order.mass_kg),
        volume_l=real(lambda job: job.order.volume_l),
        late_minute_cents=whole(lambda job: late[job.order.priority]),
        clears=clears,
        service_s=service,
        cleared_s=cleared,
        box=np.array([unit[0] for unit in instance.units], dtype=np.int64),
        box_size=np.array([len(unit) for unit in instance.units], dtype=np.int64),
        apart=_apart(instance),
    )


def _apart(instance: Instance) -> Bools:
    """Return which orders share no sortie, nothing where all may."""
    orders = [job.order for job in instance.jobs]
    if not keeps_apart(instance.rules, orders):
        return np.zeros((0, 0), dtype=bool)
    rows = [[apart(instance.rules, one, other) for other in orders] for one in orders]
    return np.array(rows, dtype=bool)


def fleet_of(instance: Instance, squad: Squad) -> Fleet:
    """Return a squad of a request."""
    kind, rules, prices = squad.kind, instance.rules, instance.prices
    usable_j = kind.battery_wh * 3600 * (1 - rules.reserve_fraction)
    return Fleet(
        base=instance.legs.site_ids.index(squad.base),
        base_side=SIDES.index(squad.base_side),
        from_s=squad.from_s,
        until_s=squad.until_s,
        preflight_s=kind.preflight_s,
        swap_s=float(squad.turn.swap_s),
        slow_j=squad.turn.slow_j,
        slow_s_per_j=squad.turn.slow_s_per_j,
        fast_s_per_j=squad.turn.fast_s_per_j,
        payload_kg=kind.payload_kg,
        volume_l=kind.volume_l,
        empty_kg=kind.empty_mass_kg,
        base_power_w=kind.base_power_w,
        power_w_per_kg15=kind.power_coefficient_w_per_kg15,
        lift_j_per_kg_m=GRAVITY_M_S2 / kind.climb_efficiency,
        usable_j=usable_j,
        longest_leg_s=_longest_leg_s(kind, usable_j),
        max_wait_s=rules.max_wait_s,
        takeoff_s=_takeoffs(instance, squad),
        minute_cents=prices.drone_minute_cents,
        joule_cents=prices.energy_kwh_cents / 1000 / 3600,
    )


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


def fits_of(instance: Instance, squad: Squad) -> Bools:
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
