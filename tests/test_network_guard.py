"""The fixture that closes the network bites, and lets this machine through."""

import socket
import urllib.request

import pytest

from tests.conftest import NetworkUsed, is_local


def test_a_connection_to_another_machine_is_refused():
    with (
        socket.socket() as outward,
        pytest.raises(NetworkUsed, match=r"192\.0\.2\.1:80"),
    ):
        outward.connect(("192.0.2.1", 80))


def test_a_name_is_not_looked_up():
    with pytest.raises(NetworkUsed, match=r"look up example\.org"):
        urllib.request.urlopen("http://example.org/")


def test_this_machine_is_reached():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=5).close()


@pytest.mark.parametrize("address", ["/run/a.socket", ("::1", 80), ("127.0.0.2", 1)])
def test_local_addresses_are_known(address):
    assert is_local(address)
