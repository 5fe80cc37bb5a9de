"""`hetao route` names the way that lands first, or the rules that leave none."""

import datetime as dt
import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.api.conftest import Run

CONSIGNMENT = ("--depart", "2026-11-24T09:30+08:00", "--mass", 2.5, "--goods", "biological")
ASKED = ("SZ-HOSPITAL", "HK-B8", *CONSIGNMENT)


def instant(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def test_a_route_flies_clears_and_keeps_its_reserve(run: Run) -> None:
    code, out, err = run("route", *ASKED, "--json")
    assert (code, err) == (0, "")
    (route,) = json.loads(out)["routes"]
    places = [route["legs"][0]["from"], *(leg["to"] for leg in route["legs"])]
    assert places == ["SZ-HOSPITAL", *(s["checkpoint"] for s in route["clearances"]), "HK-B8"]
    assert instant(route["takeoff"]) >= instant("2026-11-24T09:30+08:00")
    for leg in route["legs"]:
        assert leg["left_wh"] >= leg["needed_wh"]
        assert [instant(each["enter"]) for each in leg["lanes"]] == sorted(
            instant(each["enter"]) for each in leg["lanes"]
        )
    for stop, (before, after) in zip(route["clearances"], pairwise(route["legs"]), strict=True):
        times = [stop["arrive"], stop["start"], stop["end"], stop["depart"]]
        assert [instant(each) for each in times] == sorted(instant(each) for each in times)
        assert (before["landing"], after["takeoff"]) == (stop["arrive"], stop["depart"])


def test_alternatives_land_no_earlier_than_the_first(run: Run) -> None:
    code, out, _ = run("route", *ASKED, "--alternatives", 2, "--json")
    landings = [instant(each["landing"]) for each in json.loads(out)["routes"]]
    assert code == 0
    assert len(landings) == 3
    assert landings == sorted(landings)


def test_a_person_reads_legs_clearances_and_assumptions(run: Run) -> None:
    code, out, _ = run("route", *ASKED, "--drone", "ark-40")
    assert code == 0
    for words in ("ark-40", "fly SZ-HOSPITAL to", "clear ", "assumption", "Wh left"):
        assert words in out


@pytest.mark.parametrize(
    ("options", "rule", "change"),
    [
        (("--no-documents",), "DOCUMENT_MISSING", "declarations"),
        (("--mass", 500), "PAYLOAD_MASS", "mass_kg"),
        (("--goods", "dangerous"), "GOODS_PROHIBITED", None),
    ],
)
def test_without_a_route_the_deciding_rule_is_named_and_what_would_help(
    run: Run, options: tuple[Any, ...], rule: str, change: str | None
) -> None:
    code, out, _ = run("route", *ASKED, *options, "--json")
    found = json.loads(out)
    assert (code, found["routes"]) == (1, [])
    assert rule in {each["code"] for each in found["reasons"]}
    assert (change is None) == (found["changes"] == [])
    assert change is None or change in {each["field"] for each in found["changes"]}


def test_a_person_reads_the_rule_and_what_would_help(run: Run) -> None:
    code, out, _ = run("route", *ASKED, "--no-documents")
    assert code == 1
    assert out.startswith("DOCUMENT_MISSING: ")
    assert "would help: lodge " in out


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--mass", -1), "OUT_OF_RANGE --mass"),
        (("--mass", "nan"), "NOT_FINITE --mass"),
        (("--goods", "bio"), "UNKNOWN_VALUE --goods"),
        (("--depart", "tomorrow"), "TIME_INVALID --depart"),
        (("--depart", "2026-11-24T09:30"), "TIME_ZONE_MISSING --depart"),
        (("--document", "PASSPORT@2026-11-23T09:00+08:00"), "UNKNOWN_DOCUMENT --document"),
    ],
)
def test_a_fault_is_said_once_under_its_parameter(
    run: Run, options: tuple[Any, ...], said: str
) -> None:
    code, out, err = run("route", *ASKED, *options)
    assert (code, out) == (2, "")
    assert err.startswith(f"error {said}")
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    "time", ["9999-12-31T23:59:59+08:00", "9999-12-31T23:00-12:00", "0001-01-01T00:00+08:00"]
)
def test_a_year_that_nothing_is_planned_for_is_a_fault(run: Run, time: str) -> None:
    code, out, err = run("route", *ASKED, "--depart", time)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("error OUT_OF_RANGE --depart")


