"""Who is let in over HTTP, to what, and what a refusal says."""

import datetime as dt
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from starlette.testclient import TestClient

from api.caller import Scope
from api.http.app import create_app
from api.service import Service, open_service
from api.settings import Settings
from api.store.operators import Operator
from tests.api.service.conftest import local_client
from tests.api.service.credentials import header_of
from tests.api.service.test_bodies import code_of

RULES = "/v1/rules"


def test_without_keys_this_machine_may_do_everything(client: TestClient) -> None:
    """A fresh service on loopback works at once, by each of loopback's names."""
    for host in ("localhost", "localhost:8000", "127.0.0.1:8000", "[::1]:8000"):
        assert client.get(RULES, headers={"Host": host}).status_code == 200
    assert client.get("/v1/keys", headers={"Origin": "http://localhost:3000"}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "planner.example"},
        {"Host": "127.0.0.1.evil.example"},
        {"Host": "localhost.evil.example:8000"},
        {"Host": "0.0.0.0:8000"},
        {"Host": "192.168.1.7"},
        {"Host": "[::1"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost.evil.example"},
    ],
)
def test_without_keys_no_page_and_no_proxy_gets_in(
    client: TestClient, headers: dict[str, str]
) -> None:
    """A name that was bound to loopback, a page of elsewhere and a proxy's host are refused."""
    assert code_of(client.get(RULES, headers=headers)) == (403, "NOT_LOCAL")


def test_a_service_that_is_not_on_loopback_is_never_open(settings: Settings) -> None:
    """Without `open_locally` nobody is let in, keys or none."""
    service = open_service(settings)
    with local_client(service) as client:
        answer = client.get(RULES)
        assert code_of(answer) == (401, "CREDENTIAL_MISSING")
        assert answer.headers["www-authenticate"] == 'Bearer realm="hetao"'
    service.engine.dispose()


def test_the_first_key_closes_the_door(service: Service) -> None:
    """From the first key on a credential is asked for."""
    with local_client(service) as client:
        key = header_of(service, "kite", ["route"])
        assert client.get(RULES, headers=key).status_code == 200
        assert code_of(client.get(RULES)) == (401, "CREDENTIAL_MISSING")


@pytest.mark.parametrize(
    "credential",
    [
        "Bearer hetao_aaaaaaaaaaaaaaaa_" + "A" * 43,
        "Bearer x",
        "Bearer eyJhbGciOiJub25lIn0.e30.",
        "Bearer \xff\xfe",
    ],
)
def test_a_wrong_credential_is_refused(client: TestClient, credential: str) -> None:
    """Where none is needed a wrong one is refused still: it is a mistake that should show."""
    answer = client.get(RULES, headers={"Authorization": credential.encode("latin-1")})  # type: ignore[dict-item]
    assert code_of(answer) == (401, "KEY_UNKNOWN")
    assert answer.headers["www-authenticate"] == 'Bearer realm="hetao", error="invalid_token"'


def test_a_missing_scope_is_named(service: Service, client: TestClient) -> None:
    """403 says which scope is asked for; no scope stands in for another."""
    scopes: list[Scope] = ["plan", "network:publish", "admin"]
    key = header_of(service, "kite", scopes)
    answer = client.get(RULES, headers=key)
    assert code_of(answer) == (403, "SCOPE_MISSING")
    assert 'error="insufficient_scope", scope="route"' in answer.headers["www-authenticate"]


def test_health_needs_no_key(settings: Settings) -> None:
    """A load balancer has no key."""
    service = open_service(settings)
    with local_client(service) as client:
        for path in ("/healthz", "/readyz"):
            assert client.get(path, headers={"Host": "10.0.0.7"}).status_code == 200
    service.engine.dispose()


def test_tokens_are_taken_over_http(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A token's operator needs no key; with tokens set up nobody is let in without a credential."""
    key = ec.generate_private_key(ec.SECP256R1())
    place = tmp_path / "key.pem"
    public = key.public_key()
    place.write_bytes(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    for name, value in (("KEYS", str(place)), ("ISSUER", "https://id"), ("AUDIENCE", "hetao")):
        monkeypatch.setenv(f"HETAO_JWT_{name}", value)
    claims = {
        "iss": "https://id",
        "aud": "hetao",
        "sub": "amy",
        "operator": "heron",
        "scope": "route admin",
        "exp": dt.datetime.now(dt.UTC) + dt.timedelta(minutes=1),
    }
    service = open_service(settings, open_locally=True)
    with local_client(service) as client:
        assert code_of(client.get(RULES)) == (401, "CREDENTIAL_MISSING")
        bearer = {"Authorization": f"Bearer {jwt.encode(claims, key, 'ES256')}"}
        assert client.get(RULES, headers=bearer).status_code == 200
        made = client.post("/v1/keys", headers=bearer, json={"scopes": ["route"]})
        assert made.json()["operator"] == "heron"
        old = jwt.encode({**claims, "exp": 1}, key, "ES256")
        answer = client.get(RULES, headers={"Authorization": f"Bearer {old}"})
        assert code_of(answer) == (401, "TOKEN_REFUSED")
        assert "expired" in answer.json()["detail"]
        forged = jwt.encode(claims, place.read_text()[27:-26].replace("\n", ""), "HS256")
        for token in (forged, jwt.encode(claims, None, "none")):
            answer = client.get(RULES, headers={"Authorization": f"Bearer {token}"})
            assert code_of(answer) == (401, "TOKEN_REFUSED")
        with service.sessions() as session:
            assert session.get(Operator, "heron") is not None
    service.engine.dispose()


def test_security_headers_are_on_every_answer(client: TestClient, service: Service) -> None:
    """Answers and refusals alike; no other origin is allowed anything."""
    for answer in (
        client.get("/healthz"),
        client.get("/nowhere"),
        client.get(RULES, headers={"Host": "evil.example"}),
        client.options(RULES, headers={"Origin": "https://evil.example"}),
    ):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert "server" not in answer.headers
        assert not [name for name in answer.headers if name.startswith("access-control-")]


def test_transport_security_is_asked_for_over_https_only(service: Service) -> None:
    """RFC 6797: the header is ignored, and must not be sent, over plain HTTP."""
    app = create_app(service)
    with TestClient(app, "https://localhost") as client:
        assert "max-age" in client.get("/healthz").headers["strict-transport-security"]
    with TestClient(app, "http://localhost") as client:
        assert "strict-transport-security" not in client.get("/healthz").headers


def test_other_origins_are_allowed_by_setting(settings: Settings) -> None:
    """CORS is off unless origins are named; then for those alone, and never with cookies."""
    service = open_service(
        settings.model_copy(update={"cors_origins": "https://map.example"}), open_locally=True
    )
    asked = {
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "Authorization",
    }
    with local_client(service) as client:
        good = client.options(RULES, headers={"Origin": "https://map.example", **asked})
        assert good.headers["access-control-allow-origin"] == "https://map.example"
        assert "access-control-allow-credentials" not in good.headers
        evil = client.options(RULES, headers={"Origin": "https://evil.example", **asked})
        assert "access-control-allow-origin" not in evil.headers
    service.engine.dispose()
