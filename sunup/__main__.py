"""The command line: `sunup COMMAND`. Every error that we raise on purpose ends as one sentence.

Only the command that is called is loaded: everything that all of them stand on, from databases to channels, would cost
each call two seconds. Of the others this file knows the name and a line of help.
"""

import sys
from dataclasses import dataclass
from importlib import import_module
from typing import Annotated, Any

import typer

from sunup.ending import carry_out


@dataclass(frozen=True, slots=True)
class Entry:
    """A command, or a group of them, that is loaded when it is called.

    Args:
        place: Where it is, as `module:name` below `sunup.commands`.
        help: What it does, in at most 60 characters; its own help says more.
    """

    place: str
    help: str

    def load(self) -> Any:
        """Return the function of a command, or the `typer.Typer` of a group."""
        module, _, name = self.place.partition(":")
        return getattr(import_module(f"sunup.commands.{module}"), name)


COMMANDS = {
    "serve": Entry("parts:serve", "Start everything on this machine."),
    "web": Entry("parts:web", "Take messages in and serve the page."),
    "send": Entry("parts:send", "Send what waits in the outbox."),
    "schedule": Entry("parts:schedule", "Fire timers and sweep up what crashes left behind."),
    "worker": Entry("parts:worker", "Work off jobs from the queue."),
    "db": Entry("parts:db", "Bring the database up to this release."),
    "doctor": Entry("doctor:doctor", "Say what is configured, what answers and what is missing."),
    "chat": Entry("chat:chat", "Chat in the terminal."),
    "demo": Entry("demo:demo", "Watch a person's first three days in half a minute."),
    "fakes": Entry("fakes:fakes", "Start fake providers to try channels with."),
    "workflows": Entry("workflows:app", "Check, test, play and publish workflow documents."),
    "people": Entry("people:app", "See, export and erase what is kept of somebody."),
    "signal": Entry("signal:signal", "Tell people's dialogues what happened elsewhere."),
    "accounts": Entry("accounts:app", "Add, pause and remove bots of ours."),
    "templates": Entry("templates:app", "See, fetch and submit approved wordings."),
    "broadcasts": Entry("broadcasts:app", "See, pause and end what admins say to many."),
    "outbox": Entry("outbox:app", "See what waits to be sent, and why."),
    "dead-letters": Entry("dead_letters:app", "See and replay what could not be digested."),
}
"""Every command, in the order in which `sunup --help` shows them."""


def command_line(called: str | None) -> typer.Typer:
    """Return the command line.

    Args:
        called: The one command that is loaded; None loads all of them.
    """
    # Without Rich's frames: a message is one line that can be searched for, and help is there three times as fast.
    app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
    app.callback()(_sunup)
    for name, entry in COMMANDS.items():
        command = entry.load() if called in {name, None} else _not_called
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=name, short_help=entry.help)
        else:
            app.command(name, short_help=entry.help)(command)
    return app


def main() -> None:
    """Run the command line."""
    called = sys.argv[1] if len(sys.argv) > 1 else ""

    def command() -> None:
        command_line(called)()  # what is wrong may also turn up while the command is being loaded

    sys.exit(carry_out(command))


def _not_called() -> None:
    """Stand for a command in the list of commands."""


def _tell_release(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"sunup {version('sunup')}")
        raise typer.Exit


def _sunup(
    release: Annotated[
        bool, typer.Option("--version", callback=_tell_release, is_eager=True, help="Say which release this is.")
    ] = False,
) -> None:
    """Sunup: the chat platform that speaks first."""


if __name__ == "__main__":
    main()
