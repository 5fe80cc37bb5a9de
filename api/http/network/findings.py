"""What a draft or an edition breaks of the rules of a network."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from api.http.etags import NOT_MODIFIED, tagged
from api.http.given import Given
from api.http.network.drafts import TAGGED, DraftId, etag
from api.http.network.editions import EditionId
from api.http.network.names import Reader
from api.http.ogc.root import find_edition
from api.http.problems import FaultDetail, documented, not_found
from geodata.faults import Fault, InvalidInput, errors

router = APIRouter(prefix="/v1/network", tags=["network"])


class Findings(BaseModel):
    """Faults and warnings; any error keeps a draft from being published."""

    errors: int
    warnings: int
    findings: list[FaultDetail] = Field(description="Of the severity asked for, from `offset` on.")


@dataclass(frozen=True, slots=True)
class Part:
    """Which findings are listed."""

    severity: Literal["error", "warning"] | None
    limit: int
    offset: int

    def of(self, found: Sequence[Fault]) -> Findings:
        """Return the part that was asked for."""
        wrong = len(errors(found))
        listed = [each for each in found if self.severity in (None, each.severity)]
        return Findings(
            errors=wrong,
            warnings=len(found) - wrong,
            findings=[
                FaultDetail.of(each) for each in listed[self.offset : self.offset + self.limit]
            ],
        )


async def _part(
    severity: Annotated[
        Literal["error", "warning"] | None, Query(description="Only these; all if left out.")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=5000, description="Findings that are listed.")] = 500,
    offset: Annotated[int, Query(ge=0, le=10**6, description="Findings that are passed.")] = 0,
) -> Part:
    return Part(severity, limit, offset)


Asked = Annotated[Part, Depends(_part)]


@router.get(
    "/drafts/{draft}/findings",
    operation_id="getDraftFindings",
    response_model=Findings,
    responses={**documented(HTTPStatus.NOT_FOUND), 200: TAGGED},
)
def of_draft(draft: DraftId, service: Given, caller: Reader, asked: Asked) -> Response:
    """Tell what a draft breaks, under the ETag of its state. Publishing finds the same.

    Where others have published since it was started, what comes of both together may break more.
    """
    try:
        info, checked = service.drafting.checked(draft)
    except InvalidInput as invalid:
        if invalid.faults[0].code == "DRAFT_UNKNOWN":
            raise not_found("draft") from None
        raise
    body = asked.of(checked.findings).model_dump_json()
    return Response(body, headers={"ETag": etag(info)}, media_type="application/json")


@router.get(
    "/editions/{edition}/findings",
    operation_id="getEditionFindings",
    response_model=Findings,
    responses={**documented(HTTPStatus.NOT_FOUND), **NOT_MODIFIED},
)
def of_edition(
    request: Request, edition: EditionId, service: Given, caller: Reader, asked: Asked
) -> Response:
    """Tell the warnings of an edition. It had no errors by the rules it was published under."""
    entry = find_edition(service, edition)
    found = service.drafting.checked_edition(entry.edition).findings
    return tagged(request, asked.of(found).model_dump_json().encode())
