"""Who calls: an operator, the scopes held, the side stood on."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Literal, get_args

from pydantic import StringConstraints

from api.store.operators import LOCAL as LOCAL_OPERATOR
from geodata.features import Side

Scope = Literal["route", "plan", "network:read", "network:draft", "network:publish", "admin"]
"""What a caller may do. Scopes stand side by side: none includes another."""

SCOPES: frozenset[Scope] = frozenset(get_args(Scope))

OPERATOR_PATTERN = r"^[a-z0-9][a-z0-9._-]{0,62}$"
OperatorName = Annotated[str, StringConstraints(pattern=OPERATOR_PATTERN)]
"""An operator's name: up to 63 of a-z, 0-9, dot, underscore and hyphen, a letter or digit first."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sent a request.

    `actor` says by which credential, for the audit log. `side` is the side whose personal data the
    caller may read; None may read none.
    """

    operator: str
    scopes: frozenset[Scope]
    actor: str
    side: Side | None = None


LOCAL = Caller(LOCAL_OPERATOR, SCOPES, "local")
"""Whoever sits at the machine of a service that has no keys yet."""

SERVICE = Caller("service", frozenset(), "service")
"""The service itself, in what it does by itself."""


class RefusedError(Exception):
    """A credential that is not taken: `code` for a program, the words for a person."""

    def __init__(self, code: str, detail: str) -> None:
        self.code = code
        super().__init__(detail)


def scopes_text(scopes: Iterable[Scope]) -> str:
    """Return scopes as OAuth writes them: sorted, a space between (RFC 6749, section 3.3)."""
    return " ".join(sorted(scopes))


def scopes_of(text: str) -> frozenset[Scope]:
    """Return the scopes of a text as OAuth writes them; words that are no scope of ours count not.

    An identity provider puts other services' scopes into the same text.
    """
    return SCOPES.intersection(text.split())


def side_of(text: object) -> Side | None:
    """Return the side that a text names; None for anything else."""
    return "SZ" if text == "SZ" else "HK" if text == "HK" else None
