"""A failed route test as a person reads it."""

from collections.abc import Iterator

from geodata.faults import InvalidInput
from planner.routetest.outcome import Outcome

_SHOWN = 20
"""Faults that are shown of a file or a network at most."""


def failure(outcome: Outcome) -> Iterator[str]:
    """Yield the lines of a failure: expected, came, what decided, and what would pass."""
    for miss in outcome.misses:
        yield f"  expected  {miss.expected}"
        yield f"  came      {miss.came}"
    if outcome.came:
        yield f"  answer    {outcome.came}"
    for why in outcome.why:
        yield f"  decided   {why.code}" + (f": {why.values}" if why.values else "")
        yield f"            {why.remedy}"
    if outcome.routes and not outcome.why:
        yield "  decided   no rule of the day: without any one of them it would come to the same"
    if outcome.nearest:
        yield f"  nearest   {outcome.nearest}"


def fault_lines(error: InvalidInput) -> Iterator[str]:
    """Yield a line for each fault of an input."""
    for fault in error.faults[:_SHOWN]:
        yield str(fault)
    more = len(error.faults) - _SHOWN
    if more > 0:
        yield f"and {more} more"
