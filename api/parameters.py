"""Parameters that several commands share."""

import math
from pathlib import Path
from typing import Annotated

import typer

Json = Annotated[
    bool,
    typer.Option("--json", help="Print one JSON document on standard output and nothing else."),
]

NetworkOption = Annotated[
    Path | None,
    typer.Option(
        "--network",
        metavar="DIR",
        exists=True,
        file_okay=False,
        help="Folder of the network's layers; the shipped Hetao network if left out.",
        show_default=False,
    ),
]

RouteNetwork = Annotated[
    Path | None,
    typer.Option(
        "--network",
        metavar="PATH",
        exists=True,
        help="Folder of layers or .gpkg, such as a draft, in place of every network that the route "
        "files name.",
        show_default=False,
    ),
]

NetworkArgument = Annotated[
    Path | None,
    typer.Argument(
        metavar="[DIR]",
        exists=True,
        file_okay=False,
        help="Folder of the network's layers; the shipped Hetao network if left out.",
        show_default=False,
    ),
]

Elevation = Annotated[
    Path | None,
    typer.Option(
        "--elevation",
        metavar="TIF",
        exists=True,
        dir_okay=False,
        help="GeoTIFF of ground heights, m above the network's vertical datum, in place of the "
        "network's spot heights.",
        show_default=False,
    ),
]


def finite(value: float | None) -> float | None:
    """Return a number that is given, if it is finite: no range keeps nan out."""
    if value is not None and not math.isfinite(value):
        raise typer.BadParameter(f"{value} is not a finite number.")
    return value


ElevationMargin = Annotated[
    float,
    typer.Option(
        metavar="M",
        min=0,
        max=200,
        callback=finite,
        help="How wrong the GeoTIFF may be, m either way.",
    ),
]


def network_folder(given: Path | None) -> Path:
    """Return the folder given, or that of the shipped network."""
    from geodata.network import shipped_network_path

    return given or shipped_network_path()


def request_folder(given: Path | None) -> Path:
    """Return the folder given, or that of the shipped sample day."""
    from planner.sample.sample import shipped_sample_path

    return given or shipped_sample_path()
