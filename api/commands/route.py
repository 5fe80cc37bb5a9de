"""`hetao route`: the quickest legal way of one consignment, or why there is none."""

from pathlib import Path
from typing import Annotated

import typer

from api import console
from api.outcomes import NotHeldError
from api.parameters import Elevation, ElevationMargin, Json, NetworkOption, network_folder
from api.route_query import Consignment, read_query, taken_as_given


def route(
    origin: Annotated[str, typer.Argument(metavar="FROM", help="Vertiport where it is loaded.")],
    destination: Annotated[str, typer.Argument(metavar="TO", help="Vertiport to bring it to.")],
    depart: Annotated[
        str,
        typer.Option(
            metavar="TIME",
            help="Loaded and ready to take off, with the zone: 2026-11-24T09:30+08:00.",
        ),
    ],
    mass: Annotated[float, typer.Option(metavar="KG", help="Mass, packed, kg.")] = 1,
    volume: Annotated[float, typer.Option(metavar="L", help="Volume, packed, litres.")] = 5,
    goods: Annotated[
        str,
        typer.Option(
            metavar="CLASS",
            help="document, general, bonded, research, biological, strategic or dangerous.",
        ),
    ] = "general",
    priority: Annotated[
        str, typer.Option(metavar="WHICH", help="standard, express or emergency.")
    ] = "standard",
    sealed: Annotated[
        bool, typer.Option(help="Whether it is in a sealed and pre-declared box.")
    ] = True,
    documents: Annotated[
        bool,
        typer.Option(help="Take every document that it needs as lodged in time, or none."),
    ] = True,
    document: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CODE@TIME",
            help="A document and when it was lodged; only those given are then lodged. May be "
            "repeated.",
        ),
    ] = None,
    drone: Annotated[
        str | None, typer.Option(metavar="TYPE", help="Drone type; any of the fleet if left out.")
    ] = None,
    cruise: Annotated[
        float | None,
        typer.Option(
            metavar="M_S", help="Cruise airspeed, m/s; any that the type lists if left out."
        ),
    ] = None,
    request: Annotated[
        Path | None,
        typer.Option(
            "--request",
            metavar="DIR",
            exists=True,
            file_okay=False,
            help="Folder with fleet.yaml (or .json) and, if you like, weather.json. If left out: "
            "the shipped sample's fleet on the day of departure, calm air, and no question of "
            "flight permission.",
            show_default=False,
        ),
    ] = None,
    network: NetworkOption = None,
    elevation: Elevation = None,
    elevation_margin: ElevationMargin = 5,
    alternatives: Annotated[
        int, typer.Option(min=0, max=20, help="How many other routes to look for.")
    ] = 0,
    as_json: Json = False,
) -> None:
    """Find the route that lands first: pads, checkpoints, lanes, heights, times, energy.

    The sky is taken as empty and the battery as full. Each leg is flown in the wind of its hour and
    around closures, each clearance waits for hours and documents. If there is no route, the rules
    that decided are named with their values, and what would change the answer: each change has been
    tried.

    Exit codes: 0 there is a route, 1 there is none, 2 bad input.

    Example: `hetao route SZ-HOSPITAL HK-B8 --depart 2026-11-24T09:30+08:00 --mass 2.5
    --goods biological --alternatives 3`
    """
    from api.route_answer import describe, print_answer
    from geodata.read import read_network
    from planner.air.airspace import Airspace
    from planner.day.instance import Instance
    from planner.route.changes import route_changes
    from planner.route.reasons import route_reasons
    from planner.route.route import RouteQuery, Router
    from planner.rules.rulebook import shipped_rulebook

    rulebook = shipped_rulebook()
    corridors = read_network(
        network_folder(network), elevation=elevation, elevation_margin_m=elevation_margin
    )
    consignment = Consignment(
        origin=origin,
        destination=destination,
        depart=depart,
        mass_kg=mass,
        volume_l=volume,
        goods=goods,
        priority=priority,
        sealed=sealed,
        documents=tuple(document or ()),
        documents_in_time=documents,
        drone=drone,
        cruise_m_s=cruise,
    )
    asked = read_query(consignment, request, corridors, rulebook)
    instance = Instance(Airspace(corridors, asked), rulebook)
    router = Router(instance, permissions=request is not None)
    query = RouteQuery(asked.orders[0], drone, alternatives, cruise)
    answer = router.routes(query)
    changes = () if answer.routes else route_changes(router, query)
    reasons = route_reasons(router, answer)
    found = describe(
        answer, reasons, changes, taken_as_given(consignment, request is not None, asked), instance
    )
    if as_json:
        console.print_json(found)
    else:
        print_answer(found, console.answers())
    if not answer.routes:
        raise NotHeldError
