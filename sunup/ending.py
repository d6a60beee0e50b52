"""How a command ends: with an exit code, and with one sentence where an error of ours has ended it."""

import sys
from collections.abc import Callable

from core import errors

REFUSED = 2
"""Exit code of a command that stops with one sentence, because a setting is wrong or something is missing."""
INTERRUPTED = 130
"""What a shell expects of a command that Ctrl-C has ended."""
_AWAY = "The database of SUNUP_DATABASE_URL does not answer; start it, or correct the address."
"""What a person who gave a command is told; the error's own words are for a provider's request."""


def carry_out(command: Callable[[], object]) -> int:
    """Carry a command out and return its exit code; other people's errors and `SystemExit` pass through."""
    try:
        command()
    except errors.SunupError as error:
        sentence = _AWAY if str(error) == str(errors.StorageUnavailable()) else str(error)
        print(f"sunup: {sentence}", file=sys.stderr)  # noqa: T201 - the command line speaks to a person here
        return REFUSED
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0
