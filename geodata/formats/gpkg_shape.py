"""Shapes as a GeoPackage holds them: clause 2.1.3 of OGC 12-128r18, a header before plain WKB."""

import struct

import shapely
from shapely.geometry.base import BaseGeometry

from geodata.codes import fault
from geodata.faults import Fault
from geodata.formats.gpkg_layout import Table
from geodata.limits import POSITIONS_MAX

_ENVELOPE_BYTES = (0, 32, 48, 48, 64)
"""Length of the envelope by its code in bits 1 to 3 of the flags."""

_DIMENSIONS = ("", "Z", "M", "ZM")
"""What positions hold beside x and y, by the thousands of an ISO WKB type."""


def read_shape(
    blob: object, table: Table, item: str, faults: list[Fault], seen: set[str]
) -> BaseGeometry | None:
    """Return the shape of one row, in the table's own CRS; None, with its fault, if it is faulty.

    A collection of one part is that part. Positions with heights or measures are one fault for
    the whole table: `seen` keeps what was said of it.
    """
    place = (table.name, item, "geometry")
    limit = " or ".join(table.kinds)
    if blob is None:
        faults.append(fault("GEOMETRY_MISSING", *place, limit=limit))
        return None
    try:
        wkb = _wkb(blob)
        dimensions = _dimensions(wkb)
        shape = None if dimensions else shapely.from_wkb(wkb)
    except (ValueError, struct.error, shapely.errors.ShapelyError) as error:
        faults.append(fault("GEOMETRY_COORDINATES", *place, value=str(error)[:80], limit=limit))
        return None
    if shape is None:
        if dimensions not in seen:
            seen.add(dimensions)
            faults.append(_with_dimensions(table, dimensions))
        return None
    return _fitting(shape, place, limit, table, faults)


def _with_dimensions(table: Table, dimensions: str) -> Fault:
    what = {"Z": "a height", "M": "a measure", "ZM": "a height and a measure"}[dimensions]
    message = f"Positions hold {what} that nothing says the meaning of; heights are fields."
    value, limit = f"{table.geometry} {dimensions}", f"{table.geometry} of x and y"
    return fault(
        "HEIGHT_WITHOUT_REFERENCE",
        table.name,
        "",
        "geometry",
        value=value,
        limit=limit,
        message=message,
    )


def _fitting(
    shape: BaseGeometry,
    place: tuple[str, str, str],
    limit: str,
    table: Table,
    faults: list[Fault],
) -> BaseGeometry | None:
    positions = shapely.get_num_coordinates(shape)
    if shape.geom_type.startswith("Multi") and shapely.get_num_geometries(shape) == 1:
        shape = shapely.get_geometry(shape, 0)
    if positions == 0:
        faults.append(fault("GEOMETRY_MISSING", *place, value="an empty shape", limit=limit))
    elif shape.geom_type not in table.kinds:
        faults.append(fault("GEOMETRY_TYPE", *place, value=shape.geom_type, limit=limit))
    elif positions > POSITIONS_MAX:
        faults.append(fault("TOO_MANY_POSITIONS", *place, value=f"{positions:,}"))
    else:
        return shape
    return None


def _wkb(blob: object) -> bytes:
    if not isinstance(blob, bytes) or blob[:2] != b"GP" or len(blob) < 8:
        raise ValueError("no GeoPackage shape")
    code = blob[3] >> 1 & 7
    if code >= len(_ENVELOPE_BYTES):
        raise ValueError("no such envelope")
    return blob[8 + _ENVELOPE_BYTES[code] :]


def _dimensions(wkb: bytes) -> str:
    (kind,) = struct.unpack_from("<I" if wkb[:1] == b"\x01" else ">I", wkb, 1)
    extended = (kind >> 31) + 2 * (kind >> 30 & 1)  # flags that some writers set instead
    return _DIMENSIONS[extended or (kind & 0xFFFF) // 1000 % 4]
