"""Slack's way of writing: what people's words look like in it, and how ours are put into it. Pure.

Source: docs.slack.dev, Formatting message text; Slack escapes `&`, `<` and `>` and nothing else.
"""

import re

MARK = re.compile(r"<([^<>]*)>")
"""A mention or a link; a `<` that somebody typed comes as `&lt;`."""
CROWD = re.compile(r"@(?=(?:channel|here|everyone|group)\b)", re.IGNORECASE)
WORD_JOINER = "\N{WORD JOINER}"
SCHEME = re.compile(r"^(?:https?://|mailto:|tel:)", re.IGNORECASE)


def plain(text: str, us: str = "") -> str:
    """Return what somebody typed.

    Args:
        text: As Slack sent it, for instance `<@U0BOT> see <http://a.example|a.example> &amp; <#C1|general>`.
        us: Our own user id; where we are named, the name goes.
    """
    if us and "<@" in text:
        parts = re.split(rf"<@{re.escape(us)}(?:\|[^<>]*)?>[,:]?", text)
        text = text if len(parts) == 1 else " ".join(filter(None, map(str.strip, parts)))
    if "<" in text:
        text = MARK.sub(lambda found: _spoken(found.group(1)), text)
    return _unescaped(text)


def names(text: str, user: str) -> bool:
    """Say whether a text mentions a user."""
    return bool(user) and (f"<@{user}>" in text or f"<@{user}|" in text)


def escape(text: str) -> str:
    """Return words as Slack shows them and nothing more: no mention, no link and no call to a whole channel."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return CROWD.sub(f"@{WORD_JOINER}", text)


def bold(text: str) -> str:
    """Return a line in bold; one that could end its own bold face stays as it is."""
    escaped = escape(text)
    return escaped if "*" in text or not text else f"*{escaped}*"


def _spoken(mark: str) -> str:
    target, bar, label = mark.partition("|")
    match target[:1]:
        case "@" | "#":
            return target[0] + (label.removeprefix(target[0]) if label else target[1:])
        case "!":
            return _special(target[1:], label)
        case _:
            return target if not bar or not label else _link(target, label)


def _special(name: str, label: str) -> str:
    if name.startswith("date^"):
        return label
    return label or f"@{name.partition('^')[0]}"


def _link(target: str, label: str) -> str:
    """Return what was typed for a link: its label, with the address behind it where that is another thing."""
    bare = SCHEME.sub("", target).rstrip("/")
    return label if SCHEME.sub("", label).rstrip("/") == bare else f"{label} ({target})"


def _unescaped(text: str) -> str:
    if "&" not in text:
        return text
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
