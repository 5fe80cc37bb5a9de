"""A draft becomes an edition when it may, and every edition stays."""

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import pytest

from geodata.codes import fault
from geodata.editions.drafts import draft_names, start_draft
from geodata.editions.editions import LINE_FILE, Store
from geodata.editions.named import named_network
from geodata.editions.publish import RefusedError, publish
from geodata.faults import Fault, InvalidInput
from geodata.network import Network
from geodata.write import write_network
from planner.testing.layout import line
from tests.geodata.editions.test_rebase import without_lane
from tests.geodata.small import added, changed, reshaped, small_network, without
from tests.geodata.stores import (
    NOW,
    Edit,
    done,
    draft,
    refused_codes,
    store_in,
    unchecked,
    whole_line,
)

SMALL = small_network()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Return a store with one edition, the small network."""
    return store_in(tmp_path / "store")


@pytest.fixture
def unjudged(monkeypatch: pytest.MonkeyPatch) -> None:
    unchecked(monkeypatch)


def pads(number: int) -> Edit:
    return lambda network: changed(network, "SZ-V1", pads=number)


def test_the_line_keeps_author_time_message_and_parent(store: Store) -> None:
    draft(store, "more", pads(9))
    published = done(store, "more")
    first, second = whole_line(store)
    assert (first.edition, first.parent, first.drafted_on) == (SMALL.edition, None, None)
    assert second == published.entry
    assert (second.parent, second.drafted_on) == (SMALL.edition, SMALL.edition)
    assert (second.author, second.message) == ("A. Planner", "Edit more")
    assert second.time == dt.datetime.fromisoformat("2026-05-04T11:02:01+08:00")
    assert second.time.utcoffset() == dt.timedelta(hours=8), "in the network's time zone"
    assert second.edition == changed(SMALL, "SZ-V1", pads=9).edition
    assert draft_names(store) == []


def test_every_old_edition_is_loaded_by_the_beginning_of_its_hash(
    store: Store, unjudged: None
) -> None:
    for number in (5, 6, 7):
        draft(store, "d", pads(number))
        done(store, "d")
    for entry, number in zip(store.line(), (4, 5, 6, 7), strict=True):
        assert store.load(entry.edition[:8]).vertiports["SZ-V1"].pads == number
        assert named_network(entry.edition[:12].upper(), store).edition == entry.edition
    assert refused_codes(lambda: store.load("0" * 64)) == ["EDITION_UNKNOWN"]
    assert refused_codes(lambda: store.load("")) == ["EDITION_UNKNOWN"]


def test_digits_that_several_editions_begin_with_name_none(store: Store, unjudged: None) -> None:
    while len({entry.edition[0] for entry in store.line()}) == len(store.line()):
        draft(store, "d", pads(5 + len(store.line())))
        done(store, "d")
    digit = store.line()[-1].edition[0]
    assert refused_codes(lambda: store.find(digit)) == ["EDITION_AMBIGUOUS"]


def test_an_edition_published_again_is_one_edition(store: Store, unjudged: None) -> None:
    draft(store, "there", pads(9))
    done(store, "there")
    draft(store, "back", pads(4))
    assert done(store, "back").entry.edition == SMALL.edition
    assert len(whole_line(store)) == 3
    assert store.find(SMALL.edition[:6]) == SMALL.edition


@pytest.mark.parametrize("code", ["PAD_CLEARANCE", "PLACE_SIDE"])
def test_a_draft_with_an_error_is_not_published(store: Store, code: str) -> None:
    wrong = {"PAD_CLEARANCE": {"ground_amsl_m": 60.0}, "PLACE_SIDE": {"side": "HK"}}[code]
    draft(store, "wrong", lambda network: changed(network, "SZ-V1", **wrong))
    assert code in refused_codes(lambda: done(store, "wrong"))
    assert len(whole_line(store)) == 1
    assert draft_names(store) == ["wrong"]


def test_warnings_are_told_and_allowed(store: Store) -> None:
    shape = SMALL.lonlat["SZ-PARK"].reverse()
    draft(store, "turned", lambda network: reshaped(pads(9)(network), "SZ-PARK", shape))
    assert [each.code for each in done(store, "turned").warnings] == ["RING_ORIENTATION"]


def test_a_draft_that_cannot_be_read_is_refused_with_all_its_faults(store: Store) -> None:
    folder = draft(store, "wrong", lambda network: changed(network, "HK-V1", side="SZ"))
    path = folder / "checkpoints.geojson"
    path.write_text(path.read_text(encoding="utf-8").replace('"pads": 3', '"pads": 0', 1))
    codes = refused_codes(lambda: done(store, "wrong"))
    assert {"OUT_OF_RANGE", "PLACE_SIDE"} <= set(codes)
    (folder / "network.json").unlink()
    assert "FILE_MISSING" in refused_codes(lambda: done(store, "wrong"))


def test_an_id_used_twice_in_a_draft_is_refused(store: Store) -> None:
    folder = draft(store, "wrong", lambda network: network)
    path = folder / "waypoints.geojson"
    document = json.loads(path.read_text(encoding="utf-8"))
    document["features"].append(document["features"][0])
    path.write_text(json.dumps(document), encoding="utf-8")
    assert "DUPLICATE_ID" in refused_codes(lambda: done(store, "wrong"))


def test_route_tests_judge_what_would_be_published(store: Store, unjudged: None) -> None:
    draft(store, "mine", lambda network: changed(network, "HK-HILL", top_m=99.0))
    draft(store, "theirs", pads(9))
    done(store, "theirs")
    seen: list[Network] = []

    def closed(network: Network, /) -> list[Fault]:
        seen.append(network)
        return [fault("UNREACHABLE", "routes", "hospital")]

    def open_(network: Network, /) -> list[Fault]:
        return [fault("APPROVAL_UNUSED", "routes", "a warning")]

    assert refused_codes(lambda: done(store, "mine", closed)) == ["UNREACHABLE"]
    assert (seen[0].vertiports["SZ-V1"].pads, seen[0].obstacles["HK-HILL"].top_m) == (9, 99.0)
    assert len(store.line()) == 2
    assert [each.code for each in done(store, "mine", open_).warnings] == ["APPROVAL_UNUSED"]


def test_two_drafts_of_one_parent_that_touch_different_features_are_both_published(
    store: Store,
) -> None:
    draft(store, "mine", lambda network: changed(network, "HK-HILL", top_m=99.0))
    draft(store, "theirs", lambda network: without(network, "SZ-BRIDGE"))
    theirs = done(store, "theirs").entry
    mine = done(store, "mine").entry
    assert (mine.parent, mine.drafted_on) == (theirs.edition, SMALL.edition)
    both = changed(without(SMALL, "SZ-BRIDGE"), "HK-HILL", top_m=99.0)
    assert store.newest() == mine.edition == both.edition
    assert len(whole_line(store)) == 3


def test_two_drafts_that_touch_one_field_conflict(store: Store) -> None:
    draft(store, "mine", lambda network: changed(network, "SZ-V1", pads=5, name="Mine"))
    draft(store, "theirs", pads(9))
    done(store, "theirs")
    with pytest.raises(RefusedError) as refused:
        done(store, "mine")
    (conflict,) = refused.value.conflicts
    assert (conflict.id, conflict.field) == ("SZ-V1", "pads")
    assert (conflict.base, conflict.theirs, conflict.mine) == (4, 9, 5)
    (found,) = refused.value.faults
    assert (found.code, found.value) == ("EDIT_CONFLICT", "4 became 9, here 5")
    assert draft_names(store) == ["mine"]
    assert len(whole_line(store)) == 2


def test_edits_that_are_sound_apart_are_checked_together(store: Store) -> None:
    """One draft removes a zone, the other adds a corridor that names it."""
    corridor = SMALL.corridors["SZ-5"]
    lanes = tuple(replace(each, id=f"NEW{each.id[-2:]}") for each in corridor.lanes)
    new, way = replace(corridor, id="NEW", lanes=lanes), line((-500, 400), (0, 450), (500, 400))
    draft(store, "mine", lambda network: added(network, "corridors", new, way))

    def without_strip(network: Network) -> Network:
        for each in network.corridors.values():
            network = changed(network, each.id, approved_zones=())
        return without(network, "SZ-STRIP")

    draft(store, "theirs", without_strip)
    done(store, "theirs")
    with pytest.raises(RefusedError) as refused:
        done(store, "mine")
    (found,) = refused.value.faults
    assert (found.code, found.item, found.value) == ("UNKNOWN_REFERENCE", "NEW", "SZ-STRIP")


def test_a_corridor_that_both_left_without_a_lane_is_refused(store: Store, unjudged: None) -> None:
    draft(store, "mine", lambda network: without_lane(network, "X-A-F"))
    draft(store, "theirs", lambda network: without_lane(network, "X-A-B"))
    done(store, "theirs")
    assert "OUT_OF_RANGE" in refused_codes(lambda: done(store, "mine"))
    assert len(whole_line(store)) == 2


def test_a_draft_without_an_edit_is_not_published(store: Store, unjudged: None) -> None:
    draft(store, "same", lambda network: network)
    assert refused_codes(lambda: done(store, "same")) == ["DRAFT_UNCHANGED"]
    draft(store, "mine", pads(9))
    draft(store, "theirs", pads(9))
    done(store, "theirs")
    assert refused_codes(lambda: done(store, "mine")) == ["DRAFT_UNCHANGED"]


def test_two_first_drafts_need_not_have_the_same_features(tmp_path: Path, unjudged: None) -> None:
    store = Store.create(tmp_path / "new" / "store")
    draft(store, "one", lambda network: without(network, "SZ-BRIDGE"))
    draft(store, "two", lambda network: without(network, "HK-HILL"))
    done(store, "one")
    assert done(store, "two").entry.edition == SMALL.edition


def test_a_draft_on_an_old_edition_is_rebased(store: Store, unjudged: None) -> None:
    draft(store, "more", pads(9))
    done(store, "more")
    draft(store, "old", lambda network: changed(network, "HK-HILL", top_m=99.0), SMALL.edition)
    entry = done(store, "old").entry
    assert entry.drafted_on == SMALL.edition
    assert store.load(entry.edition).vertiports["SZ-V1"].pads == 9


def test_a_draft_edited_while_it_was_published_stays(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = draft(store, "mine", pads(9))

    def edit_meanwhile(*_: object) -> list[Fault]:
        write_network(changed(SMALL, "SZ-V1", pads=10), folder)
        return []

    monkeypatch.setattr("geodata.editions.publish.check_network", edit_meanwhile)
    published = done(store, "mine")
    assert published.draft_kept
    assert published.network.vertiports["SZ-V1"].pads == 9
    assert draft_names(store) == ["mine"]


def test_a_draft_with_files_of_the_planners_own_stays(store: Store, unjudged: None) -> None:
    folder = draft(store, "mine", pads(9))
    (folder / "view.qgz").write_bytes(b"a project")
    (folder / "notes").mkdir()
    assert done(store, "mine").draft_kept
    assert (folder / "view.qgz").read_bytes() == b"a project"


@pytest.mark.parametrize("name", ["", "../up", ".hidden", "a/b", "a b", "x" * 65, "é", "a\n"])
def test_a_draft_has_a_plain_name(store: Store, name: str) -> None:
    assert refused_codes(lambda: start_draft(store, name, SMALL, None)) == ["DRAFT_NAME"]
    assert refused_codes(lambda: done(store, name)) == ["DRAFT_NAME"]


def test_a_draft_is_started_once_and_published_only_if_started(store: Store) -> None:
    draft(store, "mine", pads(9))
    assert refused_codes(lambda: draft(store, "mine", pads(9))) == ["DRAFT_EXISTS"]
    with pytest.raises(InvalidInput) as refused:
        done(store, "mien")
    (found,) = refused.value.faults
    assert (found.code, found.limit) == ("DRAFT_UNKNOWN", "mine")


@pytest.mark.parametrize("said", [None, "", "[]", "{}", '{"parent": 7}', '{"parent": "../.."}'])
def test_a_draft_says_which_edition_it_was_started_on(store: Store, said: str | None) -> None:
    path = draft(store, "mine", pads(9)) / "draft.json"
    path.unlink() if said is None else path.write_text(said)
    assert refused_codes(lambda: done(store, "mine")) == ["DRAFT_DAMAGED"]


def test_a_draft_of_an_edition_of_another_store_is_refused(store: Store) -> None:
    path = draft(store, "mine", pads(9)) / "draft.json"
    path.write_text(json.dumps({"parent": "0" * 64}))
    assert refused_codes(lambda: done(store, "mine")) == ["EDITION_UNKNOWN"]


@pytest.mark.parametrize(
    ("author", "message", "codes"),
    [
        ("", " ", ["FIELD_MISSING", "FIELD_MISSING"]),
        ("A\x1b[2J", "fine", ["WRONG_FORMAT"]),
        ("A", "bad \udcff", ["WRONG_FORMAT"]),
    ],
)
def test_author_and_message_are_given_in_plain_text(
    store: Store, author: str, message: str, codes: list[str]
) -> None:
    draft(store, "mine", pads(9))

    def act() -> None:
        publish(store, "mine", author=author, message=message, now=NOW)

    assert refused_codes(act) == codes


def test_a_message_may_have_lines(store: Store, unjudged: None) -> None:
    draft(store, "mine", pads(9))
    message = "More pads\n\n为了医院"
    entry = publish(store, "mine", author="计划员", message=f"{message}\n", now=NOW).entry
    assert (entry.author, entry.message) == ("计划员", message)
    assert store.line()[-1] == entry


def test_a_folder_that_is_no_store_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    assert refused_codes(lambda: Store.create(tmp_path)) == ["STORE_UNKNOWN"]
    assert refused_codes(lambda: Store(tmp_path).line()) == ["STORE_UNKNOWN"]
    assert refused_codes(lambda: done(Store(tmp_path), "mine")) == ["STORE_UNKNOWN"]
    assert refused_codes(lambda: Store(tmp_path / "thesis.txt").line()) == ["STORE_UNKNOWN"]
    assert [each.name for each in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"edition"', '"editio"'),
        ('"1"', '"2"'),
        ('"parent": null', f'"parent": "{"0" * 64}"'),
        ("+08:00", ""),
        ("}", ""),
    ],
)
def test_a_line_that_was_edited_by_hand_is_told(store: Store, old: str, new: str) -> None:
    path = store.folder / LINE_FILE
    path.write_text(path.read_text().replace(old, new, 1))
    assert set(refused_codes(store.line)) == {"LINE_DAMAGED"}
    assert set(refused_codes(lambda: done(store, "mine"))) == {"LINE_DAMAGED"}


def test_an_edition_that_was_edited_by_hand_is_told(store: Store) -> None:
    path = store.folder / "editions" / SMALL.edition / "vertiports.geojson"
    path.write_text(path.read_text(encoding="utf-8").replace('"pads": 4', '"pads": 5'))
    assert refused_codes(lambda: store.load(SMALL.edition)) == ["EDITION_DAMAGED"]
    path.unlink()
    codes = refused_codes(lambda: store.load(SMALL.edition))
    assert codes == ["EDITION_DAMAGED", "FILE_MISSING"]


def test_a_network_is_a_folder_or_an_edition(store: Store, tmp_path: Path) -> None:
    other = changed(SMALL, "SZ-V1", pads=9, side="HK")
    write_network(other, tmp_path / "folder")
    assert named_network(str(tmp_path / "folder"), None).edition == other.edition
    assert named_network(SMALL.edition[:9], store).edition == SMALL.edition
    assert refused_codes(lambda: named_network(SMALL.edition, None)) == ["FILE_MISSING"]
    assert refused_codes(lambda: named_network("nowhere", store)) == ["EDITION_UNKNOWN"]
