"""Fleet and weather: what a field may hold, and what fields mean together."""

import json
from typing import Any

import pytest

from geodata.faults import InvalidInput
from planner.read.request import parse_request
from planner.rules.rulebook import shipped_rulebook
from tests.geodata.small import changed, small_network
from tests.planner.written import (
    at,
    faults_of,
    files,
    fleet,
    found,
    manned,
    read,
    typed,
    weather,
    wind,
)


def faults(day: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Return item, field and code of each fault of a fleet."""
    return [(item, field, code) for _, item, field, code in found(files(day=day))]


def weather_faults(air: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Return item, field and code of each fault of weather."""
    return [(item, field, code) for _, item, field, code in found(files(air=air))]


def cruising(*airspeeds_m_s: float, **fields: Any) -> dict[str, Any]:
    """Return the field of a type that has other cruises, all at nine tenths of its power."""
    shared = {"power_share": 0.9} | fields
    return {"cruises": [{"airspeed_m_s": each} | shared for each in airspeeds_m_s]}


def test_a_good_fleet_is_read_with_its_defaults() -> None:
    found_fleet = read(files()).fleet
    assert found_fleet.rules.max_late_s == 1800
    assert found_fleet.drones[0].charge == 1


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"payload_kg": -3}, "payload_kg", "OUT_OF_RANGE"),
        ({"battery_wh": 0}, "battery_wh", "OUT_OF_RANGE"),
        ({"battery_wh": "1500"}, "battery_wh", "WRONG_TYPE"),
        ({"climb_efficiency": 1.2}, "climb_efficiency", "OUT_OF_RANGE"),
        ({"swap_s": None}, "swap_s", "FIELD_MISSING"),
        ({"batery_wh": 3}, "batery_wh", "FIELD_UNKNOWN"),
        ({"estimated": ["batery_wh"]}, "estimated", "FIELD_UNKNOWN"),
        ({"charging": {"power_w": 0}}, "charging.power_w", "OUT_OF_RANGE"),
        ({"charging": {}}, "charging.power_w", "FIELD_MISSING"),
        ({"charging": {"power_w": 9, "taper_from": 1.1}}, "charging.taper_from", "OUT_OF_RANGE"),
        ({"charging": {"power_w": 9, "taper": 0.8}}, "charging.taper", "FIELD_UNKNOWN"),
        ({"cruises": {}}, "cruises", "WRONG_TYPE"),
        ({"cruises": [{"airspeed_m_s": 9}]}, "cruises[0].power_share", "FIELD_MISSING"),
        (cruising(9.0, power_share=0), "cruises[0].power_share", "OUT_OF_RANGE"),
        (cruising(61.0), "cruises[0].airspeed_m_s", "OUT_OF_RANGE"),
        (cruising(14.0), "cruises[0].airspeed_m_s", "CRUISE_TWICE"),
        (cruising(9.0, 11.0, 9.0), "cruises[2].airspeed_m_s", "CRUISE_TWICE"),
        (cruising(9.0, power_w=300), "cruises[0].power_w", "FIELD_UNKNOWN"),
    ],
)
def test_a_type_has_sound_figures(changes: dict[str, Any], field: str, code: str) -> None:
    assert faults(typed(**changes)) == [("T10", field, code)]


def test_a_battery_figure_in_the_wrong_unit_is_noticed() -> None:
    (fault,) = faults_of(files(day=typed(battery_wh=1.5)))
    assert (fault.field, fault.code) == ("battery_wh", "OUT_OF_RANGE")
    assert "is it in Wh?" in fault.message


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"type": "T11"}, "type", "UNKNOWN_TYPE"),
        ({"base": "SZ-V9"}, "base", "UNKNOWN_VERTIPORT"),
        ({"base": "SZ-C1"}, "base", "UNKNOWN_VERTIPORT"),
        ({"base": "SZ-V2"}, "base", "NO_BATTERY_SWAP"),
        ({"ends_at": "SZ-V9"}, "ends_at", "UNKNOWN_VERTIPORT"),
        ({"ends_at": "SZ-C1"}, "ends_at", "UNKNOWN_VERTIPORT"),
        ({"available_until": at("07:00")}, "available_until", "TIMES_REVERSED"),
        ({"available_until": at("07:00", "2026-11-25")}, "available_until", "TIME_NOT_ON_DAY"),
        ({"available_from": "2026-11-24T07:00:00"}, "available_from", "TIME_ZONE_MISSING"),
        ({"charge": 1.5}, "charge", "OUT_OF_RANGE"),
        ({"registered": []}, "registered", "OUT_OF_RANGE"),
        ({"registered": ["CN"]}, "registered[0]", "UNKNOWN_VALUE"),
        ({"goods": ["document", "genral"]}, "goods[1]", "UNKNOWN_VALUE"),
    ],
)
def test_a_drone_has_its_type_base_and_hours(
    changes: dict[str, Any], field: str, code: str
) -> None:
    assert faults(manned(**changes)) == [("D1", field, code)]


def test_a_drone_charges_at_its_base_where_its_type_can() -> None:
    """SZ-V2 gets chargers: then a type says what power its battery takes, or needs a swap."""
    charged = changed(small_network(), "SZ-V2", chargers=1, charger_kw=3.0)
    assert parse_request(files(day=charging()), charged, shipped_rulebook()).drones["D1"]
    with pytest.raises(InvalidInput) as raised:
        parse_request(files(day=manned(base="SZ-V2")), charged, shipped_rulebook())
    (fault,) = raised.value.faults
    assert (fault.field, fault.code, fault.limit) == ("base", "NO_BATTERY_SWAP", "HK-V1, SZ-V1")
    assert "type T10 cannot be charged" in fault.message
    (fault,) = faults_of(files(day=charging()))
    assert fault.code == "NO_BATTERY_SWAP"
    assert "neither battery swap nor chargers" in fault.message


