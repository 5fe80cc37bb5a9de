"""`hetao check`: prove a finished plan."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from api import console
from api.outcomes import NotHeldError
from api.parameters import (
    Elevation,
    ElevationMargin,
    Json,
    NetworkOption,
    network_folder,
    request_folder,
)


def check(
    plan: Annotated[
        Path, typer.Argument(metavar="PLAN", exists=True, dir_okay=False, help="A plan.json.")
    ],
    network: NetworkOption = None,
    store: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            exists=True,
            file_okay=False,
            help="Store of editions, to check the plan on the one that it was made on.",
            show_default=False,
        ),
    ] = None,
    request: Annotated[
        Path | None,
        typer.Option(
            "--request",
            metavar="DIR",
            exists=True,
            file_okay=False,
            help="Folder of the request that the plan answers; the shipped sample day if left out.",
            show_default=False,
        ),
    ] = None,
    elevation: Elevation = None,
    elevation_margin: ElevationMargin = 5,
    as_json: Json = False,
) -> None:
    """Check a plan against network, request and rules, trusting nothing of what made it.

    Every flight is derived again from the geometry. With --store, the network is the edition that
    the plan names, however long ago it was published. Each violation names its rule (see
    `hetao rules`), its place in the plan, the value found and the value allowed.

    Exit codes: 0 every rule holds, 1 a rule is broken, 2 bad input.

    Example: `hetao check my-plan/plan.json --request my-day`
    """
    from geodata.editions import Store
    from geodata.read import read_network, with_elevation
    from planner.check import check_plan
    from planner.read_plan import read_plan
    from planner.read_request import read_request
    from planner.rulebook import shipped_rulebook

    if network is not None and store is not None:
        raise typer.BadParameter("give --network or --store, not both")
    found = read_plan(plan)
    rulebook = shipped_rulebook()
    if store is None:
        corridors = read_network(
            network_folder(network), elevation=elevation, elevation_margin_m=elevation_margin
        )
    else:
        corridors = Store(store).load(found.edition)
        if elevation is not None:
            corridors = with_elevation(corridors, elevation, elevation_margin)
    asked = read_request(request_folder(request), corridors, rulebook)
    violations = check_plan(found, corridors, asked, rulebook)
    if as_json:
        document = [asdict(violation) for violation in violations]
        console.print_json({"ok": not violations, "violations": document})
    else:
        out = console.answers()
        for violation in violations:
            out.print(str(violation), markup=False, soft_wrap=True)
        out.print(f"violations: {len(violations)}" if violations else "every rule holds")
    if violations:
        raise NotHeldError
