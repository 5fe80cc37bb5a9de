"""`/v1/routes`: the quickest legal way of a consignment, alone or from many places to many.

A query takes a fraction of a millisecond to a few, so it is answered on the event loop itself:
handing it to a thread would take longer. Many of them let others in between.
"""

import asyncio
import datetime as dt
import time
from http import HTTPStatus

from fastapi import APIRouter, Response
from pydantic_core import to_json
from starlette.concurrency import run_in_threadpool

from api.caller import Caller
from api.compiled_routes import Compiled
from api.http.given import Asker, Given
from api.http.problems import ProblemError, documented
from api.http.requests import find_request
from api.http.route_models import (
    MOST_CELLS,
    Carried,
    MatrixAnswer,
    MatrixAsk,
    RouteAnswer,
    RouteAsk,
)
from api.jobs.solve import read_content
from api.route_answer import describe
from api.route_query import (
    BODY,
    Consignment,
    departure_day,
    fleet_and_weather,
    not_in_fleet,
    taken_as_given,
    with_consignment,
)
from api.service import Service
from geodata.faults import Fault, InvalidInput
from geodata.field_faults import Place
from geodata.nearest import did_you_mean
from geodata.network import Network
from planner.air.cruise import type_id
from planner.request.request import Request
from planner.route.changes import route_changes
from planner.route.reasons import route_reasons
from planner.route.route import RouteQuery
from planner.rules.rulebook import shipped_rulebook

router = APIRouter(prefix="/v1/routes", tags=["routes"])
TURN_S = 0.005
"""How long a matrix keeps others waiting."""


@router.post(
    "",
    operation_id="findRoute",
    response_model=RouteAnswer,
    responses=documented(HTTPStatus.NOT_FOUND),
)
async def route(ask: RouteAsk, service: Given, caller: Asker) -> Response:
    """Find the route that lands first under an empty sky, or the rules that leave none.

    That there is none is an answer (200 with `reasons`), not an error. Nothing is stored.
    """
    network, rulebook = service.networks.current(), shipped_rulebook()
    consignment = _consignment(ask, ask.origin, ask.destination)
    compiled = await _compiled(ask, consignment, service, caller, network)
    asked = with_consignment(consignment, compiled.base, network, rulebook, BODY)
    query = RouteQuery(asked.orders[0], ask.drone, ask.alternatives, ask.cruise_m_s)
    found = compiled.router.routes(query)
    changes = () if found.routes else route_changes(compiled.router, query)
    reasons = route_reasons(compiled.router, found)
    given = taken_as_given(consignment, ask.request is not None, asked)
    answer = describe(found, reasons, changes, given, compiled.router.instance)
    return Response(to_json(answer), media_type="application/json")


@router.post(
    "/matrix",
    operation_id="findRoutes",
    response_model=MatrixAnswer,
    responses=documented(HTTPStatus.NOT_FOUND),
)
async def matrix(ask: MatrixAsk, service: Given, caller: Asker) -> Response:
    """Find the quickest route from each of some vertiports to each of others."""
    if len(ask.origins) * len(ask.destinations) > MOST_CELLS:
        detail = f"at most {MOST_CELLS} pairs"
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, "TOO_MANY_PAIRS", detail)
    network = service.networks.current()
    _check_places(ask, network)
    first = _consignment(ask, ask.origins[0], ask.destinations[0])
    compiled = await _compiled(ask, first, service, caller, network)
    faults = list(not_in_fleet(first, compiled.base, BODY))
    if faults:
        raise InvalidInput(faults)
    cells, since = list[list[dict[str, object] | None]](), time.monotonic()
    for origin in ask.origins:
        cells.append([])
        for destination in ask.destinations:
            cells[-1].append(_cell(ask, origin, destination, compiled, network))
            if time.monotonic() - since > TURN_S:
                await asyncio.sleep(0)
                since = time.monotonic()
    answer = {
        "from": ask.origins,
        "to": ask.destinations,
        "depart": ask.depart,
        "edition": network.edition,
        "cells": cells,
    }
    return Response(to_json(answer), media_type="application/json")


