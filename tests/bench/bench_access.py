"""What it costs to know who calls: `python -m tests.bench.bench_access`.

Processor time of this process on an SQLite file, the median of a few rounds, without HTTP. A key is
known by memory for some seconds; then, or after a restart, the database is asked.
"""

import argparse
import datetime as dt
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from api.access.doorkeeper import Doorkeeper
from api.access.keys import Grant, make_key
from api.access.signing_keys import KeyInPem, PublicKey
from api.access.tokens import TokenReader, TokenSettings
from api.audit.log import Action, record
from api.audit.verify import verify
from api.caller import SERVICE
from api.store.base import now
from api.store.engine import open_engine, sessions, writing
from api.store.migrate import migrate
from tests.bench.cases import machine, table, write_figures

ROUNDS = 5
ENTRIES = 2_000


def main() -> None:
    """Print the table, or write it to the docs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=2_000, help="checks a round")
    parser.add_argument("--write", action="store_true", help="write the table to the docs")
    options = parser.parse_args()
    text = as_table(costs_us(options.times), options.times)
    print(text)
    if options.write:
        write_figures("bench_access", text)


def as_table(costs: Mapping[str, float], times: int) -> str:
    """Return costs in µs as a Markdown table."""
    rows = [(name, f"{cost:,.0f}") for name, cost in costs.items()]
    return f"{machine()}, {times:,} times.\n\n" + table(("", "µs"), rows)


def costs_us(times: int) -> dict[str, float]:
    """Return the processor time of each kind of check, µs."""
    with tempfile.TemporaryDirectory() as folder:
        return {**_keys(Path(folder), times), **_tokens(times)}


def _keys(folder: Path, times: int) -> dict[str, float]:
    engine = open_engine(f"sqlite:///{folder}/hetao.sqlite")
    migrate(engine)
    opened = sessions(engine)
    with writing(opened) as session:
        _, key = make_key(session, Grant("kite", frozenset(["plan"])), SERVICE, now())
    door = Doorkeeper(opened)
    door.admit(key)
    found = {
        "API key, remembered": _median_us(lambda: door.remembered(key), times),
        "API key, by the database": _median_us(lambda: door.admit(key), times),
    }
    with writing(opened) as session:
        for number in range(ENTRIES):
            record(session, SERVICE, Action.PLAN_REQUESTED, str(number), {"edition": "0" * 64})
    with opened() as session:
        whole_us = _median_us(lambda: verify(session), 1)
    engine.dispose()
    return {**found, "audit log proven, each entry": whole_us / ENTRIES}


def _tokens(times: int) -> dict[str, float]:
    makers: dict[str, Callable[[], ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey]] = {
        "RS256": lambda: rsa.generate_private_key(65537, 2048),
        "ES256": lambda: ec.generate_private_key(ec.SECP256R1()),
    }
    settings = TokenSettings(keys="key.pem", issuer="https://id.example", audience="hetao")
    claims = {
        "iss": settings.issuer,
        "aud": settings.audience,
        "sub": "amy",
        "operator": "kite",
        "scope": "plan",
        "exp": now() + dt.timedelta(hours=1),
    }
    found = {}
    for name, make in makers.items():
        private = make()
        public: PublicKey = private.public_key()
        reader = TokenReader(settings, KeyInPem(public))
        token = jwt.encode(claims, private, name)
        found[f"token, {name}"] = _median_us(lambda r=reader, t=token: r.read(t), times)  # type: ignore[misc]
    return found


def _median_us(work: Callable[[], object], times: int) -> float:
    rounds = []
    for _ in range(ROUNDS):
        began = time.process_time()
        for _ in range(times):
            work()
        rounds.append((time.process_time() - began) / times * 1e6)
    return statistics.median(rounds)


if __name__ == "__main__":
    main()
