"""What Slack knows of people, and whom we have asked for."""

from bots.slack.people import Known, profile_message
from bots.slack.words import SENTENCES, sentence


def test_profile_key_changes_with_the_person() -> None:
    user = {"id": "U024ASHA", "tz": "Asia/Kolkata", "updated": 1795000000}
    first, again = (profile_message(user, "default", "T024CREW", chat="D024ASHA") for _ in range(2))
    later = profile_message({**user, "updated": 1795000001}, "default", "T024CREW", chat="D024ASHA")

    assert first is not None
    assert later is not None
    assert first == again
    assert first.key != later.key
    assert (first.chat, first.zone, first.name) == ("D024ASHA", "Asia/Kolkata", "")


def test_profile_takes_the_name_from_wherever_it_stands() -> None:
    found = profile_message({"id": "U1", "profile": {"real_name": " Asha Rao "}}, "default", "T1")

    assert found is not None
    assert found.name == "Asha Rao"


def test_profile_that_tells_nothing_is_none() -> None:
    assert profile_message({"id": "U1", "tz": None, "locale": 7}, "default", "T1") is None


def test_known_meets_everybody_once() -> None:
    known = Known()

    assert [known.meet("a"), known.meet("a"), known.meet("b")] == [True, False, True]


def test_known_forgets_those_who_were_not_seen_for_longest() -> None:
    known = Known(most=2)
    known.learn("a", "de")
    known.meet("b")
    known.meet("a")
    known.meet("c")

    assert known.language("a") == "de"
    assert known.meet("b")


def test_known_asks_again_for_the_forgotten() -> None:
    known = Known()
    known.meet("a")
    known.forget("a")

    assert known.meet("a")


def test_sentences_are_whole_in_every_language() -> None:
    assert {frozenset(own) for own in SENTENCES.values()} == {frozenset(SENTENCES["en"])}
    assert set(SENTENCES) == {"en", "de", "es", "hi", "ar"}


def test_sentence_in_an_unknown_language_is_english() -> None:
    assert sentence("xx", "empty") == sentence("", "empty") == SENTENCES["en"]["empty"]
    assert sentence("de-AT", "empty") == SENTENCES["de"]["empty"]
