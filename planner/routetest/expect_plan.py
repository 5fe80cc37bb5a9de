"""What a day's plan is held to."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from geodata.network import Network
from planner.check import check_plan
from planner.check.violation import Violation
from planner.plan.plan import Plan
from planner.request.request import Request
from planner.routetest.expect_route import between, within
from planner.routetest.fields import Money
from planner.routetest.outcome import Kind, Miss, Outcome, Touched, Why, merged
from planner.routetest.records import PlanCase
from planner.routetest.refresh import down, moved, up
from planner.routetest.scene import Scene
from planner.routetest.what_if import names, without_lanes
from planner.solve.solve import make_plan
from planner.solve_options import SolveOptions

_TOLD = 5
"""Orders left out and violations that are told at most."""


@dataclass(frozen=True, eq=False)
class Planned:
    """A plan, the request that it answers, and what the checker finds."""

    case: PlanCase
    network: Network
    request: Request
    plan: Plan
    violations: tuple[Violation, ...]

    @property
    def served(self) -> int:
        """Orders that are served."""
        return len(self.request.orders) - len(self.plan.unserved)


def plan_outcome(case: PlanCase, scene: Scene, request: Request) -> Outcome:
    """Plan a request's day on a scene, check it, and hold it to what a case expects.

    The limit counts the solver's own work, so that the same plan comes on every machine. The
    scene's weather counts where the case sets it.
    """
    network = without_lanes(scene.network, scene.shut)
    if case.when.wind or case.when.warning:
        request = replace(request, weather=scene.request.weather)
    options = SolveOptions(
        time_limit_s=case.plan.time_limit, seed=case.plan.seed, deterministic=True
    )
    plan = make_plan(network, request, scene.rulebook, options)
    violations = tuple(check_plan(plan, network, request, scene.rulebook))
    planned = Planned(case, network, request, plan, violations)
    missed = tuple(miss for check in _CHECKS for miss in check(planned))
    return Outcome(
        misses=missed,
        touched=_touched(planned),
        came=_told(planned),
        why=tuple(_why(planned)) if missed else (),
        refreshed=refreshed_plan(planned, missed),
        scene=scene,
    )


def _told(planned: Planned) -> str:
    plan = planned.plan
    cost = Money(planned.request.fleet.prices.currency, plan.cost.total_cents)
    return (
        f"{planned.served} of {len(planned.request.orders)} orders served, {cost}, gap "
        f"{plan.bound.gap:.2%}, {len(planned.violations)} violations"
    )


def _served(planned: Planned) -> Iterator[Miss]:
    bounds = planned.case.expect.served
    if bounds is not None and not within(planned.served, bounds):
        yield Miss("served", f"{between(bounds, lambda n: f'{n:g}')} served", str(planned.served))


def _unserved(planned: Planned) -> Iterator[Miss]:
    left_out = {
        each.order: [reason.code for reason in each.reasons] for each in planned.plan.unserved
    }
    for order, code in planned.case.expect.unserved.items():
        if order not in planned.request.orders_by_id:
            yield Miss("unserved", f"{order} left out: {code}", "the request has no such order")
        elif code not in left_out.get(order, ()):
            came = ", ".join(left_out.get(order, ())) or "served"
            yield Miss("unserved", f"{order} left out: {code}", came)


def _cost(planned: Planned) -> Iterator[Miss]:
    bounds = planned.case.expect.cost
    if bounds is None:
        return
    currency = planned.request.fleet.prices.currency
    came = Money(currency, planned.plan.cost.total_cents)
    for bound, word in ((bounds.min, "at least"), (bounds.max, "at most")):
        if bound is None:
            continue
        if bound.currency != currency:
            yield Miss("cost", f"costs {word} {bound}", f"the request's prices are in {currency}")
        elif came.cents < bound.cents if word == "at least" else came.cents > bound.cents:
            yield Miss("cost", f"costs {word} {bound}", str(came))


def _gap(planned: Planned) -> Iterator[Miss]:
    bounds, came = planned.case.expect.gap, planned.plan.bound.gap
    if bounds is not None and not within(came, bounds):
        expected = between(bounds, lambda each: f"{each:.2%}")
        yield Miss("gap", f"a gap of {expected}", f"{came:.2%} ({planned.plan.bound.method})")


def _utilisation(planned: Planned) -> Iterator[Miss]:
    for name, bounds in planned.case.expect.utilisation.items():
        came = _use(planned, name)
        known = name in planned.network.sites or name in planned.network.lanes
        if not known or not within(came, bounds):
            expected = f"{name} used {between(bounds, lambda each: f'{each:.1%}')}"
            yield Miss("utilisation", expected, f"{came:.1%}" if known else "the network has none")


def _use(planned: Planned, name: str) -> float:
    """Return the share of its capacity to which a site or lane is used."""
    used = (each.share for each in planned.plan.utilisation if each.resource == name)
    return max(used, default=0.0)


def _violations(planned: Planned) -> Iterator[Miss]:
    expected, came = planned.case.expect.violations, planned.violations
    if expected is not None and len(came) != expected:
        counted = Counter(each.code for each in came)
        listed = ", ".join(f"{code} {number}" for code, number in sorted(counted.items()))
        yield Miss("violations", f"violations: {expected}", f"{len(came)} ({listed or 'none'})")


_CHECKS: Sequence[Callable[[Planned], Iterator[Miss]]] = (
    _served,
    _unserved,
    _cost,
    _gap,
    _utilisation,
    _violations,
)


def refreshed_plan(planned: Planned, missed: tuple[Miss, ...]) -> dict[str, object]:
    """Return the fields that a plan case misses as they would hold today."""
    expect, plan, found = planned.case.expect, planned.plan, dict[str, object]()
    fields = {each.field for each in missed}
    if "served" in fields and expect.served is not None:
        found["served"] = moved(expect.served, planned.served, int, int)
    if "unserved" in fields:
        left_out = {each.order: each.reasons[0].code for each in plan.unserved}
        kept = {order: left_out[order] for order in expect.unserved if order in left_out}
        found["unserved"] = kept or None
    if "cost" in fields and expect.cost is not None:
        currency, whole = planned.request.fleet.prices.currency, plan.cost.total_cents / 100
        lower = expect.cost.min is not None and plan.cost.total_cents < expect.cost.min.cents
        amount = {"min": down(whole, 10)} if lower else {"max": up(whole, 10)}
        found["cost"] = {bound: f"{each} {currency}" for bound, each in amount.items()}
    if "gap" in fields and expect.gap is not None:
        found["gap"] = moved(expect.gap, plan.bound.gap, _share_down, _share_up)
    if "utilisation" in fields:
        found["utilisation"] = _refreshed_utilisation(planned) or None
    if "violations" in fields:
        found["violations"] = len(planned.violations)
    return found


def _refreshed_utilisation(planned: Planned) -> dict[str, object]:
    """Return the bounds of use that are missed, moved to what came; none of what is gone."""
    found: dict[str, object] = {}
    for name, bounds in planned.case.expect.utilisation.items():
        known = name in planned.network.sites or name in planned.network.lanes
        came = _use(planned, name)
        if known and not within(came, bounds):
            found[name] = moved(bounds, came, _share_down, _share_up)
    return found


def _share_down(share: float) -> str:
    return f"{down(1000 * share, 1) / 10:g} %"


def _share_up(share: float) -> str:
    return f"{up(1000 * share, 1) / 10:g} %"


def _why(planned: Planned) -> Iterator[Why]:
    """Yield what the checker finds, and why orders are left out that the case does not name."""
    for violation in planned.violations[:_TOLD]:
        yield Why(violation.code, f"{violation.place}: {violation.found}", violation.message)
    expected = planned.case.expect.unserved
    left_out = [each for each in planned.plan.unserved if each.order not in expected]
    for each in left_out[:_TOLD]:
        for reason in each.reasons:
            values = ", ".join(f"{name} {value}" for name, value in reason.values.items())
            yield Why(reason.code, f"order {each.order}, {values}", reason.remedy)


def _touched(planned: Planned) -> Touched:
    """Return what a plan exercises: what it flies over, and rules that leave orders out."""
    legs = [leg for sortie in planned.plan.sorties for leg in sortie.legs]
    lanes = {lane for leg in legs for lane in leg.lanes}
    stops = [stop for sortie in planned.plan.sorties for stop in sortie.stops]
    hours = {
        f"{hour:02}"
        for leg in legs
        for hour in range(leg.holds[0].enter.hour, leg.holds[-1].exit.hour + 1)
    }
    rules = {reason.code for each in planned.plan.unserved for reason in each.reasons}
    if planned.case.protects:
        rules.add(planned.case.protects)
    network = planned.network
    found: dict[Kind, frozenset[str]] = {
        "lane": frozenset(lanes),
        "corridor": frozenset(network.lanes[lane][0].id for lane in lanes),
        "checkpoint": frozenset(stop.place for stop in stops if stop.place in network.checkpoints),
        "hour": frozenset(hours),
        "rule": frozenset(rules),
        "zone": frozenset({*names(planned.case.when)} & network.zones.keys()),
    }
    return merged(found)
