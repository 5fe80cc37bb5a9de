"""`hetao backup` and `hetao restore`: the whole database as one file, and back."""

from pathlib import Path
from typing import Annotated

import typer

from api import console


def backup(
    out: Annotated[Path, typer.Argument(metavar="FILE", help="File to write, a .zip.")],
) -> None:
    """Write everything that the service has stored into one file, whole or not at all.

    The service may go on meanwhile: the file is of one moment. It can be restored into either kind
    of database, by the version that wrote it. Personal data stays sealed in it; keys that seal are
    not in it.

    Exit codes: 0 written, 2 bad input or FILE cannot be written.

    Example: `hetao backup hetao-$(date +%F).zip`
    """
    from api.backup import write_backup
    from api.output import replaced_file
    from api.settings import Settings
    from api.store.engine import open_engine

    engine = open_engine(Settings().database_url)
    with replaced_file(out, overwrite=True) as path:
        counts = write_backup(engine, path)
    console.say(f"wrote {out}: {sum(counts.values())} rows of {len(counts)} tables")


def restore(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="What `backup` wrote."),
    ],
) -> None:
    """Fill an empty database with what a backup holds, whole or not at all.

    Plans that were being made when the backup was written are made anew.

    Exit codes: 0 restored, 2 bad input: the file is no backup, or the database is not empty.

    Example: `hetao restore hetao-2026-11-24.zip`
    """
    from api.backup import read_backup
    from api.settings import Settings
    from api.store.engine import open_engine

    settings = Settings()
    if settings.database is None:
        settings.data.mkdir(parents=True, exist_ok=True)
    counts = read_backup(open_engine(settings.database_url), file)
    console.say(f"restored {sum(counts.values())} rows of {len(counts)} tables")
