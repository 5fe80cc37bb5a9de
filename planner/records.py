"""What records that come from outside the planner have in common."""

from typing import Annotated

from pydantic import ConfigDict, Field

STRICT = ConfigDict(extra="forbid", allow_inf_nan=False)
"""No field that is not known, no number that is infinite or none."""

Key = Annotated[
    str,
    Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$", description="unique among its kind"),
]
