"""What a document means: names, targets, languages, circles."""

import pytest

from conversations.documents import Problem, Severity, check_workflow

ASK = ["  - ask: who", "    text: Who?"]


def _problems(*lines: str, head: str = "") -> list[tuple[int, Severity, str]]:
    """Problems of a document whose steps begin on line 4."""
    source = "\n".join(("workflow: test", head or "language: en", "title: Test", "steps:", *lines))
    found = check_workflow(f"{source}\ntests:\n  - A: |\n      < ...\n").problems
    return [(one.line, one.severity, str(one)) for one in found]


def _say(name: str, text: str = "Hello") -> list[str]:
    return [f"  - say: {name}", f"    text: {text}"]


ERROR, WARNING = Severity.ERROR, Severity.WARNING


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(
            [*_say("a"), *_say("a")],
            (7, ERROR, "there is a step `a` already, on line 5; give one of them another name; any step can have an i"),
            id="name twice",
        ),
        pytest.param(
            [*ASK, "    next: ned", *_say("end")],
            (7, ERROR, "there is no step `ned` to go to; did you mean `end`?"),
            id="next unknown",
        ),
        pytest.param(
            [*ASK, "  - branch: later", "    when: who == 'x'", *_say("a")],
            (7, ERROR, "there is no step `later` to go to; there is `a` and `who`"),
            id="branch unknown",
        ),
        pytest.param(
            [*ASK, "  - branch: a", "    when: who == 'x'", "    otherwise: b", *_say("a")],
            (9, ERROR, "there is no step `b` to go to; there is `a` and `who`"),
            id="otherwise unknown",
        ),
        pytest.param(
            [*ASK, *_say("a", '"Hello {{ whom }}"')],
            (8, ERROR, "{{ whom }} is neither a step with an answer nor something known of the person; did you mean `"),
            id="place unknown",
        ),
        pytest.param(
            [*_say("a"), *_say("b", '"Hello {{ a }}"')],
            (8, ERROR, "{{ a }} is neither a step with an answer nor something known of the person"),
            id="place of a step that keeps no answer",
        ),
        pytest.param(
            [*ASK, *_say("a"), "    when: whom == 'x'"],
            (9, ERROR, "`whom` in the condition is neither a step with an answer nor something known of the person"),
            id="condition unknown",
        ),
        pytest.param(
            ["  - choose: c", "    text: C", "    options: {code: Code}", *_say("a"), "    when: c == code"],
            (10, ERROR, "`code` in the condition is neither a step with an answer nor something known of the person; "
             'put a value into quotes: "code"'),
            id="condition with a bare value",
        ),
        pytest.param(
            ["  - choose: c", "    text: C", "    options: {a: Same, b: same}"],
            (7, ERROR, "two options read “same”; nobody could tell them apart; change one"),
            id="titles alike",
        ),
        pytest.param(
            ["  - choose: c", "    text: C", "    options: {farmer: Farmer}", "    save: market"],
            (7, ERROR, "`farmer` is not a market that Sunup knows; it is one of `freelancer`, `shop_owner`"),
            id="profile value unknown",
        ),
        pytest.param(
            [*ASK, "    save: zone"],
            (7, ERROR, "`save: zone` keeps what was not read as one; add a line type: zone"),
            id="zone in any words",
        ),
        pytest.param(
            [*ASK, "    save: goal"],
            (7, ERROR, "`save: goal` keeps one of a few values, and an ask takes any words; make it a choose"),
            id="goal in any words",
        ),
        pytest.param(
            [*_say("a"), "  - branch: a"],
            (5, ERROR, "`a` and `to_a` lead in a circle that asks nothing; put an ask, choose, do or wait into the ci"),
            id="circle",
        ),
        pytest.param(
            ["  - branch: a", "    id: a"],
            (5, ERROR, "`a` leads to itself; put an ask, choose, do or wait into the circle"),
            id="circle of one",
        ),
        pytest.param(
            [*ASK, "    next: b", *_say("a"), *_say("b")],
            (8, WARNING, "nobody can reach `a`; let a step lead to it, or delete it"),
            id="unreachable",
        ),
        pytest.param(
            [*ASK, "  - branch: c", "    when: who == 'x'", "    otherwise: c", *_say("b"), *_say("c")],
            (10, WARNING, "nobody can reach `b`; let a step lead to it, or delete it"),
            id="unreachable behind a branch both ways",
        ),
        pytest.param(
            ["  - end: a", *_say("b")],
            (6, WARNING, "nobody can reach `b`; let a step lead to it, or delete it"),
            id="unreachable behind the end",
        ),
        pytest.param(
            [*_say("a", "{en: Hello, de: Hallo}"), *_say("b", "{en: Bye}"), *_say("c", "{de: Danke}")],
            (10, ERROR, "`text` lacks en, the language of the document; add en: and the words, or set language: above"),
            id="default language missing",
        ),
        pytest.param(
            [*_say("a", "{en: Hello, de: Hallo}"), *_say("b", "{en: Bye}")],
            (3, WARNING, "de is missing on line 3, 8; en is said there instead"),
            id="language missing somewhere",
        ),
        pytest.param(
            _say("a", "😀" * 2049),
            (6, WARNING, "`text` has 4098 characters, and a message holds 4096; it is sent in pieces; better split it"),
            id="too long for one message",
        ),
        pytest.param(
            [*ASK, "    next: who"],
            (5, WARNING, "from `who` on nobody ever gets to the end; let a step lead to an end"),
            id="asks for ever",
        ),
        pytest.param(
            ["  - choose: c", "    text: C", "    options: {design: D, code: C}", *_say("a"),
             "    when: c == 'desing'"],
            (10, WARNING, "`desing` is not an option of `c`, so this never fits; did you mean `design`?"),
            id="condition with a value that is no option",
        ),
        pytest.param(
            ["  - choose: c", "    text: C", "    options: {a: D, b: C}", *_say("a"), "    when: c in ['a', 'z']"],
            (10, WARNING, "`z` is not an option of `c`, so this never fits; there is `a` and `b`"),
            id="condition with a list that has no option",
        ),
        pytest.param(
            [*ASK, *_say("a"), "    when: goal == 'money'"],
            (9, WARNING, "`money` is not an option of `goal`, so this never fits; did you mean `earn_money`?"),
            id="condition with a goal that there is none of",
        ),
        pytest.param(
            [*ASK, *_say("a"), "    when: lower(who) == 'x'"],
            (9, ERROR, "a condition cannot do `lower`; it can do `bytes`, `contains`, "),
            id="condition with an unknown function",
        ),
        pytest.param(
            _say("a", "Use # as a sign"),
            (6, WARNING, "`text` ends before the #, which begins a comment; put the words into \"quotes\""),
            id="words behind a comment sign",
        ),
        pytest.param(
            ["  - choose: c", "    text: C", "    options:", "      a: One", "      b: Two # and more"],
            (9, WARNING, "`b` ends before the #, which begins a comment"),
            id="option behind a comment sign",
        ),
        pytest.param(
            [*ASK, "    remind: 2d", "    give_up: 1d"],
            (5, WARNING, "`who` is given up before its first reminder; make give_up longer than remind"),
            id="given up before the reminder",
        ),
        pytest.param(
            ["  - wait: w", "    for: 24h", *_say("a"), "    template: news", *ASK],
            (10, WARNING, "`who` speaks a day or more after the person did, and some channels then take only templates"
             "; name the approved one that stands for it, for instance template: follow_up"),
            id="text without a template after a day",
        ),
    ],
)  # fmt: skip
def test_check_workflow_meaning(lines: list[str], expected: tuple[int, Severity, str]) -> None:
    found = _problems(*lines)
    line, severity, told = expected
    assert (line, severity) in [(one[0], one[1]) for one in found if one[2].startswith(told)], found


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param([*ASK, "  - branch: who", '    when: who == "again"'], id="circle that asks"),
        pytest.param(["  - wait: w", "    for: 1h", "  - branch: w"], id="circle that waits"),
        pytest.param(["  - ask: a", '    text: "Use # here" # a note', "  # another"], id="comments that lose nothing"),
        pytest.param([*ASK, *_say("a"), "    when: who.contains('x') && size(who) > 2"], id="known functions"),
        pytest.param([*ASK, "  - end: a", '    when: who == "x"', *_say("b")], id="an end that is passed by"),
        pytest.param([*ASK, *_say("a", '"{{ who }} {{ name }} {{ goal | x }} {{ zone }}"')], id="known places"),
        pytest.param([*ASK, *_say("a"), '    when: market == "agency" || ["a"].exists(one, one == who)'],
                     id="known names"),
        pytest.param(["  - outcome: revenue", "    text: A", *_say("a", '"{{ revenue }}"')], id="outcome by metric"),
        pytest.param(["  - choose: l", "    text: L", "    options: {en: English, de: Deutsch}", "    save: language"],
                     id="titles of languages"),
        pytest.param(["  - branch: a", "    when: goal == 'save_time'", "    otherwise: a", *_say("a")],
                     id="branch both ways"),
        pytest.param([*ASK, "    type: email", "    save: email", *_say("a")], id="address read as one"),
        pytest.param(["  - do: a", "    text: A", "    tips: {60m: A, 1h: B}"], id="tips at the same moment"),
        pytest.param(["  - wait: w", "    for: 23h", *_say("a")], id="text without a template within a day"),
        pytest.param(["  - wait: w", "    for: 2d", *ASK, "    template: hello", *_say("a")], id="template"),
    ],
)  # fmt: skip
def test_check_workflow_meaning_without_fault(lines: list[str]) -> None:
    assert _problems(*lines) == []


