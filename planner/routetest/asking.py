"""Routes asked and asserted in Python, in the words of route files.

    assert route("SZ-HOSPITAL", "HK-B8", "09:00").arrives_by("09:12")

What does not hold says what came and which rules decided.
"""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import TypeAdapter, ValidationError

from geodata.faults import InvalidInput
from geodata.field_faults import type_faults
from geodata.network import Network
from planner.route.way import Route
from planner.routetest.expect_route import codes, landing, misses, told
from planner.routetest.explain import deciding, nearest
from planner.routetest.outcome import Miss
from planner.routetest.read import KNOWN_RECORDS
from planner.routetest.records import RouteCase
from planner.routetest.route_ask import Asked, ask, with_expectations
from planner.routetest.scene import Scenes

_CASE = TypeAdapter(RouteCase)

When = Mapping[str, object]
"""What-ifs as a route file says them: `{"close": "CP-LOOP", "activate": ["Z-EVENT-WEST"]}`."""


@dataclass(frozen=True)
class Held:
    """Whether something holds: true or false, and why not."""

    asked: Asked
    misses: tuple[Miss, ...]

    def __bool__(self) -> bool:
        return not self.misses

    def __repr__(self) -> str:
        if not self.misses:
            return f"<holds: {_told(self.asked)}>"
        parts = [f"expected {each.expected}, came {each.came}" for each in self.misses]
        parts += [f"decided {why.code} {why.values}".strip() for why in deciding(self.asked)]
        words, _ = nearest(self.asked)
        return f"<{'; '.join([*parts, *([f'nearest {words}'] if words else [])])}>"


@dataclass(frozen=True)
class Reply:
    """What the planner answers to one route; each method tells whether something holds of it."""

    asked: Asked

    def __repr__(self) -> str:
        return f"<{_told(self.asked)}>"

    @property
    def route(self) -> Route | None:
        """The route that lands first, None if it is refused."""
        return self.asked.route

    @property
    def landing(self) -> dt.datetime | None:
        """When it lands, local time; None if it is refused."""
        return landing(self.asked, self.asked.route) if self.asked.route else None

    def holds(self, **expect: object) -> Held:
        """Tell whether expectations hold, each as a file says it; raises InvalidInput."""
        case = _read({"name": "-", "route": {"from": "-", "to": "-"}, "expect": expect})
        again = with_expectations(self.asked, case.expect)
        return Held(again, misses(again))

    def found(self) -> Held:
        """Tell whether there is a route."""
        return self.holds()

    def arrives_by(self, time: str) -> Held:
        """Tell whether it has landed by a time of day, or an instant with its zone."""
        return self.holds(arrives_by=time)

    def lasts(self, *, min: str | None = None, max: str | None = None) -> Held:
        """Tell whether it is under way for so long, such as `12 min`, stops included."""
        return self.holds(duration=_bounds(min, max))

    def draws_wh(self, *, min: float | None = None, max: float | None = None) -> Held:
        """Tell whether it draws so much from the battery, Wh."""
        return self.holds(energy_wh=_bounds(min, max))

    def via(self, *names: str) -> Held:
        """Tell whether it passes all of some places, corridors, lanes or zones."""
        return self.holds(via=names)

    def avoids(self, *names: str) -> Held:
        """Tell whether it passes none of some places, corridors, lanes or zones."""
        return self.holds(avoids=names)

    def flies(self, *lanes: str) -> Held:
        """Tell whether these are its lanes, all and in order."""
        return self.holds(lanes=lanes)

    def clears_at(self, *checkpoints: str) -> Held:
        """Tell whether it clears at these checkpoints, all and in order."""
        return self.holds(checkpoint=checkpoints)

    def height_agl_m(
        self, *, min: float | None = None, max: float | None = None, side: str | None = None
    ) -> Held:
        """Tell whether its lanes are so high over the ground, m; of one side, or of both."""
        bounds = _bounds(min, max) | ({"side": side} if side else {})
        return self.holds(height_agl_m=bounds)

    def has_alternatives(self, least: int) -> Held:
        """Tell whether there are so many other routes that differ by more than a wiggle."""
        return self.holds(alternatives={"min": least})

    def refused(self, *rules: str) -> Held:
        """Tell whether there is no route, and each of some rules decided."""
        if rules:
            return self.holds(refused=rules)
        route = self.asked.route
        came = told(self.asked, route) if route else ""
        return Held(self.asked, (Miss("refused", "a refusal", came),) if route else ())


@dataclass(frozen=True)
class Planner:
    """Asks routes on one network, on one day, under what-ifs."""

    scenes: Scenes
    day: dt.date
    whens: When = field(default_factory=dict)

    @property
    def network(self) -> Network:
        """The network, without the what-ifs."""
        return self.scenes.network

    def on(self, day: dt.date | str) -> "Planner":
        """Return the same on another day."""
        other = dt.date.fromisoformat(day) if isinstance(day, str) else day
        return Planner(self.scenes, other, self.whens)

    def when(self, **edits: object) -> "Planner":
        """Return the same under what-ifs, as a route file says them under `when`."""
        return Planner(self.scenes, self.day, {**self.whens, **edits})

    def route(
        self,
        origin: str,
        destination: str,
        depart: str = "10:00",
        *,
        mass: str = "1 kg",
        volume: str = "5 l",
        goods: str = "general",
        drone: str | None = None,
        documents: str | Mapping[str, str] = "in time",
        sealed: bool = True,
        priority: str = "standard",
    ) -> Reply:
        """Return what comes of a consignment; raises InvalidInput if it cannot be asked."""
        route = {
            "from": origin,
            "to": destination,
            "depart": depart,
            "mass": mass,
            "volume": volume,
            "goods": goods,
            "documents": documents,
            "sealed": sealed,
            "priority": priority,
            **({"drone": drone} if drone else {}),
        }
        case = _read({"name": "-", "route": route, "when": self.whens})
        return Reply(ask(self.scenes.on(self.day, None, case.when), case, None))

    __call__ = route


def _read(plain: Mapping[str, object]) -> RouteCase:
    try:
        return _CASE.validate_json(json.dumps(plain))
    except ValidationError as error:
        found = type_faults(error, "", KNOWN_RECORDS["route"], lambda loc: ("", loc))
        raise InvalidInput(fault for _, fault in found) from None


def _bounds(least: object, greatest: object) -> dict[str, object]:
    given = (("min", least), ("max", greatest))
    return {name: value for name, value in given if value is not None}


def _told(asked: Asked) -> str:
    return told(asked, asked.route) if asked.route else f"refused: {', '.join(codes(asked))}"
