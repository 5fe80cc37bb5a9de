"""The API is what its description says, whatever is sent."""

from typing import Annotated

import pytest
from fastapi import FastAPI, Query, Response
from schemathesis.core.failures import FailureGroup

from api.http.app import create_app
from api.service import Service
from tests.api.service.conftest import local_client
from tests.api.service.contract import asked, maker
from tests.api.service.credentials import header_of


def test_no_answer_is_undocumented_and_none_is_a_defect(service: Service) -> None:
    """The bench asks the slow operations too, and all of them more often."""
    headers = header_of(service, "local")
    client = local_client(service)
    client.headers.update(headers)
    counts = asked(create_app(service), 3, headers, maker(client))
    assert all(counts[status] for status in ("200", "201", "202", "204", "404", "409", "422"))


@pytest.mark.parametrize("defect", ["status", "shape"])
def test_an_undocumented_answer_is_found(defect: str) -> None:
    app = FastAPI()

    @app.get("/odd")
    def odd(number: Annotated[int, Query()]) -> str:
        return Response(status_code=418) if defect == "status" else Response("7")  # type: ignore

    with pytest.raises(FailureGroup):
        asked(app, 5)
