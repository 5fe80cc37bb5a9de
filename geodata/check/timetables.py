"""Hours and schedules: every expression must be one that can be evaluated."""

from collections.abc import Iterator

from geodata.check.survey import Survey
from geodata.codes import fault
from geodata.faults import Fault
from geodata.features import Checkpoint, Corridor, Vertiport, Zone
from geodata.schedule import parse_error


def unreadable_hours(survey: Survey) -> Iterator[Fault]:
    """Yield hours and schedules that are no opening_hours expressions."""
    for layer, members in survey.network.features.items():
        for member in members:
            if isinstance(member, Vertiport | Checkpoint | Corridor):
                field, expression = "hours", member.hours
            elif isinstance(member, Zone):
                field, expression = "schedule", member.schedule
            else:
                continue
            why = parse_error(expression)
            if why is not None:
                yield fault(
                    "HOURS_SYNTAX",
                    layer,
                    member.id,
                    field,
                    value=expression,
                    message=f"It is {why}.",
                )
