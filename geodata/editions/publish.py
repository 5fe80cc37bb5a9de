"""Publishing a draft: put on top of the newest edition, proved, and added to the line."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo

from geodata.check import check_network
from geodata.check.sound import duplicate_ids
from geodata.codes import fault
from geodata.content import shown
from geodata.editions.editions import Entry
from geodata.editions.rebase import Conflict, ConflictError, rebase
from geodata.faults import Fault, InvalidInput, errors
from geodata.network import Network
from geodata.read import Reading, with_elevation

Report = Callable[[str, float], None]
"""Takes a stage of publishing and the share of the work done, from 0 to 1."""


class Draft(Protocol):
    """A network being edited, as it was read: the edition it was started on, what it says now."""

    @property
    def name(self) -> str:
        """What people call it."""

    @property
    def parent(self) -> str | None:
        """The edition that it was made of, None before anything was published."""

    @property
    def reading(self) -> Reading:
        """What it says, unchecked."""


D = TypeVar("D", bound=Draft)


class Editions(Protocol[D]):
    """Where a line of editions and its drafts are kept: a folder, or a database."""

    def writing(self, waiting: Callable[[], None], /) -> AbstractContextManager[None]:
        """Return the turn to write, if there is one; `waiting` is called if another has it."""

    def newest(self) -> str | None:
        """Return the edition published last; None if there is none yet."""

    def load(self, edition: str, /) -> Network:
        """Return an edition, proved to be what was published."""

    def draft(self, name: str, /) -> D:
        """Return a draft, unchecked; raises `InvalidInput` if there is none."""

    def append(self, entry: Entry, network: Network, draft: D, /) -> bool:
        """Put an edition at the end of the line and remove its draft, at once or not at all.

        Tells whether the draft was removed: one that was edited since it was read stays. Raises
        `OvertakenError` if the entry's parent is not the newest edition any more, `InvalidInput`
        if the network would not be read again as it is.
        """


class OvertakenError(Exception):
    """Another edition was published while this one was proved."""


class RouteTests(Protocol):
    """Whether the routes that must stay open do so on a network that is about to be published."""

    def __call__(self, network: Network, /) -> Iterable[Fault]:
        """Return what does not hold; any error keeps the network from being published."""


class RefusedError(Exception):
    """A draft was not published: `faults` says why, and `conflicts` holds what must be decided."""

    def __init__(self, faults: Iterable[Fault], conflicts: Iterable[Conflict] = ()) -> None:
        self.faults = tuple(sorted(faults))
        self.conflicts = tuple(conflicts)
        super().__init__(f"faults: {len(self.faults)}")


@dataclass(frozen=True, slots=True)
class Publication:
    """What was published: its entry in the line, its content, the warnings that it has.

    `draft_kept` tells that the draft was not removed, because it was edited meanwhile or holds
    files that are none of a network's.
    """

    entry: Entry
    network: Network
    warnings: tuple[Fault, ...]
    draft_kept: bool


def publish(
    editions: Editions[D],
    name: str,
    *,
    author: str,
    message: str,
    now: datetime,
    elevation: Path | None = None,
    elevation_margin_m: float = 5.0,
    route_tests: RouteTests | None = None,
    report: Report = lambda stage, done: None,
) -> Publication:
    """Publish a draft as the newest edition, and remove the draft.

    If others have published since it was started, its edits are put on top of the newest edition
    first (`geodata.editions.rebase`). What would be published must keep every rule of a network,
    judged over an elevation model if one is given (`geodata.read.read_network`), and pass
    `route_tests`; warnings are allowed. At every moment the line of editions is either as before or
    has the new one at its end.

    A store that lets others write meanwhile, as a database does, is asked again from the start
    once another edition was published. `now` has a time zone; it is written in the network's.
    `report` is told each stage as it begins, with the share of the work that is done by then; if
    another process is writing, it is told so and its end awaited.

    Raises `InvalidInput` if store, draft, author or message cannot be used, and `RefusedError`,
    with all reasons, if the draft cannot be published as it is.
    """
    faults = [*_text_faults("author", author), *_text_faults("message", message)]
    if faults:
        raise InvalidInput(faults)
    editions.newest()  # no lock is put into a folder that is no store
    with editions.writing(lambda: report("Waiting for another process to end", 0.0)):
        while True:
            report("Reading the draft", 0.0)
            newest, draft = editions.newest(), editions.draft(name)
            report("Putting it on top of the newest edition", 0.2)
            network = _on_top(editions, newest, draft)
            report("Checking every rule", 0.4)
            warnings = _proved(network, elevation, elevation_margin_m, route_tests)
            entry = Entry(
                edition=network.edition,
                parent=newest,
                drafted_on=draft.parent,
                author=author.strip(),
                time=now.astimezone(ZoneInfo(network.info.timezone)).replace(microsecond=0),
                message=message.strip(),
            )
            report("Writing the edition", 0.7)
            try:
                removed = editions.append(entry, network, draft)
            except InvalidInput as invalid:  # it would not be read again as it is
                raise RefusedError(invalid.faults) from invalid
            except OvertakenError:
                continue  # it goes on top of what the other one published
            return Publication(entry, network, warnings, draft_kept=not removed)


def _proved(
    network: Network, elevation: Path | None, margin_m: float, route_tests: RouteTests | None
) -> tuple[Fault, ...]:
    """Return the warnings of a network that may be published; refuse any other."""
    judged = with_elevation(network, elevation, margin_m) if elevation else network
    found = check_network(judged)
    if route_tests is not None and not errors(found):
        found += route_tests(judged)
    if errors(found):
        raise RefusedError(found)
    return tuple(found)


def _content(draft: Draft) -> Network:
    """Return what a draft says; refuse it if that cannot be told whole."""
    network, unread = draft.reading.network, draft.reading.unread
    if network is None:
        raise RefusedError(draft.reading.faults)
    if draft.reading.faults or duplicate_ids(network.features):
        raise RefusedError({*draft.reading.faults, *check_network(network, unread)})
    return network


def _on_top(editions: Editions[D], newest: str | None, draft: D) -> Network:
    """Return the draft with all that was published since it was started."""
    network = _content(draft)
    if newest is None or newest == draft.parent:
        together = network
    else:
        base = None if draft.parent is None else editions.load(draft.parent)
        try:
            together = rebase(base, editions.load(newest), network)
        except ConflictError as error:
            faults = [_conflict_fault(each) for each in error.conflicts]
            raise RefusedError(faults, error.conflicts) from None
    if together.edition == newest:
        raise RefusedError([fault("DRAFT_UNCHANGED", draft.name, value=newest[:12])])
    return together


def _conflict_fault(conflict: Conflict) -> Fault:
    return fault(
        "EDIT_CONFLICT",
        conflict.layer,
        conflict.id,
        conflict.field,
        value=f"{shown(conflict.base)} became {shown(conflict.theirs)}, "
        f"here {shown(conflict.mine)}",
    )


def _text_faults(field: str, text: str) -> Iterable[Fault]:
    """Yield what is wrong with a text that the line of editions is to hold."""
    if not text.strip():
        yield fault("FIELD_MISSING", "publish", "", field, limit="a text")
    elif not all(line.isprintable() for line in text.strip().splitlines()):
        yield fault(
            "WRONG_FORMAT", "publish", "", field, value=ascii(text)[:60], limit="plain text"
        )
