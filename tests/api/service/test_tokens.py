"""Bearer tokens: what is taken, and every way in which one is not."""

import base64
import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import ECAlgorithm, RSAAlgorithm
from pydantic import ValidationError

from api.access.signing_keys import (
    ASK_AGAIN_S,
    KeysAtAddress,
    KeysUnreachableError,
    signing_keys,
)
from api.access.tokens import MAX_TOKEN_CHARS, TokenReader, TokenSettings
from api.caller import Caller, RefusedError

RSA_KEY = rsa.generate_private_key(65537, 2048)
EC_KEY = ec.generate_private_key(ec.SECP256R1())
OTHER_RSA = rsa.generate_private_key(65537, 2048)


def pem(key: Any) -> bytes:
    content: bytes = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return content


def jwks(**extra: dict[str, Any]) -> str:
    keys = [
        {**RSAAlgorithm.to_jwk(RSA_KEY.public_key(), as_dict=True), "kid": "r1", "use": "sig"},
        {**ECAlgorithm.to_jwk(EC_KEY.public_key(), as_dict=True), "kid": "e1", "use": "sig"},
    ]
    return json.dumps({"keys": [*keys, *extra.values()]})


def claims(**changes: Any) -> dict[str, Any]:
    now = dt.datetime.now(dt.UTC)
    good = {
        "iss": "https://id.example",
        "aud": "hetao",
        "sub": "amy",
        "iat": now,
        "exp": now + dt.timedelta(minutes=5),
        "operator": "kite",
        "side": "HK",
        "scope": "openid plan network:read",
    }
    return {name: value for name, value in {**good, **changes}.items() if value is not None}


def settings(keys: str, **changes: Any) -> TokenSettings:
    return TokenSettings(keys=keys, issuer="https://id.example", audience="hetao", **changes)


@pytest.fixture
def key_set(tmp_path: Path) -> str:
    place = tmp_path / "keys.json"
    place.write_text(jwks())
    return str(place)


@pytest.fixture
def reader(key_set: str) -> TokenReader:
    found = TokenReader.of(settings(key_set))
    assert found is not None
    return found


def rs256(kid: str | None = "r1", key: Any = RSA_KEY, **changes: Any) -> str:
    return jwt.encode(claims(**changes), key, "RS256", {"kid": kid} if kid else None)


def refused(reader: TokenReader, token: str) -> str:
    with pytest.raises(RefusedError) as found:
        reader.read(token)
    assert found.value.code == "TOKEN_REFUSED"
    return str(found.value)


def handmade(header: dict[str, Any], body: dict[str, Any], secret: bytes | None) -> str:
    """Return a token as an attacker makes it, past every check of a library."""
    parts = [json.dumps(part, default=lambda at: int(at.timestamp())) for part in (header, body)]
    text = ".".join(base64.urlsafe_b64encode(each.encode()).decode().rstrip("=") for each in parts)
    sign = b"" if secret is None else hmac.digest(secret, text.encode(), hashlib.sha256)
    return f"{text}.{base64.urlsafe_b64encode(sign).decode().rstrip('=')}"


AMY = Caller("kite", frozenset({"plan", "network:read"}), "token:amy", "HK")


def test_rs256_and_es256_are_taken(reader: TokenReader) -> None:
    """Operator, scopes, side and subject come from the token; foreign scopes count not."""
    assert reader.read(rs256()) == AMY
    assert reader.read(jwt.encode(claims(), EC_KEY, "ES256", {"kid": "e1"})) == AMY


@pytest.mark.parametrize("key", [RSA_KEY, EC_KEY], ids=["RS256", "ES256"])
def test_one_key_in_pem_is_taken(tmp_path: Path, key: Any) -> None:
    """A file with one public key; tokens need no key id then."""
    place = tmp_path / "key.pem"
    place.write_bytes(pem(key))
    reader = TokenReader.of(settings(str(place)))
    assert reader is not None
    name = "RS256" if key is RSA_KEY else "ES256"
    assert reader.read(jwt.encode(claims(), key, name)) == AMY
    refused(reader, rs256(key=OTHER_RSA))


def test_none_is_refused(reader: TokenReader) -> None:
    """A token without a signature is nobody's, however `none` is spelt."""
    for name in ("none", "None", "NONE", "nOnE", ""):
        refused(reader, handmade({"alg": name, "kid": "r1"}, claims(), None))
    refused(reader, handmade({"kid": "r1"}, claims(), None))


