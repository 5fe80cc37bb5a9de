"""`hetao test`: run route tests, record new ones, see what they leave untested."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from api import console
from api.outcomes import NotHeldError
from api.parameters import Json, RouteNetwork, finite

if TYPE_CHECKING:
    from planner.routetest.mutate import Verdicts


class _RunsByDefault(TyperGroup):
    """A group in which what is no subcommand is given to `run`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put `run` first where no subcommand stands."""
        if not args or args[0] not in {*self.commands, "--help"}:
            args = ["run", *args]
        return list(super().parse_args(ctx, args))


app = typer.Typer(
    cls=_RunsByDefault,
    help="Run route tests (*.route.yaml), record new ones, see what they leave untested.",
    rich_markup_mode=None,
    epilog="`hetao test PATH` is `hetao test run PATH`.",
)


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    epilog="Exit codes are pytest's: 0 all hold, 1 some do not, 2 a file cannot be read, 4 no such "
    "path, 5 no test found.",
)
def run(
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PATH]...",
            help="Files or folders, this folder if left out; and any option of pytest, such as "
            "`-k hospital`, `-x`, `--lf`, `--junit-xml FILE`.",
            show_default=False,
        ),
    ] = None,
    network: RouteNetwork = None,
    update: Annotated[
        bool,
        typer.Option(
            "--update",
            help="Set the expectations that do not hold to what comes today, and show the "
            "difference.",
        ),
    ] = False,
) -> None:
    """Run route tests: `pytest` with nothing but `*.route.yaml`, the same output and exit code.

    Example: `hetao test tests/routes --network drafts/wider-lanes`
    """
    import pytest

    from api.route_tests import plugin

    # Without patterns pytest collects no Python file. That this program imported its own packages
    # before pytest could rewrite their assertions is nothing to warn of: they hold none.
    ours = "ignore:Module already imported:pytest.PytestAssertRewriteWarning"
    arguments = ["-o", "python_files=", "-W", ours, *(paths or ["."])]
    if network is not None:
        arguments.append(f"--route-network={network}")
    if update:
        arguments.append("--route-update")
    raise typer.Exit(int(pytest.main(arguments, plugins=[plugin])))


Paths = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="[PATH]...", help="Route files or folders; this folder.", show_default=False
    ),
]


@app.command()
def record(
    origin: Annotated[str, typer.Argument(metavar="FROM", help="Vertiport where it is loaded.")],
    destination: Annotated[str, typer.Argument(metavar="TO", help="Vertiport to bring it to.")],
    depart: Annotated[
        str,
        typer.Option(
            metavar="TIME", help="Loaded and ready, with the zone: 2026-11-24T09:30+08:00."
        ),
    ],
    name: Annotated[
        str | None,
        typer.Option(metavar="TEXT", help="Name of the case; says the rule.", show_default=False),
    ] = None,
    protects: Annotated[
        str | None, typer.Option(metavar="CODE", help="Rule that it protects.", show_default=False)
    ] = None,
    mass: Annotated[str, typer.Option(metavar="QUANTITY", help="Packed: `2.5 kg`.")] = "1 kg",
    volume: Annotated[str, typer.Option(metavar="QUANTITY", help="Packed: `12 l`.")] = "5 l",
    goods: Annotated[str, typer.Option(metavar="CLASS", help="Goods class.")] = "general",
    drone: Annotated[
        str | None, typer.Option(metavar="TYPE", help="Drone type; any.", show_default=False)
    ] = None,
    close: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="What is closed first; may be repeated."),
    ] = None,
    activate: Annotated[
        list[str] | None,
        typer.Option(metavar="ZONE", help="Zone made active first; may be repeated."),
    ] = None,
    network: RouteNetwork = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Add the case to this route file, or start the file with it; left out, print it.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Write a route case from what happens today: arrival, energy, checkpoint, lanes, heights.

    Take away from its expectations what may change.

    Exit codes: 0 written, 2 bad input.

    Example: `hetao test record SZ-HOSPITAL HK-B8 --depart 2026-11-24T09:30+08:00
    --goods biological --out tests/routes/hospital.route.yaml`
    """
    from api.route_tests.edit_file import appended, case_text, suite_text, write_text
    from api.route_tests.record import record as record_case
    from api.route_tests.sources import SHIPPED, Sources

    load = {"mass": mass, "volume": volume, "goods": goods, "drone": drone}
    usual = {"mass": "1 kg", "volume": "5 l", "goods": "general", "drone": None}
    said = {key: value for key, value in load.items() if value != usual[key]}
    when = {"close": close, "activate": activate}
    edits = {key: value for key, value in when.items() if value}
    folder = Path() if out is None else out.parent
    if out is not None and not out.name.endswith(".route.yaml"):
        raise typer.BadParameter("must end in .route.yaml", param_hint="--out")
    day, _, time = depart.partition("T")
    known = out is not None and out.exists()
    case: dict[str, object] = {
        "name": name or f"{origin} reaches {destination} from {time[:5]}",
        **({"protects": protects} if protects else {}),
        **({"when": edits} if edits else {}),
        "route": {
            "from": origin,
            "to": destination,
            "depart": depart if known else time[:5],
            **said,
        },
    }
    header = {"network": SHIPPED, "clock": day}
    found = record_case(header, case, Sources(network), folder)
    if out is None:
        console.answers().print(case_text(found), markup=False, soft_wrap=True, end="")
        return
    text = appended(out, found) if known else suite_text(header, [found])
    write_text(out, text)
    console.say(f"{out}: {found['name']}")


