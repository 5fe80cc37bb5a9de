"""Documents of goods that are only asked about: which they need, lodged so that none is late."""

import datetime as dt
from collections.abc import Iterator

from geodata.features import GoodsClass, Side
from planner.order import Declaration
from planner.rulebook import Customs


def lodged_in_time(
    customs: Customs, goods: GoodsClass, origin: Side, destination: Side, depart: dt.datetime
) -> tuple[Declaration, ...]:
    """Return every document that goods need from side to side, none if they stay on one.

    Each is lodged before `depart` by the longest lead time that any customs mode asks for it, so
    that it is in time for every clearance from then on.
    """
    if origin == destination:
        return ()
    asked = {(origin, "export"), (destination, "import")}
    needed = {
        each.document: None
        for each in customs.goods[goods].requires
        if (each.side, each.stage) in asked
    }
    return tuple(
        Declaration(
            document=document,
            lodged_at=depart - dt.timedelta(seconds=max(_leads_s(customs, document), default=0)),
        )
        for document in needed
    )


def _leads_s(customs: Customs, document: str) -> Iterator[int]:
    """Yield how long before a clearance each mode wants a document, seconds."""
    for mode in customs.modes.values():
        if document in mode.leads:
            yield mode.leads[document].latest_s
