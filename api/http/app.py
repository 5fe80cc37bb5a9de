"""The application: only wiring."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.middleware.gzip import GZipMiddleware

from api.http import (
    audit,
    consignees,
    health,
    keys,
    metrics,
    orders,
    plan_acceptance,
    plan_checks,
    plan_results,
    plans,
    requests,
    routes,
    rules,
)
from api.http.bodies import Bodies
from api.http.header_names import HeaderNames
from api.http.heads import Heads
from api.http.models import describe_fully
from api.http.network import router as network
from api.http.ogc import change
from api.http.ogc import router as ogc
from api.http.origins import allow_origins
from api.http.problems import Unforeseen, answer_problems
from api.http.request_ids import RequestIds
from api.http.security_headers import SecurityHeaders
from api.http.time_limit import TimeLimit
from api.service import Service
from planner import __version__
from planner.plan.plan import Plan

ROUTERS = (
    routes.router,
    requests.router,
    orders.router,
    plans.router,
    plan_results.router,
    plan_checks.router,
    plan_acceptance.router,
    rules.router,
    network.router,
    ogc.router,
    keys.router,
    audit.router,
    consignees.router,
    health.router,
    metrics.router,
)
DOCUMENTS = (requests.SentRequest, requests.RequestBody, orders.SentOrder, Plan)
"""Documents of the planner that operations take or give as they stand."""

DESCRIPTION = """
Coordinates are WGS-84 degrees, longitude before latitude. Units stand in names: `_m`, `_s`, `_kg`,
`_wh`, `_m_s`; money is in integer cents. Heights are metres above the network's vertical datum
(`_amsl_m`) or above ground (`_agl_m`). Times carry their zone. What goes wrong is a problem of
RFC 9457 with a stable `code` and every fault at once.
"""


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Have jobs carried out while the application serves."""
    service: Service = app.state.service
    service.runner.start()
    yield
    await run_in_threadpool(service.runner.stop)


def create_app(service: Service) -> FastAPI:
    """Return the application that answers from a service."""
    app = FastAPI(
        title="hetao",
        version=__version__,
        summary="Plans of cross-border drone deliveries, proven against every rule.",
        description=DESCRIPTION.strip(),
        lifespan=_lifespan,
        openapi_url="/openapi.json",
        docs_url=None,  # its page loads scripts from elsewhere
        redoc_url=None,
    )
    app.state.service = service
    app.state.measured = metrics.Measured(service.sessions)
    describe_fully(app, DOCUMENTS, change.SCHEMAS)
    for router in ROUTERS:
        app.include_router(router)
    answer_problems(app)
    settings = service.settings
    # The last one added is the first to see a request.
    app.add_middleware(Bodies, most_bytes=settings.body_most_bytes, within_s=settings.body_within_s)
    app.add_middleware(TimeLimit, within_s=settings.answer_within_s)
    app.add_middleware(GZipMiddleware, minimum_size=1024, compresslevel=5)
    app.add_middleware(Unforeseen)
    allow_origins(app, settings.cors_origins.split())
    app.add_middleware(Heads)
    app.add_middleware(metrics.Measure, measured=app.state.measured)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(RequestIds)
    app.add_middleware(HeaderNames)
    return app
