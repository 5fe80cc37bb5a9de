"""What a plan gets wrong."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """One rule that a plan breaks, and where.

    `code` is a code of `planner.rules.codes.RULES`; `place` says where in the plan ("sortie S-003
    leg 2", counted from 1); `found` and `allowed` are the values as a person reads them.
    """

    code: str
    place: str
    message: str
    found: str = ""
    allowed: str = ""

    def __str__(self) -> str:
        values = (("found", self.found), ("allowed", self.allowed))
        detail = "; ".join(f"{name} {value}" for name, value in values if value)
        return f"{self.code} {self.place}: {self.message}" + (f" ({detail})" if detail else "")
