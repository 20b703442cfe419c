"""Head and body of an answer leave in one write.

Uvicorn writes them in two. A process that is killed between them leaves the proxy with
a head that it has passed on already, and so cannot ask another worker. What is written
in one turn of the event loop is therefore joined, and lost or sent as a whole.
"""

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


class JoinedTransport:
    """Passes everything on to `transport`, and writes once in a turn of the loop."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop):
        self._transport, self._loop = transport, loop
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> None:
        """Keep `data` until the end of this turn."""
        if not self._parts:
            self._loop.call_soon(self._flush)
        self._parts.append(data)

    def close(self) -> None:
        """Write what is kept, then close."""
        self._flush()
        self._transport.close()

    def __getattr__(self, name: str) -> object:
        return getattr(self._transport, name)

    def _flush(self) -> None:
        parts, self._parts = self._parts, []
        if parts:
            self._transport.write(b"".join(parts))


class JoiningProtocol(HttpToolsProtocol):
    """Uvicorn's own protocol over a `JoinedTransport`."""

    def connection_made(self, transport: asyncio.Transport) -> None:
        """Called by the loop for each connection."""
        super().connection_made(JoinedTransport(transport, self.loop))
