"""How much a caller may send: requests a second, bytes, and time to send them.

Two layers of plain ASGI. A body is read here in full before a route sees the request,
so that no route waits for a slow sender.
"""

import asyncio
import math
import time
from collections.abc import Callable

from cnnbook.serving.asgi import App, Message, Receive, Scope, Send, refuse
from cnnbook.serving.auth import PUBLIC
from cnnbook.serving.errors import BusyError, RequestError

MOST_CLIENTS = 10_000  # buckets kept; idle ones are dropped beyond


class TokenBuckets:
    """One bucket for each client: `rate` tokens a second flow in, `burst` fit.

    >>> clock = iter([0.0, 0.0, 0.0, 1.0])
    >>> buckets = TokenBuckets(2.0, 2, clock=lambda: next(clock))
    >>> [buckets.take("a") for _ in range(4)]
    [0.0, 0.0, 0.5, 0.0]
    """

    def __init__(
        self, rate: float, burst: int, *, clock: Callable[[], float] = time.monotonic
    ):
        self._rate, self._burst, self._clock = rate, burst, clock
        self._buckets: dict[str, tuple[float, float]] = {}  # tokens, when

    def take(self, client: str) -> float:
        """Take a token; 0, or the seconds until there will be one."""
        now = self._clock()
        tokens, then = self._buckets.get(client, (float(self._burst), now))
        tokens = min(self._burst, tokens + (now - then) * self._rate)
        wait = 0.0 if tokens >= 1 else (1 - tokens) / self._rate
        self._buckets[client] = (tokens - 1 if not wait else tokens, now)
        if len(self._buckets) > MOST_CLIENTS:
            self._drop_idle(now)
        return wait

    def _drop_idle(self, now: float) -> None:
        """Forget full buckets, and all of them where that is not enough."""
        full = self._burst / self._rate  # seconds from empty to full
        self._buckets = {
            name: (tokens, then)
            for name, (tokens, then) in self._buckets.items()
            if now - then < full
        }
        if len(self._buckets) > MOST_CLIENTS:
            self._buckets.clear()


class RateLimit:
    """ASGI: 429 for a caller, or an address without a key, that asks too often.

    Health checks and metrics are not counted.
    """

    def __init__(self, app: App, buckets: TokenBuckets):
        self._app, self._buckets = app, buckets

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] not in PUBLIC:
            address = scope["client"][0] if scope.get("client") else "unknown"
            client = scope["state"].get("caller") or f"address {address}"
            wait = self._buckets.take(client)
            if wait:
                seconds = {"retry-after": str(math.ceil(wait))}
                await refuse(send, RequestError(429, "too many requests.", seconds))
                return
        await self._app(scope, receive, send)


class BodyLimit:
    """ASGI: reads the body, at most `max_body` bytes within `seconds`.

    413 for a larger one, on the word of its header or when it grows too large; 408
    for a slower one; 503 where all bodies together would exceed `max_bodies`.
    """

    def __init__(self, app: App, *, max_body: int, max_bodies: int, seconds: float):
        self._app, self._max_body, self._seconds = app, max_body, seconds
        self._max_bodies, self._held = max_bodies, 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        parts: list[bytes] = []
        try:
            if await self._received(scope, receive, send, parts):
                await self._app(scope, _replay(parts, receive), send)
        finally:
            self._held -= sum(map(len, parts))

    async def _received(
        self, scope: Scope, receive: Receive, send: Send, parts: list[bytes]
    ) -> bool:
        """Fill `parts`; False where they were refused or the caller went away."""
        try:
            self._require_small(_declared(scope))
            async with asyncio.timeout(self._seconds):
                return await self._read(receive, parts)
        except TimeoutError:
            message = f"the body must arrive within {self._seconds:g} s."
            await refuse(send, RequestError(408, message))
        except RequestError as error:
            await refuse(send, error)
        return False

    async def _read(self, receive: Receive, parts: list[bytes]) -> bool:
        size = 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return False
            part = message.get("body", b"")
            parts.append(part)
            size += len(part)
            self._held += len(part)
            self._require_small(size)
            if self._held > self._max_bodies:
                raise BusyError("too many bytes are being received. Try again later.")
            if not message.get("more_body", False):
                return True

    def _require_small(self, size: int) -> None:
        if size > self._max_body:
            raise RequestError(413, f"a body must have at most {self._max_body} bytes.")


def _declared(scope: Scope) -> int:
    """The content length that a head announces, 0 where it does not."""
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value)
    return 0


def _replay(parts: list[bytes], receive: Receive) -> Receive:
    """A `receive` that gives the parts of a body first."""
    num_given = 0

    async def replayed() -> Message:
        nonlocal num_given
        if num_given == len(parts):
            return await receive()
        num_given += 1
        return {
            "type": "http.request",
            "body": parts[num_given - 1],
            "more_body": num_given < len(parts),
        }

    return replayed
