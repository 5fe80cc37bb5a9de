"""The server's log: lines on standard error, for whatever collects them."""

import logging
import time

_FORMAT = "%(asctime)sZ %(levelname)s %(name)s %(message)s"


def log_to_standard_error() -> None:
    """Log what the service does, and warnings of the libraries under it, times in UTC."""
    lines = logging.Formatter(_FORMAT, "%Y-%m-%dT%H:%M:%S")
    lines.converter = time.gmtime
    handler = logging.StreamHandler()
    handler.setFormatter(lines)
    logging.getLogger().addHandler(handler)
    logging.getLogger("hetao").setLevel(logging.INFO)
