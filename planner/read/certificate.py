"""Certificate files: a certificate from its JSON with every fault of its form, and back."""

from pathlib import Path
from types import MappingProxyType

from geodata.field_faults import Records
from planner.plan.certificate import (
    CERTIFICATE,
    BlossomRow,
    Branch,
    Certificate,
    LinkRow,
    OrderRow,
    SquadRows,
)
from planner.read.record import read_record, write_record

_RECORDS: Records = MappingProxyType(
    {
        (): Certificate,
        ("branches",): Branch,
        ("branches", "orders"): OrderRow,
        ("branches", "blossoms"): BlossomRow,
        ("branches", "squads"): SquadRows,
        ("branches", "squads", "links"): LinkRow,
    }
)


def read_certificate(path: Path) -> Certificate:
    """Return the certificate in a JSON file. Raises InvalidInput with every fault of its form.

    `planner.certify` says whether it holds.
    """
    return read_record(path, CERTIFICATE, _RECORDS)


def write_certificate(certificate: Certificate, path: Path) -> None:
    """Write a certificate, the same bytes for the same. Raises OSError if that cannot be done."""
    write_record(certificate, CERTIFICATE, path)
