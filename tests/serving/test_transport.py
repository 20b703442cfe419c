"""What one turn of the loop writes leaves at once."""

import asyncio

from cnnbook.serving.transport import JoinedTransport


class Recorded:
    """A transport that only remembers."""

    def __init__(self):
        self.calls = []

    def write(self, data):
        self.calls.append(data)

    def close(self):
        self.calls.append("closed")

    def is_closing(self):
        return "closed" in self.calls


def joined(*steps):
    """What a transport below is asked to do; `None` ends a turn of the loop."""

    async def run():
        below = Recorded()
        transport = JoinedTransport(below, asyncio.get_running_loop())
        for step in steps:
            if step is None:
                await asyncio.sleep(0)
            elif step == "close":
                transport.close()
            else:
                transport.write(step)
        await asyncio.sleep(0)
        assert transport.is_closing() == below.is_closing()
        return below.calls

    return asyncio.run(run())


def test_head_and_body_leave_in_one_write():
    assert joined(b"head", b"body") == [b"headbody"]


def test_turns_are_not_joined():
    assert joined(b"first", None, b"second") == [b"first", b"second"]


def test_closing_writes_first_and_nothing_twice():
    assert joined(b"head", b"body", "close") == [b"headbody", "closed"]
