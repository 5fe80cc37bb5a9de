"""A day as the search by strings takes it: flocks as classes, drones as vehicles, orders as pairs.

It is rougher than what is flown: legs take their usual time of the day, goods over the boundary
their quickest way through checkpoints, a battery lasts as long as with usual loads, orders are
handed over on time or not at all, no order in a box is taken, a charge gives back half of what a
sortie may use, and blocks, pads, bays and chargers are left out. What is found is flown by the
dispatcher, which refuses what breaks a rule.
"""

import math
from collections.abc import Sequence

import numpy as np

from geodata.features import GoodsClass, Side
from geodata.schedule import DAY_S
from planner.arrays import Floats, Ints
from planner.day.instance import Instance, Job, Squad
from planner.day.turnaround import turn_s
from planner.energy import cruise_power_w, leg_energy_wh
from planner.request.fleet import DroneType
from planner.rules.customs import OTHER, checkpoint_chains
from planner.strings.problem import UNBOUNDED, Classes, Problem, make_problem

MINUTE = 60
"""Money is counted in sixtieths of a cent, so that a second costs a whole number."""

HOURS = range(7, 22, 2)
"""Hours of the day over which the usual time of a leg is taken."""

MOST_SORTIES = 60
"""Sorties of a drone a day at most."""

CLIMBS = 6
"""Climbs that are taken off a battery beforehand."""

AIR = 0
"""The measure of `Problem.draws` that is seconds in the air; the other is crossings."""

CROSSINGS = 2
"""A sortie crosses the boundary once each way at most."""

NEVER_S = 10**6
"""Stands for a flight that may not be: longer than any day."""

EMPTY, LOADED, LOADING = range(3)
"""What a place is besides its site: base or stop of a local order; where an order over the boundary
is handed over, so that one comes with goods; where one is loaded, so that one leaves with them."""


def day_problem(instance: Instance) -> Problem:
    """Return the problem of a day; job j is that of the instance, class k its flock k.

    Drones fly at their types' own cruises.
    """
    squads, jobs = instance.at_own_cruise, instance.jobs
    sites = instance.legs.site_ids
    at = {site: number for number, site in enumerate(sites)}
    legs = {squad.kind.id: _places(_usual_s(instance, squad.kind), instance) for squad in squads}
    travel = np.array([legs[squad.kind.id] for squad in squads])
    energy = instance.prices.energy_kwh_cents * MINUTE / 3_600_000
    power_w = np.array([cruise_power_w(squad.kind, _usual_kg(instance, squad)) for squad in squads])
    nodes = [node for job in jobs for node in _nodes(instance, at, job)]
    unserved = instance.prices.unserved_cents
    load, beside = _loads(jobs, instance.rules.segregated)
    return make_problem(
        _classes(instance, at),
        capacity=np.array([_capacity(squad, load.shape[1]) for squad in squads]),
        kind=np.repeat(np.arange(len(squads)), [len(squad.drones) for squad in squads]),
        travel=travel,
        cost=np.rint(travel * (power_w * energy)[:, None, None]).astype(np.int64),
        draws=np.stack((travel, np.broadcast_to(_crossings(instance), travel.shape))),
        limits=np.array([[_airborne_s(instance, squad), CROSSINGS] for squad in squads]),
        nodes=np.array(nodes, dtype=np.int64).reshape(-1, 4),
        jobs=np.array(
            [[1, 0, unserved[job.order.priority] * MINUTE] for job in jobs], dtype=np.int64
        ).reshape(-1, 3),
        load=load,
        beside=beside,
        suits=np.array(
            [
                [job.order.box is None and instance.fits(squad, job) for job in jobs]
                for squad in squads
            ]
        ),
    )


def _loads(
    jobs: Sequence[Job], segregated: Sequence[tuple[GoodsClass, GoodsClass]]
) -> tuple[Ints, Ints]:
    """Return what jobs weigh by dimension, and what they may be beside.

    Dimensions are grams, hundredths of a litre, and counts: of each sort of job, for goods cross
    only with goods that go the same way and that the same checkpoints may clear; and of each goods
    class that is segregated.
    """
    sorts = [
        (job.origin_side, job.destination_side, *sorted(job.clearings)) if job.crosses else ()
        for job in jobs
    ]
    number = {sort: 2 + at for at, sort in enumerate(sorted(set(sorts)))}
    classes = sorted({goods for pair in segregated for goods in pair})
    of_class = {goods: 2 + len(number) + at for at, goods in enumerate(classes)}
    load = np.zeros((len(jobs), 2 + len(number) + len(of_class)), dtype=np.int64)
    beside = np.zeros_like(load)
    beside[:, :2] = UNBOUNDED
    for at, (job, sort) in enumerate(zip(jobs, sorts, strict=True)):
        load[at, 0] = math.ceil(round(job.order.mass_kg * 1000, 3))
        load[at, 1] = math.ceil(round(job.order.volume_l * 100, 3))
        load[at, number[sort]], beside[at, number[sort]] = 1, UNBOUNDED
        goods = job.order.goods
        for other, dimension in of_class.items():
            load[at, dimension] = other == goods
            apart = any(set(pair) == {goods, other} for pair in segregated)
            beside[at, dimension] = int(other == goods) if apart else UNBOUNDED
    return load, beside


def _capacity(squad: Squad, dimensions: int) -> list[int]:
    """Return what a drone carries at a time, in the dimensions of loads."""
    grams = math.floor(round(squad.kind.payload_kg * 1000, 3))
    volume = math.floor(round(squad.kind.volume_l * 100, 3))
    return [grams, volume] + [UNBOUNDED] * (dimensions - 2)


