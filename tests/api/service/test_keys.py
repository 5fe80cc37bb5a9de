"""API keys: shown once, hashed, ending, renewed, ended."""

import datetime as dt

import pytest

from api.access import keys
from api.access.doorkeeper import REMEMBERED_S, Doorkeeper
from api.access.keys import Grant, make_key, revoke_key, rotate_key
from api.caller import LOCAL, Caller, RefusedError
from api.store.engine import Sessions, writing
from api.store.keys import ApiKey

NOON = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
BY = Caller("house", frozenset(), "console:ops")
GRANT = Grant("kite", frozenset({"plan", "route"}), "SZ", "planner", dt.timedelta(days=10))


class Watch:
    """A clock that is put forward by hand."""

    def __init__(self) -> None:
        self.passed_s = 0.0

    def now(self) -> dt.datetime:
        return NOON + dt.timedelta(seconds=self.passed_s)

    def tick_s(self) -> float:
        return self.passed_s


def made(stored: Sessions, grant: Grant = GRANT) -> tuple[ApiKey, str]:
    with writing(stored) as session:
        return make_key(session, grant, BY, NOON)


def door(stored: Sessions, watch: Watch, *, open_locally: bool = False) -> Doorkeeper:
    return Doorkeeper(stored, None, open_locally, watch.now, watch.tick_s)


def refusal(doorkeeper: Doorkeeper, bearer: str | None) -> str:
    with pytest.raises(RefusedError) as refused:
        doorkeeper.admit(bearer)
    return refused.value.code


def test_a_key_lets_in_its_holder_with_what_it_was_made_for(stored: Sessions) -> None:
    """A key carries operator, scopes and side; the actor names the key, not its secret."""
    key, text = made(stored)
    caller = door(stored, Watch()).admit(text)
    assert caller == Caller("kite", GRANT.scopes, f"key:{key.id}", "SZ")


def test_the_secret_is_kept_nowhere(stored: Sessions) -> None:
    """Neither the row nor the audit log holds the secret, as text or as bytes."""
    key, text = made(stored)
    secret = text.rpartition(f"{key.id}_")[2]
    with stored() as session:
        raw = session.connection()
        for table in ("api_keys", "audit_log"):
            for row in raw.exec_driver_sql(f"SELECT * FROM {table}"):
                assert secret not in str(row)
                assert not any(secret.encode() in bytes(v) for v in row if isinstance(v, bytes))


def test_secrets_differ_and_hold_256_bits(stored: Sessions) -> None:
    """Each key is drawn anew: 32 random bytes, 43 characters in base64."""
    texts = {made(stored)[1] for _ in range(20)}
    assert len(texts) == 20
    assert all(len(keys.split(text)[1]) == 43 for text in texts)  # type: ignore[index]


@pytest.mark.parametrize("change", ["secret", "id", "other", "empty", "long"])
def test_a_wrong_key_is_unknown(stored: Sessions, change: str) -> None:
    """A wrong secret, a wrong id, another key's secret and what is no key at all: one answer."""
    key, text = made(stored)
    _, other = made(stored)
    wrong = {
        "secret": text[:-1] + ("A" if text[-1] != "A" else "B"),
        "id": text.replace(key.id, "a" * 16),
        "other": text.replace(text[-43:], other[-43:]),
        "empty": "",
        "long": text + "A",
    }[change]
    watch = Watch()
    doorkeeper = door(stored, watch)
    assert refusal(doorkeeper, wrong) == "KEY_UNKNOWN"
    doorkeeper.admit(text)  # now remembered, and still not let in
    assert refusal(doorkeeper, wrong) == "KEY_UNKNOWN"


def test_a_key_ends_at_its_hour(stored: Sessions) -> None:
    """A key holds until its expiry, and not in that moment any more, remembered or not."""
    _, text = made(stored)
    watch = Watch()
    doorkeeper = door(stored, watch)
    watch.passed_s = 10 * 86_400 - 1
    assert doorkeeper.admit(text).operator == "kite"
    watch.passed_s += 1
    assert refusal(doorkeeper, text) == "KEY_ENDED"
    with pytest.raises(RefusedError):
        doorkeeper.remembered(text)


