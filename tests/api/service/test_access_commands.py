"""`hetao keys`, `audit` and `consignees`: the command line beside the server."""

import json
from pathlib import Path

import pytest

from api.access.doorkeeper import Doorkeeper
from api.caller import RefusedError
from api.privacy.keyring import new_key_line
from api.store.engine import open_engine, sessions
from tests.api.conftest import Run
from tests.api.service.tampering import tampered

CREATE = ("keys", "create", "--operator", "kite", "--scope", "plan")


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the data folder of a service that was never started."""
    monkeypatch.setenv("HETAO_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


def door(data: Path) -> Doorkeeper:
    return Doorkeeper(sessions(open_engine(f"sqlite:///{data}/hetao.sqlite")))


def test_a_key_is_made_shown_once_renewed_and_ended(run: Run, data: Path) -> None:
    """The key alone is on standard output; no other command ever shows it."""
    code, out, err = run(*CREATE, "--side", "SZ", "--label", "night shift")
    assert data.stat().st_mode & 0o077 == 0
    key = out.strip()
    assert code == 0
    assert key.splitlines() == [key]
    assert key not in err
    assert "audit head 1:" in err
    caller = door(data).admit(key)
    assert (caller.operator, caller.scopes, caller.side) == ("kite", {"plan"}, "SZ")
    key_id = key.split("_")[1]

    _, out, _ = run("keys", "list", "--json")
    (listed,) = json.loads(out)["keys"]
    assert (listed["id"], listed["state"], listed["label"]) == (key_id, "active", "night shift")
    assert key.split(f"{key_id}_")[1] not in out

    code, out, _ = run("keys", "rotate", key_id, "--overlap-hours", "1", "--json")
    renewed = json.loads(out)
    assert (code, renewed["replaces"], renewed["scopes"]) == (0, key_id, ["plan"])
    assert door(data).admit(key).operator == door(data).admit(renewed["key"]).operator == "kite"

    assert run("keys", "revoke", key_id)[0] == 0
    with pytest.raises(RefusedError):
        door(data).admit(key)
    code, out, err = run("keys", "rotate", key_id)
    assert (code, out) == (2, "")
    assert "KEY_ENDED" in err


def test_what_cannot_be_a_key_is_said_at_once(run: Run, data: Path) -> None:
    """Wrong scope, side and name are bad input, each with what is allowed."""
    code, _, err = run(*CREATE, "--scope", "everything", "--side", "MO")
    assert code == 2
    assert "everything" in err
    assert "network:draft" in err
    assert "MO" in err
    code, _, err = run("keys", "create", "--operator", "Kite & Co", "--scope", "plan")
    assert code == 2
    assert "Kite & Co" in err
    assert run("keys", "revoke", "mfrggzdfmztwq2lk")[0] == 2
    assert run("keys", "list")[1].count("\n") <= 1


def test_the_log_is_proven_against_heads(run: Run, data: Path, tmp_path: Path) -> None:
    """`audit verify` says what holds, and finds a tail cut off by a head that was kept."""
    run(*CREATE)
    run(*CREATE)
    head = run("audit", "head")[1].strip()
    assert head.startswith("2:")
    code, out, err = run("audit", "verify")
    assert (code, out) == (0, "the log of 2 entries holds\n")
    assert "not proven" in err
    assert run("audit", "verify", "--head", head)[0] == 0

    tampered(
        sessions(open_engine(f"sqlite:///{data}/hetao.sqlite")),
        "DELETE FROM audit_log WHERE number = 2",
    )
    assert run("audit", "verify")[0] == 0
    note = tmp_path / "server.log"
    note.write_text(f"INFO hetao.audit audit head {head}\n")
    code, out, _ = run("audit", "verify", "--heads", note, "--json")
    found = json.loads(out)
    assert (code, found["holds"], found["entries"]) == (1, False, 1)
    assert [fault["code"] for fault in found["faults"]] == ["AUDIT_TRUNCATED"]
    assert run("audit", "verify", "--head", "2:xyz")[0] == 2


def test_the_log_is_listed(run: Run, data: Path) -> None:
    """Each entry says who did what by which credential."""
    run(*CREATE)
    run("keys", "create", "--operator", "heron", "--scope", "route")
    lines = run("audit", "list", "--operator", "heron", "--json")[1].splitlines()
    (entry,) = map(json.loads, lines)
    assert (entry["number"], entry["action"], entry["operator"]) == (2, "key.created", "heron")
    assert entry["actor"].startswith("console:")
    assert entry["detail"] == {"for": "heron", "scopes": "route", "side": None}
    assert run("audit", "list")[1].count("\n") == 2


def test_consignees_are_looked_after(run: Run, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new key is a line of a key file; a broken one is bad input, and is not printed."""
    line = run("consignees", "new-key")[1].strip()
    monkeypatch.setenv("HETAO_PERSONAL_KEYS_HK", f"{line},{new_key_line()}")
    assert run("consignees", "reseal", "--json")[:2] == (0, '{\n  "count": 0\n}\n')
    assert run("consignees", "purge", "--days", "0")[:2] == (0, "0 consignees purged\n")
    monkeypatch.setenv("HETAO_PERSONAL_KEYS_HK", line[:-3])
    code, _, err = run("consignees", "reseal")
    assert code == 2
    assert "HETAO_PERSONAL_KEYS_HK: item 1" in err
    assert line.split(":")[1][:-3] not in err


