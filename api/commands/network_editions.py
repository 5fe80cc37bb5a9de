"""`hetao network draft`, `publish` and `log`: edit a network, publish it, see what was."""

import datetime as dt
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api import console
from api.outcomes import NotHeldError
from api.parameters import Elevation, ElevationMargin, Json

if TYPE_CHECKING:
    from geodata.editions.editions import Entry
    from geodata.editions.publish import Publication, RefusedError

StoreOption = Annotated[
    Path,
    typer.Option(
        "--store", metavar="DIR", help="Folder of editions and drafts.", show_default=False
    ),
]
Name = Annotated[str, typer.Argument(metavar="NAME", help="Name of the draft.")]


def draft(
    name: Name,
    store: StoreOption,
    network: Annotated[
        str | None,
        typer.Option(
            "--network",
            metavar="NETWORK",
            help="What the draft holds: a folder, a .gpkg, or an edition by its first digits. "
            "Left out, its parent; in a new store, the shipped Hetao network.",
            show_default=False,
        ),
    ] = None,
    parent: Annotated[
        str | None,
        typer.Option(
            metavar="EDITION",
            help="The edition that it was made of, by its first digits; left out, the newest.",
            show_default=False,
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Start a draft: a folder of GeoJSON to edit in QGIS or a text editor.

    The store is made if there is none. A draft knows the edition that it was made of, its parent,
    so that what others publish meanwhile stays. For a file that was made of an older edition and
    edited elsewhere, say which with --parent; else it would undo what was published since.

    Exit codes: 0 started, 2 bad input.

    Example: `hetao network draft wider-lanes --store editions`
    """
    from geodata.editions.drafts import draft_folder, start_draft
    from geodata.editions.editions import Store
    from geodata.editions.named import named_network
    from geodata.network import shipped_network_path
    from geodata.read import read_network

    editions = Store(store)
    draft_folder(editions, name)  # nothing is made if the name, the network or the parent is wrong
    content = None if network is None else named_network(network, editions)
    base = None if parent is None else editions.find(parent)
    editions = Store.create(store)
    with editions.writing(_say_waiting):
        base = base or editions.newest()
        if content is None:
            content = editions.load(base) if base else read_network(shipped_network_path())
        folder = start_draft(editions, name, content, base)
    if as_json:
        console.print_json({"draft": name, "folder": str(folder), "parent": base})
    else:
        made = f"edition {base[:12]}" if base else "nothing published yet"
        out = console.answers()
        out.print(f"{folder}: draft of {made}", markup=False, soft_wrap=True)


def publish(
    name: Name,
    store: StoreOption,
    message: Annotated[
        str, typer.Option(metavar="TEXT", help="What was changed and why.", show_default=False)
    ],
    author: Annotated[
        str, typer.Option(metavar="NAME", help="Who answers for it.", show_default=False)
    ],
    route_tests: Annotated[
        list[Path] | None,
        typer.Option(
            "--route-tests",
            metavar="PATH",
            help="Route files or folders that must hold too; may be repeated.",
            show_default=False,
        ),
    ] = None,
    elevation: Elevation = None,
    elevation_margin: ElevationMargin = 5,
    as_json: Json = False,
) -> None:
    """Publish a draft as the newest edition, if it keeps every rule of a network.

    What was published since the draft was started stays: the draft's edits are put on top of it,
    feature by feature and field by field. Where both changed the same field or geometry, nothing
    is published, and each such field is listed. Warnings are shown and allowed. The new edition
    counts at once and for everybody, or not at all, whenever the command is stopped. Afterwards
    the draft is removed, unless it was edited meanwhile or holds other files.

    The route tests in the store's folder route-tests, and those of --route-tests, are run on what
    would be published; one that does not hold stops it and is named.

    Exit codes: 0 published, 1 refused (faults or conflicts), 2 bad input.

    Example: `hetao network publish wider-lanes --store editions --author Hetao --message Wider`
    """
    from api.route_tests.in_force import in_force
    from geodata.editions import publish as publishing
    from geodata.editions.editions import Store

    tests = in_force(store, route_tests or ())
    try:
        with console.progress() as show:
            found = publishing.publish(
                Store(store),
                name,
                author=author,
                message=message,
                now=dt.datetime.now(dt.UTC),
                elevation=elevation,
                elevation_margin_m=elevation_margin,
                route_tests=tests,
                report=lambda stage, done: show(stage, "", done),
            )
    except publishing.RefusedError as refused:
        _tell_refusal(refused, as_json)
        raise NotHeldError from refused
    _tell_publication(found, as_json)


def log(
    store: StoreOption,
    as_json: Json = False,
) -> None:
    """List what was published, the newest first, and the drafts that are open.

    Any edition can be named by its first digits: `hetao network diff`, `hetao check --store`.

    Exit codes: 0 done, 2 bad input.

    Example: `hetao network log --store editions`
    """
    from geodata.editions.drafts import draft_names, read_parent
    from geodata.editions.editions import Store

    editions = Store(store)
    line = editions.line()[::-1]
    parents = {name: read_parent(store / "drafts" / name) for name in draft_names(editions)}
    if as_json:
        drafts = [{"draft": name, "parent": parent} for name, parent in parents.items()]
        console.print_json({"editions": [_entry(each) for each in line], "drafts": drafts})
        return
    out = console.answers()
    rows = [
        (
            each.edition[:12],
            _minute(each.time),
            each.author,
            _origin(each),
            each.message,
        )
        for each in line
    ]
    console.print_table(out, ("edition", "time", "author", "parent", "message"), rows)
    for name, parent in parents.items():
        made = f"edition {parent[:12]}" if parent else "nothing published yet"
        out.print(f"draft {name} of {made}", markup=False)


def _minute(time: dt.datetime) -> str:
    return time.isoformat(" ", timespec="minutes")


def _say_waiting() -> None:
    console.say("waiting: another process is writing to the store")


def _origin(entry: "Entry") -> str:
    """Return an edition's parent, and the edition that its draft was rebased from."""
    if entry.parent is None:
        return "none"
    rebased = entry.drafted_on != entry.parent
    made = f", rebased from {(entry.drafted_on or 'none')[:12]}" if rebased else ""
    return entry.parent[:12] + made


def _entry(entry: "Entry") -> dict[str, Any]:
    return {**asdict(entry), "time": entry.time.isoformat()}


def _tell_refusal(refused: "RefusedError", as_json: bool) -> None:
    faults = [asdict(fault) for fault in refused.faults]
    conflicts = [asdict(conflict) for conflict in refused.conflicts]
    if as_json:
        console.print_json({"published": False, "faults": faults, "conflicts": conflicts})
        return
    console.print_faults(refused.faults, console.answers())
    console.say("not published")


def _tell_publication(found: "Publication", as_json: bool) -> None:
    entry = found.entry
    if as_json:
        warnings = [asdict(fault) for fault in found.warnings]
        kept = {"faults": warnings, "draft_kept": found.draft_kept}
        console.print_json({"published": True, **_entry(entry), **kept})
        return
    out = console.answers()
    console.print_faults(found.warnings, out)
    parent = f"on {_origin(entry)}" if entry.parent else "as the first"
    out.print(f"published edition {entry.edition} {parent}", markup=False, soft_wrap=True)
    if found.draft_kept:
        console.say("the draft stays: it was edited meanwhile, or holds other files")
