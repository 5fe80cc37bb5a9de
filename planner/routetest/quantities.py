"""Quantities as people write them, `12 min` or `2.5 kg`, in one unit a dimension.

Units are read by pint, which takes 0.4 s to start; it is imported at the first quantity.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from pydantic import PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

if TYPE_CHECKING:
    import pint

_NUMBER = r"[+-]?[0-9]{1,12}(\.[0-9]{1,12})?"
_UNIT = r"([A-Za-zµ°]{1,20}(/[A-Za-z]{1,20})?|%)"
_WRITTEN = re.compile(f"(?P<number>{_NUMBER}) ?(?P<unit>{_UNIT})")


@dataclass(frozen=True, slots=True)
class Dimension:
    """What a quantity measures: the unit that it is kept in, and how it is written."""

    name: str
    unit: str
    example: str
    least: float = 0.0


DIMENSIONS: Mapping[str, Dimension] = MappingProxyType(
    {
        each.name: each
        for each in (
            Dimension("duration", "s", "12 min"),
            Dimension("mass", "kg", "2.5 kg"),
            Dimension("volume", "litre", "12 l"),
            Dimension("energy", "Wh", "350 Wh"),
            Dimension("height", "m", "90 m", least=-500.0),
            Dimension("speed", "m/s", "9 m/s"),
            Dimension("angle", "degree", "270 deg"),
            Dimension("share", "dimensionless", "2 %"),
        )
    }
)


def fault(code: str, message: str, limit: str = "") -> PydanticCustomError:
    """Return the error of a value that `geodata.field_faults` turns into a fault of a code."""
    # The message is a template: what a user wrote must not be taken for a placeholder.
    return PydanticCustomError(
        "fault", "{message}", {"code": code, "message": message, "limit": limit}
    )


def quantity(name: str) -> Callable[[Any], float]:
    """Return the reader of quantities of a dimension, in its unit.

    The reader raises PydanticCustomError: no unit, an unknown one, or one of another dimension.
    """
    dimension = DIMENSIONS[name]

    def read(value: Any) -> float:
        return _read(value, dimension)

    return read


def annotated(name: str) -> tuple[PlainValidator, WithJsonSchema]:
    """Return what makes a float field of a record a quantity of a dimension."""
    example = DIMENSIONS[name].example
    schema = {
        "type": "string",
        "pattern": f"^{_NUMBER} ?{_UNIT}$",
        "examples": [example],
    }
    return PlainValidator(quantity(name)), WithJsonSchema(schema)


def _read(value: Any, dimension: Dimension) -> float:
    wanted = f"a {dimension.name} with its unit, such as {dimension.example}"
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise fault("WRONG_TYPE", f"must be {wanted}", wanted)
    found = _WRITTEN.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        plain = not isinstance(value, str) or re.fullmatch(r"[-+0-9.eE]+", value.strip())
        code = "UNIT_MISSING" if plain else "WRONG_FORMAT"
        what = "the unit is not written" if plain else f"must be {wanted}"
        raise fault(code, what, wanted)
    try:
        factor = _factor(found["unit"], dimension.unit)
    except ValueError as wrong:
        raise fault("WRONG_UNIT", str(wrong), wanted) from None
    amount = round(float(found["number"]) * factor, 9)
    if amount < dimension.least:
        raise fault("OUT_OF_RANGE", "must not be below zero", wanted)
    return amount


@lru_cache(maxsize=256)
def _factor(unit: str, into: str) -> float:
    """Return what an amount in a unit is multiplied by; raises ValueError if it cannot be."""
    import pint

    units = _registry()
    try:
        found = units.Quantity(1, units.parse_units(unit))
    except Exception as error:
        # pint raises what its parser happens to meet: its own errors, or those of Python's syntax.
        if not isinstance(error, pint.PintError | AttributeError | SyntaxError | TypeError):
            raise
        raise ValueError(f"there is no unit {unit}") from None
    try:
        factor: float = found.to(into).magnitude
        zero: float = units.Quantity(0, found.units).to(into).magnitude
    except pint.PintError:
        raise ValueError(f"{unit} is a unit of {_measures(found)}") from None
    if zero:  # a scale with another zero, such as degrees Celsius
        raise ValueError(f"{unit} does not count from zero")
    return float(factor)


def _measures(found: "pint.Quantity[Any]") -> str:
    """Return what a unit measures, in words."""
    for dimension in DIMENSIONS.values():
        if found.is_compatible_with(dimension.unit):
            return "length" if dimension.name == "height" else dimension.name
    return str(found.dimensionality)


@cache
def _registry() -> "pint.UnitRegistry[Any]":
    import pint

    return pint.UnitRegistry()
