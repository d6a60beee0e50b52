"""A closed window, from the sender to the person's screen, at a Twilio that refuses what it must."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bots.adapter import Request
from bots.transport import Transport
from bots.whatsapp.adapter import TwilioAccount, TwilioUrls, WhatsAppAdapter
from conversations.state import State
from core.messages import DeliveryReport, Priority
from core.people import Person
from storage.deliveries import Deliveries
from storage.templates import Template, put_templates
from sunup.wordings import draft, of_draft
from tests.fakes.twilio import FakeTwilio
from tests.fakes.twilio import Person as Somebody
from tests.integration.workers.rig import Channel, Rig, Talk

BODY = "Hello {{name}}, this is open: {{text}} Answer here to go on."


class House:
    """A rig whose account `shop` is a WhatsApp sender at a fake Twilio, with the address to which Twilio reports."""

    def __init__(self, rig: Rig, twilio: FakeTwilio) -> None:
        self.rig = rig
        self.twilio = twilio
        self.account = twilio.account()
        rig.accounts.put("whatsapp", "shop", {"account_sid": self.account.sid})
        self.account_id = rig.accounts.id_of("whatsapp", "shop")
        self.deliveries = Deliveries(rig.database, rig.accounts, rig.clock)
        self.reports: list[DeliveryReport] = []
        self.adapter: WhatsAppAdapter | None = None

    def open(self, transport: Transport, public_url: str) -> None:
        self.adapter = WhatsAppAdapter(
            "shop",
            TwilioAccount(self.account.sid, self.account.auth_token, self.account.sender),
            TwilioUrls(public_url, self.twilio.api_url, self.twilio.api_url),
            transport,
        )
        self.rig.channels[self.account_id] = self.adapter  # type: ignore[assignment] # an adapter as good as any

    async def hear(self, request: web.Request) -> web.Response:
        """Take a status callback as the door does."""
        assert self.adapter is not None
        headers = {name.lower(): value for name, value in request.headers.items()}
        neutral = Request("POST", request.path, headers, request.query_string, await request.read())
        self.adapter.verify(neutral, self.rig.clock.now())
        reports = [one for one in self.adapter.parse(neutral) if isinstance(one, DeliveryReport)]
        self.reports += reports
        await asyncio.to_thread(self.deliveries.apply, reports)
        return web.Response()

    def meet(self, somebody: Somebody) -> Talk:
        state = State(person=Person(name="Asha"))
        return self.rig.meet(somebody.address, self.account_id, state)

    async def approve(self) -> Template:
        assert self.adapter is not None
        made = draft("reminder", "en", BODY)
        template = of_draft(made, "reminder", await self.adapter.templates.create(made), "approved")
        self.account.templates[template.external_id].approve()
        with self.rig.database.write() as connection:
            put_templates(connection, self.account_id, [template], ids=self.rig.ids, now=self.rig.clock.now())
        return template


@pytest.fixture
def rig(sqlite_database_url: str) -> Iterator[Rig]:
    rig = Rig(sqlite_database_url)
    yield rig
    rig.close()


@pytest.fixture
async def house(rig: Rig) -> AsyncIterator[House]:
    async with FakeTwilio() as twilio, Transport() as transport:
        house = House(rig, twilio)
        app = web.Application()
        app.router.add_post("/webhooks/whatsapp/status/shop", house.hear)
        async with TestServer(app) as door:
            house.open(transport, str(door.make_url("")))
            yield house


async def test_nudge_to_a_closed_window_arrives_as_its_template(house: House) -> None:
    asha = house.twilio.person("Asha", account=house.account)
    await asha.say("hello")
    asha.close_window()
    talk = house.meet(asha)
    house.rig.hear(talk, timedelta(hours=25))
    template = await house.approve()
    [message] = house.rig.say(talk, "Is your page\non sale?", priority=Priority.NUDGE, purpose="reminder")
    await house.rig.sender().drain_once()
    await house.twilio.settled()
    [shown] = asha.messages
    assert shown.text == "Hello Asha, this is open: Is your page on sale? Answer here to go on."
    assert shown.template == template.external_id
    assert (house.rig.row(message).status, house.rig.row(message).reported) == ("wired", "delivered")


async def test_window_that_only_twilio_knows_to_be_closed_ends_in_the_template_too(house: House) -> None:
    asha = house.twilio.person("Asha", account=house.account)
    await asha.say("hello")
    asha.close_window()
    talk = house.meet(asha)
    house.rig.hear(talk)  # we believe that it is open
    await house.approve()
    [message] = house.rig.say(talk, "Is your page on sale?", priority=Priority.NUDGE, purpose="reminder")
    sender = house.rig.sender()
    await sender.drain_once()
    await house.twilio.settled()
    assert [report.code for report in house.reports if report.code] == ["63016"]
    await sender.drain_once()
    await house.twilio.settled()
    assert [shown.text for shown in asha.messages] == [
        "Hello Asha, this is open: Is your page on sale? Answer here to go on."
    ]
    row = house.rig.row(message)
    assert (row.status, row.reported, str(row.external_ids).startswith("-")) == ("wired", "delivered", True)


async def test_message_in_several_parts_is_told_of_part_by_part(house: House) -> None:
    asha = house.twilio.person("Asha", account=house.account)
    await asha.say("hello")
    talk = house.meet(asha)
    house.rig.hear(talk)
    [message] = house.rig.say(talk, "ten letters " * 300)
    await house.rig.sender().drain_once()
    await house.twilio.settled()
    told = sorted((one.message_id, one.part, one.parts, str(one.status)) for one in house.reports)
    assert told == [(message, part, 3, status) for part in (1, 2, 3) for status in ("delivered", "sent")]
    assert house.rig.row(message).reported == "delivered"


async def test_block_that_twilio_tells_later_leads_to_the_other_chat(house: House) -> None:
    asha = house.twilio.person("Asha", account=house.account)
    await asha.say("hello")
    talk = house.meet(asha)
    house.rig.hear(talk)
    other = house.rig.channels[house.rig.account] = Channel()
    house.rig.also_at(talk, house.rig.account, "telegram")
    await asha.block()
    house.rig.say(talk, "Is your page on sale?", priority=Priority.NUDGE, purpose="reminder")
    sender = house.rig.sender()
    await sender.drain_once()
    await house.twilio.settled()
    await sender.drain_once()
    assert other.texts == ["Is your page on sale?"]
    assert asha.messages == []