BY_ITSELF = "speaks by itself, and some channels then take only templates; name the approved one that stands for it"
WITH_TEMPLATE = [*_say("a"), "    template: news", *ASK, "    template: news"]


@pytest.mark.parametrize(
    "head",
    [
        'schedule: {at: "07:30"}',
        "triggers: [{silent: 14d}]",
        "triggers: [{completed: other, delay: 1d}]",
    ],
)
def test_check_workflow_that_comes_by_itself_wants_templates_until_the_person_answers(head: str) -> None:
    found = _problems(*_say("a"), *ASK, *_say("b"), head=head)
    assert [(line, severity, told.partition(" ")[0]) for line, severity, told in found] == [
        (5, WARNING, "`a`"),
        (7, WARNING, "`who`"),
    ]
    assert all(BY_ITSELF in told for _, _, told in found)
    assert _problems(*WITH_TEMPLATE, *_say("b"), head=head) == []


@pytest.mark.parametrize("head", ["triggers: [joined]", "triggers: [{completed: other, delay: 23h}]"])
def test_check_workflow_that_follows_what_a_person_did_wants_no_template(head: str) -> None:
    assert _problems(*_say("a"), *ASK, head=head) == []


def test_check_workflow_region_falls_back_to_its_language() -> None:
    found = _problems(*_say("a", "{en: Colour, de: Farbe, de-AT: Farbe}"), *_say("b", "{en: Hello, de: Hallo}"))
    assert [one[2] for one in found] == [
        "de is missing on line 3; en is said there instead",
        "de-AT is missing on line 3; en is said there instead",
    ]


def test_check_workflow_document_in_another_language() -> None:
    assert _problems(*_say("a", "{de: Hallo}"), head="language: de") == []


def test_problem_reads_as_one_sentence() -> None:
    assert str(Problem(3, "this is wrong", "do that")) == "this is wrong; do that"
    assert str(Problem(3, "this is wrong").as_error()) == "line 3: this is wrong"
    assert str(Problem(3, "this is wrong", "do that").as_error()) == "line 3: this is wrong; do that"
