"""The roots under /ogc: the newest edition, each edition, each draft."""

from collections.abc import Callable
from http import HTTPStatus

from fastapi import APIRouter, Depends
from fastapi.routing import APIRoute

from api.http.ogc import change, read
from api.http.ogc.root import draft_name, edition_digits
from api.http.problems import documented


def _named(under: str) -> Callable[[APIRoute], str]:
    """Return what names operations under one kind of root, fit for a generated client."""

    def name(route: APIRoute) -> str:
        verb = "get_" if route.methods == {"GET"} else ""
        first, *rest = f"{verb}{route.name}".split("_")
        return "".join([first, *(each.title() for each in rest), under])

    return name


router = APIRouter(responses=documented(HTTPStatus.NOT_FOUND))
router.include_router(read.router, prefix="/ogc", generate_unique_id_function=_named(""))
router.include_router(
    read.router,
    prefix="/ogc/editions/{edition}",
    dependencies=[Depends(edition_digits)],
    generate_unique_id_function=_named("OfEdition"),
)
for each in (read.router, change.router):
    router.include_router(
        each,
        prefix="/ogc/drafts/{draft}",
        dependencies=[Depends(draft_name)],
        generate_unique_id_function=_named("OfDraft"),
    )
