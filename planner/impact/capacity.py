"""Loaded flights an hour before and after an edit."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from planner.air.airspace import Airspace
from planner.capacity.capacity import Capacities, Capacity, Course
from planner.capacity.question import CapacityQuestion
from planner.day.instance import Instance
from planner.impact.halves import Comparison


@dataclass(frozen=True, slots=True)
class CapacityChange:
    """Loaded flights an hour before and after, in one course."""

    course: Course
    old: Capacity
    new: Capacity


def capacity_changes(
    question: CapacityQuestion, at_s: int, comparison: Comparison
) -> tuple[CapacityChange, ...]:
    """Return what each course comes to in the hour from `at_s` on."""
    both = []
    grid = comparison.grid
    for network in (comparison.old, comparison.new):
        instance = Instance(Airspace(network, grid.request), grid.rulebook)
        known = replace(
            question,
            origins=tuple(each for each in question.origins if each in network.vertiports),
            destinations=tuple(
                each for each in question.destinations if each in network.vertiports
            ),
        )
        both.append(Capacities(instance, known))
    courses: Sequence[Course] = ("there", "back", "both")
    return tuple(
        CapacityChange(course, *(each.at(at_s, course) for each in both)) for course in courses
    )
