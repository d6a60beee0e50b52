"""Loading: what a document becomes, and a table of broken ones with what is said of each."""

from datetime import timedelta

import pytest

from conversations.documents import check_workflow, load_workflow
from conversations.documents.problems import Severity
from conversations.workflow import Audience
from core import errors

GOOD = """\
workflow: tea
title: {en: Make tea, de: Tee kochen}
summary: {en: Two minutes, de: Zwei Minuten}
for: {goal: save_time, market: [student, agency], level: beginner}
hours: 0.1
remind: 2h
give_up: 1d
listed: no
steps:
  - choose: kind
    text: {en: Which tea, de: Welcher Tee}
    options: {green: {en: Green, de: Grün}, black: {en: Black, de: Schwarz}}
  - branch: end
    when: kind == "green"
  - branch: end
  - end: end
    text: {en: "Enjoy your {{ kind }}, {{ name | friend }}", de: Prost}
tests:
  - A cup: |
      > start tea
      < Which tea
"""


def _document(*lines: str) -> str:
    """A document of which only some lines are of interest; they begin on line 5."""
    head = ("workflow: test", "title: Test", "tests: [{A: |", "  < ...}]")
    return "\n".join((*head, *lines))


def _steps(*lines: str) -> str:
    """A document whose steps begin on line 3."""
    return "\n".join(("workflow: test", "title: Test", "steps:", *lines, "tests:", "  - A: |", "      < ..."))


def test_load_workflow_everything_that_a_document_says() -> None:
    workflow = load_workflow(GOOD, version=3)
    assert (workflow.name, workflow.version, workflow.language) == ("tea", 3, "en")
    assert workflow.audience == Audience(("save_time",), ("student", "agency"), "beginner")
    assert (workflow.hours, workflow.remind, workflow.give_up) == (0.1, timedelta(hours=2), timedelta(days=1))
    assert not workflow.listed
    assert workflow.title.template("de", "en").render({}) == "Tee kochen"
    assert [step.name for step in workflow.steps] == ["kind", "to_end", "to_end_2", "end"]
    assert workflow.index["to_end_2"] == 2


def test_check_workflow_good_document_has_no_problem() -> None:
    checked = check_workflow(GOOD)
    assert [str(one) for one in checked.problems] == []
    assert [script.title for script in checked.scripts] == ["A cup"]


def test_check_workflow_line_ends_of_windows_change_nothing() -> None:
    checked = check_workflow(GOOD.replace("\n", "\r\n").encode())
    assert checked.workflow is not None
    assert checked.workflow.title == load_workflow(GOOD).title
    assert checked.workflow.steps[0] == load_workflow(GOOD).steps[0]
    assert [script.lines for script in checked.scripts] == [script.lines for script in check_workflow(GOOD).scripts]


def test_check_workflow_takes_bytes() -> None:
    assert check_workflow(GOOD.encode()).workflow is not None


def test_load_workflow_raises_the_first_error_with_line_and_cure() -> None:
    with pytest.raises(errors.WorkflowError) as refusal:
        load_workflow(GOOD.replace("remind: 2h", "remnd: 2h").replace("- end: end", "- and: end"))
    assert str(refusal.value) == "line 6: `remnd` is not a field of the document; did you mean `remind`?"
    assert (refusal.value.line, refusal.value.cure) == (6, "did you mean `remind`?")


def test_load_workflow_published_version_is_not_judged_by_newer_checks() -> None:
    source = _steps("  - say: a", "    text: Hello {{ nobody }}")
    with pytest.raises(errors.WorkflowError):
        load_workflow(source)
    assert load_workflow(source, version=1).version == 1


