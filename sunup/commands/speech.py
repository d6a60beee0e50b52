"""Speech: what a command says to a person in a terminal."""

from rich.console import Console


def say(console: Console, words: str = "", style: str | None = None) -> None:
    """Print words as they are: brackets are buttons here, not Rich's markup."""
    console.print(words, style=style, markup=False, highlight=False, soft_wrap=True)
