from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from conversations import phrases
from conversations.broadcasting import ACT_JOB, DRAFT_JOB, LEG, REPORT_JOB, TAG_JOB, id_of, token_of
from conversations.effects import StartJob
from conversations.events import MessageReceived
from conversations.phrases import SENTENCES
from conversations.state import State
from core.broadcasts import LONGEST
from core.messages import Content, InboundKind, InboundMessage
from core.people import Person
from tests.unit.conversations.stage import Stage, flow, texts, titles

PACK = flow("selling", {"ask": "q", "text": "Which?"}, title="Sell a pack")
ID = UUID("01930000-0000-7000-8000-00000000000a")
TOKEN = token_of(ID)
PREVIEW: dict[str, Any] = {
    "tells": "preview",
    "broadcast": str(ID),
    "audience": "market:freelancer",
    "local_at": "18:00",
    "people": 1234,
    "reached": 1200,
    "left_out": {"window": 30, "stopped": 4},
    "seconds": 40,
    "cost": "12.5",
    "currency": "USD",
    "shown": [
        {
            "channels": ["telegram", "web"],
            "people": 1000,
            "template": False,
            "parts": 1,
            "text": "Hi Asha",
            "buttons": ["Go"],
        },
        {"channels": ["whatsapp"], "people": 200, "template": True, "parts": 1, "text": "News: Hi", "buttons": []},
    ],
}


class Office(Stage):
    """An admin in front of the engine."""

    def __init__(self, *, by_admin: bool = True, language: str = "en") -> None:
        super().__init__(PACK, person=Person("Asha", language, "Asia/Kolkata"))
        self.by_admin = by_admin

    def receive(self, kind: InboundKind, **fields: Any) -> list[Content]:
        message = InboundMessage(f"in{self.events}", "terminal", "default", "person", "person", kind, **fields)
        return self.advance(MessageReceived(self.event_id(), message, self.here, by_admin=self.by_admin))

    @property
    def job(self) -> StartJob:
        return self.jobs[-1]

    def tell(self, **result: Any) -> list[Content]:
        """End the newest job."""
        return self.finish_job(**result)


def said(key: str, **values: object) -> str:
    return phrases.phrase("en", key, **values)


# -- who may ------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["/broadcast Hello all", "/broadcast", "/broadcasts", "/tag telegram:501 vip"])
def test_outsider_hears_what_any_unknown_command_says_and_nothing_is_started(words: str) -> None:
    stage, other = Office(by_admin=False), Office(by_admin=False)
    assert texts(stage.write(words)) == texts(other.write("/nosuchcommand"))
    assert (stage.jobs, stage.state) == ([], other.state)


def test_outsider_who_taps_an_admins_button_gets_no_further() -> None:
    stage = Office(by_admin=False)
    stage.press(f"/broadcast send {TOKEN}")
    assert stage.jobs == []


@pytest.mark.parametrize("words", ["/broadcast Hello", "/broadcasts", "/tag telegram:501 vip"])
def test_commands_belong_into_a_chat_of_two(words: str) -> None:
    stage = Office()
    assert texts(stage.write(words, private=False)) == [said("link_private")]
    assert stage.jobs == []


def test_admin_without_rights_by_now_is_not_waited_for() -> None:
    stage = Office()
    stage.write("/broadcast")
    stage.by_admin = False
    stage.write("Hello all")
    assert stage.jobs == []


# -- a draft ------------------------------------------------------------------------------------


def test_text_behind_the_command_is_shown_before_anything_is_sent() -> None:
    stage = Office()
    assert texts(stage.write("/broadcast Hello {{ name }}!\nToday at nine.")) == [said("broadcast_looking")]
    payload = {"text": "Hello {{ name }}!\nToday at nine.", "name": "Asha"}
    assert (stage.job.kind, stage.job.payload) == (DRAFT_JOB, payload)


def test_text_that_begins_like_a_step_is_a_text() -> None:
    stage = Office()
    stage.write("/broadcast send flowers to your mother")
    assert stage.job.payload["text"] == "send flowers to your mother"


