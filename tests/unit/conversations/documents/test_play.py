"""Playing transcripts: what passes, and what a failing one shows."""

import pytest

from conversations.documents import check_workflow, load_workflow, run_transcripts
from core import errors

DOCUMENT = """\
workflow: tea
title: Make tea
language: en
steps:
  - choose: kind
    text: Which tea do you want today?
    options: {green: Green, black: Black}
    save: market
  - do: boil
    text: Boil the water.
    timer: 5m
    tips: {2m: Keep the lid on.}
  - proof: cup
    text: Send a photo of the cup.
    accept: [image]
  - wait: cool
    until: "09:00"
    event: cup_cooled
  - outcome: revenue
    text: What did it sell for?
    currency: EUR
  - end: enjoy
    text: "{{ revenue }}. Enjoy."
tests:
  - It works: |
"""
DOCUMENT = DOCUMENT.replace("    save: market\n", "")
FIRST = DOCUMENT.count("\n") + 1
TO_THE_CUP = "> start tea\n< Which tea ...\n> 1\n< Boil the water. ...\n> done\n< Send a photo of the cup.\n"
TO_THE_OUTCOME = f"{TO_THE_CUP}> (photo)\n< ...\n< ...\n(signal: cup_cooled)\n< What did it sell for?\n"


def _failure(transcript: str) -> errors.TranscriptFailed | None:
    body = "".join(f"      {line}\n" for line in transcript.splitlines())
    (result,) = run_transcripts(load_workflow(DOCUMENT + body), DOCUMENT + body)
    assert (result.title, result.line) == ("It works", FIRST - 1)
    return result.failure


@pytest.mark.parametrize(
    "transcript",
    [
        pytest.param("> start tea\n< Which tea do you want today? [Green] [Black]", id="buttons"),
        pytest.param("> start tea\n< Which tea do you want today?", id="buttons left out"),
        pytest.param("> start tea\n< Which tea\n   do you want\n   today?", id="several lines"),
        pytest.param("> start tea\n< Which ... today?", id="any words in the middle"),
        pytest.param("> start tea\n< ...", id="any words"),
        pytest.param("> start tea\n< ...\n> (sticker)\n< Please choose one of these: [Green] [Black]", id="sticker"),
        pytest.param("> start tea\n< ...\n> [Black]\n< Boil the water. ... [Done] [Skip] [Stuck]", id="tap"),
        pytest.param("> start tea\n< ...\n> 1\n< Boil...\n(2 minutes pass)\n< Keep the lid on.", id="tip"),
        pytest.param("> start tea\n< ...\n> 1\n< Boil...\n(6 minutes pass)\n< Keep...\n< ⏱ ...", id="timers in order"),
        pytest.param("> start tea\n< ...\n> 1\n< Boil...\n(5 minutes pass)\n(and so on)", id="the rest is free"),
        pytest.param("> start tea\n< ...\n> 1\n< B...\n(5 minutes pass)\n(and so on)\n< ⏱ ...", id="one of the rest"),
        pytest.param(f"{TO_THE_CUP}> (photo)\n< Got it. ...\n< Kept, thank you.", id="file passes by itself"),
        pytest.param(f"{TO_THE_CUP}> (voice)\n< Got it. ...\n< I can't take that kind of file ...", id="wrong kind"),
        pytest.param(
            f"{TO_THE_CUP}> (photo)\n< Got it. ...\n(the file is refused: too_many_pixels)\n< That picture ...",
            id="file refused",
        ),
        pytest.param(f"{TO_THE_CUP}> (photo)\n< ...\n< ...\n(until 09:00)\n< What did it sell for?", id="until a time"),
        pytest.param(f"(it is 2026-03-02 08:59)\n{TO_THE_CUP}> (photo)\n< ...\n< ...\n(1 minute passes)\n< What ...",
                     id="begins at a time"),
        pytest.param(f"(a person; zone Asia/Kolkata)\n(it is 2026-03-02 08:59)\n{TO_THE_CUP}> (photo)\n< ...\n< ...\n"
                     "(1 minute passes)\n< What did it sell for?", id="begins at a local time"),
        pytest.param(f"{TO_THE_OUTCOME}> 4.50\n< €4.50. Enjoy.\n(outcome: revenue 4.5 EUR)\n(completed)", id="outcome"),
        pytest.param("(a stranger called Asha)\n> start tea\n< Hello, Asha! ...\n< Which tea ...\n(saved: name Asha)",
                     id="stranger"),
        pytest.param("(a person called Asha; market student)\n> /settings\n< Name: Asha ...\n(saved: market student)",
                     id="known person"),
    ],
)  # fmt: skip
def test_transcript_passes(transcript: str) -> None:
    assert _failure(transcript) is None


