"""What Telegram does on its bad days, end to end; one installation serves all of these tests."""

import asyncio
import io
import time
from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio
import sqlalchemy as sa

from conversations import facts
from storage import tables
from storage.accounts import AccountStatus
from tests.acceptance import documents
from tests.acceptance.program import PATIENCE, until
from tests.acceptance.town import SECRET, Guest, Town, patient, town
from tests.fakes.telegram import Bot, Group, Person
from tests.fakes.telegram.updates import HEADER

pytestmark = [patient, pytest.mark.asyncio(loop_scope="module")]

QUESTION = "Where did your prompts help a paying client most?"
DESIGN = "Put your twenty best Design prompts"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    async with town(tmp_path_factory.mktemp("telegram"), expected={"account_paused"}) as built:
        yield built


async def met(here: Town, name: str, bot: Bot | None = None) -> Guest:
    """Return somebody who has said hello."""
    guest = here.person(name, bot=bot)
    await guest.says("hello", f"Hello, {name}!", "What shall I call you?")
    return guest


async def post(here: Town, body: bytes, secret: str = SECRET, account: str = "") -> int:
    """Deliver a body to the webhook and return the status of the answer; a refusal must say nothing."""
    address = f"{here.program.url}/webhooks/telegram{account}"
    headers = {HEADER: secret} if secret else {}
    async with aiohttp.ClientSession() as http, http.post(address, data=io.BytesIO(body), headers=headers) as answer:
        assert answer.status == 200 or await answer.read() == b""
        return answer.status


def sends(here: Town, chat: int) -> int:
    """Return how often a chat was written to, with or without success."""
    return sum(
        method == "sendMessage" and str(params["chat_id"]) == str(chat)
        for bot in here.telegram.bots.values()
        for method, params in bot.calls
    )


# -- what is delivered -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "secret", "account", "status"),
    [
        (b'{"update_id": 1}', "wrong", "", 401),
        (b'{"update_id": 1}', "", "", 401),
        (b"not json", "wrong", "", 401),
        (b"not json", SECRET, "", 400),
        (b"[1, 2]", SECRET, "", 400),
        (b"", SECRET, "", 400),
        (b'{"update_id": 1}', SECRET, "/nobody", 404),
        (b" " * (1024 * 1024 + 1), SECRET, "", 413),
    ],
    ids=["forged", "no secret", "forged and malformed", "malformed", "list", "empty", "no account", "too large"],
)
async def test_request_forged_or_malformed_is_refused_and_nothing_is_kept(
    here: Town, body: bytes, secret: str, account: str, status: int
) -> None:
    kept = (here.records.count(tables.inbox), here.records.letters())
    assert await post(here, body, secret, account) == status
    assert (here.records.count(tables.inbox), here.records.letters()) == kept


async def test_update_not_understood_becomes_a_dead_letter_and_the_next_is_handled(here: Town) -> None:
    guest = await met(here, "Ute")
    before = here.records.letters()
    here.bot.updates.put("message", {"message_id": 1, "text": "from nobody"}, queue=f"chat {guest.person.id}")
    await guest.says("/note after the riddle", "Noted.")
    assert len(here.records.letters()) == len(before) + 1
    assert {attempt.status for attempt in here.bot.updates.attempts} == {200}


async def test_updates_delivered_twice_act_once(here: Town) -> None:
    guest = await met(here, "Dora")
    here.bot.updates.repeat(3)
    for number in range(3):
        await guest.says(f"/note number {number}", "Noted.")
    await here.quiet()
    person = here.records.person(guest.person.id)
    assert here.records.facts(person, facts.NOTE_TAKEN) == 3
    assert guest.texts.count("Noted.") == 3
    assert set(here.records.keys().values()) == {1}


async def test_updates_in_reverse_order_act_once_each(here: Town) -> None:
    guest = await met(here, "Rosa")
    async with here.bot.updates.reversed():
        for number in range(3):
            await guest.says(f"/note number {number}")
    await guest.reads("Noted.", "Noted.", "Noted.")
    await here.quiet()
    person = here.records.person(guest.person.id)
    notes = here.records.said(person, inbound=True)[1:]
    assert notes == ["/note number 2", "/note number 1", "/note number 0"]
    assert guest.texts.count("Noted.") == 3


async def test_update_from_twenty_hours_ago_acts_once(here: Town) -> None:
    guest = await met(here, "Late")
    here.bot.updates.repeat()
    await guest.person.send({"text": "/note from yesterday", "date": int(time.time()) - 20 * 3600})
    await guest.reads("Noted.")
    await here.quiet()
    assert here.records.facts(here.records.person(guest.person.id), facts.NOTE_TAKEN) == 1
    assert guest.texts.count("Noted.") == 1


async def test_message_edited_never_runs_a_step_again(here: Town) -> None:
    guest = await met(here, "Edith")
    await guest.says("start prompt_selling", QUESTION)
    number = await guest.person.say("design")
    await guest.reads(DESIGN)
    await guest.person.edit(number, "code")
    await here.quiet()
    person = here.records.person(guest.person.id)
    await guest.person.reads_nothing()
    assert here.records.facts(person, facts.MESSAGE_EDITED) == 1
    [execution] = here.records.executions(person, "prompt_selling")
    assert execution.steps_completed == 1


