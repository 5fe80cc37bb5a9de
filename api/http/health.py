"""`/healthz`: the process lives; `/readyz`: it can answer, its database too."""

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel
from sqlalchemy import text

from api.http.given import Given
from api.http.problems import documented

router = APIRouter(tags=["health"])


class Health(BaseModel):
    """How the service is."""

    status: Literal["ok"] = "ok"


@router.get("/healthz", operation_id="getHealth", responses=documented())
async def healthz() -> Health:
    """Say that the process lives. Needs no key."""
    return Health()


@router.get("/readyz", operation_id="getReadiness", responses=documented())
def readyz(service: Given) -> Health:
    """Say that the database answers; 503 if it does not. Needs no key."""
    with service.engine.connect() as connection:
        connection.execute(text("SELECT 1"))
    return Health()
