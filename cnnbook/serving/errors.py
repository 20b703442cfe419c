"""What a caller is told when a request cannot be answered: a status and a sentence.

Every body of an error is `{"error": "..."}`, as the Open Inference Protocol asks.
"""

from collections.abc import Mapping

import orjson


class RequestError(ValueError):
    """A request that is refused, with an HTTP `status` from 400 on."""

    def __init__(
        self, status: int, message: str, headers: Mapping[str, str] | None = None
    ):
        super().__init__(message)
        self.status = status
        self.headers = dict(headers or {})


class BusyError(RequestError):
    """More work than can be taken on; `Retry-After` says when to come again."""

    def __init__(self, message: str, retry_after: float = 1.0):
        seconds = str(max(1, round(retry_after)))
        super().__init__(503, message, {"retry-after": seconds})


def error_body(message: str) -> bytes:
    """The JSON body of an error."""
    return orjson.dumps({"error": message})
