"""`hetao sample`: make a request to try."""

from pathlib import Path
from typing import Annotated

import typer

from api import console
from api.output import replaced_folder
from api.parameters import NetworkOption, network_folder


def sample(
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            metavar="DIR",
            help="Folder to write. One that hetao wrote is replaced if it was not edited since.",
        ),
    ],
    orders: Annotated[int, typer.Option(min=1, max=100_000, help="Number of orders.")] = 200,
    drones: Annotated[int, typer.Option(min=1, max=10_000, help="Number of drones.")] = 16,
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same request.")] = 1,
    network: NetworkOption = None,
) -> None:
    """Write a made-up day: orders.csv, fleet.yaml and weather.json.

    Orders go both ways over the boundary and within each side, in several goods classes.

    Example: `hetao sample --orders 50 --drones 6 --seed 7 --out my-day`
    """
    from geodata.read import read_network
    from planner.rules.rulebook import shipped_rulebook
    from planner.sample.sample import write_sample

    with replaced_folder(out) as draft:
        write_sample(
            draft,
            read_network(network_folder(network)),
            shipped_rulebook(),
            orders=orders,
            drones=drones,
            seed=seed,
        )
    console.say(f"wrote {out}; plan it with: hetao plan {out} --out {out}-plan")
