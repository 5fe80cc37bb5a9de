"""`hetao network datum`: tell which datum a file is in, and how far off it is as it stands."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api import console
from api.outcomes import NotHeldError
from api.parameters import Json, NetworkOption

if TYPE_CHECKING:
    from geodata.detect.detect import Candidate, Detection
    from geodata.detect.known_places import Reference
    from geodata.detect.read_items import RawLayer

_SHOWN = 4
"""Candidates shown to a person; the others are less likely still."""


def datum(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            exists=True,
            dir_okay=False,
            help="GeoJSON, GeoPackage, KML, CSV with columns such as lon and lat, or whatever GDAL "
            "reads.",
            show_default=False,
        ),
    ],
    crs: Annotated[
        str | None,
        typer.Option(
            metavar="DATUM",
            help="Ask whether the file is in this datum, whatever it says itself: EPSG:4326, "
            "EPSG:4490, EPSG:2326, GCJ02, BD09 and others (docs/datums.md).",
            show_default=False,
        ),
    ] = None,
    network: NetworkOption = None,
    as_json: Json = False,
) -> None:
    """Tell which datum a file is probably in, and how far off it is where it stands.

    The file is held against what is known of the place: features of the network by their ids,
    ports, stations and peaks by their names, the parks, the boundary line and the sides that
    features claim. Tried are all datums, swapped axes and known slips. It also finds features
    that are in another datum than the rest, and lines that follow the river's course of before
    1997. A file that states no datum is taken as WGS-84.

    Exit codes: 0 the file is what it says, or there is no telling, 1 it is not, 2 bad input.

    Example: `hetao network datum points.csv`
    """
    from geodata.datum.datum import horizontal_datum
    from geodata.detect.detect import detect
    from geodata.detect.read_items import read_raw

    asked = None if crs is None else horizontal_datum(crs).name
    reference = _reference(network)
    layers = read_raw(file)
    found = [detect(layer.items, reference, asked or layer.crs) for layer in layers]
    if as_json:
        told = [_document(layer, each) for layer, each in zip(layers, found, strict=True)]
        console.print_json({"file": file.name, "layers": told})
    else:
        for layer, each in zip(layers, found, strict=True):
            _show(layer, each, asked)
    if any(each.holds is False for each in found):
        raise NotHeldError


def _reference(network: Path | None) -> "Reference":
    from geodata.detect.known_places import Reference, hetao_reference
    from geodata.read import read_network

    return hetao_reference() if network is None else Reference.of(read_network(network))


def _document(layer: "RawLayer", found: "Detection") -> dict[str, Any]:
    stands = {"layer": layer.title, "features": len(layer.items), "left_out": layer.left_out}
    return {**stands, "states_crs": layer.states_crs, "holds": found.holds, **asdict(found)}


def _show(layer: "RawLayer", found: "Detection", asked: str | None) -> None:
    out = console.answers()
    says = "states" if layer.states_crs else "states no datum, taken as"
    head = f"{layer.title}: {len(layer.items)} features, {says} {layer.crs}"
    if asked is not None:
        head += f", asked for {asked}"
    out.print(head, style="bold", markup=False)
    if layer.left_out:
        out.print(f"{layer.left_out} more have no coordinates", markup=False)
    for line in _verdict(found):
        out.print(line, markup=False, soft_wrap=True)
    headings = ["taken as", "probable", "off by", "in area", "at name", "median gap"]
    told = [each for each in found.candidates if each.inside or each == found.as_stated]
    rows = [_row(each, found.looked_at) for each in told[:_SHOWN]]
    console.print_table(out, headings, rows, right=(1, 2, 3, 4, 5))


def _verdict(found: "Detection") -> Iterator[str]:
    likely, stated = found.likely, found.stated
    if likely is None and not found.candidates[0].inside:
        yield "Nothing of it lies near the network, whatever datum is tried: no telling."
    elif likely is None and found.holds is False:
        yield f"It is not in {stated}; which of the following it is in cannot be told for sure."
    elif likely is None:
        yield "There is too little in it that is known to tell its datum."
    elif likely.name == stated:
        yield f"It is in {stated}, as it stands."
    else:
        yield f"It is probably {likely.name}, not {stated}{_off(likely)}."
        remedy = f"import it with --crs {likely.crs}" if likely.crs else "make it again from source"
        yield f"What to do: {remedy}."
    for title, datum_name in found.exceptions:
        yield f"{title} does not fit in with the rest: it fits {datum_name}."
    for title in found.old_course:
        yield f"{title} follows the river's course of before 1997, with the Loop on the wrong side."


def _off(candidate: "Candidate") -> str:
    if candidate.off_m is None or candidate.azimuth is None:
        return ""
    return f": it stands {candidate.off_m:.0f} m off, towards {candidate.azimuth:.0f}°"


def _row(candidate: "Candidate", looked_at: int) -> list[str]:
    off = "" if candidate.off_m is None else f"{candidate.off_m:.0f} m"
    far = candidate.named_m is None or not candidate.inside
    gap = "" if far else f"{candidate.named_m:.0f} m"
    named = f"{candidate.near} of {candidate.named}" if candidate.named else ""
    share = f"{candidate.probability:.0%}"
    return [candidate.name, share, off, f"{candidate.inside} of {looked_at}", named, gap]
