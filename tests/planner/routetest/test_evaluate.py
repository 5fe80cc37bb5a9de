"""What a route case expects: each expectation holds or is missed as the route says."""

from typing import Any

import pytest

from geodata.faults import InvalidInput
from planner.request.fleet import Rules
from planner.routetest.evaluate import evaluate
from planner.routetest.explain import OWN
from planner.testing.day import EVE, at, request
from tests.geodata.small import changed, small_network, without
from tests.planner.routetest.given import outcome, read_cases, scenes


def missed(expect: dict[str, Any], **route: Any) -> list[str]:
    """Return the fields of the expectations that are missed."""
    return [each.field for each in outcome(expect, **route).misses]


def test_a_case_without_expectations_asks_for_a_route() -> None:
    found = outcome()
    assert found.passed
    assert found.routes
    assert [each.field for each in outcome(goods="dangerous").misses] == ["route"]


@pytest.mark.parametrize(
    ("holds", "breaks"),
    [
        ({"arrives_by": "09:30"}, {"arrives_by": "09:01"}),
        ({"duration": {"max": "30 min"}}, {"duration": {"max": "1 min"}}),
        ({"duration": {"min": "1 min"}}, {"duration": {"min": "30 min"}}),
        ({"energy_wh": {"max": 3000}}, {"energy_wh": {"max": 1}}),
        ({"checkpoint": "HK-J1"}, {"checkpoint": ["SZ-C1", "HK-C1"]}),
        ({"via": ["SZ-WB", "X-B", "HK-J1"]}, {"via": "SZ-V2"}),
        ({"avoids": "SZ-V2"}, {"avoids": "X-B"}),
        ({"via": "SZ-STRIP"}, {"avoids": "SZ-STRIP"}),
        ({"height_agl_m": {"max": 90}}, {"height_agl_m": {"max": 50, "side": "SZ"}}),
        ({"height_agl_m": {"min": 40}}, {"height_agl_m": {"min": 70, "side": "HK"}}),
        ({"alternatives": {"min": 1}}, {"alternatives": {"min": 9}}),
        ({"alternatives": {"max": 9}}, {"alternatives": {"max": 0}}),
    ],
)
def test_an_expectation_holds_or_is_missed(holds: dict[str, Any], breaks: dict[str, Any]) -> None:
    assert missed(holds) == []
    assert missed(breaks) == list(breaks)


def test_lanes_are_all_of_the_route_and_in_order() -> None:
    lanes = list(outcome().routes[0].lanes)
    assert missed({"lanes": lanes}) == []
    assert missed({"lanes": lanes[:-1]}) == ["lanes"]
    assert missed({"lanes": lanes[::-1]}) == ["lanes"]


def test_what_the_network_lacks_is_missed_with_the_nearest_that_it_has() -> None:
    for expect in ({"lanes": ["SZ-1-G"]}, {"via": "SZ-1-G"}, {"avoids": "SZ-1-G"}):
        (miss,) = outcome(expect).misses
        assert "the network has no SZ-1-G" in miss.came


def test_each_rule_that_is_named_must_have_decided_a_refusal() -> None:
    assert missed({"refused": "GOODS_PROHIBITED"}, goods="dangerous") == []
    assert missed({"refused": ["GOODS_PROHIBITED", "NO_ROUTE"]}, goods="dangerous") == ["refused"]
    assert missed({"refused": "GOODS_PROHIBITED"}) == ["refused"]


@pytest.mark.parametrize(
    ("when", "code"),
    [
        ({"close": ["SZ-1-F"]}, "CORRIDOR_CLOSED"),
        ({"close": "SZ-1"}, "CORRIDOR_CLOSED"),
        ({"close": "SZ-WA"}, "CORRIDOR_CLOSED"),
        ({"close": "HK-V1"}, "SITE_CLOSED"),
        ({"clears": {"HK-J1": [], "SZ-C1": "biological"}}, "CUSTOMS_CLASS"),
        ({"hours": {"HK-V1": "06:00-08:00"}}, "SITE_CLOSED"),
        ({"wind": {"speed": "20 m/s", "from": "0 deg"}}, "WIND_LIMIT"),
        ({"warning": {"kind": "T8"}}, "WARNING_IN_FORCE"),
    ],
)
def test_a_what_if_decides(when: dict[str, Any], code: str) -> None:
    assert missed({}) == []
    found = outcome({"refused": code}, when)
    assert found.passed, found.misses


