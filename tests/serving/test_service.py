"""One server process: its bound on decoding, and how uvicorn is set."""

import asyncio
import logging

import numpy as np
import pytest

from cnnbook.serving import Settings
from cnnbook.serving import service as module
from cnnbook.serving.errors import BusyError
from cnnbook.serving.server import make_server
from cnnbook.serving.service import Service


@pytest.fixture
def one_at_a_time(monkeypatch, store):
    monkeypatch.setattr(module, "MOST_DECODING", 1)
    service = Service(Settings(store=store, version="1", open=True))
    yield service
    service.close()


def test_uploads_wait_up_to_a_bound_and_make_room_again(one_at_a_time, images, file_of):
    jpeg = file_of(images[0], "JPEG")

    async def ask(number):
        tries = [one_at_a_time.decode(jpeg, (28, 28, 1)) for _ in range(number)]
        return await asyncio.gather(*tries, return_exceptions=True)

    for _ in range(2):
        first, second = asyncio.run(ask(2))
        assert isinstance(first, np.ndarray)
        assert isinstance(second, BusyError)


def test_nothing_tells_which_server_it_is_and_the_log_is_ours(store, caplog):
    server = make_server(Settings(store=store, version="1", open=True))
    assert not server.config.server_header
    assert not server.config.access_log  # ours has a line for each request
    assert server.config.date_header
    assert server.config.log_config is None
    assert not logging.getLogger("uvicorn.access").handlers
    server.config.app.state.service.close()
