"""Hours and schedules: every expression must be one that can be evaluated."""

from collections.abc import Iterator, Sequence

from geodata.check.survey import Survey
from geodata.codes import fault
from geodata.edit import layer_of
from geodata.faults import Fault
from geodata.features import Checkpoint, Corridor, Vertiport, Zone
from geodata.schedule import parse_error


def unreadable_hours(
    survey: Survey, members: Sequence[Vertiport | Checkpoint | Corridor | Zone]
) -> Iterator[Fault]:
    """Yield hours and schedules that are no opening_hours expressions."""
    known: dict[str, str | None] = {}
    for member in members:
        field = "schedule" if isinstance(member, Zone) else "hours"
        expression = getattr(member, field)
        if expression not in known:
            known[expression] = parse_error(expression)
        why = known[expression]
        if why is not None:
            yield fault(
                "HOURS_SYNTAX",
                layer_of(member),
                member.id,
                field,
                value=expression,
                message=f"It is {why}.",
            )