def test_a_what_if_is_for_its_case_alone() -> None:
    on = scenes()
    assert not outcome(when={"close": "SZ-1"}, on=on).passed
    assert outcome(on=on).passed


def test_a_zone_that_is_activated_is_flown_around() -> None:
    free = outcome(to="HK-V2")
    assert "X-B-F" in free.routes[0].lanes
    closed = outcome({"avoids": "X-B"}, {"activate": "SZ-EVENT"}, to="HK-V2")
    assert closed.passed
    assert "SZ-EVENT" in closed.touched["zone"]


def test_what_a_case_closes_itself_is_not_told_as_the_networks_fault() -> None:
    (own,) = outcome({"checkpoint": "HK-J1"}, {"close": "HK-J1"}).why
    on = scenes(changed(small_network(), "HK-J1", hours="20:00-21:00"))
    (other,) = outcome({"checkpoint": "HK-J1"}, on=on).why
    assert own.code == other.code == "CUSTOMS_CLOSED"
    assert own.remedy == OWN != other.remedy


def test_what_decided_is_told_by_times_of_day() -> None:
    on = scenes(changed(small_network(), "SZ-EVENT", schedule="08:00-15:30"))
    ask = {"from": "SZ-V2", "to": "HK-V2"}
    told = outcome({"via": "X-B"}, {"close": "X-A"}, on, **ask).why
    told += outcome({"arrives_by": "09:30"}, {"close": "X-A"}, on, **ask).why
    values = [why.values for why in told if why.code == "ZONE_ACTIVE"]
    assert values == ["zone SZ-EVENT, since 08:00, until 15:30"] * len(values)
    assert values


def test_a_checkpoint_that_is_closed_is_not_used() -> None:
    assert "HK-J1" in outcome().touched["checkpoint"]
    assert outcome({"checkpoint": ["SZ-C1", "HK-C1"]}, {"close": "HK-J1"}).passed


def test_wind_may_be_set_for_a_part_of_the_day_and_a_band() -> None:
    calm = outcome().routes[0].landing_s
    wind = {"speed": "8 m/s", "from": "180 deg"}
    assert outcome(when={"wind": wind}).routes[0].landing_s > calm
    assert outcome(when={"wind": wind | {"since": "15:00"}}).routes[0].landing_s == calm
    assert outcome(when={"wind": wind | {"above": "500 m"}}).routes[0].landing_s == calm


@pytest.mark.parametrize(
    ("case", "code"),
    [
        ({"route": {"from": "SZ-V9", "to": "HK-V1", "depart": "09:00"}}, "UNKNOWN_VERTIPORT"),
        ({"route": {"from": "SZ-V1", "to": "SZ-V1", "depart": "09:00"}}, "SAME_PLACE"),
        ({"route": {"from": "SZ-V1", "to": "HK-V1"}}, "FIELD_MISSING"),
        (
            {"route": {"from": "SZ-V1", "to": "HK-V1", "depart": "2026-12-02T09:00+08:00"}},
            "TIME_NOT_ON_DAY",
        ),
        (
            {"route": {"from": "SZ-V1", "to": "HK-V1", "depart": "09:00", "drone": "Z"}},
            "UNKNOWN_TYPE",
        ),
        (
            {
                "route": {
                    "from": "SZ-V1",
                    "to": "HK-V1",
                    "depart": "09:00",
                    "documents": {"NO_SUCH": "06:00"},
                }
            },
            "UNKNOWN_DOCUMENT",
        ),
        ({"when": {"close": "NONE"}}, "UNKNOWN_REFERENCE"),
        ({"when": {"close": "SZ-EVENT"}}, "UNKNOWN_REFERENCE"),
        ({"when": {"activate": "SZ-1"}}, "UNKNOWN_REFERENCE"),
        ({"when": {"clears": {"SZ-V1": "general"}}}, "UNKNOWN_REFERENCE"),
        ({"when": {"hours": {"SZ-1": "whenever"}}}, "SCHEDULE"),
        ({"when": {"hours": {"SZ-WA": "24/7"}}}, "UNKNOWN_REFERENCE"),
        (
            {"when": {"warning": {"kind": "T8", "since": "10:00", "until": "09:00"}}},
            "TIMES_REVERSED",
        ),
    ],
)
def test_what_cannot_be_asked_is_an_error_of_the_test(case: dict[str, Any], code: str) -> None:
    route = {"from": "SZ-V1", "to": "HK-V1", "depart": "09:00"}
    (test,) = read_cases({"route": route} | case)
    with pytest.raises(InvalidInput) as caught:
        evaluate(test, scenes(), lambda name: request())
    assert [each.code for each in caught.value.faults] == [code]


