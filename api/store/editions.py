"""The line of editions in the database; publishing itself is `geodata.editions.publish`."""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import ColumnElement, delete, insert, or_, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from api.kept import Kept
from api.store.drafts import StoredDraft, read_draft
from api.store.engine import Sessions, writing
from api.store.network import DraftRow, LineEntry, PublishedFeature
from geodata.codes import fault
from geodata.content import canonical_shapes
from geodata.edit import find_feature
from geodata.editions.editions import Entry
from geodata.editions.publish import OvertakenError
from geodata.faults import Fault, InvalidInput
from geodata.features import LAYERS, Feature, NetworkInfo
from geodata.network import Network
from geodata.records import read_record

SOURCE = "line"
"""What faults call the line of editions."""

MANY = 1_000
"""Rows after which PostgreSQL must look at a table anew, or it plans as if there were few."""

KEPT = 4
"""Editions that a process keeps in memory, those asked for last."""

COUNTS_KEPT = 1_000
"""Questions whose number of features a process keeps."""


Beside = Callable[[Session, bool], None]
"""Writes what belongs to the transaction of an edition; told whether its draft was removed."""


class StoredEditions:
    """The line of editions and its drafts in a database, as publishing asks (`Editions`).

    `counts` holds how many features questions find: an edition never changes, nor does a draft's
    version.
    """

    def __init__(self, sessions: Sessions) -> None:
        """Take a database whose tables are up to date."""
        self.sessions = sessions
        self.counts = Kept[int](COUNTS_KEPT)
        self._kept = Kept[Network](KEPT)

    def writing(self, _: Callable[[], None]) -> AbstractContextManager[None]:
        """Return no turn: `append` takes it, for the moment that writing takes."""
        return nullcontext()

    def begin(self, network: Network, *, author: str, message: str, now: datetime) -> None:
        """Publish a network as the first edition, unless there is one. It must keep every rule."""
        if self.newest() is not None:
            return
        entry = Entry(
            edition=network.edition,
            parent=None,
            drafted_on=None,
            author=author,
            time=now,
            message=message,
        )
        try:
            self.append(entry, network, None)
        except OvertakenError:
            return  # another server was quicker

    def newest(self) -> str | None:
        """Return the edition published last; None if there is none yet."""
        with self.sessions() as session:
            return session.scalar(
                select(LineEntry.edition).order_by(LineEntry.position.desc()).limit(1)
            )

    def find(self, digits: str) -> LineEntry:
        """Return the last entry of the one edition that is, or begins with, these digits.

        Raises `InvalidInput` if there is none, or several.
        """
        with self.sessions() as session:
            begins = LineEntry.edition.startswith(digits.lower(), autoescape=True)
            listed = session.scalars(
                select(LineEntry).where(begins).order_by(LineEntry.position)
            ).all()
        editions = sorted({each.edition for each in listed})
        if len(editions) == 1 and digits:
            return listed[-1]
        code = "EDITION_AMBIGUOUS" if editions and digits else "EDITION_UNKNOWN"
        limit = ", ".join(each[:12] for each in editions[:3]) if digits else "an edition"
        raise InvalidInput([fault(code, SOURCE, "", "edition", value=digits[:64], limit=limit)])

    def load(self, digits: str) -> Network:
        """Return an edition by its hash or the beginning of it, proved to be what was published.

        Raises `InvalidInput` if there is none, or it is damaged.
        """
        kept = self._kept.find(digits)
        if kept is not None:
            return kept
        entry = self.find(digits)
        if entry.edition != digits:
            return self.load(entry.edition)
        with self.sessions() as session:
            network = _read_edition(session, entry)
        self._kept.keep(network.edition, network)
        return network

    def draft(self, name: str) -> StoredDraft:
        """Return a draft, unchecked; raises `InvalidInput` if there is none."""
        return read_draft(self.sessions, name, self.load)

    def append(
        self,
        entry: Entry,
        network: Network,
        draft: StoredDraft | None,
        beside: Beside = lambda session, removed: None,
    ) -> bool:
        """Put an edition at the end of the line and remove its draft, in one transaction.

        Tells whether the draft was removed: one edited since it was read stays. `beside` writes
        what else belongs to the transaction, and is told the same. Raises
        `OvertakenError` if the entry's parent is not the newest edition any more, `InvalidInput`
        if the network would not be read again as it is.
        """
        old = None if entry.parent is None else self.load(entry.parent)
        gone, new = _changes(old, network)
        with writing(self.sessions) as session:
            position = _next_position(session, entry)
            session.add(_row_of(entry, position, network.info))
            try:
                session.flush()
            except IntegrityError:  # another server has this position
                raise OvertakenError from None
            for part in _parts(gone):
                session.execute(
                    update(PublishedFeature)
                    .where(PublishedFeature.until.is_(None), PublishedFeature.feature.in_(part))
                    .values(until=position)
                )
            if new:
                session.execute(
                    insert(PublishedFeature), [{**each, "since": position} for each in new]
                )
            if len(new) >= MANY and session.get_bind().dialect.name == "postgresql":
                session.execute(text(f"ANALYZE {PublishedFeature.__tablename__}"))
            removed = draft is not None and _removed(session, draft)
            beside(session, removed)
        self._kept.keep(network.edition, network)
        return removed


