"""How far a solve has got."""

from collections.abc import Callable
from dataclasses import dataclass

from planner.bound.bounded import gap_of
from planner.clock import Clock


@dataclass(frozen=True, slots=True)
class Progress:
    """What is being done: a stage, a detail, and how much of all is done, 0 to 1."""

    stage: str
    detail: str
    done: float


def standing(cost_cents: int, bound_cents: float, trying: str) -> str:
    """Return what the best plan known costs, what none costs less than, their gap, what is tried.

    Costs are in the currency of the request; a bound of 0 is none.
    """
    known = f"cost {cost_cents / 100:,.2f}"
    if bound_cents > 0:
        gap = gap_of(cost_cents, bound_cents)
        known += f", bound {bound_cents / 100:,.2f}, gap {gap:.2%}"
    return f"{known}; {trying}"


def end_at_gap(clock: Clock, cost_cents: int, bound_cents: float) -> None:
    """Have a search end if what it has found is as near to the bound as was asked for."""
    if gap_of(cost_cents, bound_cents) <= clock.options.gap:
        clock.stop.say_enough()


Report = Callable[[Progress], None]
