"""Customs of one order at one checkpoint: regime, service time, documents, when it may start."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product
from typing import Literal

from geodata.features import Checkpoint, Side
from planner.request.order import Order
from planner.rules.rulebook import Customs, Regime, Stage

OTHER: dict[Side, Side] = {"SZ": "HK", "HK": "SZ"}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something is not allowed: a rule code and the values that decided."""

    code: str
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Clearance:
    """What clearing an order at a checkpoint takes.

    It may start from `earliest` to `latest` (None: no limit of its own); `refusals` is empty if
    it may be cleared there at all.
    """

    regime: Regime
    service_s: int
    earliest: dt.datetime | None
    latest: dt.datetime | None
    earliest_document: str | None
    latest_document: str | None
    refusals: tuple[Refusal, ...]
    assumption: bool


def stages(checkpoint: Checkpoint, origin_side: Side) -> tuple[tuple[Side, Stage], ...]:
    """Return what an order from `origin_side` clears at a checkpoint: (side, stage) pairs."""
    if checkpoint.joint:
        return ((origin_side, "export"), (OTHER[origin_side], "import"))
    if checkpoint.side == origin_side:
        return ((origin_side, "export"),)
    return ((OTHER[origin_side], "import"),)


def checkpoint_chains(
    checkpoints: Iterable[Checkpoint], origin_side: Side
) -> list[tuple[Checkpoint, ...]]:
    """Return every way through checkpoints that clears goods from a side, in order of flight.

    Those through one joint checkpoint come first, then those by export and import.
    """
    every = list(checkpoints)
    exports = [each for each in every if not each.joint and each.side == origin_side]
    imports = [each for each in every if not each.joint and each.side != origin_side]
    return [*((each,) for each in every if each.joint), *product(exports, imports)]


def event_kind(checkpoint: Checkpoint, origin_side: Side) -> Literal["export", "import", "joint"]:
    """Return how a plan names that clearance: export, import or joint."""
    return "joint" if checkpoint.joint else stages(checkpoint, origin_side)[0][1]


def regime_of(customs: Customs, order: Order) -> Regime:
    """Return the regime: sealed only if the class allows it and the order's box is sealed."""
    lightest = customs.goods[order.goods].inspection
    if lightest == "sealed" and not order.sealed:
        return "document"
    return lightest


def clearance(
    customs: Customs, order: Order, checkpoint: Checkpoint, origin_side: Side
) -> Clearance:
    """Return what clearing `order`, which comes from `origin_side`, takes at `checkpoint`."""
    mode = customs.modes[checkpoint.clearance_mode]
    goods = customs.goods[order.goods]
    regime = regime_of(customs, order)
    refusals: list[Refusal] = []
    if not goods.carried:
        refusals.append(Refusal("GOODS_PROHIBITED", (("goods", order.goods),)))
    if order.goods not in checkpoint.goods:
        refusals.append(
            Refusal("CUSTOMS_CLASS", (("checkpoint", checkpoint.id), ("goods", order.goods)))
        )
    lodged = {each.document: each.lodged_at for each in order.declarations}
    earliest: tuple[dt.datetime, str] | None = None
    latest: tuple[dt.datetime, str] | None = None
    assumption = mode.service_assumption
    for side, stage in stages(checkpoint, origin_side):
        for requirement in goods.requires:
            if (requirement.side, requirement.stage) != (side, stage):
                continue
            document = requirement.document
            if document not in lodged:
                values = (("document", document), ("checkpoint", checkpoint.id), ("stage", stage))
                refusals.append(Refusal("DOCUMENT_MISSING", values))
                continue
            lead = mode.leads.get(document)
            if lead is None:
                begin = (lodged[document], document)
                earliest = max(earliest, begin) if earliest else begin
                continue
            assumption = assumption or lead.assumption
            begin = (lodged[document] + dt.timedelta(seconds=lead.latest_s), document)
            earliest = max(earliest, begin) if earliest else begin
            if lead.earliest_s is not None:
                end = (lodged[document] + dt.timedelta(seconds=lead.earliest_s), document)
                latest = min(latest, end) if latest else end
    return Clearance(
        regime=regime,
        service_s=mode.service_s[regime],
        earliest=earliest[0] if earliest else None,
        latest=latest[0] if latest else None,
        earliest_document=earliest[1] if earliest else None,
        latest_document=latest[1] if latest else None,
        refusals=tuple(refusals),
        assumption=assumption,
    )
