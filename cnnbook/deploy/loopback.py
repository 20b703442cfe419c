"""A small HTTP server in threads, for doubles of a platform; clients may be killed."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    """Keeps connections, sends head and body at once, and writes no log."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # else each part would wait 40 ms for the acknowledgment of the last
    disable_nagle_algorithm = True

    def read_body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def finish_with(self, body: bytes) -> None:
        """End the head, and send `body`."""
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, *_) -> None:
        pass


class Loopback(ThreadingHTTPServer):
    """Runs from its making until `stop`, on a free port."""

    daemon_threads = True

    def __init__(self, handler: type[Handler]):
        super().__init__(("127.0.0.1", 0), handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, request: object, client_address: object) -> None:
        pass  # the other side was killed, on purpose

    def stop(self) -> None:
        self.shutdown()
        self.server_close()