def charging() -> dict[str, Any]:
    """Return a fleet whose one drone is to charge at SZ-V2."""
    day = manned(base="SZ-V2")
    day["types"][0]["charging"] = {"power_w": 1000}
    return day


def test_a_list_is_too_short_only_if_entries_lack_and_not_if_they_are_wrong() -> None:
    assert faults(manned(goods=["genral"])) == [("D1", "goods[0]", "UNKNOWN_VALUE")]
    assert faults(manned(goods=[])) == [("D1", "goods", "OUT_OF_RANGE")]


def test_two_drones_or_types_do_not_have_one_id() -> None:
    twice = fleet(drones=fleet()["drones"] * 2, types=fleet()["types"] * 2)
    assert faults(twice) == [
        ("drones[1]", "id", "DUPLICATE_ID"),
        ("types[1]", "id", "DUPLICATE_ID"),
    ]


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"day": None}, "day", "FIELD_MISSING"),
        ({"day": "24.11.2026"}, "day", "TIME_INVALID"),
        ({"day": 20261124}, "day", "WRONG_TYPE"),
        ({"schema_version": "2"}, "schema_version", "UNKNOWN_VALUE"),
        ({"schema_version": 1}, "schema_version", "UNKNOWN_VALUE"),
        ({"planned_at": at("00:00", "2026-11-25")}, "planned_at", "TIME_NOT_ON_DAY"),
        ({"types": None}, "types", "FIELD_MISSING"),
        ({"drones": {}}, "drones", "WRONG_TYPE"),
        ({"rules": {"max_orders_per_sortie": 11}}, "rules.max_orders_per_sortie", "OUT_OF_RANGE"),
        ({"rules": {"max_late": 9}}, "rules.max_late", "FIELD_UNKNOWN"),
    ],
)
def test_a_fleet_has_its_day_and_rules(changes: dict[str, Any], field: str, code: str) -> None:
    assert ("", field, code) in faults(fleet(**changes))


@pytest.mark.parametrize("day", ["1999-12-31", "9999-12-31", "0001-01-01"])
def test_a_day_is_one_that_people_plan(day: str) -> None:
    assert faults(fleet(day=day)) == [("", "day", "OUT_OF_RANGE")]


def test_a_price_is_given_for_every_priority_and_not_negative() -> None:
    prices = {"late_minute_cents": {"standard": 1, "express": -1}}
    assert faults(fleet(prices=prices)) == [
        ("", "prices.late_minute_cents.emergency", "PRICE_MISSING"),
        ("", "prices.late_minute_cents.express", "OUT_OF_RANGE"),
    ]


def test_a_permission_is_of_a_kind_that_the_side_knows() -> None:
    wrong = {"side": "SZ", "kind": "operating_certificat", "reference": "1"}
    (fault,) = faults_of(files(day=fleet(permissions=[wrong])))
    assert (fault.item, fault.field, fault.code) == ("permissions[0]", "kind", "UNKNOWN_PERMISSION")
    assert "did you mean operating_certificate?" in fault.message


def test_a_permission_ends_after_it_begins() -> None:
    wrong = {
        "side": "HK",
        "kind": "advanced_operations",
        "reference": "1",
        "valid_from": at("00:00"),
        "valid_until": at("00:00", "2026-01-01"),
    }
    assert faults(fleet(permissions=[wrong])) == [
        ("permissions[0]", "valid_until", "TIMES_REVERSED")
    ]


@pytest.mark.parametrize("document", [None, [], 3, "fleet"])
def test_a_fleet_is_a_mapping(document: object) -> None:
    text = json.dumps(document)
    assert [code for *_, code in found(files(fleet_json=text))] == ["WRONG_TYPE"]


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"upper_amsl_m": 0}, "upper_amsl_m", "BAND_REVERSED"),
        ({"until": at("09:00")}, "until", "TIMES_REVERSED"),
        ({"from_degrees": 360}, "from_degrees", "OUT_OF_RANGE"),
        ({"speed_m_s": -1}, "speed_m_s", "OUT_OF_RANGE"),
        ({"since": "2026-11-24T09:00:00"}, "since", "TIME_ZONE_MISSING"),
    ],
)
def test_a_wind_has_band_and_time(changes: dict[str, Any], field: str, code: str) -> None:
    assert weather_faults(weather(wind(**changes))) == [("winds[0]", field, code)]


def test_two_winds_of_one_band_do_not_overlap() -> None:
    later = wind(since=at("09:30"), until=at("10:30"))
    assert weather_faults(weather(later, wind())) == [("winds[0]", "since", "WINDS_OVERLAP")]
    assert weather_faults(weather(wind(), wind(since=at("10:00"), until=at("11:00")))) == []
    assert weather_faults(weather(wind(), wind(upper_amsl_m=200))) == []


def test_a_warning_is_a_known_one_and_ends_after_it_begins() -> None:
    warning = {"kind": "T2", "since": at("10:00"), "until": at("09:00")}
    assert weather_faults(weather(warnings=[warning])) == [
        ("warnings[0]", "kind", "UNKNOWN_VALUE"),
        ("warnings[0]", "until", "TIMES_REVERSED"),
    ]
