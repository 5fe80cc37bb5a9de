"""A route test evaluated on the scenes of its network."""

import datetime as dt
from collections.abc import Callable

from planner.request.request import Request
from planner.routetest.expect_route import codes, misses, told
from planner.routetest.explain import deciding, nearest
from planner.routetest.outcome import Outcome
from planner.routetest.read import RouteTest
from planner.routetest.records import CapacityCase, RouteCase
from planner.routetest.refresh import refreshed_route
from planner.routetest.route_ask import Asked, ask, touched_by
from planner.routetest.scene import Scene, Scenes

Requests = Callable[[str], Request]
"""Returns the request in a folder that a plan case names."""


def scene_of(test: RouteTest, scenes: Scenes) -> tuple[Scene, dt.datetime | None]:
    """Return the scene of a test, and the instant that is now if its clock has a time."""
    clock = test.header.clock
    now = clock if isinstance(clock, dt.datetime) else None
    day = clock
    if isinstance(clock, dt.datetime):
        plain = scenes.network.calendar(dt.date(2000, 1, 1)).midnight.tzinfo
        day = clock.astimezone(plain).date()
    assert isinstance(day, dt.date)
    return scenes.on(day, now, test.case.when), now


def holds(test: RouteTest, scenes: Scenes, requests: Requests) -> bool:
    """Tell whether a test passes, and nothing else; it raises what `evaluate` does."""
    if isinstance(test.case, RouteCase):
        scene, now = scene_of(test, scenes)
        return not misses(ask(scene, test.case, now))
    return evaluate(test, scenes, requests, explain=False).passed


def evaluate(
    test: RouteTest,
    scenes: Scenes,
    requests: Requests,
    *,
    explain: bool = True,
) -> Outcome:
    """Return what comes of a test; why it fails is sought only with `explain`.

    Raises InvalidInput if the test names what the network, the fleet or the rules lack.
    """
    case = test.case
    scene, now = scene_of(test, scenes)
    if isinstance(case, RouteCase):
        return _route(ask(scene, case, now), explain)
    if isinstance(case, CapacityCase):
        from planner.routetest.expect_capacity import capacity_outcome

        return capacity_outcome(case, scene, now)
    from planner.routetest.expect_plan import plan_outcome

    return plan_outcome(case, scene, requests(case.plan.request))


def _route(asked: Asked, explain: bool) -> Outcome:
    missed = misses(asked)
    words, lanes = nearest(asked) if missed and explain else ("", ())
    return Outcome(
        misses=missed,
        touched=touched_by(asked),
        refreshed=refreshed_route(asked, missed),
        came=told(asked, asked.route) if asked.route else f"refused: {', '.join(codes(asked))}",
        why=deciding(asked) if missed and explain else (),
        nearest=words,
        nearest_lanes=lanes,
        scene=asked.scene,
        routes=asked.answer.routes,
    )