def test_hs256_with_the_public_key_is_refused(reader: TokenReader, tmp_path: Path) -> None:
    """The public key is known to all: as a secret for HS256 it would let everyone in."""
    public = pem(RSA_KEY)
    for secret in (public, public.strip(), jwks().encode()):
        forged = handmade({"alg": "HS256", "kid": "r1"}, claims(), secret)
        refused(reader, forged)
    place = tmp_path / "key.pem"
    place.write_bytes(public)
    by_pem = TokenReader.of(settings(str(place)))
    assert by_pem is not None
    refused(by_pem, handmade({"alg": "HS256"}, claims(), public))
    # the control: such a token is a valid HS256 one
    forged = handmade({"alg": "HS256"}, claims(), b"s" * 32)
    assert jwt.decode(forged, b"s" * 32, ["HS256"], audience="hetao")["sub"] == "amy"


def test_the_key_decides_the_algorithm(reader: TokenReader) -> None:
    """An RSA key verifies RS256 and no more; an algorithm crossed with the other's key fails."""
    for name in ("RS384", "RS512", "PS256"):
        refused(reader, jwt.encode(claims(), RSA_KEY, name, {"kid": "r1"}))
    refused(reader, jwt.encode(claims(), EC_KEY, "ES256", {"kid": "r1"}))
    refused(reader, rs256(kid="e1"))


def test_a_key_set_with_a_shared_secret_lends_no_trust(tmp_path: Path) -> None:
    """A secret among the public keys is not taken, whatever algorithm it names."""
    secret = base64.urlsafe_b64encode(b"s" * 32).decode().rstrip("=")
    place = tmp_path / "keys.json"
    place.write_text(jwks(shared={"kty": "oct", "k": secret, "kid": "s1", "alg": "HS256"}))
    reader = TokenReader.of(settings(str(place)))
    assert reader is not None
    refused(reader, handmade({"alg": "HS256", "kid": "s1"}, claims(), b"s" * 32))
    assert reader.read(rs256()) == AMY


def test_a_wrong_or_missing_kid_is_refused(reader: TokenReader) -> None:
    """With a key set a token must name its key."""
    assert "not known" in refused(reader, rs256(kid="r2"))
    assert "not known" in refused(reader, rs256(kid=None))


def test_a_foreign_key_under_a_known_kid_is_refused(reader: TokenReader) -> None:
    """The signature counts, not the name of the key."""
    refused(reader, rs256(key=OTHER_RSA))


def test_keys_that_a_token_brings_along_are_not_looked_at(reader: TokenReader) -> None:
    """`jwk` and `jku` in a header name the attacker's own key."""
    own = RSAAlgorithm.to_jwk(OTHER_RSA.public_key(), as_dict=True)
    for extra in ({"jwk": own}, {"jku": "http://127.0.0.1:9/keys"}, {"x5u": "http://127.0.0.1:9"}):
        token = jwt.encode(claims(), OTHER_RSA, "RS256", {"kid": "r1", **extra})
        refused(reader, token)


def test_a_critical_header_that_is_not_understood_is_refused(reader: TokenReader) -> None:
    """RFC 7515, section 4.1.11."""
    token = jwt.encode(claims(), RSA_KEY, "RS256", {"kid": "r1", "crit": ["x"], "x": 1})
    refused(reader, token)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"aud": "other"}, "audience"),
        ({"aud": None}, "does not hold"),
        ({"iss": "https://evil.example"}, "issuer"),
        ({"iss": None}, "does not hold"),
        ({"sub": None}, "does not hold"),
        ({"exp": None}, "does not hold"),
        ({"operator": None}, "no operator"),
        ({"operator": "Kite\n"}, "no operator"),
        ({"operator": ["kite"]}, "no operator"),
    ],
)
def test_claims_must_fit(reader: TokenReader, change: dict[str, Any], why: str) -> None:
    """Audience, issuer, subject, expiry and operator must be there and right."""
    assert why in refused(reader, rs256(**change))


def test_a_token_holds_in_its_time_give_or_take_the_skew(key_set: str) -> None:
    """Expired and not yet valid are refused; a clock that is off by less than the skew is not."""
    reader = TokenReader.of(settings(key_set, skew_s=60))
    assert reader is not None
    now = dt.datetime.now(dt.UTC)
    early, late = now - dt.timedelta(seconds=30), now + dt.timedelta(seconds=30)
    assert reader.read(rs256(exp=early)) == AMY
    assert reader.read(rs256(nbf=late)) == AMY
    assert "expired" in refused(reader, rs256(exp=now - dt.timedelta(seconds=90)))
    assert "not hold yet" in refused(reader, rs256(nbf=now + dt.timedelta(seconds=90)))
    assert "not hold yet" in refused(reader, rs256(iat=now + dt.timedelta(seconds=90)))


