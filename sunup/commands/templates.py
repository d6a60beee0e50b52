"""templates: approved wordings for people who wrote too long ago for free text."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, TypeVar
from uuid import UUID

import typer

from bots.transport import Transport
from bots.whatsapp.adapter import WhatsAppAdapter
from bots.whatsapp.content import Approval, Category, Draft
from core import errors
from storage.audit import Audit
from storage.holding import look_again
from storage.templates import APPROVED, KeptTemplate, Template, all_templates, put_templates, templates_of
from sunup.bus import announce_nowhere
from sunup.channels import Channels
from sunup.commands.speech import tabulate
from sunup.commands.standing import operator, quiet_settings, standing
from sunup.composition import Foundation
from sunup.daily_wordings import Wording, as_buttons, daily_wordings
from sunup.files import Files
from sunup.surroundings import surroundings
from sunup.wordings import draft, of_draft, ours

app = typer.Typer(help="Templates: approved wordings.", no_args_is_help=True)

CHANNEL = "whatsapp"
REJECTED = Approval.REJECTED.value
_SHOWN = ("account", "purpose", "language", "status", "id", "updated", "body", "reason")
_NONE = "There are no templates; `sunup templates sync` fetches them, `submit` makes one."
ResultT = TypeVar("ResultT")

Account = Annotated[str, typer.Option(help="Name of the WhatsApp account.")]


@app.callback()
def _templates() -> None:
    """Templates: wordings that WhatsApp has approved, for people who last wrote more than 24 hours ago."""


@app.command("list")
def list_() -> None:
    """Show the templates that are known here; `sync` asks the platform."""
    with standing(quiet_settings()) as foundation, foundation.database.read() as connection:
        kept = all_templates(connection)
    tabulate(_SHOWN, [_facts(one) for one in kept], empty=_NONE)


@app.command()
def sync(account: Account = "default") -> None:
    """Fetch which templates there are and where each stands. Those named sunup_PURPOSE are used."""
    with standing(quiet_settings()) as foundation:
        account_id = _account_id(foundation, account)
        found = _asked(foundation, account, lambda adapter: adapter.templates.list())
        now = foundation.clock.now()
        with foundation.database.write() as connection:
            templates = ours(found, templates_of(connection, account_id))
            put_templates(connection, account_id, templates, ids=foundation.ids, now=now)
            # What waits for a template may have one now.
            look_again(connection, account_id, now)
        typer.echo(_summary(templates))


@app.command()
def submit(
    *,
    purpose: Annotated[str, typer.Option(help="What it is for, for instance reminder, or a step's `template:`.")] = "",
    body: Annotated[str, typer.Option(help="The words, with {{name}}, {{title}} and {{text}} in them.")] = "",
    button: Annotated[
        list[str] | None, typer.Option(help="What stands on a button, at most 20 characters; up to ten of them.")
    ] = None,
    language: Annotated[str, typer.Option(help="For instance en or pt-BR.")] = "en",
    daily: Annotated[
        bool, typer.Option("--daily", help="All that the daily protocol needs, in five languages, with its own words.")
    ] = False,
    category: Annotated[
        Category, typer.Option(case_sensitive=False, help="What WhatsApp takes it for; decides what it costs.")
    ] = Category.UTILITY,
    account: Account = "default",
) -> None:
    """Make a template and send it to WhatsApp for approval.

    Approval takes minutes to days; `sync` tells what came of it.

    For example: --purpose reminder --body "Hello {{name}}, this is open: {{text}} Answer here to go on."
    """
    wanted = _wanted(Wording(purpose, language, body, as_buttons(button or ())), daily=daily)
    drafts = [(one.purpose, draft(one.purpose, one.language, one.body, one.buttons)) for one in wanted]
    with standing(quiet_settings()) as foundation:
        account_id = _account_id(foundation, account)
        if daily:
            drafts = [one for one in drafts if not _is_there(foundation, account_id, one)]
        sent: list[Template] = []

        async def act(adapter: WhatsAppAdapter) -> None:
            for its_purpose, made in drafts:
                sid = await adapter.templates.create(made)
                # WhatsApp takes a name once; the same purpose may be worded anew after a rejection.
                approval = await adapter.templates.submit(sid, f"{made.name}_{sid[-8:].lower()}", category)
                sent.append(of_draft(made, its_purpose, sid, approval.value))

        try:
            _asked(foundation, account, act)
        finally:
            for one in sent:
                _keep(foundation, account_id, one)
                typer.echo(f"{one.external_id} was sent for approval: {one.status}.")
    if sent:
        typer.echo("`sunup templates sync` tells what came of it; only what is approved is used.")
    else:
        typer.echo("All of them were submitted before; `sunup templates list` shows where each stands.")


def _wanted(given: Wording, *, daily: bool) -> list[Wording]:
    """Return what is to be submitted; raises `ConfigurationError` where that is not clear."""
    if daily and (given.purpose or given.body or given.buttons):
        raise errors.ConfigurationError("--daily brings purposes and words of its own; leave the other options out.")
    if not daily and not (given.purpose and given.body):
        raise errors.ConfigurationError("Give --purpose and --body, or --daily for all that the daily protocol needs.")
    return daily_wordings() if daily else [given]


def _is_there(foundation: Foundation, account_id: UUID, wanted: tuple[str, Draft]) -> bool:
    """Return whether a wording was submitted before and not rejected, so that the command can be given again."""
    with foundation.database.read() as connection:
        kept = templates_of(connection, account_id)
    purpose, language = wanted[0], wanted[1].language.replace("_", "-")
    return any((one.purpose, one.language) == (purpose, language) and one.status != REJECTED for one in kept)


def _keep(foundation: Foundation, account_id: UUID, submitted: Template) -> None:
    """Keep what was submitted, unless an approved wording for the same is in use until this one is approved."""
    now = foundation.clock.now()
    with foundation.database.write() as connection:
        same = (submitted.purpose, submitted.language)
        kept = templates_of(connection, account_id)
        others = [one for one in kept if (one.purpose, one.language) != same]
        in_use = [one for one in kept if (one.purpose, one.language) == same and one.status == APPROVED]
        put_templates(connection, account_id, [*others, *(in_use or [submitted])], ids=foundation.ids, now=now)
        data = {"purpose": submitted.purpose, "language": submitted.language, "id": submitted.external_id}
        Audit(foundation.ids).note(connection, operator(), "template_submitted", data, now=now)


def _account_id(foundation: Foundation, account: str) -> UUID:
    known = foundation.accounts.find(CHANNEL, account)
    if known is not None:
        return known.id
    if account == "default" and foundation.settings.whatsapp_from:
        return foundation.accounts.id_of(CHANNEL, account)
    raise errors.ConfigurationError(
        f"There is no {CHANNEL} account {account!r}; set SUNUP_TWILIO_ACCOUNT_SID, SUNUP_TWILIO_AUTH_TOKEN and "
        f"SUNUP_WHATSAPP_FROM, or add it with `sunup accounts add {CHANNEL} {account}`."
    )


def _asked(foundation: Foundation, account: str, ask: Callable[[WhatsAppAdapter], Awaitable[ResultT]]) -> ResultT:
    """Return what an account's platform answers.

    Raises:
        ConfigurationError: It refuses, or was not reached.
    """

    async def asking() -> ResultT:
        async with Transport() as transport:
            around = surroundings(foundation, transport, Files(foundation), announce_nowhere)
            channels = Channels(foundation.settings, foundation.accounts, around)
            await asyncio.to_thread(channels.open)
            adapter = channels.find(CHANNEL, account)
            if not isinstance(adapter, WhatsAppAdapter):
                raise errors.ConfigurationError(
                    f"The {CHANNEL} account {account!r} cannot be used; see `sunup doctor`."
                )
            return await ask(adapter)

    try:
        return asyncio.run(asking())
    except errors.SendError as error:
        raise errors.ConfigurationError(f"Twilio did not do it ({error.code}): {error}") from None


def _summary(templates: Sequence[Template]) -> str:
    if not templates:
        return "The account has no template whose name begins with sunup_; `sunup templates submit` makes one."
    counts: dict[str, int] = {}
    for one in templates:
        counts[one.status] = counts.get(one.status, 0) + 1
    return ", ".join(f"{count} {status}" for status, count in sorted(counts.items())) + "."


def _facts(one: KeptTemplate) -> dict[str, str]:
    return {
        "account": f"{one.channel} {one.account}",
        "purpose": one.template.purpose,
        "language": one.template.language,
        "status": one.template.status,
        "id": one.template.external_id,
        "updated": f"{one.updated_at:%Y-%m-%d %H:%M} UTC",
        "body": " ".join(one.template.body.split()),
        "reason": " ".join(one.template.reason.split()),
    }