def test_command_alone_asks_for_the_text() -> None:
    stage = Office()
    assert texts(stage.write("/broadcast")) == [said("broadcast_ask_text", place="{{ name }}")]
    stage.write("Hello all")
    assert stage.job.payload["text"] == "Hello all"
    assert stage.state.broadcasting == {}


def test_text_that_is_too_long_is_asked_for_again() -> None:
    stage = Office()
    (told,) = texts(stage.write(f"/broadcast {'x' * (LONGEST + 1)}"))
    assert told == said("broadcast_too_long", count="4,001", most="4,000")
    assert stage.jobs == []
    stage.write("Shorter")
    assert stage.job.payload["text"] == "Shorter"


@pytest.mark.parametrize("text", ["Hello {{ nmae }}", "Hello {{ name", "Hello }}"])
def test_unknown_place_is_refused_with_the_one_there_is(text: str) -> None:
    stage = Office()
    (told,) = texts(stage.write(f"/broadcast {text}"))
    assert "{{ name | friend }}" in told
    assert stage.jobs == []


def test_picture_in_place_of_words_is_told_of_and_still_waited_for() -> None:
    stage = Office()
    stage.write("/broadcast")
    assert texts(stage.send()) == [said("broadcast_words_only")]
    stage.write("Hello")
    assert stage.job.payload["text"] == "Hello"


def test_later_words_and_those_after_another_command_are_for_somebody_else() -> None:
    late, elsewhere = Office(), Office()
    late.write("/broadcast")
    late.wait(minutes=31)
    late.write("Hello all")
    elsewhere.write("/broadcast")
    elsewhere.write("/start selling")
    elsewhere.write("Design")
    assert (late.jobs, elsewhere.jobs) == ([], [])


def test_preview_shows_each_reading_then_the_figures_and_a_button_that_confirms() -> None:
    stage = Office()
    stage.write("/broadcast Hi {{ name }}")
    first, second, summary = stage.tell(**PREVIEW)
    assert first.text == "Telegram, Web chat: 1,000 people read\n\nHi Asha\n\n[Go]"
    assert "approved template" in second.text
    assert second.text.endswith("News: Hi")
    assert summary.text.splitlines() == [
        "For: market:freelancer",
        "When: 6:00\N{NARROW NO-BREAK SPACE}PM, their time",
        "People: 1,200 of 1,234",
        "Left out: silent too long, no template 30, said stop 4",
        "Takes about 40 seconds and costs about $12.50.",
    ]
    assert [button.payload for button in summary.buttons][:1] == [f"/broadcast send {TOKEN}"]
    assert titles(summary)[0] == "Send to 1,200"
    assert all(len(button.payload.encode()) <= 64 for button in summary.buttons)


def test_preview_of_nobody_offers_no_sending() -> None:
    stage = Office()
    stage.write("/broadcast Hi")
    (summary,) = stage.tell(**{**PREVIEW, "people": 0, "reached": 0, "left_out": {}, "shown": [], "seconds": 0})
    assert said("broadcast_to_nobody") in summary.text
    assert not any(button.payload.startswith("/broadcast send") for button in summary.buttons)


@pytest.mark.parametrize("language", sorted(SENTENCES))
def test_every_language_has_words_for_all_of_it(language: str) -> None:
    stage = Office(language=language)
    stage.write("/broadcast Hi")
    assert stage.tell(**PREVIEW)
    for status in ("draft", "running", "paused", "done", "cancelled"):
        report = report_of(status=status, reason="given_up")
        assert stage.tell(tells="one", **report)
        assert stage.tell(tells="act", act="send", broadcast=str(ID), changed=True, status=status, stale=False)
    assert stage.tell(tells="list", broadcasts=[report_of(), report_of()])


# -- who, when, and a button below -----------------------------------------------------------------


def test_audience_is_written_or_put_together_by_buttons_that_fit() -> None:
    stage = Office()
    (asked,) = stage.press(f"/broadcast who {TOKEN}")
    assert all(len(button.payload.encode()) <= 64 for button in asked.buttons)
    stage.write("market:freelancer Active:1w")
    assert stage.job.payload == {"broadcast": str(ID), "audience": "market:freelancer active:7d", "name": "Asha"}
    for field in ("market", "goal", "level", "language", "active", "silent"):
        (offered,) = stage.press(f"/broadcast by {TOKEN} {field}")
        assert all(len(button.payload.encode()) <= 64 for button in offered.buttons)
        stage.press(offered.buttons[-1].payload)
        assert stage.job.payload["and"].startswith(f"{field}:")
    stage.press(f"/broadcast who {TOKEN} everybody")
    assert stage.job.payload["audience"] == "everybody"


