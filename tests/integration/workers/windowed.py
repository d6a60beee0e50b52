"""What the tests of the gate stand on: a channel with a window, templates, a platform that tells things later."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from conversations.state import State
from core import errors
from core.messages import (
    Capabilities,
    DeliveryReport,
    DeliveryStatus,
    OnUnknown,
    OutboundMessage,
    Priority,
    SendReceipt,
)
from storage import tables
from storage.deliveries import Deliveries
from storage.templates import Template, put_templates
from tests.integration.workers.rig import Channel, Rig, Talk

WINDOW = timedelta(hours=24)
LEASE = timedelta(minutes=3)
LATE = WINDOW + timedelta(hours=1)
WINDOWED = Capabilities(text_limit=1600, reply_window=WINDOW)
CODES = {
    "63016": errors.WindowClosed("More than 24 hours since the person wrote.", code="63016"),
    "63014": errors.RecipientUnreachable("The person has blocked this sender.", code="63014"),
    "63012": errors.ChannelUnavailable("WhatsApp had an internal error.", code="63012"),
    "63013": errors.MessageRejected("The message breaks a policy of WhatsApp.", code="63013"),
}


class Windowed(Channel):
    """A channel with a reply window whose platform refuses messages after it has taken them."""

    def __init__(self, account: str = "default") -> None:
        super().__init__(account, able=WINDOWED)

    def explain(self, code: str) -> errors.SendError:
        return CODES[code]


def approve(rig: Rig, *templates: Template, account: UUID | None = None) -> None:
    with rig.database.write() as connection:
        put_templates(connection, account or rig.account, templates, ids=rig.ids, now=rig.clock.now())


def reminder(language: str = "en", **more: str) -> Template:
    body = "Hello {{1}}, this is open: {{2}} Answer to go on."
    return Template("reminder", language, more.pop("external_id", f"HX{language}"), body, ("name", "text"), **more)


def remind(rig: Rig, talk: Talk, *texts: str, on_unknown: OnUnknown = OnUnknown.GIVE_UP) -> list[UUID]:
    words = texts or ("Did you do it?",)
    return rig.say(talk, *words, priority=Priority.NUDGE, on_unknown=on_unknown, purpose="reminder")


def report(
    rig: Rig, message: UUID, status: DeliveryStatus = DeliveryStatus.FAILED, code: str = "63016", sid: str = "SM1"
) -> bool:
    told = DeliveryReport("telegram", "default", status, sid, message, code)  # type: ignore[arg-type] # a UUID
    return bool(Deliveries(rig.database, rig.accounts, rig.clock).apply([told]))


def closed(rig: Rig) -> set[UUID]:
    return {row.id for row in rig.rows(tables.conversations) if row.closed_at is not None}


def facts(rig: Rig) -> list[str]:
    return [str(row.kind) for row in rig.rows(tables.facts)]


def letters(rig: Rig) -> list[str]:
    return [letter.reason for letter in rig.dead_letters.newest()]


def answers(*sids: str) -> Callable[[OutboundMessage], Awaitable[SendReceipt]]:
    left = list(sids)

    async def answer(message: OutboundMessage) -> SendReceipt:
        return SendReceipt((left.pop(0),))

    return answer


def write_state(rig: Rig, talk: Talk, state: State) -> None:
    with rig.database.write() as connection:
        mine = tables.people.c.id == talk.person
        key = connection.execute(sa.select(tables.people.c.data_key).where(mine)).scalar()
        sealed = rig.sealer.seal_of(talk.person, key).close(state.to_json(), b"state")
        connection.execute(sa.update(tables.people).where(mine).values(state=sealed))
