"""Editions and drafts in the database: the same line of editions as a folder keeps, on both."""

import datetime as dt
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
import shapely
from sqlalchemy import ClauseElement, Executable, Select, func, select, text, update
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

from api.store.drafts import (
    edits_since,
    find_draft,
    list_drafts,
    remove_draft,
    start_draft,
    write_edit,
)
from api.store.editions import StoredEditions, entry_of, values_of
from api.store.engine import open_engine, sessions, writing
from api.store.geometry import Meets
from api.store.migrate import migrate
from api.store.network import LineEntry, PublishedFeature
from geodata.edit import find_feature, layer_with
from geodata.editions.publish import Publication, RefusedError, publish
from geodata.faults import InvalidInput
from geodata.features import Feature
from planner.testing.layout import point, said
from tests.geodata.small import added, changed, reshaped, small_network, without

SMALL = small_network()
NOW = dt.datetime(2026, 5, 4, 3, 2, 1, tzinfo=dt.UTC)


@pytest.fixture
def editions(database: str) -> Iterator[StoredEditions]:
    """Yield a database in which the small network was published."""
    engine = open_engine(database)
    migrate(engine)
    found = StoredEditions(sessions(engine))
    found.begin(SMALL, author="A. Planner", message="The first", now=NOW)
    yield found
    engine.dispose()


def start(editions: StoredEditions, name: str) -> None:
    parent = editions.find(editions.newest() or "")
    with writing(editions.sessions) as session:
        start_draft(session, name, parent, author="A. Planner", now=NOW)


def edit(editions: StoredEditions, name: str, identifier: str, **fields: object) -> None:
    """Change some fields of one feature of a draft; all of it with `gone`."""
    with editions.sessions() as session:
        draft = find_draft(session, name)
    content = editions.draft(name).reading.network
    assert content is not None
    layer = layer_with(content, identifier)
    feature = find_feature(content, layer, identifier)
    assert feature is not None
    values = {"feature": identifier, "layer": layer}
    if "gone" not in fields:
        values = values_of(layer, replace(feature, **fields), content.lonlat[identifier])  # type: ignore[arg-type]
    assert write_edit(editions.sessions, draft, values)


def done(editions: StoredEditions, name: str) -> Publication:
    return publish(editions, name, author="A. Planner", message=f"Edit {name}", now=NOW)


def fresh(editions: StoredEditions) -> StoredEditions:
    """Return the same database as another process sees it."""
    return StoredEditions(editions.sessions)


def test_an_edition_is_read_as_it_was_published(editions: StoredEditions) -> None:
    """What comes out of the database has the hash of what went in, field by field and shape."""
    again = fresh(editions).load(SMALL.edition[:10])
    assert again.edition == SMALL.edition
    assert again.features == SMALL.features
    assert all(again.lonlat[each].equals(shape) for each, shape in SMALL.lonlat.items())


def test_the_first_edition_is_published_once(editions: StoredEditions) -> None:
    """A service that starts again does not begin another line."""
    editions.begin(changed(SMALL, "SZ-V1", pads=9), author="B", message="again", now=NOW)
    assert editions.newest() == SMALL.edition


def test_servers_that_start_together_begin_one_line(database: str) -> None:
    """Of many that publish the first edition at once one does, and none fails."""
    engine = open_engine(database)
    migrate(engine)
    gate = threading.Barrier(4)

    def begin(_: int) -> None:
        stored = StoredEditions(sessions(engine))
        gate.wait()
        stored.begin(SMALL, author="A", message="first", now=NOW)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(begin, range(4)))
    with sessions(engine)() as session:
        assert session.scalar(select(func.count()).select_from(LineEntry)) == 1
        count = session.scalar(select(func.count()).select_from(PublishedFeature))
    assert count == len(SMALL.lonlat)
    engine.dispose()


def test_a_published_edit_adds_the_rows_that_it_changes(editions: StoredEditions) -> None:
    """One changed field of one feature is one row more; the edition before stays as it was."""
    start(editions, "pads")
    edit(editions, "pads", "SZ-V1", pads=9)
    found = done(editions, "pads")
    assert found.network.edition == changed(SMALL, "SZ-V1", pads=9).edition
    assert (found.entry.parent, found.draft_kept) == (SMALL.edition, False)
    with editions.sessions() as session:
        rows = session.scalar(select(func.count()).select_from(PublishedFeature))
        entry = entry_of(session.scalars(select(LineEntry).order_by(LineEntry.position)).all()[-1])
    assert rows == len(SMALL.lonlat) + 1
    assert entry == found.entry
    assert fresh(editions).load(SMALL.edition).vertiports["SZ-V1"].pads == 4
    assert fresh(editions).load(found.entry.edition).vertiports["SZ-V1"].pads == 9


def test_a_feature_that_went_is_still_in_the_edition_before(editions: StoredEditions) -> None:
    """Removing publishes no row; the feature's last row ends."""
    start(editions, "less")
    edit(editions, "less", "HK-HILL", gone=True)
    found = done(editions, "less")
    assert "HK-HILL" not in fresh(editions).load(found.entry.edition).lonlat
    assert "HK-HILL" in fresh(editions).load(SMALL.edition).lonlat


