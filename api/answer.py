"""A plan that is looked at again, with what it was made of."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from api.parameters import network_folder, request_folder

if TYPE_CHECKING:
    from geodata.network import Network
    from planner.plan.plan import Plan
    from planner.request.request import Request
    from planner.rules.rulebook import Rulebook

CERTIFICATE = "certificate.json"
"""The file beside a plan that proves its bound."""

PlanFile = Annotated[
    Path, typer.Argument(metavar="PLAN", exists=True, dir_okay=False, help="A plan.json.")
]

StoreOption = Annotated[
    Path | None,
    typer.Option(
        "--store",
        metavar="DIR",
        exists=True,
        file_okay=False,
        help="Store of editions, to take the plan on the one that it was made on.",
        show_default=False,
    ),
]

RequestOption = Annotated[
    Path | None,
    typer.Option(
        "--request",
        metavar="DIR",
        exists=True,
        file_okay=False,
        help="Folder of the request that the plan answers; the shipped sample day if left out.",
        show_default=False,
    ),
]


class Answer(NamedTuple):
    """A plan and what it answers."""

    plan: "Plan"
    network: "Network"
    request: "Request"
    rulebook: "Rulebook"


def read_answer(
    plan: Path,
    network: Path | None,
    store: Path | None,
    request: Path | None,
    elevation: Path | None,
    elevation_margin_m: float,
) -> Answer:
    """Return a plan with its request, on a network or on the edition of a store that it names.

    Raises BadParameter if both are given, and InvalidInput with all faults of the files.
    """
    from geodata.editions.editions import Store
    from geodata.read import read_network, with_elevation
    from planner.read.plan import read_plan
    from planner.read.request import read_request
    from planner.rules.rulebook import shipped_rulebook

    if network is not None and store is not None:
        raise typer.BadParameter("give --network or --store, not both")
    found = read_plan(plan)
    rulebook = shipped_rulebook()
    if store is None:
        corridors = read_network(
            network_folder(network), elevation=elevation, elevation_margin_m=elevation_margin_m
        )
    else:
        corridors = Store(store).load(found.edition)
        if elevation is not None:
            corridors = with_elevation(corridors, elevation, elevation_margin_m)
    asked = read_request(request_folder(request), corridors, rulebook)
    return Answer(found, corridors, asked, rulebook)
