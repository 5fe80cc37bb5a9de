"""`hetao rules`: the table of codes."""

from dataclasses import asdict
from typing import Annotated

import typer

from api import console
from api.parameters import Json


def rules(
    code: Annotated[
        str | None,
        typer.Argument(metavar="[CODE]", help="One code; all if left out.", show_default=False),
    ] = None,
    as_json: Json = False,
) -> None:
    """Explain the rules that a plan keeps: what each demands, where it comes from, what helps.

    A code names the same rule in a violation, in the reason of an unserved order and in a refused
    route.

    Example: `hetao rules CUSTOMS_CLOSED`
    """
    from planner.rules.codes import RULES

    if code is not None and code not in RULES:
        raise typer.BadParameter(
            f"{code} is not a rule; `hetao rules` lists them all", param_hint="CODE"
        )
    chosen = [RULES[code]] if code is not None else list(RULES.values())
    if as_json:
        console.print_json([asdict(rule) for rule in chosen])
        return
    console.print_table(
        console.answers(),
        ("Code", "Demands", "Source", "What helps"),
        [(rule.code, rule.meaning, rule.source, rule.remedy) for rule in chosen],
    )
