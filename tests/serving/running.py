"""A service in a thread of the test process: real HTTP, on a free port of loopback."""

import threading
import time

import httpx
import uvicorn

from cnnbook.serving import create_app


class RunningService:
    """A service in a thread of this process, with a client that asks it over HTTP."""

    def __init__(self, settings):
        self.app = create_app(settings)
        self.service = self.app.state.service
        config = uvicorn.Config(
            self.app, port=0, log_config=None, access_log=False, ws="none"
        )
        self.server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self.server.run, daemon=True)
        self._thread.start()
        deadline = time.monotonic() + 20
        while not self.server.started:
            assert self._thread.is_alive(), "the service did not start"
            assert time.monotonic() < deadline
            time.sleep(0.01)
        port = self.server.servers[0].sockets[0].getsockname()[1]
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=20)

    def stop(self, *, wait=True):
        self.client.close()
        self.server.should_exit = True
        if wait:
            self._thread.join(timeout=20)
