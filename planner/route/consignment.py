"""Goods that are only asked about: a load, and the documents it needs, none of them late."""

import datetime as dt
from collections.abc import Iterator

from geodata.features import GoodsClass, Side
from planner.day.instance import Instance, Job
from planner.request.order import Declaration, Order
from planner.rules.rulebook import Customs


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


def load_of(
    instance: Instance, origin: str, destination: str, goods: GoodsClass, mass_kg: float
) -> Job:
    """Return a load as a job from place to place that is ready at midnight, its papers in time."""
    network, midnight = instance.network, instance.airspace.calendar.midnight
    sides = network.side_of(origin), network.side_of(destination)
    order = Order(
        id="load",
        origin=origin,
        destination=destination,
        mass_kg=mass_kg,
        volume_l=1.0,
        goods=goods,
        ready=midnight,
        due=midnight + dt.timedelta(days=1),
        sealed=True,
        declarations=lodged_in_time(instance.rulebook.customs, goods, *sides, midnight),
    )
    return instance.job(order)


def _leads_s(customs: Customs, document: str) -> Iterator[int]:
    """Yield how long before a clearance each mode wants a document, seconds."""
    for mode in customs.modes.values():
        if document in mode.leads:
            yield mode.leads[document].latest_s
