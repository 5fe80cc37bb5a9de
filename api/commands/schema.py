"""`hetao schema`: the JSON Schemas of what goes in and what comes out."""

from typing import Annotated, Literal

import typer

from api import console


def schema(
    name: Annotated[
        Literal["orders", "fleet", "weather", "held", "plan", "certificate", "route-test"],
        typer.Argument(help="Which file."),
    ],
) -> None:
    """Print the JSON Schema of a file of a request or a plan, or of a *.route.yaml.

    Units and ranges stand in the descriptions; the network's schema is `hetao network schema`.

    Example: `hetao schema orders > orders.schema.json`
    """
    from planner.schemas import schema as schema_of

    console.print_json(schema_of(name))
