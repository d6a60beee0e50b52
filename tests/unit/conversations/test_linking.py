from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations import channels, facts, limits, phrases
from conversations.events import ChatParted, PeopleLinked
from conversations.link_codes import digest_of
from conversations.linking import LINK_JOB, PART_JOB, joined, superseded
from conversations.phrases import COMMAND_WORDS, SENTENCES
from conversations.state import Connection, Execution, State
from core.executions import ExecutionStatus
from core.ids import ConversationId, ExecutionId
from core.messages import InboundKind, Place
from core.people import Person
from tests.unit.conversations.stage import MONDAY, Stage, flow, texts, titles

ASKING = flow("asking", {"ask": "q", "text": "Which?"}, {"ask": "r", "text": "And?"}, title="Ask twice")
TELEGRAM, WEB, WHATSAPP = (
    Connection(ConversationId(UUID(int=number)), channel, "default")
    for number, channel in enumerate(("telegram", "web", "whatsapp"), 1)
)


def said(key: str, **values: object) -> str:
    return phrases.phrase("en", key, **values)


def stage_with(*connections: Connection, here: Connection = TELEGRAM, **fields: Any) -> Stage:
    stage = Stage(ASKING, **fields)
    stage.state = replace(stage.state, connections=connections)
    stage.here = here.id
    return stage


# -- asking for a code, and saying one -----------------------------------------------------------


def test_link_shows_a_code_of_which_only_the_digest_goes_out() -> None:
    stage = stage_with()
    (told,) = texts(stage.write("/link"))
    code = told.splitlines()[2].removeprefix("link ")
    assert told == said("link_code", code=code, life="10 minutes")
    [offer] = stage.offers
    assert (offer.digest, offer.expires_at) == (digest_of(code), MONDAY + limits.LINK_CODE_LIFE)
    assert stage.write("/link")[0].text != told


@pytest.mark.parametrize("language", sorted(SENTENCES))
def test_link_is_understood_in_plain_words_with_and_without_a_code(language: str) -> None:
    for words in COMMAND_WORDS[language]["link"]:
        stage = stage_with(person=Person(language=language, zone="UTC"))
        stage.write(words)
        assert len(stage.offers) == 1, words
        stage.write(f"{words} k7qd m2px")
        assert [job.payload["digest"] for job in stage.jobs] == [digest_of("K7QD-M2PX")], words


def test_code_goes_ahead_of_an_open_question_only_with_its_command() -> None:
    stage = stage_with()
    stage.write("/start asking")
    stage.write("link K7QD-M2PX")
    assert [job.kind for job in stage.jobs] == [LINK_JOB]
    stage.write("K7QD-M2PX")
    assert stage.run.answers == {"q": "K7QD-M2PX"}
    assert len(stage.jobs) == 1


def test_bare_code_is_one_where_nothing_is_asked_also_from_a_stranger() -> None:
    stage = stage_with(met=False)
    assert texts(stage.write("K7QD-M2PX")) == [said("link_checking")]
    assert not stage.state.met


@pytest.mark.parametrize("words", ["link together", "together", "the link is fine", "ABCDEFGH"])
def test_words_of_eight_letters_are_no_code(words: str) -> None:
    stage = stage_with()
    stage.write(words)
    assert stage.jobs == []


def test_link_in_a_group_is_told_where_it_belongs() -> None:
    stage = stage_with(TELEGRAM, WEB)
    for words in ("/link", "/link K7QD-M2PX", "/unlink"):
        assert texts(stage.write(words, private=False)) == [said("link_private")]
    assert (stage.offers, stage.jobs) == ([], [])


def test_link_where_nothing_is_stored_knows_no_code() -> None:
    stage = Stage(ASKING)
    assert texts(stage.write("/link K7QD-M2PX")) == [said("link_unknown")]


def test_tries_are_counted_when_they_are_made() -> None:
    """Who says a thousand codes before the first answer comes has tried five."""
    stage = stage_with()
    for _ in range(20):
        stage.write("/link K7QD-M2PX")
    assert len(stage.jobs) == limits.LINK_TRIES
    assert stage.said[-1].text == said("link_busy", wait="1 hour")


@pytest.mark.parametrize("reason", ["unknown", "expired", "used", "own", "same", "unavailable", "moonlight"])
def test_refusal_says_what_to_do(reason: str) -> None:
    stage = stage_with()
    stage.write("/link K7QD-M2PX")
    key = "unavailable" if reason == "moonlight" else reason
    values = {"life": "10 minutes"} if reason == "expired" else {}
    assert texts(stage.finish_job(refused=reason)) == [said(f"link_{key}", **values)]
    assert len(stage.state.tries) == (reason in ("unknown", "expired", "used"))


