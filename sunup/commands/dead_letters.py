"""dead-letters: look at what could not be digested, and try it once more."""

import json
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console

from storage.audit import Audit
from storage.dead_letters import DeadLetter
from storage.replays import ReplayRefused, find_letter, waiting_letters
from sunup.commands.naming import id_from
from sunup.commands.speech import say, tabulate
from sunup.commands.standing import operator, quiet_settings, standing
from sunup.composition import Foundation

app = typer.Typer(help="Dead letters: what could not be digested.", no_args_is_help=True)

_SHOWN = ("id", "at", "source", "account", "reason", "replayed")

LetterId = Annotated[UUID, typer.Argument(parser=id_from, help="As `sunup dead-letters list` shows it.", metavar="ID")]


@app.callback()
def _dead_letters() -> None:
    """Dead letters: what could not be digested, kept sealed until somebody looks."""


@app.command("list")
def list_(
    every: Annotated[bool, typer.Option("--all", help="Also those that were replayed.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="Most letters.")] = 50,
) -> None:
    """Show the newest letters, without what is in them."""
    with standing(quiet_settings()) as foundation, foundation.database.read() as connection:
        letters = foundation.dead_letters.newest(limit) if every else waiting_letters(connection, limit)
    tabulate(_SHOWN, [_facts(letter) for letter in letters], empty="There are no dead letters.")


@app.command()
def show(
    letter_id: LetterId,
    body: Annotated[
        bool, typer.Option("--body", help="Also what is in it; it may be personal, and is audited.")
    ] = False,
) -> None:
    """Show one letter."""
    with standing(quiet_settings()) as foundation:
        with foundation.database.read() as connection:
            letter = find_letter(connection, letter_id)
        if letter is None:
            raise ReplayRefused(f"There is no dead letter {letter_id}; `sunup dead-letters list` shows them.")
        told = [f"{name}: {value}" for name, value in _facts(letter).items()]
        if body:
            told.append(_opened(foundation, letter))
    for words in told:
        say(Console(soft_wrap=True), words)


@app.command()
def replay(letter_id: LetterId) -> None:
    """Try a letter once more; the same letter is never replayed twice."""
    from sunup.replaying import Replayer  # late: it brings every channel along

    with standing(quiet_settings()) as foundation:
        typer.echo(Replayer(foundation, operator()).replay(letter_id))


def _opened(foundation: Foundation, letter: DeadLetter) -> str:
    """Return what is in a letter, after the audit has noted who wanted to see it."""
    now = foundation.clock.now()
    with foundation.database.write() as connection:
        Audit(foundation.ids).note(connection, operator(), "dead_letter_opened", {"letter": str(letter.id)}, now=now)
    raw = foundation.dead_letters.body(letter.id)
    try:
        return json.dumps(json.loads(raw), indent=2, ensure_ascii=False)
    except ValueError:
        return raw.decode("utf-8", "replace")


def _facts(letter: DeadLetter) -> dict[str, str]:
    return {
        "id": str(letter.id),
        "at": f"{letter.at:%Y-%m-%d %H:%M:%S} UTC",
        "source": letter.source,
        "account": f"{letter.channel} {letter.account}".strip() or "none",
        "key": letter.key or "none",
        "reason": letter.reason,
        "replayed": f"{letter.replayed_at:%Y-%m-%d %H:%M:%S} UTC" if letter.replayed_at else "no",
    }
