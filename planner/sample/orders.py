"""The orders of a sample day: both directions, five goods classes, peaks, and hopeless ones."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

from geodata.faults import Fault, InvalidInput
from geodata.features import Checkpoint, GoodsClass, Side
from geodata.network import Network
from geodata.schedule import Intervals, contains
from planner.request.fleet import DroneType
from planner.request.order import Declaration, Order, Priority
from planner.rules.customs import OTHER
from planner.rules.rulebook import Customs
from planner.sample.draw import Draw
from planner.sample.fleet import WINDY_H, WORK_BEGINS_H, WORK_ENDS_H

CROSS_BORDER_SHARE = 0.7
HOPELESS_FROM = 50
"""Samples of this many orders or more hold a few that nothing can serve."""

_MINUTE_S, _HOUR_S = 60, 3600
_READY_WEIGHTS = (3, 6, 9, 9, 6, 4, 5, 8, 8, 6, 4, 3)
"""How many orders become ready in each hour from 07:00, in proportion."""
_FIRST_READY_S, _LAST_DUE_S = 27_000, 74_700  # 07:30, 20:45
_CALM_NEEDED_S = 45 * _MINUTE_S
"""A window leaves so much before or after the windy hour, so that wind alone undoes no order."""

_GOODS: dict[GoodsClass, float] = {
    "document": 0.2,
    "general": 0.3,
    "bonded": 0.15,
    "research": 0.2,
    "biological": 0.15,
}
_MASSES_KG: dict[GoodsClass, tuple[float, float]] = {
    "document": (0.2, 2.4),
    "general": (0.5, 9.5),
    "bonded": (2.0, 9.5),
    "research": (0.5, 9.5),
    "biological": (0.3, 6.0),
}
_HEAVY: tuple[GoodsClass, ...] = ("general", "bonded")
_HEAVY_SHARE, _HEAVY_KG = 0.25, (10.0, 28.0)
_SEALED_SHARE: dict[GoodsClass, float] = {"document": 0.95, "general": 0.85, "research": 0.9}
_WINDOW_MIN: dict[Priority, tuple[int, int]] = {
    "standard": (90, 150),
    "express": (60, 90),
    "emergency": (45, 60),
}
_TRIES = 2000


@dataclass
class OrderMaker:
    """Makes the orders of one day over a network, from a seed's draws.

    Orders within a side go to one of the `near` vertiports nearest to their origin; None: to any.
    """

    network: Network
    customs: Customs
    types: Sequence[DroneType]
    midnight: dt.datetime
    draw: Draw
    cross_share: float = CROSS_BORDER_SHARE
    near: int | None = None

    def __post_init__(self) -> None:
        calendar = self.network.calendar(self.midnight.date())
        self._open: dict[str, Intervals] = {
            name: calendar.intervals(site.hours) for name, site in self.network.sites.items()
        }
        by_side: dict[Side, list[str]] = {"SZ": [], "HK": []}
        for name, vertiport in self.network.vertiports.items():
            by_side[vertiport.side].append(name)
        inside = [
            (origin, destination)
            for names in by_side.values()
            for origin in names
            for destination in self._nearest(origin, names)
        ]
        across = list(product(by_side["SZ"], by_side["HK"]))
        # Both directions are as likely; where a side has one vertiport alone, all orders cross.
        self._across = across + [(hk, sz) for sz, hk in across]
        self._inside = inside or self._across

    def day(self, count: int) -> tuple[Order, ...]:
        """Return `count` orders, numbered as they become ready."""
        hopeless = list(self._hopeless()) if count >= HOPELESS_FROM else []
        served = [
            self.order(self.draw.chance(self.cross_share)) for _ in range(count - len(hopeless))
        ]
        listed = sorted(served + hopeless, key=lambda order: order.ready)
        digits = len(str(count))
        return tuple(
            replace(order, id=f"O{number:0{digits}d}")
            for number, order in enumerate(listed, start=1)
        )

    def order(self, cross: bool, goods: GoodsClass | None = None) -> Order:
        """Return an order that the hours of its sites, and of customs if it crosses, allow.

        Raises InvalidInput if the network has no room for one.
        """
        for _ in range(_TRIES):
            origin, destination = self.draw.pick(self._across if cross else self._inside)
            kind = self._goods() if goods is None else goods
            priority = self._priority(kind)
            ready_s, due_s = self._window(priority)
            if self._allowed(origin, destination, kind, ready_s, due_s):
                return self._order(origin, destination, kind, priority, ready_s, due_s)
        message = "no vertiports and checkpoints are open together long enough to make an order"
        raise InvalidInput(
            [
                Fault(
                    source="network",
                    item=self.network.info.name,
                    field="hours",
                    code="SITE_CLOSED",
                    value="",
                    limit="",
                    message=message,
                )
            ]
        )

    def _nearest(self, origin: str, names: Sequence[str]) -> list[str]:
        """Return the other vertiports that orders from one go to, in the order of `names`."""
        at = self.network.metric
        others = [each for each in names if each != origin]
        ranked = sorted(others, key=lambda each: at[origin].distance(at[each]))
        kept = set(ranked[: self.near])
        return [each for each in others if each in kept]

    def _goods(self) -> GoodsClass:
        return self.draw.weighted(list(_GOODS), list(_GOODS.values()))

    def _priority(self, goods: GoodsClass) -> Priority:
        weights = (4, 3, 3) if goods == "biological" else (80, 18, 2)
        return self.draw.weighted(("standard", "express", "emergency"), weights)

    def _window(self, priority: Priority) -> tuple[int, int]:
        hour = self.draw.weighted(range(7, 7 + len(_READY_WEIGHTS)), _READY_WEIGHTS)
        ready_s = hour * _HOUR_S + 5 * _MINUTE_S * self.draw.whole(0, 11)
        shortest, longest = _WINDOW_MIN[priority]
        minutes = 5 * self.draw.whole(shortest // 5, longest // 5)
        return ready_s, ready_s + minutes * _MINUTE_S

    def _allowed(
        self, origin: str, destination: str, goods: GoodsClass, ready_s: int, due_s: int
    ) -> bool:
        if ready_s < _FIRST_READY_S or due_s > _LAST_DUE_S:
            return False
        wind_begins_s, wind_ends_s = WINDY_H * _HOUR_S, (WINDY_H + 1) * _HOUR_S
        calm_before = wind_begins_s - ready_s >= _CALM_NEEDED_S
        calm_after = due_s - wind_ends_s >= _CALM_NEEDED_S
        if ready_s < wind_ends_s and due_s > wind_begins_s and not (calm_before or calm_after):
            return False
        if not all(contains(self._open[each], ready_s, due_s) for each in (origin, destination)):
            return False
        sides = self.network.side_of(origin), self.network.side_of(destination)
        return sides[0] == sides[1] or all(
            any(
                contains(self._open[each.id], ready_s, due_s)
                for each in self._checkpoints(side, goods)
            )
            for side in sides
        )

    def _checkpoints(self, side: Side, goods: GoodsClass) -> Iterator[Checkpoint]:
        for each in self.network.checkpoints.values():
            if goods in each.goods and (each.joint or each.side == side):
                yield each

    def _order(
        self,
        origin: str,
        destination: str,
        goods: GoodsClass,
        priority: Priority,
        ready_s: int,
        due_s: int,
    ) -> Order:
        heavy = goods in _HEAVY and self.draw.chance(_HEAVY_SHARE)
        low_kg, high_kg = _HEAVY_KG if heavy else _MASSES_KG[goods]
        mass_kg = round(low_kg + (high_kg - low_kg) * self.draw.between(0, 1) ** 2, 1)
        ready = self.midnight + dt.timedelta(seconds=ready_s)
        return Order(
            id="new",
            origin=origin,
            destination=destination,
            mass_kg=mass_kg,
            volume_l=round(1 + mass_kg * self.draw.between(1.2, 2.4), 1),
            goods=goods,
            ready=ready,
            due=self.midnight + dt.timedelta(seconds=due_s),
            load_s=120 if heavy else 60,
            unload_s=120 if heavy else 60,
            priority=priority,
            sealed=self.draw.chance(_SEALED_SHARE.get(goods, 0.2)),
            declarations=self._declarations(origin, destination, goods, ready),
            max_under_way_s=2700 if goods == "biological" and self.draw.chance(0.8) else None,
        )

    def _declarations(
        self, origin: str, destination: str, goods: GoodsClass, ready: dt.datetime
    ) -> tuple[Declaration, ...]:
        """Return what the class and direction ask for, mostly lodged on the day before."""
        side = self.network.side_of(origin)
        if self.network.side_of(destination) == side:
            return ()
        if self.draw.chance(0.75):
            lodged_at = self.midnight - dt.timedelta(minutes=15 * self.draw.whole(24, 40))
        else:
            lodged_at = ready - dt.timedelta(minutes=5 * self.draw.whole(13, 26))
        asked = {(side, "export"), (OTHER[side], "import")}
        documents = {
            each.document: None
            for each in self.customs.goods[goods].requires
            if (each.side, each.stage) in asked
        }
        return tuple(Declaration(document=each, lodged_at=lodged_at) for each in documents)

    def _hopeless(self) -> Iterator[Order]:
        """Yield orders that cannot be served, each for another reason."""
        most_kg = max(kind.payload_kg for kind in self.types)
        most_l = max(kind.volume_l for kind in self.types)
        plain = self.order(cross=False, goods="general")
        yield replace(plain, mass_kg=most_kg + 15, volume_l=most_l - 10)
        plain = self.order(cross=False, goods="general")
        yield replace(plain, mass_kg=8.0, volume_l=most_l + 330)
        yield replace(self.order(cross=False, goods="general"), goods="strategic")
        # Loading and unloading alone take longer than the window and the greatest lateness.
        plain = self.order(cross=False, goods="research")
        due = plain.ready + dt.timedelta(minutes=10)
        yield replace(plain, due=due, load_s=1500, unload_s=1500)
        dangerous = self.order(cross=True, goods="general")
        yield replace(dangerous, goods="dangerous", declarations=(), sealed=False)
        undeclared = self.order(cross=True, goods="research")
        yield replace(undeclared, declarations=undeclared.declarations[1:])
        late = self.order(cross=True, goods="general")
        lodged_at = late.due + dt.timedelta(hours=1)
        last = replace(late.declarations[-1], lodged_at=lodged_at)
        yield replace(late, declarations=(*late.declarations[:-1], last))
        yield from self._closed()

    def _closed(self) -> Iterator[Order]:
        """Yield an order to a vertiport that is closed for all of its window, if there is one."""
        window_s, late_s = 45 * _MINUTE_S, 30 * _MINUTE_S
        begins_s, ends_s = int(WORK_BEGINS_H * _HOUR_S), int(WORK_ENDS_H * _HOUR_S)
        for origin, destination in self._inside:
            for _, closes_s in self._open[destination]:
                ready_s = closes_s + 5 * _MINUTE_S
                until_s = ready_s + window_s + late_s
                again = [opens_s for opens_s, _ in self._open[destination] if opens_s > closes_s]
                if (
                    begins_s <= ready_s
                    and until_s <= min([ends_s, *again])
                    and contains(self._open[origin], ready_s, until_s)
                ):
                    yield self._order(
                        origin, destination, "document", "standard", ready_s, ready_s + window_s
                    )
                    return