@pytest.mark.parametrize(
    ("words", "cure"),
    [
        ("markt:freelancer", "market"),
        ("active:soon", "7d"),
        ("(tag:a", "(tag:vip or streak:7)"),
        ("tag:a or", "tag:vip"),
    ],
)
def test_audience_that_is_none_is_refused_with_the_cure_and_asked_for_again(words: str, cure: str) -> None:
    stage = Office()
    stage.press(f"/broadcast who {TOKEN}")
    (told,) = texts(stage.write(words))
    assert cure in told
    assert stage.jobs == []
    stage.write("tag:vip")
    assert stage.job.payload["audience"] == "tag:vip"


@pytest.mark.parametrize(
    ("words", "at"),
    [
        ("now", ""),
        ("At once", ""),
        ("18:00", "18:00"),
        ("7.30 pm", "19:30"),
        ("tomorrow 9:30", "2026-03-03T09:30"),
        ("18:00 tomorrow", "2026-03-03T18:00"),
        ("24 December 18:00", "2026-12-24T18:00"),
        ("2026-12-24 18:00", "2026-12-24T18:00"),
    ],
)
def test_time_is_read_in_plain_words(words: str, at: str) -> None:
    stage = Office()
    stage.press(f"/broadcast when {TOKEN}")
    stage.write(words)
    assert stage.job.payload["local_at"] == at


@pytest.mark.parametrize("words", ["whenever", "25:00", "yesterday 18:00", "2020-01-01 18:00", "tomorrow"])
def test_time_that_is_none_or_over_is_asked_for_again(words: str) -> None:
    stage = Office()
    stage.press(f"/broadcast when {TOKEN}")
    assert texts(stage.write(words)) == [said("broadcast_bad_when")]
    assert stage.jobs == []
    stage.write("18:00")
    assert stage.job.payload["local_at"] == "18:00"


def test_button_below_begins_a_workflow_that_there_is() -> None:
    stage = Office()
    (asked,) = stage.press(f"/broadcast button {TOKEN}")
    assert titles(asked) == [said("broadcast_no_button"), "Sell a pack"]
    stage.press(asked.buttons[1].payload)
    assert stage.job.payload["button"] == ["Sell a pack", "/start selling"]
    stage.press(asked.buttons[0].payload)
    assert stage.job.payload["button"] is None
    stage.press(f"/broadcast button {TOKEN}")
    assert texts(stage.write("nothing like it")) == [said("no_such_workflow", name="nothing like it")]
    stage.write("Sell a pack")
    assert stage.job.payload["button"] == ["Sell a pack", "/start selling"]


# -- confirming, pausing, telling --------------------------------------------------------------------


@pytest.mark.parametrize("act", ["send", "pause", "resume", "cancel"])
def test_act_is_a_job_of_its_own(act: str) -> None:
    stage = Office()
    stage.press(f"/broadcast {act} {TOKEN}")
    assert (stage.job.kind, stage.job.payload) == (ACT_JOB, {"broadcast": str(ID), "act": act})


def test_second_tap_is_told_that_there_is_nothing_to_do() -> None:
    stage = Office()
    stage.press(f"/broadcast send {TOKEN}")
    told = {"tells": "act", "act": "send", "broadcast": str(ID), "status": "running", "stale": False}
    (first,) = stage.tell(**told, changed=True)
    (second,) = stage.tell(**told, changed=False)
    assert first.text == said("broadcast_is_running")
    assert second.text == f"{said('broadcast_already')} {said('broadcast_is_running')}"
    assert [button.payload.split()[1] for button in first.buttons] == ["pause", "cancel", TOKEN]


