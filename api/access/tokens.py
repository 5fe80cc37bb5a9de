"""Bearer tokens of an identity provider: JWTs signed with RS256 or ES256, nothing else."""

import re
from collections.abc import Mapping
from typing import Any, Self

import jwt
from jwt.exceptions import (
    ExpiredSignatureError,
    ImmatureSignatureError,
    InvalidAudienceError,
    InvalidIssuerError,
    PyJWTError,
)
from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from api.access.signing_keys import SigningKeys, algorithm, signing_keys
from api.caller import OPERATOR_PATTERN, Caller, RefusedError, scopes_of, side_of

MAX_TOKEN_CHARS = 8_192

_REQUIRED = ["exp", "iss", "aud", "sub"]


class TokenSettings(BaseSettings):
    """Which bearer tokens are taken: HETAO_JWT_… in the environment; none if `keys` is not set."""

    model_config = SettingsConfigDict(env_prefix="HETAO_JWT_", frozen=True, extra="forbid")

    keys: str | None = Field(
        default=None, description="JWKS address (https), or a file: JWKS, or one key in PEM."
    )
    issuer: str = Field(default="", description="The `iss` that a token must have.")
    audience: str = Field(default="", description="The `aud` that a token must have.")
    operator_claim: str = Field(
        default="operator", description="The claim that names the operator."
    )
    side_claim: str = Field(default="side", description="The claim that names the side: SZ or HK.")
    skew_s: int = Field(
        default=30, ge=0, le=300, description="How far the provider's clock may be off, seconds."
    )

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.keys and not (self.issuer and self.audience):
            raise ValueError("HETAO_JWT_KEYS needs HETAO_JWT_ISSUER and HETAO_JWT_AUDIENCE")
        return self


class TokenReader:
    """Reads bearer tokens as settings say."""

    def __init__(self, settings: TokenSettings, keys: SigningKeys) -> None:
        self._settings = settings
        self._keys = keys

    @classmethod
    def of(cls, settings: TokenSettings) -> "TokenReader | None":
        """Return a reader, or None if no tokens are taken; raises ValueError or OSError."""
        return cls(settings, signing_keys(settings.keys)) if settings.keys else None

    def read(self, token: str) -> Caller:
        """Return whom a token lets in; raises RefusedError or KeysUnreachableError.

        The key decides the algorithm, never the token: a public key is no secret to be taken as
        one for HS256 (RFC 8725, section 3.1). A token must have `exp`, `iss`, `aud` and `sub`.
        """
        if len(token) > MAX_TOKEN_CHARS:
            raise RefusedError("TOKEN_REFUSED", "the token is too long")
        try:
            header = jwt.get_unverified_header(token)
        except PyJWTError as error:
            raise RefusedError("TOKEN_REFUSED", "this is neither a key nor a token") from error
        if header.get("alg") not in ("RS256", "ES256") or "crit" in header:
            raise RefusedError("TOKEN_REFUSED", "the token is signed in a way that is not taken")
        return self._caller(self._claims(token, header.get("kid")))

    def _claims(self, token: str, kid: str | None) -> Mapping[str, Any]:
        key = self._keys.find(kid)
        allowed = algorithm(key)
        try:
            claims: Mapping[str, Any] = jwt.decode(
                token,
                key,
                algorithms=[allowed] if allowed else [],
                audience=self._settings.audience,
                issuer=self._settings.issuer,
                leeway=self._settings.skew_s,
                options={"require": _REQUIRED},
            )
        except PyJWTError as error:
            raise RefusedError("TOKEN_REFUSED", _why(error)) from error
        return claims

    def _caller(self, claims: Mapping[str, Any]) -> Caller:
        operator = claims.get(self._settings.operator_claim)
        if not isinstance(operator, str) or not re.fullmatch(OPERATOR_PATTERN, operator):
            raise RefusedError("TOKEN_REFUSED", "the token names no operator")
        scope = claims.get("scope", "")
        words = scope if isinstance(scope, str) else ""
        return Caller(
            operator,
            scopes_of(words),
            f"token:{_printable(claims['sub'])}",
            side_of(claims.get(self._settings.side_claim)),
        )


def _why(error: PyJWTError) -> str:
    """Return why a token is refused; its signature is proven before its claims are read."""
    match error:
        case ExpiredSignatureError():
            return "the token has expired"
        case ImmatureSignatureError():
            return "the token does not hold yet"
        case InvalidAudienceError():
            return "the token is for another audience"
        case InvalidIssuerError():
            return "the token is of another issuer"
        case _:
            return "the token does not hold"


def _printable(subject: object) -> str:
    """Return a token's subject as a line of a log can hold it."""
    return "".join(each if each.isprintable() else "?" for each in str(subject)[:150])
