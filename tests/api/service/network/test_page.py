"""The commands of docs/api-network.md work as they stand, one after the other."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.api.process import ROOT
from tests.bench.service_under_test import Deployment

PAGE = ROOT / "docs" / "api-network.md"


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl")
def test_the_walk_of_the_page_works(tmp_path: Path) -> None:
    """With the shipped network: a draft is started, edited, looked at, published and read."""
    (block,) = re.findall(r"```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    with Deployment(tmp_path, f"sqlite:///{tmp_path}/hetao.sqlite") as deployment:
        script = block.replace("localhost:8000", f"localhost:{deployment.ports[0]}")
        script = script.replace("curl -sS", "curl --fail-with-body -sS")
        done = subprocess.run(
            ["bash", "-c", f"set -eu\n{script}"],
            capture_output=True,
            text=True,
            env={**os.environ, "no_proxy": "localhost"},
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert '"field":"hours","old":"' in done.stdout
    assert '"message":"Open until eight"' in done.stdout
    assert '"id": "HK-B8"' in done.stdout
