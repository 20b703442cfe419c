"""What holds for every test: no network but this machine, no luck, no clock."""

import socket

import pytest
from hypothesis import settings

# The same examples in every run, and no deadline: a shared machine has slow moments.
settings.register_profile("book", derandomize=True, deadline=None)
# What `make fuzz` asks for: new examples in each run, and many of them.
settings.register_profile("fuzz", max_examples=2_000, deadline=None, print_blob=True)
settings.load_profile("book")

LOCAL = ("127.", "::1", "localhost", "0.0.0.0", "::ffff:127.")


class NetworkUsed(Exception):
    """A test tried to reach another machine."""


def is_local(address: object) -> bool:
    """Whether a socket address means this machine: a file, or a loopback host."""
    if not isinstance(address, tuple):
        return True  # a Unix socket is a file
    return str(address[0]).startswith(LOCAL) or address[0] == ""


@pytest.fixture(autouse=True)
def closed_network(monkeypatch):
    """Refuse every connection and every name look-up that leaves this machine."""

    def guard(original):
        def connect(self, address):
            if not is_local(address):
                raise NetworkUsed(f"a test tried to reach {address[0]}:{address[1]}")
            return original(self, address)

        return connect

    def resolve(host, *args, _original=socket.getaddrinfo, **kwargs):
        name = host.decode() if isinstance(host, bytes) else host
        if name and not is_local((name, 0)) and name != socket.gethostname():
            raise NetworkUsed(f"a test tried to look up {name}")
        return _original(host, *args, **kwargs)

    monkeypatch.setattr(socket.socket, "connect", guard(socket.socket.connect))
    monkeypatch.setattr(socket.socket, "connect_ex", guard(socket.socket.connect_ex))
    monkeypatch.setattr(socket, "getaddrinfo", resolve)
