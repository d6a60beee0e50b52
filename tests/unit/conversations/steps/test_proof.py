from typing import Any

import pytest

from conversations import evidence, facts, phrases
from core.media import MAX_MEDIA_BYTES, Attachment, MediaKind
from core.messages import InboundKind
from tests.unit.conversations.stage import MEDIA, Stage, flow, texts, titles


def proving(**fields: Any) -> Stage:
    step = {"proof": "page", "text": "Show it.", "accept": ["image", "document"], **fields}
    stage = Stage(flow("f", step, {"say": "s", "text": "On."}))
    stage.write("/start f")
    return stage


def test_proof_photo_is_checked_and_then_the_workflow_goes_on() -> None:
    stage = proving()
    assert texts(stage.send(caption="here")) == [phrases.phrase("en", "checking")]
    (job,) = stage.jobs
    assert job.kind == evidence.JOB
    assert job.payload["wants"] == ["image", "document"]
    assert job.payload["attachment"] == {
        "kind": "image",
        "ref": "f1",
        "mime": "",
        "size": 1000,
        "name": "",
        "seconds": 0,
    }
    assert texts(stage.finish_job()) == [phrases.phrase("en", "proof_kept"), "On."]
    kept = stage.fact(facts.PROOF_KEPT)
    assert (kept["step"], kept["media"], kept["kind"]) == ("page", MEDIA, "image")
    assert stage.fact(facts.STEP_COMPLETED) == {"step": "page", "value": MEDIA}


@pytest.mark.parametrize("reason", evidence.REASONS)
def test_proof_refused_file_is_told_what_would_be_right(reason: str) -> None:
    stage = proving()
    stage.send()
    (said,) = texts(stage.finish_job(refused=reason))
    assert said == phrases.phrase("en", f"proof_{reason}", wanted="a picture or a document", limit="20 MB")
    assert stage.fact(facts.PROOF_REFUSED) == {"step": "page", "reason": reason}
    stage.send()
    assert texts(stage.finish_job())[-1] == "On."


@pytest.mark.parametrize("result", [{}, {"media": "not an id"}, {"media": None}])
def test_proof_verdict_that_names_no_file_counts_as_unavailable(result: dict[str, Any]) -> None:
    stage = proving()
    stage.send()
    stage.finish_job(**{"media": "", **result})
    assert stage.fact(facts.PROOF_REFUSED)["reason"] == "unavailable"


def test_proof_unknown_reason_counts_as_unavailable() -> None:
    stage = proving()
    stage.send()
    stage.finish_job(refused="moon")
    assert stage.fact(facts.PROOF_REFUSED)["reason"] == "unavailable"


def test_proof_file_announced_as_too_large_is_refused_at_once() -> None:
    stage = proving()
    (said,) = texts(stage.send(size=MAX_MEDIA_BYTES + 1))
    assert "20 MB" in said
    assert stage.jobs == []


@pytest.mark.parametrize("words", ["here it is", ""])
def test_proof_words_are_told_what_is_wanted(words: str) -> None:
    wanted = phrases.phrase("en", "need_proof", wanted="a picture or a document")
    assert texts(proving().write(words)) == [wanted]


def test_proof_sticker_is_told_what_is_wanted() -> None:
    assert "a picture or a document" in texts(proving().receive(InboundKind.OTHER))[0]


def test_proof_words_while_a_file_is_checked_ask_for_a_moment() -> None:
    stage = proving()
    stage.send()
    assert texts(stage.write("well?")) == [phrases.phrase("en", "still_checking")]


def test_proof_newer_file_makes_the_verdict_on_the_older_one_void() -> None:
    stage = proving()
    stage.send()
    first = stage.jobs[-1].key
    stage.send()
    assert stage.finish_job(first) == []
    assert texts(stage.finish_job())[-1] == "On."


def test_proof_verdict_that_comes_twice_acts_once() -> None:
    stage = proving()
    stage.send()
    stage.finish_job(refused="empty")
    assert stage.finish_job(refused="empty") == []
    assert stage.run.tries == 1


def test_proof_verdict_for_an_earlier_visit_is_ignored() -> None:
    loop = flow(
        "f", {"proof": "page", "text": "Show it.", "optional": True}, {"ask": "more", "text": "More?", "next": "page"}
    )
    stage = Stage(loop)
    stage.write("/start f")
    stage.send()
    stage.tap("Skip")
    stage.write("yes")
    assert stage.finish_job() == []
    earlier = stage.jobs[-1].key
    stage.send()
    assert stage.finish_job(earlier) == []
    assert stage.run.visit == 3


def test_proof_second_file_of_a_message_is_kept_as_a_note() -> None:
    stage = proving()
    stage.receive(InboundKind.MEDIA, attachments=(Attachment(MediaKind.IMAGE, "a"), Attachment(MediaKind.IMAGE, "b")))
    assert [job.payload["purpose"] for job in stage.jobs] == ["proof", "note"]
    assert stage.finish_job(stage.jobs[1].key) == []


def test_proof_optional_can_be_skipped() -> None:
    stage = proving(optional=True)
    assert titles(stage.said[-1]) == ["Skip"]
    assert texts(stage.write("skip")) == ["On."]
    assert facts.STEP_SKIPPED in stage.facts


def test_proof_required_cannot_be_skipped() -> None:
    assert "Please send" in texts(proving().write("skip"))[0]


def test_proof_words_a_second_time_are_told_that_there_is_no_hurry_and_where_else_to_go() -> None:
    stage = proving()
    need = phrases.phrase("en", "need_proof", wanted="a picture or a document")
    assert texts(stage.write("it is online")) == [need]
    (said,) = stage.write("really!")
    assert said.text == f"{need}\n\n{phrases.phrase('en', 'no_hurry')}"
    assert titles(said) == ["Menu"]
    assert titles(stage.tap("Menu")[0])[0] == "Continue"
