"""Origins: where an exception came from, told without its words.

The words of an exception may quote a person: a driver names the value that it refuses, a parser the text that it
cannot read. So a log line about a failed turn says which code failed, and nothing of what it failed on.
"""

import traceback

_FRAMES = 4
"""Enough to see who called whom; the whole stack of a database driver helps nobody."""


def origin(error: BaseException) -> str:
    """Return the innermost frames of an exception, outermost first, as `file:line function`."""
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    return " > ".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames)
