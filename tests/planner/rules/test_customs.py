"""Customs of one order at one checkpoint: each rule with what breaks it."""

import datetime as dt
from dataclasses import replace
from typing import Any, get_args

import pytest

from geodata.features import Checkpoint, GoodsClass, Side
from planner.request.order import Declaration, Order
from planner.rules.customs import Clearance, clearance, event_kind, regime_of, stages
from planner.rules.rulebook import Customs, shipped_rulebook
from planner.testing.day import at, order
from tests.geodata.small import small_network

RULES = shipped_rulebook().customs
SMALL = small_network()
CARRIED = [goods for goods in get_args(GoodsClass) if RULES.goods[goods].carried]


def checkpoint(checkpoint_id: str = "SZ-C1", **fields: Any) -> Checkpoint:
    """Return a checkpoint of the small network, changed."""
    return replace(SMALL.checkpoints[checkpoint_id], **fields)


def cleared(
    asked: Order, facility: Checkpoint, origin: Side = "SZ", rules: Customs = RULES
) -> Clearance:
    """Return the clearance of an order at a checkpoint."""
    return clearance(rules, asked, facility, origin)


def lodged(document: str, clock: str) -> Declaration:
    """Return a document with its time."""
    return Declaration(document=document, lodged_at=at(clock))


def asked_for(goods: GoodsClass, *passed: tuple[Side, str]) -> set[str]:
    """Return the documents of a class that stages of sides ask for, as the data has them."""
    return {
        each.document for each in RULES.goods[goods].requires if (each.side, each.stage) in passed
    }


# -- where and how -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facility", "origin", "passed", "kind"),
    [
        ("SZ-C1", "SZ", (("SZ", "export"),), "export"),
        ("SZ-C1", "HK", (("SZ", "import"),), "import"),
        ("HK-C1", "HK", (("HK", "export"),), "export"),
        ("HK-C1", "SZ", (("HK", "import"),), "import"),
        ("HK-J1", "SZ", (("SZ", "export"), ("HK", "import")), "joint"),
        ("HK-J1", "HK", (("HK", "export"), ("SZ", "import")), "joint"),
    ],
)
def test_a_checkpoint_clears_export_at_home_import_from_afar_or_both_if_joint(
    facility: str, origin: Side, passed: tuple[tuple[Side, str], ...], kind: str
) -> None:
    assert stages(checkpoint(facility), origin) == passed
    assert event_kind(checkpoint(facility), origin) == kind


@pytest.mark.parametrize(
    ("goods", "sealed", "regime"),
    [
        ("document", True, "sealed"),
        ("document", False, "document"),
        ("general", True, "sealed"),
        ("general", False, "document"),
        ("bonded", True, "document"),
        ("biological", True, "document"),
        ("strategic", True, "physical"),
        ("strategic", False, "physical"),
    ],
)
def test_only_a_sealed_box_of_a_class_that_allows_it_passes_sealed(
    goods: GoodsClass, sealed: bool, regime: str
) -> None:
    """Goods that are always opened stay so in a sealed box."""
    assert regime_of(RULES, order(goods=goods, sealed=sealed)) == regime


@pytest.mark.parametrize("mode", RULES.modes)
@pytest.mark.parametrize(
    ("goods", "sealed", "regime"),
    [("general", True, "sealed"), ("general", False, "document"), ("strategic", True, "physical")],
)
def test_service_time_is_that_of_mode_and_regime(
    mode: str, goods: GoodsClass, sealed: bool, regime: str
) -> None:
    found = cleared(order(goods=goods, sealed=sealed), checkpoint(clearance_mode=mode))
    assert found.regime == regime
    assert found.service_s == RULES.modes[mode].service_s[regime]
    assert found.refusals == ()


def test_closer_inspection_takes_longer_in_every_mode() -> None:
    for mode in RULES.modes.values():
        assert mode.service_s["sealed"] < mode.service_s["document"] < mode.service_s["physical"]


# -- what is refused ---------------------------------------------------------------------


def test_a_class_that_may_not_be_flown_is_refused_everywhere() -> None:
    (refusal,) = cleared(order(goods="dangerous"), checkpoint(goods=("dangerous",))).refusals
    assert (refusal.code, dict(refusal.values)) == ("GOODS_PROHIBITED", {"goods": "dangerous"})


def test_a_checkpoint_refuses_classes_that_it_does_not_clear() -> None:
    (refusal,) = cleared(order(goods="general"), checkpoint(goods=("document",))).refusals
    assert refusal.code == "CUSTOMS_CLASS"
    assert dict(refusal.values) == {"checkpoint": "SZ-C1", "goods": "general"}


