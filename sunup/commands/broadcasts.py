"""broadcasts: what admins say to many, what became of it, and a way to hold it or end it.

They are written and confirmed in a chat, with `/broadcast`.
"""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

import typer

from core.broadcasts import Act
from storage.broadcast_copies import BroadcastResults
from storage.broadcasts import Broadcast, Broadcasts
from sunup.commands.naming import id_from
from sunup.commands.speech import tabulate
from sunup.commands.standing import operator, quiet_settings, standing
from sunup.composition import Foundation

app = typer.Typer(no_args_is_help=True)

_SHOWN = ("id", "confirmed", "status", "audience", "when", "sent", "people")

BroadcastId = Annotated[
    UUID, typer.Argument(parser=id_from, help="As `sunup broadcasts list` shows it.", metavar="BROADCAST")
]


@app.callback()
def _broadcasts() -> None:
    """Broadcasts: what admins say to many, with /broadcast in a chat."""


@app.command("list")
def list_(
    drafts: Annotated[bool, typer.Option("--drafts", help="Also those that nobody has confirmed.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="Most broadcasts.")] = 20,
) -> None:
    """Show broadcasts, the newest first; no words of them."""
    with standing(quiet_settings()) as foundation:
        broadcasts = _of(foundation)
        rows = [_facts(*broadcasts.find(one.id)) for one in broadcasts.newest(limit, drafts=drafts)]
    tabulate(_SHOWN, rows, empty="There are no broadcasts yet; an admin begins one with /broadcast in a chat.")


@app.command()
def show(broadcast: BroadcastId) -> None:
    """Show what became of a broadcast, in people."""
    with standing(quiet_settings()) as foundation:
        found, results = _of(foundation).find(broadcast)
    told = {**_facts(found, results), "reason": found.reason, **_figures(results)}
    for name, value in told.items():
        if value:
            typer.echo(f"{name}: {value}")


@app.command()
def pause(broadcast: BroadcastId) -> None:
    """Hold back what is not out yet."""
    _act(broadcast, Act.PAUSE)


@app.command()
def resume(broadcast: BroadcastId) -> None:
    """Let a paused broadcast go on."""
    _act(broadcast, Act.RESUME)


@app.command()
def cancel(broadcast: BroadcastId) -> None:
    """End a broadcast. What is not out yet is taken back, what is out stays."""
    _act(broadcast, Act.CANCEL)


def _act(broadcast_id: UUID, act: Act) -> None:
    with standing(quiet_settings()) as foundation:
        outcome = _of(foundation).act(broadcast_id, act, operator())
    if not outcome.changed:
        wanted = " or ".join(act.begins_at)
        typer.echo(f"Nothing was changed: it is {outcome.status}, and only what is {wanted} can be told to {act}.")
        raise typer.Exit(1)
    typer.echo(f"Broadcast {broadcast_id} is {outcome.status}.")


def _of(foundation: Foundation) -> Broadcasts:
    return Broadcasts(foundation.database, foundation.sealer, foundation.ids, foundation.clock)


def _facts(found: Broadcast, results: BroadcastResults) -> dict[str, str]:
    return {
        "id": str(found.id),
        "confirmed": f"{found.confirmed_at:%Y-%m-%d %H:%M} UTC" if found.confirmed_at else "no",
        "status": found.status.value,
        "audience": found.audience,
        "when": f"{found.local_at} their time" if found.local_at else "at once",
        "sent": str(results.sent),
        "people": str(results.recipients),
    }


def _figures(results: BroadcastResults) -> Mapping[str, str]:
    names = ("planned", "waiting", "delivered", "read", "answered", "withdrawn")
    listed = {"left out": results.skipped, "failed": results.failed}
    return {
        **{name: str(getattr(results, name)) for name in names},
        **{name: ", ".join(f"{reason} {count}" for reason, count in those.items()) for name, those in listed.items()},
    }
