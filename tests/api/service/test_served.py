"""`hetao serve` in a process of its own: from an open door to a proven audit log."""

import socket
from pathlib import Path

import httpx
import pyogrio
import pytest
from pyogrio.errors import DataSourceError

from geodata.features import LAYERS
from tests.api.conftest import Run
from tests.api.process import start
from tests.api.service.postgres import await_true


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/healthz").status_code == 200
    except httpx.TransportError:
        return False


def layers_that_gdal_sees(url: str, key: str | None) -> list[str]:
    """Return the layers that GDAL's OAPIF driver is told of with a key, or without one."""
    bearer = {"GDAL_HTTP_AUTH": "BEARER" if key else None, "GDAL_HTTP_BEARER": key}
    pyogrio.set_gdal_config_options(bearer)
    try:
        return [name for name, _ in pyogrio.list_layers(f"OAPIF:{url}/ogc")]
    finally:
        pyogrio.set_gdal_config_options(dict.fromkeys(bearer))


def test_a_served_key_works_and_its_log_proves_the_audit(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first key closes the door of a running server; its log holds heads and no secret."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setenv("HETAO_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("HETAO_PERSONAL_KEYS_SZ", "k1:" + "c2VjcmV0" * 5 + "c2U=")
    url = f"http://127.0.0.1:{(port := free_port())}"
    server = start("serve", "--port", str(port))
    try:
        await_true(lambda: answers(url), 60)
        assert httpx.get(f"{url}/v1/keys").status_code == 200
        scopes = ("--scope", "admin", "--scope", "network:read")
        key = run("keys", "create", "--operator", "kite", *scopes)[1].strip()
        await_true(lambda: httpx.get(f"{url}/v1/keys").status_code == 401, 30)
        headers = {"Authorization": f"Bearer {key}"}
        made = httpx.post(f"{url}/v1/keys?token={key}", headers=headers, json={"scopes": ["admin"]})
        assert made.status_code == 201
        assert "server" not in made.headers
        raw = httpx.get(f"{url}/v1/keys", headers={"Authorization": f"Bearer {key}x"})
        assert raw.status_code == 401
        with pytest.raises(DataSourceError, match="401"):
            layers_that_gdal_sees(url, None)
        assert layers_that_gdal_sees(url, key) == list(LAYERS)
    finally:
        server.terminate()
        _, log = server.communicate(timeout=30)
    assert "no keys: every program of this machine may do everything" in log
    for secret in (key, key[-43:], made.json()["key"], "c2VjcmV0"):
        assert secret not in log
    (tmp_path / "server.log").write_text(log)
    code, out, _ = run("audit", "verify", "--heads", tmp_path / "server.log")
    assert (code, out) == (0, "the log of 2 entries holds\n")
