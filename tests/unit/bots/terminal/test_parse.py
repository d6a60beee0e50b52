"""Lines of the terminal: what each of them says, beside what stands on the screen."""

from typing import Any

import orjson
import pytest

from bots.terminal.parse import TEXT_LIMIT, File, Presence, Typed, chosen, kind_of, parse_frame, write_frame
from core.errors import Malformed
from core.media import Attachment, MediaKind
from core.messages import Button, InboundKind, InboundMessage

TWO = (Button("Design", "f6.1:design"), Button("Code", "f6.1:code"))
ONE = (Button("Skip", "f6.1:skip"),)


def read(text: str, choices: tuple[Button, ...] = (), **more: Any) -> InboundMessage | None:
    return parse_frame(write_frame(Typed("k1", "asha", text, choices, **more)))


@pytest.mark.parametrize(
    ("line", "choices", "kind", "text", "payload"),
    [
        ("hello", (), InboundKind.TEXT, "hello", ""),
        ("/today", TWO, InboundKind.TEXT, "/today", ""),
        ("2", TWO, InboundKind.TAP, "Code", "f6.1:code"),
        (" 1 ", TWO, InboundKind.TAP, "Design", "f6.1:design"),
        ("code", TWO, InboundKind.TAP, "Code", "f6.1:code"),
        ("3", TWO, InboundKind.TEXT, "3", ""),
        ("0", TWO, InboundKind.TEXT, "0", ""),
        ("٢", TWO, InboundKind.TEXT, "٢", ""),
        ("= 2", TWO, InboundKind.TEXT, "2", ""),
        ("=", TWO, InboundKind.TEXT, "=", ""),
        ("2", (), InboundKind.TEXT, "2", ""),
        ("1", ONE, InboundKind.TEXT, "1", ""),
        ("SKIP", ONE, InboundKind.TAP, "Skip", "f6.1:skip"),
        ("4500", TWO, InboundKind.TEXT, "4500", ""),
    ],
)
def test_line_is_words_or_a_choice(
    line: str, choices: tuple[Button, ...], kind: InboundKind, text: str, payload: str
) -> None:
    message = read(line, choices)

    assert message is not None
    assert (message.kind, message.text, message.payload) == (kind, text, payload)


def test_line_carries_who_said_it() -> None:
    assert read("hi", name="Asha", language="hi") == InboundMessage(
        key="k1",
        channel="terminal",
        account="default",
        address="asha",
        chat="asha",
        kind=InboundKind.TEXT,
        text="hi",
        name="Asha",
        language="hi",
    )


def test_choice_has_a_handle_so_that_a_stale_one_is_answered() -> None:
    message = read("2", TWO)

    assert message is not None
    assert message.tap_id == "k1"


def test_file_goes_with_its_caption() -> None:
    message = read("my page", TWO, file=File("/srv/work/page 1.PNG", 4711))

    assert message is not None
    assert message.kind is InboundKind.MEDIA
    assert message.text == "my page"
    assert message.attachments == (Attachment(MediaKind.IMAGE, "/srv/work/page 1.PNG", size=4711, name="page 1.PNG"),)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("page.jpg", MediaKind.IMAGE),
        ("note.OGG", MediaKind.VOICE),
        ("talk.mp4", MediaKind.VIDEO),
        ("plan.pdf", MediaKind.DOCUMENT),
        ("Makefile", MediaKind.DOCUMENT),
        (".png", MediaKind.DOCUMENT),
    ],
)
def test_kind_of_file_is_judged_by_its_suffix(name: str, kind: MediaKind) -> None:
    assert kind_of(name) is kind


@pytest.mark.parametrize(
    ("presence", "kind"), [(Presence.LEFT, InboundKind.BLOCKED), (Presence.BACK, InboundKind.UNBLOCKED)]
)
def test_closed_terminal_cannot_be_reached(presence: Presence, kind: InboundKind) -> None:
    message = read("", presence=presence)

    assert message is not None
    assert message.kind is kind


@pytest.mark.parametrize("line", ["", "   ", "\x00\x1b"])
def test_line_of_nothing_says_nothing(line: str) -> None:
    assert read(line) is None


def test_control_characters_are_left_out() -> None:
    message = read("a\x00b\x1b[31mc\ud800d")

    assert message is not None
    assert message.text == "ab[31mcd"


def test_line_too_long_says_how_long_it_may_be() -> None:
    with pytest.raises(Malformed, match=r"8,001 characters; 8,000 is the most"):
        read("x" * (TEXT_LIMIT + 1))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"{}",
        orjson.dumps({"id": "", "session": "asha", "text": "x", "choices": [], "name": "", "language": "", "file": 0}),
        write_frame(Typed("k", "../etc", "x")),
        write_frame(Typed("k", "a" * 61, "x")),
        write_frame(Typed("k", "asha", "x")).replace(b'"choices":[]', b'"choices":[1]'),
        write_frame(Typed("k", "asha", "x")).replace(b'"presence":""', b'"presence":"gone"'),
    ],
)
def test_frame_malformed_is_refused(body: bytes) -> None:
    with pytest.raises(Malformed):
        parse_frame(body)


def test_title_is_chosen_as_a_whole_alone() -> None:
    assert chosen("Des", TWO) is None
    assert chosen("", (Button("", "x"),)) is None