def test_old_preview_offers_another_look() -> None:
    stage = Office()
    stage.press(f"/broadcast send {TOKEN}")
    (told,) = stage.tell(tells="act", act="send", broadcast=str(ID), status="draft", stale=True, changed=False)
    stage.press(told.buttons[0].payload)
    assert (told.text, stage.job.payload) == (said("broadcast_stale"), {"broadcast": str(ID), "name": "Asha"})


def report_of(**changes: Any) -> dict[str, Any]:
    results = dict.fromkeys(
        ("recipients", "planned", "waiting", "sent", "delivered", "read", "answered", "withdrawn"), 0
    )
    told = {"broadcast": str(ID), "audience": "everybody", "local_at": "", "status": "running", "reason": ""}
    return {
        **told,
        "confirmed_at": "2026-03-02T07:00:00+00:00",
        "results": {**results, "sent": 1200, "recipients": 1234, "skipped": {"stopped": 4}, "failed": {"Odd 7": 30}},
        **changes,
    }


def test_report_tells_in_figures_what_became_of_it() -> None:
    stage = Office()
    stage.write(f"/broadcasts {TOKEN}")
    assert (stage.job.kind, stage.job.payload) == (REPORT_JOB, {"broadcast": str(ID)})
    (told,) = stage.tell(tells="one", **report_of())
    lines = told.text.splitlines()
    assert lines[0].endswith("Everybody · on its way · 1,200 of 1,234")
    assert lines[-2:] == ["Left out: said stop 4", "Failed: Odd 7 30"]


def test_list_leads_to_each() -> None:
    stage = Office()
    stage.write("/broadcasts")
    assert stage.job.payload == {}
    (told,) = stage.tell(tells="list", broadcasts=[report_of()])
    assert [button.payload for button in told.buttons] == [f"/broadcasts {TOKEN}"]
    assert texts(stage.tell(tells="list", broadcasts=[])) == [said("broadcast_none")]


@pytest.mark.parametrize("reason", ["gone", "not_a_draft", "audience", "unavailable", "moonlight"])
def test_refusal_says_what_to_do(reason: str) -> None:
    stage = Office()
    stage.write("/broadcasts")
    key = "unavailable" if reason == "moonlight" else reason
    assert texts(stage.finish_job(refused=reason)) == [said(f"broadcast_{key}")]


def test_leg_says_something_only_where_it_was_given_up() -> None:
    stage = Office()
    before = stage.state
    assert stage.finish_job(f"{LEG}{ID}", handled=3) == []
    assert stage.state == before
    assert texts(stage.finish_job(f"{LEG}{ID}", refused="given_up")) == [said("broadcast_given_up")]


# -- tags ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "off"), [("telegram:501 VIP", False), ("telegram:501 #vip", False), ("telegram:501 -vip", True)]
)
def test_tag_is_put_on_and_taken_off(words: str, off: bool) -> None:
    stage = Office()
    stage.write(f"/tag {words}")
    assert (stage.job.kind, stage.job.payload) == (TAG_JOB, {"person": "telegram:501", "tag": "vip", "off": off})
    assert texts(stage.tell(tells="tags", tags=["new", "vip"])) == [said("tag_now", tags="new, vip")]
    assert texts(stage.finish_job(refused="nobody")) == [said("broadcast_nobody")]


@pytest.mark.parametrize("words", ["", "telegram:501", "telegram:501 so many words"])
def test_tag_without_its_parts_says_how(words: str) -> None:
    stage = Office()
    assert texts(stage.write(f"/tag {words}")) == [said("tag_how")]


# -- names and state -----------------------------------------------------------------------------------


def test_token_names_its_broadcast_and_nothing_else_does() -> None:
    assert (len(TOKEN), id_of(TOKEN), id_of(str(ID))) == (22, ID, ID)
    assert [id_of(words) for words in ("", "flowers", "x" * 23, "é" * 22, "A" * 21)] == [None] * 5


def test_state_without_a_broadcast_does_not_know_of_any() -> None:
    assert b"broadcasting" not in State().to_json()
    stage = Office()
    stage.write("/broadcast")
    assert State.from_json(stage.state.to_json()) == stage.state
    assert stage.state.broadcasting["until"] == (stage.now + timedelta(minutes=30)).isoformat()
