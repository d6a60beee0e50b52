"""Reading a transcript, line by line."""

from datetime import datetime, timedelta

import pytest

from conversations.documents import lines
from conversations.documents.script import read_script
from core.executions import ExecutionStatus
from core.media import Attachment, MediaKind

FIRST = 10


def _line(words: str) -> lines.Line:
    """Read a transcript of this line and one that expects something."""
    read = read_script("a", f"{words}\n< ...", FIRST)
    assert read.problems == ()
    assert read.lines[1:] == (lines.Expected(FIRST + words.count("\n") + 1, "..."),)
    return read.lines[0]


def _file(kind: MediaKind, **fields: object) -> Attachment:
    return Attachment(kind, f"line{FIRST}", **fields)  # type: ignore[arg-type]  # fields are of the types that the cases name


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ("> hello", lines.Wrote(FIRST, "hello")),
        ("> hello [there]", lines.Wrote(FIRST, "hello [there]")),
        ("> two\n  lines", lines.Wrote(FIRST, "two\nlines")),
        ("> [Design]", lines.Tapped(FIRST, "Design")),
        ("> (photo)", lines.Sent(FIRST, _file(MediaKind.IMAGE))),
        ("> (photo) my page", lines.Sent(FIRST, _file(MediaKind.IMAGE), "my page")),
        ("> (photo: 30 MB)", lines.Sent(FIRST, _file(MediaKind.IMAGE, size=30 * 1024 * 1024))),
        ("> (document: page.pdf) here", lines.Sent(FIRST, _file(MediaKind.DOCUMENT, name="page.pdf"), "here")),
        ("> (voice: 40s)", lines.Sent(FIRST, _file(MediaKind.VOICE, seconds=40))),
        ("> (video)", lines.Sent(FIRST, _file(MediaKind.VIDEO))),
        ("> (sticker)", lines.Sent(FIRST, None)),
        ("< Hello", lines.Expected(FIRST, "Hello")),
        ("< Hello\n  you  two", lines.Expected(FIRST, "Hello you two")),
        ("< Which? [One] [Two words]", lines.Expected(FIRST, "Which?", ("One", "Two words"))),
        ("< Which?\n  [One]\n  [Two]", lines.Expected(FIRST, "Which?", ("One", "Two"))),
        ("< [One] is [better]", lines.Expected(FIRST, "[One] is", ("better",))),
        ("< [One]", lines.Expected(FIRST, "...", ("One",))),
        ("(20 minutes pass)", lines.Passed(FIRST, timedelta(minutes=20))),
        ("(1 day passes)", lines.Passed(FIRST, timedelta(days=1))),
        ("(2h30m pass)", lines.Passed(FIRST, timedelta(hours=2, minutes=30))),
        ("(1 day and 2 hours pass)", lines.Passed(FIRST, timedelta(days=1, hours=2))),
        ("(until 9:05)", lines.PassedUntil(FIRST, 9, 5)),
        ("(signal: order_shipped)", lines.Signalled(FIRST, "order_shipped")),
        ("(the file is refused: too_large)", lines.FileRefused(FIRST, "too_large")),
        ("(and so on)", lines.AndSoOn(FIRST)),
        ("(completed)", lines.Ended(FIRST, ExecutionStatus.COMPLETED)),
        ("(abandoned)", lines.Ended(FIRST, ExecutionStatus.ABANDONED)),
        ("(outcome: revenue 4500 INR)", lines.OutcomeKept(FIRST, "revenue 4500 INR")),
        ("(saved: goal earn_money)", lines.Saved(FIRST, "goal", "earn_money")),
        ("(a stranger)", lines.Introduced(FIRST, stranger=True)),
        (
            "(a person called Asha Rao; market freelancer; zone Asia/Kolkata)",
            lines.Introduced(
                FIRST, stranger=False, called="Asha Rao", known=(("market", "freelancer"), ("zone", "Asia/Kolkata"))
            ),
        ),
        ("(it is 2026-03-02 08:00)", lines.Began(FIRST, datetime(2026, 3, 2, 8, 0))),  # noqa: DTZ001 - a local time
    ],
)
def test_read_script_line(words: str, read: lines.Line) -> None:
    assert _line(words) == read


def test_read_script_numbers_lines_of_the_document_and_leaves_remarks_out() -> None:
    read = read_script("a", "# a remark\n\n> one\n\n  two\n< three", FIRST)
    assert read.lines == (lines.Wrote(12, "one\ntwo"), lines.Expected(15, "three"))
    assert read.problems == ()
    assert read.line == 9


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("hello", "a line begins with >, < or (; > is the person, < is Sunup, ( ) is what happens"),
        (">", "> has no words; write what the person says"),
        ("<", "< has no words; write what Sunup says, or ... for anything"),
        ("(soon)", "(soon) is not understood; write for instance (20 minutes pass)"),
        ("(20 fortnights pass)", "'20 fortnights' is not a duration; write for instance 45m, 2h30m or 1d"),
        ("(0 minutes pass)", "'0m' is out of range; a duration is longer than nothing and at most 400 days"),
        ("(until 25:00)", "(until 25:00) is not understood"),
        ("> (gif)", "nobody can send a `gif` here; there is `photo`, `document`, `voice`, `video` and `sticker`"),
        ("> (voice: long)", "'long' is not a duration"),
        ("(the file is refused: ugly)", "no file is refused for `ugly`; there is"),
        ("(the file is refused: too_big)", "no file is refused for `too_big`; did you mean `too_large`?"),
        ("(outcome: money 5)", "`money` is not an outcome; there is"),
        ("(saved: hobby chess)", "`hobby` is never saved; there is"),
        ("(a person; hobby chess)", "`hobby chess` says nothing of a person; there is"),
        ("(it is tomorrow)", "'tomorrow' is not a moment; write for instance 2026-03-02 08:00"),
    ],
)
def test_read_script_line_that_is_not_understood(words: str, told: str) -> None:
    (problem,) = read_script("a", f"< ...\n{words}", FIRST).problems
    assert problem.line == FIRST + 1
    assert str(problem).startswith(told)


def test_read_script_that_expects_nothing_is_told() -> None:
    (problem,) = read_script("a", "> hello", FIRST).problems
    assert (problem.line, problem.message) == (FIRST - 1, "this transcript expects nothing")


def test_read_script_too_long_is_told() -> None:
    (problem,) = read_script("a", "< ...\n" * 1_001, FIRST).problems
    assert str(problem) == "a transcript has at most 1000 lines; split it"
