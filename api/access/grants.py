"""API keys as they are asked for and shown."""

import datetime as dt

from pydantic import BaseModel, ConfigDict, Field

from api.access.keys import LIFE, MAX_LIFE, Grant, state
from api.caller import OperatorName, Scope, scopes_of, side_of
from api.store.keys import ApiKey
from geodata.features import Side


class KeyRequest(BaseModel):
    """What a new key is to be."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={"example": {"scopes": ["plan", "route"], "days": 90}},
    )

    scopes: frozenset[Scope] = Field(min_length=1, description="What it may do.")
    side: Side | None = Field(default=None, description="Whose personal data it may read.")
    days: int = Field(default=LIFE.days, ge=1, le=MAX_LIFE.days, description="How long it holds.")
    label: str = Field(
        default="",
        max_length=100,
        pattern=r"^[^\x00-\x1f\x7f-\x9f]*$",
        description="What it is for, in one line.",
    )

    def grant(self, operator: str) -> Grant:
        """Return what is asked for, of an operator."""
        return Grant(operator, self.scopes, self.side, self.label, dt.timedelta(days=self.days))


class OperatorKeyRequest(KeyRequest):
    """What a new key of any operator is to be, which is asked for at the command line only."""

    operator: OperatorName


class KeyView(BaseModel):
    """A key as it is shown: everything but the secret."""

    id: str = Field(description="The public part of the key.")
    operator: str
    scopes: list[Scope]
    side: Side | None
    label: str
    state: str = Field(description="`active`, `expired` or `revoked`.")
    created_at: dt.datetime
    expires_at: dt.datetime
    revoked_at: dt.datetime | None
    replaces: str | None = Field(description="The key that it took over from.")

    @classmethod
    def of(cls, key: ApiKey, now: dt.datetime) -> "KeyView":
        """Return a key as it is shown at a moment."""
        return cls(
            id=key.id,
            operator=key.operator,
            scopes=sorted(scopes_of(key.scopes)),
            side=side_of(key.side),
            label=key.label,
            state=state(key, now),
            created_at=key.created_at,
            expires_at=key.expires_at,
            revoked_at=key.revoked_at,
            replaces=key.replaces,
        )