BROKEN_HEADERS = [
    ("workflow: Bad Name", 1, "`Bad Name` is not a name; use lower-case letters, digits and _, at most 40, a letter f"),
    ("workflow: " + "a" * 41, 1, "`aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa` is not a name"),
    ("title: 42", 1, '`title` is words, not `42`; put it into quotes: "42"'),
    ("title: true", 1, '`title` is words, not `true`; put it into quotes: "true"'),
    ("title:", 1, "`title` is empty; write the words behind it"),
    ("title: {e n: Hello}", 1, "'e n' is not a language; write for instance en or pt-BR"),
    ("title: Hello {{ name }}", 1, "no values can be put into `title`; leave {{ }} out"),
    ("title: {de: Hallo}", 1, "`title` lacks en, the language of the document"),
    ("sumary: x", 1, "`sumary` is not a field of the document; did you mean `summary`?"),
    ("language: English", 1, "`English` is not a language; write for instance en or pt-BR"),
    ("for: everybody", 1, "`for` is a table of names and values, not `everybody`"),
    ("for: {goal: get_rich}", 1, "`get_rich` is not a value of `goal`; it is `earn_money`, `save_time` or `scale_busi"),
    ("for: {goal: [save_tim]}", 1, "`save_tim` is not a value of `goal`; "
     "it is `earn_money`, `save_time` or `scale_business`; did you mean `save_time`?"),
    ("for: {gaol: save_time}", 1, "`gaol` is not a field of `for`; did you mean `goal`?"),
    ("hours: long", 1, "`hours` is a number, not `long`"),
    ("hours: -1", 1, "`hours` is at least 0"),
    ("remind: 20", 1, "20 is not a duration; write for instance 45m, 2h30m or 1d"),
    ("remind: 500d", 1, "'500d' is out of range; a duration is longer than nothing and at most 400 days"),
    ("listed: perhaps", 1, "`listed` is true or false, not `perhaps`"),
    ("steps: []", 1, "`steps` is empty; write at least one"),
    ("steps: {say: hello}", 1, "`steps` is a list, each line beginning with -, not a table"),
    ("tests: [{a: x, b: y}]", 1, "a test is one title with one block of lines; write - A title: | and the lines below"),
    ("tests: [a: x]", 1, "a transcript is a block of lines; put | behind the title and the lines below it, indented"),
    ("tests: [5]", 1, "`tests` is a table of names and values, not `5`"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "number", "told"), BROKEN_HEADERS, ids=lambda one: str(one)[:40])
def test_check_workflow_broken_header(line: str, number: int, told: str) -> None:
    base = {"workflow": "test", "title": "Test", "steps": "[{say: hello, text: Hello}]"}
    base.pop(line.partition(":")[0], None)
    source = "\n".join([line, *(f"{key}: {value}" for key, value in base.items())])
    _assert_told(source, number, told)


