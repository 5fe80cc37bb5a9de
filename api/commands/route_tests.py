"""`hetao test`: run route tests, record new ones, see what they leave untested."""

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from api.parameters import RouteNetwork


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
) -> None:
    """Run route tests: `pytest` with nothing but `*.route.yaml`, the same output and exit code.

    Example: `hetao test tests/routes --network drafts/wider-lanes`
    """
    import pytest

    from api.route_tests import plugin

    # Without patterns pytest collects no Python file.
    arguments = ["-o", "python_files=", *(paths or ["."])]
    if network is not None:
        arguments.append(f"--route-network={network}")
    raise typer.Exit(int(pytest.main(arguments, plugins=[plugin])))