def _classes(instance: Instance, at: dict[str, int]) -> Classes:
    """Return what drones of each flock may do and cost."""
    rules, prices = instance.rules, instance.prices

    def each(of: list[int]) -> Ints:
        return np.array(of, dtype=np.int64)

    squads = instance.at_own_cruise
    ready_s = [_usual_turn_s(instance, squad) for squad in squads]
    turns = [squad.kind.preflight_s + turn_s for squad, turn_s in zip(squads, ready_s, strict=True)]
    same = np.ones(len(squads), dtype=np.int64)
    return Classes(
        most_jobs=same * rules.max_orders_per_sortie,
        most_trips=same * MOST_SORTIES,
        longest=same * DAY_S,
        fixed=same * prices.drone_day_cents * MINUTE,
        trip=each([turn * prices.drone_minute_cents for turn in turns]),
        time=same * prices.drone_minute_cents,
        reload=each(turns),
        open=each([squad.from_s + squad.kind.preflight_s for squad in squads]),
        close=each(
            [max(0, squad.until_s - turn_s) for squad, turn_s in zip(squads, ready_s, strict=True)]
        ),
        depot=each([3 * at[squad.base] + EMPTY for squad in squads]),
    )


def _nodes(instance: Instance, at: dict[str, int], job: Job) -> list[list[int]]:
    """Return where a job is loaded and handed over: place, ready, due and service."""
    order, cleared_from, clearance_s = job.order, 0, 0
    roles = (LOADING, LOADED) if job.crosses else (EMPTY, EMPTY)
    if job.clearings:
        cleared_from = min(each.earliest_s for each in job.clearings.values())
        clearance_s = min(each.service_s for each in job.clearings.values())
    found = []
    for site, role, from_s, until_s, service_s in (
        (order.origin, roles[0], job.ready_s, job.due_s, order.load_s),
        (order.destination, roles[1], cleared_from, job.due_s, clearance_s + order.unload_s),
    ):
        hours = instance.open_hours[site] or ((DAY_S, DAY_S),)
        ready_s = max(from_s, hours[0][0], 0)
        due_s = min(until_s, hours[-1][1]) - service_s
        found.append([3 * at[site] + role, ready_s, max(0, due_s), service_s])
    return found


def _usual_s(instance: Instance, kind: DroneType) -> Floats:
    """Return the median over the day of the quickest leg from site to site."""
    legs, sites = instance.legs, instance.legs.site_ids

    def usual(step: int, one: str, two: str) -> float:
        return 0.0 if one == two else legs.static_s(kind, step, one, two)

    steps = [legs.step(hour * 3600) for hour in HOURS]
    every = [[[usual(step, one, two) for two in sites] for one in sites] for step in steps]
    found: Floats = np.median(np.array(every), axis=0)
    return found


def _places(direct: Floats, instance: Instance) -> Ints:
    """Return seconds from place to place: with goods over the boundary by way of checkpoints.

    One leaves with goods where they are loaded and comes with goods where they are handed over.
    """
    sites = instance.legs.site_ids
    sides = np.array([instance.network.side_of(site) for site in sites])
    found = np.repeat(np.repeat(direct, 3, axis=0), 3, axis=1)
    for side in OTHER:
        over = np.outer(sides == side, sides != side)
        way = np.where(over, _through(direct, instance, side), direct)
        for one in range(3):
            for two in range(3):
                if one == LOADING or two == LOADED:
                    part = found[one::3, two::3]
                    part[over] = way[over]
    return np.asarray(np.ceil(np.minimum(found, NEVER_S)), dtype=np.int64)


def _crossings(instance: Instance) -> Ints:
    """Return 1 from place to place over the boundary, else 0."""
    sides = [instance.network.side_of(site) for site in instance.legs.site_ids for _ in range(3)]
    over = np.array(sides)[:, None] != np.array(sides)[None]
    return np.asarray(over, dtype=np.int64)


def _through(direct: Floats, instance: Instance, origin: Side) -> Floats:
    """Return seconds from site to site by the quickest way that clears goods of a side."""
    at = {site: number for number, site in enumerate(instance.legs.site_ids)}
    points = [each for each in instance.network.checkpoints.values() if each.id in at]
    found = np.full_like(direct, np.inf)
    for chain in checkpoint_chains(points, origin):
        out, into = at[chain[0].id], at[chain[-1].id]
        found = np.minimum(found, direct[:, out, None] + direct[out, into] + direct[None, into])
    return found


def _usual_kg(instance: Instance, squad: Squad) -> float:
    """Return what is usually aboard: half of what a full sortie carries."""
    masses = [job.order.mass_kg for job in instance.jobs if instance.fits(squad, job)]
    mean_kg = math.fsum(masses) / max(1, len(masses))
    return min(squad.kind.payload_kg, mean_kg * instance.rules.max_orders_per_sortie) / 2


def _usual_turn_s(instance: Instance, squad: Squad) -> int:
    """Return what a swap takes, or a charge of half of what a sortie may use."""
    usable_wh = squad.kind.battery_wh * (1 - instance.rules.reserve_fraction)
    return turn_s(squad.turn, usable_wh / 2)


def _airborne_s(instance: Instance, squad: Squad) -> int:
    """Return how long a full battery lasts with what is usually aboard, the reserve kept."""
    kind = squad.kind
    usable_wh = kind.battery_wh * (1 - instance.rules.reserve_fraction)
    usable_wh -= instance.diversions.energy_wh(kind, squad.base, 0.0, DAY_S // 2)
    climb_m = float(np.median(instance.legs.arcs.least_climb_m))
    usable_wh -= leg_energy_wh(kind, _usual_kg(instance, squad), 0.0, CLIMBS * climb_m)
    if not math.isfinite(usable_wh) or usable_wh < 0:
        return 0
    return math.floor(usable_wh / leg_energy_wh(kind, _usual_kg(instance, squad), 1.0, 0.0))
