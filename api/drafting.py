"""Drafts under work, each with its check in memory: an edit is judged by what it may touch."""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Protocol, TypeAlias

from shapely.geometry.base import BaseGeometry
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.kept import Kept
from api.store.drafts import DraftInfo, Edit, edits_since, find_draft, write_edit
from api.store.editions import StoredEditions, values_of
from api.store.network import DraftFeature
from geodata.check.incremental import Checked
from geodata.edit import layer_of, layer_with
from geodata.faults import Fault, InvalidInput, errors
from geodata.features import Feature

DRAFTS_KEPT = 4
"""Drafts whose check a process keeps, those edited last."""

EDITIONS_KEPT = 2
"""Editions whose check a process keeps, for the drafts that are made of them."""

_TURNS = 16
"""Locks that drafts share: edits of one draft in one process come one after another."""


@dataclass(frozen=True, slots=True)
class Desk:
    """A draft as it is now: its check, and the version of the feature that is being asked for."""

    draft: DraftInfo
    checked: Checked
    item_version: int


Put: TypeAlias = tuple[Feature, BaseGeometry]
"""A feature and its shape in lon/lat."""

Content: TypeAlias = Put | None
"""What a feature is to be; None: it goes."""

Decide: TypeAlias = Callable[[Desk], Content]
"""Returns what a feature is to be; may be asked again if somebody else was faster."""


@dataclass(frozen=True, slots=True)
class Edited:
    """What an edit came to: the draft's new version, and findings that came and went with it."""

    draft: DraftInfo
    version: int
    found: tuple[Fault, ...]
    settled: tuple[Fault, ...]


class Beside(Protocol):
    """Writes what belongs to the transaction of an edit."""

    def __call__(self, session: Session, edited: Edited) -> None:
        """Write it."""


class Drafting:
    """Reads and edits drafts. What is in memory only saves time: the database decides."""

    def __init__(self, editions: StoredEditions) -> None:
        """Take the line of editions and its drafts."""
        self.editions = editions
        self._drafts = Kept[tuple[int, Checked]](DRAFTS_KEPT)
        self._bases = Kept[Checked](EDITIONS_KEPT)
        self._turns = tuple(threading.Lock() for _ in range(_TURNS))

    def checked(self, name: str) -> tuple[DraftInfo, Checked]:
        """Return a draft with its check; raises `InvalidInput` if there is none."""
        desk = self._desk(name, "")
        return desk.draft, desk.checked

    def checked_edition(self, edition: str) -> Checked:
        """Return an edition with its check; raises `InvalidInput` if there is none."""
        found = self._bases.find(edition)
        if found is None:
            found = Checked.of(self.editions.load(edition))
            self._bases.keep(edition, found)
        return found

    def edit(
        self,
        name: str,
        layer: str,
        identifier: str,
        decide: Decide,
        beside: Beside = lambda session, edited: None,
    ) -> Edited:
        """Put, change or remove one feature of a draft, in a layer.

        What the edit breaks is told, not refused: a draft may be unsound while it is edited. Only
        a feature that could not stand in any network is refused with `InvalidInput`: its shape is
        unsound or of a type that the layer does not take, or its id stands in another layer.
        `decide` may raise what it likes to refuse the edit, and so may `beside`, which writes what
        else belongs to its transaction.
        """
        with self._turns[hash(name) % _TURNS]:
            while True:
                desk = self._desk(name, identifier)
                content = decide(desk)
                after = _after(desk.checked, identifier, content)
                values = {"feature": identifier, "layer": layer}
                if content is not None:
                    values = values_of(layer, *content)
                before, now = set(desk.checked.findings), set(after.findings)
                version = desk.draft.version + 1
                edited = Edited(
                    desk.draft, version, tuple(sorted(now - before)), tuple(sorted(before - now))
                )
                also = partial(beside, edited=edited)
                if not write_edit(self.editions.sessions, desk.draft, values, also):
                    continue  # somebody else edited it in between
                self._drafts.keep(desk.draft.id, (version, after))
                return edited

    def _desk(self, name: str, identifier: str) -> Desk:
        with self.editions.sessions() as session:
            draft = find_draft(session, name)
            known = self._drafts.find(draft.id)
            version = known[0] if known else 0
            edits = edits_since(session, draft.id, version) if draft.version > version else []
            item_version = session.scalar(
                select(DraftFeature.version).where(
                    DraftFeature.draft == draft.id, DraftFeature.feature == identifier
                )
            )
        checked = _with_edits(known[1] if known else self.checked_edition(draft.parent), edits)
        if edits or known is None:
            self._drafts.keep(draft.id, (draft.version, checked))
        return Desk(draft, checked, item_version or 0)


def _after(checked: Checked, identifier: str, content: Content) -> Checked:
    if content is None:
        return checked.without_feature(identifier)
    after = checked.with_feature(*content)
    unsound = errors(after.unsound.get(identifier, ()))
    if unsound:
        raise InvalidInput(unsound)
    return after


def _with_edits(checked: Checked, edits: Iterable[Edit]) -> Checked:
    for each in edits:
        known = each.identifier in checked.network.lonlat
        if each.feature is None or each.shape is None:
            checked = checked.without_feature(each.identifier) if known else checked
            continue
        moved = known and layer_with(checked.network, each.identifier) != layer_of(each.feature)
        if moved:
            checked = checked.without_feature(each.identifier)
        checked = checked.with_feature(each.feature, each.shape)
    return checked
