"""Every command of the program, as it is typed."""

from functools import cache

import typer

from sunup.__main__ import command_line


@cache
def commands() -> frozenset[str]:
    """Return every command without the program's name, for instance `workflows check`."""
    found = set()
    stack = [("", typer.main.get_command(command_line(None)))]
    while stack:
        name, command = stack.pop()
        inner = getattr(command, "commands", None)
        if inner is None:
            found.add(name)
        else:
            stack += [(f"{name} {word}".strip(), each) for word, each in inner.items()]
    return frozenset(found)
