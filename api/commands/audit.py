"""`hetao audit`: read the audit log, prove it, say its head."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api import console
from api.outcomes import NotHeldError
from api.parameters import Json

if TYPE_CHECKING:
    from api.audit.log import Head

app = typer.Typer(no_args_is_help=True, help="Read the audit log of the service, and prove it.")


@app.command("verify")
def verify(
    head: Annotated[
        list[str] | None,
        typer.Option(
            "--head",
            metavar="N:DIGEST",
            help="A head that `hetao audit head` said before. Can be given several times.",
            show_default=False,
        ),
    ] = None,
    heads: Annotated[
        list[Path] | None,
        typer.Option(
            "--heads",
            metavar="FILE",
            help="A text with heads in it, such as the server's log; - reads standard input.",
            exists=True,
            dir_okay=False,
            allow_dash=True,
            show_default=False,
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Prove that no entry was changed, removed or put elsewhere since it was written.

    Entries cut off at the end, or a log made anew from some entry on, only show against a head
    that was kept outside the database: the server logs each one as `audit head N:DIGEST`.

    Exit codes: 0 holds, 1 does not hold, 2 bad input.

    Example: `journalctl -u hetao | hetao audit verify --heads -`
    """
    from dataclasses import asdict

    from api.audit.verify import verify as prove
    from api.commands.service_store import open_store

    known = _known(head or [], heads or [])
    with open_store()() as session:
        verdict = prove(session, known)
    if as_json:
        console.print_json(
            {
                "holds": not verdict.faults,
                "entries": verdict.head.number,
                "head": str(verdict.head),
                "heads": len(known),
                "faults": [asdict(fault) for fault in verdict.faults],
            }
        )
    else:
        out = console.answers()
        console.print_faults(verdict.faults, out)
        held = "does not hold" if verdict.faults else "holds"
        out.print(f"the log of {verdict.head.number} entries {held}", markup=False)
        if not known:
            console.say("no head to hold it to: that its end is whole is not proven")
    if verdict.faults:
        raise NotHeldError


@app.command("head")
def head() -> None:
    """Print the last entry's number and digest, to be kept elsewhere.

    Example: `hetao audit head >> /media/usb/heads.txt`
    """
    from api.audit.log import head as last
    from api.commands.service_store import open_store

    with open_store()() as session:
        typer.echo(str(last(session)))


@app.command("list")
def list_entries(
    operator: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Only what one operator did.", show_default=False),
    ] = None,
    as_json: Json = False,
) -> None:
    """List the entries, the oldest first. With --json, one JSON document a line.

    Example: `hetao audit list --operator sf-drones`
    """
    from api.audit.read import entries
    from api.commands.service_store import open_store

    with open_store()() as session:
        for each in entries(session, operator):
            if as_json:
                typer.echo(json.dumps(each.model_dump(mode="json"), ensure_ascii=False))
            else:
                when = each.at.isoformat(" ", "seconds")
                what = f"{each.action} {each.subject} {json.dumps(each.detail)}"
                typer.echo(f"{each.number} {when} {each.operator} {each.actor} {what}")


def _known(given: list[str], files: list[Path]) -> "list[Head]":
    from api.audit.verify import heads_in

    found = []
    for text in given:
        heads = heads_in(text)
        if not heads:
            raise typer.BadParameter(f"{text} is not N:DIGEST", param_hint="--head")
        found += heads
    for path in files:
        heads = heads_in(
            sys.stdin.read() if str(path) == "-" else path.read_text("utf-8", "replace")
        )
        if not heads:
            raise typer.BadParameter(f"{path} holds no heads", param_hint="--heads")
        found += heads
    return found
