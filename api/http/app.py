"""The application: only wiring."""

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware

from api.http import audit, consignees, health, keys, rules
from api.http.bodies import Bodies
from api.http.origins import allow_origins
from api.http.problems import Unforeseen, answer_problems
from api.http.request_ids import RequestIds
from api.http.security_headers import SecurityHeaders
from api.http.time_limit import TimeLimit
from api.service import Service
from planner import __version__

ROUTERS = (health.router, rules.router, keys.router, audit.router, consignees.router)


def create_app(service: Service) -> FastAPI:
    """Return the application that answers from a service."""
    app = FastAPI(
        title="hetao",
        version=__version__,
        summary="Plans of cross-border drone deliveries, proven against every rule.",
        description=__doc__,
        openapi_url="/openapi.json",
        docs_url=None,  # its page loads scripts from elsewhere
        redoc_url=None,
    )
    app.state.service = service
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
    app.add_middleware(SecurityHeaders)
    app.add_middleware(RequestIds)
    return app