BROKEN_STEPS = [
    (["  - 5"], 4, "a step is a table of names and values, not `5`; write for instance - say: hello"),
    (["  - {}"], 4, "this step has no kind; it is one of `say`, `ask`, `choose`, `do`, `proof`, `outcome`, `wait`"),
    (["  - aks: name", "    text: Hi"], 4, "this step has no kind; it is one of `say`, `ask`, `choose`, `do`, `proof`, "
     "`outcome`, `wait`, `branch`, `end`, "),
    (["  - say: a", "    text: A", "    ask: b"], 4, "a step has one kind, and this one has `say` and `ask`"),
    (["  - do: pack", "    text: A", "    timr: 5m"], 6, "`timr` is not a field of `do`; did you mean `timer`?"),
    (["  - do: pack"], 4, "`do` needs `text`; add a line text:"),
    (["  - do: pack", "    text:"], 5, "`text` is empty; write the words behind it"),
    (["  - do: pack", '    text: " "'], 5, "`text` is empty; write the words behind it"),
    (["  - do: pack", "    text: A", "    timer: 20"], 6, "20 is not a duration; write for instance 45m, 2h30m or 1d"),
    (["  - do: pack", "    text: A", "    tips:", "      5m: A", "      20: B"], 8, "'20' is not a duration"),
    (["  - do: pack", "    text: A", "    tips: {5m: 5}"], 6, '`5m` is words, not `5`; put it into quotes: "5"'),
    (["  - do: pack", "    text: A {{ name }"], 5, "a place for a value is written {{ name }} or {{ name | other word"),
    (["  - do:", "    text: A"], 4, "`do` is words, not nothing; write the value behind the colon"),
    (["  - do: pack", "    text: A", "    skippable: never"], 6, "`skippable` is true or false, not `never`"),
    (["  - ask: a", "    text: A", "    type: numbr"], 6, "`numbr` is not a value of `type`; "
     "it is `text`, `name`, `number`, `date`, `time`, `email`, `phone` or `zone`; did you mean `number`?"),
    (["  - ask: a", "    text: A", "    least: 5", "    most: 4"], 4, "least (5) is more than most (4); swap them"),
    (["  - ask: a", "    text: A", "    save: hobby"], 6, "`hobby` is not a value of `save`; it is `name`, `zone`"),
    (["  - choose: a", "    text: A", "    options: {}"], 6, "`options` is empty; write at least one"),
    (["  - choose: a", "    text: A", "    options: [x, y]"], 6,
     "`options` is a table of names and values, not a list; write for instance options: {design: Design"),
    (["  - choose: a", "    text: A", "    options: {a b: x}"], 6, "`a b` cannot be an option's value; use letters, d"),
    (["  - choose: a", "    text: A", f"    options: {{{'x' * 33}: x}}"], 6, f"`{'x' * 33}` cannot be an option's val"),
    (["  - choose: a", "    text: A", "    options: {a: true}"], 6, '`a` is words, not `true`; put it into quotes: "t'),
    (["  - proof: a", "    text: A", "    accept: [pic]"], 6, "`pic` is not a value of `accept`; it is `image`, `docu"),
    (["  - proof: a", "    text: A", "    accept: image"], 6, "`accept` is a list such as [image, document], not `ima"),
    (["  - outcome: revenu", "    text: A"], 4, "`revenu` is not a value of `outcome`; it is `revenue`"),
    (["  - outcome: revenue", "    text: A", "    currency: rupees"], 6, "`rupees` is not a currency; write the three"),
    (["  - wait: a"], 4, "a wait says how it ends: for a duration, until a time of day, or on an event"),
    (["  - wait: a", "    until: 9:00"], 5, "`9:00` is not a time of day; write for instance 09:00 or 17:30"),
    (["  - branch: a", "    when: niche = 2"], 5, "'niche = 2' is not a condition; two things are compared with =="),
    (["  - branch: a", "    when: true"], 5, "a condition is an expression such as niche == \"code\""),
    (["  - branch: a", "    otherwise: b"], 4, "otherwise is never reached without a when"),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "number", "told"), BROKEN_STEPS, ids=lambda one: str(one)[:60])
def test_check_workflow_broken_step(lines: list[str], number: int, told: str) -> None:
    _assert_told(_steps(*lines), number, told)


def test_check_workflow_finds_every_error_at_once() -> None:
    checked = check_workflow(_steps("  - aks: a", "  - do: b", "  - say: c", "    txt: C"))
    assert [problem.line for problem in checked.problems] == [4, 5, 6, 7]
    assert checked.workflow is None


def test_check_workflow_one_mistake_is_told_once() -> None:
    # Pydantic also reports that nothing is left of a list whose only item is wrong.
    found = check_workflow(_steps("  - proof: a", "    text: A", "    accept: [pic]")).errors
    assert [problem.line for problem in found] == [6]


def test_check_workflow_more_than_200_steps_is_refused() -> None:
    many = [line for number in range(201) for line in (f"  - say: s{number}", "    text: A")]
    _assert_told(_steps(*many), 3, "`steps` is too long: at most 200 are allowed")


def test_check_workflow_outcome_may_have_a_field_that_is_also_a_kind() -> None:
    checked = check_workflow(_steps("  - outcome: customers", "    text: How many?", "    proof: optional"))
    assert checked.workflow is not None
    assert checked.workflow.steps[0].kind == "outcome"


def test_check_workflow_without_tests_is_a_warning() -> None:
    checked = check_workflow("workflow: a\ntitle: A\nsteps:\n  - say: a\n    text: A\n")
    assert [(one.severity, str(one)) for one in checked.problems] == [
        (Severity.WARNING, "the workflow has no tests; add tests: with a transcript")
    ]
    assert checked.workflow is not None


def test_check_workflow_list_instead_of_table() -> None:
    _assert_told("- say: hello", 1, "a document is a table of names and values; begin with workflow: and a name")


def _assert_told(source: str, number: int, told: str) -> None:
    errors_found = check_workflow(source).errors
    matching = [one for one in errors_found if str(one).startswith(told)]
    assert [one.line for one in matching] == [number], [f"{one.line}: {one}" for one in errors_found]
