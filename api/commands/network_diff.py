"""`hetao network diff`: what differs between two networks or editions."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api import console
from api.outcomes import NotHeldError
from api.output import replaced_file
from api.parameters import Json

if TYPE_CHECKING:
    from geodata.editions.diff import NetworkDiff

FEATURES_SHOWN = 500
"""Changed features in the table; `--json` and `--geojson` hold all."""


def diff(
    old: Annotated[
        str,
        typer.Argument(
            metavar="A",
            help="The old one: a folder, a .gpkg, or an edition of --store by its first digits.",
            show_default=False,
        ),
    ],
    new: Annotated[
        str, typer.Argument(metavar="B", help="The new one, in the same way.", show_default=False)
    ],
    store: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Store that editions are in.", show_default=False),
    ] = None,
    geojson: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write old and new shapes here.", show_default=False),
    ] = None,
    picture: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Draw a map of the changes here, a PNG.", show_default=False
        ),
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace files that are there.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Tell what differs between two networks: features added, removed and changed, field by field.

    Features are known by their layer and id, a corridor's lanes by theirs; order is no difference,
    nor is where a ring starts or which way it runs. How far a geometry moved is the greatest
    distance (Hausdorff) between its old and new outline, in metres. Both networks must be sound,
    but may break other rules.

    Exit codes, as of diff(1): 0 one edition, 1 they differ, 2 bad input.

    Example: `hetao network diff 46568e my-draft --store editions --picture diff.png`
    """
    from geodata.editions.diff import diff_networks
    from geodata.editions.diff_document import diff_geojson, diff_json
    from geodata.editions.editions import Store
    from geodata.editions.named import named_network

    editions = None if store is None else Store(store)
    before, after = named_network(old, editions), named_network(new, editions)
    found = diff_networks(before, after)
    if geojson is not None:
        with replaced_file(geojson, overwrite=overwrite) as path:
            text = json.dumps(diff_geojson(found, after), ensure_ascii=False, indent=1)
            path.write_text(text + "\n", encoding="utf-8")
    if picture is not None:
        from planner.draw.diff import draw_diff

        with replaced_file(picture, overwrite=overwrite) as path:
            draw_diff(found, after, path)
    if as_json:
        console.print_json(diff_json(found))
    else:
        _print(found)
    if not found.equal:
        raise NotHeldError


def _print(diff: "NetworkDiff") -> None:
    from geodata.content import shown
    from geodata.editions.diff_document import shape_text

    out = console.answers()
    if diff.equal:
        out.print(f"no difference: edition {diff.old_edition[:12]}")
        return
    kinds = [each.kind for each in diff.features]
    counts = ", ".join(f"{kinds.count(kind)} {kind}" for kind in ("added", "removed", "changed"))
    out.print(f"edition {diff.old_edition[:12]} → {diff.new_edition[:12]}: {counts}")
    rows = [
        ("network.json", "changed", each.field, shown(each.old), shown(each.new))
        for each in diff.info
    ]
    for change in diff.features[:FEATURES_SHOWN]:
        place = f"{change.layer} {change.id}"
        if change.kind != "changed":
            rows.append((place, change.kind, "", *_sides(change.kind, change.name)))
            continue
        told = [(each.field, shown(each.old), shown(each.new)) for each in change.fields]
        if change.shape is not None:
            told.insert(0, ("geometry", "", shape_text(change.shape)))
        rows += [(place, change.kind, *each) for each in told]
    console.print_table(out, ("feature", "change", "field", "old", "new"), rows)
    more = len(diff.features) - FEATURES_SHOWN
    if more > 0:
        out.print(f"and {more} more features; --json tells all")


def _sides(kind: str, name: str) -> tuple[str, str]:
    return ("", name) if kind == "added" else (name, "")