@pytest.mark.parametrize(("seconds", "wait"), [(61.0, "2 minutes"), (0.0, "1 minute"), ("soon", "1 hour")])
def test_refusal_for_a_while_says_for_how_long(seconds: object, wait: str) -> None:
    stage = stage_with()
    stage.write("/link K7QD-M2PX")
    assert texts(stage.finish_job(refused="busy", seconds=seconds)) == [said("link_busy", wait=wait)]


def test_end_of_a_job_that_did_it_says_nothing_more() -> None:
    stage = stage_with()
    stage.write("/start asking")
    stage.write("/link K7QD-M2PX")
    before = stage.state
    assert stage.finish_job() == []
    assert stage.state == before


# -- two dialogues in one ------------------------------------------------------------------------


def execution(number: int, minutes: int, workflow: str = "asking") -> Execution:
    return Execution(
        ExecutionId(UUID(int=number)), workflow, 1, ExecutionStatus.STARTED, 0, 1, 0, {}, {}, {}, 0, MONDAY,
        MONDAY + timedelta(minutes=minutes),
    )  # fmt: skip


EXECUTIONS = st.lists(st.integers(0, 500), max_size=8)


@given(EXECUTIONS, EXECUTIONS)
def test_joined_keeps_every_execution_once_and_the_last_one_last(mine: list[int], theirs: list[int]) -> None:
    ones = tuple(execution(number, minutes) for number, minutes in enumerate(mine))
    others = tuple(execution(100 + number, minutes) for number, minutes in enumerate(theirs))
    whole = joined(State(executions=ones), State(executions=others), TELEGRAM, WEB).executions
    assert sorted(one.id for one in whole) == sorted(one.id for one in (*ones, *others))
    last = [those[-1] for those in (ones, others) if those]
    assert not whole or whole[-1].asked_at == max(one.asked_at for one in last)


STATES = st.builds(
    State,
    person=st.builds(
        Person,
        name=st.sampled_from(["", "Asha"]),
        language=st.sampled_from(["en", "de"]),
        zone=st.sampled_from(["", "Asia/Dubai"]),
        profile=st.dictionaries(st.sampled_from(["goal", "market"]), st.sampled_from(["", "a", "b"])),
    ),
    met=st.booleans(),
    stopped=st.booleans(),
    paused=st.booleans(),
    reply_until=st.none() | st.just(MONDAY),
)


@given(STATES, STATES)
def test_joined_lets_the_giver_have_the_say_and_a_stop_stay(one: State, other: State) -> None:
    whole = joined(one, other, TELEGRAM, WEB)
    assert whole.stopped == (one.stopped or other.stopped)
    assert whole.paused == (one.paused or other.paused)
    assert whole.met == (one.met or other.met)
    for field in ("name", "zone"):
        mine, theirs = getattr(one.person, field), getattr(other.person, field)
        assert getattr(whole.person, field) == (mine or theirs)
    for field, value in one.person.profile.items():
        assert whole.person.profile.get(field, "") == (value or other.person.profile.get(field, ""))
    assert [connection.id for connection in whole.connections] == [TELEGRAM.id, WEB.id]
    assert whole.reply_until == other.reply_until
    assert State.from_json(whole.to_json()) == whole


def test_joined_of_people_with_several_chats_has_all_of_them_and_the_newest_last() -> None:
    slack = replace(WHATSAPP, id=ConversationId(UUID(int=99)), channel="slack")
    mine, theirs = State(connections=(TELEGRAM, slack), chosen=slack.id), State(connections=(WEB, WHATSAPP))
    whole = joined(mine, theirs, TELEGRAM, WEB)
    assert whole.connections == (TELEGRAM, slack, WHATSAPP, WEB)
    assert whole.chosen == slack.id


def test_superseded_is_the_welcome_of_who_is_known_elsewhere() -> None:
    mine, theirs = execution(1, 5, "welcome"), execution(2, 9, "welcome")
    known, new = State(met=True), State(met=True, executions=(theirs,))
    assert superseded(known, new) == (theirs.id,)
    assert superseded(new, known) == (theirs.id,)
    assert superseded(State(), new) == ()
    assert superseded(State(met=True, executions=(mine,)), new) == (mine.id,)


