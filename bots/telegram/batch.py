"""The updates of one answer to getUpdates, apart from one another: an odd one spoils none of the others. Pure.

An answer is one JSON text, and what makes one update unreadable makes all of it so. Here it is cut up by its brackets,
and nothing in between is read.
"""

import re

from bots.reading import read_json

MARK = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[][{}"]', re.DOTALL)
"""A text, a bracket outside of all texts, or the quotation mark of a text that does not end."""
UPDATE_ID = re.compile(rb'"update_id"\s*:\s*([0-9]{1,15})(?![0-9])')


def updates_in(answer: bytes) -> list[bytes] | None:
    """Return the updates of an answer, each as Telegram wrote it; None where it holds no whole list of them.

    Args:
        answer: For instance `{"ok":true,"result":[{"update_id":7,"message":{…}},{"update_id":8,…}]}`.
    """
    found: list[bytes] = []
    depth = start = 0
    within, before = False, b""
    for mark in MARK.finditer(answer):
        sign = mark.group()
        if sign in (b"[", b"{"):
            depth += 1
            if depth == 2:
                within = sign == b"[" and before == b'"result"'
            elif depth == 3:
                start = mark.start()
        elif sign in (b"]", b"}"):
            depth -= 1
            if within and depth == 2:
                found.append(answer[start : mark.end()])
            elif within and depth == 1:
                return found
        elif sign == b'"':
            return None
        before = sign
    return None


def update_id_of(update: bytes) -> int | None:
    """Return an update's number, also that of one which cannot be read: it stands first; None where it has none."""
    try:
        read = read_json(update)
    except ValueError:
        named = UPDATE_ID.search(update)
        return int(named.group(1)) if named else None
    number = read.get("update_id") if isinstance(read, dict) else None
    return number if type(number) is int else None
