"""What every table shares: names of constraints, identifiers, instants, packed content."""

import datetime as dt
import uuid
import zlib
from typing import Annotated

from sqlalchemy import DateTime, ForeignKey, LargeBinary, MetaData, String, TypeDecorator
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, mapped_column

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
"""Migrations can only change a constraint that has a name, the same on every database."""


class Base(DeclarativeBase):
    """The tables of the service."""

    metadata = MetaData(naming_convention=NAMING)


class Instant(TypeDecorator[dt.datetime]):
    """A moment, kept in UTC: SQLite forgets a time's zone, so it is taken off and put back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """Return a moment as the database keeps it; raises ValueError if it has no zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant says its zone")
        return value.astimezone(dt.UTC)

    def process_result_value(
        self, value: dt.datetime | None, dialect: Dialect
    ) -> dt.datetime | None:
        """Return a moment as it was given, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


class Packed(TypeDecorator[bytes]):
    """Bytes that are kept compressed: documents of up to some MiB that are never searched."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        """Return bytes as the database keeps them."""
        return None if value is None else zlib.compress(value, 3)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        """Return bytes as they were given."""
        return None if value is None else zlib.decompress(value)


def new_id() -> str:
    """Return a new identifier: 32 hexadecimal digits, not to be guessed."""
    return uuid.uuid4().hex


def now() -> dt.datetime:
    """Return the present moment, in UTC."""
    return dt.datetime.now(dt.UTC)


Id = Annotated[str, mapped_column(String(32), primary_key=True, default=new_id)]
"""A row's own identifier, as it stands in addresses."""

At = Annotated[dt.datetime, mapped_column(Instant)]
"""A moment that is always known."""

Owner = Annotated[str, mapped_column(String(64), ForeignKey("operators.id"))]
"""The operator whose row it is; no other operator sees it."""