def test_told_of_the_link_executions_have_their_timers_and_welcomes_end() -> None:
    stage = stage_with(TELEGRAM, WEB)
    stage.shelf.publish(flow("welcome", {"ask": "name", "text": "Your name?"}))
    stage.write("/start welcome")
    stage.write("/start asking")
    welcome = stage.state.executions[0]
    wanted = dict(stage.timers)
    del wanted[f"execution:{welcome.id}"]
    stage.timers.clear()
    (told,) = stage.advance(PeopleLinked(stage.event_id(), True, WEB, (welcome.id,)))
    assert (told.text, told.purpose) == (said("link_made", channel="Web chat"), "linked")
    assert stage.timers == wanted
    assert stage.statuses["welcome"] is ExecutionStatus.ABANDONED
    (told,) = stage.advance(PeopleLinked(stage.event_id(), False, TELEGRAM))
    assert told.text == said("link_made_here", channel="Telegram") + "\n\nWhich?"
    assert stage.facts.count(facts.LINKED) == 1


def test_nine_executions_of_two_dialogues_become_eight() -> None:
    stage = stage_with(TELEGRAM, WEB)
    nine = tuple(execution(number, number) for number in range(9))
    stage.state = replace(stage.state, executions=nine)
    stage.advance(PeopleLinked(stage.event_id(), True, WEB))
    assert [one.id for one in stage.state.executions] == [one.id for one in nine[1:]]
    assert stage.executions[nine[0].id].status is ExecutionStatus.ABANDONED


# -- several chats -------------------------------------------------------------------------------


def test_settings_of_several_chats_name_them_and_where_nudges_go() -> None:
    stage = stage_with(TELEGRAM, WEB)
    (settings,) = stage.write("/settings")
    assert settings.text.splitlines()[-2:] == ["Chats: Web chat, Telegram", "I write first: Where you wrote last"]
    assert titles(settings)[-4:-1] == ["Where to write", "Disconnect a chat", "Connect a chat"]


def test_chats_that_are_called_the_same_are_told_apart() -> None:
    other = replace(TELEGRAM, id=ConversationId(UUID(int=77)), account="shop")
    third = replace(WEB, id=ConversationId(UUID(int=78)))
    stage = stage_with(TELEGRAM, other, WEB, third)
    (settings,) = stage.write("/settings")
    assert "Chats: Telegram (shop), Web chat 1, Web chat 2, Telegram\n" in settings.text


def test_channel_that_no_language_names_is_called_as_it_is() -> None:
    assert channels.title("de", "pigeon") == "Pigeon"


def test_reminders_are_chosen_by_button_and_by_name() -> None:
    stage = stage_with(TELEGRAM, WEB)
    (asked,) = stage.write("/reminders")
    assert titles(asked) == ["Where you wrote last", "Web chat", "Telegram (here)"]
    assert texts(stage.tap("Web chat")) == [said("reminders_chosen", where="Web chat")]
    assert stage.chosen == stage.state.chosen == WEB.id
    assert texts(stage.write("/reminders telegram")) == [said("reminders_chosen", where="Telegram")]
    stage.tap("Where you wrote last")
    assert stage.state.chosen is None
    assert stage.chosen is None
    assert texts(stage.write("/reminders pigeon"))[0].startswith("Where shall I write")


def test_commands_for_several_chats_are_harmless_with_one() -> None:
    stage = stage_with()
    assert texts(stage.write("/reminders")) == [said("reminders_alone")]
    assert texts(stage.write("/unlink")) == [said("unlink_alone")]


def test_unlink_asks_and_then_has_it_done() -> None:
    stage = stage_with(TELEGRAM, WEB)
    (asked,) = stage.write("/unlink")
    assert titles(asked) == ["Web chat", "Telegram (here)", "Menu"]
    assert stage.jobs == []
    stage.tap("Web chat")
    assert [(job.kind, job.payload) for job in stage.jobs] == [(PART_JOB, {"conversation": str(WEB.id)})]
    assert texts(stage.write("/unlink 0123456789")) == [said("unlink_gone")]


def test_chat_that_was_parted_is_told_on_both_sides() -> None:
    stage = stage_with()
    assert texts(stage.advance(ChatParted(stage.event_id(), WEB, here=True))) == [said("unlink_done_here")]
    (told,) = stage.advance(ChatParted(stage.event_id(), WEB, here=False))
    assert (told.text, told.purpose) == (said("unlink_done", channel="Web chat"), "linked")


