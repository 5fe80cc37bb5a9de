"""Settings of tokens and of personal data, read with all of their faults at once."""

from pydantic import ValidationError

from api.access.tokens import TokenReader, TokenSettings
from api.privacy.keyring import KeyRing, PersonalKeySettings
from geodata.faults import Fault, InvalidInput


def read_access_settings() -> tuple[TokenReader | None, KeyRing]:
    """Return what reads tokens and what seals personal data, as the environment says.

    Raises InvalidInput with what is wrong; it shows no key.
    """
    faults: list[Fault] = []
    tokens: TokenReader | None = None
    ring = KeyRing()
    try:
        tokens = TokenReader.of(TokenSettings())
    except (ValueError, OSError) as error:
        faults.append(_fault("HETAO_JWT", error))
    try:
        ring = KeyRing.of(PersonalKeySettings())
    except (ValueError, OSError) as error:
        faults.append(_fault("HETAO_PERSONAL", error))
    if faults:
        raise InvalidInput(faults)
    return tokens, ring


def _fault(of: str, error: ValueError | OSError) -> Fault:
    """Return what is wrong with settings; pydantic's own text would show their values."""
    if isinstance(error, ValidationError):
        message = "; ".join(
            " ".join((*map(str, each["loc"]), each["msg"])) for each in error.errors()
        )
    else:
        message = str(error)
    return Fault(
        source="environment",
        item="",
        field=of,
        code="SETTING",
        value="",
        limit="",
        message=message,
    )
