"""A failed route test as a person reads it."""

from collections.abc import Iterator

from geodata.faults import InvalidInput
from planner.routetest.explain import OWN
from planner.routetest.outcome import Outcome

_SHOWN = 20
"""Faults that are shown of a file at most."""


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
    if outcome.routes and all(why.remedy == OWN for why in outcome.why):
        yield "  decided   no rule of the day, but the lanes that there are and their lengths:"
        yield "            hetao network diff OLD NEW tells what changed"
    if outcome.nearest:
        yield f"  nearest   {outcome.nearest}"


def fault_lines(error: InvalidInput, most: int = _SHOWN) -> Iterator[str]:
    """Yield a line for each fault of an input."""
    for fault in error.faults[:most]:
        yield str(fault)
    more = len(error.faults) - most
    if more > 0:
        yield f"and {more} more"
