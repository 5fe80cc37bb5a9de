"""The checker: proves a finished plan from geometry, request and rules alone."""

from planner.check.check import check_beside_others, check_plan
from planner.check.violation import Violation

__all__ = ["Violation", "check_beside_others", "check_plan"]