def entry_of(row: LineEntry) -> Entry:
    """Return an entry of the line; its time is in the network's zone."""
    return Entry(
        edition=row.edition,
        parent=row.parent,
        drafted_on=row.drafted_on,
        author=row.author,
        time=row.time.astimezone(ZoneInfo(row.info["timezone"])),
        message=row.message,
    )


def in_force(position: int) -> ColumnElement[bool]:
    """Return the condition of features that the edition at a position of the line has."""
    return (PublishedFeature.since <= position) & or_(
        PublishedFeature.until.is_(None), PublishedFeature.until > position
    )


def values_of(layer: str, feature: Feature, shape: BaseGeometry) -> dict[str, Any]:
    """Return the columns of a feature; raises `InvalidInput` if it would not be read again."""
    properties = asdict(feature)
    faults: list[Fault] = []
    again = read_record(LAYERS[layer], properties, layer, feature.id, faults)
    if faults or again != feature:
        raise InvalidInput(faults or [fault("EDITION_DAMAGED", layer, feature.id)])
    west, south, east, north = shape.bounds
    box = {"west": west, "south": south, "east": east, "north": north}
    return {
        "feature": feature.id,
        "layer": layer,
        "properties": properties,
        "shape": shapely.force_2d(shape),
        **box,
    }


def _read_edition(session: Session, entry: LineEntry) -> Network:
    faults: list[Fault] = []
    info = read_record(NetworkInfo, entry.info, "network.json", "", faults)
    layers: dict[str, list[Feature]] = {layer: [] for layer in LAYERS}
    shapes: dict[str, BaseGeometry] = {}
    for layer, properties, shape in session.execute(
        select(PublishedFeature.layer, PublishedFeature.properties, PublishedFeature.shape)
        .where(in_force(entry.position))
        .order_by(PublishedFeature.layer, PublishedFeature.feature)
    ):
        feature = read_record(LAYERS[layer], properties or {}, layer, "", faults)
        if feature is not None and shape is not None:
            layers[layer].append(feature)
            shapes[feature.id] = shape
    features = {layer: tuple(members) for layer, members in layers.items()}
    network = None if info is None else Network(info, features, shapes)
    if network is None or faults or network.edition != entry.edition:
        raise InvalidInput([fault("EDITION_DAMAGED", f"edition {entry.edition[:12]}"), *faults])
    return network


def _changes(old: Network | None, new: Network) -> tuple[list[str], list[dict[str, Any]]]:
    """Return the ids of features that are no longer as they were, and the rows that come in."""
    known = {} if old is None else old.lonlat
    gone = {each for each in known if each not in new.lonlat}
    rows = []
    for layer, members in new.features.items():
        for feature in members:
            if old is None or not _same(old, new, layer, feature):
                gone |= {feature.id} & known.keys()
                rows.append(values_of(layer, feature, new.lonlat[feature.id]))
    return sorted(gone), rows


def _same(old: Network, new: Network, layer: str, feature: Feature) -> bool:
    if find_feature(old, layer, feature.id) != feature:
        return False
    before, after = old.lonlat[feature.id], new.lonlat[feature.id]
    return before is after or bool(shapely.equals_identical(*canonical_shapes([before, after])))


def _next_position(session: Session, entry: Entry) -> int:
    last = session.scalar(select(LineEntry).order_by(LineEntry.position.desc()).limit(1))
    if (last and last.edition) != entry.parent:
        raise OvertakenError
    return last.position + 1 if last else 1


def _row_of(entry: Entry, position: int, info: NetworkInfo) -> LineEntry:
    return LineEntry(
        position=position,
        edition=entry.edition,
        parent=entry.parent,
        drafted_on=entry.drafted_on,
        author=entry.author,
        time=entry.time,
        message=entry.message,
        info=json.loads(json.dumps(asdict(info))),
    )


def _parts(ids: list[str], most: int = 500) -> Iterator[Iterable[str]]:
    """Yield ids in parts that a statement can name."""
    for start in range(0, len(ids), most):
        yield ids[start : start + most]


def _removed(session: Session, draft: StoredDraft) -> bool:
    """Remove a draft unless it was edited since it was read."""
    found = session.scalar(
        delete(DraftRow)
        .where(DraftRow.id == draft.id, DraftRow.version == draft.version)
        .returning(DraftRow.id)
    )
    return found is not None
