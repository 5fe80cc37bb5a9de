"""`hetao network`: look at a network, prove it, print its schema."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from api import console
from api.commands import (
    network_capacity,
    network_convert,
    network_datum,
    network_diff,
    network_editions,
    network_impact,
    network_suggest,
)
from api.outcomes import NotHeldError
from api.parameters import Elevation, ElevationMargin, Json, NetworkArgument, network_folder
from geodata.faults import InvalidInput, errors

app = typer.Typer(
    no_args_is_help=True, help="Look at a corridor network, check it, print its schema."
)
app.command("capacity")(network_capacity.capacity)
app.command("convert")(network_convert.convert)
app.command("datum")(network_datum.datum)
app.command("diff")(network_diff.diff)
app.command("draft")(network_editions.draft)
app.command("publish")(network_editions.publish)
app.command("log")(network_editions.log)
app.command("impact")(network_impact.impact)
app.command("suggest")(network_suggest.suggest)


Checked = Annotated[
    Path | None,
    typer.Argument(
        metavar="[NETWORK]",
        exists=True,
        help="Folder of the network's layers, or a .gpkg; the shipped Hetao network if left out.",
        show_default=False,
    ),
]


@app.command("check")
def check(
    source: Checked = None,
    elevation: Elevation = None,
    elevation_margin: ElevationMargin = 5,
    as_json: Json = False,
) -> None:
    """Check every rule that a network must keep and list all faults at once.

    Each fault has its code, its layer, feature and field, the value found and the value allowed.
    Warnings do not fail the check. Of a GeoPackage that cannot be read whole, what keeps it from
    being read is listed alone.

    Exit codes: 0 no errors, 1 errors, 2 no such folder or file.

    Example: `hetao network check my-network`
    """
    from geodata.editions.named import checked_network

    try:
        faults = list(checked_network(network_folder(source), elevation, elevation_margin).faults)
    except InvalidInput as invalid:
        faults = list(invalid.faults)
    wrong = len(errors(faults))
    if as_json:
        console.print_json({"ok": not wrong, "faults": [asdict(fault) for fault in faults]})
    else:
        console.print_faults(faults, console.answers())
        verdict = f"errors: {wrong}" if wrong else "every rule holds"
        console.answers().print(f"{verdict}, warnings: {len(faults) - wrong}")
    if wrong:
        raise NotHeldError


@app.command("show")
def show(folder: NetworkArgument = None, as_json: Json = False) -> None:
    """Show what a network holds: its edition, bounds, features and lanes.

    The edition is a hash of the content; a plan names the edition that it was made on.

    Example: `hetao network show --json`
    """
    from api.network_document import network_document
    from geodata.read import read_network

    network = read_network(network_folder(folder))
    document = network_document(network)
    if as_json:
        console.print_json(document)
        return
    out = console.answers()
    out.print(network.info.name, style="bold", markup=False)
    out.print(network.info.notice, markup=False)
    bounds = " ".join(f"{each:.5f}" for each in document["bounds"].values())
    rows: list[tuple[str, object]] = [
        ("edition", network.edition),
        ("bounds", f"{bounds} (west south east north)"),
        ("projection", network.info.metric_crs),
        ("heights", network.info.vertical_datum),
        ("licence", network.info.licence),
        *document["layers"].items(),
        ("lanes", document["lanes"]),
        *((f"{each} features", count) for each, count in document["confidence"].items()),
    ]
    console.print_table(out, None, rows)


@app.command("schema")
def schema() -> None:
    """Print the JSON Schema of a network: fields, types, units and ranges of every layer.

    Example: `hetao network schema > network.schema.json`
    """
    from geodata.schema import network_schema

    console.print_json(network_schema())