def test_a_departure_on_another_day_than_the_fleet_is_a_fault(run: Run, sample_day: Path) -> None:
    later = ("--depart", "2027-11-24T09:30+08:00", "--request", sample_day)
    code, out, err = run("route", *ASKED, *later)
    assert (code, out) == (2, "")
    assert err.startswith("error TIME_NOT_ON_DAY --depart")


def test_faults_of_the_fleet_and_of_the_query_are_told_together(run: Run, day: Path) -> None:
    (day / "weather.json").write_text("{")
    code, _, err = run("route", *ASKED, "--mass", -1, "--request", day)
    assert code == 2
    assert {line.split()[1] for line in err.splitlines()} == {"SYNTAX", "OUT_OF_RANGE"}


def test_without_a_request_any_day_will_do_and_permission_is_no_question(run: Run) -> None:
    """The shipped fleet is planned at 10:00 on 2026-11-23: later that is no matter here."""
    code, out, _ = run("route", *ASKED, "--depart", "2027-11-23T09:30+08:00", "--json")
    found = json.loads(out)
    assert code == 0
    assert found["routes"][0]["takeoff"].startswith("2027-11-23")
    assert any("permissions" in each for each in found["given"])


def test_with_a_request_its_permissions_and_deadlines_count(run: Run, day: Path) -> None:
    """Planned on the day itself, nothing filed before noon of the day before can be filed still."""
    fleet = (day / "fleet.yaml").read_text()
    assert "planned_at: '2026-11-23T10:00:00+08:00'" in fleet
    late = fleet.replace("'2026-11-23T10:00:00+08:00'", "'2026-11-24T08:00:00+08:00'")
    (day / "fleet.yaml").write_text(late)
    code, out, _ = run("route", *ASKED, "--request", day, "--json")
    found = json.loads(out)
    assert code == 1
    assert [each["code"] for each in found["reasons"]] == ["PERMISSION_DEADLINE"]
    assert not any("permissions" in each for each in found["given"])


def test_a_lane_says_its_height_over_datum_and_over_ground(run: Run) -> None:
    _, out, _ = run("route", *ASKED, "--json")
    (route,) = json.loads(out)["routes"]
    for leg in route["legs"]:
        for lane in leg["lanes"]:
            low_m, high_m = lane["height_agl_m"]
            assert 0 < low_m < high_m <= lane["height_amsl_m"] + 10
        assert {each["block"].partition("#")[0] for each in leg["blocks"]} >= {
            lane["lane"] for lane in leg["lanes"]
        }


def test_a_misspelt_place_is_told_apart(run: Run) -> None:
    code, _, err = run("route", "SZ-HOSPITALL", "HK-B8", *CONSIGNMENT)
    assert code == 2
    assert "did you mean SZ-HOSPITAL?" in err


def test_a_drone_type_that_the_fleet_lacks_is_bad_input(run: Run) -> None:
    code, _, err = run("route", *ASKED, "--drone", "arc-40")
    assert code == 2
    assert "error UNKNOWN_TYPE --drone" in err
    assert "did you mean ark-40?" in err


def test_a_cruise_that_no_type_has_is_bad_input_and_those_there_are_are_listed(run: Run) -> None:
    """Of the type that is asked for, or of all."""
    code, out, _ = run("route", *ASKED, "--drone", "ark-40", "--cruise", 99, "--json")
    (fault,) = json.loads(out)["faults"]
    assert code == 2
    assert (fault["code"], fault["field"], fault["value"]) == ("UNKNOWN_CRUISE", "--cruise", "99")
    own = fault["limit"]
    code, out, _ = run("route", *ASKED, "--cruise", 99, "--json")
    (fault,) = json.loads(out)["faults"]
    assert code == 2
    assert own in fault["limit"].split(", ")
    assert len(fault["limit"].split(", ")) > 1
    code, out, _ = run("route", *ASKED, "--cruise", own, "--json")
    assert code == 0
    assert {each["drone_type"] for each in json.loads(out)["routes"]} == {"ark-40"}


def test_every_fault_of_a_query_is_told_in_one_pass(run: Run) -> None:
    given = ("--depart", "2026-11-24T09:30", "--mass", "-1", "--goods", "loot", "--drone", "kite")
    code, out, _ = run("route", "SZ-NOWHERE", "HK-B8", *given, "--json")
    assert code == 2
    assert {(each["field"], each["code"]) for each in json.loads(out)["faults"]} == {
        ("FROM", "UNKNOWN_VERTIPORT"),
        ("--depart", "TIME_ZONE_MISSING"),
        ("--mass", "OUT_OF_RANGE"),
        ("--goods", "UNKNOWN_VALUE"),
        ("--drone", "UNKNOWN_TYPE"),
    }
