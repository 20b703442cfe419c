"""The Runtime API of AWS Lambda on loopback: events out, answers in.

Source: "Using the Lambda runtime API for custom runtimes" of AWS's documentation; the
client in the tests is AWS's own, `awslambdaric`.
"""

import json
import time
from queue import Queue

from tests.deployment.loopback import Handler, Loopback

PREFIX = "/2018-06-01/runtime"
ARN = "arn:aws:lambda:eu-central-1:123456789012:function:fashion"


class RuntimeApi:
    """Hands out events of `ask` and returns what the function answers."""

    def __init__(self):
        self._events, self._answers = Queue(), Queue()
        self._number = 0
        api = self

        class RuntimeHandler(Handler):
            def do_GET(self):
                number, event = api._events.get()
                self.send_response(200)
                deadline = str(int(1000 * (time.time() + 30)))
                self.send_header("Lambda-Runtime-Aws-Request-Id", f"id-{number}")
                self.send_header("Lambda-Runtime-Deadline-Ms", deadline)
                self.send_header("Lambda-Runtime-Invoked-Function-Arn", ARN)
                # without these two, awslambdaric 4.2.2 ends by a segmentation fault
                self.send_header("Lambda-Runtime-Trace-Id", f"Root=1-{number}")
                self.send_header("Content-Type", "application/json")
                self.finish_with(json.dumps(event).encode())

            def do_POST(self):
                kind = self.path.removeprefix(PREFIX).strip("/").split("/")
                api._answers.put((kind, json.loads(self.read_body())))
                self.send_response(202)
                self.finish_with(b"{}")

        self._server = Loopback(RuntimeHandler)
        self.address = f"127.0.0.1:{self._server.server_port}"
        self.stop = self._server.stop

    def ask(self, event):
        """(kind, answer) of the function; kind is "response" or "error"."""
        self._number += 1
        self._events.put((self._number, event))
        kind, body = self.next_answer()
        assert kind[:2] == ["invocation", f"id-{self._number}"]
        return kind[2], body

    def next_answer(self):
        """(the end of the path, body) of what the function posts next."""
        return self._answers.get(timeout=60)
