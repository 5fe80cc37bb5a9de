"""The formats of files, and which one a file's name tells."""

from enum import StrEnum
from pathlib import Path

from geodata.codes import fault
from geodata.faults import InvalidInput


class Format(StrEnum):
    """A format that networks, or parts of one, come in or go out in."""

    FOLDER = "folder"
    GPKG = "gpkg"
    GEOJSON = "geojson"
    CSV = "csv"
    ED318 = "ed318"
    ED269 = "ed269"
    OPENAIR = "openair"
    KML = "kml"


WHOLE = frozenset({Format.FOLDER, Format.GPKG})
"""Formats that hold a whole network; the others hold a part, or a picture of one."""

READ = frozenset(Format) - {Format.KML}
WRITTEN = WHOLE | {Format.ED318, Format.ED269, Format.OPENAIR, Format.KML}

_ENDINGS = {
    ".gpkg": Format.GPKG,
    ".ed318.json": Format.ED318,
    ".ed318.geojson": Format.ED318,
    ".ed269.json": Format.ED269,
    ".geojson": Format.GEOJSON,
    ".csv": Format.CSV,
    ".openair.txt": Format.OPENAIR,
    ".openair": Format.OPENAIR,
    ".kml": Format.KML,
}


def format_of(path: Path, given: Format | None, *, written: bool) -> Format:
    """Return the format given, else the one that a name tells; a name without ending: a folder.

    Raises `InvalidInput` if there is none, or it is not one that is read, or `written`.
    """
    allowed = WRITTEN if written else READ
    option = "--to" if written else "--from"
    ending = next((each for each in _ENDINGS if path.name.lower().endswith(each)), None)
    plain = path.is_dir() or not path.suffix
    found = given or (Format.FOLDER if plain else _ENDINGS.get(ending or ""))
    if found in allowed:
        return found
    endings = ", ".join(each for each, kind in _ENDINGS.items() if kind in allowed)
    choices = ", ".join(sorted(allowed))
    limit = f"a folder, {endings}; or {option} with {choices}"
    value = found or path.suffix
    verb = "written" if written else "read"
    message = f"{found} is not {verb}." if found else "The name of the file tells no format."
    raise InvalidInput(
        [fault("FORMAT_UNKNOWN", path.name, value=value, limit=limit, message=message)]
    )
