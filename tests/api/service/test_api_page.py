"""The commands of docs/api.md work as they stand, one after the other."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.api.process import ROOT
from tests.bench.service_under_test import Deployment

PAGE = ROOT / "docs" / "api.md"


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl")
def test_the_walk_of_the_page_works(tmp_path: Path) -> None:
    blocks = re.findall(r"```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) >= 7
    database = f"sqlite:///{tmp_path}/hetao.sqlite"
    with Deployment(tmp_path / "server", database) as deployment:
        address = f"localhost:{deployment.ports[0]}"
        script = "set -eu\n" + "\n".join(blocks).replace("localhost:8000", address)
        script = script.replace("curl -sS", "curl --fail-with-body -sS")
        done = subprocess.run(
            ["bash", "-c", script],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            env={**os.environ, "no_proxy": "localhost"},
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "event: end" in done.stdout
    assert '"violations":[]' in done.stdout
    assert "accepted_at" in done.stdout
    assert json.loads((tmp_path / "plan.geojson").read_text())["features"]