def test_blocked_in_one_chat_leaves_the_others_open() -> None:
    stage = stage_with(TELEGRAM, WEB)
    stage.write("/start asking")
    stage.receive(InboundKind.BLOCKED)
    assert (stage.state.blocked, len(stage.timers)) == (False, 1)
    stage.here = WEB.id
    stage.receive(InboundKind.BLOCKED)
    assert (stage.state.blocked, len(stage.timers)) == (True, 0)
    stage.receive(InboundKind.UNBLOCKED)
    assert {one.channel: one.closed for one in stage.state.connections} == {"telegram": True, "web": False}
    assert len(stage.timers) == 1


def test_window_is_that_of_the_chat_in_which_nudges_go() -> None:
    day = timedelta(hours=24)
    stage = stage_with(TELEGRAM, WHATSAPP, here=WHATSAPP)
    stage.write("hello", reply_window=day)
    assert stage.state.reply_until == MONDAY + day
    stage.here = TELEGRAM.id
    stage.write("/reminders whatsapp")
    assert stage.state.reply_until == MONDAY + day
    stage.write("/reminders last")
    assert stage.state.reply_until is None


def test_words_in_a_group_say_nothing_of_the_chat_in_which_nudges_go() -> None:
    stage = stage_with(TELEGRAM, WHATSAPP, here=replace(WEB, id=ConversationId(UUID(int=1234))))
    before = stage.state.connections
    stage.write("in a group", private=False, reply_window=timedelta(hours=24))
    assert (stage.state.reply_until, stage.state.connections) == (None, before)


# -- what a channel tells, and the place beside the chat -----------------------------------------


def told(stage: Stage, **fields: str) -> Person:
    assert stage.receive(InboundKind.PROFILE, **fields) == []
    return stage.state.person


def test_profile_fills_what_is_not_known_and_follows_what_the_channel_said() -> None:
    stage = Stage(ASKING, person=Person())
    assert told(stage, name=" Asha\n", zone="Asia/Kolkata", language="de") == Person("Asha", "de", "Asia/Kolkata")
    assert told(stage, name="Asha Rao", zone="Asia/Dubai", language="ar") == Person("Asha Rao", "ar", "Asia/Dubai")
    assert told(stage, zone="Nowhere/At_all") == Person("Asha Rao", "ar", "Asia/Dubai")
    assert stage.facts.count(facts.PROFILE_CHANGED) == 2


def test_profile_leaves_what_the_person_said_themselves() -> None:
    zone = flow("zone", {"ask": "zone", "text": "Where?", "type": "zone", "save": "zone"})
    tongue = flow("tongue", {"choose": "l", "text": "?", "options": {"en": "E", "de": "D"}, "save": "language"})
    stage = Stage(zone, tongue, person=Person())
    told(stage, zone="Asia/Kolkata")
    stage.write("/start zone")
    stage.write("Asia/Kolkata")  # the same, but now by their own choice
    stage.write("/start tongue")
    stage.tap("E")
    assert told(stage, name="Asha", zone="Europe/Berlin", language="de") == Person("Asha", "en", "Asia/Kolkata")


def test_profile_leaves_what_was_known_before_any_channel_said_something() -> None:
    stage = Stage(ASKING, person=Person("Asha", "de", "Asia/Kolkata"))
    assert told(stage, name="A. Rao", zone="Europe/Berlin", language="en") == Person("Asha", "de", "Asia/Kolkata")


def home(stage: Stage) -> tuple[str, list[str]]:
    (content,) = stage.receive(InboundKind.HOME)
    assert content.place is Place.HOME
    return content.text, titles(content)


def test_home_shows_what_is_open_with_a_button_each() -> None:
    stage = Stage(ASKING, flow("doing", {"do": "d", "text": "Do it."}))
    assert home(stage) == (said("today_empty"), ["Workflows", "Today", "Settings", "Help"])
    stage.write("/start asking")
    stage.write("/start doing")
    before = stage.state
    assert home(stage) == (
        "This is open:\n• Doing – step 1 of 1\n• Ask twice – step 1 of 2",
        ["Doing", "Ask twice", "Workflows", "Settings", "Help"],
    )
    assert stage.state == before
    assert texts(stage.tap("Ask twice")) == ["Which?"]


def test_home_of_a_stranger_and_of_somebody_who_stopped() -> None:
    stage = Stage(ASKING, person=Person(), met=False)
    assert home(stage) == (said("hello", name=""), ["Start"])
    assert not stage.state.met
    stage.write("hi")
    stage.write("stop")
    assert home(stage) == (said("stopped_hint"), ["Start"])