async def test_deep_link_starts_the_workflow_that_it_names(here: Town) -> None:
    guest = here.person("Linda")
    await guest.person.start("prompt_selling")
    await guest.reads(QUESTION)
    await guest.taps("Design", DESIGN)


# -- taps ------------------------------------------------------------------------------------


async def test_button_tapped_twice_acts_once_and_both_taps_are_answered(here: Town) -> None:
    guest = await met(here, "Tara")
    await guest.says("start prompt_selling", QUESTION)
    taps = [await guest.person.tap("Design") for _ in range(2)]
    notices = [await tap.answered(PATIENCE) for tap in taps]
    await guest.reads(DESIGN)
    await here.quiet()
    assert notices == ["", "That question is already answered."]
    assert [tap.answers for tap in taps] == [1, 1]
    assert sum(DESIGN in text for text in guest.texts) == 1


async def test_button_of_an_answered_question_is_answered_and_does_nothing(here: Town) -> None:
    guest = await met(here, "Stella")
    await guest.says("start prompt_selling", QUESTION)
    old = guest.person.messages[-1]
    await guest.taps("Design", DESIGN)
    tap = await guest.person.tap("Code", message=old)
    assert await tap.answered(PATIENCE) == "That question is already answered."
    await here.quiet()
    assert not any("Code" in text for text in guest.texts)


async def test_tap_too_old_to_be_answered_still_acts(here: Town) -> None:
    guest = await met(here, "Olga")
    await guest.says("start prompt_selling", QUESTION)
    await guest.person.tap("Design")
    here.bot.age_taps()
    await guest.reads(DESIGN)
    await here.quiet()


# -- what is sent ----------------------------------------------------------------------------


async def test_throttled_chat_is_left_alone_as_long_as_telegram_asks_and_keeps_its_order(here: Town) -> None:
    guest = await met(here, "Theo")
    before, texts = sends(here, guest.person.id), len(guest.texts)
    here.telegram.faults.throttle(2, method="sendMessage", chat=guest.person.id)
    await guest.says("start prompt_selling")
    await until(lambda: sends(here, guest.person.id) > before, "the throttled call")
    begun = time.monotonic()
    await until(lambda: sends(here, guest.person.id) > before + 1, "the next call")
    assert time.monotonic() - begun > 1.9
    await guest.reads(QUESTION)
    assert [text.splitlines()[0] for text in guest.texts[texts:]] == [
        "I keep your place in “Welcome”.",
        "Step 1 of 5 · Sell three prompt packs",
    ]


async def test_send_failed_by_the_server_is_repeated_in_order(here: Town) -> None:
    guest = await met(here, "Fay")
    here.telegram.faults.fail(502, method="sendMessage", chat=guest.person.id, times=2)
    await guest.says("start prompt_selling", "I keep your place", QUESTION)
    await here.quiet()
    assert sum(QUESTION in text for text in guest.texts) == 1


async def test_person_who_blocks_is_left_alone_and_served_again_afterwards(here: Town) -> None:
    await asyncio.to_thread(documents.publish, here.program, documents.HASTY)
    guest = await met(here, "Bloch")
    await guest.says("start hasty", "Which colour is it today?")
    await guest.person.block()
    person = here.records.person(guest.person.id)
    await until(lambda: here.records.facts(person, facts.BLOCKED), "the block")
    await here.quiet()
    before = sends(here, guest.person.id)
    # The reminder falls due after two seconds and the end of patience after six.
    await asyncio.sleep(3)
    assert sends(here, guest.person.id) == before
    await guest.person.unblock()
    await until(lambda: here.records.facts(person, facts.UNBLOCKED), "the end of the block")
    await guest.says("blue")
    await until(lambda: here.records.executions(person, "hasty")[0].status == "completed", "the end of the workflow")
    assert here.records.executions(person, "hasty")[0].status == "completed"


async def test_block_that_only_a_send_reveals_is_learnt_from_it(here: Town) -> None:
    guest = await met(here, "Blanche")
    guest.person.chat.blocked = True
    before = sends(here, guest.person.id)
    await guest.says("start prompt_selling")
    person = here.records.person(guest.person.id)
    await until(lambda: here.records.facts(person, facts.BLOCKED), "the block")
    await here.quiet()
    assert sends(here, guest.person.id) <= before + 2
    guest.person.chat.blocked = False
    await guest.says("/today", "This is open:")


async def test_text_too_long_for_one_message_is_split_and_whole(here: Town) -> None:
    await asyncio.to_thread(documents.publish, here.program, documents.LONG)
    guest = await met(here, "Longina")
    await guest.says("start parrot", "What shall I repeat?")
    shown = len(guest.texts)
    await guest.says("A sentence about selling 🎉. " * 130, "One:")
    await here.quiet()
    parts = guest.texts[shown:]
    assert len([part for part in parts if "sentence" in part]) == 2
    assert sum(part.count("🎉") for part in parts) == 260


