"""Who receives an order: no more than a handover and a customs declaration need."""

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from geodata.features import Side


class Purpose(StrEnum):
    """What a consignee's data may be read for."""

    HANDOVER = "handover"
    CUSTOMS = "customs"


class Person(BaseModel):
    """The person: what is sealed. Never shown by `repr`, so that no log line can hold it."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    name: str = Field(min_length=1, max_length=200, repr=False, description="As on the document.")
    contact: str = Field(
        default="", max_length=200, repr=False, description="Telephone number or e-mail address."
    )


class Consignee(Person):
    """A consignee as an order carries it: the person, and under what terms."""

    side: Side = Field(description="The side whose law the data is under and where it is sealed.")
    purposes: frozenset[Purpose] = Field(
        default=frozenset({Purpose.HANDOVER}),
        min_length=1,
        description="What the data was collected for; it cannot be read for anything else.",
    )
    contract: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ./_-]{0,99}$")] | (
        None
    ) = Field(
        default=None,
        description="The contract under which the data may cross to the other side, such as the "
        "number of a filed GBA Standard Contract; without one it never does.",
    )
