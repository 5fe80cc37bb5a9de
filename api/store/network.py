"""The network's tables: the line of editions, what each says, and drafts.

A feature's row says from which edition of the line on it holds, and until which: an edition that
changes a few features of many adds a few rows. A draft has rows only for what it changes.
"""

from typing import Any

from shapely.geometry.base import BaseGeometry
from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from api.store.base import At, Base, Id
from api.store.geometry import Shape

_KEY = String(32).with_variant(String(32, collation="C"), "postgresql")
"""A feature's id; every database orders them alike, by their characters' codes."""


def _by_place(table: str) -> Index:
    """Return PostGIS's index of shapes; SQLite has none, so there it is one that holds nothing."""
    return Index(f"ix_{table}_shape", "shape", postgresql_using="gist", sqlite_where=text("0"))


class LineEntry(Base):
    """One edition in the line: `Entry`, and what holds for its whole network."""

    __tablename__ = "line"

    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    edition: Mapped[str] = mapped_column(String(64), index=True)
    parent: Mapped[str | None] = mapped_column(String(64))
    drafted_on: Mapped[str | None] = mapped_column(String(64))
    author: Mapped[str] = mapped_column(Text)
    time: Mapped[At]
    message: Mapped[str] = mapped_column(Text)
    info: Mapped[dict[str, Any]] = mapped_column(JSON)


class FeatureRow:
    """What a feature is: its layer, its properties as GeoJSON has them, its shape and the box."""

    layer: Mapped[str] = mapped_column(String(32))
    properties: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    shape: Mapped[BaseGeometry | None] = mapped_column(Shape)
    west: Mapped[float | None]
    south: Mapped[float | None]
    east: Mapped[float | None]
    north: Mapped[float | None]


class PublishedFeature(FeatureRow, Base):
    """A feature as it was published: from one position of the line on, until another."""

    __tablename__ = "features"

    __table_args__ = (
        Index(None, "layer", "feature", "since", "until"),
        Index(None, "feature", "since", unique=True),
        _by_place("features"),
        CheckConstraint("properties IS NOT NULL AND shape IS NOT NULL", "whole"),
    )

    row: Mapped[int] = mapped_column(primary_key=True)
    feature: Mapped[str] = mapped_column(_KEY)
    since: Mapped[int] = mapped_column(ForeignKey("line.position"))
    until: Mapped[int | None] = mapped_column(ForeignKey("line.position"))


class DraftRow(Base):
    """A draft: what it was made of, by whom, and how often it was edited."""

    __tablename__ = "drafts"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(64), unique=True)
    parent: Mapped[int] = mapped_column(ForeignKey("line.position"))
    version: Mapped[int] = mapped_column(default=0)
    author: Mapped[str] = mapped_column(Text)
    created_at: Mapped[At]


class DraftFeature(FeatureRow, Base):
    """A feature that a draft has otherwise than its parent; `version` is that of its last edit.

    One that the draft removed has neither properties nor shape.
    """

    __tablename__ = "draft_features"

    __table_args__ = (
        Index(None, "draft", "layer", "feature"),
        Index(None, "draft", "version"),
        _by_place("draft_features"),
        CheckConstraint("(properties IS NULL) = (shape IS NULL)", "whole"),
    )

    draft: Mapped[str] = mapped_column(
        String(32), ForeignKey("drafts.id", ondelete="CASCADE"), primary_key=True
    )
    feature: Mapped[str] = mapped_column(_KEY, primary_key=True)
    version: Mapped[int]
