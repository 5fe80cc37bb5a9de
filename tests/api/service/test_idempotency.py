"""A request under an Idempotency-Key is done once, and answered alike when it comes again."""

import threading

from starlette.testclient import TestClient

from tests.api.service.asking import code_of, order

KEY = {"Idempotency-Key": "a-1"}


def test_a_request_sent_again_is_answered_alike_and_not_done_again(client: TestClient) -> None:
    first = client.post("/v1/orders", json=order(), headers=KEY)
    again = client.post("/v1/orders", json=order(), headers=KEY)
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["Location"] == first.headers["Location"]
    assert (first.headers.get("Idempotency-Replayed"), again.headers["Idempotency-Replayed"]) == (
        None,
        "true",
    )
    assert len(client.get("/v1/orders").json()["items"]) == 1


def test_a_key_with_another_body_or_address_is_refused(client: TestClient) -> None:
    client.post("/v1/orders", json=order(), headers=KEY)
    other = client.post("/v1/orders", json=order(mass_kg=3), headers=KEY)
    assert code_of(other) == (409, "IDEMPOTENCY_KEY_TAKEN")
    elsewhere = client.post("/v1/plans", json={"request": "0" * 32}, headers=KEY)
    assert code_of(elsewhere) == (409, "IDEMPOTENCY_KEY_TAKEN")


def test_a_request_that_failed_may_be_mended_under_its_key(client: TestClient) -> None:
    assert client.post("/v1/orders", json=order(mass_kg=0), headers=KEY).status_code == 422
    assert client.post("/v1/orders", json=order(), headers=KEY).status_code == 201


def test_of_many_at_once_one_is_done(client: TestClient) -> None:
    answers = list[bytes]()

    def send() -> None:
        answers.append(client.post("/v1/orders", json=order(), headers=KEY).content)

    threads = [threading.Thread(target=send) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(answers) == 8
    assert len(set(answers)) == 1
    assert len(client.get("/v1/orders").json()["items"]) == 1


def test_a_key_that_is_no_header_of_ours_is_refused(client: TestClient) -> None:
    for key in ("x" * 256, "two words"):
        answer = client.post("/v1/orders", json=order(), headers={"Idempotency-Key": key})
        assert code_of(answer) == (422, "INVALID_INPUT")


KEYLESS = {
    "findRoute",  # stores nothing
    "findRoutes",
    "checkPlan",
    "findCapacity",
    "findImpact",
    "suggestCorridor",
    "finishPlan",  # done twice is done once
    "cancelPlan",
    "acceptPlan",
    "releasePlan",
    "revokeKey",
}


def test_every_post_that_makes_something_takes_a_key(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    keyless = set()
    for methods in document["paths"].values():
        post = methods.get("post", {})
        names = {each["name"] for each in post.get("parameters", ())}
        if post and "Idempotency-Key" not in names:
            keyless.add(post["operationId"])
    assert keyless <= KEYLESS
