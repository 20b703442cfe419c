"""Uvicorn, told to be drained before it goes: readiness first, listener second."""

import asyncio
import socket
import time
from types import FrameType

import uvicorn

from cnnbook.serving.app import create_app
from cnnbook.serving.service import Service
from cnnbook.serving.settings import Settings
from cnnbook.serving.transport import JoiningProtocol

UNDER_WAY = 0.2  # seconds for the head of a request on an accepted connection
KEEP_ALIVE = 75  # seconds; longer than nginx keeps its connections, so that it closes


class DrainingServer(uvicorn.Server):
    """On the first SIGTERM or SIGINT, readiness turns 503 and everything else goes on
    for `drain` seconds, in which a load balancer looks elsewhere and connections are
    closed after their answers. Then the listener closes, accepted requests are
    answered, and the process ends. A second signal ends the wait.
    """

    def __init__(self, config: uvicorn.Config, service: Service, drain: float):
        super().__init__(config)
        self._service, self._drain = service, drain
        self._drained_at: float | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if self._drained_at is not None:
            super().handle_exit(sig, frame)
            return
        self._captured_signals.append(sig)
        self._service.draining = True
        self._drained_at = time.monotonic() + self._drain

    async def on_tick(self, counter: int) -> bool:
        if self._drained_at is not None and time.monotonic() >= self._drained_at:
            self.should_exit = True
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        # uvicorn would cut connections on which no request has begun
        await asyncio.sleep(UNDER_WAY)
        await super().shutdown(sockets)


def make_server(settings: Settings) -> DrainingServer:
    """A server ready to `run()`; logging is the caller's to configure.

    Raises `KeysError` or `ManifestError` for what could not be served.
    """
    app = create_app(settings)
    app.state.service.versions.first()
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        http=JoiningProtocol,
        ws="none",
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=settings.shutdown_timeout,
    )
    return DrainingServer(config, app.state.service, settings.drain)
