"""`hetao plan`: plan a day."""

import time
from pathlib import Path
from typing import Annotated

import typer

from api import console, worker
from api.commands.ended_early import ended_early
from api.day import Job, plan_day
from api.outcomes import NotHeldError
from api.output import replaced_folder
from api.parameters import (
    Elevation,
    ElevationMargin,
    Json,
    NetworkOption,
    finite,
    network_folder,
    request_folder,
)
from api.summary import print_summary


def plan(
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            metavar="DIR",
            help="Folder to write. One that hetao wrote before is replaced; any other is refused.",
        ),
    ],
    request: Annotated[
        Path | None,
        typer.Argument(
            metavar="[DIR]",
            exists=True,
            file_okay=False,
            help="Folder with orders.csv (or .json), fleet.yaml (or .json) and, if you like, "
            "weather.json; the shipped sample day if left out.",
            show_default=False,
        ),
    ] = None,
    network: NetworkOption = None,
    elevation: Elevation = None,
    elevation_margin: ElevationMargin = 5,
    time_limit: Annotated[
        int, typer.Option(min=1, max=86_400, help="How long the solver may search, seconds.")
    ] = 30,
    seed: Annotated[
        int, typer.Option(min=0, max=2**31 - 1, help="Seed of the solver's choices.")
    ] = 1,
    workers: Annotated[int, typer.Option(min=1, max=256, help="Threads of the solver.")] = 2,
    deterministic: Annotated[
        bool,
        typer.Option(
            "--deterministic",
            help="Count the limit in the solver's own work and not in seconds: the same input and "
            "seed then give the same plan byte for byte, on any number of workers.",
        ),
    ] = False,
    gap: Annotated[
        float,
        typer.Option(
            "--gap",
            min=0,
            max=99,
            callback=finite,
            metavar="PERCENT",
            help="End as soon as the gap is no more than that: the share of the plan's cost by "
            "which a cheaper one is not ruled out.",
        ),
    ] = 0,
    as_json: Json = False,
) -> None:
    """Plan a day: which drone carries what, by which lanes, checkpoints and times.

    Writes plan.json, certificate.json (what proves its bound), plan.geojson (lanes and flights),
    map.png and timeline.png, and prints what is served, late and left out, the cost with its proven
    lower bound, and what the independent check of the plan found. An order that cannot be served is
    listed with the rules that decided and what would help; that is no failure.

    Ctrl-C ends the search with the best plan so far, if there is one. Pressed again, or before
    there is one, it ends the solver and leaves what stood at --out as it was.

    Exit codes: 0 planned, 1 the finished plan breaks a rule, 2 bad input or --out not writable,
    70 the planning process died, 130 interrupted.

    Example: `hetao plan my-day --out my-plan --time-limit 60`
    """
    from planner.stop import Stop

    began, stop = time.monotonic(), Stop(shared=True)
    with replaced_folder(out) as draft:
        job = Job(
            request=request_folder(request),
            network=network_folder(network),
            elevation=elevation,
            elevation_margin_m=elevation_margin,
            out=draft,
            time_limit_s=time_limit,
            seed=seed,
            workers=workers,
            deterministic=deterministic,
            gap=gap / 100,
            stop=stop,
        )
        with console.progress() as report, ended_early(stop, report) as heard:
            summary = worker.run(plan_day, job, heard)
    if as_json:
        console.print_json(summary)
    else:
        print_summary(summary, console.answers())
    console.say(f"wrote {out} in {time.monotonic() - began:.0f} s")
    if summary["violations"]:
        raise NotHeldError
