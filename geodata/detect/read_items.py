"""Reading any vector file as it stands, to ask which datum it is in: coordinates are not moved."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from geodata.codes import fault
from geodata.datum.datum import WGS84, horizontal_datum
from geodata.detect.evidence import Item
from geodata.faults import InvalidInput
from geodata.limits import FILE_MAX_MB, POSITIONS_MAX

_COLUMNS = {
    "X_POSSIBLE_NAMES": "lon*,lng*,x,e,east*,经度*,東經*,东经*",
    "Y_POSSIBLE_NAMES": "lat*,y,n,north*,纬度*,緯度*,北緯*,北纬*",
}
"""Columns of a table that hold coordinates, as GDAL's CSV driver takes them."""

_NAMES = ("id", "name", "name_zh", "name_en", "title", "名称", "名稱")
"""Fields that may hold the name of a known place, the best for a title first."""


@dataclass(frozen=True)
class RawLayer:
    """One layer of a file: `crs` is the datum that it states, or the one that it is taken in.

    A file that states none is taken in WGS-84. `left_out` features have no coordinates.
    """

    title: str
    crs: str
    states_crs: bool
    items: tuple[Item, ...]
    left_out: int


def read_raw(path: Path) -> list[RawLayer]:
    """Return the layers of a file that GDAL reads (GeoJSON, GeoPackage, KML, CSV and others).

    Coordinates stand as in the file, x before y. Raises `InvalidInput` if it cannot be read, is
    larger than the limits, states a datum that is not known, or holds no coordinates at all.
    """
    size_mb = path.stat().st_size / 1e6
    if size_mb > FILE_MAX_MB:
        raise InvalidInput([fault("FILE_TOO_LARGE", path.name, value=f"{size_mb:.0f} MB")])
    from pyogrio import list_layers
    from pyogrio.errors import DataLayerError, DataSourceError

    try:
        names = [str(name) for name, _ in list_layers(path)]
        layers = [_read_layer(path, name) for name in names]
    except (DataSourceError, DataLayerError) as error:
        reason = str(error).replace(f"{path}", path.name).split(";")[0]
        raise InvalidInput([fault("FILE_UNREADABLE", path.name, value=reason)]) from None
    except UnicodeDecodeError as error:
        value = f"byte 0x{error.object[error.start]:02x}"
        raise InvalidInput([fault("NOT_UTF8", path.name, value=value)]) from None
    found = [layer for layer in layers if layer.items]
    if not found:
        limit = "geometry, or columns such as lon and lat, x and y, easting and northing"
        left_out = sum(layer.left_out for layer in layers)
        value = f"{left_out} features without coordinates"
        raise InvalidInput([fault("GEOMETRY_MISSING", path.name, value=value, limit=limit)])
    return found


def _read_layer(path: Path, name: str) -> RawLayer:
    from pyogrio.raw import read

    table = path.suffix.lower() in (".csv", ".tsv", ".txt")
    options = {**_COLUMNS, "KEEP_GEOM_COLUMNS": "NO"} if table else {}
    with warnings.catch_warnings():
        # GDAL says so of measures, which tell nothing of a datum and are left out.
        warnings.filterwarnings("ignore", message=".*too many members in array")
        meta, _, geometry, columns = read(path, layer=name, **options)
    fields = dict(zip((str(each) for each in meta["fields"]), columns, strict=True))
    count = len(columns[0]) if geometry is None and columns else 0
    shapes = np.full(count, None) if geometry is None else shapely.force_2d(_shapes(geometry))
    whole = np.array([_has_coordinates(shape) for shape in shapes], dtype=bool)
    _refuse_endless(shapes, path)
    items = tuple(_item(int(each), shapes[each], fields) for each in np.flatnonzero(whole))
    stated = None if meta["crs"] is None else horizontal_datum(_short(meta["crs"]), path.name).name
    return RawLayer(name, stated or WGS84, stated is not None, items, int((~whole).sum()))


def _shapes(geometry: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return np.asarray(shapely.from_wkb(geometry, on_invalid="ignore"))


def _refuse_endless(shapes: npt.NDArray[Any], path: Path) -> None:
    counts = shapely.get_num_coordinates(shapes)
    (endless,) = np.nonzero(counts > POSITIONS_MAX)
    if len(endless):
        raise InvalidInput(
            fault("TOO_MANY_POSITIONS", path.name, f"feature {each + 1}", value=f"{counts[each]:,}")
            for each in endless
        )


def _has_coordinates(shape: object) -> bool:
    at = shapely.get_coordinates(shape)
    return len(at) > 0 and bool(np.isfinite(at).all())


def _short(crs: str) -> str:
    """Return a CRS as an authority's code if it has one, without its heights if it has any.

    So a GeoJSON of 3D positions, EPSG:4979 to GDAL, is in EPSG:4326.
    """
    import pyproj

    found = pyproj.CRS.from_user_input(crs)
    authority = (found.sub_crs_list[0] if found.is_compound else found.to_2d()).to_authority()
    return ":".join(authority) if authority else crs


def _item(number: int, shape: Any, fields: Mapping[str, npt.NDArray[Any]]) -> Item:
    folded = {name.casefold(): values[number] for name, values in fields.items()}
    names = [str(folded[each]) for each in _NAMES if isinstance(folded.get(each), str)]
    named = [each for each in names if each.strip()]
    side = folded.get("side")
    claimed = side if side in ("SZ", "HK") else None
    return Item(named[0] if named else f"feature {number + 1}", frozenset(named), claimed, shape)
