"""An instance's jobs and squads as arrays, by position, for compiled code."""

from collections.abc import Iterable, Iterator

import numpy as np

from geodata.features import Side
from planner.arrays import Floats, Ints
from planner.bound.simulation import JobArrays, SquadArrays
from planner.day.instance import Instance, Squad
from planner.energy import GRAVITY_M_S2
from planner.rules.customs import OTHER, checkpoint_chains
from planner.rules.permission import is_emergency

SIDES: tuple[Side, ...] = tuple(OTHER)
_NO_LIMIT_S = 10**6


class InstanceArrays:
    """The jobs of an instance, its squads, which jobs each may carry, and ways over the boundary.

    `ways[side]` are the checkpoints that goods of a side may cross by, as (checkpoint, site) twice,
    -1 for none; `sides_touched` has a bit for each side that a job is on.
    """

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.site_at = {site: at for at, site in enumerate(instance.legs.site_ids)}
        self.checkpoints = [
            each for each in instance.network.checkpoints.values() if each.id in self.site_at
        ]
        self.jobs = self._job_arrays()
        unserved = instance.prices.unserved_cents
        self.unserved: Floats = np.array(
            [unserved[job.order.priority] for job in instance.jobs], dtype=float
        )
        self.emergency = np.array([is_emergency([job.order]) for job in instance.jobs], dtype=bool)
        self.ways = tuple(self._ways(side) for side in OTHER)
        self.sides_touched = 1 << self.jobs.origin_side | 1 << self.jobs.destination_side
        self.squads = [self._squad_arrays(squad) for squad in instance.squads]
        self.fits = list(self._fits())

    def _job_arrays(self) -> JobArrays:
        jobs, late = self.instance.jobs, self.instance.prices.late_minute_cents
        shape = (len(jobs), len(self.checkpoints))
        service, earliest = np.full(shape, np.inf), np.zeros(shape)
        for at, job in enumerate(jobs):
            for number, checkpoint in enumerate(self.checkpoints):
                clearing = job.clearings.get(checkpoint.id)
                if clearing is not None:
                    service[at, number] = clearing.service_s
                    earliest[at, number] = clearing.earliest_s

        def real(values: Iterable[float]) -> Floats:
            return np.array(list(values), dtype=float)

        return JobArrays(
            origin=_ints([self.site_at[job.order.origin] for job in jobs]),
            destination=_ints([self.site_at[job.order.destination] for job in jobs]),
            origin_side=_ints([SIDES.index(job.origin_side) for job in jobs]),
            destination_side=_ints([SIDES.index(job.destination_side) for job in jobs]),
            ready=real(job.ready_s for job in jobs),
            due=real(job.due_s for job in jobs),
            latest=real(job.latest_s for job in jobs),
            load=real(job.order.load_s for job in jobs),
            unload=real(job.order.unload_s for job in jobs),
            longest=real(job.order.max_under_way_s or _NO_LIMIT_S for job in jobs),
            mass=real(job.order.mass_kg for job in jobs),
            volume=real(job.order.volume_l for job in jobs),
            late_cents=real(late[job.order.priority] / 60 for job in jobs),
            service=service,
            earliest=earliest,
        )

    def _squad_arrays(self, squad: Squad) -> SquadArrays:
        kind, prices = squad.kind, self.instance.prices
        kept_share = self.instance.rules.reserve_fraction
        # For whole numbers other versions of what flies squads would be compiled.
        return SquadArrays(
            self.site_at[squad.base],
            SIDES.index(squad.base_side),
            float(squad.until_s),
            float(kind.preflight_s),
            float(squad.turn.swap_s),
            squad.turn.slow_j,
            squad.turn.slow_s_per_j,
            squad.turn.fast_s_per_j,
            float(kind.payload_kg),
            float(kind.volume_l),
            float(kind.empty_mass_kg),
            float(kind.base_power_w),
            float(kind.power_coefficient_w_per_kg15),
            GRAVITY_M_S2 / kind.climb_efficiency,
            kind.battery_wh * 3600 * (1 - kept_share),
            prices.drone_minute_cents / 60,
            prices.energy_kwh_cents / 1000 / 3600,
        )

    def _ways(self, origin: Side) -> Ints:
        """Return the chains of checkpoints that clear goods from a side."""
        place = {each.id: (at, self.site_at[each.id]) for at, each in enumerate(self.checkpoints)}
        chains = checkpoint_chains(self.checkpoints, origin)
        ways = [sum((place[each.id] for each in chain), ()) for chain in chains]
        padded = [(*way, *(-1,) * (4 - len(way))) for way in ways]
        return np.array(padded, dtype=np.int64).reshape(-1, 4)

    def _fits(self) -> Iterator[Ints]:
        """Yield which jobs each squad may carry at all, sorted."""
        jobs, found = self.instance.jobs, dict[tuple[object, ...], Ints]()
        for squad in self.instance.squads:
            alike = squad.kind.id, squad.base_side, squad.registered, squad.goods
            if alike not in found:
                found[alike] = _ints(
                    at for at, job in enumerate(jobs) if self.instance.fits(squad, job)
                )
            yield found[alike]


def _ints(values: Iterable[int]) -> Ints:
    return np.array(list(values), dtype=np.int64)
