"""What would change the answer where there is no route; each change is tried before it is told.

One thing is changed at a time: papers, box, departure, load, drone type, cruise.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from planner.reasons.verdict import clock
from planner.route.consignment import lodged_in_time
from planner.route.route import RouteQuery, Router

_HOUR = dt.timedelta(hours=1)
_MINUTE = dt.timedelta(minutes=1)
_STEP_KG = 0.1


@dataclass(frozen=True, slots=True)
class Change:
    """A field of the query, the value with which there is a route, and when that would land."""

    field: str
    value: object
    message: str
    landing: str


def route_changes(router: Router, query: RouteQuery) -> tuple[Change, ...]:
    """Return what gives a query without a route one; empty if no one thing does."""
    return tuple(_Trial(router, replace(query, others=0)).changes())


class _Trial:
    """A query without a route, asked again in other words."""

    def __init__(self, router: Router, query: RouteQuery) -> None:
        self._router = router
        self._query = query
        self._order = query.order

    def changes(self) -> Iterator[Change]:
        yield from self._papers()
        yield from self._box()
        yield from self._earlier()
        yield from self._later()
        yield from self._lighter()
        yield from self._smaller()
        yield from self._types()
        yield from self._cruises()

    def _landing(self, **order: Any) -> str | None:
        """Return when the query with its order changed so would land; None if it does not."""
        return self._landing_of(replace(self._query, order=replace(self._order, **order)))

    def _landing_of(self, query: RouteQuery) -> str | None:
        answer = self._router.routes(query)
        if not answer.routes:
            return None
        return clock(self._router.instance, answer.routes[0].landing_s)

    def _papers(self) -> Iterator[Change]:
        network, order = self._router.instance.network, self._order
        needed = lodged_in_time(
            self._router.instance.rulebook.customs,
            order.goods,
            network.side_of(order.origin),
            network.side_of(order.destination),
            order.ready,
        )
        landing = self._landing(declarations=needed)
        if landing is not None:
            held = {each.document: each.lodged_at for each in order.declarations}
            wanting = [
                each
                for each in needed
                if each.document not in held or held[each.document] > each.lodged_at
            ]
            # What was lodged too early has to be lodged again.
            value = {each.document: each.lodged_at.isoformat() for each in wanting or needed}
            listed = ", ".join(f"{document} by {by}" for document, by in value.items())
            yield Change("declarations", value, f"lodge {listed}", landing)

    def _box(self) -> Iterator[Change]:
        landing = None if self._order.sealed else self._landing(sealed=True)
        if landing is not None:
            yield Change("sealed", True, "a sealed and pre-declared box", landing)

    def _earlier(self) -> Iterator[Change]:
        """Yield the last minute from which there is a route, among those before the departure."""
        last, landing = self._order.ready, None
        while landing is None and self._on_day(last - _HOUR):
            last -= _HOUR
            landing = self._landing(ready=last)
        if landing is None:
            return
        works, fails = 0, 60
        while fails - works > 1:
            middle = (works + fails) // 2
            found = self._landing(ready=last + middle * _MINUTE)
            if found is None:
                fails = middle
            else:
                works, landing = middle, found
        latest = (last + works * _MINUTE).isoformat()
        yield Change("depart", latest, f"depart by {latest}", landing)

    def _later(self) -> Iterator[Change]:
        """Yield the first whole hour of waiting after which there is a route."""
        hours = 1
        while self._on_day(self._order.ready + hours * _HOUR):
            later = self._order.ready + hours * _HOUR
            landing = self._landing(ready=later)
            if landing is not None:
                plural = "hour" if hours == 1 else "hours"
                message = f"depart {hours} {plural} later"
                yield Change("depart", later.isoformat(), message, landing)
                return
            hours += 1

    def _on_day(self, instant: dt.datetime) -> bool:
        midnight = self._router.instance.airspace.calendar.midnight
        return midnight <= instant < midnight + dt.timedelta(days=1)

    def _lighter(self) -> Iterator[Change]:
        """Yield the greatest load, in steps of 100 g, with which there is a route."""
        landing, works, fails = None, 0, round(self._order.mass_kg / _STEP_KG)
        while fails - works > 1:
            middle = (works + fails) // 2
            found = self._landing(mass_kg=round(middle * _STEP_KG, 1))
            if found is None:
                fails = middle
            else:
                works, landing = middle, found
        if landing is not None:
            mass_kg = round(works * _STEP_KG, 1)
            yield Change("mass_kg", mass_kg, f"at most {mass_kg:g} kg", landing)

    def _smaller(self) -> Iterator[Change]:
        volumes = {kind.volume_l for kind in self._router.instance.request.fleet.types}
        for volume_l in sorted(volumes, reverse=True):
            if volume_l >= self._order.volume_l:
                continue
            landing = self._landing(volume_l=volume_l)
            if landing is not None:
                yield Change("volume_l", volume_l, f"at most {volume_l:g} litres", landing)
                return

    def _types(self) -> Iterator[Change]:
        if self._query.kind is None:
            return
        for kind in self._router.instance.request.fleet.types:
            if kind.id == self._query.kind:
                continue
            landing = self._landing_of(replace(self._query, kind=kind.id))
            if landing is not None:
                yield Change("drone_type", kind.id, f"drone type {kind.id}", landing)

    def _cruises(self) -> Iterator[Change]:
        """Yield the cruise with which it lands first."""
        if self._query.cruise_m_s is None:
            return
        answer = self._router.routes(replace(self._query, cruise_m_s=None))
        if answer.routes:
            (route,) = answer.routes
            landing = clock(self._router.instance, route.landing_s)
            value = route.kind.airspeed_m_s
            yield Change("cruise_m_s", value, f"cruise at {value:g} m/s", landing)
