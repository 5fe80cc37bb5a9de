"""Why an order is left out, which rules decide with which values, and what would help.

What no time of day changes is told at once. Otherwise the order is tried alone, with its box, by
every squad, on a day on which nothing else flies. If it can be served so, it was the others that
took its room; if not, it is asked again with one rule after the other out of the way, and the first
that lets it be served has decided. If no one rule does, it is the fewest that do so together.
"""

import copy
import itertools
import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cached_property

from planner.air.airspace import Airspace
from planner.clock import OutOfTimeError
from planner.day.instance import Instance, Job
from planner.day.tour import TimedTour
from planner.dispatch.dispatch import Dispatcher
from planner.dispatch.roster import Roster
from planner.plan.plan import Reason
from planner.reasons.alone import (
    LOOK_BACK_S,
    TriedAlone,
    first_timing,
    last_of,
    tour_alone,
    tried_alone,
)
from planner.reasons.brief import Brief
from planner.reasons.crowding import Crowding
from planner.reasons.papers import papers
from planner.reasons.relax import (
    CLOSING,
    ONLY_IF_MET,
    RELAXATIONS,
    Question,
    relaxed,
    strong_winds,
)
from planner.reasons.verdict import Finding, Verdict, reason_of
from planner.request.held import FREE
from planner.rules.permission import is_emergency, missing
from planner.rules.sharing import first_apart

_MORE_ENERGY = "a cruise that takes less, or a type with more energy"


