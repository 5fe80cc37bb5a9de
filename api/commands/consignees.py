"""`hetao consignees`: keys of personal data, purging by age, sealing anew."""

import datetime as dt
from typing import Annotated

import typer

from api import console
from api.parameters import Json
from geodata.faults import Fault, InvalidInput

app = typer.Typer(
    no_args_is_help=True,
    help="Look after the personal data of consignees: its keys, its age. Never shows any.",
)


@app.command("new-key")
def new_key() -> None:
    """Print a new key, `id:key`. Put it first into a side's key file: the first one seals.

    Example: `hetao consignees new-key >> sz.keys`
    """
    from api.privacy.keyring import new_key_line

    typer.echo(new_key_line())


@app.command("purge")
def purge(
    days: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=0,
            help="Remove what is older than this; HETAO_CONSIGNEE_DAYS if left out.",
            show_default=False,
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Remove consignees by age. The server does so by itself every hour.

    Example: `hetao consignees purge --days 7`
    """
    from api.commands.service_store import at_console, open_store
    from api.environment import read_settings
    from api.privacy import vault
    from api.store.engine import writing

    now = dt.datetime.now(dt.UTC)
    keep_days = read_settings().consignee_days if days is None else days
    before = now - dt.timedelta(days=keep_days)
    with writing(open_store()) as session:
        count = vault.purge(session, before, at_console("service"), now)
    _tell("purged", count, as_json)


@app.command("reseal")
def reseal(as_json: Json = False) -> None:
    """Seal everything anew with the first key of its side, so that older keys can be destroyed.

    Exit codes: 0 done, 2 a key that is needed is not here; nothing is changed then.

    Example: `hetao consignees reseal`
    """
    from api.commands.service_store import at_console, open_store
    from api.environment import read_access_settings
    from api.privacy.vault import SealError, Vault
    from api.store.engine import writing

    _, ring = read_access_settings()
    try:
        with writing(open_store()) as session:
            now = dt.datetime.now(dt.UTC)
            count = Vault(ring).reseal(session, at_console("service"), now)
    except SealError as error:
        raise InvalidInput([_fault(str(error))]) from error
    _tell("sealed anew", count, as_json)


def _tell(done: str, count: int, as_json: bool) -> None:
    if as_json:
        console.print_json({"count": count})
    else:
        console.answers().print(f"{count} consignees {done}", markup=False)


def _fault(message: str) -> Fault:
    return Fault(
        source="", item="", field="", code="PERSONAL_KEY", value="", limit="", message=message
    )
