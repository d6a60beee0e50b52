"""One recorded run on each channel: from the first word to the summary that names the amount, with a photo as proof."""

from collections.abc import Callable
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

import pytest

from tests.acceptance.drivers import SocketModeDriver
from tests.acceptance.recording import Chat, compare
from tests.acceptance.story import SUMMARY, photograph
from tests.acceptance.town import patient
from tests.conformance.driver import Driver
from tests.conformance.house import House, house
from tests.conformance.slack import SlackDriver
from tests.conformance.telegram import TelegramDriver
from tests.conformance.whatsapp import WhatsAppDriver

pytestmark = patient

RUNS = {
    "telegram": (TelegramDriver, "telegram", "Asha on Telegram"),
    "whatsapp": (WhatsAppDriver, "whatsapp", "Asha on WhatsApp"),
    "slack": (SlackDriver, "slack", "Asha in Slack"),
    # The road is another one, the chat the same.
    "slack over Socket Mode": (SocketModeDriver, "slack", "Asha in Slack"),
}


@pytest.mark.parametrize(("make", "name", "heading"), RUNS.values(), ids=RUNS)
async def test_prompts_are_sold_from_the_first_word_to_the_summary(
    tmp_path: Path, make: Callable[[], Driver], name: str, heading: str
) -> None:
    photo = photograph()
    async with house(make(), tmp_path) as here:
        chat = Chat(here, here.driver.person("Asha"))
        await chat.says("hello", "What shall I call you?")
        await chat.says("start prompt_selling", "Where did your prompts help a paying client most?")
        await chat.taps("Design", "Put your twenty best Design prompts into one document.")
        await chat.says("stuck", "Five prompts that you used this week")
        await chat.taps("Done", "Send a screenshot of the page where it is on sale.")
        await chat.uploads(photo, "my little shop on the web", "What did the first three sales bring?")
        await chat.says("4500", SUMMARY)
        await here.quiet()
        compare(name, heading, chat.ends())
        find_kept(here, chat, photo)


def find_kept(here: House, chat: Chat, photo: bytes) -> None:
    """Assert that everything of the run stands in the database, once."""
    person = here.person(chat.talker)
    [execution] = here.records.executions(person, "prompt_selling")
    assert (execution.status, execution.steps_completed, execution.steps_total) == ("completed", 4, 4)
    [outcome] = here.records.outcomes(person)
    assert (outcome.metric, outcome.value, outcome.currency) == ("revenue", Decimal(4500), "INR")
    [kept] = here.records.media(person)
    assert (kept.kind, kept.sha256, kept.size) == ("image", sha256(photo).hexdigest(), len(photo))
    assert set(here.records.keys().values()) == {1}
    # What went out is what was read: nothing was doubled, and nothing fell under the table.
    assert len(here.records.said(person, inbound=False)) == len(chat.talker.messages)
