"""The runner of the web process: what is no readable request is refused in silence.

aiohttp by itself answers such a request with the bytes that it could not read, and logs them as an error with a
traceback: a header that is cut short in the middle of a secret would stand in the log, and anybody could fill it.
"""

from http import HTTPStatus
from typing import Any

import structlog
from aiohttp import web

_log = structlog.get_logger()

_BROKEN_OFF = (web.RequestPayloadError, ConnectionError)
"""What reading a body raises that cannot be unpacked, or whose sender went away."""


class Runner(web.AppRunner):
    """Runs an application; takes what aiohttp's own runner takes."""

    async def _make_server(self) -> web.Server:
        made = await super()._make_server()
        return _Server(made.request_handler, request_factory=made.request_factory, **self._kwargs)


class _Server(web.Server):
    def __call__(self) -> web.RequestHandler:
        return _Handler(self, loop=self._loop, **self._kwargs)


class _Handler(web.RequestHandler):
    def handle_error(  # budget: aiohttp dictates the signature
        self,
        request: web.BaseRequest,
        status: int = HTTPStatus.INTERNAL_SERVER_ERROR,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer with a status and nothing else, and close the connection."""
        if isinstance(exc, _BROKEN_OFF):
            status = HTTPStatus.BAD_REQUEST
        if status == HTTPStatus.INTERNAL_SERVER_ERROR:
            _log.error("request_failed", path=request.path, exc_info=exc)
        else:
            _log.debug("request_unreadable", status=status, error=type(exc).__name__)
        if request.writer.output_size > 0:
            raise ConnectionError("The answer has begun already.")
        response = web.Response(status=status)
        response.force_close()
        return response

    def log_exception(self, *args: Any, **kw: Any) -> None:
        """Log a fault of ours; what is left of a body that cannot be unpacked is read once more, to no avail."""
        if not isinstance(kw.get("exc_info"), _BROKEN_OFF):
            super().log_exception(*args, **kw)
