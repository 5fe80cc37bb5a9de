"""How a command may end, and the one table from that to an exit code."""

from collections.abc import Mapping
from types import MappingProxyType

from geodata.faults import InvalidInput
from planner.crew import LostTaskError


class NotHeldError(Exception):
    """The thing that was checked does not hold; the command has printed what it found."""


class OutputError(Exception):
    """The output cannot be written where it was asked for."""


class PlannerDiedError(Exception):
    """The process that plans ended without an answer."""


EXIT_CODES: Mapping[type[BaseException], int] = MappingProxyType(
    {
        NotHeldError: 1,
        InvalidInput: 2,
        OutputError: 2,
        OSError: 2,
        PlannerDiedError: 70,
        LostTaskError: 70,
        KeyboardInterrupt: 130,
    }
)
"""Anything else that is raised is a defect of the program and shows as one."""


def exit_code(error: BaseException) -> int:
    """Return the exit code of the way in which a command ended."""
    return next(code for kind, code in EXIT_CODES.items() if isinstance(error, kind))