def test_an_edition_can_come_back(editions: StoredEditions) -> None:
    """What undoes an edit publishes the edition before it a second time, as the newest."""
    for name, pads in (("more", 9), ("back", 4)):
        start(editions, name)
        edit(editions, name, "SZ-V1", pads=pads)
        done(editions, name)
    assert editions.newest() == SMALL.edition
    assert editions.find(SMALL.edition).position == 3
    assert fresh(editions).load(SMALL.edition).features == SMALL.features


def test_edits_of_two_drafts_come_together(editions: StoredEditions) -> None:
    """The one that is published second is put on top of the first, and says of what it was made."""
    for name, identifier, fields in (("one", "SZ-V1", {"pads": 9}), ("two", "HK-V1", {"pads": 8})):
        start(editions, name)
        edit(editions, name, identifier, **fields)
    first, second = done(editions, "one"), done(editions, "two")
    assert second.entry.parent == first.entry.edition
    assert second.entry.drafted_on == SMALL.edition
    newest = fresh(editions).load(second.entry.edition)
    assert (newest.vertiports["SZ-V1"].pads, newest.vertiports["HK-V1"].pads) == (9, 8)


def test_the_same_field_changed_twice_is_a_conflict(editions: StoredEditions) -> None:
    """The second draft stays, and the line ends with the first."""
    for name, pads in (("one", 9), ("two", 8)):
        start(editions, name)
        edit(editions, name, "SZ-V1", pads=pads)
    first = done(editions, "one")
    with pytest.raises(RefusedError) as refused:
        done(editions, "two")
    assert [(each.id, each.field) for each in refused.value.conflicts] == [("SZ-V1", "pads")]
    assert editions.newest() == first.entry.edition
    with editions.sessions() as session:
        assert [each.name for each in list_drafts(session)] == ["two"]


def test_two_publishers_in_a_race_both_count_where_nothing_clashes(
    editions: StoredEditions,
) -> None:
    """Both prove their drafts on the same edition; the second one is overtaken and goes on top."""
    names = ("one", "two")
    for name, identifier in zip(names, ("SZ-V1", "HK-V1"), strict=True):
        start(editions, name)
        edit(editions, name, identifier, pads=9)
    found = _raced(editions, names)
    assert all(isinstance(each, Publication) for each in found)
    newest = fresh(editions).load(editions.newest() or "")
    assert (newest.vertiports["SZ-V1"].pads, newest.vertiports["HK-V1"].pads) == (9, 9)
    assert editions.find(newest.edition).position == 3


def test_two_publishers_in_a_race_for_one_field_have_one_winner(editions: StoredEditions) -> None:
    """One edition is published, whole; the other draft is refused with its conflict and stays."""
    for name, pads in (("one", 9), ("two", 8)):
        start(editions, name)
        edit(editions, name, "SZ-V1", pads=pads)
    found = _raced(editions, ("one", "two"))
    (won,) = [each for each in found if isinstance(each, Publication)]
    (lost,) = [each for each in found if isinstance(each, RefusedError)]
    assert [each.field for each in lost.conflicts] == ["pads"]
    assert editions.newest() == won.entry.edition
    assert fresh(editions).load(won.entry.edition).edition == won.network.edition
    with editions.sessions() as session:
        assert len(list_drafts(session)) == 1


def _raced(editions: StoredEditions, names: tuple[str, str]) -> list[Publication | RefusedError]:
    """Publish drafts at once, each as a process of its own that has proved it before any writes."""
    gate = threading.Barrier(len(names))

    class Together(StoredEditions):
        waited = False

        def append(self, *given: object) -> bool:
            if not self.waited:
                self.waited = True
                gate.wait()
            return super().append(*given)  # type: ignore[arg-type]

    def run(name: str) -> Publication | RefusedError:
        try:
            return done(Together(editions.sessions), name)
        except RefusedError as refused:
            return refused

    with ThreadPoolExecutor(len(names)) as pool:
        return list(pool.map(run, names))


