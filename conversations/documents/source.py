"""Source: the text of a document becomes plain values, and every value knows its line.

YAML is read by the rules of its version 1.2: only `true` and `false` are truth values and only digits
are numbers, so that `yes`, `no`, `on` and `09:00` stay the words that they look like, and a key is
always a word. Anchors, tags and several documents in one file are refused: a workflow needs none of
them, and the first of them can make a few lines grow into gigabytes.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final, cast

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from conversations.documents.problems import Problem

MOST_BYTES: Final = 256 * 1024
DEEPEST: Final = 24
"""Levels of nesting; a workflow needs about six."""

Path = tuple[str | int, ...]
"""Way to a value from the top of the document, for instance `("steps", 2, "tips", "20m")`."""

_TAG = "tag:yaml.org,2002:"
_PLAIN = {
    "bool": (re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), "tTfF"),
    "int": (re.compile(r"^[-+]?[0-9]+$"), "-+0123456789"),
    "float": (re.compile(r"^[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)(?:[eE][-+]?[0-9]+)?$"), "-+.0123456789"),
    "null": (re.compile(r"^(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""]),
}
_LONGEST_NUMBER = 30
_BEFORE_COMMENT = re.compile(" +#")
_UNSAYABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
"""Characters that an escape such as "\\0" brings in, and that no database or channel takes."""


class Unreadable(Exception):
    """The text is no document at all; carries the problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Source:
    """A document as plain values.

    Args:
        plain: Dicts, lists, strings, numbers, truth values and None.
        lines: Line of each value, counted from 1; of a value in a table, the line of its key.
        blocks: For each string written as a block behind `|`, the line of its first words.
        comments: For each value with a comment right behind it, its line.
        problems: Faults that did not keep the rest from being read, such as a key that stands twice.
    """

    plain: Any
    lines: dict[Path, int] = field(default_factory=dict)
    blocks: dict[Path, int] = field(default_factory=dict)
    comments: dict[Path, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def line(self, *path: str | int) -> int:
        """Return the line of a value, or of the nearest thing around it that has one."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.lines:
                return self.lines[path[:length]]
        return 0

    def keys(self, *path: str | int) -> list[str]:
        """Return the names of a table as they are written; none where there is no table."""
        inner: Any = self.plain
        for part in path:
            inner = inner[part] if isinstance(inner, dict | list) else None  # type: ignore[index]  # paths fit the values
        return list(inner) if isinstance(inner, dict) else []


class _Loader(yaml.SafeLoader):
    """Composes nodes by the rules above; never makes an object from them."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - PyYAML's own way to hold the table
    depth = 0

    def compose_node(self, parent: Node | None, index: Any) -> Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]  # the stubs leave the parser's methods untyped
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise Unreadable(Problem(line, "anchors and aliases (& and *) are not used here", _STAR))
        tag = getattr(event, "tag", None)
        if tag is not None:
            raise Unreadable(Problem(line, f"the tag {tag[:40]!r} is not used here", "leave the word with ! out"))
        if self.depth >= DEEPEST:
            raise Unreadable(Problem(line, f"this is nested more than {DEEPEST} levels deep", "a step needs two"))
        self.depth += 1
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


_STAR = "write the words out, and put words that begin with & or * into quotes"

for _name, (_pattern, _first) in _PLAIN.items():
    _Loader.add_implicit_resolver(_TAG + _name, _pattern, list(_first))


def read_source(text: str | bytes) -> Source:
    """Read a document.

    Args:
        text: YAML, at most 256 kB; bytes are UTF-8.

    Raises:
        Unreadable: It is not well-formed, too long, or uses what is not used here.
    """
    words = _decoded(text)
    node = _composed(words)
    source = Source(None)
    if node is None:
        raise Unreadable(Problem(1, "the document is empty", "begin with workflow: and a name"))
    source.lines[()] = node.start_mark.line + 1
    return replace(source, plain=_value(node, (), source))


def _decoded(text: str | bytes) -> str:
    size = len(text) if isinstance(text, bytes) else len(text.encode("utf-8", "surrogatepass"))
    if size > MOST_BYTES:
        told = f"the document has {size // 1024} kB, and at most {MOST_BYTES // 1024} kB are read"
        raise Unreadable(Problem(0, told, "split it into several workflows"))
    if isinstance(text, str):
        return text.removeprefix("\ufeff")
    try:
        return text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = text.count(b"\n", 0, error.start) + 1
        raise Unreadable(Problem(line, "this is not UTF-8", "save the file as UTF-8")) from error


