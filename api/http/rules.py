"""`/v1/rules`: every rule's code, what it demands, where it comes from and what helps."""

from dataclasses import asdict
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel

from api.http.given import Asker
from api.http.problems import documented, not_found
from planner.rules.codes import RULES

router = APIRouter(prefix="/v1/rules", tags=["rules"])


class RuleView(BaseModel):
    """A rule that plans and routes keep."""

    code: str
    meaning: str
    source: str
    remedy: str


class RuleList(BaseModel):
    """All rules."""

    items: list[RuleView]


@router.get("", operation_id="listRules", responses=documented())
async def rules(caller: Asker) -> RuleList:
    """List every rule under its stable code."""
    return RuleList(items=[RuleView(**asdict(each)) for each in RULES.values()])


@router.get("/{code}", operation_id="getRule", responses=documented(HTTPStatus.NOT_FOUND))
async def rule(
    caller: Asker,
    code: Annotated[str, Path(max_length=64, examples=["CUSTOMS_CLOSED"])],
) -> RuleView:
    """Explain one rule."""
    if code not in RULES:
        raise not_found("rule")
    return RuleView(**asdict(RULES[code]))
