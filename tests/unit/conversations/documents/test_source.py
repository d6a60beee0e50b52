"""Reading a document's text: lines, traps of YAML, and what is refused."""

import pytest

from conversations.documents.source import MOST_BYTES, Unreadable, read_source


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("yes: no", {"yes": "no"}),
        ("on: off", {"on": "off"}),
        ("1: One", {"1": "One"}),
        ("true: ja", {"true": "ja"}),
        ("~: nothing", {"~": "nothing"}),
        ("until: 09:00", {"until": "09:00"}),
        ("day: 2026-03-02", {"day": "2026-03-02"}),
        ("code: 0777", {"code": 777}),
        ("hex: 0x1F", {"hex": "0x1F"}),
        ("listed: true", {"listed": True}),
        ("hours: 1.5", {"hours": 1.5}),
        ("most: 1e3", {"most": "1e3"}),
        ("number: " + "9" * 40, {"number": "9" * 40}),
        ("summary:", {"summary": None}),
        ("<<: merge", {"<<": "merge"}),
        ("\ufefftext: with a mark", {"text": "with a mark"}),
        ("text: Hello 😀", {"text": "Hello 😀"}),
    ],
)
def test_read_source_words_stay_the_words_that_they_look_like(written: str, read: object) -> None:
    assert read_source(written).plain == read


def test_read_source_every_value_knows_its_line() -> None:
    source = read_source(
        "workflow: a\n\nsteps:\n  - say: b\n    text: |\n\n      Hello\n    tips: {20m: x,\n      1h: y}\n"
    )
    lines = {path: source.line(*path) for path in [("workflow",), ("steps", 0), ("steps", 0, "tips", "1h")]}
    assert lines == {("workflow",): 1, ("steps", 0): 4, ("steps", 0, "tips", "1h"): 9}
    assert source.blocks == {("steps", 0, "text"): 6}
    assert source.line("steps", 0, "missing", "deeper") == 4
    assert source.keys("steps", 0, "tips") == ["20m", "1h"]


@pytest.mark.parametrize(
    ("written", "line", "told"),
    [
        ("", 1, "the document is empty; begin with workflow: and a name"),
        ("a: 1\nb:\n\t- c", 3, "a tab stands where only spaces may; indent with two spaces"),
        ("a: &x 1", 1, "anchors and aliases (& and *) are not used here; write the words out, and put words that"),
        ("a: 1\nb: *x", 2, "anchors and aliases (& and *) are not used here"),
        ("a: &x [*x, *x]", 1, "anchors and aliases"),
        ("a: !!python/object/apply:os.system [ls]", 1, "the tag 'tag:yaml.org,2002:python/object/apply:os"),
        ("a: !!binary aGk=", 1, "the tag"),
        ("a: 1\n---\nb: 2", 2, "there are several documents in this file; give each workflow a file of its own"),
        ("a: Note: this", 1, 'a colon stands inside words; put words with a colon into "quotes"'),
        ('a: "never\nb: closed', 2, "a quotation mark is not closed; close it on the same line"),
        (
            "- say: hi\n     text: x",
            2,
            "this line stands further in than the one above; begin lines of one table in one",
        ),
        ("a: *bold* words", 1, 'words that begin with * or & mean something in YAML; put them into "quotes"'),
        ("a:\n  - b\n c: d", 3, "the indentation does not fit the lines above"),
        ("a: [b, c\nd: e", 2, "a bracket or brace is not closed"),
        ("a: @here", 1, 'these words begin with a sign that means something in YAML; put them into "quotes"'),
        ('a: "\\d"', 1, "a backslash means something in double quotes; use 'single quotes'"),
        ('a: "\\UFFFFFFFF"', 0, "this is not well-formed YAML"),
        ("a: b\n\nc: \x00", 3, "the character U+0000 cannot stand in a document; delete it"),
        ("a: \ud800", 1, "the character U+D800 cannot stand in a document"),
        ("a: " + "[" * 500, 1, "this is nested more than 24 levels deep"),
        ("a: " + "b" * MOST_BYTES, 0, "the document has 256 kB, and at most 256 kB are read"),
    ],
)
def test_read_source_refuses_with_line_and_cure(written: str, line: int, told: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        read_source(written)
    assert refusal.value.problem.line == line
    assert str(refusal.value).startswith(told)


def test_read_source_not_utf8_names_the_line() -> None:
    with pytest.raises(Unreadable) as refusal:
        read_source("a: 1\nb: Größe".encode("latin-1"))
    assert (refusal.value.problem.line, str(refusal.value)) == (2, "this is not UTF-8; save the file as UTF-8")


def test_read_source_key_twice_is_told_and_the_rest_is_read() -> None:
    source = read_source("a: 1\nb: 2\na: 3")
    assert source.plain == {"a": 1, "b": 2}
    assert [(one.line, str(one)) for one in source.problems] == [
        (3, "`a` stands here a second time, first on line 1; keep one of them")
    ]


def test_read_source_place_without_quotes_is_explained() -> None:
    (problem,) = read_source("text: {{ name }}").problems
    assert str(problem) == "a list or a table cannot be a name; put words with {{ }} into quotes"


@pytest.mark.parametrize(("escape", "code"), [("\\0", "U+0000"), ("\\uD800", "U+D800"), ("\\e", "U+001B")])
def test_read_source_character_brought_in_by_an_escape_is_told(escape: str, code: str) -> None:
    (problem,) = read_source(f'a: 1\nb: "x{escape}"').problems
    assert (problem.line, str(problem)) == (2, f"the character {code} cannot stand in a document; delete it")
