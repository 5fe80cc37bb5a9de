"""Features of an edition, or of a draft made of it, asked for page by page, by id."""

import heapq
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import ColumnElement, Select, Text, and_, cast, func, literal, or_, select
from sqlalchemy.orm import Session

from api.store.editions import in_force
from api.store.geometry import Meets
from api.store.network import DraftFeature, PublishedFeature

Kind = Literal["string", "integer", "number", "boolean", "strings"]
"""What a field holds, as far as it can be asked for: `strings` is a list of them."""

Box: TypeAlias = tuple[float, float, float, float]
"""West, south, east, north, degrees."""

Table: TypeAlias = type[PublishedFeature] | type[DraftFeature]


@dataclass(frozen=True, slots=True)
class Source:
    """The edition at a position of the line; with a draft's id, as that draft has it."""

    position: int
    draft: str | None = None


@dataclass(frozen=True, slots=True)
class Equal:
    """A field that must have a value, or a list that must hold it."""

    field: str
    kind: Kind
    value: str | float | bool


@dataclass(frozen=True, slots=True)
class Question:
    """Which features of a layer: those that meet an area and have all values.

    `hours` names a field and the expressions of it that count; None: whatever it says.
    """

    layer: str
    areas: tuple[BaseGeometry, ...] = ()
    equal: tuple[Equal, ...] = ()
    hours: tuple[str, frozenset[str]] | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """A feature: its properties as JSON text, its shape in lon/lat, and what tells its state.

    `version` is the edit of the draft that made it so, 0 where the draft has not touched it; in an
    edition, the position of the line from which on it is so.
    """

    identifier: str
    version: int
    properties: str
    shape: BaseGeometry


def page(
    session: Session, source: Source, question: Question, after: str, limit: int
) -> list[Item]:
    """Return features in the order of their ids, those after one id, at most so many."""
    parts = [
        session.execute(
            _columns(table, source)
            .where(condition, *_asked(table, question), table.feature > after)
            .order_by(table.feature)
            .limit(limit)
        )
        for table, condition in _tables(source, question.layer)
    ]
    found = heapq.merge(*parts, key=lambda row: str(row[0]))
    return [Item(*row) for row, _ in zip(found, range(limit), strict=False)]


def count(session: Session, source: Source, question: Question) -> int:
    """Return how many features a question finds."""
    return sum(
        session.scalar(
            select(func.count()).select_from(table).where(condition, *_asked(table, question))
        )
        or 0
        for table, condition in _tables(source, question.layer)
    )


def find_item(session: Session, source: Source, layer: str, identifier: str) -> Item | None:
    """Return a feature of a layer, or None."""
    for table, condition in _tables(source, layer):
        asked = _columns(table, source).where(condition, table.feature == identifier)
        row = session.execute(asked).one_or_none()
        if row is not None:
            return Item(*row)
    return None


def extents(session: Session, source: Source) -> Mapping[str, Box]:
    """Return the box of each layer that has features."""
    found: dict[str, Box] = {}
    for table, condition in _tables(source, None):
        asked = (
            select(
                table.layer,
                func.min(table.west),
                func.min(table.south),
                func.max(table.east),
                func.max(table.north),
            )
            .where(condition)
            .group_by(table.layer)
        )
        for row in session.execute(asked):
            layer, box = str(row[0]), shapely.box(*row[1:])
            boxes = [box, shapely.box(*found.get(layer, box.bounds))]
            west, south, east, north = shapely.total_bounds(boxes).tolist()
            found[layer] = (west, south, east, north)
    return found


def said(session: Session, source: Source, layer: str, field: str) -> set[str]:
    """Return every text that a field has in a layer."""
    found = set[str]()
    for table, condition in _tables(source, layer):
        asked = select(table.properties[field].as_string()).where(condition).distinct()
        found |= {each for each in session.scalars(asked) if each is not None}
    return found


def _tables(source: Source, layer: str | None) -> Iterator[tuple[Table, ColumnElement[bool]]]:
    """Yield the tables that hold a source's features, each with what makes a row one of them."""
    published = in_force(source.position)
    if layer is not None:
        published &= PublishedFeature.layer == layer
    if source.draft is None:
        yield PublishedFeature, published
        return
    touched = (
        select(literal(1))
        .where(DraftFeature.draft == source.draft, DraftFeature.feature == PublishedFeature.feature)
        .correlate(PublishedFeature)
        .exists()
    )
    yield PublishedFeature, published & ~touched
    own = and_(DraftFeature.draft == source.draft, DraftFeature.shape.is_not(None))
    if layer is not None:
        own &= DraftFeature.layer == layer
    yield DraftFeature, own


def _columns(table: Table, source: Source) -> Select[Any]:
    if table is DraftFeature:
        version: Any = DraftFeature.version
    else:
        version = PublishedFeature.since if source.draft is None else literal(0)
    return select(table.feature, version, cast(table.properties, Text), table.shape)


def _asked(table: Table, question: Question) -> Iterator[ColumnElement[bool]]:
    if question.areas:
        yield or_(*(_meets(table, area) for area in question.areas))
    for each in question.equal:
        value = table.properties[each.field]
        if each.kind == "strings":
            yield value.as_string().contains(json.dumps(each.value), autoescape=True)
        elif each.kind == "string":
            yield value.as_string() == each.value
        elif each.kind == "boolean":
            yield value.as_boolean() == each.value
        else:
            yield value.as_float() == each.value
    if question.hours is not None:
        field, expressions = question.hours
        yield table.properties[field].as_string().in_(sorted(expressions))


def _meets(table: Table, area: BaseGeometry) -> ColumnElement[bool]:
    west, south, east, north = area.bounds
    return and_(
        table.west <= east,
        table.east >= west,
        table.south <= north,
        table.north >= south,
        Meets.of(table.shape, area),
    )
