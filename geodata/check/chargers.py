"""Chargers of vertiports: their number and their power go together."""

from collections.abc import Iterator, Sequence

from geodata.check.survey import Survey
from geodata.codes import fault
from geodata.faults import Fault
from geodata.features import Vertiport


def charger_power(survey: Survey, vertiports: Sequence[Vertiport]) -> Iterator[Fault]:
    """Yield vertiports with chargers of no power, or with the power of none."""
    for each in vertiports:
        if bool(each.chargers) != (each.charger_kw is not None):
            power = "no power" if each.charger_kw is None else f"{each.charger_kw:g} kW"
            value = f"{each.chargers} chargers, {power}"
            yield fault("CHARGER_POWER", "vertiports", each.id, "charger_kw", value=value)
