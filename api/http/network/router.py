"""The routes under /v1/network."""

from fastapi import APIRouter

from api.http.network import differences, drafts, editions, findings, publishing, questions

router = APIRouter()
for each in (editions, drafts, findings, differences, publishing, questions):
    router.include_router(each.router)
