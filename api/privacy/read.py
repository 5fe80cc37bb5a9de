"""Reads a consignee out of an order as it was sent; no fault shows what was found."""

from collections.abc import Mapping

from pydantic import ValidationError

from api.privacy.consignee import Consignee
from geodata.faults import Fault
from geodata.field_faults import Place
from planner.read.item import listed, names_of

FIELD = "consignee"
_ORDER = Place("order")


def take_consignees(
    given: Mapping[str, object], faults: list[Fault]
) -> tuple[dict[str, object], dict[str, Consignee]]:
    """Return a request's parts without consignees, and the consignees by the ids of their orders.

    What is wrong with them is added to `faults`, without the values found.
    """
    orders = given.get("orders")
    if not isinstance(orders, list):
        return dict(given), {}
    rest, found = list[object](), dict[str, Consignee]()
    for each, name in zip(orders, names_of(listed(orders)), strict=True):
        order, consignee = take_consignee(each, faults, Place("orders", name))
        rest.append(order)
        if consignee is not None:
            found[name] = consignee
    return {**given, "orders": rest}, found


def take_consignee(
    given: object, faults: list[Fault], place: Place = _ORDER
) -> tuple[object, Consignee | None]:
    """Return an order without its consignee, and the consignee, if there is one.

    What is wrong with the consignee is added to `faults`, without the values found.
    """
    if not isinstance(given, Mapping) or FIELD not in given:
        return given, None
    rest = {name: value for name, value in given.items() if name != FIELD}
    if given[FIELD] is None:
        return rest, None
    try:
        return rest, Consignee.model_validate(given[FIELD])
    except ValidationError as error:
        for each in error.errors(include_input=False, include_url=False):
            known = [part for part in each["loc"] if part in _FIELDS]
            faults.append(place.fault(".".join((FIELD, *known)), each["type"].upper(), each["msg"]))
        return rest, None


_FIELDS = frozenset(Consignee.model_fields)
"""A field that is none may be a name: somebody's mistake is not repeated."""
