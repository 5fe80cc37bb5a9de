"""Whether each leg of a plan says what follows from its lanes, the wind and the load."""

from collections.abc import Iterator

from planner.check.day import Day
from planner.check.flight import ROUNDING_S, Flight, Passage
from planner.check.sortie import Flown
from planner.check.violation import Violation
from planner.energy import leg_energy_wh
from planner.plan.plan import Hold, Leg

_MASS_KG = 1e-6
_DISTANCE_M = 0.1
_ENERGY_WH = 0.01
_ENERGY_SHARE = 1e-6


def payload_kg(flown: Flown, index: int) -> float:
    """Return the mass on board on a leg."""
    return sum(order.mass_kg for order in flown.aboard[index])


def energy_wh(flown: Flown, index: int) -> float:
    """Return the energy of a leg."""
    flight = flown.flights[index]
    load_kg = payload_kg(flown, index)
    return leg_energy_wh(flown.kind, load_kg, flight.airborne_s, flight.climbed_m)


def check_legs(flown: Flown, day: Day) -> Iterator[Violation]:
    """Yield breaches of LEG_TIMES: holds, landing, load, length and energy."""
    for index, leg in enumerate(flown.sortie.legs):
        flight, place = flown.flights[index], flown.leg_place(index)
        yield from _load(leg, flown, index)
        if flight.stalled_over is not None:
            continue  # WIND_LIMIT says so; no times follow from it
        yield from _holds(leg, flight, day, place)
        landing = day.seconds(flown.sortie.stops[index + 1].arrive)
        if not _rounded_up(landing, flight.passages[-1]):
            yield Violation(
                "LEG_TIMES",
                place,
                "it does not land when it arrives",
                day.clock(landing),
                day.clock(flight.passages[-1].exit),
            )
        yield from _near(place, "length", leg.distance_m, flight.distance_m, _DISTANCE_M, "m")
        energy = energy_wh(flown, index)
        allowed = _ENERGY_WH + _ENERGY_SHARE * energy
        yield from _near(place, "energy", leg.energy_wh, energy, allowed, "Wh")


def _load(leg: Leg, flown: Flown, index: int) -> Iterator[Violation]:
    place = flown.leg_place(index)
    aboard = tuple(order.id for order in flown.aboard[index])
    if leg.orders != aboard:
        yield Violation(
            "LEG_TIMES",
            place,
            "the orders on board are others",
            ", ".join(leg.orders) or "none",
            ", ".join(aboard) or "none",
        )
    yield from _near(place, "load", leg.payload_kg, payload_kg(flown, index), _MASS_KG, "kg")


def _near(
    place: str, what: str, found: float, right: float, tolerance: float, unit: str
) -> Iterator[Violation]:
    if not abs(found - right) <= tolerance:  # written so that NaN is caught too
        yield Violation(
            "LEG_TIMES",
            place,
            f"its {what} does not follow from the plan",
            f"{found:.3f} {unit}",
            f"{right:.3f} {unit}",
        )


def _holds(leg: Leg, flight: Flight, day: Day, place: str) -> Iterator[Violation]:
    found = [hold.block for hold in leg.holds]
    right = [passage.block for passage in flight.passages]
    if found != right:
        yield Violation(
            "LEG_TIMES",
            place,
            "its blocks are not those of its lanes",
            ", ".join(found) or "none",
            ", ".join(right),
        )
        return
    pairs = zip(leg.holds, flight.passages, strict=True)
    wrong = next((pair for pair in pairs if not _held(*pair, day)), None)
    if wrong is not None:
        hold, passage = wrong
        yield Violation(
            "LEG_TIMES",
            f"{place} block {hold.block}",
            "it is not inside this block, and maybe later ones, at the times it says",
            day.span(day.seconds(hold.enter), day.seconds(hold.exit)),
            day.span(passage.enter, passage.exit),
        )


def _held(hold: Hold, passage: Passage, day: Day) -> bool:
    enter = day.seconds(hold.enter)
    down = enter - ROUNDING_S <= passage.entry_s < enter + 1 + ROUNDING_S
    return down and _rounded_up(day.seconds(hold.exit), passage)


def _rounded_up(second: int, passage: Passage) -> bool:
    """Tell whether a second is the passage's end rounded up, whichever way sums were rounded."""
    return second - 1 - ROUNDING_S < passage.exit_s <= second + ROUNDING_S
