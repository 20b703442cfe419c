"""The names of ASGI, and how a layer below the routes refuses a request."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from cnnbook.serving.errors import RequestError, error_body

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


async def refuse(send: Send, error: RequestError) -> None:
    """Answer with `{"error": "..."}` and close: the body may be unread."""
    body = error_body(str(error))
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    headers += [(k.encode(), v.encode()) for k, v in error.headers.items()]
    await send(
        {"type": "http.response.start", "status": error.status, "headers": headers}
    )
    await send({"type": "http.response.body", "body": body})