class Explainer:
    """Explains orders that a roster leaves out.

    Questions relaxed for one order are kept for the next. When the time is `past`, an order is told
    what the squads nearest to it met alone, or that others leave it no room, and no more; so is one
    whose reasons are not found until then.
    """

    def __init__(self, roster: Roster, past: Callable[[], bool] = lambda: False) -> None:
        instance = roster.instance
        self._past = past
        self._instance = instance
        self._empty = Dispatcher(instance)
        self._crowding, self._brief = Crowding(roster, past), Brief(roster, self._empty)
        network = instance.airspace.network
        self._question = Question(network, instance.request, instance.rulebook)
        self._instances: dict[frozenset[str], Instance | None] = {frozenset(): instance}

    def reasons(self, at: int) -> tuple[Reason, ...]:
        """Return why a job was left out, the deciding rules first; never empty."""
        findings = list(_standing(self._instance, at)) or list(_bound_up(self._instance, at))
        if not findings:
            try:
                findings = list(self._timing(at))
            except OutOfTimeError:
                findings = [self._brief.finding(at)]
        return tuple(reason_of(finding) for finding in findings)

    def _timing(self, at: int) -> Iterator[Finding]:
        """Yield what keeps the job out on an empty day, or that the day is full."""
        plain = tried_alone(self._empty, at, first=True, past=self._past)
        if plain.timed is not None:
            yield from self._crowded_out(at, plain.timed)
            return
        suspects = [code for code in RELAXATIONS if self._bears(code, at, plain)]
        deciding = self._deciding(at, suspects)
        if not deciding:
            instance = self._relaxed(frozenset(RELAXATIONS)) or self._instance
            code, refusal = last_of(tried_alone(Dispatcher(instance), at, first=True).refusals)
            yield Finding(code, refusal.values)
            return
        instance, timed = self._served(at, deciding) or (self._instance, None)
        assert timed is not None
        for code in sorted(deciding, key=tuple(RELAXATIONS).index):
            # The day on which this rule alone keeps the job out.
            day = self._relaxed(deciding - {code}) or self._instance
            refusals = tried_alone(Dispatcher(day), at, first=True).refusals
            finding = Verdict(self._instance, instance, at, timed, refusals).finding(code)
            if code == "ENERGY_RESERVE":
                finding = replace(finding, remedy=_lighter(day, at, self._past))
            yield finding

    def _crowded_out(self, at: int, alone: TimedTour) -> Iterator[Finding]:
        """Yield why a job is left out that can be served alone: the others, or its price."""
        before = self._instance.jobs[at].after
        if before is not None and before not in self._crowding.served:
            yield Finding("ORDER_AFTER", {"after": self._instance.jobs[before].order.id})
            return
        prices = self._instance.prices
        price = self._instance.unserved_cents(self._instance.units[at])
        if alone.cents + prices.drone_day_cents >= price:
            alone = min(_timings(self._empty, at), key=lambda timed: timed.cents, default=alone)
        if alone.cents < price:
            yield self._crowding.finding(at, alone)
        least = alone.cents + prices.drone_day_cents
        if least >= price:
            values = {"least_cents": least, "left_out_cents": price}
            remedy = f"a price of more than {least} cents for leaving it out"
            yield Finding("NOT_WORTH_FLYING", values, remedy)

    def _bears(self, code: str, at: int, plain: TriedAlone) -> bool:
        """Tell whether a rule can alone have kept the job out, for all that is known already."""
        job = self._instance.jobs[at]
        if code in ONLY_IF_MET:
            return code in plain.refusals
        if code == "DECLARATION_LATE":
            return any(each.earliest_s > job.ready_s for each in job.clearings.values())
        if code == "HELD_BY_OTHERS":
            return self._instance.request.held != FREE
        if code == "ORDER_AFTER":
            return job.after is not None
        if code == "BOX_SPLIT":
            return job.order.box is not None
        if code in CLOSING:
            begin, end = job.ready_s - LOOK_BACK_S, job.latest_s + LOOK_BACK_S
            return any(since < end and begin < until for since, until in self._closed[code])
        return True

    @cached_property
    def _closed(self) -> dict[str, set[tuple[int, int]]]:
        """When rules of hours, zones and weather close anything, seconds of the day."""
        airspace = self._instance.airspace
        found: dict[str, set[tuple[int, int]]] = {code: set() for code in CLOSING}
        for closure in itertools.chain.from_iterable(airspace.closures):
            customs = closure.cause in airspace.network.checkpoints
            code = "CUSTOMS_CLOSED" if customs else closure.code
            found[code].add((closure.since, closure.until))
        seconds = airspace.calendar.seconds
        for wind in strong_winds(self._instance.request):
            found["WIND_LIMIT"].add((seconds(wind.since), seconds(wind.until)))
        return found

    def _deciding(self, at: int, suspects: list[str]) -> frozenset[str]:
        """Return the first suspect without which the job can be served alone, or the fewest rules.

        The empty set if it cannot be served even without all of them.
        """
        for code in suspects:
            if code == "ORDER_DUE":
                # A later due time outlasts whatever closes for a while; blame that first.
                timely = frozenset(suspects) - ONLY_IF_MET - {code}
                if self._served(at, timely):
                    return self._fewest(at, timely)
            if self._served(at, frozenset({code})):
                return frozenset({code})
        every = frozenset(RELAXATIONS)
        return self._fewest(at, every) if self._served(at, every) else frozenset()

    def _fewest(self, at: int, deciding: frozenset[str]) -> frozenset[str]:
        """Return as few of some rules as it takes to serve the job without them."""
        for code in reversed(tuple(RELAXATIONS)):
            if code in deciding and self._served(at, deciding - {code}):
                deciding -= {code}
        return deciding

    def _served(self, at: int, codes: frozenset[str]) -> tuple[Instance, TimedTour] | None:
        """Return the job served alone without some rules, if it can be and they matter."""
        instance = self._relaxed(codes)
        if instance is None:
            return None
        timed = tried_alone(Dispatcher(instance), at, past=self._past).timed
        return None if timed is None else (instance, timed)

    def _relaxed(self, codes: frozenset[str]) -> Instance | None:
        """Return the instance without some rules; None if that is the instance itself."""
        if codes not in self._instances:
            if self._past():
                raise OutOfTimeError
            asked = relaxed(self._question, codes)
            if asked is self._question:
                self._instances[codes] = None
            else:
                given = self._instance
                airspace = Airspace(asked.network, asked.request, given.airspace.blocks)
                same_air = codes.isdisjoint(CLOSING)
                self._instances[codes] = Instance(
                    airspace, asked.rulebook, given.quickest if same_air else None
                )
        return self._instances[codes]


# -- what no time of day changes ---------------------------------------------------------