# -- groups ----------------------------------------------------------------------------------


def in_group(group: Group, words: str) -> bool:
    return any(words in shown.text for shown in group.messages)


async def test_group_that_becomes_a_supergroup_keeps_its_conversation(here: Town) -> None:
    guest = here.person("Greta")
    group = here.telegram.group("Team", bot=here.bot)
    await guest.person.say("/start prompt_selling", group=group)
    await until(lambda: in_group(group, QUESTION), "the question in the group")
    old, before = group.chat, len(group.messages)
    new = await group.migrate()
    chats = sa.select(tables.conversations.c.chat).where(tables.conversations.c.chat.in_([str(old.id), str(new)]))
    await until(lambda: [row.chat for row in here.records.rows(chats)] == [str(new)], "the move")

    await guest.person.say("/today", group=group)

    await until(lambda: in_group(group, "This is open:"), "the answer in the supergroup")
    assert len(old.shown) == before
    person = here.records.person(guest.person.id)
    assert here.records.said(person, inbound=True) == ["/start prompt_selling", "/today"]


async def test_answer_under_way_follows_a_group_that_moves(here: Town) -> None:
    guest = here.person("Gustav")
    group = here.telegram.group("Crew", bot=here.bot)
    here.telegram.faults.throttle(2, method="sendMessage", chat=group.id)
    waiting = len(here.telegram.faults.waiting)
    await guest.person.say("/start prompt_selling", group=group)
    await until(lambda: len(here.telegram.faults.waiting) < waiting, "the call that is put off")
    # While nothing is delivered, only the refusal of the old id tells of the move.
    hook = here.bot.webhook
    here.bot.updates.set_webhook(None)
    new = await group.migrate()
    await until(lambda: in_group(group, QUESTION), "the question in the supergroup")
    here.bot.updates.set_webhook(hook)
    await guest.person.say("/today", group=group)
    await until(lambda: in_group(group, "This is open:"), "the answer in the supergroup")
    here_and_there = sa.select(tables.conversations.c.chat).where(tables.conversations.c.chat == str(new))
    assert len(here.records.rows(here_and_there)) == 1


# -- several bots ----------------------------------------------------------------------------


async def second_bot(here: Town, name: str, token: str) -> Bot:
    """Add an account for another bot as an operator does, and wait until its webhook is set."""
    bot = here.telegram.bot(token, username=f"{name}_bot")
    await add_account(here, name, token)
    await until(lambda: bot.webhook, "the webhook of the second bot")
    return bot


async def add_account(here: Town, name: str, token: str) -> None:
    done = await asyncio.to_thread(here.program.run, "accounts", "add", "telegram", name, words=f"{token}\n")
    assert done.returncode == 0, done.stdout + done.stderr
    assert token not in done.stdout + done.stderr


async def test_two_bots_know_the_same_person_apart(here: Town) -> None:
    other = await second_bot(here, "shop", "815:second-token-bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb")
    assert other.webhook is not None
    assert other.webhook.url == f"{here.program.url}/webhooks/telegram/shop"
    guest = await met(here, "Zoe")
    twin = Guest(Person(other, guest.person.id, "Zoe", "en"))
    await guest.says("start prompt_selling", QUESTION)
    await twin.says("hello", "Hello, Zoe!", "What shall I call you?")
    await guest.taps("Design", DESIGN)
    await here.quiet()
    assert here.records.person(guest.person.id) != here.records.person(guest.person.id, account="shop")
    assert not any("prompts" in text for text in twin.texts)
    assert await post(here, b'{"update_id": 1}', SECRET, "/shop") == 401
    assert await post(here, b'{"update_id": 1}', other.webhook.secret) == 401
    assert await post(here, b'{"update_id": 1}', other.webhook.secret, "/shop") == 200


async def test_token_revoked_pauses_the_account_and_a_new_one_loses_nothing(here: Town) -> None:
    token = "916:third-token-cccccccccccccccccccccccccccccccc"
    bot = await second_bot(here, "club", token)
    guest = await met(here, "Nora", bot)
    del here.telegram.bots[token]
    await guest.says("start prompt_selling")

    def status() -> AccountStatus:
        return next(one.status for one in here.records.base.accounts.all() if one.name == "club")

    await until(lambda: status() is AccountStatus.PAUSED, "the pause of the account")
    texts = len(guest.texts)
    bot.token = "916:renewed-token-dddddddddddddddddddddddddddddd"
    here.telegram.bots[bot.token] = bot
    await add_account(here, "club", bot.token)
    await until(lambda: status() is AccountStatus.ACTIVE, "the account in use")

    def arrived() -> bool:
        here.records.hurry()
        return len(guest.texts) > texts

    await until(arrived, "the message that waited")
    await guest.reads("I keep your place", QUESTION)
    await guest.taps("Design", DESIGN)
    assert status() is AccountStatus.ACTIVE
    assert texts == 2
