"""Changes of requests that come at the same time, committed in one transaction.

A commit costs some ten times what a row costs, and on SQLite only one goes on at a time. Whoever
comes while one goes on is in the next one, so that nobody waits for company.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from api.store.engine import Sessions, writing

T = TypeVar("T")

MOST = 64
"""Changes of one transaction."""


def make_alone(of: Sessions, change: Callable[[Session], T]) -> T:
    """Make a change in one transaction of its own and return what it returns.

    It is tried once more if the database refuses a row that another request has put in between: the
    change sees that row then.
    """
    try:
        with writing(of) as session:
            return change(session)
    except IntegrityError:
        with writing(of) as session:
            return change(session)


Asked = tuple[Callable[[Session], Any], asyncio.Future[Any]]


@dataclass
class Together:
    """Makes changes together; each is committed or has failed by itself, as if it came alone."""

    sessions: Sessions
    _waiting: WeakKeyDictionary[asyncio.AbstractEventLoop, deque[Asked]] = field(
        default_factory=WeakKeyDictionary
    )
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def make(self, change: Callable[[Session], T]) -> T:
        """Return what a change returns, once that is committed; raises what it raises.

        The change may be called more than once, each time in a transaction without a trace of the
        time before.
        """
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()
        waiting = self._waiting.get(loop)
        if waiting is None:
            waiting = self._waiting[loop] = deque()
            task = loop.create_task(self._make_all(loop, waiting))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        waiting.append((change, answer))
        return await answer

    async def _make_all(self, loop: asyncio.AbstractEventLoop, waiting: deque[Asked]) -> None:
        """Make what waits, group after group, until nothing does."""
        group = list[Asked]()
        try:
            while waiting:
                group = [waiting.popleft() for _ in range(min(MOST, len(waiting)))]
                found = await self._outcomes([change for change, _ in group])
                for (_, answer), outcome in zip(group, found, strict=True):
                    if answer.done():  # who asked has gone
                        continue
                    if isinstance(outcome, BaseException):
                        answer.set_exception(outcome)
                    else:
                        answer.set_result(outcome)
        finally:
            del self._waiting[loop]
            for _, answer in (*group, *waiting):  # told to end; what is answered stays so
                answer.cancel()

    async def _outcomes(self, changes: list[Callable[[Session], Any]]) -> list[Any]:
        """Return what each change returned or raised."""
        if len(changes) > 1:
            together = asyncio.to_thread(self._make, changes)
            found: list[Any] = await asyncio.gather(together, return_exceptions=True)
            if isinstance(found[0], list):
                return found[0]
        # One of them failed and nothing was changed; whose fault it is shows when each is alone.
        alone = (asyncio.to_thread(make_alone, self.sessions, each) for each in changes)
        return await asyncio.gather(*alone, return_exceptions=True)

    def _make(self, changes: list[Callable[[Session], Any]]) -> list[Any]:
        with writing(self.sessions) as session:
            return [change(session) for change in changes]
