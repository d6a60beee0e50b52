from typing import Any

from conversations import facts, limits, phrases
from core.executions import ExecutionStatus
from core.media import MediaKind
from core.messages import InboundKind
from tests.unit.conversations.stage import Stage, flow, texts, titles

TIMED: dict[str, Any] = {"timer": "45m", "tips": {"20m": "Five will do.", "10m": "Open the file."}}


def doing(**fields: Any) -> Stage:
    stage = Stage(flow("f", {"do": "pack", "text": "Write them.", **fields}, {"say": "s", "text": "On."}))
    stage.write("/start f")
    return stage


def test_do_gives_guidance_with_its_time_and_buttons() -> None:
    (said,) = doing(timer="2h30m").said
    assert said.text == "Write them.\n⏱ 2 hours, 30 minutes"
    assert titles(said) == ["Done", "Skip", "Stuck"]


def test_do_done_by_word_or_button_goes_on() -> None:
    assert texts(doing().write("I’m done!")) == ["On."]
    stage = doing()
    assert texts(stage.tap("Done")) == ["On."]
    assert stage.fact(facts.STEP_COMPLETED) == {"step": "pack", "value": "done"}


def test_do_skip_goes_on_and_is_recorded_as_skipped() -> None:
    stage = doing()
    assert texts(stage.write("skip")) == ["On."]
    assert stage.fact(facts.STEP_SKIPPED) == {"step": "pack", "value": "skipped"}


def test_do_skip_where_it_matters_is_declined() -> None:
    stage = doing(skippable=False)
    assert titles(stage.said[-1]) == ["Done", "Stuck"]
    assert texts(stage.write("skip")) == [phrases.phrase("en", "cannot_skip")]
    assert stage.statuses["f"] is ExecutionStatus.STARTED


def test_do_stuck_gives_the_tips_in_order_of_their_time_then_the_general_advice() -> None:
    stage = doing(**TIMED)
    assert [stage.write("stuck")[0].text for _ in range(3)] == [
        "Open the file.",
        "Five will do.",
        phrases.phrase("en", "stuck"),
    ]
    assert texts(doing(stuck="Call me.").write("stuck")) == ["Call me."]


def test_do_tips_and_timer_come_at_their_time() -> None:
    stage = doing(**TIMED)
    assert texts(stage.wait(minutes=19)) == ["Open the file."]
    assert texts(stage.wait(minutes=1)) == ["Five will do."]
    assert texts(stage.wait(minutes=25)) == [phrases.phrase("en", "time_is_up", duration="45 minutes")]
    assert stage.wait(hours=20) == []


def test_do_tip_already_given_to_a_stuck_person_does_not_come_again() -> None:
    stage = doing(**TIMED)
    stage.write("stuck")
    assert texts(stage.wait(minutes=30)) == ["Five will do."]


def test_do_other_words_are_kept_as_a_note() -> None:
    stage = doing()
    assert texts(stage.write("Asked Ravi for the logo")) == [phrases.phrase("en", "noted_do")]
    assert stage.fact(facts.NOTE_TAKEN) == {"step": "pack", "note": "Asked Ravi for the logo", "files": 0}


def test_do_note_of_ten_thousand_characters_is_cut_and_said_to_be() -> None:
    stage = doing()
    (said,) = texts(stage.write("x" * 10_000))
    assert said.startswith(phrases.phrase("en", "noted_cut", limit=limits.ANSWER_CHARACTERS))
    assert len(stage.fact(facts.NOTE_TAKEN)["note"]) == limits.ANSWER_CHARACTERS


def test_do_file_is_kept_as_a_note_and_its_end_says_nothing() -> None:
    stage = doing()
    assert texts(stage.send(MediaKind.VOICE)) == [phrases.phrase("en", "noted_do")]
    assert stage.jobs[-1].payload["purpose"] == "note"
    before = stage.state
    assert stage.finish_job() == []
    assert stage.state == before


def test_do_command_word_stays_a_command_and_is_no_note() -> None:
    stage = doing()
    assert texts(stage.write("pause")) == [phrases.phrase("en", "paused")]
    assert facts.NOTE_TAKEN not in stage.facts


def test_do_sticker_is_told_what_can_be_done() -> None:
    assert texts(doing().receive(InboundKind.OTHER)) == [phrases.phrase("en", "do_how")]


def test_do_tips_that_came_due_in_a_silence_are_not_given_after_it() -> None:
    stage = doing(**TIMED)
    stage.write("stop")
    stage.wait(hours=5)
    (said,) = texts(stage.write("start"))
    assert said.endswith("Write them.\n⏱ 45 minutes")
    assert stage.wait(hours=5) == []


def test_do_question_is_kept_as_a_note_and_told_what_can_be_done() -> None:
    stage = doing()
    assert texts(stage.write("how long should it be?")) == [phrases.phrase("en", "do_how")]
    assert stage.fact(facts.NOTE_TAKEN)["note"] == "how long should it be?"


def test_do_nudge_names_the_workflow_that_it_belongs_to() -> None:
    stage = Stage(flow("f", {"do": "a", "text": "Write.", **TIMED}, {"do": "b", "text": "Send."}))
    stage.write("/start f")
    titled = [said.title for said in stage.wait(minutes=45)]
    assert titled == ["Step 1 of 2 · F"] * 3