def test_documents_are_in_time_or_missing_or_as_said() -> None:
    assert missed({"refused": "DOCUMENT_MISSING"}, documents="none") == []
    held = outcome().scene
    assert held is not None
    assert missed({}, documents="in time") == []
    assert missed({"refused": "DOCUMENT_MISSING"}, documents={"CN_MANIFEST": "06:00"}) == []


def test_a_clock_with_a_time_is_when_it_departs_and_when_the_plan_is_made() -> None:
    day = request(permissions=())
    case = {"route": {"from": "SZ-V1", "to": "SZ-V2"}}
    (test,) = read_cases(case, clock="2026-12-01T09:00+08:00")
    found = evaluate(test, scenes(), lambda name: day)
    assert found.routes[0].flights[0].takeoff_s == 9 * 3600
    found = evaluate(test, scenes(day=day, permissions=True), lambda name: day)
    assert {each.code for each in found.why} >= {"PERMISSION_MISSING"}


def test_the_deadline_of_a_filing_counts_from_the_clock() -> None:
    held = tuple(each for each in request().fleet.permissions if each.kind != "standing_approval")
    day = request(permissions=held)
    case = {"route": {"from": "SZ-V1", "to": "SZ-V2", "depart": "2026-12-01T09:00+08:00"}}
    late, early = (
        evaluate(read_cases(case, clock=clock)[0], scenes(day=day, permissions=True), lambda _: day)
        for clock in ("2026-12-01T08:00+08:00", "2026-12-01T00:00+08:00")
    )
    assert [each.code for each in late.why] == ["PERMISSION_DEADLINE"]
    assert late.scene.request.fleet.day > EVE  # type: ignore[union-attr]
    assert [each.code for each in early.why] == ["PERMISSION_DEADLINE"]


def test_the_rule_that_decided_is_named_with_its_values() -> None:
    quick = outcome({}, **{"from": "SZ-V2"}, to="HK-V2").routes[0]
    found = outcome(
        {"duration": {"max": f"{quick.landing_s - quick.flights[0].takeoff_s} s"}},
        {"activate": "SZ-EVENT"},
        **{"from": "SZ-V2"},
        to="HK-V2",
    )
    assert [each.code for each in found.why] == ["ZONE_ACTIVE"]
    assert "zone SZ-EVENT" in found.why[0].values


def test_the_nearest_question_that_passes_is_told() -> None:
    found = outcome({"arrives_by": "09:06"})
    assert not found.passed
    assert "departing at 08:5" in found.nearest
    assert "with every document in time" in outcome({}, documents="none").nearest


def test_another_route_that_passes_is_told_first() -> None:
    assert "SZ-5" in outcome().touched["corridor"]
    found = outcome({"avoids": "SZ-5"})
    assert found.nearest.startswith("by another route: ")
    assert not {"SZ-5-F", "SZ-5-B"} & set(found.nearest_lanes)


def test_a_passing_case_is_not_explained() -> None:
    found = outcome()
    assert not found.why
    assert not found.nearest


def test_a_lane_that_is_gone_fails_the_case_that_flies_it() -> None:
    lanes = list(outcome().routes[0].lanes)
    corridor = next(each for each in small_network().corridors.values() if each.id == "X-B")
    on = scenes(without(small_network(), corridor.id))
    found = outcome({"lanes": lanes}, on=on)
    assert not found.passed
    assert "the network has no X-B-F" in found.misses[0].came


def test_rules_of_the_request_hold() -> None:
    strict = scenes(day=request(rules=Rules(reserve_fraction=0.97)))
    assert "ENERGY_RESERVE" in outcome({"refused": "ENERGY_RESERVE"}, on=strict).touched["rule"]
    assert at("09:00").hour == 9
