"""What an import found: features by layer, their shapes, and all that was wrong or assumed."""

from collections.abc import Mapping
from dataclasses import dataclass

from shapely.geometry.base import BaseGeometry

from geodata.faults import Fault
from geodata.features import Feature, NetworkInfo


@dataclass(frozen=True)
class Imported:
    """Features read from a file, perhaps of a few layers only, unchecked beyond their fields.

    `features` maps a layer to its features; `lonlat` maps a feature's id to its shape in degrees,
    lon before lat. `faults` holds errors and warnings; each thing that the import had to assume is
    a warning with its own code. A feature with an error is left out. `info` is there if the file
    holds a whole network; if it is None, the features are a part to put into one.
    """

    features: Mapping[str, tuple[Feature, ...]]
    lonlat: Mapping[str, BaseGeometry]
    faults: tuple[Fault, ...]
    info: NetworkInfo | None = None
