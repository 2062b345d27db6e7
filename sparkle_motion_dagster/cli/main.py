"""`sparkle`: a MoviePlan becomes a finished film."""

import ast
import importlib
from pathlib import Path
from typing import Final

import click

COMMANDS: Final = {
    "render": "render:render",
    "add": "add:add",
    "write": "write:write",
    "plan": "plan:plan",
    "status": "status:status",
    "pause": "control:pause",
    "resume": "control:resume",
    "stop": "control:stop",
    "approve": "review:approve",
    "reject": "review:reject",
    "redo": "takes:redo",
    "takes": "takes_listing:takes",
    "take": "takes:take",
    "pin": "takes:pin",
    "unpin": "takes:unpin",
    "vary": "vary:vary",
    "similar": "similar:similar",
    "comments": "comments:comments",
    "explain": "explain:explain",
    "verify": "verify:verify",
    "prune": "prune:prune",
    "remove": "remove:remove",
    "archive": "archive:archive",
    "restore": "archive:restore",
    "index": "index:index",
    "voices": "voices:voices",
    "engines": "engines.commands:engines",
    "doctor": "doctor:doctor",
    "serve": "serve:serve",
    "ui": "ui:ui",
    "prepare": "ui:prepare",
    "webserver": "ui:webserver",
}
"""Each command and where it is; imported only when it is asked for, so that help is instant."""

_INDENT = 6
"""Columns of a list of commands that hold neither their names nor what they do."""


class _LazyGroup(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        command = getattr(importlib.import_module(f"sparkle_motion_dagster.cli.{module}"), name)
        if not isinstance(command, click.Command):
            raise TypeError(f"{module}.{name} is no command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        limit = formatter.width - _INDENT - max(map(len, COMMANDS))
        with formatter.section("Commands"):
            formatter.write_dl(
                [
                    (name, click.Command(name, help=_docstring(where)).get_short_help_str(limit))
                    for name, where in COMMANDS.items()
                ]
            )


def _docstring(where: str) -> str:
    """Return what a command's function says of itself, without importing it."""
    module, name = where.split(":")
    file = Path(__file__).parent.joinpath(*module.split(".")).with_suffix(".py")
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            return ast.get_docstring(node) or ""
    raise LookupError(f"{file} has no function {name}")


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
@click.version_option(package_name="sparkle-motion-dagster")
def main(debug: bool) -> None:  # noqa: FBT001 - read from the context by readable_errors
    """Turn a MoviePlan into a finished film.

    Everything lies below $SPARKLE_HOME (default ./.sparkle). Exit codes: 0 done, 1 failed, 2 the
    input is wrong, 75 busy, try again.
    """