def test_only_who_knows_the_secret_learns_that_a_key_ended(stored: Sessions) -> None:
    """With a wrong secret an ended key looks like one that never was."""
    key, text = made(stored)
    with writing(stored) as session:
        revoke_key(session, session.get_one(ApiKey, key.id), BY, NOON)
    doorkeeper = door(stored, Watch())
    assert refusal(doorkeeper, text) == "KEY_ENDED"
    assert refusal(doorkeeper, text[:-2] + "xx") == "KEY_UNKNOWN"


def test_a_rotated_key_holds_beside_the_new_one_for_a_while(stored: Sessions) -> None:
    """Rotation gives a key of the same kind; the old one ends after the overlap."""
    key, text = made(stored)
    watch = Watch()
    with writing(stored) as session:
        old = session.get_one(ApiKey, key.id)
        new, new_text = rotate_key(session, old, BY, NOON, dt.timedelta(hours=2))
    doorkeeper = door(stored, watch)
    assert new.replaces == key.id
    assert doorkeeper.admit(new_text) == Caller("kite", GRANT.scopes, f"key:{new.id}", "SZ")
    assert doorkeeper.admit(text).operator == "kite"
    watch.passed_s = 2 * 3_600
    assert refusal(doorkeeper, text) == "KEY_ENDED"
    assert doorkeeper.admit(new_text).operator == "kite"


def test_rotation_never_lengthens_the_old_key(stored: Sessions) -> None:
    """A key that ends before the overlap does ends when it was to."""
    key, _ = made(stored)
    with writing(stored) as session:
        old = session.get_one(ApiKey, key.id)
        rotate_key(session, old, BY, NOON, dt.timedelta(days=30))
        assert old.expires_at == NOON + GRANT.life


def test_an_ended_key_is_not_rotated(stored: Sessions) -> None:
    """Who holds an expired key cannot make a living one of it."""
    key, _ = made(stored)
    with writing(stored) as session, pytest.raises(RefusedError) as refused:
        rotate_key(session, session.get_one(ApiKey, key.id), BY, NOON + GRANT.life)
    assert refused.value.code == "KEY_ENDED"


def test_a_revoked_key_is_forgotten_within_seconds(stored: Sessions) -> None:
    """A server that remembers a key takes it for no longer than it says."""
    key, text = made(stored)
    watch = Watch()
    doorkeeper = door(stored, watch)
    doorkeeper.admit(text)
    with writing(stored) as session:
        revoke_key(session, session.get_one(ApiKey, key.id), BY, NOON)
    assert doorkeeper.remembered(text) is not None
    watch.passed_s = REMEMBERED_S + 0.1
    assert doorkeeper.remembered(text) is None
    assert refusal(doorkeeper, text) == "KEY_ENDED"


def test_who_guesses_fills_no_memory(stored: Sessions) -> None:
    """Only keys that exist are remembered."""
    doorkeeper = door(stored, Watch())
    for number in range(50):
        name = "".join(chr(ord("a") + int(digit)) for digit in f"{number:016d}")
        assert refusal(doorkeeper, f"hetao_{name}_{'A' * 43}") == "KEY_UNKNOWN"
    assert not doorkeeper._known


def test_without_keys_the_machine_itself_is_let_in_until_the_first_key(stored: Sessions) -> None:
    """An open door closes with the first key, and stays closed when that key has ended."""
    watch = Watch()
    doorkeeper = door(stored, watch, open_locally=True)
    assert doorkeeper.admit(None) is LOCAL
    assert doorkeeper.remembered(None) is LOCAL
    key, _ = made(stored)
    with writing(stored) as session:
        revoke_key(session, session.get_one(ApiKey, key.id), BY, NOON)
    watch.passed_s = REMEMBERED_S + 0.1
    assert doorkeeper.remembered(None) is None
    assert refusal(doorkeeper, None) == "CREDENTIAL_MISSING"


def test_a_door_that_is_not_open_lets_nobody_in_without_a_credential(stored: Sessions) -> None:
    """No key was ever made, and still: only a service on loopback is open."""
    assert refusal(door(stored, Watch()), None) == "CREDENTIAL_MISSING"


def test_a_life_of_none_or_of_many_years_is_refused(stored: Sessions) -> None:
    """Every key ends: no life of zero, none beyond three years."""
    for days in (0, -1, 3 * 365 + 1):
        with pytest.raises(ValueError, match="holds for up to"):
            made(stored, Grant("kite", GRANT.scopes, life=dt.timedelta(days=days)))
