"""Write GeoPackages without waiting for the disk at every table."""

import pyogrio
import pytest


@pytest.fixture(autouse=True, scope="session")
def _unsynchronized() -> None:
    pyogrio.set_gdal_config_options({"OGR_SQLITE_SYNCHRONOUS": "OFF"})
