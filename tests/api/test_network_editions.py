"""Drafts, editions and differences from the command line."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from geodata.network import Network
from geodata.read import read_network
from geodata.write import write_network
from planner.read.plan import write_plan
from planner.testing.layout import point
from tests.api.conftest import Run
from tests.geodata.editions.test_rebase import lane
from tests.geodata.small import added, changed, reshaped, small_network, without
from tests.planner.check.flier import World

SMALL = small_network()
BY = ("--store", "store", "--author", "A. Planner", "--message", "As agreed")
HILL = replace(SMALL.obstacles["HK-HILL"], id="HK-CRANE", name="Crane")


@pytest.fixture
def store(run: Run, tmp_path: Path) -> Path:
    """Return a store with one edition, the small network."""
    write_network(SMALL, tmp_path / "small")
    assert run("network", "draft", "first", "--store", "store", "--network", "small")[0] == 0
    assert run("network", "publish", "first", *BY)[0] == 0
    return tmp_path / "store"


def start(run: Run, name: str, edit: Callable[[Network], Network], *options: str) -> Path:
    """Start a draft and edit it; return its folder."""
    code, out, err = run("network", "draft", name, "--store", "store", *options, "--json")
    assert (code, err) == (0, "")
    folder = Path(json.loads(out)["folder"])
    write_network(edit(read_network(folder)), folder)
    return folder


def answer(said: tuple[int, str, str]) -> tuple[int, Any]:
    code, out, _ = said
    return code, json.loads(out)


def test_a_geopackage_is_checked_as_a_folder_is(run: Run, tmp_path: Path) -> None:
    """The same faults and the same exit code, and what cannot be read is told."""
    for name, network in (("good", SMALL), ("broken", without(SMALL, "SZ-3", "SZ-4"))):
        write_network(network, tmp_path / name)
        assert run("network", "convert", name, f"{name}.gpkg")[0] == 0
        said = [answer(run("network", "check", each, "--json")) for each in (name, f"{name}.gpkg")]
        ends = [code for code, _ in said]
        codes = [[each["code"] for each in found["faults"]] for _, found in said]
        assert (ends[0], codes[0]) == (ends[1], codes[1])
    assert ends == [1, 1]
    (tmp_path / "bad.gpkg").write_text("no database")
    code, out, _ = run("network", "check", "bad.gpkg", "--json")
    assert (code, [each["code"] for each in json.loads(out)["faults"]]) == (1, ["NOT_A_GEOPACKAGE"])


def test_from_a_draft_to_an_edition(run: Run, store: Path) -> None:
    folder = start(run, "more", lambda network: changed(network, "SZ-V1", pads=9))
    assert run("network", "check", folder)[0] == 0
    code, out, _ = run("network", "diff", SMALL.edition[:9], folder, "--store", store)
    assert (code, "pads" in out) == (1, True)
    code, found = answer(run("network", "publish", "more", *BY, "--json"))
    assert (code, found["published"], found["parent"]) == (0, True, SMALL.edition)
    assert not folder.exists()
    code, log = answer(run("network", "log", "--store", store, "--json"))
    assert code == 0
    newest, first = log["editions"]
    assert (newest["edition"], newest["author"], newest["message"]) == (
        found["edition"],
        "A. Planner",
        "As agreed",
    )
    assert newest["time"].endswith("+08:00")
    assert (first["edition"], first["parent"]) == (SMALL.edition, None)


def test_a_new_store_begins_with_the_shipped_network(run: Run) -> None:
    code, out, _ = run("network", "draft", "first", "--store", "store")
    assert (code, out) == (0, "store/drafts/first: draft of nothing published yet\n")
    code, out, _ = run("network", "log", "--store", "store")
    assert "draft first of nothing published yet" in out
    code, out, _ = run("network", "publish", "first", *BY)
    assert (code, out.split()[-3:]) == (0, ["as", "the", "first"])


def test_the_second_of_two_drafts_is_rebased_and_the_log_says_so(run: Run, store: Path) -> None:
    start(run, "one", lambda network: changed(network, "SZ-V1", pads=9))
    start(run, "two", lambda network: changed(network, "HK-HILL", top_m=99.0))
    first = answer(run("network", "publish", "one", *BY, "--json"))[1]
    code, out, _ = run("network", "publish", "two", *BY)
    assert code == 0
    assert f"on {first['edition'][:12]}, rebased from {SMALL.edition[:12]}" in out
    code, out, _ = run("network", "log", "--store", store)
    assert f"rebased from {SMALL.edition[:12]}" in " ".join(out.split())


def test_conflicting_fields_are_listed_and_nothing_is_published(run: Run, store: Path) -> None:
    start(run, "one", lambda network: changed(network, "SZ-V1", pads=9))
    mine = start(run, "two", lambda network: changed(network, "SZ-V1", pads=5, name="Mine"))
    assert run("network", "publish", "one", *BY)[0] == 0
    code, out, err = run("network", "publish", "two", *BY)
    assert (code, err.splitlines()[-1]) == (1, "not published")
    assert out.startswith("error EDIT_CONFLICT vertiports SZ-V1 pads: ")
    code, found = answer(run("network", "publish", "two", *BY, "--json"))
    assert (code, found["published"]) == (1, False)
    assert found["conflicts"] == [
        {"layer": "vertiports", "id": "SZ-V1", "field": "pads", "base": 4, "theirs": 9, "mine": 5}
    ]
    assert mine.is_dir()
    assert len(answer(run("network", "log", "--store", store, "--json"))[1]["editions"]) == 2


def test_a_draft_that_breaks_a_rule_is_not_published(run: Run, store: Path) -> None:
    start(run, "wrong", lambda network: changed(network, "SZ-V1", ground_amsl_m=70.0))
    code, out, err = run("network", "publish", "wrong", *BY)
    assert (code, err.splitlines()[-1]) == (1, "not published")
    assert "error PAD_CLEARANCE corridors SZ-1" in out


def test_publishing_tells_its_stages_on_standard_error(run: Run, store: Path) -> None:
    start(run, "one", lambda network: changed(network, "SZ-V1", pads=9))
    _, out, err = run("network", "publish", "one", *BY)
    assert [line.split(" s  ")[1] for line in err.splitlines()] == [
        "Reading the draft",
        "Putting it on top of the newest edition",
        "Checking every rule",
        "Writing the edition",
    ]
    assert out.startswith("published edition ")


@pytest.mark.parametrize("at", ["publish.check_network", "editions.network_files"])
def test_an_interrupt_publishes_nothing_and_leaves_nothing(
    run: Run, store: Path, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    start(run, "one", lambda network: changed(network, "SZ-V1", pads=9))
    before = sorted(store.rglob("*"))

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(f"geodata.editions.{at}", interrupt)
        assert run("network", "publish", "one", *BY)[:2] == (130, "")
    assert sorted(store.rglob("*")) == before
    assert run("network", "publish", "one", *BY)[0] == 0


def test_a_network_of_an_older_edition_is_a_draft_of_that_edition(run: Run, store: Path) -> None:
    start(run, "one", lambda network: changed(network, "SZ-V1", pads=9))
    run("network", "publish", "one", *BY)
    write_network(changed(SMALL, "HK-HILL", top_m=99.0), store.parent / "mine")
    options = ("--network", "mine", "--parent", SMALL.edition[:8])
    assert run("network", "draft", "mine", "--store", "store", *options)[0] == 0
    edition = answer(run("network", "publish", "mine", *BY, "--json"))[1]["edition"]
    _, found = answer(run("network", "diff", SMALL.edition, edition, "--store", store, "--json"))
    assert {each["id"] for each in found["features"]} == {"SZ-V1", "HK-HILL"}


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("draft", "../up", "--store", "new"), "DRAFT_NAME"),
        (("draft", "mine", "--store", "new", "--network", "nowhere"), "STORE_UNKNOWN"),
        (("draft", "mine", "--store", "new", "--parent", "abc"), "STORE_UNKNOWN"),
        (("draft", "mine", "--store", "store", "--parent", "abc"), "EDITION_UNKNOWN"),
        (("draft", "mine", "--store", "small"), "STORE_UNKNOWN"),
        (("publish", "mine", *BY), "DRAFT_UNKNOWN"),
        (("publish", "m", "--store", "new", "--author", "a", "--message", "b"), "STORE_UNKNOWN"),
        (("publish", "m", "--store", "store", "--author", "", "--message", "b"), "FIELD_MISSING"),
        (("log", "--store", "new"), "STORE_UNKNOWN"),
        (("diff", "small", "nowhere"), "FILE_MISSING"),
        (("diff", "small", "abc", "--store", "store"), "EDITION_UNKNOWN"),
        (("diff", "small", "small/zones.geojson"), "PART_OF_A_NETWORK"),
    ],
)
def test_bad_input_is_named_and_makes_nothing(
    run: Run, store: Path, arguments: tuple[str, ...], code: str
) -> None:
    result, out, err = run("network", *arguments)
    assert (result, out) == (2, "")
    assert f"error {code} " in err
    assert not Path("new").exists()


def test_one_edition_is_no_difference(run: Run, store: Path) -> None:
    code, out, _ = run("network", "diff", "small", SMALL.edition[:6], "--store", store)
    assert (code, out) == (0, f"no difference: edition {SMALL.edition[:12]}\n")
    code, found = answer(run("network", "diff", "small", "small", "--json"))
    assert (code, found["equal"], found["features"]) == (0, True, [])


@pytest.fixture
def other(run: Run, store: Path) -> Network:
    """Return an edited network, written to the folder `other`."""
    network = lane(changed(SMALL, "SZ-V1", name_zh="站"), "X-A-F", height_amsl_m=62.0)
    network = reshaped(without(network, "SZ-BRIDGE"), "HK-HILL", point(1830, -1840))
    network = added(network, "obstacles", HILL, point(1700, -1700))
    network = replace(network, info=replace(network.info, licence="CC-BY-4.0"))
    write_network(network, store.parent / "other")
    return network


def test_a_difference_as_a_table(run: Run, other: Network) -> None:
    code, out, err = run("network", "diff", "small", "other")
    assert (code, err) == (1, "")
    lines = [" ".join(line.split()) for line in out.splitlines()]
    counts = "1 added, 1 removed, 3 changed"
    assert lines[0] == f"edition {SMALL.edition[:12]} → {other.edition[:12]}: {counts}"
    assert "network.json changed licence CC0-1.0 CC-BY-4.0" in lines
    assert "vertiports SZ-V1 changed name_zh null 站" in lines
    assert "corridors X-A changed lanes[X-A-F].height_amsl_m 60 62" in lines
    assert "obstacles HK-HILL changed geometry moved 50.0 m" in lines
    assert "obstacles HK-CRANE added Crane" in lines
    assert "obstacles SZ-BRIDGE removed Test feature SZ-BRIDGE" in lines


def test_a_difference_as_json(run: Run, other: Network) -> None:
    code, found = answer(run("network", "diff", "small", "other", "--json"))
    assert (code, found["equal"]) == (1, False)
    assert found["network"] == [{"field": "licence", "old": "CC0-1.0", "new": "CC-BY-4.0"}]
    told = {each["id"]: each for each in found["features"]}
    assert {each: told[each]["change"] for each in told} == {
        "SZ-V1": "changed",
        "X-A": "changed",
        "HK-HILL": "changed",
        "HK-CRANE": "added",
        "SZ-BRIDGE": "removed",
    }
    assert told["X-A"]["fields"] == [{"field": "lanes[X-A-F].height_amsl_m", "old": 60, "new": 62}]
    assert told["HK-HILL"]["geometry"]["moved_m"] == pytest.approx(50, abs=0.02)
    assert {"field": "top_m", "old": None, "new": 110.0} in told["HK-CRANE"]["fields"]


def test_a_difference_as_geojson_and_as_a_picture(run: Run, other: Network) -> None:
    files = ("--geojson", "diff.geojson", "--picture", "diff.png")
    assert run("network", "diff", "small", "other", *files)[0] == 1
    found = json.loads(Path("diff.geojson").read_text(encoding="utf-8"))
    assert "not for navigation" in found["use"].lower()
    assert (found["edition"], found["old_edition"]) == (other.edition, SMALL.edition)
    shapes = {
        (each["properties"]["id"], each["properties"]["state"]): each["geometry"]["coordinates"]
        for each in found["features"]
    }
    assert shapes["HK-HILL", "old"] != shapes["HK-HILL", "new"]
    assert {state for identifier, state in shapes if identifier == "SZ-BRIDGE"} == {"old"}
    assert {state for identifier, state in shapes if identifier == "HK-CRANE"} == {"new"}
    assert {state for identifier, state in shapes if identifier == "X-A"} == {"new"}
    assert Path("diff.png").read_bytes().startswith(b"\x89PNG")
    code, _, err = run("network", "diff", "small", "other", *files)
    assert (code, "is there already" in err) == (2, True)
    assert run("network", "diff", "small", "other", *files, "--overwrite")[0] == 1


def test_a_geopackage_is_compared_with_a_folder(run: Run, store: Path) -> None:
    assert run("network", "convert", "small", "small.gpkg")[0] == 0
    assert run("network", "diff", "small", "small.gpkg")[0] == 0


def test_a_plan_is_checked_on_its_own_edition(run: Run, good: World) -> None:
    plan = good.plan()
    write_plan(plan, Path("plan.json"))
    run("network", "draft", "first", "--store", "store", "--network", "network")
    assert run("network", "publish", "first", *BY)[0] == 0
    start(
        run,
        "later",
        lambda network: changed(network, good.network.layer("vertiports")[0].id, name="Later"),
    )
    assert run("network", "publish", "later", *BY)[0] == 0
    where = ("--store", "store", "--request", "request")
    assert run("check", "plan.json", *where) == (0, "every rule holds\n", "")
    write_plan(replace(plan, edition="0" * 64), Path("plan.json"))
    code, _, err = run("check", "plan.json", *where)
    assert (code, err.split()[1]) == (2, "EDITION_UNKNOWN")
    assert run("check", "plan.json", *where, "--network", "network")[0] == 2