def _standing(instance: Instance, at: int) -> Iterator[Finding]:
    """Yield the rules that keep the job out whatever the time of day."""
    job = instance.jobs[at]
    order = job.order
    if not instance.rulebook.customs.goods[order.goods].carried:
        yield Finding("GOODS_PROHIBITED", {"goods": order.goods})
        return
    kinds = {squad.kind.id: squad.kind for squad in instance.squads}
    if not kinds:
        yield Finding("FLEET_BUSY", {"drones": 0}, "add a drone")
        return
    strongest = max(kinds.values(), key=lambda kind: kind.payload_kg)
    if order.mass_kg > strongest.payload_kg:
        values = {"mass_kg": order.mass_kg, "payload_kg": strongest.payload_kg}
        yield Finding("PAYLOAD_MASS", {**values, "type": strongest.id})
    roomiest = max(kinds.values(), key=lambda kind: kind.volume_l)
    if order.volume_l > roomiest.volume_l:
        values = {"volume_l": order.volume_l, "allowed_l": roomiest.volume_l}
        yield Finding("PAYLOAD_VOLUME", {**values, "type": roomiest.id})
    if not any(order.goods in squad.goods for squad in instance.squads):
        yield Finding("GOODS_NOT_CARRIED", {"goods": order.goods})
    sides = {job.origin_side, job.destination_side}
    if not any(sides | {squad.base_side} <= squad.registered for squad in instance.squads):
        yield Finding("SIDE_NOT_REGISTERED", {"sides": " and ".join(sorted(sides))})
    yield from papers(instance, job)
    yield from _permits(instance, job)


def _permits(instance: Instance, job: Job) -> Iterator[Finding]:
    """Yield permissions that are missing, or deadlines passed, for every base it may fly from."""
    ends = {job.origin_side, job.destination_side}
    areas = {frozenset(ends | {squad.base_side}) for squad in instance.squads}
    emergency = is_emergency([job.order])
    if any(instance.earliest_takeoff_s(sides, emergency) is not None for sides in areas):
        return
    sides = min(areas, key=lambda area: (len(area), sorted(area)))
    midnight, fleet = instance.airspace.calendar.midnight, instance.request.fleet
    for side in sorted(sides):
        lacking = missing(instance.rulebook.permissions, fleet, side, len(sides) > 1, midnight)
        for refusal in lacking:
            yield Finding(refusal.code, dict(refusal.values))
    if instance.permitted(sides):
        values = {"planned_at": fleet.planned_at.isoformat(), "sides": " and ".join(sorted(sides))}
        yield Finding("PERMISSION_DEADLINE", dict(values))


def _bound_up(instance: Instance, at: int) -> Iterator[Finding]:
    """Yield why a job cannot ride with its box, whatever the time of day."""
    box, unit = instance.jobs[at].order.box, instance.units[at]
    if box is None:
        return
    if len(unit) > instance.rules.max_orders_per_sortie:
        values = {"orders": len(unit), "allowed": instance.rules.max_orders_per_sortie}
        yield Finding("SORTIE_ORDERS", {"box": box, **values}, "fewer orders in the box")
    clash = first_apart(instance.rules, [instance.jobs[job].order for job in unit])
    if clash is not None:
        one, other = clash
        yield Finding("ORDERS_APART", {"box": box, "order": one.id, "other": other.id})
    for other_job in unit:
        mate = instance.jobs[other_job].order.id
        for finding in _standing(instance, other_job) if other_job != at else ():
            remedy = f"send it without {mate}"
            yield Finding("BOX_SPLIT", {"box": box, "with": mate, "rule": finding.code}, remedy)
            break


# -- an order alone ----------------------------------------------------------------------


def _lighter(instance: Instance, at: int, past: Callable[[], bool]) -> str:
    """Return the remedy of a battery that does not last: the greatest load that it takes."""
    job = instance.jobs[at]
    fits_g, fails_g = 0, math.ceil(job.order.mass_kg * 10) * 100
    while fails_g - fits_g > 100:
        mass_g = (fits_g + fails_g) // 200 * 100
        lighter = replace(job, order=replace(job.order, mass_kg=mass_g / 1000))
        other = copy.copy(instance)
        other.jobs = (*other.jobs[:at], lighter, *other.jobs[at + 1 :])
        if tried_alone(Dispatcher(other), at, first=True, past=past).timed is None:
            fails_g = mass_g
        else:
            fits_g = mass_g
    return f"at most {fits_g / 1000:g} kg" if fits_g else _MORE_ENERGY


def _timings(empty: Dispatcher, at: int) -> Iterator[TimedTour]:
    """Yield the cheapest timing of the job alone by each squad that can serve it."""
    for number in range(len(empty.instance.squads)):
        tour = tour_alone(empty.instance, number, at)
        timed = first_timing(empty, tour, {})
        if timed is not None:
            yield empty.best(tour, timed.start_s)
