"""Checking a stored plan, in a process of its own: seconds of work that no request waits behind."""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from api.console import Report
from api.jobs.solve import read_content

if TYPE_CHECKING:
    from geodata.network import Network


@dataclass(frozen=True, slots=True)
class CheckJob:
    """A plan's JSON, that of its request, and the network that it was made on."""

    document: bytes
    content: bytes
    network: "Network"
    beside_others: bool = False


def check(job: CheckJob, report: Report) -> list[dict[str, Any]]:
    """Return every rule that a plan breaks, found from geometry, request and rules alone.

    Or, `beside_others`, only where it meets what the request says that others hold.
    """
    from planner.check import check_beside_others, check_plan
    from planner.plan.plan import PLAN
    from planner.rules.rulebook import shipped_rulebook

    rulebook = shipped_rulebook()
    request = read_content(job.content, job.network, rulebook)
    plan = PLAN.validate_json(job.document)
    judge = check_beside_others if job.beside_others else check_plan
    violations = judge(plan, job.network, request, rulebook)
    return [asdict(each) for each in violations]
