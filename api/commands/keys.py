"""`hetao keys`: hand out API keys, renew and end them."""

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api import console
from api.parameters import Json
from geodata.faults import Fault, InvalidInput

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from api.store.keys import ApiKey

app = typer.Typer(
    no_args_is_help=True,
    help="Hand out API keys of the service, renew and end them. Settings come from HETAO_… in the "
    "environment.",
)
KeyId = Annotated[str, typer.Argument(metavar="KEY", help="The key's public part, its id.")]


@app.command("create")
def create(
    operator: Annotated[
        str, typer.Option(metavar="NAME", help="Whose key it is.", show_default=False)
    ],
    scope: Annotated[
        list[str],
        typer.Option(
            "--scope",
            metavar="SCOPE",
            help="What it may do: route, plan, network:read, network:draft, network:publish or "
            "admin. Can be given several times.",
            show_default=False,
        ),
    ],
    side: Annotated[
        str | None,
        typer.Option(
            metavar="SZ|HK", help="The side whose personal data it may read.", show_default=False
        ),
    ] = None,
    days: Annotated[int, typer.Option(metavar="N", min=1, max=1095, help="How long it holds.")] = (
        365
    ),
    label: Annotated[str, typer.Option(metavar="TEXT", help="What it is for.")] = "",
    as_json: Json = False,
) -> None:
    """Make a key and print it. It is shown this once: only a hash of it is kept.

    Exit codes: 0 made, 2 bad input.

    Example: `hetao keys create --operator sf-drones --scope plan --scope route --side SZ`
    """
    from pydantic import ValidationError

    from api.access.grants import OperatorKeyRequest
    from api.access.keys import make_key
    from api.commands.service_store import at_console, open_store
    from api.store.engine import writing

    try:
        asked = OperatorKeyRequest.model_validate(
            {"operator": operator, "scopes": scope, "side": side, "days": days, "label": label}
        )
    except ValidationError as error:
        raise InvalidInput(_fault(each) for each in error.errors()) from error
    with writing(open_store()) as session:
        key, text = make_key(
            session, asked.grant(operator), at_console(operator), dt.datetime.now(dt.UTC)
        )
    _tell(key, text, as_json)


@app.command("list")
def list_keys(
    operator: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Only the keys of one operator.", show_default=False),
    ] = None,
    as_json: Json = False,
) -> None:
    """List every key that was ever made, without its secret.

    Example: `hetao keys list --operator sf-drones`
    """
    from api.access import keys
    from api.commands.service_store import open_store

    now = dt.datetime.now(dt.UTC)
    with open_store()() as session:
        found = keys.list_keys(session, operator)
        shown = [_shown(each, now) for each in found]
    if as_json:
        console.print_json({"keys": shown})
        return
    headings = ("id", "operator", "scopes", "side", "state", "expires", "label")
    console.print_table(
        console.answers(),
        headings,
        [
            [each[name] or "" for name in headings[:5]] + [each["expires_at"][:16], each["label"]]
            for each in shown
        ],
    )


@app.command("rotate")
def rotate(
    key: KeyId,
    overlap_hours: Annotated[
        int, typer.Option(metavar="H", min=0, max=720, help="How long the old key still holds.")
    ] = 24,
    as_json: Json = False,
) -> None:
    """Make a key that takes over from another, and print it. The old one holds for a while yet.

    Exit codes: 0 made, 2 there is no such key or it has ended.

    Example: `hetao keys rotate mfrggzdfmztwq2lk`
    """
    from api.access.keys import rotate_key
    from api.caller import RefusedError
    from api.commands.service_store import at_console, open_store
    from api.store.engine import writing

    with writing(open_store()) as session:
        old = _found(session, key)
        overlap = dt.timedelta(hours=overlap_hours)
        by, now = at_console(old.operator), dt.datetime.now(dt.UTC)
        try:
            new, text = rotate_key(session, old, by, now, overlap)
        except RefusedError as refused:
            raise InvalidInput([_key_fault(key, refused.code, str(refused))]) from refused
    _tell(new, text, as_json)


@app.command("revoke")
def revoke(key: KeyId, as_json: Json = False) -> None:
    """End a key. A running server takes it for five seconds more at the most.

    Exit codes: 0 ended, 2 there is no such key.

    Example: `hetao keys revoke mfrggzdfmztwq2lk`
    """
    from api.access.keys import revoke_key
    from api.commands.service_store import at_console, open_store
    from api.store.engine import writing

    now = dt.datetime.now(dt.UTC)
    with writing(open_store()) as session:
        found = _found(session, key)
        revoke_key(session, found, at_console(found.operator), now)
        shown = _shown(found, now)
    if as_json:
        console.print_json(shown)
    else:
        console.answers().print(f"{key} is revoked", markup=False)


def _found(session: "Session", key: str) -> "ApiKey":
    from api.store.keys import ApiKey

    found = session.get(ApiKey, key)
    if found is None:
        raise InvalidInput([_key_fault(key, "KEY_UNKNOWN", "there is no such key")])
    return found


def _tell(key: "ApiKey", text: str, as_json: bool) -> None:
    """Print a key's secret where its maker asked for it, and nowhere else."""
    if as_json:
        console.print_json({**_shown(key, key.created_at), "key": text})
        return
    console.say(f"key {key.id} of {key.operator}, until {key.expires_at:%Y-%m-%d %H:%M} UTC")
    console.say("keep it now: it is not shown again")
    typer.echo(text)


def _shown(key: "ApiKey", now: dt.datetime) -> dict[str, Any]:
    from api.access.grants import KeyView

    return KeyView.of(key, now).model_dump(mode="json")


def _fault(error: Any) -> Fault:
    """Return what pydantic found wrong with an option."""
    return Fault(
        source="",
        item="",
        field="--" + str(error["loc"][0]).removesuffix("s"),
        code="VALUE",
        value=str(error["input"]),
        limit=str((error.get("ctx") or {}).get("expected", "")),
        message=error["msg"],
    )


def _key_fault(key: str, code: str, message: str) -> Fault:
    return Fault(
        source="", item="", field="KEY", code=code, value=key[:40], limit="", message=message
    )
