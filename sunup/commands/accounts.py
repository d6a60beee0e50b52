"""accounts: the bots of this installation. The environment's is called `default`; the others are made here."""

import asyncio
import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated

import typer

from bots.registry import CHANNELS, CREDENTIALS, DOORS
from core import errors
from storage.accounts import Account, AccountStatus
from storage.audit import Audit
from sunup.commands.introduction import introduce
from sunup.commands.standing import operator, quiet_settings, standing
from sunup.composition import Foundation
from sunup.settings import Settings

app = typer.Typer(help="Accounts: our bots on each channel.", no_args_is_help=True)

Channel = Annotated[str, typer.Argument(help="The channel, for instance telegram.", metavar="CHANNEL")]
Name = Annotated[str, typer.Argument(help="The account's name, for instance support.", metavar="NAME")]

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
_VARIABLES = {
    "telegram": "SUNUP_TELEGRAM_TOKEN",
    "whatsapp": "SUNUP_TWILIO_ACCOUNT_SID",
    "slack": "SUNUP_SLACK_BOT_TOKEN",
    "web": "the web chat",
}
"""What the environment names its own account by."""
_AFTERWARDS = {
    "telegram": " Telegram is told nothing; /revoke at @BotFather ends a token.",
    "whatsapp": " Twilio is told nothing; take the webhook away in its console.",
    "slack": " Slack is told nothing; an admin of the workspace removes the app there.",
}


@app.callback()
def _accounts() -> None:
    """Accounts: our bots on each channel. The environment's is called default."""


@app.command("list")
def list_() -> None:
    """Show every account: channel, name, status, and why it is paused."""
    with standing(quiet_settings()) as foundation:
        shown = [one for one in foundation.accounts.all() if one.channel in CHANNELS]
        if not shown:
            typer.echo("There are no accounts yet; `sunup accounts add telegram NAME` adds one.")
        for one in shown:
            source = "environment" if _from_environment(foundation.settings, one.channel, one.name) else "stored"
            typer.echo("\t".join((one.channel, one.name, one.status.value, source, one.reason)).rstrip())


@app.command()
def add(
    channel: Channel,
    name: Name,
    env: Annotated[
        list[str] | None,
        typer.Option(help="Take a credential from an environment variable, for instance token=SUPPORT_BOT_TOKEN."),
    ] = None,
) -> None:
    """Add an account, or give one new credentials. They are asked for, or read line by line from a pipe.

    A credential is never an argument: whatever stands on a command line can be seen by every user of the machine.
    """
    with standing(quiet_settings()) as foundation:
        _check_name(foundation.settings, channel, name)
        credentials = credentials_for(channel, env or ())
        introduced = asyncio.run(introduce(foundation, channel, name, credentials))
        known = foundation.accounts.find(channel, name)
        foundation.accounts.put(channel, name, credentials)
        _note(foundation, "account_renewed" if known else "account_added", channel, name)
        typer.echo(f"{introduced.called} is the {channel} account {name}.")
        typer.echo(introduced.delivered)


@app.command()
def remove(channel: Channel, name: Name) -> None:
    """Remove an account; what was said through it is kept."""
    with standing(quiet_settings()) as foundation:
        if _from_environment(foundation.settings, channel, name):
            raise errors.ConfigurationError(
                f"This account is the environment's; take {_VARIABLES[channel]} away instead."
            )
        account = _known(foundation, channel, name)
        # Without credentials first: a removed account has nothing left that could leak.
        foundation.accounts.put(channel, name, {})
        _set(foundation, account, AccountStatus.REMOVED, "account_removed")
        typer.echo(f"The {channel} account {name} is removed.{_AFTERWARDS.get(channel, '')}")


@app.command()
def pause(
    channel: Channel,
    name: Name,
    reason: Annotated[str, typer.Option(help="Why, for those who look later.")] = "paused by an operator",
) -> None:
    """Send nothing through an account for now. What waits for it is kept."""
    with standing(quiet_settings()) as foundation:
        _set(foundation, _known(foundation, channel, name), AccountStatus.PAUSED, "account_paused", reason=reason)
        typer.echo(f"The {channel} account {name} is paused.")


@app.command()
def use(channel: Channel, name: Name) -> None:
    """Use a paused account again."""
    with standing(quiet_settings()) as foundation:
        _set(foundation, _known(foundation, channel, name), AccountStatus.ACTIVE, "account_used_again")
        typer.echo(f"The {channel} account {name} is used.")


# -- credentials -------------------------------------------------------------------------------


def credentials_for(channel: str, env: Sequence[str]) -> dict[str, str]:
    """Gather what a channel's account needs: from the environment, from a pipe, or by asking.

    Raises:
        typer.BadParameter: A variable is not set, or names no credential of the channel.
    """
    wanted = CREDENTIALS[channel]
    given = dict(_from_variables(channel, env))
    for name in wanted:
        if name not in given:
            given[name] = _ask(name)
    return given


def _from_variables(channel: str, env: Sequence[str]) -> Iterator[tuple[str, str]]:
    for pair in env:
        name, _, variable = pair.partition("=")
        if name not in CREDENTIALS[channel]:
            wanted = ", ".join(CREDENTIALS[channel])
            raise typer.BadParameter(f"{name!r} is no credential of {channel}; it takes {wanted}.")
        value = os.environ.get(variable, "").strip()
        if not value:
            raise typer.BadParameter(f"the environment variable {variable!r} is not set.")
        yield name, value


def _ask(name: str) -> str:
    if sys.stdin.isatty():
        return str(typer.prompt(name.replace("_", " ").capitalize(), hide_input=True)).strip()
    line = sys.stdin.readline().strip()
    if not line:
        raise typer.BadParameter(f"the {name} was expected on standard input.")
    return line


# -- accounts ----------------------------------------------------------------------------------


def _check_name(settings: Settings, channel: str, name: str) -> None:
    if not CREDENTIALS.get(channel):
        wanted = ", ".join(one for one, fields in CREDENTIALS.items() if fields)
        raise typer.BadParameter(f"accounts can be added on {wanted}.")
    if not _NAME.fullmatch(name):
        raise typer.BadParameter("an account is named in a-z, 0-9, _ and -, at most 60.")
    if name in DOORS.get(channel, ()):
        raise typer.BadParameter(f"{name!r} is a part of {channel}'s own addresses; choose another name.")
    if _from_environment(settings, channel, name):
        raise errors.ConfigurationError(f"The account default is the environment's; set {_VARIABLES[channel]} instead.")


def _from_environment(settings: Settings, channel: str, name: str) -> bool:
    given: Mapping[str, object] = {
        "telegram": settings.telegram_token,
        "whatsapp": settings.twilio_account_sid,
        "slack": settings.slack_bot_token,
        "web": True,
    }
    return name == "default" and bool(given.get(channel))


def _known(foundation: Foundation, channel: str, name: str) -> Account:
    account = foundation.accounts.find(channel, name)
    if account is None:
        raise errors.ConfigurationError(
            f"There is no {channel} account {name!r}; `sunup accounts list` shows those that there are."
        )
    return account


def _set(foundation: Foundation, account: Account, status: AccountStatus, action: str, *, reason: str = "") -> None:
    foundation.accounts.set_status(account.id, status, reason)
    _note(foundation, action, account.channel, account.name)


def _note(foundation: Foundation, action: str, channel: str, name: str) -> None:
    now = foundation.clock.now()
    with foundation.database.write() as connection:
        Audit(foundation.ids).note(connection, operator(), action, {"channel": channel, "account": name}, now=now)
