"""The command line: `sunup COMMAND`. Every error that we raise on purpose ends as one sentence."""

import sys

import typer

from core.errors import SunupError
from sunup.commands import accounts, chat, dead_letters, doctor, parts, signal, workflows

app = typer.Typer(
    help="Sunup: the chat platform that speaks first.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(parts.serve)
app.command()(parts.web)
app.command()(parts.send)
app.command()(parts.schedule)
app.command()(parts.worker)
app.command()(chat.chat)
app.command()(doctor.doctor)
app.command()(signal.signal)
app.add_typer(accounts.app, name="accounts")
app.add_typer(dead_letters.app, name="dead-letters")
app.add_typer(workflows.app, name="workflows")
app.add_typer(parts.db, name="db")


def main() -> None:
    """Run the command line."""
    try:
        app()
    except SunupError as error:
        print(f"sunup: {error}", file=sys.stderr)  # noqa: T201 - the command line speaks to a person here
        sys.exit(2)


if __name__ == "__main__":
    main()
