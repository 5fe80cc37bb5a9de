"""What came of a route test: what was expected and came otherwise, why, and what it touched."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from planner.route.way import Route
    from planner.routetest.scene import Scene

Kind = Literal["corridor", "lane", "zone", "checkpoint", "rule", "hour"]
KINDS: tuple[Kind, ...] = ("corridor", "lane", "zone", "checkpoint", "rule", "hour")

Touched = Mapping[Kind, frozenset[str]]
"""What a test exercises of a network, of the rules and of the day, by kind."""


@dataclass(frozen=True, slots=True)
class Miss:
    """One expectation that does not hold; `field` is its name under `expect`."""

    field: str
    expected: str
    came: str


@dataclass(frozen=True, slots=True)
class Why:
    """A rule that decided: its code, its values as a person reads them, and what would help."""

    code: str
    values: str
    remedy: str


@dataclass(frozen=True)
class Outcome:
    """What came of a test; it passed if nothing was missed.

    `refreshed` holds, by field of `expect`, what would hold in the words of a file; None stands for
    a field that nothing would make hold.
    """

    misses: tuple[Miss, ...]
    touched: Touched
    refreshed: Mapping[str, object] = field(default_factory=dict)
    came: str = ""
    why: tuple[Why, ...] = ()
    nearest: str = ""
    nearest_lanes: tuple[str, ...] = ()
    scene: "Scene | None" = None
    routes: "tuple[Route, ...]" = ()

    @property
    def passed(self) -> bool:
        """Whether every expectation holds."""
        return not self.misses


def merged(*all_touched: Touched) -> dict[Kind, frozenset[str]]:
    """Return all that several tests touched."""
    return {
        kind: frozenset().union(*(each.get(kind, frozenset()) for each in all_touched))
        for kind in KINDS
    }
