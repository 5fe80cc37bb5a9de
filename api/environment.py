"""Settings as the environment says them, with all of their faults at once and no secret shown."""

from pydantic import ValidationError

from api.access.tokens import TokenReader, TokenSettings
from api.privacy.keyring import KeyRing, PersonalKeySettings
from api.settings import Settings
from geodata.faults import Fault, InvalidInput
from geodata.field_faults import shown

_SECRET = ("database", "keys_sz", "keys_hk")
"""Settings whose values are not repeated; an address of a database holds a password."""


def read_settings() -> Settings:
    """Return the service's settings; raises InvalidInput with what is wrong with them."""
    try:
        return Settings()
    except ValidationError as error:
        raise InvalidInput(_faults("HETAO", error)) from None


def read_access_settings() -> tuple[TokenReader | None, KeyRing]:
    """Return what reads tokens and what seals personal data; raises InvalidInput."""
    faults: list[Fault] = []
    tokens: TokenReader | None = None
    ring = KeyRing()
    try:
        tokens = TokenReader.of(TokenSettings())
    except (ValueError, OSError) as error:
        faults += _faults("HETAO_JWT", error)
    try:
        ring = KeyRing.of(PersonalKeySettings())
    except (ValueError, OSError) as error:
        faults += _faults("HETAO_PERSONAL", error)
    if faults:
        raise InvalidInput(faults)
    return tokens, ring


def _faults(prefix: str, error: ValueError | OSError) -> list[Fault]:
    """Return what is wrong with settings; pydantic's own text would show every value."""
    if not isinstance(error, ValidationError):
        return [_fault(prefix, "", str(error))]
    return [
        _fault(
            "_".join((prefix, *map(str, each["loc"]))).upper(),
            "" if not each["loc"] or each["loc"][0] in _SECRET else shown(each["input"]),
            each["msg"],
        )
        for each in error.errors()
    ]


def _fault(name: str, value: str, message: str) -> Fault:
    return Fault(
        source="environment",
        item="",
        field=name,
        code="SETTING",
        value=value,
        limit="",
        message=message,
    )
