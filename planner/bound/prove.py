"""The certificate of a plan, made of the duals that its bound was got by."""

import numpy as np

from planner.arrays import Floats
from planner.bound.columns import FINE_S, PARTS, TIMES
from planner.bound.duals import Relaxation
from planner.day.instance import Instance
from planner.plan.certificate import (
    MOST_MICROCENTS,
    PRICING,
    BlossomRow,
    Branch,
    Certificate,
    LinkRow,
    OrderRow,
    SquadRows,
    gap_ppm,
)
from planner.plan.plan import Plan

_MICRO = 10**6


def certificate_of(instance: Instance, plan: Plan, branches: tuple[Relaxation, ...]) -> Certificate:
    """Return the certificate of a plan whose bound follows from branches of a relaxation.

    Duals are rounded to micro-cents, which moves the bound by less than it was rounded by itself.
    """
    cost, bound = plan.cost.total_cents, plan.bound.lower_bound_cents
    return Certificate(
        schema_version="1",
        edition=plan.edition,
        request=plan.request,
        rulebook=plan.rulebook,
        cost_cents=cost,
        bound_cents=bound,
        gap_ppm=gap_ppm(cost, bound),
        branches=tuple(branch_of(instance, each) for each in branches),
    )


def branch_of(instance: Instance, relaxation: Relaxation) -> Branch:
    """Return the rows of a day's relaxation with its duals, of plans within its limits."""
    duals, within, prices = relaxation.duals, relaxation.within, instance.prices
    # The last instant is the day's end: nothing is under way then. Of those within buckets few
    # have duals.
    instants = np.arange(TIMES - 1)
    instants = instants[(instants % PARTS == 0) | duals.fleet[:, :-1].any(axis=0)]
    orders = tuple(
        OrderRow(
            order=job.order.id,
            unserved_cents=prices.unserved_cents[job.order.priority],
            dual_microcents=dual,
        )
        for job, dual in zip(instance.jobs, _micro(duals.cover), strict=True)
    )
    squads = tuple(
        SquadRows(
            drones=squad.drones,
            least_used=int(within.least[at]),
            most_used=int(within.most[at]),
            day_cents=prices.drone_day_cents,
            fleet_microcents=tuple(_micro(duals.fleet[at, instants])),
            links=tuple(
                LinkRow(order=job.order.id, dual_microcents=dual)
                for job, dual in zip(instance.jobs, _micro(duals.link[at]), strict=True)
                if dual
            ),
        )
        for at, squad in enumerate(instance.at_own_cruise)
    )
    blossoms = tuple(
        BlossomRow(
            orders=tuple(instance.jobs[job].order.id for job in np.flatnonzero(row)),
            dual_microcents=dual,
        )
        for row, dual in zip(duals.sets, _micro(duals.blossom), strict=True)
        if dual
    )
    return Branch(
        pricing=PRICING,
        starts_s=tuple((FINE_S * instants).tolist()),
        least_used=within.least_in_all,
        most_used=within.most_in_all,
        orders=orders,
        squads=squads,
        blossoms=blossoms,
    )


def _micro(cents: Floats) -> list[int]:
    limited = np.clip(np.rint(cents * _MICRO), -MOST_MICROCENTS, MOST_MICROCENTS)
    found: list[int] = limited.astype(np.int64).tolist()
    return found
