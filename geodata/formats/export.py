"""A network as a file of any format that is written."""

from collections.abc import Callable, Mapping
from pathlib import Path

from geodata.formats.ed269 import ed269_text
from geodata.formats.ed318 import ed318_text
from geodata.formats.gpkg_write import write_gpkg
from geodata.formats.kml import kml_text
from geodata.formats.names import Format
from geodata.formats.openair import openair_text
from geodata.formats.statement import statement_text
from geodata.network import Network
from geodata.write import write_network

STATEMENT_FILE = "ABOUT.txt"
"""What an exported folder says of itself, as it was when it was written."""

_TEXTS: Mapping[Format, Callable[[Network], str]] = {
    Format.ED318: ed318_text,
    Format.ED269: ed269_text,
    Format.OPENAIR: openair_text,
    Format.KML: kml_text,
}


def write_as(network: Network, path: Path, form: Format) -> None:
    """Write a network into a new file, or a folder; zone formats hold its zones alone.

    Raises `InvalidInput` for what the format cannot hold, `OSError` if it cannot be written.
    """
    if form is Format.FOLDER:
        write_network(network, path)
        # The layers' own files have no place for it: a network is its content.
        text = statement_text(network) + "\n"
        (path / STATEMENT_FILE).write_text(text, encoding="utf-8", newline="\n")
    elif form is Format.GPKG:
        write_gpkg(network, path)
    else:
        path.write_text(_TEXTS[form](network), encoding="utf-8", newline="\n")
