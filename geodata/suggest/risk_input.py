"""A user's own risk: a GeoTIFF of it, or polygons each with a risk, in any known CRS."""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from geodata.codes import fault
from geodata.faults import Fault, InvalidInput
from geodata.limits import FILE_MAX_MB
from geodata.suggest.risk import Area, Grid

Floats = npt.NDArray[np.float64]

RISK_FIELD = "risk"
RISK_MAX = 1000.0
"""Greatest risk that is read: a metre there counts as a kilometre."""


def risk_raster(path: Path, metric_crs: str, grid: Grid) -> Floats:
    """Return the first band of a GeoTIFF as the risk of each cell, NaN where it holds none.

    Cells take the mean of the pixels that they cover. Raises `InvalidInput` if it cannot be read,
    names no CRS, or holds a risk under 0 or over `RISK_MAX`.
    """
    import rasterio
    from rasterio.enums import Resampling
    from rasterio.errors import CRSError, RasterioError
    from rasterio.transform import from_origin
    from rasterio.vrt import WarpedVRT

    west, _, _, north = grid.extent_m
    target = {
        "crs": metric_crs,
        "transform": from_origin(west, north, grid.cell_m, grid.cell_m),
        "width": grid.columns,
        "height": grid.rows,
        "dtype": "float64",
        "nodata": np.nan,
    }
    try:
        with rasterio.open(path) as source:
            if source.crs is None:
                raise CRSError("it names no CRS")
            with WarpedVRT(source, resampling=Resampling.average, **target) as warped:
                band = warped.read(1)
    except (RasterioError, CRSError) as error:
        raise InvalidInput([fault("RISK_UNREADABLE", path.name, value=str(error))]) from None
    risk: Floats = band[::-1].reshape(-1)
    known = risk[np.isfinite(risk)]
    wrong = known[(known < 0) | (known > RISK_MAX)]
    if len(wrong):
        limit = f"from 0 to {RISK_MAX:g}"
        raise InvalidInput([fault("OUT_OF_RANGE", path.name, value=f"{wrong[0]:g}", limit=limit)])
    return risk


def risk_areas(path: Path, metric_crs: str) -> list[Area]:
    """Return the polygons of a file that GDAL reads, each with the number in its field `risk`.

    Raises `InvalidInput` with all that is wrong: no such field, no polygon, no number from 0.
    """
    import geopandas
    from pyogrio.errors import DataLayerError, DataSourceError

    size_mb = path.stat().st_size / 1e6
    if size_mb > FILE_MAX_MB:
        raise InvalidInput([fault("FILE_TOO_LARGE", path.name, value=f"{size_mb:.0f} MB")])
    try:
        frame = geopandas.read_file(path)
    except (DataSourceError, DataLayerError) as error:
        reason = str(error).replace(f"{path}", path.name).split(";")[0]
        raise InvalidInput([fault("RISK_UNREADABLE", path.name, value=reason)]) from None
    if RISK_FIELD not in frame.columns:
        columns = ", ".join(str(each) for each in frame.columns if each != "geometry")
        raise InvalidInput([fault("FIELD_MISSING", path.name, "", RISK_FIELD, value=columns)])
    if not isinstance(frame, geopandas.GeoDataFrame) or frame.crs is None:
        raise InvalidInput([fault("RISK_UNREADABLE", path.name, value="no geometry with a CRS")])
    faults: list[Fault] = []
    areas = []
    shapes = frame.geometry.to_crs(metric_crs)
    for number, (shape, risk) in enumerate(zip(shapes, frame[RISK_FIELD], strict=True), 1):
        place = (path.name, f"feature {number}")
        if shape is None or not shape.geom_type.endswith("Polygon") or not shape.is_valid:
            kind = "no geometry" if shape is None else shape.geom_type
            faults.append(fault("GEOMETRY_TYPE", *place, "geometry", value=kind, limit="Polygon"))
        elif isinstance(risk, str) or not 0 <= risk <= RISK_MAX:
            limit = f"a number from 0 to {RISK_MAX:g}"
            faults.append(fault("OUT_OF_RANGE", *place, RISK_FIELD, value=f"{risk}", limit=limit))
        else:
            areas.append(Area(shape, float(risk)))
    if faults:
        raise InvalidInput(faults)
    return areas