def _composed(words: str) -> Node | None:
    try:
        loader = _Loader(words)
        try:
            return loader.get_single_node()
        finally:
            loader.dispose()
    except yaml.reader.ReaderError as error:
        line = words.count("\n", 0, error.position) + 1
        raise Unreadable(_no_character(line, int(error.character))) from error
    except yaml.MarkedYAMLError as error:
        raise Unreadable(_explained(error, words)) from error
    except (yaml.YAMLError, RecursionError, ValueError, OverflowError) as error:
        # PyYAML lets some wrong escapes through to chr(), which refuses them in its own way.
        raise Unreadable(Problem(0, "this is not well-formed YAML", "look for a stray backslash")) from error


_EXPLAINED = (
    ("'\\t'", "a tab stands where only spaces may", "indent with two spaces"),
    ("but found another document", "there are several documents in this file", "give each workflow a file of its own"),
    ("mapping values are not allowed", "a colon stands inside words", 'put words with a colon into "quotes"'),
    ("while scanning a quoted scalar", "a quotation mark is not closed", "close it on the same line"),
    ("found unexpected end of stream", "a quotation mark is not closed", "close it on the same line"),
    ("could not find expected ':'", "a colon is missing behind a name", "write for instance text: Hello"),
    ("cannot start any token", "these words begin with a sign that means something in YAML", 'put them into "quotes"'),
    ("expected alphabetic or numeric", "words that begin with * or & mean something in YAML", 'put them into "quotes"'),
    ("unknown escape character", "a backslash means something in double quotes", "use 'single quotes'"),
    ("expected ',' or", "a bracket or brace is not closed", "close it, or put the words into quotes"),
    ("expected <block end>", "the indentation does not fit the lines above", "begin lines of one table in one column"),
    ("expected the node content", "something is missing here", 'put words that begin with a sign into "quotes"'),
)  # fmt: skip


def _no_character(line: int, code: int) -> Problem:
    return Problem(line, f"the character U+{code:04X} cannot stand in a document", "delete it")


def _explained(error: yaml.MarkedYAMLError, words: str) -> Problem:
    mark = error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else 0
    told = f"{error.problem or ''} {error.context or ''}"
    if "mapping values are not allowed" in told and mark and _begins_its_line(mark, words):
        return Problem(line, "this line stands further in than the one above", "begin lines of one table in one column")
    for part, message, cure in _EXPLAINED:
        if part in told:
            return Problem(line, message, cure)
    told = f"this is not well-formed YAML: {error.problem or error.context}"
    return Problem(line, told, "look at this line and the one above")


def _begins_its_line(mark: yaml.Mark, words: str) -> bool:
    """Return whether the colon at a mark is the first of its line, so that a name stands before it."""
    before = words.splitlines()[mark.line][: mark.column]
    return bool(re.match(r"^ +[\w-]+$", before))


def _value(node: Node, path: Path, source: Source) -> Any:
    if isinstance(node, MappingNode):
        return dict(_pairs(node, path, source))
    if isinstance(node, SequenceNode):
        return [_item(child, (*path, place), source) for place, child in enumerate(node.value)]
    return _scalar(cast("ScalarNode", node), path, source)


def _item(node: Node, path: Path, source: Source) -> Any:
    source.lines[path] = node.start_mark.line + 1
    return _value(node, path, source)


def _pairs(node: MappingNode, path: Path, source: Source) -> Iterator[tuple[str, Any]]:
    seen: dict[str, int] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, ScalarNode):
            told = "a list or a table cannot be a name"
            source.problems.append(Problem(line, told, "put words with {{ }} into quotes"))
            continue
        key = _sayable(key_node, source)
        if key in seen:
            told = f"`{key[:40]}` stands here a second time, first on line {seen[key]}"
            source.problems.append(Problem(line, told, "keep one of them"))
            continue
        seen[key] = line
        source.lines[(*path, key)] = line
        yield key, _value(value_node, (*path, key), source)


def _sayable(node: ScalarNode, source: Source) -> str:
    words: str = node.value
    found = _UNSAYABLE.search(words)
    if found:
        source.problems.append(_no_character(node.start_mark.line + 1, ord(found.group())))
    return words


def _rest_of(node: ScalarNode) -> tuple[str, int]:
    """Return the whole text and where in it a value has ended."""
    return node.end_mark.buffer or "", node.end_mark.pointer


def _scalar(node: ScalarNode, path: Path, source: Source) -> Any:
    words = _sayable(node, source)
    kind = node.tag.removeprefix(_TAG)
    if not node.style and _BEFORE_COMMENT.match(*_rest_of(node)):
        source.comments[path] = node.start_mark.line + 1
    if node.style == "|":
        source.blocks[path] = node.start_mark.line + 2
    if kind == "null":
        return None
    if kind == "bool":
        return words.lower() == "true"
    if kind in ("int", "float") and len(words) <= _LONGEST_NUMBER:
        return int(words) if kind == "int" else float(words)
    return words
