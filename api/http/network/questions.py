"""`/v1/network/impact`, `capacity` and `suggest`: questions that take seconds to a minute.

Each is answered by a process of its own, which ends with the time limit of answers, and when who
asked has gone.
"""

import datetime as dt
import threading
import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Annotated, Any, Literal, TypeVar

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import to_json
from starlette.responses import Response

from api import worker
from api.caller import Caller
from api.http.given import Given
from api.http.gone import Gone
from api.http.network.names import NetworkName, Reader, named_network
from api.http.problems import ProblemError, documented
from api.http.requests import find_request
from api.jobs import ask as jobs
from api.jobs.ask import CapacityJob, Flown, ImpactJob, SuggestJob
from api.service import Service
from geodata.faults import InvalidInput
from geodata.features import GoodsClass
from geodata.field_faults import Place
from geodata.suggest.ask import Ask, Minima, TurnLimits

J = TypeVar("J")

AT_ONCE = 2
"""Questions that a server answers at a time; others get 429."""

MARGIN_S = 3.0
"""How long before the time limit of answers a question is given up."""

LEAST_S = 1.0
"""How long a question is waited for, however short that limit is."""

LOOK_S = 0.5
"""How soon it is seen that who asked has gone."""

DEPARTURES_MOST = 96

_ROOM = threading.BoundedSemaphore(AT_ONCE)
_ANY: dict[str, Any] = {"type": "object", "additionalProperties": True}

router = APIRouter(prefix="/v1/network", tags=["network"])
Carried = Literal["document", "general", "bonded", "research", "biological", "strategic"]
Hour = Annotated[int, Field(ge=0, le=23)]


class Flying(BaseModel):
    """What flies, and when."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    mass_kg: float = Field(default=1, ge=0.001, le=1000, description="Load of a flight, kg.")
    day: dt.date | None = Field(default=None, description="Day, in place of the fleet's.")
    request: str | None = Field(
        default=None,
        pattern="^[0-9a-f]{32}$",
        description="Stored request with fleet and weather; the sample's fleet in calm air if left "
        "out.",
    )

    def flown(self, service: Service, caller: Caller) -> Flown:
        """Return it for a job; raises ProblemError (404) for a request that is not the caller's."""
        content = None
        if self.request is not None:
            with service.sessions() as session:
                content = find_request(session, caller.operator, self.request).content
        return Flown(content=content, day=self.day, mass_kg=self.mass_kg)


class CapacityAsk(Flying):
    """How many loaded flights an hour can pass between two parks."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"hours": [10], "shares": {"general": 1}}}
    )

    network: NetworkName | None = Field(default=None, description="The newest edition if left out.")
    origins: list[Annotated[str, Field(max_length=64)]] = Field(
        default=[], alias="from", max_length=500, description="Vertiports; SZ's parks if left out."
    )
    destinations: list[Annotated[str, Field(max_length=64)]] = Field(
        default=[], alias="to", max_length=500, description="Vertiports; HK's park if left out."
    )
    shares: dict[Carried, Annotated[float, Field(gt=0, le=1e6)]] | None = Field(
        default=None, min_length=1, description="Weights of goods classes; the sample day's mix."
    )
    hours: list[Hour] = Field(default=[12], min_length=1, max_length=24)
    returns: bool = Field(default=True, description="Count the flights of empty drones back.")


class ImpactAsk(Flying):
    """What a change of network does before it is published, and which edits do it."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"new": "draft:crane", "goods": ["general"], "departures": ["10:00:00"]}
        }
    )

    old: NetworkName | None = Field(default=None, description="The newest edition if left out.")
    new: NetworkName
    goods: list[Carried] = Field(
        default=["document", "general", "bonded", "research", "biological", "strategic"],
        min_length=1,
        max_length=6,
    )
    departures: list[dt.time] = Field(
        default=[dt.time(hour) for hour in range(7, 22, 2)],
        min_length=1,
        max_length=DEPARTURES_MOST,
        description="Local times of day, ascending.",
    )
    capacity_hour: Hour = Field(default=12, description="Hour at which capacity is compared.")


class SuggestAsk(BaseModel):
    """A corridor to draw from one place to another."""

    model_config = ConfigDict(
        extra="forbid",
        allow_inf_nan=False,
        json_schema_extra={"example": {"from": "SZ-SHANGBU", "to": "HK-LOOP-SE"}},
    )

    network: NetworkName | None = Field(default=None, description="The newest edition if left out.")
    start: str = Field(alias="from", max_length=64, description="Vertiport, checkpoint, waypoint.")
    end: str = Field(alias="to", max_length=64, description="Another one.")
    width_m: float = Field(default=40, description="Full width, m.")
    height_m: float = Field(default=80, description="Of the upper lane, m; the other: 25 m lower.")
    height_reference: Literal["AMSL", "AGL"] = "AMSL"
    lateral_m: float = Field(default=30, description="Separation in plan, m.")
    vertical_m: float = Field(default=15, description="Separation in height, m.")
    turn_max_deg: float = Field(default=60, description="Largest turn, degrees.")
    leg_min_m: float = Field(default=60, description="Shortest leg, m.")
    crossing_min_deg: float = Field(default=60, description="Least angle to the boundary, degrees.")
    cross_lanes: bool = Field(default=False, description="May cross lanes within their minima.")
    alternatives: int = Field(default=2, ge=0, le=5, description="Other ways to look for.")


