"""The small server that doubles of a platform are built on."""

import socket

import pytest

from cnnbook.deploy.loopback import Handler, Loopback


class Echo(Handler):
    """Sends back what came."""

    def do_GET(self):
        at_once = self.connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        assert at_once, "parts of an answer wait for each other"
        self.send_response(200)
        self.finish_with(b"[" + self.read_body() + b"]")


@pytest.fixture
def server():
    running = Loopback(Echo)
    yield running
    running.stop()


def ask(server, *requests):
    """What comes back over one connection, until nothing more does."""
    with socket.create_connection(server.server_address, timeout=5) as connection:
        connection.sendall(b"".join(requests))
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(4096), b""))


def test_a_request_that_names_no_length_has_no_body(server):
    bare = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
    full = b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi"
    answers = ask(server, bare, full, bare)
    found = [part.rpartition(b"\r\n\r\n")[2] for part in answers.split(b"HTTP/1.1 200")]
    assert found[1:] == [b"[]", b"[hi]", b"[]"]