@app.command()
def suggest(
    paths: Paths = None,
    network: RouteNetwork = None,
    as_json: Json = False,
) -> None:
    """Propose the fewest cases that exercise what the route tests leave out, ready to paste.

    Candidates are routes between all vertiports over the day, and such with what-ifs for what
    those do not reach; the fewest of them are found by an exact set cover (OR-Tools).

    Exit codes: 0 done, 2 bad input.

    Example: `hetao test suggest tests/routes >> tests/routes/more.route.yaml`
    """
    from api.route_tests.suggested import suggested

    document = suggested(paths or [Path()], network)
    if as_json:
        console.print_json(document)
        return
    out = console.answers()
    for each in document["cases"]:
        out.print(each["text"], markup=False, soft_wrap=True)
    for kind, names in document["beyond"].items():
        console.say(f"no case was found for {kind}: {', '.join(names)}")
    console.say(f"cases: {len(document['cases'])}")


@app.command()
def mutate(
    paths: Paths = None,
    network: RouteNetwork = None,
    fail_under: Annotated[
        float | None,
        typer.Option(
            metavar="PERCENT",
            callback=finite,
            help="End with 1 if fewer are noticed.",
            show_default=False,
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Break the network in small ways, and tell which breaks no route test notices.

    A lane is closed, a lane beside an obstacle lowered, hours shifted, a zone widened. What the
    network's own check refuses, or no route can depend on, is left out.

    Exit codes: 0 done, 1 too few are noticed, 2 bad input.

    Example: `hetao test mutate tests/routes --fail-under 90`
    """
    from api.route_tests.load import find, run_all, suites
    from api.route_tests.sources import Sources
    from planner.routetest.mutate import mutate as mutate_all

    sources = Sources(network)
    with console.progress() as show:
        show("tests", "", 0.0)
        runs = list(run_all(find(paths or [Path()]), sources, explain=False))
        for run in runs:
            if not run.passed:
                console.say(f"{run.path}:{run.test.line}: {run.test.name} does not hold: left out")
        found = {
            edition: mutate_all(members, lambda text, done: show("mutants", text, done))
            for edition, members in suites(runs, sources).items()
        }
    for edition, verdicts in found.items():
        _tell_mutants(edition, verdicts, as_json)
    least = min((each.killed for each in found.values()), default=0.0)
    if fail_under is not None and 100 * least < fail_under:
        raise NotHeldError


def _tell_mutants(edition: str, verdicts: "Verdicts", as_json: bool) -> None:
    from collections import Counter

    counts = Counter(each.mutant.operator for each in verdicts.all)
    killed = Counter(each.mutant.operator for each in verdicts.all if each.by is not None)
    if as_json:
        mutants = [
            {
                "operator": each.mutant.operator,
                "feature": each.mutant.feature,
                "text": each.mutant.text,
                "noticed_by": each.by,
            }
            for each in verdicts.all
        ]
        console.print_json(
            {"edition": edition, "killed": round(verdicts.killed, 4), "mutants": mutants}
        )
        return
    out = console.answers()
    out.print(f"edition {edition[:12]}", style="bold")
    rows: list[tuple[str, int, int]] = [(name, killed[name], counts[name]) for name in counts]
    rows.append(("all", sum(killed.values()), len(verdicts.all)))
    console.print_table(out, ("broken", "noticed", "mutants"), rows, right=(1, 2))
    for each in verdicts.survived:
        out.print(f"not noticed: {each.text}", markup=False, soft_wrap=True)
    out.print(f"noticed: {verdicts.killed:.1%}")
