"""Drafts in the database: started, read, edited, removed."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from shapely.geometry.base import BaseGeometry
from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from api.store.base import new_id
from api.store.engine import Sessions, writing
from api.store.network import DraftFeature, DraftRow, LineEntry
from geodata.check import Unread
from geodata.codes import fault
from geodata.editions.drafts import refuse_name
from geodata.faults import Fault, InvalidInput
from geodata.features import LAYERS, Feature
from geodata.network import Network
from geodata.read import Reading
from geodata.records import read_record

SOURCE = "drafts"
"""What faults call the drafts of the service."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DraftInfo:
    """A draft without its content; `parent` is the edition that it was made of.

    `version` counts its edits; `edits` counts the features that it has otherwise than its parent.
    """

    id: str
    name: str
    parent: str
    position: int
    version: int
    edits: int
    author: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Edit:
    """A feature as a draft has it: both None if the draft removed it."""

    layer: str
    identifier: str
    version: int
    feature: Feature | None
    shape: BaseGeometry | None


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredDraft:
    """A draft as it was read, for `geodata.editions.publish`."""

    id: str
    name: str
    parent: str
    version: int
    reading: Reading


def start_draft(
    session: Session, name: str, parent: LineEntry, *, author: str, now: datetime
) -> DraftInfo:
    """Start a draft on an edition, in a writing session.

    Raises `InvalidInput` if the name is taken or cannot be used.
    """
    refuse_name(name, SOURCE)
    row = DraftRow(
        id=new_id(),
        name=name,
        parent=parent.position,
        version=0,
        author=author,
        created_at=now,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        raise InvalidInput([fault("DRAFT_EXISTS", SOURCE, name, value=name)]) from None
    return _info((row, parent.edition, 0))


def find_draft(session: Session, name: str) -> DraftInfo:
    """Return a draft by its name; raises `InvalidInput` if there is none."""
    row = session.execute(_drafts().where(DraftRow.name == name)).one_or_none()
    if row is None:
        raise InvalidInput([fault("DRAFT_UNKNOWN", SOURCE, value=ascii(name)[:80])])
    return _info(row)


def list_drafts(session: Session) -> list[DraftInfo]:
    """Return all drafts by name."""
    return [_info(row) for row in session.execute(_drafts().order_by(DraftRow.name))]


def edits_since(session: Session, draft: str, version: int) -> list[Edit]:
    """Return the features of a draft that were edited after a version, each as it is now."""
    rows = session.scalars(
        select(DraftFeature)
        .where(DraftFeature.draft == draft, DraftFeature.version > version)
        .order_by(DraftFeature.version)
    )
    return [_edit(row) for row in rows]


def read_draft(sessions: Sessions, name: str, load: Callable[[str], Network]) -> StoredDraft:
    """Return a draft with its content, unchecked; raises `InvalidInput` if there is none."""
    with sessions() as session:
        info = find_draft(session, name)
        edits = edits_since(session, info.id, 0)
    network = _edited(load(info.parent), edits)
    return StoredDraft(
        id=info.id,
        name=name,
        parent=info.parent,
        version=info.version,
        reading=Reading(network, Unread(), ()),
    )


def write_edit(
    sessions: Sessions,
    draft: DraftInfo,
    values: dict[str, Any],
    beside: Callable[[Session], None] = lambda session: None,
) -> bool:
    """Write one feature of a draft as its next version; False if it is not at this one any more.

    `values` are the columns of a feature; without properties and shape it is removed. `beside`
    writes what else belongs to the transaction.
    """
    version = draft.version + 1
    with writing(sessions) as session:
        found = session.scalar(
            update(DraftRow)
            .where(DraftRow.id == draft.id, DraftRow.version == draft.version)
            .values(version=version)
            .returning(DraftRow.version)
        )
        if found is None:
            return False
        row = {**_NOTHING, **values, "version": version}
        changed = session.scalar(
            update(DraftFeature)
            .where(DraftFeature.draft == draft.id, DraftFeature.feature == row["feature"])
            .values(row)
            .returning(DraftFeature.version)
        )
        if changed is None:
            session.add(DraftFeature(draft=draft.id, **row))
        beside(session)
    return True


def remove_draft(sessions: Sessions, draft: DraftInfo) -> bool:
    """Remove a draft; False if it is not at this version any more."""
    with writing(sessions) as session:
        found = session.scalar(
            delete(DraftRow)
            .where(DraftRow.id == draft.id, DraftRow.version == draft.version)
            .returning(DraftRow.id)
        )
    return found is not None


_NOTHING = dict.fromkeys(("properties", "shape", "west", "south", "east", "north"))


def _drafts() -> Select[Any]:
    edits = (
        select(func.count())
        .where(DraftFeature.draft == DraftRow.id)
        .correlate(DraftRow)
        .scalar_subquery()
    )
    return select(DraftRow, LineEntry.edition, edits).join(
        LineEntry, LineEntry.position == DraftRow.parent
    )


def _info(found: Sequence[Any]) -> DraftInfo:
    row, parent, edits = found
    return DraftInfo(
        id=row.id,
        name=row.name,
        parent=parent,
        position=row.parent,
        version=row.version,
        edits=edits,
        author=row.author,
        created_at=row.created_at,
    )


def _edit(row: DraftFeature) -> Edit:
    if row.properties is None:
        return Edit(row.layer, row.feature, row.version, None, None)
    faults: list[Fault] = []
    feature = read_record(LAYERS[row.layer], row.properties, row.layer, row.feature, faults)
    if feature is None:
        raise InvalidInput([fault("DRAFT_DAMAGED", SOURCE, row.feature), *faults])
    return Edit(row.layer, row.feature, row.version, feature, row.shape)


def _edited(base: Network, edits: Sequence[Edit]) -> Network:
    """Return a network with many features put, changed or removed at once."""
    if not edits:
        return base
    touched = {each.identifier for each in edits}
    layers = {
        layer: [each for each in base.layer(layer) if each.id not in touched] for layer in LAYERS
    }
    shapes = {each: shape for each, shape in base.lonlat.items() if each not in touched}
    for each in edits:
        if each.feature is not None and each.shape is not None:
            layers[each.layer].append(each.feature)
            shapes[each.identifier] = each.shape
    return replace(base, features=_sorted(layers), lonlat=shapes)


def _sorted(layers: dict[str, list[Feature]]) -> dict[str, tuple[Feature, ...]]:
    def by_id(members: Iterable[Feature]) -> tuple[Feature, ...]:
        return tuple(sorted(members, key=lambda each: each.id))

    return {layer: by_id(members) for layer, members in layers.items()}
