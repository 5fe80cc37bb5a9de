"""Changes that come at the same time share a transaction, and nobody's fate but their own."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from api.service import Service
from api.store.base import new_id, now
from api.store.orders import StoredOrder

Change = Callable[[Session], str]


def adds(key: str) -> Change:
    """Return a change that adds an order and returns its key."""

    def change(session: Session) -> str:
        session.add(
            StoredOrder(
                id=new_id(),
                operator="local",
                key=key,
                day=date(2026, 11, 24),
                created_at=now(),
                withdrawn_at=None,
                plan=None,
                content=b"{}",
            )
        )
        return key

    return change


def fails(session: Session) -> str:
    adds("never")(session)
    raise ValueError("refused")


def made(service: Service, *changes: Change) -> list[Any]:
    """Make changes at the same time; return what each returned or raised."""

    async def make() -> list[Any]:
        asked = [service.together.make(each) for each in changes]
        return await asyncio.gather(*asked, return_exceptions=True)

    return asyncio.run(make())


def stored(service: Service) -> list[str]:
    with service.sessions() as session:
        return sorted(session.scalars(select(StoredOrder.key)))


@contextmanager
def commits(service: Service) -> Iterator[list[object]]:
    """Yield a list that gets one entry for each commit."""
    seen = list[object]()

    def committed(connection: object) -> None:
        seen.append(connection)

    event.listen(service.engine, "commit", committed)
    yield seen
    event.remove(service.engine, "commit", committed)


def test_what_comes_at_the_same_time_is_committed_at_once(service: Service) -> None:
    keys = [f"K{number:02}" for number in range(20)]
    with commits(service) as seen:
        assert made(service, *map(adds, keys)) == keys
    assert len(seen) == 1
    assert stored(service) == keys


def test_a_change_is_committed_before_it_is_answered(service: Service) -> None:
    async def make() -> list[str]:
        await service.together.make(adds("A"))
        return stored(service)

    assert asyncio.run(make()) == ["A"]


def test_one_that_fails_leaves_nothing_and_spoils_no_other(service: Service) -> None:
    first, failed, last = made(service, adds("A"), fails, adds("B"))
    assert (first, str(failed), last) == ("A", "refused", "B")
    assert stored(service) == ["A", "B"]


def test_of_two_that_exclude_each_other_one_is_made(service: Service) -> None:
    *both, other = made(service, adds("A"), adds("A"), adds("B"))
    assert sorted(type(each).__name__ for each in both) == [IntegrityError.__name__, "str"]
    assert other == "B"
    assert stored(service) == ["A", "B"]


def test_each_hears_that_the_database_is_away(service: Service) -> None:
    def away(session: Session) -> str:
        raise OperationalError("", None, Exception("away"))

    assert [type(each) for each in made(service, *[away] * 10)] == [OperationalError] * 10


def test_who_goes_takes_nobody_along(service: Service) -> None:
    async def make() -> str:
        gone = asyncio.create_task(service.together.make(adds("A")))
        stays = asyncio.create_task(service.together.make(adds("B")))
        await asyncio.sleep(0)
        gone.cancel()
        with pytest.raises(asyncio.CancelledError):
            await gone
        return await stays

    assert asyncio.run(make()) == "B"
