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


def standing(cost_cents: int, bound_cents: float) -> str:
    """Return what the best plan known costs, what none costs less than, and how far apart they are.

    Both in the currency of the request.
    """
    costs = f"cost {cost_cents / 100:,.2f}"
    if bound_cents <= 0:
        return costs
    return f"{costs}, bound {bound_cents / 100:,.2f}, gap {gap_of(cost_cents, bound_cents):.2%}"


def end_at_gap(clock: Clock, cost_cents: int, bound_cents: float) -> None:
    """Have a search end if what it has found is as near to the bound as was asked for."""
    if gap_of(cost_cents, bound_cents) <= clock.options.gap:
        clock.stop.say_enough()


Report = Callable[[Progress], None]
