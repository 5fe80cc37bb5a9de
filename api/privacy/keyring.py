"""The keys that personal data is sealed with: a ring a side, each key with an id."""

import base64
import binascii
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from geodata.features import Side

KEY_BYTES = 32
_LINE = re.compile(r"([A-Za-z0-9._-]{1,32}):([A-Za-z0-9+/_-]{43}=?)")


class PersonalKeySettings(BaseSettings):
    """Where the keys are: HETAO_PERSONAL_… in the environment, by value or by file.

    Each is a list of `id:key`, separated by lines, blanks or commas. The first seals; all open.
    """

    model_config = SettingsConfigDict(env_prefix="HETAO_PERSONAL_", frozen=True, extra="forbid")

    keys_sz: SecretStr | None = Field(default=None, description="Keys of the Shenzhen side.")
    keys_hk: SecretStr | None = Field(default=None, description="Keys of the Hong Kong side.")
    keys_sz_file: Path | None = Field(default=None, description="File of the Shenzhen side's keys.")
    keys_hk_file: Path | None = Field(
        default=None, description="File of the Hong Kong side's keys."
    )


@dataclass(frozen=True)
class KeyRing:
    """The keys of each side that this machine was given; it may lack a side's."""

    keys: Mapping[Side, Mapping[str, bytes]] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, settings: PersonalKeySettings) -> "KeyRing":
        """Return the ring that settings name; raises ValueError, which shows no key, or OSError."""
        given: dict[Side, tuple[SecretStr | None, Path | None]] = {
            "SZ": (settings.keys_sz, settings.keys_sz_file),
            "HK": (settings.keys_hk, settings.keys_hk_file),
        }
        return cls({side: _keys(side, *places) for side, places in given.items() if any(places)})

    def sealing(self, side: Side) -> tuple[str, bytes] | None:
        """Return the id and the key that a side seals with; None if there is none."""
        return next(iter(self.keys.get(side, {}).items()), None)

    def opening(self, side: Side, key_id: str) -> bytes | None:
        """Return a side's key of an id; None if it is not here."""
        return self.keys.get(side, {}).get(key_id)


def new_key_line() -> str:
    """Return a new key as a line of a key file."""
    return f"{secrets.token_hex(4)}:{base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()}"


def _keys(side: Side, value: SecretStr | None, path: Path | None) -> dict[str, bytes]:
    name = f"HETAO_PERSONAL_KEYS_{side}"
    if value is not None and path is not None:
        raise ValueError(f"{name} and {name}_FILE are both set")
    text = path.read_text() if path is not None else value.get_secret_value() if value else ""
    keys: dict[str, bytes] = {}
    for number, word in enumerate(re.split(r"[\s,]+", text.strip()), start=1):
        found = _LINE.fullmatch(word)
        key = _decoded(found[2]) if found else None
        if found is None or key is None:
            raise ValueError(f"{name}: item {number} is not id:key, a key of 32 bytes in base64")
        if found[1] in keys:
            raise ValueError(f"{name}: the id {found[1]} is given twice")
        keys[found[1]] = key
    return keys


def _decoded(text: str) -> bytes | None:
    try:
        key = base64.b64decode(
            text.rstrip("=") + "=", altchars=b"-_" if set(text) & set("-_") else None
        )
    except binascii.Error:
        return None
    return key if len(key) == KEY_BYTES else None
