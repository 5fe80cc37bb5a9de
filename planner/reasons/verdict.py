"""What a rule says against an order once it is known to decide: its values and a remedy.

The values come from the order's timing without the rule, held against the day as it is.
"""

import datetime as dt
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from geodata.features import Side
from geodata.schedule import contains
from planner.air.airspace import Closure
from planner.day.instance import Instance
from planner.day.tour import TimedEvent, TimedTour, Unflyable, handed_over_s
from planner.plan.plan import Reason
from planner.rules.codes import RULES
from planner.rules.permission import is_emergency

MOST_FASTER = 50
"""How much faster a cruise is thought of that would save an order, percent."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that keeps an order out, the values that decided, and a remedy of its own if known."""

    code: str
    values: Mapping[str, object]
    remedy: str = ""


def reason_of(finding: Finding) -> Reason:
    """Return a finding as a plan states it."""
    rule = RULES[finding.code]
    detail = ", ".join(f"{name} {value}" for name, value in finding.values.items())
    return Reason(
        code=finding.code,
        message=f"{rule.meaning} Here: {detail}." if detail else rule.meaning,
        values=dict(finding.values),
        remedy=finding.remedy or rule.remedy,
    )


@dataclass(frozen=True, slots=True)
class Verdict:
    """A job that can be served alone once some rules are out of the way, and how.

    `given` is the instance as asked, `relaxed` the one in which `timed` was found; `refusals` are
    those of the job tried alone with the rule in question in its way and the others out of it.
    """

    given: Instance
    relaxed: Instance
    job: int
    timed: TimedTour
    refusals: Mapping[str, Unflyable]

    def finding(self, code: str) -> Finding:
        """Return what the rule of a code says."""
        by_code: dict[str, Callable[[], Finding]] = {
            "BOX_SPLIT": self._box,
            "ORDER_AFTER": self._after,
            "PERMISSION_DEADLINE": self._deadline,
            "DECLARATION_LATE": self._declared_late,
            "DECLARATION_EARLY": self._declared_early,
            "WARNING_IN_FORCE": self._warning,
            "WIND_LIMIT": self._wind,
            "ZONE_ACTIVE": self._zone,
            "CORRIDOR_CLOSED": self._corridor,
            "SITE_CLOSED": self._site,
            "CUSTOMS_CLOSED": self._customs,
            "EMPTY_CROSSING": self._empty,
            "HELD_BY_OTHERS": self._held,
            "DRONE_HOURS": self._hours,
            "ORDER_DUE": self._due,
            "GOODS_NOT_CARRIED": self._goods,
            "SIDE_NOT_REGISTERED": self._sides,
        }
        if code in by_code:
            return by_code[code]()
        refusal = self.refusals.get(code)
        return Finding(code, refusal.values if refusal else {})

    # -- the air and the sites -----------------------------------------------------------

    def _closures(self, code: str) -> Iterator[Closure]:
        """Yield the closures of a code that the timing flies into."""
        closures = self.given.airspace.closures
        for flight in self.timed.flights:
            for at, block in enumerate(flight.chain.blocks):
                enter = flight.takeoff_s + flight.enter[at]
                leave = flight.takeoff_s + flight.exit[at]
                for closure in closures[block]:
                    if closure.code == code and enter < closure.until and closure.since < leave:
                        yield closure

    def _warning(self) -> Finding:
        closure = next(self._closures("WARNING_IN_FORCE"), None)
        if closure is None:
            return Finding("WARNING_IN_FORCE", {})
        values = {"warning": closure.cause, **self._span(closure)}
        return Finding("WARNING_IN_FORCE", values, f"a due time after {values['until']}")

    def _zone(self) -> Finding:
        closure = next(self._closures("ZONE_ACTIVE"), None)
        if closure is None:
            return Finding("ZONE_ACTIVE", {})
        return Finding("ZONE_ACTIVE", {"zone": closure.cause, **self._span(closure)})

    def _corridor(self) -> Finding:
        closure = next(self._closures("CORRIDOR_CLOSED"), None)
        if closure is None:
            return Finding("CORRIDOR_CLOSED", {})
        hours = self.given.network.corridors[closure.cause].hours
        return Finding("CORRIDOR_CLOSED", {"corridor": closure.cause, "hours": hours})

    def _site(self) -> Finding:
        vertiports = self.given.network.vertiports
        for closure in self._closures("SITE_CLOSED"):
            if closure.cause in vertiports:
                values = {"site": closure.cause, "hours": vertiports[closure.cause].hours}
                return Finding("SITE_CLOSED", values)
        return Finding("SITE_CLOSED", {})

    def _customs(self) -> Finding:
        checkpoints = self.given.network.checkpoints
        for place, event in self._clearances():
            hours = self.given.open_hours[place]
            if not contains(hours, event.start_s, event.end_s):
                values = {"checkpoint": place, "hours": checkpoints[place].hours}
                return Finding(
                    "CUSTOMS_CLOSED", {**values, "clears_at": self._clock(event.start_s)}
                )
        return Finding("CUSTOMS_CLOSED", {})

    def _wind(self) -> Finding:
        """Return the strongest wind that the timing flies in on the day as it is."""
        airspace = self.given.airspace
        kind = self.given.request.types[self.given.request.drones[self._drone()].type]
        steps, lanes = airspace.wind_steps, airspace.blocks.lanes
        strongest, when = 0.0, 0
        for flight in self.timed.flights:
            for epoch in range(
                airspace.epoch(flight.takeoff_s), airspace.epoch(flight.landing_s) + 1
            ):
                for lane in flight.chain.lanes:
                    speed_m_s, _ = airspace.wind(lanes[lane].height_amsl_m, epoch)
                    if speed_m_s > strongest:
                        strongest, when = speed_m_s, epoch
        values = {
            "wind_m_s": strongest,
            "limit_m_s": kind.wind_limit_m_s,
            "type": kind.id,
            "since": self._clock(steps[when]),
            "until": self._clock(steps[when + 1]),
        }
        return Finding("WIND_LIMIT", values)

    def _empty(self) -> Finding:
        values: dict[str, object] = {"hours": self.given.rulebook.customs.empty_crossing.hours}
        side_of = self.given.network.side_of
        for flight, aboard in zip(self.timed.flights, self.timed.aboard, strict=True):
            chain = flight.chain
            inside = self.given.empty_crossing
            over = side_of(chain.origin) != side_of(chain.destination)
            if over and not aboard and not contains(inside, flight.takeoff_s, flight.landing_s):
                values["crosses_at"] = self._clock(flight.takeoff_s)
        return Finding("EMPTY_CROSSING", values)

    def _held(self) -> Finding:
        """Return the first thing held by others that the timing meets."""
        airspace, seconds = self.given.airspace, self.given.airspace.calendar.seconds
        held, buffer_s = self.given.request.held, self.given.rules.time_buffer_s
        for flight in self.timed.flights:
            for at, block in enumerate(flight.chain.blocks):
                enter = flight.takeoff_s + flight.enter[at] - buffer_s
                leave = flight.takeoff_s + flight.exit[at] + buffer_s
                for air, blocks in zip(held.air, airspace.held_blocks, strict=True):
                    for since, until in air.spans if block in blocks else ():
                        if enter < seconds(until) and seconds(since) < leave:
                            values = {"block": airspace.blocks.all[block].id}
                            return Finding("HELD_BY_OTHERS", values | _stretch(since, until))
        for stop in self.timed.stops:
            for each in held.seats:
                for since, until in each.spans if each.site == stop.place else ():
                    if stop.arrive_s < seconds(until) and seconds(since) < stop.depart_s:
                        values = {each.kind: each.site}
                        return Finding("HELD_BY_OTHERS", values | _stretch(since, until))
        return Finding("HELD_BY_OTHERS", {})

    # -- the fleet -----------------------------------------------------------------------

    def _hours(self) -> Finding:
        drone = self.given.request.drones[self._drone()]
        values = {
            "drone": drone.id,
            "available_from": drone.available_from.isoformat(),
            "available_until": drone.available_until.isoformat(),
            "needed_from": self._clock(self.timed.start_s),
            "needed_until": self._clock(self.timed.end_s),
        }
        return Finding("DRONE_HOURS", values)

    def _goods(self) -> Finding:
        values = {"goods": self.given.jobs[self.job].order.goods, "drone": self._drone()}
        remedy = f"equip drone {values['drone']} for {values['goods']} goods"
        return Finding("GOODS_NOT_CARRIED", values, remedy)

    def _sides(self) -> Finding:
        job, drone = self.given.jobs[self.job], self.given.request.drones[self._drone()]
        base: Side = self.given.network.side_of(drone.base)
        lacking = {job.origin_side, job.destination_side, base} - set(drone.registered)
        sides = " and ".join(sorted(lacking))
        values = {"sides": sides, "drone": drone.id}
        return Finding("SIDE_NOT_REGISTERED", values, f"register drone {drone.id} in {sides}")

    def _deadline(self) -> Finding:
        fleet = self.given.request.fleet
        squad = self.relaxed.squads[self.timed.tour.squad]
        job = self.given.jobs[self.job]
        sides = frozenset({job.origin_side, job.destination_side, squad.base_side})
        values: dict[str, object] = {
            "planned_at": fleet.planned_at.isoformat(),
            "sides": " and ".join(sorted(sides)),
            "needed": self._clock(self.timed.stops[0].depart_s),
        }
        earliest = self.given.earliest_takeoff_s(sides, is_emergency([job.order]))
        if earliest is not None:
            values["earliest"] = self._clock(earliest)
        return Finding("PERMISSION_DEADLINE", values)

    def _drone(self) -> str:
        return self.relaxed.squads[self.timed.tour.squad].drones[0]

    # -- the order and its box ---------------------------------------------------------

    def _box(self) -> Finding:
        """Return the orders of the box, without which the order could be served, and their rule."""
        order, unit = self.given.jobs[self.job].order, self.given.units[self.job]
        mates = [self.given.jobs[each].order.id for each in unit if each != self.job]
        values = {"box": order.box, "with": " ".join(mates), "rule": list(self.refusals)[-1]}
        return Finding("BOX_SPLIT", values, "send it without its box, or mend that rule for all")

    def _after(self) -> Finding:
        """Return from when on the order may be loaded at the earliest, and after which other."""
        job = self.given.jobs[self.job]
        values = {"after": job.order.after, "loads_from": self._clock(job.ready_s)}
        return Finding("ORDER_AFTER", values)

    def _declared_late(self) -> Finding:
        """Return the document that cannot be cleared yet when the timing clears it."""
        job = self.given.jobs[self.job]
        lodged = {each.document: each.lodged_at for each in job.order.declarations}
        for place, event in self._clearances():
            clearing = job.clearings[place]
            document = clearing.clearance.earliest_document
            if document is None or event.start_s >= clearing.earliest_s:
                continue
            lead = dt.timedelta(seconds=clearing.earliest_s - event.start_s)
            values = {
                "document": document,
                "checkpoint": place,
                "lodged_at": lodged[document].isoformat(),
                "clears_from": self._clock(clearing.earliest_s),
                "needed": self._clock(event.start_s),
            }
            by = (lodged[document] - lead).isoformat()
            return Finding("DECLARATION_LATE", values, f"lodge {document} by {by}")
        return Finding("DECLARATION_LATE", {})

    def _declared_early(self) -> Finding:
        job = self.given.jobs[self.job]
        lodged = {each.document: each.lodged_at for each in job.order.declarations}
        for place, event in self._clearances():
            clearing = job.clearings[place]
            document = clearing.clearance.latest_document
            if document is not None and event.start_s > clearing.latest_s:
                values = {
                    "document": document,
                    "checkpoint": place,
                    "lodged_at": lodged[document].isoformat(),
                    "clears_until": self._clock(clearing.latest_s),
                    "needed": self._clock(event.start_s),
                }
                return Finding("DECLARATION_EARLY", values, f"lodge {document} again")
        return Finding("DECLARATION_EARLY", {})

    def _due(self) -> Finding:
        job = self.given.jobs[self.job]
        done_s = handed_over_s(self.timed, self.job)
        minutes = -(-(done_s - job.latest_s) // 60)
        values: dict[str, object] = {
            "earliest": self._clock(done_s),
            "latest": self._clock(job.latest_s),
        }
        squad = self.relaxed.squads[self.timed.tour.squad]
        if (chosen_m_s := self.relaxed.chosen_m_s(squad)) is not None:
            values["cruise_m_s"] = chosen_m_s
        remedy = f"a due time {minutes} minutes later, or goods ready {minutes} minutes earlier"
        return Finding("ORDER_DUE", values, remedy + self._faster(done_s, done_s - job.latest_s))

    def _faster(self, done_s: int, over_s: int) -> str:
        """Return by how much faster a cruise had to be to save some seconds, if that is thinkable.

        At least by so much: climbs and descents stay as they are.
        """
        flown_s = sum(each.airborne_s for each in self.timed.flights if each.landing_s <= done_s)
        percent = math.ceil(100 * over_s / max(flown_s - over_s, 1.0))
        return f", or a cruise at least {percent} % faster" if percent <= MOST_FASTER else ""

    # -- helpers -------------------------------------------------------------------------

    def _clearances(self) -> Iterator[tuple[str, TimedEvent]]:
        for stop in self.timed.stops:
            for event in stop.events:
                if event.kind in ("export", "import", "joint"):
                    yield stop.place, event

    def _span(self, closure: Closure) -> dict[str, object]:
        return {"since": self._clock(closure.since), "until": self._clock(closure.until)}

    def _clock(self, second: int) -> str:
        return clock(self.given, second)


def _stretch(since: dt.datetime, until: dt.datetime) -> dict[str, str]:
    return {"since": since.isoformat(), "until": until.isoformat()}


def clock(instance: Instance, second: int) -> str:
    """Return a second of the day as a local time."""
    instant: dt.datetime = instance.airspace.calendar.instant(second)
    return instant.isoformat()