@pytest.mark.parametrize("origin", ["SZ", "HK"])
@pytest.mark.parametrize("facility", ["SZ-C1", "HK-C1", "HK-J1"])
@pytest.mark.parametrize("goods", CARRIED)
def test_each_document_of_class_and_direction_is_missed_if_not_lodged(
    goods: GoodsClass, facility: str, origin: Side
) -> None:
    """All that the stages of the checkpoint ask for, and nothing that others do."""
    place = checkpoint(facility, goods=tuple(CARRIED))
    passed = stages(place, origin)
    wanted = asked_for(goods, *passed)
    assert cleared(order(goods=goods), place, origin).refusals == ()
    bare = cleared(order(goods=goods, declarations=()), place, origin).refusals
    assert {each.code for each in bare} <= {"DOCUMENT_MISSING"}
    assert {dict(each.values)["document"] for each in bare} == wanted
    for document in wanted:
        others = tuple(lodged(each, "06:00") for each in sorted(wanted - {document}))
        lacking = cleared(order(goods=goods, declarations=others), place, origin).refusals
        assert {dict(each.values)["document"] for each in lacking} == {document}


def test_outward_and_inward_ask_for_different_documents() -> None:
    """The mainland asks for its manifest inward, for the export declaration outward."""
    assert asked_for("general", ("SZ", "export")) == {"CN_EXPORT_DECLARATION"}
    assert asked_for("general", ("SZ", "import")) == {"CN_MANIFEST", "CN_IMPORT_DECLARATION"}


# -- when --------------------------------------------------------------------------------

CARGO = "HK_CARGO_INFORMATION"


def inward(clock: str, mode: str) -> Clearance:
    """Return the import clearance in Hong Kong of documents lodged at a clock time."""
    asked = order(goods="document", declarations=(lodged(CARGO, clock),))
    return cleared(asked, checkpoint("HK-C1", clearance_mode=mode))


@pytest.mark.parametrize(
    ("mode", "earliest"), [("road-truck", "08:30"), ("sandbox", "08:15"), ("air-cargo", "08:00")]
)
def test_clearance_starts_a_lead_time_after_lodging(mode: str, earliest: str) -> None:
    """Lodged at 08:00: half an hour as a truck, a quarter in the sandbox, none as air cargo."""
    found = inward("08:00", mode)
    assert (found.earliest, found.earliest_document) == (at(earliest), CARGO)


@pytest.mark.parametrize(
    ("mode", "days"), [("road-truck", 14), ("sandbox", 14), ("air-cargo", None)]
)
def test_clearance_starts_no_later_than_its_documents_stay_good(
    mode: str, days: int | None
) -> None:
    found = inward("08:00", mode)
    latest = None if days is None else at("08:00") + dt.timedelta(days=days)
    assert (found.latest, found.latest_document) == (latest, CARGO if latest else None)


def test_the_document_that_allows_the_latest_start_decides() -> None:
    documents = (lodged("CN_MANIFEST", "09:00"), lodged(CARGO, "08:30"))
    asked = order(goods="document", declarations=documents)
    found = cleared(asked, checkpoint("HK-J1", clearance_mode="road-truck"), "HK")
    assert (found.earliest, found.earliest_document) == (at("10:00"), "CN_MANIFEST")


def test_a_document_without_a_lead_must_be_lodged_before_the_clearance() -> None:
    asked = order(goods="general", declarations=(lodged("CN_EXPORT_DECLARATION", "08:20"),))
    found = cleared(asked, checkpoint("SZ-C1"))
    assert "CN_EXPORT_DECLARATION" not in RULES.modes["sandbox"].leads
    assert (found.earliest, found.latest) == (at("08:20"), None)


def test_an_order_that_needs_no_document_may_be_cleared_at_any_time() -> None:
    """Documents leave the mainland without one."""
    found = cleared(order(goods="document", declarations=()), checkpoint("SZ-C1"))
    assert (found.earliest, found.latest, found.refusals) == (None, None, ())


# -- what nobody has published -----------------------------------------------------------


def test_a_clearance_says_that_its_service_time_is_an_assumption() -> None:
    assert inward("08:00", "sandbox").assumption
    published = {
        name: replace(mode, service_assumption=False) for name, mode in RULES.modes.items()
    }
    rules = replace(RULES, modes=published)
    road = checkpoint("HK-C1", clearance_mode="road-truck")
    assert not cleared(order(goods="document"), road, rules=rules).assumption
    sandbox = checkpoint("HK-C1", clearance_mode="sandbox")
    assert cleared(order(goods="document"), sandbox, rules=rules).assumption
