"""What `sunup chat` makes of a typed line, and what its screen shows."""

from io import StringIO
from pathlib import Path

import pytest

from bots.terminal.adapter import Shown
from bots.terminal.parse import File
from bots.terminal.render import Line, Tone
from core.messages import Button
from sunup.commands.screen import Screen
from sunup.commands.sitting import file_of


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("page.png", "my page.png"):
        (tmp_path / name).write_bytes(b"12345")
    return tmp_path


@pytest.mark.parametrize(
    ("line", "name", "caption"),
    [
        ("/file page.png", "page.png", ""),
        ("/file page.png on sale now", "page.png", "on sale now"),
        ("/file my page.png", "my page.png", ""),
        ('/file "my page.png"', "my page.png", ""),
        ("/file my\\ page.png on sale", "my page.png", "on sale"),
        ("/file 'my page.png' on sale", "my page.png", "on sale"),
    ],
)
def test_file_is_found_with_its_caption(folder: Path, line: str, name: str, caption: str) -> None:
    assert file_of(line) == (File(str(folder / name), 5), caption)


@pytest.mark.parametrize("line", ["hello", "/today", "/filed", "file page.png"])
def test_other_lines_send_no_file(folder: Path, line: str) -> None:
    assert file_of(line) == (None, line)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("/file", "Write the path"),
        ("/file gone.png", "There is no file gone.png"),
        ('/file "half', "There is no file"),
        ("/file .", "is no file"),
        ("/file ~nobody-of-that-name/x", "There is no file"),
    ],
)
def test_file_that_is_none_is_told_of(folder: Path, line: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        file_of(line)


async def test_plain_screen_shows_words_alone_and_remembers_choices() -> None:
    out = StringIO()
    screen = Screen(interactive=False, out=out)

    await screen.show(
        Shown((Line("Step 1", Tone.TITLE), Line("[b]Ready?[/b] :smile:", Tone.TEXT)), (Button("Y", "y"),))
    )

    assert out.getvalue() == "Step 1\n[b]Ready?[/b] :smile:\n"
    assert screen.choices == (Button("Y", "y"),)


async def test_message_without_choices_leaves_those_on_the_screen() -> None:
    screen = Screen(interactive=False, out=StringIO())
    await screen.show(Shown((), (Button("Y", "y"),)))

    await screen.show(Shown((Line("Take your time.", Tone.TEXT),), ()))

    assert screen.choices == (Button("Y", "y"),)


async def test_screen_whose_reader_is_gone_says_so() -> None:
    class Broken(StringIO):
        def write(self, words: str) -> int:
            raise BrokenPipeError

    screen = Screen(interactive=False, out=Broken())

    with pytest.raises(BrokenPipeError):
        screen.note("hello")

    assert screen.is_broken