def _cell(
    ask: MatrixAsk, origin: str, destination: str, compiled: Compiled, network: Network
) -> dict[str, object] | None:
    if origin == destination:
        return None
    consignment = _consignment(ask, origin, destination)
    asked = with_consignment(consignment, compiled.base, network, shipped_rulebook(), BODY)
    router = compiled.router
    found = router.routes(RouteQuery(asked.orders[0], ask.drone, cruise_m_s=ask.cruise_m_s))
    if not found.routes:
        codes = list(dict.fromkeys(each.code for each in route_reasons(router, found)))
        empty = dict.fromkeys(("landing", "duration_s", "distance_m", "energy_wh", "drone_type"))
        return {**empty, "checkpoints": [], "codes": codes}
    best = found.routes[0]
    return {
        "landing": router.instance.airspace.calendar.instant(best.landing_s).isoformat(),
        "duration_s": best.landing_s - best.flights[0].takeoff_s,
        "distance_m": round(sum(flight.chain.length_m for flight in best.flights), 1),
        "energy_wh": round(sum(best.energies_wh), 2),
        "drone_type": type_id(best.kind),
        "checkpoints": [stop.clearing.checkpoint for stop in best.cleared],
        "codes": [],
    }


async def _compiled(
    ask: Carried, consignment: Consignment, service: Service, caller: Caller, network: Network
) -> Compiled:
    """Return a router for the fleet, weather and day of a query."""
    if ask.request is None:
        day = departure_day(consignment, network)
    else:
        day = await run_in_threadpool(_day, service, caller, ask.request)
    if day is None:  # the reader of orders says what is wrong with the time
        with_consignment(consignment, None, network, shipped_rulebook(), BODY)
        raise AssertionError("a time that cannot be read is a fault")
    kept = service.routes.find(network, ask.request, day)
    if kept is None:
        base = await run_in_threadpool(_base, service, caller, ask.request, network)
        kept = service.routes.compile(network, ask.request, day, base)
    return kept


def _day(service: Service, caller: Caller, id: str) -> dt.date:
    with service.sessions() as session:
        return find_request(session, caller.operator, id).day


def _base(service: Service, caller: Caller, id: str | None, network: Network) -> Request:
    if id is None:
        return fleet_and_weather(None, network, shipped_rulebook())
    with service.sessions() as session:
        content = find_request(session, caller.operator, id).content
    return read_content(content, network, shipped_rulebook())


def _consignment(ask: Carried, origin: str, destination: str) -> Consignment:
    return Consignment(
        origin=origin,
        destination=destination,
        depart=ask.depart,
        mass_kg=ask.mass_kg,
        volume_l=ask.volume_l,
        goods=ask.goods,
        priority=ask.priority,
        sealed=ask.sealed,
        documents=tuple(f"{each.document}@{each.lodged_at.isoformat()}" for each in ask.documents),
        documents_in_time=ask.documents_in_time,
        drone=ask.drone,
        cruise_m_s=ask.cruise_m_s,
    )


def _check_places(ask: MatrixAsk, network: Network) -> None:
    """Raise InvalidInput with every place of a matrix that is no vertiport."""
    faults = list[Fault]()
    for field, places in (("from", ask.origins), ("to", ask.destinations)):
        for at, place in enumerate(places):
            if place not in network.vertiports:
                hint = did_you_mean(place, network.vertiports)
                message = f"the network has no such vertiport{hint}"
                faults.append(_fault(f"{field}[{at}]", "UNKNOWN_VERTIPORT", message, place, ""))
    if faults:
        raise InvalidInput(faults)


def _fault(field: str, code: str, message: str, value: str, limit: str) -> Fault:
    return Place("").fault(field, code, message, value=value, limit=limit)
