"""The command line starts fast: what is heavy is imported where it is used."""

import subprocess
import sys

import pytest

HEAVY = {
    "geopandas",
    "highspy",
    "matplotlib",
    "networkx",
    "numba",
    "numpy",
    "ortools",
    "pandas",
    "pydantic",
    "pyproj",
    "rasterio",
    "scipy",
    "shapely",
    "yaml",
}


@pytest.mark.parametrize("arguments", [["--version"], ["route", "--help"], ["plan", "--help"]])
def test_help_and_version_import_nothing_heavy(arguments: list[str]) -> None:
    code = f"import sys; from api.cli import run; run({arguments!r}); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.splitlines()[-1].split()}
    assert not loaded & HEAVY
