"""`/metrics`: what Prometheus scrapes; names of routes and states, nothing of any operator."""

import time
from collections.abc import Iterator
from http import HTTPStatus

from fastapi import APIRouter, Response
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from starlette.requests import Request as HttpRequest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.given import Admin
from api.http.problems import documented
from api.store.engine import Sessions
from api.store.jobs import OPEN, Job

router = APIRouter(tags=["health"])
_BUCKETS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30)


class Measured:
    """The measures of one application."""

    def __init__(self, sessions: Sessions) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "hetao_http_requests",
            "Requests by route, method and status.",
            ("route", "method", "status"),
            registry=self.registry,
        )
        self.seconds = Histogram(
            "hetao_http_request_seconds",
            "Seconds until an answer begins, by route.",
            ("route",),
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self.registry.register(_Jobs(sessions))
        ProcessCollector(registry=self.registry)


class _Jobs(Collector):
    """Counts open jobs when it is asked; those that have ended are a long story."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def describe(self) -> list[GaugeMetricFamily]:
        """Return the names alone, without asking the database."""
        return [GaugeMetricFamily("hetao_jobs", "Plan jobs that are open, by state.")]

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Return how many jobs are queued and running."""
        found = GaugeMetricFamily(
            "hetao_jobs", "Plan jobs that are open, by state.", labels=("state",)
        )
        rows = select(Job.state, func.count()).where(Job.state.in_(OPEN)).group_by(Job.state)
        with self._sessions() as session:
            counts: dict[str, int] = dict(session.execute(rows).all())
        for state in OPEN:
            found.add_metric((state,), counts.get(state, 0))
        yield found


class Measure:
    """Measures every request."""

    def __init__(self, app: ASGIApp, measured: Measured) -> None:
        self._app = app
        self._measured = measured

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                route = getattr(scope.get("route"), "path", "none")
                status = str(message["status"])
                method = scope["method"] if scope["method"] in _METHODS else "OTHER"
                self._measured.requests.labels(route, method, status).inc()
                self._measured.seconds.labels(route).observe(time.perf_counter() - began)
            await send(message)

        await self._app(scope, receive, answer)


_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))


@router.get(
    "/metrics",
    operation_id="getMetrics",
    response_class=Response,
    responses={
        200: {
            "description": "Prometheus' text format.",
            "content": {"text/plain": {"schema": {"type": "string"}}},
        },
        **documented(),
    },
)
def metrics(http: HttpRequest, admin: Admin) -> Response:
    """Return what is measured of all operators together, which tells of each how busy it is."""
    measured: Measured = http.app.state.measured
    return Response(
        generate_latest(measured.registry), HTTPStatus.OK, media_type=CONTENT_TYPE_LATEST
    )