def _described(operation: str, description: str) -> dict[str, Any]:
    answered = {"description": description, "content": {"application/json": {"schema": _ANY}}}
    return {
        "operation_id": operation,
        "response_class": Response,
        "responses": {
            **documented(HTTPStatus.NOT_FOUND, HTTPStatus.TOO_MANY_REQUESTS),
            200: answered,
        },
    }


@router.post("/capacity", **_described("findCapacity", "Flights an hour, and what limits them."))
def capacity(ask: CapacityAsk, service: Given, caller: Reader, gone: Gone) -> Response:
    """Tell how many loaded flights an hour can pass: there, back, and both together.

    The optimum of a linear programme over all routes: no timetable can keep up more.
    """
    total = sum(ask.shares.values()) if ask.shares else 1.0
    shares: Mapping[GoodsClass, float] | None = (
        {goods: weight / total for goods, weight in ask.shares.items()} if ask.shares else None
    )
    job = CapacityJob(
        network=_network(service, ask.network),
        flown=ask.flown(service, caller),
        origins=tuple(sorted(set(ask.origins))),
        destinations=tuple(sorted(set(ask.destinations))),
        shares=shares,
        returns=ask.returns,
        hours=tuple(sorted(set(ask.hours))),
    )
    return _answer(service, jobs.capacity, job, gone)


@router.post("/impact", **_described("findImpact", "Routes and capacity that change, and why."))
def impact(ask: ImpactAsk, service: Given, caller: Reader, gone: Gone) -> Response:
    """Tell what a change of network does, and put each difference down to the edits that make it.

    Every pair of vertiports, goods class, drone type and departure is routed on both networks.
    """
    departures = tuple(3600 * each.hour + 60 * each.minute + each.second for each in ask.departures)
    if list(departures) != sorted(set(departures)):
        place = Place("body")
        raise InvalidInput(
            [place.fault("departures", "OUT_OF_ORDER", "The times do not ascend.", value="")]
        )
    job = ImpactJob(
        old=_network(service, ask.old),
        new=named_network(service, ask.new),
        flown=ask.flown(service, caller),
        goods=tuple(ask.goods),
        departures=departures,
        capacity_hour=ask.capacity_hour,
    )
    return _answer(service, jobs.impact, job, gone)


@router.post("/suggest", **_described("suggestCorridor", "Drafts, or what is in the way."))
def suggest(ask: SuggestAsk, service: Given, caller: Reader, gone: Gone) -> Response:
    """Draw corridors that the network check takes; each can be added to a draft as it stands.

    That there is none is an answer (200 with `reasons`), not an error.
    """
    asked = Ask(
        ask.start,
        ask.end,
        width_m=ask.width_m,
        height_m=ask.height_m,
        height_reference=ask.height_reference,
        minima=Minima(ask.lateral_m, ask.vertical_m),
        turns=TurnLimits(ask.turn_max_deg, ask.leg_min_m),
        crossing_min_deg=ask.crossing_min_deg,
        cross_lanes=ask.cross_lanes,
    )
    job = SuggestJob(
        network=_network(service, ask.network), ask=asked, alternatives=ask.alternatives
    )
    return _answer(service, jobs.suggest, job, gone)


def _network(service: Service, name: str | None) -> Any:
    return service.networks.current() if name is None else named_network(service, name)


def _answer(
    service: Service, work: Callable[[J, Any], dict[str, Any]], job: J, gone: threading.Event
) -> Response:
    """Return what a question comes to; raises ProblemError: 429, or 503 if it takes too long."""
    if not _ROOM.acquire(blocking=False):
        raise ProblemError(
            HTTPStatus.TOO_MANY_REQUESTS,
            "QUESTIONS_AT_ONCE",
            f"{AT_ONCE} questions are being answered",
            headers={"Retry-After": "10"},
        )
    try:
        return Response(to_json(_within(service, work, job, gone)), media_type="application/json")
    finally:
        _ROOM.release()


def _within(
    service: Service, work: Callable[[J, Any], dict[str, Any]], job: J, gone: threading.Event
) -> dict[str, Any]:
    until = time.monotonic() + max(LEAST_S, service.settings.answer_within_s - MARGIN_S)
    with worker.child(work, job) as at_work:
        while (left_s := until - time.monotonic()) > 0 and not gone.is_set():
            heard = at_work.hear(min(left_s, LOOK_S))
            if isinstance(heard, worker.Answer):
                return heard.value
    raise ProblemError(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "TIME_LIMIT",
        "the question takes longer than an answer may; ask for less at once",
        headers={"Retry-After": "60"},
    )
