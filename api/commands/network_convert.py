"""`hetao network convert`: from one format to another, or a part into a network."""

from contextlib import AbstractContextManager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api import console
from api.output import replaced_file, replaced_folder
from api.parameters import Json
from geodata.codes import fault
from geodata.faults import InvalidInput

if TYPE_CHECKING:
    from geodata.formats.convert import Conversion, Source
    from geodata.formats.names import Format

_Pairs = list[str] | None

In = Annotated[
    Path,
    typer.Argument(
        metavar="IN",
        show_default=False,
        help="Folder of GeoJSON layers, .gpkg, .geojson (one layer), .csv (points), .ed318.json, "
        ".ed269.json or .openair.txt.",
    ),
]
Out = Annotated[
    Path,
    typer.Argument(
        metavar="OUT",
        show_default=False,
        help="Folder, .gpkg, .kml, .ed318.json, .ed269.json or .openair.txt.",
    ),
]
Into = Annotated[
    Path | None,
    typer.Option(
        metavar="NETWORK",
        exists=True,
        show_default=False,
        help="Folder or .gpkg of a network that IN is a part of: features are replaced or added "
        "by id, and OUT is the whole.",
    ),
]
From = Annotated[
    str | None,
    typer.Option("--from", metavar="FORMAT", show_default=False, help="Format of IN, by its name."),
]
To = Annotated[
    str | None,
    typer.Option("--to", metavar="FORMAT", show_default=False, help="Format of OUT, by its name."),
]
Crs = Annotated[
    str | None,
    typer.Option(
        metavar="DATUM",
        show_default=False,
        help="Datum that IN is in, above what it says itself: EPSG:4326, EPSG:4490, EPSG:2326, "
        "GCJ02, BD09 and others. `hetao network datum` tells which one is likely.",
    ),
]
Vertical = Annotated[
    str | None,
    typer.Option(
        metavar="REFERENCE",
        show_default=False,
        help="What the AMSL heights of IN count from: AMSL, HKPD, NHD85, EGM96, EGM2008, WGS84E "
        "and others.",
    ),
]
Layer = Annotated[
    str | None,
    typer.Option(show_default=False, help="Layer that a .csv or .geojson holds; else its name."),
]
ColumnOption = Annotated[
    _Pairs,
    typer.Option(
        "--column", metavar="FIELD=COLUMN", show_default=False, help="Column of a field in a .csv."
    ),
]
SetOption = Annotated[
    _Pairs,
    typer.Option(
        "--set", metavar="FIELD=VALUE", show_default=False, help="One value for a whole .csv."
    ),
]
SideOption = Annotated[
    str, typer.Option("--side", metavar="SZ|HK", help="Side of zones that do not say theirs.")
]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace a file that is at OUT.")]


def convert(
    source: In,
    target: Out,
    into: Into = None,
    source_format: From = None,
    target_format: To = None,
    crs: Crs = None,
    vertical: Vertical = None,
    layer: Layer = None,
    column: ColumnOption = None,
    value: SetOption = None,
    side: SideOption = "SZ",
    overwrite: Overwrite = False,
    as_json: Json = False,
) -> None:
    """Convert a network from one format to another, or put a part of one into a network.

    Fields, shapes and ids must be sound; all faults come at once, and nothing is written if one
    is an error. The rules between features are not judged, so that a draft can be carried to
    where it is mended: `hetao network check` does that.

    Everything written is in WGS-84 and says its datum, vertical reference and edition.

    Exit codes: 0 written, 2 bad input.

    Example: `hetao network convert my-network my-network.gpkg`

    Example: `hetao network convert towers.csv new-network --into my-network --layer obstacles
    --crs EPSG:2326 --vertical HKPD --column top_m=HEIGHT --set kind=tower`
    """
    from geodata.formats.convert import convert as convert_source
    from geodata.formats.export import write_as
    from geodata.formats.names import format_of

    form = format_of(target, _format(target_format, "--to"), written=True)
    asked = _source(
        source,
        _format(source_format, "--from"),
        (crs, vertical),
        layer,
        (_pairs(column, "--column"), _pairs(value, "--set")),
        side,
    )
    with console.progress() as report, _place(target, form, overwrite) as draft:
        report("read", source.name, 0.1)
        done = convert_source(asked, into)
        report("write", target.name, 0.7)
        write_as(done.network, draft, form)
    console.print_faults(done.warnings, console.messages())
    document = _document(done, target, form)
    if as_json:
        console.print_json(document)
        return
    out = console.answers()
    rows = [
        ("written", f"{target} ({form})"),
        ("edition", document["edition"]),
        *document["layers"].items(),
        *((name, ", ".join(document[name])) for name in ("added", "changed") if document[name]),
        ("rules", "not judged: hetao network check"),
    ]
    console.print_table(out, None, rows)


def _source(
    path: Path,
    given: "Format | None",
    stated: tuple[str | None, str | None],
    layer: str | None,
    mapped: tuple[dict[str, str], dict[str, str]],
    side: str,
) -> "Source":
    from geodata.formats.convert import Source
    from geodata.formats.csv_points import Mapped
    from geodata.formats.names import format_of
    from geodata.formats.reference import Stated

    if side not in ("SZ", "HK"):
        raise InvalidInput([fault("UNKNOWN_VALUE", "--side", value=side, limit="SZ, HK")])
    form = format_of(path, given, written=False)
    return Source(
        path, form, Stated(*stated), layer, Mapped(*mapped), "SZ" if side == "SZ" else "HK"
    )


def _format(name: str | None, option: str) -> "Format | None":
    from geodata.formats.names import Format

    if name is None or name in set(Format):
        return None if name is None else Format(name)
    limit = ", ".join(Format)
    message = "There is no such format."
    raise InvalidInput([fault("FORMAT_UNKNOWN", option, value=name, limit=limit, message=message)])


def _pairs(given: _Pairs, option: str) -> dict[str, str]:
    """Return `FIELD=VALUE` options as a mapping."""
    split = {each: each.partition("=") for each in given or ()}
    faults = [
        fault("WRONG_FORMAT", option, value=each, limit="FIELD=…")
        for each, (name, sign, value) in split.items()
        if not (name and sign and value)
    ]
    if faults:
        raise InvalidInput(faults)
    return {name.strip(): value.strip() for name, _, value in split.values()}


def _place(target: Path, form: "Format", overwrite: bool) -> AbstractContextManager[Path]:
    from geodata.formats.names import Format

    if form is Format.FOLDER:
        return replaced_folder(target)
    return replaced_file(target, overwrite=overwrite)


def _document(done: "Conversion", target: Path, form: "Format") -> dict[str, Any]:
    from geodata.features import LAYERS
    from geodata.formats.names import WHOLE, Format

    layers = list(LAYERS) if form in WHOLE | {Format.KML} else ["zones"]
    return {
        "out": str(target),
        "format": str(form),
        "edition": done.network.edition,
        "layers": {layer: len(done.network.layer(layer)) for layer in layers},
        "added": list(done.added),
        "changed": list(done.changed),
        "warnings": [asdict(each) for each in done.warnings],
    }
