"""One JSON line for each request, with an id that the answer carries too.

No image, no key and no body is ever written: who asked, what was asked, how it ended,
how long it took, and the labels that were answered.
"""

import logging
import re
import secrets
import sys
import time
from typing import TextIO

import orjson

from cnnbook.serving.asgi import App, Message, Receive, Scope, Send
from cnnbook.serving.metrics import Metrics

LOGGER = logging.getLogger("cnnbook.serving")
REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
UNMATCHED = "unmatched"  # one name for all paths that do not exist
METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))


class JsonFormatter(logging.Formatter):
    """A record as one line: time (ISO 8601, UTC), level, logger, message, its fields.

    The fields of a record are the dictionary `extra={"fields": {...}}`.
    """

    def format(self, record: logging.LogRecord) -> str:
        seconds = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        line = {
            "time": f"{seconds}.{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return orjson.dumps(line, default=str).decode()


def configure(level: str, stream: TextIO | None = None) -> None:
    """Send what the service and uvicorn log to `stream` (standard error)."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonFormatter())
    for name in ("cnnbook.serving", "uvicorn"):
        logger = logging.getLogger(name)
        logger.handlers[:] = [handler]
        logger.setLevel(level.upper())
        logger.propagate = False
    logging.getLogger("uvicorn.access").disabled = True  # the line here has more


class Observe:
    """ASGI, the outermost layer: request id, in-flight count, latency, log line."""

    def __init__(self, app: App, metrics: Metrics, is_draining):
        self._app, self._metrics, self._is_draining = app, metrics, is_draining

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        request_id = _request_id(scope)
        # a dictionary of this request, which routes add to
        scope["state"] = {**scope.get("state", {}), "request_id": request_id.decode()}
        status = 500

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = [*message["headers"], (b"x-request-id", request_id)]
                if self._is_draining():  # so that no idle connection is left to cut
                    headers.append((b"connection", b"close"))
                message = {**message, "headers": headers}
            await send(message)

        self._metrics.in_flight.inc()
        try:
            await self._app(scope, receive, send_with_id)
        finally:
            self._metrics.in_flight.dec()
            self._done(scope, status, time.perf_counter() - started)

    def _done(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", UNMATCHED)
        method = scope["method"] if scope["method"] in METHODS else "other"
        self._metrics.request(route, method, status, seconds)
        level = logging.INFO if status < 500 else logging.ERROR
        if not LOGGER.isEnabledFor(level):
            return
        state = scope["state"]
        fields = {
            "request_id": state["request_id"],
            "method": scope["method"],
            "path": scope["path"],
            "status": status,
            "ms": round(seconds * 1000, 2),
            "caller": state.get("caller"),
            "client": scope["client"][0] if scope.get("client") else None,
            **state.get("answer", {}),
        }
        LOGGER.log(level, "request", extra={"fields": fields})


def _request_id(scope: Scope) -> bytes:
    """The id that the caller gave, if it is a harmless one, or a new one."""
    for name, value in scope["headers"]:
        if name == b"x-request-id" and REQUEST_ID.fullmatch(value):
            return value
    return secrets.token_hex(8).encode()
