"""What a step saves in the daily session fits there, in the document and whatever is said."""

import pytest

from conversations.documents import check_workflow
from tests.unit.conversations.stage import Stage, flow

HEAD = "workflow: test\ntitle: Test\nsteps:\n"


def told(*lines: str) -> list[str]:
    return [str(one) for one in check_workflow(HEAD + "\n".join(lines)).errors]


ASK = ("  - ask: q", "    text: Q?")


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            ("  - choose: q", "    text: Q?", "    options: {done: Done}", "    save: session.action_completed"),
            "`done` cannot be kept as session.action_completed; it is one of `yes` or `no`",
        ),
        (
            ("  - choose: q", "    text: Q?", "    options: {'11': Eleven}", "    save: session.discipline_rating"),
            "`11` cannot be kept as session.discipline_rating; it is one of `1`, `2`",
        ),
        ((*ASK, "    save: session.action_completed"), "make it a choose with the options yes and no"),
        ((*ASK, "    save: session.discipline_rating"), "add the lines type: number, least: 1 and most: 10"),
        ((*ASK, "    type: number", "    save: session.discipline_rating"), "keeps a number from 1 to 10"),
    ],
)
def test_answer_that_a_session_cannot_keep_is_an_error_with_its_cure(lines: tuple[str, ...], expected: str) -> None:
    (found,) = told(*lines)
    assert expected in found


@pytest.mark.parametrize(
    "lines",
    [
        (*ASK, "    type: number", "    least: 1", "    most: 10", "    save: session.discipline_rating"),
        (*ASK, "    save: session.biggest_win"),
        ("  - choose: q", "    text: Q?", "    options: {'yes': Y, 'no': N}", "    save: session.action_completed"),
    ],
)
def test_answer_that_a_session_keeps_is_fine(lines: tuple[str, ...]) -> None:
    assert told(*lines) == []


@pytest.mark.parametrize(
    ("said", "kept"), [("8", 8), ("7.5", 8), ("10", 10), ("0", None), ("11", None), ("hello", None), ("nan", None)]
)
def test_rating_of_an_unchecked_document_is_kept_only_where_it_is_one(said: str, kept: int | None) -> None:
    stage = Stage(flow("rate", {"ask": "q", "text": "Q?", "save": "session.discipline_rating"}))
    stage.write("/start rate")
    stage.write(said)
    protocol = stage.state.protocol
    assert (None if protocol is None else next(iter(protocol.ratings.values()), None)) == kept
