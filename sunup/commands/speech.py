"""Speech: what a command says to a person in a terminal."""

from collections.abc import Mapping, Sequence

import typer
from rich.console import Console
from rich.table import Table


def say(console: Console, words: str = "", style: str | None = None) -> None:
    """Print words as they are: brackets are buttons here, not Rich's markup."""
    console.print(words, style=style, markup=False, highlight=False, soft_wrap=True)


def tabulate(columns: Sequence[str], rows: Sequence[Mapping[str, str]], *, empty: str) -> None:
    """Print rows: as a table on a terminal, with tabs between the values into a pipe; a sentence where there are none.

    Args:
        columns: Names of the values to be shown, in order.
        rows: Values by their names.
        empty: What to say where there is no row.
    """
    console = Console(soft_wrap=True)
    if not rows:
        say(console, empty)
    elif console.is_terminal:
        table = Table(*columns, box=None)
        for row in rows:
            table.add_row(*(row[name] for name in columns))
        console.print(table)
    else:
        for row in rows:
            # Not through Rich, which makes blanks of tabs: the next program in the pipe wants them.
            typer.echo("\t".join(row[name] for name in columns))
