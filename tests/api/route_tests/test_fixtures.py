"""The fixtures network, planner and route, and assertions that say why they fail."""

from pathlib import Path

import pytest

from geodata.faults import InvalidInput
from geodata.write import write_network
from planner.routetest.asking import Planner
from tests.api.route_tests.test_plugin import PLUGIN
from tests.geodata.small import small_network


def test_routes_are_asked_and_held_to_what_is_expected(route: Planner, planner: Planner) -> None:
    blood = route("SZ-HOSPITAL", "HK-B8", "09:30", goods="biological", mass="2 kg")
    assert blood.found()
    assert blood.arrives_by("09:40")
    assert blood.lasts(max="10 min")
    assert blood.clears_at("CP-HUANGGANG")
    assert blood.avoids("Z-MAI-PO")
    assert blood.via("WZ-HUANGGANG")
    assert blood.height_agl_m(min=20, max=120, side="HK")
    assert blood.draws_wh(max=200)
    assert blood.has_alternatives(1)
    assert not blood.refused()
    assert not blood.flies("S-SZ-HOSPITAL.F")
    assert set(blood.route.lanes) <= planner.network.lanes.keys()  # type: ignore[union-attr]


def test_what_ifs_and_days_are_laid_over_the_planner(planner: Planner) -> None:
    closed = planner.when(close="CP-HUANGGANG")
    assert closed.route("SZ-HOSPITAL", "HK-B8", goods="biological").clears_at(
        "CP-FUTIAN", "CP-LOOP"
    )
    assert planner.route("SZ-PORT-S", "SZ-FUMIN").found()
    sunday = planner.on("2026-11-29")
    assert sunday.route("SZ-PORT-S", "SZ-FUMIN").refused("SITE_CLOSED")


def test_what_does_not_hold_says_why(planner: Planner) -> None:
    reply = planner.when(close="CP-HUANGGANG").route(
        "SZ-HOSPITAL", "HK-B8", "09:30", goods="document"
    )
    said = repr(reply.arrives_by("09:38"))
    assert "expected arrives by 09:38, came 09:" in said
    assert "decided SITE_CLOSED" in said or "nearest" in said
    assert "refused: GOODS_PROHIBITED" in repr(
        planner.route("SZ-HOSPITAL", "HK-B8", goods="dangerous")
    )


@pytest.mark.parametrize("mass", ["3", "3 m"])
def test_what_cannot_be_asked_is_an_error_with_its_fault(planner: Planner, mass: str) -> None:
    with pytest.raises(InvalidInput, match="UNIT"):
        planner.route("SZ-HOSPITAL", "HK-B8", mass=mass)
    with pytest.raises(InvalidInput, match="did you mean SZ-HOSPITAL"):
        planner.route("SZ-HOSPITL", "HK-B8")
    with pytest.raises(InvalidInput, match="WRONG_UNIT"):
        planner.route("SZ-HOSPITAL", "HK-B8").lasts(max="3 kg")


def test_a_repository_names_its_own_network_and_day(pytester: pytest.Pytester) -> None:
    write_network(small_network(), pytester.path / "net")
    pytester.makeini("[pytest]\nroute_network = net\nroute_clock = 2026-12-01\n")
    pytester.makepyfile(
        "def test_crossing(route, network):\n"
        "    assert 'SZ-V1' in network.vertiports\n"
        "    assert route('SZ-V1', 'HK-V1', '09:00').arrives_by('09:01')\n"
    )
    found = pytester.runpytest_inprocess(*PLUGIN)
    found.assert_outcomes(failed=1)
    found.stdout.fnmatch_lines(["E*assert <expected arrives by 09:01, came 09:0*nearest *>*"])
    assert Path(pytester.path / "net").is_dir()
