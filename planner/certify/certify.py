"""The certifier's order of work: what the certificate is of, its rows, its bound, the plan."""

from collections.abc import Iterator

from geodata.faults import Fault
from geodata.field_faults import Place
from geodata.network import Network
from planner.air.airspace import Airspace
from planner.certify.price import proven_microcents
from planner.certify.rows import row_faults
from planner.certify.walk import MICRO
from planner.check import check_plan
from planner.day.instance import Instance
from planner.plan.certificate import Certificate, gap_ppm
from planner.plan.plan import Plan
from planner.request.request import Request
from planner.rules.rulebook import Rulebook

CERTIFICATE, PLAN = "certificate.json", "plan.json"
"""What faults call the two files."""


def certify_plan(
    certificate: Certificate,
    plan: Plan,
    network: Network,
    request: Request,
    rulebook: Rulebook,
    workers: int = 1,
) -> list[Fault]:
    """Return every reason why a certificate does not hold for a plan; none if it does.

    Then the plan keeps every rule and costs `cost_cents`, and no plan for the request on the
    network under the rules costs less than `bound_cents`. The bound is derived again from the
    duals alone, if the rows are those of the request; every sortie is priced on some `workers`
    threads.
    """
    found = list(_edition_faults(certificate, network, request, rulebook))
    if not found:
        instance = Instance(Airspace(network, request), rulebook)
        found += row_faults(certificate.branches, instance, CERTIFICATE)
        if not found:
            found += _bound_faults(certificate, instance, workers)
    found += _plan_faults(certificate, plan)
    for each in check_plan(plan, network, request, rulebook):
        place = Place(PLAN, each.place)
        found.append(place.fault("", each.code, each.message, value=each.found, limit=each.allowed))
    return found


def _edition_faults(
    certificate: Certificate, network: Network, request: Request, rulebook: Rulebook
) -> Iterator[Fault]:
    hashes = (
        ("edition", certificate.edition, network.edition),
        ("request", certificate.request, request.hash),
        ("rulebook", certificate.rulebook, rulebook.hash),
    )
    for field, named, given in hashes:
        if named != given:
            yield Place(CERTIFICATE).fault(
                field, "EDITION", f"it is of another {field}", value=named, limit=given
            )


def _bound_faults(certificate: Certificate, instance: Instance, workers: int) -> Iterator[Fault]:
    """Yield a fault if the bound is more than the duals prove; plans cost whole cents."""
    proven = proven_microcents(instance, certificate.branches, workers)
    most = max(0, -(-proven // MICRO))
    if certificate.bound_cents > most:
        yield Place(CERTIFICATE).fault(
            "bound_cents",
            "CERTIFICATE_BOUND",
            "it is more than the duals prove",
            value=certificate.bound_cents,
            limit=f"at most {most}",
        )


def _plan_faults(certificate: Certificate, plan: Plan) -> Iterator[Fault]:
    cost, bound = plan.cost.total_cents, plan.bound.lower_bound_cents
    figures = (
        ("cost_cents", "the plan costs this", certificate.cost_cents, cost),
        ("bound_cents", "the plan states this bound", certificate.bound_cents, bound),
        (
            "gap_ppm",
            "the gap is that of cost and bound",
            certificate.gap_ppm,
            gap_ppm(certificate.cost_cents, certificate.bound_cents),
        ),
    )
    for field, message, value, right in figures:
        if value != right:
            yield Place(CERTIFICATE).fault(field, "COST", message, value=value, limit=str(right))
