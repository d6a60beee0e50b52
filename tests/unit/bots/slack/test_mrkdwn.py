"""Slack's way of writing, both ways."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.slack.mrkdwn import bold, escape, names, plain

WRITTEN = {
    "words": ("I sold two", "I sold two"),
    "escapes": ("3 &lt; 4 &amp; 5 &gt; 4", "3 < 4 & 5 > 4"),
    "escaped escape": ("&amp;lt;", "&lt;"),
    "other entities stay": ("&quot;&nbsp;", "&quot;&nbsp;"),
    "our name at the head": ("<@U1> Hi there!", "Hi there!"),
    "our name with a comma": ("<@U1>, and now?", "and now?"),
    "our name with a label": ("<@U1|sunup> help", "help"),
    "our name inside": ("hey <@U1>, start", "hey start"),
    "our name twice": ("<@U1><@U1> go", "go"),
    "our name alone": ("<@U1>", ""),
    "somebody else": ("ask <@U2|ben>", "ask @ben"),
    "somebody else without a name": ("ask <@U2>", "ask @U2"),
    "channel": ("in <#C1|general>", "in #general"),
    "channel without a name": ("in <#C1>", "in #C1"),
    "everybody": ("<!here> <!channel|channel>", "@here channel"),
    "group": ("<!subteam^S1|@crew> <!subteam^S1>", "@crew @subteam"),
    "date": ("<!date^1795000000^{date}|18 November>", "18 November"),
    "link": ("<https://a.example/x>", "https://a.example/x"),
    "link as typed": ("<http://a.example|a.example>", "a.example"),
    "link with a title": ("<https://a.example/x|my page>", "my page (https://a.example/x)"),
    "address": ("<mailto:a@a.example|a@a.example>", "a@a.example"),
    "number": ("<tel:+4915112345678|+4915112345678>", "+4915112345678"),
    "open bracket": ("a < b", "a < b"),
    "empty mark": ("<>", ""),
}


@pytest.mark.parametrize(("text", "expected"), WRITTEN.values(), ids=WRITTEN)
def test_plain_is_what_somebody_typed(text: str, expected: str) -> None:
    assert plain(text, "U1") == expected


@pytest.mark.parametrize("text", ["<@U1" * 200_000, " " * 1_000_000, "<" * 1_000_000, "<@U1|" * 200_000])
def test_plain_of_a_hostile_text_ends_soon(text: str) -> None:
    assert isinstance(plain(text, "U1"), str)


@pytest.mark.parametrize(
    ("text", "expected"), [("<@U1> a", True), ("a <@U1|us>", True), ("<@U12>", False), ("U1", False), ("", False)]
)
def test_names_tells_whether_somebody_is_mentioned(text: str, expected: bool) -> None:
    assert names(text, "U1") == expected


def test_names_nobody_is_never_mentioned() -> None:
    assert not names("<@>", "")


HARMLESS = {
    "markup": ("a & b < c > d", "a &amp; b &lt; c &gt; d"),
    "call to a channel": ("<!channel> look", "&lt;!channel&gt; look"),
    "mention": ("<@U024BEN>", "&lt;@U024BEN&gt;"),
    "link": ("<http://evil.example|bank>", "&lt;http://evil.example|bank&gt;"),
    "bare calls": ("@channel @Here @everyone", "@\u2060channel @\u2060Here @\u2060everyone"),
    "names stay": ("@channels asha@herein.example", "@channels asha@herein.example"),
}


@pytest.mark.parametrize(("text", "expected"), HARMLESS.values(), ids=HARMLESS)
def test_escape_leaves_nothing_that_calls_anybody(text: str, expected: str) -> None:
    assert escape(text) == expected


@given(st.text())
def test_escape_and_plain_are_inverse(text: str) -> None:
    assert plain(escape(text)).replace("\u2060", "") == text.replace("\u2060", "")


@pytest.mark.parametrize(("text", "expected"), [("Day 12", "*Day 12*"), ("2*3", "2*3"), ("a<b", "*a&lt;b*"), ("", "")])
def test_bold_keeps_a_line_that_would_end_its_own_bold_face(text: str, expected: str) -> None:
    assert bold(text) == expected
