"""The daily protocol in the database: what turns leave, numbers by joining, the leaderboard, export, erasure."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from conversations import effects
from conversations.engine import Engine
from core.media import Attachment, MediaKind
from core.messages import InboundKind
from core.sessions import BoardPicture, DailySession
from storage import tables
from storage.disclosure import Disclosure
from storage.media import NewFile
from storage.members import Leader, Members
from storage.sessions import ProtocolRows
from storage.turns import Turns
from tests.integration.storage.chats import Chats
from tests.integration.storage.conftest import OpenChats
from tests.unit.conversations.stage import Shelf, flow

MORNING = flow(
    "morning_protocol",
    {"affirm": "words", "text": "Write them."},
    {"recite": "recording", "text": "Read aloud:"},
    {"mark": "morning", "text": "Morning {{ day }} is done, streak {{ streak }}."},
    {"album": "vision", "text": "Look."},
    {"offer": "bold", "text": "Which one?"},
)
EVENING = flow(
    "evening_review",
    {"choose": "did_it", "text": "Did you {{ action }}?", "options": {"yes": "Yes", "no": "No"},
     "save": "session.action_completed"},
    {"ask": "rate", "text": "1 to 10?", "type": "number", "least": 1, "most": 10, "save": "session.discipline_rating"},
    {"ask": "win", "text": "Biggest win?", "save": "session.biggest_win"},
    {"mark": "evening", "text": "Good night."},
)  # fmt: skip
BOARD = flow("vision_board", {"board": "pictures", "text": "Send a picture."})
WEEK = flow("weekly_summary", {"summary": "week", "text": "{{ week_mornings }} mornings.", "empty": "A quiet week."})
VOICE = b"OggS" + b"\0" * 24 + b"OpusHead" + b"\0" * 40
TABLES = (tables.daily_sessions, tables.affirmations, tables.vision_boards)


@pytest.fixture
def chats(database_url: str, open_chats: OpenChats) -> Chats:
    """People with a daily protocol, over an empty database of each kind in turn."""
    return with_protocol(open_chats(database_url))


def with_protocol(chats: Chats) -> Chats:
    chats.turns = Turns(Engine(Shelf(MORNING, EVENING, BOARD, WEEK)), chats.sealer, chats.ids)
    chats.runner._ports = replace(chats.runner._ports, turns=chats.turns)
    # Whenever the tests run, it is noon, far from the hours in which a date begins and ends.
    noon = (chats.clock.now() + timedelta(days=1)).replace(hour=12, minute=0)
    chats.clock.ahead += noon - chats.clock.now()
    return chats


def send(chats: Chats, kind: MediaKind, words: str = "", who: str = "asha") -> None:
    """Send a file, which is kept as it would be: the channel itself is none of this test."""
    attachment = Attachment(kind, "ref", seconds=40)
    chats.write("telegram", words, who, kind=InboundKind.MEDIA, attachments=(attachment,))
    with chats.database.read() as connection:
        job = connection.execute(
            sa.select(tables.jobs).where(tables.jobs.c.kind == "keep_media", tables.jobs.c.ended_at.is_(None))
        ).one()
    person = chats.person("telegram", who)
    seal = chats.sealer.seal_of(person, chats.row(person).data_key)
    chats.media.keep(person, job.id, seal, NewFile(kind, "audio/ogg", VOICE, 40))
    chats.work()


def live_a_day(chats: Chats, who: str = "asha") -> None:
    """Do a morning and an evening."""
    chats.say("telegram", "/start morning_protocol", who)
    if "Keep it" in [button.title for button in chats.entries("telegram", who)[-1].buttons]:
        chats.say("telegram", "keep it", who)
    else:
        chats.say("telegram", "I finish what I begin.", who)
    send(chats, MediaKind.VOICE, who=who)
    chats.say("telegram", "call my sister", who)
    chats.say("telegram", "/start evening_review", who)
    for words in ("yes", "8", "she laughed"):
        chats.say("telegram", words, who)


def test_day_is_written_down_and_its_texts_are_sealed(chats: Chats) -> None:
    chats.say("telegram", "/start vision_board")
    send(chats, MediaKind.IMAGE, "our house")
    chats.say("telegram", "done")
    live_a_day(chats)
    (day,) = chats.rows(tables.daily_sessions)
    assert (day.date, day.morning_completed, day.evening_completed) == (chats.clock.now().date(), True, True)
    assert (day.recording_duration, day.affirmations_version, day.vision_board_viewed) == (40, 1, True)
    assert (day.action_completed, day.discipline_rating, day.bold_action_id) == (True, 8, "")
    assert day.recording_id in {row.id for row in chats.rows(tables.media)}
    assert day.morning_completed_at < day.evening_completed_at < chats.clock.now()
    for sealed in (day.bold_action, day.biggest_win, chats.rows(tables.affirmations)[0].content):
        assert not re.search(b"sister|laughed|finish", sealed)
    (picture,) = chats.rows(tables.vision_boards)
    assert (picture.position, b"house" in picture.caption) == (1, False)
    assert any("Morning 1 is done, streak 1." in words for words in chats.heard_at("telegram"))


def test_second_day_is_a_second_row_and_the_streak_grows(chats: Chats) -> None:
    live_a_day(chats)
    chats.clock.ahead += timedelta(days=1)
    live_a_day(chats)
    assert len(chats.rows(tables.daily_sessions)) == 2
    (member,) = chats.rows(tables.members)
    assert (member.number, member.streak, member.opted_in) == (1, 2, False)
    assert member.alive_until == chats.clock.now().date() + timedelta(days=1)


def test_affirmations_keep_every_version_and_one_is_in_use(chats: Chats) -> None:
    live_a_day(chats)
    chats.clock.ahead += timedelta(days=1)
    chats.say("telegram", "/start morning_protocol")
    chats.say("telegram", "I finish what I begin, today.")
    chats.say("telegram", "/affirmations 1")
    kept = {row.version: row.is_active for row in chats.rows(tables.affirmations)}
    assert kept == {1: True, 2: False}
    told = Disclosure(chats.database, chats.sealer).of(chats.person("telegram"))
    assert [one["content"] for one in told["affirmations"]] == [
        "I finish what I begin.", "I finish what I begin, today.",
    ]  # fmt: skip


def test_disclosure_opens_everything_of_the_protocol(chats: Chats) -> None:
    chats.say("telegram", "/start vision_board")
    send(chats, MediaKind.IMAGE, "our house")
    chats.say("telegram", "done")
    live_a_day(chats)
    told = Disclosure(chats.database, chats.sealer).of(chats.person("telegram"))
    assert told["unreadable"] == 0
    (day,) = told["sessions"]
    assert (day["bold_action"], day["biggest_win"], day["discipline_rating"]) == ("call my sister", "she laughed", 8)
    assert [one["caption"] for one in told["vision_board"]] == ["our house"]
    assert [one["number"] for one in told["memberships"]] == [1]
    assert told["dialogue"]["protocol"]["number"] == 1


def test_erasure_leaves_nothing_but_a_number_that_nobody_gets_again(chats: Chats) -> None:
    live_a_day(chats)
    chats.say("telegram", "/leaderboard join")
    chats.erasure.erase(chats.person("telegram"), "operator")
    assert [chats.count(table) for table in TABLES] == [0, 0, 0]
    (member,) = chats.rows(tables.members)
    assert (member.opted_in, member.streak, member.alive_until) == (False, 0, None)
    live_a_day(chats, "bela")
    assert sorted(row.number for row in chats.rows(tables.members)) == [1, 2]
    assert chats.dialogue("telegram", "bela").protocol.number == 2  # type: ignore[union-attr]  # bela has one


# -- numbers -------------------------------------------------------------------------------------


def join(chats: Chats, person: UUID, at: datetime) -> None:
    rows = ProtocolRows()
    seal = chats.sealer.seal_of(person, chats.sealer.new_key(person))
    rows.keep(person, seal, effects.KeepMember(False), ids=chats.ids, now=at)
    with chats.database.write() as connection:
        rows.write(connection)


def test_numbers_go_by_the_order_of_joining_whichever_job_runs_first(chats: Chats) -> None:
    people = [chats.ids.new() for _ in range(3)]
    for place, person in enumerate(people):
        join(chats, person, chats.clock.now() + timedelta(seconds=place))
    members = Members(chats.database, chats.sealer, chats.clock)
    assert members.number(people[2]) == 3
    assert [members.number(person) for person in people] == [1, 2, 3]
    with pytest.raises(LookupError):
        members.number(chats.ids.new())


def test_numbers_given_by_many_at_once_are_unique_and_have_no_gap(chats: Chats) -> None:
    people = [chats.ids.new() for _ in range(40)]

    def take(place: int) -> int:
        join(chats, people[place], chats.clock.now() + timedelta(milliseconds=place))
        return Members(chats.database, chats.sealer, chats.clock).number(people[place])

    with ThreadPoolExecutor(4) as threads:
        given = list(threads.map(take, range(len(people))))
    assert sorted(given) == list(range(1, 41))
    assert {row.person_id: row.number for row in chats.rows(tables.members)} == dict(zip(people, given, strict=True))


def test_keeping_a_member_again_changes_neither_number_nor_when_they_joined(chats: Chats) -> None:
    person, members = chats.ids.new(), Members(chats.database, chats.sealer, chats.clock)
    joined_at = chats.clock.now()
    join(chats, person, joined_at)
    assert members.number(person) == 1
    join(chats, person, joined_at + timedelta(days=3))
    (row,) = chats.rows(tables.members)
    assert (row.number, row.joined_at) == (1, joined_at)


# -- leaderboard ---------------------------------------------------------------------------------


def test_leaderboard_shows_those_who_want_it_and_nobody_else(chats: Chats) -> None:
    for who in ("asha", "bela", "chen"):
        chats.write("telegram", "hello", who, name=who.capitalize())
        live_a_day(chats, who)
    chats.say("telegram", "/leaderboard join", "asha")
    chats.clock.ahead += timedelta(days=1)
    live_a_day(chats, "chen")
    said = chats.say("telegram", "/leaderboard join", "chen")
    assert "1. \u2068Chen · 003\u2069 – 2\n2. \u2068Asha · 001\u2069 – 1" in said[-1]
    said = chats.say("telegram", "/leaderboard", "bela")
    assert "Bela" not in said[-1]
    assert "You are not on it." in said[-1]
    said = chats.say("telegram", "/leaderboard leave", "chen")
    assert "Chen" not in said[-1]


def test_leaderboard_judges_a_streak_by_its_own_date_and_nobody_sweeps_it(chats: Chats) -> None:
    chats.write("telegram", "hello", name="Asha")
    live_a_day(chats)
    chats.say("telegram", "/leaderboard join")
    members = Members(chats.database, chats.sealer, chats.clock)
    assert members.leaders() == [Leader("Asha", 1, 1)]
    chats.clock.ahead += timedelta(days=1)
    assert members.leaders() == [Leader("Asha", 1, 1)]
    chats.clock.ahead += timedelta(days=1)
    assert members.leaders() == []
    assert chats.rows(tables.members)[0].streak == 1  # as it was written


def test_leaderboard_is_read_through_an_index(chats: Chats) -> None:
    explain = "explain query plan " if chats.database.dialect == "sqlite" else "explain "
    members = Members(chats.database, chats.sealer, chats.clock)
    with chats.database.write() as connection:
        if chats.database.dialect == "postgresql":
            connection.execute(sa.text("set local enable_seqscan = off"))
        compiled = members._listed(0).compile(connection.engine, compile_kwargs={"literal_binds": True})
        plan = " ".join(str(row) for row in connection.execute(sa.text(explain + str(compiled).replace(":", "\\:"))))
    assert "ix_members_leading" in plan


# -- rows ----------------------------------------------------------------------------------------


def test_newest_session_of_a_batch_counts_and_empty_fields_are_null(chats: Chats) -> None:
    person = chats.ids.new()
    seal = chats.sealer.seal_of(person, chats.sealer.new_key(person))
    rows, now = ProtocolRows(), chats.clock.now()
    day = DailySession(date(2026, 3, 2), action="first")
    for session in (day, replace(day, action="second", rating=3)):
        rows.keep(person, seal, effects.KeepSession(session), ids=chats.ids, now=now)
    with chats.database.write() as connection:
        rows.write(connection)
    (row,) = chats.rows(tables.daily_sessions)
    assert (row.discipline_rating, row.morning_completed_at, row.recording_id, row.biggest_win) == (3, None, None, None)
    assert row.affirmations_version == 1


@pytest.mark.parametrize("rating", [0, 11])
def test_rating_out_of_range_is_refused_by_the_database_too(chats: Chats, rating: int) -> None:
    person = chats.ids.new()
    seal = chats.sealer.seal_of(person, chats.sealer.new_key(person))
    rows = ProtocolRows()
    wrong = DailySession(date(2026, 3, 2), rating=rating)
    rows.keep(person, seal, effects.KeepSession(wrong), ids=chats.ids, now=chats.clock.now())
    with pytest.raises(sa.exc.DBAPIError), chats.database.write() as connection:
        rows.write(connection)


def test_board_is_replaced_as_a_whole(chats: Chats) -> None:
    person = chats.ids.new()
    seal = chats.sealer.seal_of(person, chats.sealer.new_key(person))
    join(chats, person, datetime(2026, 3, 2, tzinfo=UTC))
    for count in (8, 3, 0):
        rows = ProtocolRows()
        pictures = tuple(BoardPicture(str(chats.ids.new()), "words") for _ in range(count))
        rows.keep(person, seal, effects.KeepBoard(pictures), ids=chats.ids, now=chats.clock.now())
        with chats.database.write() as connection:
            connection.execute(sa.delete(tables.vision_boards))
            rows.write(connection)
        assert sorted(row.position for row in chats.rows(tables.vision_boards)) == list(range(1, count + 1))


# -- linking -------------------------------------------------------------------------------------


def test_linked_people_have_one_protocol_and_one_number(chats: Chats) -> None:
    live_a_day(chats, "asha")
    stays = chats.person("telegram")
    chats.say("web", "/start morning_protocol")
    chats.say("web", "Mine.")
    goes = chats.person("web")
    chats.link("telegram", "web")
    kept = chats.dialogue("web").protocol
    assert kept is not None
    assert (kept.number, len(kept.done), kept.text) == (1, 1, "I finish what I begin.")
    listed = {row.person_id: (row.number, row.opted_in, row.streak) for row in chats.rows(tables.members)}
    assert listed == {stays: (1, False, 1), goes: (2, False, 0)}
    told = Disclosure(chats.database, chats.sealer).of(stays)
    assert (len(told["affirmations"]), told["unreadable"]) == (2, 0)


def test_linked_person_without_a_protocol_takes_over_the_other_one(chats: Chats) -> None:
    chats.say("telegram", "hello")
    live_a_day(chats, "bela")
    chats.say("telegram", f"/link {chats.code('telegram', 'asha')}", "bela")
    stays = chats.person("telegram", "asha")
    assert [(row.person_id, row.number) for row in chats.rows(tables.members)] == [(stays, 1)]


# -- the week ------------------------------------------------------------------------------------


def test_week_comes_with_a_chart_that_is_the_persons_own_file(chats: Chats) -> None:
    live_a_day(chats)
    chats.say("telegram", "/start weekly_summary")
    entry = [one for one in chats.entries("telegram") if not one.inbound][-1]
    assert entry.text == "1 mornings."
    assert entry.image is not None
    found = chats.media.original(chats.person("telegram"), entry.image)
    assert found is not None
    assert (found[1], found[0][:8]) == ("image/png", b"\x89PNG\r\n\x1a\n")
    assert chats.media.for_sending(entry.image) is not None
