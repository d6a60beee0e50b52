"""Logs: structlog for our own lines, the same form for every library's, and no secret in either.

A line is a constant event name and fields with ids. Whatever looks like a credential is struck out all the same,
because a library's exception may carry an address with a token in it.

    log = structlog.get_logger(__name__)
    log.info("message_sent", message_id=str(message.id), channel=message.channel)
"""

import logging
import re
import sys
import traceback
from collections.abc import Iterable, Mapping
from typing import Literal, TextIO

import orjson
import structlog
from structlog.typing import EventDict, ExcInfo, Processor, WrappedLogger

from core.errors import SunupError

REDACTED = "[redacted]"

SECRET_KEYS = frozenset(
    {
        "token",
        "secret",
        "password",
        "authorization",
        "cookie",
        "api_key",
        "master_key",
        "body",
        "text",
        "caption",
        "phone",
    }
)
"""Fields whose value is never shown, whatever it is; also with a prefix, as in `telegram_token`."""

QUIET_LOGGERS = (
    "httpx",
    "httpx2",
    "httpcore",
    "aiohttp.access",
    "telegram",
    "slack_sdk",
    "slack_bolt",
    "twilio",
    "rq.worker",
    "alembic",
)
"""Shown from WARNING on: several of them log every address they call, and Telegram's holds the bot's token."""

_MOST_CAUSES = 8
_SHORTEST = 6
_BOT_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]{30,}")
_CREDENTIALS = re.compile(r"\b(Basic|Bearer)\s+[A-Za-z0-9._~+/=:-]+", re.IGNORECASE)
_URL_PASSWORD = re.compile(r"(?<=://)([^/\s:@]*):[^/\s@]+@")
_KEY = re.compile(rf"(?:^|[_-])(?:{'|'.join(sorted(SECRET_KEYS))})$")


def configure_logs(form: Literal["console", "json"] | None, level: str, secrets: Iterable[str] = ()) -> None:
    """Set up logging of the whole process; call it once, before anything is logged.

    Args:
        form: `console` or `json`; None for console on a terminal, else json.
        level: Least severe level that is shown, for instance `INFO`.
        secrets: Exact values that are struck out wherever they turn up (`Settings.secrets`).
    """
    out = sys.stderr
    to_console = form == "console" or (form is None and out.isatty())
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    # Exceptions become text before the redaction, because their messages are where libraries put addresses.
    last: list[Processor] = [
        structlog.processors.ExceptionRenderer(_wordless),
        Redaction(secrets),
        _renderer(to_console, out),
    ]
    structlog.configure(
        processors=[*shared, *last],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.WriteLoggerFactory(out),
        # A module's logger made before this call must follow it too; a cached one would keep its first form and stream.
        cache_logger_on_first_use=False,
    )
    _route_libraries(out, level, [structlog.stdlib.add_logger_name, *shared], last)


def _wordless(exc_info: ExcInfo) -> str:
    """Return an exception's frames and types, the cause first, and words of none but our own errors.

    Other words may quote a person: a driver names the row that it refuses, a parser the text that it cannot read.
    """
    parts: list[str] = []
    error: BaseException | None = exc_info[1]
    while error is not None and len(parts) < _MOST_CAUSES:
        words = f": {error}" if isinstance(error, SunupError) else ""
        parts.append("".join(traceback.format_tb(error.__traceback__)) + type(error).__qualname__ + words)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n\n".join(reversed(parts))


def _renderer(to_console: bool, out: TextIO) -> Processor:
    if to_console:
        return structlog.dev.ConsoleRenderer(colors=out.isatty())
    return structlog.processors.JSONRenderer(serializer=_json)


def _json(event: Mapping[str, object], **_: object) -> str:
    return orjson.dumps(event, default=str, option=orjson.OPT_NON_STR_KEYS).decode()


def _route_libraries(out: TextIO, level: str, before: list[Processor], last: list[Processor]) -> None:
    """Give the lines of libraries the form of ours."""
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=before,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in QUIET_LOGGERS:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelNamesMapping()[level]))


class Redaction:
    """The processor that strikes out whatever must not be in a log.

    Args:
        secrets: Exact values; those under 6 characters are left alone, they would strike out innocent words.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        exact = sorted((re.escape(secret) for secret in secrets if len(secret) >= _SHORTEST), key=len, reverse=True)
        self._exact = re.compile("|".join(exact)) if exact else None

    def __call__(self, _logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        """Return the event without credentials."""
        return {key: self._value(key, value) for key, value in event.items()}

    def _value(self, key: str, value: object) -> object:
        if _KEY.search(key.lower()):
            return REDACTED
        return self.strike_out(value)

    def strike_out(self, value: object) -> object:
        """Return the value without credentials, at whatever depth they are."""
        match value:
            case str():
                return self._text(value)
            case bytes():
                return f"[{len(value)} bytes]"
            case Mapping():
                return {key: self._value(str(key), inner) for key, inner in value.items()}
            case list() | tuple() | set() | frozenset():
                return [self.strike_out(inner) for inner in value]
            case None | bool() | int() | float():
                return value
            case _:
                return self._text(str(value))

    def _text(self, text: str) -> str:
        if self._exact:
            text = self._exact.sub(REDACTED, text)
        text = _BOT_TOKEN.sub(REDACTED, text)
        text = _URL_PASSWORD.sub(rf"\1:{REDACTED}@", text)
        return _CREDENTIALS.sub(rf"\1 {REDACTED}", text)
