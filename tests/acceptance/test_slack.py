"""Slack on its good and bad days, end to end; one installation serves all of these tests but the last ones."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import cast
from urllib.parse import urlencode

import orjson
import pytest
import pytest_asyncio
import sqlalchemy as sa

from conversations import facts
from storage import tables
from tests.acceptance import days, documents
from tests.acceptance.illustrations import illustrated
from tests.acceptance.program import PATIENCE, until
from tests.acceptance.story import photograph
from tests.acceptance.town import patient
from tests.conformance.driver import Post
from tests.conformance.house import House, house
from tests.conformance.slack import FORM, JSON, PATH, SlackDriver
from tests.fakes.reading import Reader
from tests.fakes.slack import Channel, FakeSlack, Person, Shown, Workspace, signature
from tests.unit.workers.samples import mp4

pytestmark = [patient, pytest.mark.asyncio(loop_scope="module")]

QUESTION = "Where did your prompts help a paying client most?"
DESIGN = "Put your twenty best Design prompts"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with house(SlackDriver(), tmp_path_factory.mktemp("slack")) as built:
        yield built


def slack_of(here: House) -> FakeSlack:
    return cast("SlackDriver", here.driver).slack


def team_of(here: House) -> Workspace:
    return cast("SlackDriver", here.driver).team


async def met(here: House, name: str, *, team: Workspace | None = None, zone: str = "Asia/Kolkata") -> Person:
    """Return somebody who has said hello."""
    person = slack_of(here).person(name, team=team or team_of(here), zone=zone)
    await here.says(person, "hello", "What shall I call you?")
    return person


def reader(name: str, channel: Channel) -> Reader[Shown]:
    """Return somebody who looks at a channel."""
    return Reader(name, channel)


async def reads(someone: Reader[Shown], words: str) -> Shown:
    return await someone.reads(words, timeout=PATIENCE)


# -- choices, files, the profile ---------------------------------------------------------------


async def test_choices_are_buttons_however_many_and_however_long_their_titles(here: House) -> None:
    await asyncio.to_thread(documents.publish, here.program, documents.CHOICES)
    mia = await met(here, "Mia")
    await here.says(mia, "start choices", "How is the weather?")
    await here.taps(mia, "Sunny", "Which day suits you?")
    await here.taps(mia, "Tuesday", "Which month was it?")
    months = mia.messages[-1]
    await here.taps(mia, "December", "What will you do with what is left of the year?")
    plans = mia.messages[-1]
    await here.taps(mia, "Write the book at last", "Sunny, Tuesday, December, Write the book at last")
    assert (len(months.titles), months.titles[-1]) == (12, "December")
    assert plans.titles == ["Rest until I am myself again", "Write the book at last"]


async def test_picture_goes_out_as_a_file_of_the_workspace(here: House) -> None:
    slack, photo = slack_of(here), photograph()
    pia = await met(here, "Pia")
    await here.says(pia, "start prompt_selling", QUESTION)
    await here.taps(pia, "Design", DESIGN)
    await here.taps(pia, "Done", "Send a screenshot")
    await pia.upload(photo, name="shop.jpg", mime="image/jpeg", text="my shop")
    await here.reads(pia, "Kept, thank you.", "What did the first three sales bring?")
    assert slack.files.network.leaked == []
    await here.says(pia, "/note look at it", "Noted.")
    await here.quiet()

    shown = cast("Shown", await illustrated(here, pia, "Noted."))

    [picture] = here.records.media(here.person(pia))
    assert shown.files == [here.records.picture(here.person(pia), picture.id)]


async def test_login_page_or_another_place_is_no_proof(here: House) -> None:
    slack = slack_of(here)
    gil = await met(here, "Gil")
    await here.says(gil, "start prompt_selling", QUESTION)
    await here.taps(gil, "Design", DESIGN)
    await here.taps(gil, "Done", "Send a screenshot")
    token = slack.tokens[team_of(here).bot_token]
    scopes = token.scopes
    token.scopes = tuple(scope for scope in scopes if scope != "files:read")
    try:
        await gil.upload(photograph(), name="shop.jpg")
        await here.reads(gil, "Got it.")
        await here.quiet()
    finally:
        token.scopes = scopes
    # What only this machine can read: whoever could have us fetch it would be shown it.
    slack.files.redirect_to = "http://169.254.169.254/latest/meta-data/"
    try:
        await gil.upload(photograph(), name="shop.jpg")
        await here.reads(gil, "Got it.")
        await here.quiet()
    finally:
        slack.files.redirect_to = ""
    assert list(here.records.media(here.person(gil))) == []
    slack.files.redirects = True
    await gil.upload(photograph(), name="shop.jpg")
    await here.reads(gil, "Kept, thank you.")
    slack.files.redirects = False
    assert slack.files.network.leaked == []


async def test_zone_and_language_come_from_the_profile_and_follow_its_changes(here: House) -> None:
    lea = slack_of(here).person("Lea", team=team_of(here), zone="Europe/Berlin", locale="de-DE")
    await here.says(lea, "hallo", "Hello!")
    person = here.person(lea)

    def known() -> tuple[str, str]:
        [row] = here.records.rows(
            sa.select(tables.people.c.zone, tables.people.c.language).where(tables.people.c.id == person)
        )
        return row.zone, row.language

    await until(lambda: known() == ("Europe/Berlin", "de-DE"), "what Slack knows of her")
    await lea.changes(zone="America/New_York")
    await until(lambda: known() == ("America/New_York", "de-DE"), "the change of zone")
    await here.says(lea, "/today", "Das ist offen:")


# -- surfaces ----------------------------------------------------------------------------------


async def test_home_shows_what_is_open_and_its_buttons_lead_there(here: House) -> None:
    hana = slack_of(here).person("Hana", team=team_of(here))
    await hana.opens_home()
    await until(lambda: hana.views, "a home for a stranger")
    assert "I'm Sunup." in hana.views[0]["text"]
    assert hana.messages == []
    await here.says(hana, "start prompt_selling", QUESTION)
    await hana.opens_home()
    await until(lambda: "Sell three prompt packs" in hana.views[0]["text"], "what is open")
    tap = await hana.tap_home("Sell three prompt packs")
    await here.reads(hana, QUESTION)
    assert not tap.failed
    await here.taps(hana, "Design", DESIGN)


async def test_day_is_lived_in_direct_messages_and_stands_at_home(here: House) -> None:
    dora = await met(here, "Dora")
    await days.hang_up(here, dora)
    await here.says(dora, "start morning_protocol", "When shall I say good morning?")
    await here.says(dora, "7:30", "Every day at 07:30")
    await here.taps(dora, "Yes", "The next one comes")
    await here.taps(dora, "Begin now", "Ready for your morning protocol?")
    await here.taps(dora, "I'm ready", "First, a few sentences")
    await here.says(dora, days.ALOUD, "Kept as version 1.")
    # A clip whose file does not say how long it is; Slack does.
    await dora.upload(mp4(b"soun"), name="audio_message.m4a", mime="audio/mp4", seconds=9.4)
    await here.reads(dora, "Your recording is kept (9 seconds).", "This is where you are going.")
    album = [shown for shown in dora.messages if shown.files][-len(days.BOARD) :]
    assert [shown.text for shown in album] == list(days.BOARD)
    offer = await reads(dora, "One bold action for today.")
    assert offer.titles[:4] == ["1", "2", "3", "Others"]
    await dora.opens_home()
    await until(lambda: dora.views and "✓ Morning protocol" in dora.views[0]["text"], "the morning at home")
    await here.taps(dora, "3", "This evening I ask how it went.")

    await dora.opens_home()
    await until(lambda: "○ Bold action: " in dora.views[0]["text"], "the bold action at home")
    assert dora.views[0]["text"].startswith("Day 1 · streak: 1\n✓ Morning protocol\n")
    await dora.tap_home("Evening review")
    await here.reads(dora, "Did you do it?")
    await here.taps(dora, "I did it", "How disciplined were you today")
    assert dora.messages[-1].titles == [str(place) for place in range(1, 11)]
    await here.says(dora, "7", "And your biggest win today?")
    await here.says(dora, "she laughed", "Sleep well.")
    await dora.opens_home()
    await until(lambda: "✓ Evening review" in dora.views[0]["text"], "the whole day at home")
    await here.says(dora, "/start weekly_summary", "Your week, Dora")
    assert len(dora.messages[-1].files) == 1
    row = days.session(here, here.person(dora))
    assert (row.recording_duration, row.vision_board_viewed, row.action_completed) == (9, True, True)
    assert (row.morning_completed, row.evening_completed, row.discipline_rating) == (True, True, 7)


async def test_longer_answer_is_written_in_a_form(here: House) -> None:
    await asyncio.to_thread(documents.publish, here.program, documents.LONG)
    faye = await met(here, "Faye")
    await here.says(faye, "start parrot", "What shall I repeat?")
    tap = await faye.tap("Write it")
    await until(lambda: faye.modal, "the form")
    assert not tap.failed
    assert "What shall I repeat?" in faye.views[-1]["text"]

    await faye.submits("   ")
    await until(lambda: faye.errors, "the refusal of nothing")
    assert (list(faye.errors.values()), bool(faye.modal)) == (["Please write an answer first."], True)
    words = "A first line.\n\nA second one, & <all> of it. " + "And more. " * 200
    await faye.submits(words)
    await here.reads(faye, "One: A first line.")
    await here.quiet()
    assert faye.modal is None
    assert here.records.said(here.person(faye), inbound=True)[-1] == words.strip()

    # The button is still there; what it opens answers nothing any more.
    await faye.tap("Write it")
    await until(lambda: faye.modal, "the form of an answered question")
    await faye.submits("too late")
    await here.reads(faye, "That question is already answered.")


async def test_command_is_answered_in_private_wherever_it_was_typed(here: House) -> None:
    cleo, sales = await met(here, "Cleo"), team_of(here).channel("sales")
    tap = await cleo.command("/sunup", "start prompt_selling")
    await here.reads(cleo, QUESTION)
    assert not tap.failed
    await here.taps(cleo, "Design", DESIGN)
    await cleo.command("/sunup", "today", channel=sales)
    await here.reads(cleo, "This is open:")
    assert cleo.notices == ["I answer you in our direct messages."]
    assert sales.shown == []
    await cleo.command("/sunup")
    await here.reads(cleo, "/today")


async def test_mention_opens_a_thread_in_which_only_its_person_is_heard(here: House) -> None:
    slack, team = slack_of(here), team_of(here)
    ava, eve = slack.person("Ava", team=team), slack.person("Eve", team=team)
    room = team.channel("crew")
    seen = reader("the room", room)
    ts = await ava.mention("start prompt_selling", room)
    question = await reads(seen, QUESTION)
    # Slack tells of one mention in two events.
    await here.quiet()
    assert sum(QUESTION in shown.text for shown in room.shown) == 1
    assert {shown.thread for shown in room.shown if not shown.only_for} == {ts}

    stranger = await eve.tap("Design", message=question, channel=room)
    refusal = await reads(seen, "This question is for somebody else.")
    assert (refusal.only_for, stranger.failed) == (eve.id, False)
    await eve.say("design", channel=room, thread=ts)
    await here.quiet()
    assert not any(DESIGN in shown.text for shown in room.shown)

    await ava.tap("Design", message=question, channel=room)
    step = await reads(seen, DESIGN)
    assert step.thread == ts
    await ava.say("what others talk about", channel=room)
    await here.quiet()
    assert here.records.said(here.person(ava), inbound=True) == ["start prompt_selling", "Design"]


async def test_bots_and_edits_and_deletions_are_nobodys_words(here: House) -> None:
    slack, team = slack_of(here), team_of(here)
    edith, bot = await met(here, "Edith"), slack.person("Otherbot", team=team)
    bot.is_bot = True
    await bot.say("hello from another bot")
    await here.says(edith, "start prompt_selling", QUESTION)
    ts = await edith.say("design")
    await here.reads(edith, DESIGN)
    await edith.edit(ts, "code")
    await edith.delete(ts)
    await here.quiet()
    assert bot.messages == []
    [execution] = here.records.executions(here.person(edith), "prompt_selling")
    assert execution.steps_completed == 1


# -- who may come in ---------------------------------------------------------------------------


def proven(here: House, door: str, body: bytes, kind: str, *, age: int = 0, secret: str = "") -> Post:
    """Return a request as Slack would post it."""
    moment = str(int(time.time()) - age)
    proof = signature(secret or slack_of(here).app.signing_secret, moment, body)
    headers = {"Content-Type": kind, "X-Slack-Request-Timestamp": moment, "X-Slack-Signature": proof}
    return Post(f"{PATH}/{door}", body, headers)


def command(here: House, person: Person, **changes: str) -> bytes:
    form = {
        "team_id": person.team.id,
        "channel_id": person.channel.id,
        "user_id": person.id,
        "command": "/sunup",
        "text": "note a word",
        "api_app_id": slack_of(here).app.id,
        "trigger_id": f"77.{time.monotonic_ns()}.abcdef",
    }
    return urlencode({**form, **changes}).encode()


def event(here: House, **changes: object) -> bytes:
    envelope = {
        "team_id": team_of(here).id,
        "api_app_id": slack_of(here).app.id,
        "type": "event_callback",
        "event_id": f"Ev{time.monotonic_ns()}",
        "event": {"type": "app_uninstalled", "event_ts": "1795000000.000100"},
    }
    return orjson.dumps({**envelope, **changes})


async def test_request_forged_or_stale_is_refused_at_every_door(here: House) -> None:
    thea = slack_of(here).person("Thea", team=team_of(here))
    tap = urlencode({"payload": orjson.dumps({"type": "block_actions"}).decode()}).encode()
    bodies = (("events", event(here), JSON), ("interactions", tap, FORM), ("commands", command(here, thea), FORM))
    before = here.taken(), here.records.letters()
    for door, body, kind in bodies:
        for suffix in ("", "/default"):
            posts = [
                proven(here, door + suffix, body, kind, age=301),
                proven(here, door + suffix, body, kind, age=-301),
                proven(here, door + suffix, body, kind, secret="another"),
                Post(f"{PATH}/{door}{suffix}", body, {"Content-Type": kind}),
            ]
            assert [await here.post(post) for post in posts] == [(401, b"")] * 4
    # A form that asks for nothing but a certificate is no way round.
    assert (await here.post(Post(f"{PATH}/commands", b"ssl_check=1", {"Content-Type": FORM})))[0] == 401
    await here.quiet()
    assert (here.taken(), here.records.letters()) == before
    assert here.program.events("account_paused") == []


async def test_challenge_is_answered_where_it_is_proven(here: House) -> None:
    asked = orjson.dumps({"type": "url_verification", "challenge": "3eZbrw1a", "token": "x"})
    assert await here.post(proven(here, "events", asked, JSON)) == (200, b'{"challenge":"3eZbrw1a"}')
    assert (await here.post(proven(here, "events", asked, JSON, secret="another"))) == (401, b"")


async def test_command_replayed_acts_once_and_another_app_acts_never(here: House) -> None:
    remy = await met(here, "Remy")
    once = proven(here, "commands", command(here, remy), FORM)
    assert [(await here.post(once))[0] for _ in range(3)] == [200] * 3
    other_app = proven(here, "commands", command(here, remy, api_app_id="A0SOMEBODY"), FORM)
    stranger = proven(here, "commands", command(here, remy, team_id="T0STRANGER"), FORM)
    await here.post(other_app)
    await here.post(stranger)
    await here.reads(remy, "Noted.")
    await here.quiet()
    assert here.records.facts(here.person(remy), facts.NOTE_TAKEN) == 1


async def test_tap_by_somebody_else_or_from_elsewhere_acts_on_nothing(here: House) -> None:
    slack, team = slack_of(here), team_of(here)
    ora = await met(here, "Ora")
    await here.says(ora, "start prompt_selling", QUESTION)
    mallory = slack.person("Mallory", team=team)
    shown = ora.messages[-1]
    await mallory.tap("Design", message=shown, channel=ora.channel)
    await here.quiet()
    [execution] = here.records.executions(here.person(ora), "prompt_selling")
    assert execution.steps_completed == 0
    await here.taps(ora, "Design", DESIGN)


async def test_unknown_account_of_a_door_is_not_found(here: House) -> None:
    body = event(here)
    for door in ("events", "interactions", "commands"):
        assert (await here.post(proven(here, f"{door}/T0NOBODY", body, JSON)))[0] == 404
    assert (await here.post(proven(here, "elsewhere", body, JSON)))[0] == 404
    assert (await here.post(Post(PATH, body)))[0] == 404