FAILING = [
    pytest.param(
        "> start tea\n< Which tea do you like today?", 1,
        """\
Sunup said something else
expected: Which tea do you like today?
came:     Which tea do you want today?
                           ^""",
        id="other words",
    ),
    pytest.param(
        "> start tea\n< Which ...\n> 1\n< Which tea do you want today?", 3,
        """\
Sunup said something else
expected: Which tea do you want today?
came:     Boil the water. ⏱ 5 minutes
          ^""",
        id="other message",
    ),
    pytest.param(
        "> start tea\n< Which tea do you want today? [Green] [White]", 1,
        """\
the buttons are others
expected: [Green] [White]
came:     [Green] [Black]
                   ^""",
        id="other buttons",
    ),
    pytest.param(
        "> start tea\n< Which tea do you want today?\n< And milk?", 2,
        "Sunup said nothing more\nexpected: And milk?",
        id="nothing more",
    ),
    pytest.param(
        "> start tea\n< Which ...\n(and so on)\n< And milk?", 3,
        "Sunup said nothing more\nexpected: And milk?",
        id="not among the rest",
    ),
    pytest.param(
        "> start tea\n< Which ...\n> milk\n> green\n< ...", 3,
        "before this line Sunup also said\n< Please choose one of these: [Green] [Black]\n",
        id="message left out",
    ),
    pytest.param(
        "< ...\n> start tea", 0,
        "Sunup said nothing more\nexpected: ...",
        id="nothing yet",
    ),
    pytest.param(
        "(and so on)\n> start tea\n(completed)\n< ...", 2,
        "the workflow is not completed, it is started",
        id="not completed",
    ),
    pytest.param(
        "> start tea\n< Which ...\n> [White]", 2,
        "no message had a button [White];",
        id="no such button",
    ),
    pytest.param(
        "> start tea\n< Which ...\n(the file is refused: empty)", 2,
        "no file is being checked here;",
        id="no file",
    ),
    pytest.param(
        f"{TO_THE_OUTCOME}> 4\n< €4. Enjoy.\n(outcome: revenue 5 EUR)", 13,
        "expected the outcome revenue 5 EUR; kept: revenue 4 EUR",
        id="other outcome",
    ),
    pytest.param(
        "(a person; market student)\n> start tea\n< ...\n(saved: market agency)", 3,
        """\
`market` is something else
expected: agency
came:     student
          ^""",
        id="other knowledge",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("transcript", "place", "told"), FAILING)
def test_transcript_fails_and_shows_what_came(transcript: str, place: int, told: str) -> None:
    failure = _failure(transcript)
    assert failure is not None
    assert failure.args[0] == told
    assert failure.line == FIRST + place


def test_transcript_left_over_at_the_end_names_its_last_line() -> None:
    failure = _failure("> start tea\n< Which ...\n> milk")
    assert failure is not None
    assert failure.line == FIRST + 2
    assert str(failure.args[0]).startswith("after this line Sunup also said\n< Please choose one of these:")
    assert failure.cure == "Add the lines, or (and so on) where they do not matter."


def test_what_and_so_on_let_pass_is_shown_when_nothing_fits() -> None:
    failure = _failure("> start tea\n(and so on)\n< And milk?")
    assert failure is not None
    assert failure.args[0].splitlines()[-1] == "let pass: Which tea do you want today? [Green] [Black]"


def test_long_texts_are_shown_around_the_place_where_they_part() -> None:
    wanted = "All my tea is " + "very " * 40 + "hot"
    document = DOCUMENT.replace("Which tea do you want today?", wanted)
    source = f"{document}      > start tea\n      < {wanted[:-3]}cold\n"
    (result,) = run_transcripts(load_workflow(source), source)
    assert result.failure is not None
    _, expected, came, mark = result.failure.args[0].split("\n")
    assert max(len(expected), len(came)) < 90
    assert (expected[mark.index("^")], came[mark.index("^")]) == ("c", "h")


def test_run_transcripts_broken_document_raises() -> None:
    workflow = check_workflow(f"{DOCUMENT}      > start tea\n      < ...\n").workflow
    assert workflow is not None
    with pytest.raises(errors.WorkflowError):
        run_transcripts(workflow, "workflow: tea")
