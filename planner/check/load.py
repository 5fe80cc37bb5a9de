"""What a sortie has on board: how much, of what, and over whose ground."""

from collections.abc import Iterator

from planner.check.day import Day
from planner.check.legs import payload_kg
from planner.check.sortie import Flown
from planner.check.violation import Violation

_ROUNDING = 1e-9
"""What sums of decimal figures may err, kg and l: no load that anybody weighs."""


def check_load(flown: Flown, day: Day) -> Iterator[Violation]:
    """Yield breaches of SORTIE_ORDERS, PAYLOAD_MASS, PAYLOAD_VOLUME and of goods and sides."""
    orders = flown.loaded(day)
    most = day.rules.max_orders_per_sortie
    if len(orders) > most:
        yield Violation(
            "SORTIE_ORDERS", flown.place, "it carries too many orders", str(len(orders)), str(most)
        )
    for index, aboard in enumerate(flown.aboard):
        mass_kg = payload_kg(flown, index)
        volume_l = sum(order.volume_l for order in aboard)
        place, kind = flown.leg_place(index), flown.kind
        if mass_kg > kind.payload_kg + _ROUNDING:
            yield Violation(
                "PAYLOAD_MASS",
                place,
                "the load is too heavy",
                f"{mass_kg:g} kg",
                f"{kind.payload_kg:g} kg",
            )
        if volume_l > kind.volume_l + _ROUNDING:
            yield Violation(
                "PAYLOAD_VOLUME",
                place,
                "the load is too large",
                f"{volume_l:g} l",
                f"{kind.volume_l:g} l",
            )
    for order in orders:
        if order.goods not in flown.drone.goods:
            yield Violation(
                "GOODS_NOT_CARRIED",
                flown.place,
                f"drone {flown.drone.id} may not carry the goods of order {order.id}",
                order.goods,
                ", ".join(flown.drone.goods),
            )
        goods = day.rulebook.customs.goods.get(order.goods)
        if goods is None or not goods.carried:
            yield Violation(
                "GOODS_PROHIBITED",
                flown.place,
                f"goods of order {order.id} may not be flown",
                order.goods,
                "classes that are carried",
            )


def check_registration(flown: Flown, day: Day) -> Iterator[Violation]:
    """Yield breaches of SIDE_NOT_REGISTERED."""
    for side in flown.sides:
        if side not in flown.drone.registered:
            yield Violation(
                "SIDE_NOT_REGISTERED",
                flown.place,
                f"drone {flown.drone.id} flies where it is not registered",
                side,
                ", ".join(flown.drone.registered),
            )
