"""WhatsApp on its good and bad days, end to end; one installation serves all of these tests but the last."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast
from urllib.parse import urlencode
from uuid import UUID

import pytest
import pytest_asyncio
import sqlalchemy as sa

from conversations import facts
from storage import tables
from tests.acceptance import days, documents
from tests.acceptance.illustrations import illustrated
from tests.acceptance.program import PARTS, PATIENCE, until
from tests.acceptance.story import photograph
from tests.acceptance.town import patient
from tests.conformance.driver import Post
from tests.conformance.house import House, house
from tests.conformance.whatsapp import FORM, PATH, WhatsAppDriver
from tests.fakes.twilio import Account, FakeTwilio, Message, Person, Shown, signature
from tests.fakes.twilio.statuses import Report
from tests.fakes.twilio.webhooks import HEADER, Params
from tests.unit.workers.samples import opus

pytestmark = [patient, pytest.mark.asyncio(loop_scope="module")]

QUESTION = "Where did your prompts help a paying client most?"
DESIGN = "Put your twenty best Design prompts"
STATUS = f"{PATH}/status"
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with house(WhatsAppDriver(), tmp_path_factory.mktemp("whatsapp")) as built:
        yield built


def driver_of(here: House) -> WhatsAppDriver:
    return cast("WhatsAppDriver", here.driver)


def twilio_of(here: House) -> FakeTwilio:
    return driver_of(here).twilio


def account_of(here: House) -> Account:
    return driver_of(here).account


async def met(here: House, name: str, *, account: Account | None = None, address: str = "") -> Person:
    """Return somebody who has said hello."""
    person = twilio_of(here).person(name, account=account or account_of(here), address=address)
    await here.says(person, "hello", f"Hello, {name}!", "What shall I call you?")
    return person


def message_of(here: House, person: Person, words: str) -> UUID:
    """Return our own id of the newest message with these words."""
    sent = here.records.outbound(here.records.person(person.address, channel="whatsapp"))
    return next(number for number, text in reversed(sent) if words in text)


def reported(here: House, message: UUID) -> str | None:
    """Return the furthest that Twilio has told of a message."""
    [row] = here.records.rows(sa.select(tables.outbox.c.reported).where(tables.outbox.c.id == message))
    return cast("str | None", row.reported)


# -- the daily loop, which wants its buttons: later tests let the Content API fail ----------------


async def test_day_that_begins_in_a_closed_window_is_lived_to_its_end(here: House) -> None:
    await approved(here, "--daily")
    await asyncio.to_thread(days.publish_morning, here.program)
    dana = await met(here, "Dana")
    await days.hang_up(here, dana)
    await here.says(dana, "start nap", "What did you dream of meanwhile?")
    await here.says(dana, "of the sea")
    await until(
        lambda: here.records.executions(here.person(dana), "nap")[0].status == "completed", "the end of the nap"
    )
    write_long_ago(here, here.person(dana))
    dana.close_window()

    nudge = await dana.reads("Your morning is waiting.", timeout=PATIENCE)
    assert account_of(here).templates[nudge.template].approved
    assert "Day 1. Ready for your morning protocol? Tap a button" in nudge.text
    assert nudge.titles == ["I'm ready", "In half an hour", "Not today"]
    await here.taps(dana, "I'm ready", "First, a few sentences")
    await here.says(dana, days.ALOUD, "Kept as version 1.")
    await dana.upload(opus(12), mime="audio/ogg")
    await here.reads(dana, "Your recording is kept (12 seconds).", "This is where you are going.")
    album = [shown for shown in dana.messages if shown.media][-len(days.BOARD) :]
    assert [shown.text for shown in album] == list(days.BOARD)
    offer = await dana.reads("One bold action for today.", timeout=PATIENCE)
    assert (offer.titles, offer.is_list) == (["1", "2", "3", "Others"], True)
    await here.says(dana, "2", "This evening I ask how it went.")

    await here.says(dana, "start evening_review", "Did you do it?")
    assert (dana.messages[-1].titles, dana.messages[-1].is_list) == (["I did it", "Not today"], False)
    await here.taps(dana, "I did it", "How disciplined were you today")
    assert (dana.messages[-1].titles, dana.messages[-1].is_list) == ([str(place) for place in range(1, 11)], True)
    await here.taps(dana, "8", "And your biggest win today?")
    await here.says(dana, "she laughed", "Sleep well.")
    await here.says(dana, "/start weekly_summary", "Your week, Dana")
    assert dana.messages[-1].mime == "image/jpeg"
    row = days.session(here, here.person(dana))
    assert (row.recording_duration, row.vision_board_viewed, row.action_completed) == (12, True, True)
    assert (row.morning_completed, row.evening_completed, row.discipline_rating) == (True, True, 8)


# -- choices -----------------------------------------------------------------------------------


async def test_choices_are_buttons_then_a_list_then_numbers(here: House) -> None:
    await asyncio.to_thread(documents.publish, here.program, documents.CHOICES)
    mia = await met(here, "Mia")
    await here.says(mia, "start choices", "How is the weather?")
    buttons = mia.messages[-1]
    await here.taps(mia, "Sunny", "Which day suits you?")
    days = mia.messages[-1]
    await here.taps(mia, "Tuesday", "Which month was it?")
    months = mia.messages[-1]
    await here.says(mia, "12", "What will you do with what is left of the year?")
    plans = mia.messages[-1]
    await here.taps(mia, "2", "Sunny, Tuesday, December, Write the book at last")

    assert (buttons.titles, buttons.is_list) == (["Sunny", "Rainy"], False)
    assert (days.titles, days.is_list) == (["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"], True)
    assert (months.titles, months.text.splitlines()[-1]) == ([], "12. December")
    # Titles that are too long for buttons are written out, and the buttons carry their numbers.
    assert (plans.titles, plans.text.splitlines()[-1]) == (["1", "2"], "2. Write the book at last")


async def test_choices_are_numbers_while_the_content_api_is_away_and_are_answered_all_the_same(here: House) -> None:
    await asyncio.to_thread(documents.publish, here.program, documents.NUMBERS)
    noor = await met(here, "Noor")
    twilio_of(here).faults.fail(503, method="content", times=100)
    await here.says(noor, "start numbers", "Which of these seven is it?")
    shown = noor.messages[-1]
    await here.says(noor, "6", "It is Six.")
    # The content behind its buttons is one that no other message has needed yet.
    await here.says(noor, "/help", "/settings")
    menu = noor.messages[-1]
    await here.says(noor, "3", "This is open:")
    twilio_of(here).faults.clear()

    assert (shown.titles, menu.titles) == ([], [])
    assert shown.text.splitlines()[-2:] == ["6. Six", "7. Seven"]
    assert menu.text.splitlines()[-5:] == ["1. Continue", "2. Workflows", "3. Today", "4. Settings", "5. Help"]


# -- people ------------------------------------------------------------------------------------


async def test_person_without_a_number_is_served_under_their_business_scoped_id(here: House) -> None:
    bo = await met(here, "Bo", address="US.13491208655302741918")
    await here.says(bo, "start prompt_selling", QUESTION)
    await here.taps(bo, "Design", DESIGN)
    await here.quiet()
    assert here.records.said(here.person(bo), inbound=True) == ["hello", "start prompt_selling", "Design"]


@pytest.mark.parametrize(
    ("stop", "start"), [("STOP", "START"), ("Unsubscribe", "start"), ("detener", "start"), ("रुकें", "start")]
)
async def test_words_end_messages_until_the_person_comes_back(here: House, stop: str, start: str) -> None:
    await asyncio.to_thread(documents.publish, here.program, documents.NAP)
    account_of(here).handles_opt_out = False
    sam = await met(here, f"Sam {stop}")
    await here.says(sam, "start nap", "I close my eyes")
    await here.says(sam, stop, "Stopped.")
    await here.says(sam, "hm", "You asked me to stop")
    before = [shown.text for shown in sam.messages]
    # The nap is over meanwhile, and would be told of; nor is anything else that they say answered but a way back.
    await asyncio.sleep(3)
    await here.says(sam, "/today")
    await here.says(sam, "well")
    await here.quiet()
    assert [shown.text for shown in sam.messages] == before
    await here.says(sam, start, "What did you dream of meanwhile?")
    account_of(here).handles_opt_out = True


async def test_person_who_opts_out_with_twilio_itself_is_left_alone(here: House) -> None:
    otis = await met(here, "Otis")
    await here.says(otis, "STOP")
    person = here.person(otis)
    await until(lambda: here.records.facts(person, facts.STOPPED), "the stop")
    await here.quiet()
    await here.says(otis, "START")
    await here.says(otis, "/today", "This is open:")


async def test_blank_and_unknown_parameters_are_part_of_what_is_signed(here: House) -> None:
    nia = await met(here, "Nia")
    await nia.say("/note with something new", extra=[("NewIn2027", "yes"), ("Blank", ""), ("Body2", "न")])
    await here.reads(nia, "Noted.")


# -- files -------------------------------------------------------------------------------------


async def test_picture_goes_out_from_an_address_that_only_we_can_make(here: House) -> None:
    twilio, photo = twilio_of(here), photograph()
    pia = await met(here, "Pia")
    await here.says(pia, "start prompt_selling", QUESTION)
    await here.taps(pia, "Design", DESIGN)
    await here.taps(pia, "Done", "Send a screenshot")
    await pia.upload(photo, mime="image/jpeg", text="my shop")
    await here.reads(pia, "Kept, thank you.", "What did the first three sales bring?")
    await here.quiet()
    assert twilio.network.leaked == []

    await here.says(pia, "/note look at it", "Noted.")
    await here.quiet()
    shown = await illustrated(here, pia, "Noted.")
    [picture] = here.records.media(here.person(pia))
    assert cast("Shown", shown).media == here.records.picture(here.person(pia), picture.id)


async def test_file_that_is_gone_or_leads_elsewhere_is_said_to_be_lost_and_nothing_breaks(here: House) -> None:
    twilio = twilio_of(here)
    gil = await met(here, "Gil")
    await here.says(gil, "start prompt_selling", QUESTION)
    await here.taps(gil, "Design", DESIGN)
    await here.taps(gil, "Done", "Send a screenshot")
    # What only this machine can read: whoever could have us fetch it would be shown it.
    twilio.redirect_media_to = "http://169.254.169.254/latest/meta-data/"
    try:
        await gil.upload(photograph(), mime="image/jpeg")
        await here.reads(gil, "Got it.")
        await here.quiet()
    finally:
        twilio.redirect_media_to = ""
    assert list(here.records.media(here.person(gil))) == []
    await gil.upload(photograph(), mime="image/jpeg")
    await here.reads(gil, "Kept, thank you.")


# -- what becomes of messages ------------------------------------------------------------------


async def test_statuses_out_of_order_early_twice_or_unheard_of_never_go_back(here: House) -> None:
    statuses = twilio_of(here).statuses
    stan = await met(here, "Stan")
    statuses.shuffle(3)
    statuses.hurry(3)
    statuses.repeat(9)
    statuses.invent("teleported")
    for number in range(3):
        await here.says(stan, f"/note number {number}", "Noted.")
    await here.quiet()
    person = here.person(stan)
    notes = [message for message, text in here.records.outbound(person) if text == "Noted."]
    assert [reported(here, message) for message in notes] == ["delivered"] * 3
    told = [each.status for each in twilio_of(here).webhooks.attempts if each.url.partition("?")[0].endswith("/status")]
    assert set(told) == {200}

    await stan.opens()
    await until(lambda: [reported(here, message) for message in notes] == ["read"] * 3, "the receipt of reading")
    for message in [each for each in account_of(here).messages if each.recipient == stan.whatsapp]:
        for word in ("delivered", "sent", "failed"):
            statuses.put(Report(account_of(here), message, word))
    await statuses.settled()
    assert [reported(here, message) for message in notes] == ["read"] * 3


async def test_status_forged_or_told_by_another_account_changes_nothing(here: House) -> None:
    shop = await second_account(here)
    rhea = await met(here, "Rhea")
    await here.quiet()
    own, message = account_of(here), message_of(here, rhea, "What shall I call you?")
    sent = next(each for each in reversed(own.messages) if "What shall I call you?" in each.body)
    query, elsewhere = f"{STATUS}?message={message}", f"{STATUS}/shop?message={message}"
    told = Report(own, sent, "failed", 63024).params()
    theirs = [(name, {"AccountSid": shop.sid, "From": shop.sender}.get(name, value)) for name, value in told]
    posts = [
        proven(here, "no token of theirs", query, told),
        proven(here, shop.auth_token, query, theirs),
        proven(here, shop.auth_token, query, told),
        proven(here, shop.auth_token, elsewhere, told),
        # Genuine, of the other account; but the message that it names is none of that one's.
        proven(here, shop.auth_token, elsewhere, theirs),
    ]
    assert [(await here.post(post))[0] for post in posts] == [401, 401, 401, 401, 200]
    await here.quiet()
    assert reported(here, message) == "delivered"
    await here.says(rhea, "/today", "This is open:")


# -- the window --------------------------------------------------------------------------------


@pytest.mark.parametrize("knows", [True, False], ids=["the sender knows", "Twilio tells it"])
async def test_nudge_to_a_closed_window_arrives_as_the_template(here: House, knows: bool) -> None:
    own = account_of(here)
    await asyncio.to_thread(documents.publish, here.program, documents.DISTANT)
    body = "Hello {{name}}, this is still open: {{text}} Answer here to go on."
    await approved(here, "--purpose", "reminder", "--body", body)
    wanda = await met(here, "Wanda")
    await here.says(wanda, "start distant", "Which planet do you see tonight?")
    if knows:
        write_long_ago(here, here.person(wanda))
    wanda.close_window()

    shown = await wanda.reads("this is still open: Still there?", timeout=PATIENCE)

    assert own.templates[shown.template].approved
    assert shown.text.startswith("Hello ")
    await here.quiet()
    refused = [one for one in own.messages if one.recipient == wanda.whatsapp and one.error_code == 63016]
    assert len(refused) == (0 if knows else 1)
    assert sum("Still there?" in one.text for one in wanda.messages) == 1
    # Who answers opens the window, and is spoken to freely again.
    await here.says(wanda, "Mars")
    await here.says(wanda, "/today", "This is open:")
    assert wanda.messages[-1].template != shown.template


async def approved(here: House, *wording: str) -> None:
    """Have templates made, approved and known, as an operator does."""
    own = account_of(here)
    made = await asyncio.to_thread(here.program.run, "templates", "submit", *wording)
    assert made.returncode == 0, made.stdout + made.stderr
    for template in own.templates.values():
        if template.approval is not None:
            template.approve()
    known = await asyncio.to_thread(here.program.run, "templates", "sync")
    assert (known.returncode, "approved" in known.stdout) == (0, True), known.stdout + known.stderr


def write_long_ago(here: House, person: UUID) -> None:
    """Let all that somebody wrote be from the day before yesterday; what was said is never changed but by a test."""
    with here.records.database.write() as connection:
        guards = sa.text("select name, sql from sqlite_master where type = 'trigger' and tbl_name = 'messages'")
        found = connection.execute(guards).all()
        for guard in found:
            connection.exec_driver_sql(f"drop trigger {guard.name}")
        ago = here.records.base.clock.now() - timedelta(days=2)
        connection.execute(sa.update(tables.messages).where(tables.messages.c.person_id == person).values(at=ago))
        for guard in found:
            connection.exec_driver_sql(guard.sql)


# -- two accounts ------------------------------------------------------------------------------


async def test_two_senders_know_the_same_person_apart(here: House) -> None:
    shop = await second_account(here)
    zoe = await met(here, "Zoe")
    twin = await met(here, "Zoe Twin", account=shop, address=zoe.address)
    await here.says(zoe, "start prompt_selling", QUESTION)
    await here.says(twin, "/today", "This is open:")
    await here.quiet()
    assert here.records.person(zoe.address, channel="whatsapp") != here.records.person(
        zoe.address, account="shop", channel="whatsapp"
    )
    assert not any("prompts" in shown.text for shown in twin.messages)
    # Each sender's own proof at the other one's door is worth nothing.
    said = driver_of(here).genuine(zoe, "for the wrong door")
    assert (await here.post(replace(said, path=f"{PATH}/shop")))[0] == 401


async def second_account(here: House) -> Account:
    """Return another account that an operator has added."""
    twilio = twilio_of(here)
    known = next((each for each in twilio.accounts.values() if each is not account_of(here)), None)
    if known is not None:
        return known
    shop = twilio.account("whatsapp:+15550002222")
    words = f"{shop.sid}\n{shop.auth_token}\n{shop.sender}\n"
    done = await asyncio.to_thread(here.program.run, "accounts", "add", "whatsapp", "shop", words=words)
    assert done.returncode == 0, done.stdout + done.stderr
    shop.webhook = f"{here.program.url}{PATH}/shop"
    deadline = asyncio.get_running_loop().time() + PATIENCE
    probe = Report(shop, Message("SM" + "0" * 32, shop.sender, "whatsapp:+4915799999999", "", "", False, NOW), "sent")
    while (await here.post(proven(here, shop.auth_token, f"{STATUS}/shop", probe.params())))[0] != 200:
        assert asyncio.get_running_loop().time() < deadline, "the account was not followed"
        await asyncio.sleep(0.1)
    return shop


def proven(here: House, token: str, path: str, params: Params) -> Post:
    """Return a form as Twilio would post it."""
    proof = signature(token, f"{here.program.url}{path}", params)
    return Post(path, urlencode(params).encode(), {"Content-Type": FORM, HEADER: proof})


# -- an outage ---------------------------------------------------------------------------------


async def test_messages_that_came_during_an_outage_are_fetched_once(
    tmp_path: Path, sqlite_database_url: str, redis_url: str
) -> None:
    settings = {"DATABASE_URL": sqlite_database_url, "REDIS_URL": redis_url}
    async with house(WhatsAppDriver(), tmp_path, settings=settings, parts=PARTS) as here:
        ana, tim, twilio = await met(here, "Ana"), await met(here, "Tim"), twilio_of(here)
        await here.says(ana, "start prompt_selling", QUESTION)
        await here.says(tim, "start prompt_selling", QUESTION)
        await here.taps(tim, "Design", DESIGN)
        await here.taps(tim, "Done", "Send a screenshot")
        await here.quiet()
        assert here.program.kill("web")
        await here.taps(ana, "Design")
        await tim.upload(photograph(), mime="image/jpeg", text="my shop")
        await here.driver.settled(PATIENCE)
        assert len(twilio.lost) == 2

        here.program.start("web")
        await here.program.ready()
        await here.reads(ana, DESIGN)
        await here.reads(tim, "Kept, thank you.", "What did the first three sales bring?")
        await here.quiet()
        # Another start asks again, and finds nothing that it does not know.
        assert set((await here.program.stop()).values()) == {0}
        asked = sum(name == "list" for name, _ in account_of(here).calls)
        await here.start()
        await until(lambda: sum(name == "list" for name, _ in account_of(here).calls) > asked, "the second look")
        await here.says(ana, "/today", "This is open:")
        await here.quiet()
        assert sum(DESIGN in shown.text for shown in ana.messages) == 1
        assert sum("Kept, thank you." in shown.text for shown in tim.messages) == 1
        assert set(here.records.keys().values()) == {1}
