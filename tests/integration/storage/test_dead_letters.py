"""Dead letters: kept sealed with their reason, once for each message."""

from uuid import uuid4

import pytest

from core.messages import InboundMessage
from core.undigested import Undigested
from storage import tables
from storage.dead_letters import body_of
from tests.integration.storage.desk import Desk, text


def bury(desk: Desk, message: InboundMessage) -> None:
    desk.dead_letters.bury_message(desk.account, message, "DataError")


def test_bury_keeps_the_body_for_whoever_looks(desk: Desk) -> None:
    desk.dead_letters.bury(
        Undigested("webhook", "no chat where there must be one", "telegram", "default", "k1"), b"{odd}"
    )
    (letter,) = desk.dead_letters.newest()
    assert (letter.source, letter.channel, letter.account, letter.key) == ("webhook", "telegram", "default", "k1")
    assert (letter.reason, letter.replayed_at) == ("no chat where there must be one", None)
    assert desk.dead_letters.body(letter.id) == b"{odd}"


def test_bury_cuts_what_is_too_long(desk: Desk) -> None:
    desk.dead_letters.bury(Undigested("webhook", "r" * 500, "telegram", "default", "k" * 500), b"")
    (letter,) = desk.dead_letters.newest()
    assert (len(letter.key) <= 120, letter.reason) == (True, "r" * 300)


def test_bury_message_keeps_its_key_so_that_a_second_delivery_changes_nothing(desk: Desk) -> None:
    for _ in range(3):
        bury(desk, text("k1", "a"))
    assert desk.letters() == [("k1", "DataError")]
    report = desk.take(text("k1", "a"))
    assert (report.taken, report.dropped) == (0, 1)


def test_bury_message_leaves_a_message_alone_that_was_taken(desk: Desk) -> None:
    desk.take(text("k1", "a"))
    bury(desk, text("k1", "a"))
    assert (desk.letters(), desk.heard()) == ([], ["a"])


def test_newest_gives_the_newest_first_and_no_more_than_asked(desk: Desk) -> None:
    for number in range(5):
        bury(desk, text(f"k{number}", "a"))
    assert [letter.key for letter in desk.dead_letters.newest(3)] == ["k4", "k3", "k2"]


def test_mark_replayed_notes_when(desk: Desk) -> None:
    bury(desk, text("k1", "a"))
    bury(desk, text("k2", "b"))
    newest, older = desk.dead_letters.newest()
    desk.dead_letters.mark_replayed(older.id)
    assert [letter.replayed_at is None for letter in desk.dead_letters.newest()] == [True, False]
    assert newest.key == "k2"


def test_body_of_what_there_is_not_is_refused(desk: Desk) -> None:
    with pytest.raises(LookupError):
        desk.dead_letters.body(uuid4())


def test_body_of_any_text_can_be_kept(desk: Desk) -> None:
    assert b"so ? now" in body_of(text("k1", "so \ud83d now"))
    bury(desk, text("k1", "so \ud83d now"))
    assert desk.letter_texts() == ["so ? now"]
    assert desk.count(tables.inbox) == 1
