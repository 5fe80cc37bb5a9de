"""The command line `hetao`: only wiring; each command stands in `api.commands`."""

import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import typer

from api import console
from api.commands import (
    audit,
    backup,
    certify,
    check,
    consignees,
    keys,
    network,
    plan,
    route,
    route_tests,
    rules,
    sample,
    schema,
    serve,
)
from api.outcomes import EXIT_CODES, NotHeldError, exit_code
from geodata.faults import InvalidInput
from planner import __version__

app = typer.Typer(
    name="hetao",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    epilog="Exit codes: 0 done, 1 what was checked does not hold, 2 bad input, 130 interrupted.",
)
app.command("plan")(plan.plan)
app.command("check")(check.check)
app.command("certify")(certify.certify)
app.command("route")(route.route)
app.command("sample")(sample.sample)
app.command("schema")(schema.schema)
app.command("rules")(rules.rules)
app.command("serve")(serve.serve)
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)
app.add_typer(network.app, name="network")
app.add_typer(keys.app, name="keys")
app.add_typer(consignees.app, name="consignees")
app.add_typer(audit.app, name="audit")
app.add_typer(route_tests.app, name="test")


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"hetao {__version__}")
        raise typer.Exit


@app.callback()
def hetao(
    version: Annotated[
        bool,
        typer.Option(
            "--version", is_eager=True, callback=_show_version, help="Show the version and end."
        ),
    ] = False,
) -> None:
    """Plan a day of cross-border drone deliveries, and prove that the plan keeps every rule.

    Heights are metres above the network's vertical datum, coordinates WGS-84 lon/lat, times carry
    their zone. Answers go to standard output, progress and messages to standard error.
    """


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code; a defect of the program is raised."""
    try:
        app(list(arguments), prog_name="hetao")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    except tuple(EXIT_CODES) as error:
        _explain(error, as_json="--json" in arguments)
        return exit_code(error)
    return 0


def _explain(error: BaseException, as_json: bool) -> None:
    """Say why a command ended: one message a fault."""
    if isinstance(error, InvalidInput):
        console.print_faults(error.faults, console.messages())
        if as_json:
            console.print_json({"faults": [asdict(fault) for fault in error.faults]})
    elif isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        console.say(f"error {where}{error.strerror or error}")
    elif not isinstance(error, NotHeldError | KeyboardInterrupt):
        console.say(f"error {error}")


def main() -> None:
    """Run the command line of this process and end it."""
    # A polite end, and a reader that has gone, take the same way out as an interrupt: the child
    # ended, the draft removed.
    for number in (signal.SIGTERM, signal.SIGPIPE):
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    code = run(sys.argv[1:])
    # From here on the interpreter ends, and nothing could answer for a signal any more.
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    sys.exit(_told(code))


def _told(code: int) -> int:
    """Return the exit code once all that was printed is out, or that of what kept it in.

    What a command has failed of (any code but 0 and 1) is not said twice.
    """
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError as error:
            # What is still in the buffer would fail again at the very end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
            if code not in (0, 1):
                continue
            if isinstance(error, BrokenPipeError):
                code = 128 + signal.SIGPIPE
            else:
                _explain(error, as_json=False)
                code = exit_code(error)
    return code


if __name__ == "__main__":
    main()