@pytest.mark.parametrize("text", ["", ".", "..", "a.b.c", "x" * 40, "é.é.é", "\0", "e30.e30.e30"])
def test_what_is_no_token_is_refused(reader: TokenReader, text: str) -> None:
    """Nothing that a stranger sends raises anything else."""
    refused(reader, text)


def test_a_huge_token_is_not_looked_at(reader: TokenReader) -> None:
    """A token's length is bounded before anything is decoded."""
    assert "too long" in refused(reader, rs256(pad="x" * MAX_TOKEN_CHARS))


def test_a_token_without_scopes_may_do_nothing(reader: TokenReader) -> None:
    """No scope claim, or one of the wrong kind, is no scope."""
    for scope in (None, "", "openid", ["plan"], 7):
        assert reader.read(rs256(scope=scope)).scopes == frozenset()


def test_a_side_that_is_none_reads_nothing(reader: TokenReader) -> None:
    """Only SZ and HK are sides."""
    for side in (None, "sz", "UK", 1):
        assert reader.read(rs256(side=side)).side is None


def test_a_subject_is_one_line_of_a_log(reader: TokenReader) -> None:
    """Line ends, escapes of a terminal and NUL do not get into the audit log; length is bounded."""
    assert reader.read(rs256(sub="a\nb\x1b[2J\0")).actor == "token:a?b?[2J?"
    assert len(reader.read(rs256(sub="a" * 5_000)).actor) < 200


def test_settings_need_issuer_and_audience() -> None:
    """Tokens of anyone for anything are not to be had by a setting left out."""
    with pytest.raises(ValidationError, match="HETAO_JWT_ISSUER"):
        TokenSettings(keys="keys.json")
    assert TokenReader.of(TokenSettings()) is None


def test_weak_and_wrong_key_files_are_refused(tmp_path: Path) -> None:
    """A short RSA key, another curve, a private key's text, anything else: said at the start."""
    place = tmp_path / "key.pem"
    for content in (
        pem(rsa.generate_private_key(65537, 1024)),
        pem(ec.generate_private_key(ec.SECP384R1())),
        b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
        b'{"keys": []}',
        b'{"keys": [{"kty": "oct", "k": "c3Nz", "kid": "s1"}]}',
        b"{",
        b"",
    ):
        place.write_bytes(content)
        with pytest.raises(ValueError):  # noqa: PT011 - the message differs, the kind counts
            signing_keys(str(place))


def test_keys_are_fetched_by_https_only() -> None:
    """Over plain http anyone on the way could hand out keys; this machine itself is excepted."""
    with pytest.raises(ValueError, match="https"):
        signing_keys("http://id.example/keys")
    with pytest.raises(ValueError, match="https"):
        signing_keys("file:///etc/keys.json")


class Provider:
    """An identity provider's key endpoint on loopback."""

    def __init__(self) -> None:
        self.body = jwks().encode()
        self.status = 200
        self.asked = 0
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider.asked += 1
                self.send_response(provider.status)
                self.end_headers()
                self.wfile.write(provider.body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/keys"


@pytest.fixture
def provider() -> Iterator[Provider]:
    found = Provider()
    thread = Thread(target=found.server.serve_forever, args=(0.01,))
    thread.start()
    yield found
    found.server.shutdown()
    found.server.server_close()
    thread.join()


def test_keys_are_fetched_once_whatever_tokens_come(provider: Provider) -> None:
    """Neither good tokens nor a flood of unknown key ids make the service ask again and again."""
    reader = TokenReader.of(settings(provider.address))
    assert reader is not None
    for _ in range(5):
        assert reader.read(rs256()) == AMY
        refused(reader, rs256(kid="r2"))
        refused(reader, rs256(kid=None))
    assert provider.asked == 1


def test_a_provider_that_is_down_is_not_asked_by_every_request(provider: Provider) -> None:
    """After a failure there is a pause; then the keys are fetched and tokens are taken again."""
    passed = [0.0]
    keys = KeysAtAddress(provider.address, lambda: passed[0])
    reader = TokenReader(settings(provider.address), keys)
    provider.status = 500
    for _ in range(5):
        with pytest.raises(KeysUnreachableError):
            reader.read(rs256())
    assert provider.asked == 1
    provider.status = 200
    passed[0] = ASK_AGAIN_S + 1
    assert reader.read(rs256()) == AMY


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"keys": [{"kty": "odd"}]}', b"\xff"])
def test_rubbish_from_a_provider_lets_nobody_in(provider: Provider, body: bytes) -> None:
    """What is no key set is said as such, without a crash."""
    provider.body = body
    reader = TokenReader.of(settings(provider.address))
    assert reader is not None
    with pytest.raises((KeysUnreachableError, RefusedError)):
        reader.read(rs256())
