"""templates: approved wordings for people who wrote too long ago for free text."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, TypeVar
from uuid import UUID

import typer

from bots.transport import Transport
from bots.whatsapp.adapter import WhatsAppAdapter
from bots.whatsapp.content import Category
from core import errors
from storage.audit import Audit
from storage.holding import look_again
from storage.templates import APPROVED, KeptTemplate, Template, all_templates, put_templates, templates_of
from sunup.bus import announce_nowhere
from sunup.channels import Channels
from sunup.commands.speech import tabulate
from sunup.commands.standing import operator, quiet_settings, standing
from sunup.composition import Foundation
from sunup.files import Files
from sunup.surroundings import surroundings
from sunup.wordings import draft, of_draft, ours

app = typer.Typer(help="Templates: approved wordings.", no_args_is_help=True)

CHANNEL = "whatsapp"
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
    """Fetch which templates there are and where each stands; those named sunup_PURPOSE are used."""
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
    purpose: Annotated[str, typer.Option(help="What it is for, for instance reminder, or a step's `template:`.")],
    body: Annotated[str, typer.Option(help="The words, with {{name}}, {{title}} and {{text}} in them.")],
    language: Annotated[str, typer.Option(help="For instance en or pt-BR.")] = "en",
    category: Annotated[
        Category, typer.Option(case_sensitive=False, help="What WhatsApp takes it for; decides what it costs.")
    ] = Category.UTILITY,
    account: Account = "default",
) -> None:
    """Make a template and send it to WhatsApp for approval, which takes minutes to days; `sync` tells what came of it.

    For example: --purpose reminder --body "Hello {{name}}, this is open: {{text}} Answer here to go on."
    """
    made = draft(purpose, language, body)
    with standing(quiet_settings()) as foundation:
        account_id = _account_id(foundation, account)

        async def act(adapter: WhatsAppAdapter) -> Template:
            sid = await adapter.templates.create(made)
            # WhatsApp takes a name once; the same purpose may be worded anew after a rejection.
            approval = await adapter.templates.submit(sid, f"{made.name}_{sid[-8:].lower()}", category)
            return of_draft(made, purpose, sid, approval.value)

        submitted = _asked(foundation, account, act)
        _keep(foundation, account_id, submitted)
    typer.echo(f"{submitted.external_id} was sent for approval: {submitted.status}.")
    typer.echo("`sunup templates sync` tells what came of it; only what is approved is used.")


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
