"""Tables and migrations are the same on both databases."""

import datetime as dt

import pytest
from alembic import command
from sqlalchemy import inspect
from sqlalchemy.exc import IntegrityError, StatementError

from api.service import Service
from api.store.base import Base, now
from api.store.engine import writing
from api.store.migrate import config, migrate
from api.store.operators import LOCAL, Operator
from api.store.requests import StoredRequest


def test_migrations_make_the_tables_that_the_models_say(service: Service) -> None:
    with service.engine.connect() as connection:
        command.check(config(connection))


def test_migrating_again_changes_nothing(service: Service) -> None:
    migrate(service.engine)
    with service.sessions() as session:
        assert session.get(Operator, LOCAL) is not None


def test_the_first_migration_can_be_undone(service: Service) -> None:
    """It takes every table with it, and what is made anew is what the models say."""
    with service.engine.begin() as connection:
        command.downgrade(config(connection), "base")
        assert not set(inspect(connection).get_table_names()) & set(Base.metadata.tables)
    migrate(service.engine)
    with service.engine.connect() as connection:
        command.check(config(connection))


def request(operator: str, created_at: dt.datetime) -> StoredRequest:
    return StoredRequest(
        operator=operator,
        created_at=created_at,
        day=dt.date(2026, 11, 24),
        hash="0" * 64,
        orders=1,
        drones=1,
        content=b"{}",
    )


def test_a_row_of_nobody_is_refused(service: Service) -> None:
    with pytest.raises(IntegrityError), writing(service.sessions) as session:
        session.add(request("nobody", now()))


def test_an_instant_without_its_zone_is_refused(service: Service) -> None:
    naive = dt.datetime(2026, 11, 24, 8)
    with pytest.raises(StatementError, match="zone"), writing(service.sessions) as session:
        session.add(request(LOCAL, naive))


def test_an_instant_comes_back_as_the_same_moment(service: Service) -> None:
    at = dt.datetime(2026, 11, 24, 8, tzinfo=dt.timezone(dt.timedelta(hours=8)))
    with writing(service.sessions) as session:
        stored = request(LOCAL, at)
        session.add(stored)
    with service.sessions() as session:
        found = session.get_one(StoredRequest, stored.id)
        assert (found.created_at, found.content) == (at, b"{}")
        assert found.created_at.tzinfo is not None
