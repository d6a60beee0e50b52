"""Messages as lines of a terminal."""

from uuid import UUID

from bots.terminal.render import Line, Tone, render
from core.ids import MediaId, MessageId
from core.messages import Button, Content, OutboundMessage, Picture

ID = MessageId(UUID(int=1))


def lines(content: Content, tap_id: str = "") -> list[tuple[str, Tone]]:
    shown = render(OutboundMessage(ID, "terminal", "default", "asha", content, tap_id=tap_id))
    return [(line.words, line.tone) for line in shown]


def test_message_has_title_text_and_numbered_choices() -> None:
    buttons = (Button("Design", "a"), Button("Code", "b"))

    assert lines(Content("Where?\nSay it.", "Step 1 of 5", buttons)) == [
        ("Step 1 of 5", Tone.TITLE),
        ("Where?", Tone.TEXT),
        ("Say it.", Tone.TEXT),
        ("  1  Design", Tone.CHOICE),
        ("  2  Code", Tone.CHOICE),
    ]


def test_album_is_told_of_with_its_captions() -> None:
    album = (Picture(MediaId(UUID(int=7)), "Our\x1b house"), Picture(MediaId(UUID(int=8))))

    assert lines(Content("Look", album=album)) == [
        ("Look", Tone.TEXT),
        ("(picture) Our house", Tone.NOTICE),
        ("(picture)", Tone.NOTICE),
    ]


def test_single_choice_has_no_number() -> None:
    assert lines(Content("How many?", buttons=(Button("Skip", "s"),)))[1:] == [("  [Skip]", Tone.CHOICE)]


def test_many_choices_stand_below_one_another() -> None:
    buttons = tuple(Button(f"B{place}", str(place)) for place in range(1, 11))

    shown = [words for words, _ in lines(Content("", buttons=buttons))]

    assert shown[0] == "   1  B1"
    assert shown[9] == "  10  B10"


def test_choices_that_are_called_by_their_number_share_a_line() -> None:
    scale = tuple(Button(str(place), f"{place}") for place in range(1, 11))
    offers = (Button("1", "a"), Button("2", "b"), Button("Others", "c"))
    years = (Button("2", "a"), Button("1", "b"))

    assert lines(Content("", buttons=scale)) == [("  1  2  3  4  5  6  7  8  9  10", Tone.CHOICE)]
    assert [words for words, _ in lines(Content("", buttons=offers))] == ["  1  2", "  3  Others"]
    assert [words for words, _ in lines(Content("", buttons=years))] == ["  1  2", "  2  1"]


def test_words_cannot_steer_the_terminal() -> None:
    content = Content("\x1b[2Jcleared\r\x07\x9b31m", "\x1b]0;title\x07", (Button("\x1b[1mbold", "x"),))

    assert lines(content) == [
        ("]0;title", Tone.TITLE),
        ("[2Jcleared31m", Tone.TEXT),
        ("  [[1mbold]", Tone.CHOICE),
    ]


def test_picture_is_told_of() -> None:
    assert lines(Content("Look", image=MediaId(UUID(int=2))))[1][1] is Tone.NOTICE


def test_answer_to_a_tap_is_a_notice_or_nothing() -> None:
    assert lines(Content("This is answered already."), "t1") == [("This is answered already.", Tone.NOTICE)]
    assert lines(Content(""), "t1") == []


def test_line_of_wide_letters_stays_whole() -> None:
    assert render(OutboundMessage(ID, "terminal", "default", "asha", Content("नमस्ते 👋🏽"))) == (
        Line("नमस्ते 👋🏽", Tone.TEXT),
    )
