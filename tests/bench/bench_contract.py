"""Send many generated requests to every operation of the API, on both databases.

    python -m tests.bench.bench_contract --examples 200 --write

Raises at the first answer that the description of the API does not name, and at any 5xx.
"""

import argparse
import sys
from collections import Counter

from api.http.app import create_app
from api.service import open_service
from api.settings import Settings
from tests.api.service.conftest import local_client
from tests.api.service.contract import asked, maker
from tests.api.service.credentials import header_of
from tests.bench.bench_faults import DATABASES, place
from tests.bench.cases import table, write_figures


def main() -> None:
    """Print, or write into docs/benchmarks.md, how many answers of each status came."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=200)
    parser.add_argument("--slow-examples", type=int, default=5)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    rows = []
    for database in DATABASES:
        counts = answers(database, options.examples, options.slow_examples)
        told = ", ".join(f"{status} x {count:,}" for status, count in sorted(counts.items()))
        rows.append((database, f"{counts.total():,}", told))
        print(*rows[-1], sep=": ", file=sys.stderr, flush=True)
    found = table(("database", "requests", "answers, each as described"), rows)
    print(found)
    if options.write:
        text = f"{options.examples} and {options.slow_examples} examples.\n\n{found}"
        write_figures("bench_contract", text)


def answers(database: str, examples: int, slow: int) -> Counter[str]:
    """Return how many answers of each status came; raises if one is not as described."""
    with place(database) as (folder, url, _):
        service = open_service(Settings(database=url, data=folder))
        headers = header_of(service, "local")
        client = local_client(service)
        client.headers.update(headers)
        counts = asked(create_app(service), examples, headers, maker(client), slow)
        service.engine.dispose()
        return counts


if __name__ == "__main__":
    main()
