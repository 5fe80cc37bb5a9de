"""Send many generated requests to every operation of the API, on both databases.

    python -m tests.bench.bench_contract --examples 200

Raises at the first answer that the description of the API does not name, and at any 5xx.
"""

import argparse
import sys

from api.http.app import create_app
from api.service import open_service
from api.settings import Settings
from tests.api.service.conftest import local_client
from tests.api.service.contract import asked, maker
from tests.api.service.credentials import header_of
from tests.bench.bench_faults import DATABASES, place


def main() -> None:
    """Print how many answers of each status came."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=200)
    options = parser.parse_args()
    for database in DATABASES:
        with place(database) as (folder, url, _):
            service = open_service(Settings(database=url, data=folder))
            headers = header_of(service, "local")
            client = local_client(service)
            client.headers.update(headers)
            counts = asked(create_app(service), options.examples, headers, maker(client))
            service.engine.dispose()
        told = ", ".join(f"{status}: {count}" for status, count in sorted(counts.items()))
        print(f"{database}: {counts.total()} requests, {told}", file=sys.stdout, flush=True)


if __name__ == "__main__":
    main()