def test_a_draft_edited_while_it_is_published_stays(
    editions: StoredEditions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was read is published; the later edit is not lost."""
    start(editions, "busy")
    edit(editions, "busy", "SZ-V1", pads=9)
    real = StoredEditions.append

    def append(self: StoredEditions, *given: object) -> bool:
        edit(editions, "busy", "HK-V1", pads=8)
        return real(self, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(StoredEditions, "append", append)
    found = done(editions, "busy")
    assert found.draft_kept
    assert found.network.vertiports["HK-V1"].pads == 4
    assert editions.draft("busy").version == 2


def test_a_draft_that_breaks_a_rule_is_refused(editions: StoredEditions) -> None:
    """Nothing is written."""
    start(editions, "broken")
    edit(editions, "broken", "SZ-WA", gone=True)
    with pytest.raises(RefusedError) as refused:
        done(editions, "broken")
    assert {each.code for each in refused.value.faults} == {"UNKNOWN_REFERENCE"}
    assert editions.newest() == SMALL.edition


def test_a_stored_edition_that_was_tampered_with_is_not_loaded(editions: StoredEditions) -> None:
    """It is not what its hash says."""
    with writing(editions.sessions) as session:
        row = session.scalars(
            select(PublishedFeature).where(PublishedFeature.feature == "SZ-V1")
        ).one()
        assert row.properties is not None
        session.execute(
            update(PublishedFeature)
            .where(PublishedFeature.row == row.row)
            .values(properties={**row.properties, "pads": 50})
        )
    with pytest.raises(InvalidInput) as damaged:
        fresh(editions).load(SMALL.edition)
    assert [each.code for each in damaged.value.faults] == ["EDITION_DAMAGED"]


@pytest.mark.parametrize(
    ("digits", "code"),
    [("", "EDITION_UNKNOWN"), ("zz", "EDITION_UNKNOWN"), ("%", "EDITION_UNKNOWN")],
)
def test_an_unknown_edition_is_named(editions: StoredEditions, digits: str, code: str) -> None:
    with pytest.raises(InvalidInput) as unknown:
        editions.load(digits)
    assert [each.code for each in unknown.value.faults] == [code]


def test_a_lost_race_of_edits_writes_nothing(editions: StoredEditions) -> None:
    """Of two edits on one version of a draft, the second is told that it came too late."""
    start(editions, "race")
    with editions.sessions() as session:
        seen = find_draft(session, "race")
    edit(editions, "race", "SZ-V1", pads=9)
    values = values_of("vertiports", SMALL.vertiports["SZ-V1"], SMALL.lonlat["SZ-V1"])
    assert not write_edit(editions.sessions, seen, values)
    assert not remove_draft(editions.sessions, seen)
    with editions.sessions() as session:
        (only,) = edits_since(session, seen.id, 0)
    assert only.feature == replace(SMALL.vertiports["SZ-V1"], pads=9)


def test_a_name_is_taken_once(editions: StoredEditions) -> None:
    start(editions, "twice")
    for name, code in (("twice", "DRAFT_EXISTS"), ("../up", "DRAFT_NAME"), ("", "DRAFT_NAME")):
        with pytest.raises(InvalidInput) as refused:
            start(editions, name)
        assert [each.code for each in refused.value.faults] == [code]


def test_a_draft_says_what_it_changes(editions: StoredEditions) -> None:
    """Its content is its parent's with its own edits: changed, moved, added, removed."""
    start(editions, "all")
    moved = point(-1005, 1000)
    new = replace(SMALL.obstacles["HK-HILL"], **said("HK-NEW"))
    with editions.sessions() as session:
        draft = find_draft(session, "all")
    rows: list[tuple[str, Feature | None, shapely.Geometry]] = [
        ("vertiports", replace(SMALL.vertiports["SZ-V1"], pads=9), moved),
        ("obstacles", new, point(1900, -1900)),
    ]
    for layer, feature, shape in rows:
        assert feature is not None
        assert write_edit(editions.sessions, draft, values_of(layer, feature, shape))
        draft = replace(draft, version=draft.version + 1)
    edit(editions, "all", "HK-HILL", gone=True)
    wanted = reshaped(changed(SMALL, "SZ-V1", pads=9), "SZ-V1", moved)
    wanted = without(added(wanted, "obstacles", new, point(1900, -1900)), "HK-HILL")
    network = editions.draft("all").reading.network
    assert network is not None
    assert network.edition == wanted.edition
    with editions.sessions() as session:
        assert find_draft(session, "all").edits == 3


def test_a_place_is_asked_exactly(editions: StoredEditions) -> None:
    """A shape whose box meets an area, but not the shape itself, does not count; nor does NULL."""
    line = SMALL.lonlat["X-A"]
    west, south, east, north = line.buffer(0.002).bounds
    corner = shapely.box(west, south, west + 0.0005, south + 0.0005)
    around = shapely.box(west, south, east, north)
    with editions.sessions() as session:
        for area, wanted in ((corner, []), (around, ["X-A"])):
            given = select(PublishedFeature.feature).where(
                PublishedFeature.feature == "X-A", Meets.of(PublishedFeature.shape, area)
            )
            assert session.scalars(given).all() == wanted


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_postgis_finds_shapes_by_its_index(editions: StoredEditions) -> None:
    """The index of shapes is one that it can use for the question; SQLite compares boxes."""
    with editions.sessions() as session:
        session.execute(text("SET enable_seqscan = off"))
        asked = select(PublishedFeature.row).where(
            Meets.of(PublishedFeature.shape, SMALL.lonlat["SZ-PARK"])
        )
        plan = session.execute(Explain(asked)).scalars()
        assert "ix_features_shape" in "\n".join(plan)


class Explain(Executable, ClauseElement):
    """How PostgreSQL would answer a statement."""

    inherit_cache = False

    def __init__(self, statement: Select[Any]) -> None:
        self.statement = statement


@compiles(Explain, "postgresql")
def _explain(element: Explain, compiler: SQLCompiler, **options: Any) -> str:
    return f"EXPLAIN {compiler.process(element.statement, **options)}"
