"""Public keys that an identity provider signs with: from a JWKS address or from a file."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from jwt import PyJWK, PyJWKClient, PyJWKSet
from jwt.exceptions import PyJWKClientConnectionError, PyJWKClientError, PyJWTError

from api.caller import RefusedError

PublicKey = RSAPublicKey | EllipticCurvePublicKey

MIN_RSA_BITS = 2_048

ANSWER_S = 5.0
"""How long the identity provider may take to send its keys."""

FRESH_S = 300.0
"""How long its keys are taken without asking again."""

ASK_AGAIN_S = 30.0
"""How long after an answer, or after none, an unknown key makes us ask again."""


class KeysUnreachableError(Exception):
    """The identity provider does not hand out its keys at the moment."""


class SigningKeys(Protocol):
    """Finds the public key that a token names."""

    def find(self, kid: str | None) -> PublicKey:
        """Return the key of an id; raises RefusedError or KeysUnreachableError."""


def algorithm(key: PublicKey) -> str | None:
    """Return the one algorithm that a key signs with here; None if it is not to be trusted."""
    if isinstance(key, RSAPublicKey):
        return "RS256" if key.key_size >= MIN_RSA_BITS else None
    return "ES256" if isinstance(key.curve, SECP256R1) else None


def signing_keys(place: str) -> SigningKeys:
    """Return the keys at an address or in a file (PEM or JWKS).

    Raises ValueError if the address is neither https nor on this machine, or the file holds no
    key to trust; OSError if it cannot be read.
    """
    parts = urlsplit(place)
    if parts.scheme == "https" or (
        parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1", "::1")
    ):
        return KeysAtAddress(place)
    if parts.scheme in ("http", "ftp", "file"):
        raise ValueError(f"{place}: signing keys are fetched by https only")
    return _keys_in_file(Path(place))


class KeyInPem:
    """One key without an id: a token's key id is not looked at."""

    def __init__(self, key: PublicKey) -> None:
        self._key = key

    def find(self, kid: str | None) -> PublicKey:
        """Return the one key."""
        return self._key


class KeysInSet:
    """The keys of a JWKS file; a token must name one of them."""

    def __init__(self, keys: list[PyJWK]) -> None:
        signing = [each for each in keys if each.public_key_use in (None, "sig")]
        trusted = ((each.key_id, _trusted(each)) for each in signing)
        self._keys = {name: key for name, key in trusted if name and key is not None}
        if not self._keys:
            raise ValueError("no key with an id is one that is taken here")

    def find(self, kid: str | None) -> PublicKey:
        """Return the key of an id; raises RefusedError."""
        key = self._keys.get(kid) if kid else None
        if key is None:
            raise _unknown()
        return key


class KeysAtAddress(PyJWKClient):
    """The keys at a JWKS address, asked for seldom, whatever tokens come."""

    def __init__(self, address: str, tick_s: Callable[[], float] = time.monotonic) -> None:
        super().__init__(address, timeout=ANSWER_S, lifespan=FRESH_S, cooldown_duration=ASK_AGAIN_S)
        self._tick_s = tick_s
        self._silent_until_s = float("-inf")

    def find(self, kid: str | None) -> PublicKey:
        """Return the key of an id; raises RefusedError or KeysUnreachableError."""
        if not kid:
            raise _unknown()
        try:
            key = _trusted(self.get_signing_key(kid))
        except PyJWKClientConnectionError as error:
            raise KeysUnreachableError("the signing keys cannot be fetched") from error
        except PyJWKClientError as error:
            raise _unknown() from error
        except (PyJWTError, ValueError) as error:
            raise KeysUnreachableError("what was fetched as signing keys is not a JWKS") from error
        if key is None:
            raise _unknown()
        return key

    def fetch_data(self) -> Any:
        """Return the keys as they are sent; after a failure not asked for again at once."""
        if self._tick_s() < self._silent_until_s:
            raise PyJWKClientConnectionError("was not reachable a moment ago")
        try:
            return super().fetch_data()
        except (PyJWTError, ValueError):
            self._silent_until_s = self._tick_s() + ASK_AGAIN_S
            raise


def _keys_in_file(path: Path) -> SigningKeys:
    content = path.read_bytes()
    if content.lstrip().startswith(b"{"):
        try:
            return KeysInSet(PyJWKSet.from_dict(json.loads(content)).keys)
        except (PyJWTError, ValueError) as error:
            raise ValueError(f"{path}: is not a JWKS to use: {error}") from error
    try:
        key = load_pem_public_key(content)
    except ValueError as error:
        raise ValueError(f"{path}: is not a public key in PEM") from error
    if not isinstance(key, RSAPublicKey | EllipticCurvePublicKey) or algorithm(key) is None:
        raise ValueError(f"{path}: is neither an RSA key of {MIN_RSA_BITS} bits nor a P-256 key")
    return KeyInPem(key)


def _trusted(key: PyJWK) -> PublicKey | None:
    """Return a key's public half if it signs with an algorithm that is taken here."""
    public = key.key
    if not isinstance(public, RSAPublicKey | EllipticCurvePublicKey):
        return None
    return public if algorithm(public) == key.algorithm_name else None


def _unknown() -> RefusedError:
    return RefusedError("TOKEN_REFUSED", "the token names a signing key that is not known")
