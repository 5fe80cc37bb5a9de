"""Legs that were searched for, kept for all airspaces for which the answers are the same."""

from collections.abc import Callable

from geodata.network import Network
from planner.air.legs import Flight

_KEPT = 500_000
"""How many answers are kept."""


class Answers:
    """Legs that were searched for, by what was asked and the hours that count for it.

    Those are the hours of both ends, of all lanes and of all zones. So airspaces that differ in
    nothing but hours can share the answers.
    """

    def __init__(self) -> None:
        self._found: dict[tuple[object, ...], Flight | None] = {}
        self._hours: dict[tuple[str, ...], int] = {}

    def hours(self, network: Network) -> int:
        """Return a number for the hours of all lanes and zones of a network."""
        hours = (
            *(each.hours for each in network.corridors.values()),
            *(each.schedule for each in network.zones.values()),
        )
        return self._hours.setdefault(hours, len(self._hours))

    def get(self, asked: tuple[object, ...], find: Callable[[], Flight | None]) -> Flight | None:
        """Return the answer that is kept, or keep the one that is found now."""
        if asked not in self._found:
            if len(self._found) >= _KEPT:
                self._found.clear()
            self._found[asked] = find()
        return self._found[asked]
