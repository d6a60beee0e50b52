"""outbox: what waits to be sent, and why."""

from typing import Annotated

import typer

from storage.holding import Waiting, waiting_messages
from sunup.commands.speech import tabulate
from sunup.commands.standing import quiet_settings, standing

app = typer.Typer(help="Outbox: what waits to be sent.", no_args_is_help=True)

_SHOWN = ("id", "person", "account", "status", "written", "next", "reason")


@app.callback()
def _outbox() -> None:
    """Outbox: what waits to be sent, and why."""


@app.command("list")
def list_(
    held: Annotated[
        bool, typer.Option("--held", help="Only what its channel does not take now: no free text, no template.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="Most messages.")] = 50,
) -> None:
    """Show what waits, the oldest first; no words of it."""
    with standing(quiet_settings()) as foundation, foundation.database.read() as connection:
        messages = waiting_messages(connection, limit, held=held)
    tabulate(_SHOWN, [_facts(one) for one in messages], empty="Nothing waits.")


def _facts(one: Waiting) -> dict[str, str]:
    return {
        "id": str(one.id),
        "person": str(one.person_id),
        "account": f"{one.channel} {one.account}",
        "status": one.status,
        "written": f"{one.created_at:%Y-%m-%d %H:%M} UTC",
        "next": f"{one.next_attempt_at:%Y-%m-%d %H:%M} UTC",
        "reason": one.reason or "waits for its turn",
    }
