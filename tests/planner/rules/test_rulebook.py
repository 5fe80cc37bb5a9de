"""The shipped customs and permission data: whole, consistent, and honest about assumptions."""

from dataclasses import replace
from typing import get_args

from geodata.features import GoodsClass, Side
from planner.request.fleet import DroneType, Rules
from planner.request.request import Request
from planner.rules.rulebook import Rulebook, noon_before, shipped_rulebook
from planner.solve.solve import make_plan
from planner.testing.day import EVE, TYPE, at, order, request
from tests.geodata.small import small_network
from tests.planner.days import QUICK
from tests.planner.fakes import shipped_network

BOOK = shipped_rulebook()


def assumptions(asked: Request, book: Rulebook = BOOK) -> str:
    """Return what a plan of the small network lists as assumptions, one a line."""
    plan = make_plan(small_network(), asked, book, QUICK)
    assert plan.sorties
    return "\n".join(plan.assumptions)


def test_every_goods_class_has_its_customs() -> None:
    assert BOOK.customs.goods.keys() == set(get_args(GoodsClass))


def test_every_document_asked_for_or_timed_is_described_with_a_source() -> None:
    used = {each.document for goods in BOOK.customs.goods.values() for each in goods.requires}
    used |= {document for mode in BOOK.customs.modes.values() for document in mode.leads}
    assert used <= BOOK.customs.documents.keys()
    assert all(each.source for each in BOOK.customs.documents.values())


def test_every_mode_of_the_networks_is_in_the_rules() -> None:
    for network in (small_network(), shipped_network()):
        for checkpoint in network.checkpoints.values():
            assert checkpoint.clearance_mode in BOOK.customs.modes


def test_every_mode_has_a_service_time_for_every_regime() -> None:
    regimes = {"sealed", "document", "physical"}
    assert all(mode.service_s.keys() == regimes for mode in BOOK.customs.modes.values())


def test_every_service_time_is_marked_as_an_assumption() -> None:
    """No customs mode for drones exists on either side, so no figure for one is published."""
    assert all(mode.service_assumption for mode in BOOK.customs.modes.values())
    assert all("no drone figure" in mode.service_source for mode in BOOK.customs.modes.values())


def test_every_lead_time_without_a_published_source_is_marked() -> None:
    for mode in BOOK.customs.modes.values():
        for lead in mode.leads.values():
            unpublished = "none published" in lead.source or "assumption" in lead.source
            assert lead.assumption == unpublished


def test_the_hours_of_empty_crossings_are_marked_as_an_assumption() -> None:
    assert BOOK.customs.empty_crossing.assumption


def test_every_permission_and_filing_names_its_source() -> None:
    assert all(rule.source for rule in BOOK.permissions.required)
    assert all(rule.source for rule in BOOK.permissions.filings)


def test_both_sides_ask_for_permission() -> None:
    sides: set[Side] = {rule.side for rule in BOOK.permissions.required}
    assert sides == {"SZ", "HK"}


def test_the_hash_follows_the_content() -> None:
    other = replace(BOOK.customs, empty_crossing=replace(BOOK.customs.empty_crossing, hours="24/7"))
    assert Rulebook(BOOK.customs, BOOK.permissions).hash == BOOK.hash
    assert Rulebook(other, BOOK.permissions).hash != BOOK.hash


def test_noon_of_the_day_before_counts_from_the_planned_day() -> None:
    assert noon_before(at("00:00"), "12:00") == at("12:00", EVE)


# -- what a plan says of them ------------------------------------------------------------


def test_a_plan_with_clearances_lists_the_times_of_their_modes() -> None:
    listed = assumptions(request(order("O-1", "SZ-V1", "HK-V2")))
    assert "service times of mode sandbox" in listed
    assert "lead time of CN_MANIFEST under mode sandbox" in listed
    assert "lead time of HK_CARGO_INFORMATION under mode sandbox" in listed
    assert "hours of empty crossings" in listed


def test_a_plan_does_not_list_modes_that_it_does_not_use() -> None:
    listed = assumptions(request(order("O-1", "SZ-V1", "HK-V2")))
    assert "road-truck" not in listed
    assert "service times" not in assumptions(request(order("O-1", "SZ-V1", "SZ-V2")))


def test_a_plan_does_not_list_published_figures() -> None:
    modes = {
        name: replace(
            mode,
            service_assumption=False,
            leads={
                document: replace(each, assumption=False) for document, each in mode.leads.items()
            },
        )
        for name, mode in BOOK.customs.modes.items()
    }
    crossing = replace(BOOK.customs.empty_crossing, assumption=False)
    book = Rulebook(replace(BOOK.customs, modes=modes, empty_crossing=crossing), BOOK.permissions)
    assert assumptions(request(order("O-1", "SZ-V1", "HK-V2")), book) == ""


def test_a_plan_names_the_estimates_of_the_types_that_it_flies() -> None:
    guessed = replace(TYPE, estimated=("battery_wh", "swap_s"))
    idle: DroneType = replace(TYPE, id="IDLE", estimated=("climb_m_s",))
    listed = assumptions(request(order(), types=(guessed, idle), rules=Rules()))
    assert "drone type T: battery_wh, swap_s are estimates" in listed
    assert "IDLE" not in listed
