"""Questions to a network that take seconds or minutes, each in a process of its own."""

import datetime as dt
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from api.console import Report
from api.jobs.solve import GIVES_WAY, read_content

if TYPE_CHECKING:
    from geodata.features import GoodsClass, Side
    from geodata.network import Network
    from geodata.suggest.ask import Ask
    from planner.request.request import Request

_SIDES: "tuple[Side, Side]" = ("SZ", "HK")


@dataclass(frozen=True, kw_only=True, slots=True)
class Flown:
    """What flies: fleet and weather of a stored request, or the sample's fleet in calm air."""

    content: bytes | None
    day: dt.date | None
    mass_kg: float

    def request(self, network: "Network") -> "Request":
        """Return it as a request without orders; raises `InvalidInput`."""
        from api.route_query import fleet_and_weather
        from planner.rules.rulebook import shipped_rulebook

        rulebook = shipped_rulebook()
        if self.content is None:
            found = fleet_and_weather(None, network, rulebook)
        else:
            found = replace(read_content(self.content, network, rulebook), orders=())
        return (
            found if self.day is None else replace(found, fleet=replace(found.fleet, day=self.day))
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class CapacityJob:
    """How many loaded flights an hour can pass; places without a name are those of the parks."""

    network: "Network"
    flown: Flown
    origins: tuple[str, ...]
    destinations: tuple[str, ...]
    shares: "Mapping[GoodsClass, float] | None"
    returns: bool
    hours: tuple[int, ...]


def capacity(job: CapacityJob, report: Report) -> dict[str, Any]:
    """Return the capacity of a network by hour; raises `InvalidInput`."""
    os.nice(GIVES_WAY)
    from api.capacity_document import capacity_document
    from planner.air.airspace import Airspace
    from planner.capacity.capacity import COURSES, Capacities
    from planner.capacity.question import MIX, CapacityQuestion, park_vertiports
    from planner.day.instance import Instance
    from planner.rules.rulebook import shipped_rulebook

    network = job.network
    given = (job.origins, job.destinations)
    ends = [
        named or park_vertiports(network, side) for named, side in zip(given, _SIDES, strict=True)
    ]
    _refuse_places(network, ends)
    question = CapacityQuestion(ends[0], ends[1], job.shares or MIX, job.flown.mass_kg, job.returns)
    instance = Instance(Airspace(network, job.flown.request(network)), shipped_rulebook())
    found = Capacities(instance, question)
    rows = [[found.hour(hour, course) for course in COURSES] for hour in job.hours]
    return capacity_document(found, rows, [])


@dataclass(frozen=True, kw_only=True, slots=True)
class ImpactJob:
    """What a change of network does; `departures` are seconds of the day."""

    old: "Network"
    new: "Network"
    flown: Flown
    goods: "tuple[GoodsClass, ...]"
    departures: tuple[int, ...]
    capacity_hour: int


def impact(job: ImpactJob, report: Report) -> dict[str, Any]:
    """Return what a change does to routes and capacity, and which edits do it."""
    os.nice(GIVES_WAY)
    from planner.capacity.question import MIX, CapacityQuestion, park_vertiports
    from planner.impact.document import impact_document
    from planner.impact.grid import Grid
    from planner.impact.impact import impact as find_impact
    from planner.rules.rulebook import shipped_rulebook

    networks, rulebook = (job.old, job.new), shipped_rulebook()
    asked = job.flown.request(job.old)
    vertiports = tuple(sorted({*job.old.vertiports, *job.new.vertiports}))
    types, mass_kg = tuple(asked.types), job.flown.mass_kg
    grid = Grid(asked, rulebook, vertiports, types, job.goods, job.departures, mass_kg)
    parks = [
        tuple(sorted({each for one in networks for each in park_vertiports(one, side)}))
        for side in _SIDES
    ]
    question = CapacityQuestion(parks[0], parks[1], MIX, mass_kg)
    found = find_impact(
        job.old,
        job.new,
        grid,
        question=question,
        capacity_at_s=3600 * job.capacity_hour,
        report=report,
    )
    return impact_document(found)


@dataclass(frozen=True, kw_only=True, slots=True)
class SuggestJob:
    """A corridor to draw between two places."""

    network: "Network"
    ask: "Ask"
    alternatives: int


def suggest(job: SuggestJob, report: Report) -> dict[str, Any]:
    """Return corridors that the network check takes, or the rules that are in the way."""
    os.nice(GIVES_WAY)
    from geodata.check.incremental import Checked
    from geodata.suggest.document import suggestions_json
    from geodata.suggest.suggest import suggest as drawn

    answer = drawn(Checked.of(job.network), job.ask, alternatives=job.alternatives)
    return suggestions_json(answer)


def _refuse_places(network: "Network", ends: "Sequence[Sequence[str]]") -> None:
    """Raise `InvalidInput` unless there is a vertiport at each end, and all are on two sides."""
    from geodata.codes import fault
    from geodata.faults import Fault, InvalidInput
    from geodata.nearest import did_you_mean

    faults: list[Fault] = []
    for field, places in zip(("from", "to"), ends, strict=True):
        if not places:
            faults.append(fault("UNKNOWN_REFERENCE", "body", "", field, value="no vertiport"))
        for each in places:
            if each not in network.vertiports:
                hint = did_you_mean(each, network.vertiports)
                message = f"There is no vertiport {each}{hint or '.'}"
                faults.append(
                    fault("UNKNOWN_REFERENCE", "body", "", field, value=each, message=message)
                )
    sides = [{network.side_of(each) for each in places if not faults} for places in ends]
    if not faults and (len(sides[0]) > 1 or len(sides[1]) > 1 or sides[0] == sides[1]):
        value = " and ".join("/".join(sorted(each)) for each in sides)
        message = "The places of each end are on one side, and the ends on two."
        faults.append(fault("UNKNOWN_REFERENCE", "body", "", "to", value=value, message=message))
    if faults:
        raise InvalidInput(faults)
