"""`hetao check`: prove a finished plan."""

from dataclasses import asdict

from api import console
from api.answer import PlanFile, RequestOption, StoreOption, read_answer
from api.outcomes import NotHeldError
from api.parameters import Elevation, ElevationMargin, Json, NetworkOption


def check(
    plan: PlanFile,
    network: NetworkOption = None,
    store: StoreOption = None,
    request: RequestOption = None,
    elevation: Elevation = None,
    elevation_margin: ElevationMargin = 5,
    as_json: Json = False,
) -> None:
    """Check a plan against network, request and rules, trusting nothing of what made it.

    Every flight is derived again from the geometry. With --store, the network is the edition that
    the plan names, however long ago it was published. Each violation names its rule (see
    `hetao rules`), its place in the plan, the value found and the value allowed.

    Exit codes: 0 every rule holds, 1 a rule is broken, 2 bad input.

    Example: `hetao check my-plan/plan.json --request my-day`
    """
    from planner.check import check_plan

    answer = read_answer(plan, network, store, request, elevation, elevation_margin)
    violations = check_plan(*answer)
    if as_json:
        document = [asdict(violation) for violation in violations]
        console.print_json({"ok": not violations, "violations": document})
    else:
        out = console.answers()
        for violation in violations:
            out.print(str(violation), markup=False, soft_wrap=True)
        out.print(f"violations: {len(violations)}" if violations else "every rule holds")
    if violations:
        raise NotHeldError
