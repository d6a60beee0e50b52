from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from conversations import facts, phrases
from core.executions import ExecutionStatus, Metric
from core.media import MediaKind
from core.messages import InboundKind
from core.people import Person
from tests.unit.conversations.stage import MEDIA, Stage, flow, texts, titles


def measuring(metric: str = "revenue", person: Person | None = None, **fields: Any) -> Stage:
    step = {"outcome": metric, "text": "What came of it?", **fields}
    stage = Stage(flow("f", step, {"say": "s", "text": "So " + "{{ " + metric + " }}."}), person=person)
    stage.write("/start f")
    return stage


@pytest.mark.parametrize(
    ("metric", "fields", "words", "value", "currency", "label"),
    [
        ("revenue", {"currency": "INR"}, "4500", "4500", "INR", "₹4,500"),
        ("revenue", {"currency": "INR"}, "we made 4500 rupees!", "4500", "INR", "₹4,500"),
        ("revenue", {"currency": "INR"}, "$120.50", "120.50", "USD", "$120.50"),
        ("revenue", {}, "0", "0", "USD", "$0"),
        ("time_saved", {}, "90 minutes", "1.5", "", "1.5 hours"),
        ("time_saved", {}, "1 hour", "1", "", "1 hour"),
        ("customers", {}, "2 new ones", "2", "", "2 customers"),
        ("custom", {"unit": "new subscribers"}, "12", "12", "", "12 new subscribers"),
        ("custom", {}, "12.5", "12.5", "", "12.5"),
    ],
)
def test_outcome_value_is_measured_and_shown(
    metric: str, fields: dict[str, Any], words: str, value: str, currency: str, label: str
) -> None:
    stage = measuring(metric, **fields)
    assert texts(stage.write(words)) == [f"So {label}."]
    (outcome,) = stage.outcomes
    assert (outcome.metric, outcome.value, outcome.currency, outcome.proof) == (
        Metric(metric),
        Decimal(value),
        currency,
        None,
    )
    assert stage.statuses == {"f": ExecutionStatus.COMPLETED}


def test_outcome_in_hindi_names_the_amount_in_the_persons_way() -> None:
    stage = measuring(currency="INR", person=Person(language="hi"))
    assert texts(stage.write("१,२०,०००")) == ["So ₹1,20,000."]


@pytest.mark.parametrize(
    ("metric", "words", "key"),
    [
        ("revenue", "a lot", "need_amount"),
        ("revenue", "3 of 4", "one_figure"),
        ("revenue", "-5", "amount_negative"),
        ("revenue", "9999999999999", "amount_too_large"),
        ("time_saved", "2 weeks", "need_hours"),
        ("customers", "2.5", "need_whole"),
        ("customers", "₹500", "amount_plain"),
    ],
)
def test_outcome_value_not_understood_is_told_what_would_be_right(metric: str, words: str, key: str) -> None:
    stage = measuring(metric)
    assert texts(stage.write(words)) == [phrases.phrase("en", key)]
    assert texts(stage.write(words)) == [f"{phrases.phrase('en', key)}\n\nWhat came of it?"]
    assert stage.fact(facts.ANSWER_REFUSED)["reason"] == key
    assert stage.outcomes == []


def test_outcome_unknown_currency_is_named() -> None:
    (said,) = texts(measuring().write("500 ABC"))
    assert said == phrases.phrase("en", "currency_unknown", currency="ABC")


def test_outcome_sticker_is_told_what_would_be_right() -> None:
    assert texts(measuring().receive(InboundKind.OTHER)) == [phrases.phrase("en", "need_amount")]


def test_outcome_required_proof_is_asked_for_checked_and_recorded() -> None:
    stage = measuring(currency="INR", proof="required")
    (question,) = stage.write("4500")
    assert question.text == phrases.phrase("en", "outcome_proof", amount="₹4,500")
    assert question.buttons == ()
    assert "a picture, a document" not in texts(stage.write("skip"))[0]
    assert stage.outcomes == []
    stage.send(MediaKind.IMAGE)
    assert texts(stage.write("well?")) == [phrases.phrase("en", "still_checking")]
    assert texts(stage.finish_job()) == ["So ₹4,500."]
    assert stage.outcomes[0].proof == UUID(MEDIA)


def test_outcome_optional_proof_can_be_skipped() -> None:
    stage = measuring(proof="optional")
    assert titles(stage.write("10")[-1]) == ["Skip"]
    assert texts(stage.tap("Skip")) == ["So $10."]
    assert stage.outcomes[0].proof is None


def test_outcome_value_as_caption_of_the_proof_needs_one_message() -> None:
    stage = measuring(proof="required")
    assert texts(stage.send(caption="250")) == [phrases.phrase("en", "checking")]
    assert texts(stage.finish_job()) == ["So $250."]


def test_outcome_refused_proof_keeps_the_value() -> None:
    stage = measuring(proof="required")
    stage.write("10")
    stage.send()
    stage.finish_job(refused="unreadable")
    stage.send()
    stage.finish_job()
    assert [outcome.value for outcome in stage.outcomes] == [Decimal(10)]


def test_outcome_reminder_while_the_proof_is_missing_asks_for_the_proof() -> None:
    stage = measuring(proof="required")
    stage.write("10")
    (reminder,) = texts(stage.wait(days=1))
    assert reminder.endswith(phrases.phrase("en", "outcome_proof", amount="$10"))


def test_outcome_condition_may_judge_the_value() -> None:
    steps = (
        {"outcome": "revenue", "text": "How much?"},
        {"say": "rich", "text": "Much.", "when": "revenue > 500"},
        {"say": "poor", "text": "Little.", "when": "revenue <= 500"},
    )
    for words, said in (("501", "Much."), ("500", "Little.")):
        stage = Stage(flow("f", *steps))
        stage.write("/start f")
        assert texts(stage.write(words)) == [said]


def test_outcome_photo_before_its_figure_is_kept_as_a_note() -> None:
    stage = measuring()
    stage.send()

    assert [(job.kind, job.payload["purpose"]) for job in stage.jobs] == [("keep_media", "note")]
    stage.write("4500")
    assert len(stage.outcomes) == 1
