"""`/v1/audit`: what was done in an operator's name, by which credential."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from api.audit.read import EntryView, entries
from api.http.given import Admin, Given
from api.http.problems import documented

router = APIRouter(prefix="/v1/audit", tags=["audit"])

MOST_NUMBER = 2**31 - 1


class Entries(BaseModel):
    """Some entries of the audit log, the oldest first."""

    items: list[EntryView]
    next: int | None = Field(description="`after` of the next page; null: these are the last.")


@router.get("", operation_id="listAuditEntries", responses=documented())
def list_entries(
    service: Given,
    admin: Admin,
    after: Annotated[int, Query(ge=0, le=MOST_NUMBER, description="Only later numbers.")] = 0,
    limit: Annotated[int, Query(ge=1, le=500, description="Entries of a page.")] = 100,
) -> Entries:
    """List what was done in the operator's name: plans, publishing, keys, personal data read.

    Numbers are those of the whole log, so others' entries leave gaps. `hetao audit verify` proves
    the log as a whole.
    """
    with service.sessions() as session:
        found = list(entries(session, admin.operator, after, limit + 1))
    listed = found[:limit]
    return Entries(items=listed, next=listed[-1].number if len(found) > limit else None)
