"""chat: talk with any published workflow in the terminal; no account, no running server."""

import contextlib
import fcntl
import getpass
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Annotated

import typer
from babel import Locale, UnknownLocaleError

from bots.terminal.parse import SESSION
from core import errors
from sunup.commands.screen import Screen, mute_output
from sunup.commands.standing import quiet_settings, standing


def chat(
    workflow: Annotated[str, typer.Option(help="Begin with this workflow, for instance prompt_selling.")] = "",
    name: Annotated[str, typer.Option(help="Your name, for a session that is new.")] = "",
    language: Annotated[str, typer.Option(help="Your language, for a session that is new; for instance de.")] = "",
    session: Annotated[str, typer.Option(help="Whose conversation it is; the same name continues it.")] = "",
) -> None:
    """Chat in the terminal. /file PATH sends a file, /quit or Ctrl-D ends; a number chooses a button."""
    # Late: what holds a conversation, down to the checks of pictures, is more than any other command needs.
    from sunup.commands.sitting import Conversation, event_loop
    from sunup.terminal import Speaker

    session = session or _own_name()
    if not SESSION.fullmatch(session):
        raise typer.BadParameter("a session is named in letters, digits and . _ @ -, at most 60.")
    if language and not _is_known(language):
        raise typer.BadParameter(f"{language!r} is no language; say it as a tag such as en, de or pt-BR.")
    screen = Screen(interactive=sys.stdin.isatty() and sys.stdout.isatty())
    with standing(quiet_settings()) as foundation:
        if workflow and foundation.library.current(workflow) is None:
            raise errors.WorkflowError(f"there is no workflow {workflow!r}; `sunup workflows list` shows all")
        with _alone(foundation.settings.data_dir / "terminal", session), event_loop() as run:
            Conversation(foundation, Speaker(session, name, language), screen, run).hold(workflow)
    if screen.is_broken:
        mute_output()


def _is_known(language: str) -> bool:
    try:
        Locale.parse(language, sep="-")
    except (ValueError, UnknownLocaleError):
        return False
    return True


def _own_name() -> str:
    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        return "me"
    return name if SESSION.fullmatch(name) else "me"


@contextlib.contextmanager
def _alone(folder: Path, session: str) -> Iterator[None]:
    """Hold a session for this process: of two chats with one name each would show half of the answers."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{session}.lock").open("ab") as file:
        _lock(file, session)
        yield


def _lock(file: IO[bytes], session: str) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise errors.ConfigurationError(
            f"The session {session!r} is open in another terminal; name another one with --session."
        ) from None