def test_a_server_that_others_reach_needs_a_key(run: Run, data: Path) -> None:
    """On any address but loopback `serve` refuses to start; an ended key is none."""
    for host in ("0.0.0.0", "::", "192.0.2.1", "planner.example"):
        code, out, err = run("serve", "--host", host, "--port", "0")
        assert (code, out) == (2, "")
        assert "KEYS_MISSING" in err
        assert host in err
    key_id = json.loads(run(*CREATE, "--json")[1])["id"]
    run("keys", "revoke", key_id)
    assert run("serve", "--host", "0.0.0.0", "--port", "0")[0] == 2


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have `serve` end where the server would begin to listen."""
    monkeypatch.setattr("uvicorn.Server.run", lambda _: None)
    monkeypatch.setattr("api.logs.log_to_standard_error", lambda: None)


def test_a_server_on_loopback_says_that_it_is_open(run: Run, data: Path, started: None) -> None:
    """Without keys that is said; with one there is nothing to say, and others may be served."""
    code, _, err = run("serve", "--port", "0")
    assert code == 0
    assert "no keys: every program of this machine may do everything" in err
    run(*CREATE)
    for host in ("127.0.0.1", "0.0.0.0"):
        code, _, err = run("serve", "--host", host, "--port", "0")
        assert code == 0
        assert "no keys" not in err


def test_settings_that_cannot_be_are_said_without_their_values(
    run: Run, data: Path, started: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Faults of tokens and of personal keys come together; no key is printed."""
    monkeypatch.setenv("HETAO_JWT_KEYS", "https://id.example/keys")
    monkeypatch.setenv("HETAO_PERSONAL_KEYS_SZ", "k1:c2VjcmV0")
    code, _, err = run("serve", "--port", "0")
    assert code == 2
    assert "HETAO_JWT_ISSUER" in err
    assert "HETAO_PERSONAL_KEYS_SZ: item 1" in err
    assert "c2VjcmV0" not in err
    monkeypatch.setenv("HETAO_JWT_ISSUER", "https://id.example")
    monkeypatch.setenv("HETAO_JWT_AUDIENCE", "hetao")
    monkeypatch.setenv("HETAO_JWT_KEYS", "http://id.example/keys")
    monkeypatch.setenv("HETAO_PERSONAL_KEYS_SZ", new_key_line())
    monkeypatch.setenv("HETAO_PERSONAL_KEYS_HK_FILE", "nowhere.keys")
    code, _, err = run("serve", "--port", "0")
    assert code == 2
    assert "https only" in err
    assert "nowhere.keys" in err


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("HETAO_WORKERS", "many", "HETAO_WORKERS: Input should be a valid integer"),
        ("HETAO_CONSIGNEE_DAYS", "0", "HETAO_CONSIGNEE_DAYS"),
        ("HETAO_DATABASE", "hunter2", "DATABASE_ADDRESS"),
        ("HETAO_DATABASE", "mysql://u:hunter2@127.0.0.1/x", "DATABASE_ADDRESS"),
        ("HETAO_DATABASE", "postgresql://u:hunter2@127.0.0.1:1/x", "DATABASE_AWAY"),
        ("HETAO_JWT_SKEW_S", "-1", "HETAO_JWT_SKEW_S"),
    ],
)
def test_a_wrong_setting_is_bad_input(
    run: Run,
    data: Path,
    started: None,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    value: str,
    said: str,
) -> None:
    """Every command of the service says which setting is wrong; a password is not repeated."""
    monkeypatch.setenv(name, value)
    commands = [("serve", "--port", "0")]
    if not name.startswith("HETAO_JWT"):
        commands.append(("keys", "list"))
    for command in commands:
        code, out, err = run(*command)
        assert (code, out) == (2, "")
        assert said in err
        assert "hunter2" not in err
