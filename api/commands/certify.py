"""`hetao certify`: prove a plan's bound again."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from api import console
from api.answer import CERTIFICATE, PlanFile, RequestOption, StoreOption, read_answer
from api.outcomes import NotHeldError
from api.parameters import Elevation, ElevationMargin, Json, NetworkOption


def certify(
    plan: PlanFile,
    certificate: Annotated[
        Path | None,
        typer.Option(
            "--certificate",
            metavar="FILE",
            exists=True,
            dir_okay=False,
            help=f"Its certificate; {CERTIFICATE} beside the plan if left out.",
            show_default=False,
        ),
    ] = None,
    network: NetworkOption = None,
    store: StoreOption = None,
    request: RequestOption = None,
    elevation: Elevation = None,
    elevation_margin: ElevationMargin = 5,
    workers: Annotated[int, typer.Option(min=1, max=256, help="Threads that price sorties.")] = 2,
    as_json: Json = False,
) -> None:
    """Prove a plan's cost, bound and gap from its certificate, trusting nothing of the search.

    Every sortie that the fleet could fly is priced again against the certificate's duals; no
    programme is solved. The plan itself is checked as by `hetao check`. Whatever does not hold is
    named with its rule, its place, the value found and the value allowed.

    Exit codes: 0 all of it holds, 1 something does not, 2 bad input.

    Example: `hetao certify my-plan/plan.json --request my-day`
    """
    from planner.certify import certify_plan
    from planner.read.certificate import read_certificate

    answer = read_answer(plan, network, store, request, elevation, elevation_margin)
    proof = read_certificate(certificate or plan.with_name(CERTIFICATE))
    faults = certify_plan(proof, *answer, workers)
    figures = {
        "cost_cents": proof.cost_cents,
        "bound_cents": proof.bound_cents,
        "gap_ppm": proof.gap_ppm,
    }
    if as_json:
        document = [asdict(fault) for fault in faults]
        console.print_json({"ok": not faults, **figures, "faults": document})
    else:
        out = console.answers()
        for fault in faults:
            out.print(str(fault), markup=False, soft_wrap=True)
        if faults:
            out.print(f"faults: {len(faults)}")
        else:
            currency = answer.request.fleet.prices.currency
            out.print(
                f"proven: cost {proof.cost_cents / 100:,.2f} {currency}, no plan under "
                f"{proof.bound_cents / 100:,.2f}, gap {proof.gap_ppm / 10_000:.4f} %"
            )
    if faults:
        raise NotHeldError
